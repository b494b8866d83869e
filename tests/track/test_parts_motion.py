"""Masks move as the faces move: checked against known similarities and against re-rendering the scene."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tryon.track.parts_motion import carried, resampled, then_from_now
from tryon.types import Face, FaceLandmarks, PartsMask


def _points(seed: int, center: tuple[float, float], radius: float) -> np.ndarray:
    random = np.random.default_rng(seed)
    points = random.normal(0.0, radius / 2.0, (478, 3))
    points[:, :2] += center
    return points.astype(np.float32)


def _face(points: np.ndarray, identity: int = 0) -> Face:
    return Face(identity, FaceLandmarks(points.astype(np.float32), 1.0))


def _similarity(scale: float, angle: float, shift: tuple[float, float]) -> np.ndarray:
    c, s = scale * np.cos(angle), scale * np.sin(angle)
    return np.array([[c, -s, shift[0]], [s, c, shift[1]]])


def _moved(points: np.ndarray, affine: np.ndarray) -> np.ndarray:
    moved = points.astype(np.float64).copy()
    moved[:, :2] = points[:, :2] @ affine[:, :2].T + affine[:, 2]
    return moved.astype(np.float32)


def _disk_mask(centers: list[tuple[float, float]], radius: float, size: int = 128) -> PartsMask:
    y, x = np.mgrid[0:size, 0:size] * 2.0  # a mask pixel is two picture pixels
    hair = np.zeros((size, size), bool)
    for center in centers:
        hair |= np.hypot(x - center[0], y - center[1]) < radius
    planes = np.zeros((6, size, size), np.uint8)
    planes[1], planes[0] = hair * 255, ~hair * 255
    return PartsMask(planes, np.array([[0.5, 0.0, 0.0], [0.0, 0.5, 0.0]]))


def _hair_center(mask: PartsMask) -> np.ndarray:
    """Where the hair lies in the picture, from the mask and its map alone."""
    rows, columns = np.nonzero(mask.plane("hair") > 127)
    image_from_mask = np.linalg.inv(np.vstack((mask.mask_from_image, [0, 0, 1])))
    return (image_from_mask @ [columns.mean(), rows.mean(), 1.0])[:2]


@given(st.floats(0.3, 3.0), st.floats(-3.1, 3.1), st.floats(-500, 500), st.floats(-500, 500), st.integers(0, 1000))
def test_a_similarity_is_recovered_exactly(scale, angle, x, y, seed):
    truth = _similarity(scale, angle, (x, y))
    now = _points(seed, (300.0, 200.0), 80.0)
    assert then_from_now(now, _moved(now, truth)) == pytest.approx(truth, abs=2e-3 * max(1.0, abs(x), abs(y)) ** 0.5)


def test_points_that_all_coincide_give_a_plain_shift():
    now, then = np.full((478, 3), 10.0, np.float32), np.full((478, 3), 25.0, np.float32)
    assert then_from_now(now, then) == pytest.approx(np.array([[1, 0, 15], [0, 1, 15]]))


def test_one_face_takes_the_mask_along_without_touching_its_pixels():
    then = _points(1, (128.0, 128.0), 40.0)
    now_from_then = _similarity(1.2, 0.3, (-20.0, 15.0))
    mask = _disk_mask([(128.0, 100.0)], 25.0)
    after = carried(mask, [_face(then)], [_face(_moved(then, now_from_then))])
    assert after.probability is mask.probability
    assert _hair_center(after) == pytest.approx(now_from_then @ [128.0, 100.0, 1.0], abs=0.3)


def test_several_faces_each_take_their_own_hair_along():
    left, right = _points(1, (70.0, 128.0), 20.0), _points(2, (186.0, 128.0), 20.0)
    mask = _disk_mask([(70.0, 110.0)], 12.0)
    other = _disk_mask([(186.0, 110.0)], 12.0)
    faces_then = [_face(left, 0), _face(right, 1)]
    faces_now = [
        _face(_moved(left, _similarity(1.0, 0.0, (0.0, 14.0))), 0),
        _face(_moved(right, _similarity(1.0, 0.0, (0.0, -14.0))), 1),
    ]
    assert _hair_center(carried(mask, faces_then, faces_now)) == pytest.approx([70.0, 124.0], abs=2.0)
    assert _hair_center(carried(other, faces_then, faces_now)) == pytest.approx([186.0, 96.0], abs=2.0)


def test_several_faces_at_rest_leave_the_mask_as_it_is():
    faces = [_face(_points(1, (70.0, 128.0), 20.0), 0), _face(_points(2, (186.0, 128.0), 20.0), 1)]
    mask = _disk_mask([(70.0, 110.0), (186.0, 110.0)], 12.0)
    assert np.array_equal(carried(mask, faces, faces).probability, mask.probability)


def test_unknown_faces_leave_the_mask_where_it_is():
    mask = _disk_mask([(70.0, 110.0)], 12.0)
    face = _face(_points(1, (70.0, 128.0), 20.0), 3)
    assert carried(mask, [], [face]) is mask
    assert carried(mask, [face], []) is mask


def test_resampling_onto_another_grid_keeps_things_where_they_are_in_the_picture():
    mask = _disk_mask([(100.0, 140.0)], 30.0)
    grid = np.array([[1.0, 0.0, -40.0], [0.0, 1.0, -60.0]])
    moved = PartsMask(resampled(mask, grid, (160, 180)), grid)
    assert moved.probability.shape == (6, 160, 180)
    assert _hair_center(moved) == pytest.approx([100.0, 140.0], abs=0.5)
