"""The turn of a head is found from its points in the picture, whatever its depths say."""

import numpy as np
import pytest

from tests.wear.worn_face import CAMERA, LEANS, average_head, posed
from tryon.types import Face, FaceLandmarks, Head
from tryon.wear.alignment import aligned
from tryon.wear.face_shape import canonical_face

pytestmark = pytest.mark.usefixtures("models_ready")


def _yaw_rad(pose: np.ndarray) -> float:
    return float(np.arctan2(pose[0, 2], pose[2, 2]))


@pytest.mark.parametrize("yaw_rad", [-0.6, -0.3, 0.0, 0.3, 0.6])
@pytest.mark.parametrize("wrong_rad", [-0.1, 0.07])
def test_a_wrong_turn_is_set_right(yaw_rad, wrong_rad):
    head = average_head(posed(yaw_rad / LEANS))  # as a network draws it
    found = aligned(head, CAMERA, canonical_face().vertices_m, posed(yaw_rad + wrong_rad))
    assert _yaw_rad(found) == pytest.approx(yaw_rad, abs=2e-3)
    assert found[:2, 3] == pytest.approx(head.camera_from_head[:2, 3], abs=3e-3)  # it turns about the nose


def test_it_is_rigid_and_stays_as_far_as_it_was():
    found = aligned(average_head(posed(0.4 / LEANS)), CAMERA, canonical_face().vertices_m, posed(0.35))
    assert found[:3, :3] @ found[:3, :3].T == pytest.approx(np.eye(3), abs=1e-9)
    assert found[2, 3] == pytest.approx(-0.5, abs=3e-3)


def test_a_few_points_gone_astray_change_little():
    head = average_head(posed(0.2 / LEANS))
    points = head.face.landmarks.points_px.copy()
    points[[50, 101, 118, 36, 205], :2] += 60.0
    face = Face(0, FaceLandmarks(points, 1.0), head.face.pose, head.mesh_m)
    found = aligned(Head(face, 1.0, head.camera_from_head, head.mesh_m), CAMERA, canonical_face().vertices_m, posed())
    assert _yaw_rad(found) == pytest.approx(0.2, abs=0.02)


def test_points_that_are_no_face_give_the_start_back():
    head, start = average_head(), posed(0.1)
    noise = np.random.default_rng(0).uniform(0, 480, (478, 3)).astype(np.float32)
    face = Face(0, FaceLandmarks(noise, 1.0), head.face.pose, head.mesh_m)
    found = aligned(Head(face, 1.0, head.camera_from_head, head.mesh_m), CAMERA, canonical_face().vertices_m, start)
    assert np.isfinite(found).all()
    assert np.abs(found[:3, :3] - start[:3, :3]).max() < 0.5
