import numpy as np
import pytest

from tryon.color.sampling import SKIN_PATCHES, sclera_color, sclera_points, skin_color, skin_points


@pytest.fixture
def points():
    """A drawn face: eyes 60 px wide and 24 open, irises of 12 px; all other points at the nose."""
    points = np.full((478, 3), 200.0, np.float32)
    for outer, inner, center, rim, upper, lower, x in (
        (33, 133, 468, 469, 159, 145, 100),
        (263, 362, 473, 474, 386, 374, 300),
    ):
        side = -1 if x < 200 else 1
        points[outer, :2], points[inner, :2] = (x + 30 * side, 150), (x - 30 * side, 150)
        points[center, :2], points[upper, :2], points[lower, :2] = (x, 150), (x, 138), (x, 162)
        points[rim : rim + 4, :2] = [(x + 12, 150), (x, 138), (x - 12, 150), (x, 162)]
    return points


def test_whites_are_read_between_iris_and_corners(points):
    at = sclera_points(points)
    for x in (100.0, 300.0):
        near = at[np.abs(at[:, 0] - x) < 50]
        assert len(near) == 60
        assert np.hypot(near[:, 0] - x, near[:, 1] - 150.0).min() > 12.0
        assert np.abs(near[:, 0] - x).max() < 30.0
        assert np.abs(near[:, 1] - 150.0).max() < 12.0


def test_shut_or_tiny_eyes_have_no_whites(points):
    shut = points.copy()
    shut[[159, 386], 1], shut[[145, 374], 1] = 148.0, 152.0
    assert sclera_points(shut) is None
    assert sclera_points(points * 0.2) is None


def test_skin_points_stay_near_their_landmarks(points):
    at = skin_points(points)
    assert at.shape[0] == len(SKIN_PATCHES)
    assert at.dtype == np.float32
    assert np.abs(at - 200.0).max() < 0.036 * 260.0  # the outer eye corners are 260 px apart


def test_skin_color_ignores_highlights_moles_and_a_fringe():
    rng = np.random.default_rng(0)
    skin = np.array([0.45, 0.28, 0.2])
    samples = skin * np.exp(rng.normal(0, 0.02, (3, 60, 1)))
    samples[0, :8], samples[1, :8] = 1.0, 0.01
    samples[2] = 0.02  # hair over the forehead
    np.testing.assert_allclose(skin_color(samples), skin, rtol=0.03)


def test_skin_color_of_a_face_lit_from_one_side_is_between_its_sides():
    skin = np.array([0.45, 0.28, 0.2])
    samples = np.stack([np.tile(skin * shade, (60, 1)) for shade in (1.2, 0.7, 1.0)])
    assert (skin_color(samples) > skin * 0.7).all()
    assert (skin_color(samples) < skin * 1.2).all()


def test_hidden_skin_is_left_out_and_no_skin_is_none():
    samples = np.full((3, 60, 3), 0.3)
    weight = np.ones((3, 60))
    samples[1], weight[1] = 0.9, 0.0
    np.testing.assert_allclose(skin_color(samples, weight=weight), 0.3)
    assert skin_color(samples, weight=np.zeros((3, 60))) is None


def test_sclera_color_is_the_lit_part_without_catchlights():
    samples = np.concatenate([np.full((60, 3), 0.1), np.full((37, 3), 0.4), np.full((3, 3), 1.0)])
    np.testing.assert_allclose(sclera_color(samples), 0.4)
