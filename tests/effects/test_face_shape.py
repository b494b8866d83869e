"""Face shapes from made ratios and made faces."""

from __future__ import annotations

import numpy as np
import pytest

from tryon.effects.face_shape import SHAPES, face_ratios, face_shape, shape_weights, weights_of

# Height, forehead, jaw and chin over the cheeks' width of faces anyone would call so.
CLEAR = {
    "oval": (1.19, 0.865, 0.788, 0.438),
    "round": (1.08, 0.870, 0.800, 0.446),
    "square": (1.15, 0.865, 0.832, 0.472),
    "heart": (1.17, 0.910, 0.752, 0.415),
    "long": (1.28, 0.862, 0.796, 0.446),
    "diamond": (1.17, 0.820, 0.762, 0.420),
}


@pytest.mark.parametrize(("shape", "ratios"), CLEAR.items(), ids=CLEAR)
def test_a_clear_shape_is_told(shape, ratios):
    weights = weights_of(np.array(ratios))
    assert max(weights, key=weights.__getitem__) == shape
    assert weights[shape] > 0.5


def test_weights_sum_to_one_and_move_smoothly():
    rng = np.random.default_rng(1)
    for ratios in rng.uniform([1.0, 0.78, 0.7, 0.38], [1.4, 0.95, 0.9, 0.5], (200, 4)):
        weights = weights_of(ratios)
        near = weights_of(ratios + 0.0005)
        assert set(weights) == set(SHAPES)
        assert sum(weights.values()) == pytest.approx(1.0)
        assert max(abs(weights[name] - near[name]) for name in SHAPES) < 0.12


def test_turning_and_size_do_not_change_the_shape(make_face):
    straight = make_face()[1].faces[0].landmarks.points_px
    for arguments in ({"yaw_rad": 0.5}, {"yaw_rad": -0.3}, {"face_px": 90.0}):
        points = make_face(**arguments)[1].faces[0].landmarks.points_px
        np.testing.assert_allclose(face_ratios(points), face_ratios(straight), rtol=1e-3)
        assert face_shape(points) == face_shape(straight)


def test_stretching_a_face_makes_it_long(make_face):
    points = make_face()[1].faces[0].landmarks.points_px.copy()
    before = shape_weights(points)["long"]
    points[:, 1] *= 1.18
    assert shape_weights(points)["long"] > max(before, 0.5)
