import numpy as np
import pytest

from tests.place.shapes import boxes, floor
from tryon.place.contact import camera_from_product
from tryon.types import Plane

SUNK = boxes(((1.0, -0.7, 3.0), (2.0, 0.1, 3.4)))  # lowest point far below the file's origin


def placed(plane, model, at_m=(0.2, -1.5), **how):
    pose = camera_from_product(plane, model.bounds_m, at_m, **how)
    return pose, model.primitives[0].positions_m @ pose[:3, :3].T + pose[:3, 3]


@pytest.mark.parametrize("yaw_deg", [0.0, 35.0, 180.0, -120.0])
def test_the_lowest_points_of_a_mesh_touch_the_floor(yaw_deg):
    plane = floor()
    _, points = placed(plane, SUNK, yaw_rad=np.radians(yaw_deg))
    heights = points @ plane.normal + plane.distance_m
    assert heights.min() == pytest.approx(0.0, abs=1e-6)
    assert heights.max() == pytest.approx(0.8, abs=1e-6)


def test_size_is_never_changed():
    pose, _ = placed(floor(), SUNK, yaw_rad=1.0)
    np.testing.assert_allclose(pose[:3, :3].T @ pose[:3, :3], np.eye(3), atol=1e-12)
    assert np.linalg.det(pose[:3, :3]) == pytest.approx(1.0)


def test_the_middle_of_the_footprint_lies_at_the_point():
    plane = floor()
    _, points = placed(plane, SUNK, at_m=(0.2, -1.5), yaw_rad=0.3)
    middle = points.mean(axis=0)
    own = np.linalg.inv(plane.camera_from_plane) @ np.append(middle, 1.0)
    assert own[[0, 2]] == pytest.approx([0.2, -1.5], abs=1e-6)


def test_the_front_looks_at_the_camera_and_turns_counterclockwise_from_above():
    plane = floor(pitch_deg=30.0)
    pose, _ = placed(plane, SUNK)
    assert pose[:3, 2] @ [0, 0, 1] > 0.8
    turned, _ = placed(plane, SUNK, yaw_rad=np.pi / 2)
    np.testing.assert_allclose(turned[:3, 2], plane.camera_from_plane[:3, 0], atol=1e-9)


def test_what_stands_on_something_is_lifted_along_the_normal():
    plane = floor()
    _, points = placed(plane, SUNK, lift_m=0.75)
    assert (points @ plane.normal + plane.distance_m).min() == pytest.approx(0.75, abs=1e-6)


def test_a_picture_hangs_upright_with_its_back_on_a_wall_that_is_seen_askew():
    camera = floor().camera
    up = np.array([0.05, 1.0, 0.2]) / np.linalg.norm([0.05, 1.0, 0.2])
    normal = np.cross(up, [1.0, 0.0, 0.6])
    normal *= np.sign(normal[2]) / np.linalg.norm(normal)
    wall = Plane(camera, normal, 2.5, np.eye(4) * 1e-6, "depth frame", "wall")
    model = boxes(((-0.25, -0.35, -0.01), (0.25, 0.35, 0.02)))
    pose, points = placed(wall, model, at_m=(0.1, 0.2), up=up)
    from_wall = points @ normal + 2.5
    assert from_wall.min() == pytest.approx(0.0, abs=1e-6)
    assert from_wall.max() == pytest.approx(0.03, abs=1e-6)
    np.testing.assert_allclose(pose[:3, 1], up, atol=1e-9)
    np.testing.assert_allclose(pose[:3, 2], normal, atol=1e-9)


def test_a_lamp_hangs_from_the_ceiling_by_its_highest_point():
    ceiling = Plane(floor().camera, np.array([0.0, -1.0, 0.0]), 1.1, np.eye(4) * 1e-6, "depth frame", "ceiling")
    pose, points = placed(ceiling, SUNK)
    assert points[:, 1].max() == pytest.approx(1.1, abs=1e-6)
    assert pose[1, 1] == pytest.approx(1.0)
    assert np.linalg.det(pose[:3, :3]) == pytest.approx(1.0)


def test_a_wall_right_above_still_has_a_way_up():
    overhead = Plane(floor().camera, np.array([0.0, 1.0, 0.0]), 1.0, np.eye(4) * 1e-6, "depth frame", "wall")
    pose, _ = placed(overhead, SUNK)
    assert np.isfinite(pose).all()
