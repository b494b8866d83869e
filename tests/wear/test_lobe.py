"""The skin of an ear ends at its lobe: where the mask shows that, the lobe moves there, and only there."""

import numpy as np
import pytest

from tryon.types import Camera, PartsMask
from tryon.wear.head_proxy import ear_points
from tryon.wear.lobe import LobeMemory, lobe_inward_m, lobe_shift_m

CAMERA = Camera.of_focal(640, 480, 700.0)


def _parts(head, lower_m, *, neck=False):
    """Two ears beside the head that end `lower_m` below the expected lobes."""
    planes = np.zeros((6, 480, 640), np.uint8)
    ears = ear_points(head)
    for lobe_m in (ears.lobe_left, ears.lobe_right):
        x, y = CAMERA.project(lobe_m)[0]
        end = y + lower_m * 700.0 / -lobe_m[2]
        planes[2, int(end - 50) : 480 if neck else round(end), int(x - 15) : int(x + 15)] = 255
    return PartsMask(planes, np.array([[1.0, 0, 0], [0, 1, 0]]))


@pytest.mark.parametrize("lower_mm", [-4.0, 2.0, 6.0, 15.0])
def test_the_shift_is_where_the_skin_ends(make_head, lower_mm):
    head = make_head()
    shift_m = lobe_shift_m(head, CAMERA, _parts(head, lower_mm / 1e3))
    assert shift_m == pytest.approx((6.0 - lower_mm) / 1e3, abs=0.0018)


def test_a_neck_under_the_lobe_or_a_turned_head_tells_nothing(make_head):
    head = make_head()
    assert lobe_shift_m(head, CAMERA, _parts(head, 0.006, neck=True)) is None
    turned = make_head(yaw_rad=0.7)
    assert lobe_shift_m(turned, CAMERA, _parts(turned, 0.006)) is None


def test_no_skin_at_the_ear_tells_nothing(make_head):
    head = make_head()
    empty = PartsMask(np.zeros((6, 480, 640), np.uint8), np.array([[1.0, 0, 0], [0, 1, 0]]))
    assert lobe_shift_m(head, CAMERA, empty) is None


def test_memory_keeps_what_was_seen_and_settles_slowly():
    memory = LobeMemory()
    assert memory.learn(0.006, 0.0) == 0.006
    assert memory.learn(None, 0.033) == 0.006
    assert 0.005 < memory.learn(-0.006, 0.066) < 0.006


def test_what_is_seen_late_comes_without_a_jump():
    memory = LobeMemory()
    assert memory.learn(None, 0.0) == 0.0
    assert 0.0 < memory.learn(0.006, 0.033) < 0.0003


@pytest.mark.parametrize(("edge_mm", "inward_mm"), [(6.0, 0.0), (3.0, 0.0), (-1.0, 4.0), (-4.0, 7.0)])
def test_a_lobe_off_the_skin_moves_inward_onto_it(make_head, edge_mm, inward_mm):
    head = make_head()
    lobe_m = ear_points(head).lobe_left
    x = CAMERA.project(lobe_m + np.array([edge_mm / 1e3, 0.0, 0.0]))[0, 0]
    planes = np.zeros((6, 480, 640), np.uint8)
    planes[3, :, : round(x) + 1] = 255
    parts = PartsMask(planes, np.array([[1.0, 0, 0], [0, 1, 0]]))
    assert lobe_inward_m(head, lobe_m, 1.0, CAMERA, parts) == pytest.approx(inward_mm / 1e3, abs=0.0015)
