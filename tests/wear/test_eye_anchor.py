"""Irises say how far a tracked nose lies beside the eyes, whether they look at the camera or ahead."""

from dataclasses import replace

import numpy as np
import pytest

from tests.wear.worn_face import CAMERA, average_head, posed
from tryon.types import FaceLandmarks
from tryon.wear.eye_anchor import across, aside_m

pytestmark = pytest.mark.usefixtures("models_ready")
PUPILS_M = np.array([[-0.0315, 0.0262, 0.044], [0.0315, 0.0262, 0.044]])


def _looking(pose: np.ndarray, at: str, *, moved_m: float = 0.0):
    """A head whose irises are drawn where eyes look so, the whole pair moved across the view."""
    head = average_head(pose)
    pupils = PUPILS_M @ pose[:3, :3].T + pose[:3, 3]
    if at != "ahead":
        centers = pupils - 0.0105 * pose[:3, 2]
        toward = -centers if at == "camera" else np.array([1.5, 0.0, 1.0]) + 0 * centers
        pupils = centers + 0.0105 * toward / np.linalg.norm(toward, axis=1, keepdims=True)
    points = head.face.landmarks.points_px.copy()
    points[[468, 473], :2] = CAMERA.project(pupils + moved_m * across(pose))
    return replace(head, face=replace(head.face, landmarks=FaceLandmarks(points, 1.0)))


@pytest.mark.parametrize("yaw_rad", [-0.5, -0.1, 0.0, 0.3])
@pytest.mark.parametrize("at", ["ahead", "camera"])
def test_eyes_in_their_place_move_nothing(yaw_rad, at):
    pose = posed(yaw_rad)
    assert abs(aside_m(_looking(pose, at), CAMERA, PUPILS_M, pose)) < 4e-4


@pytest.mark.parametrize("at", ["ahead", "camera"])
def test_a_nose_that_is_a_millimeter_off_is_mostly_set_right(at):
    pose = posed(0.5)
    assert 0.5e-3 < aside_m(_looking(pose, at, moved_m=1e-3), CAMERA, PUPILS_M, pose) < 1e-3


def test_eyes_that_look_far_aside_move_little():
    pose = posed(0.0)
    assert abs(aside_m(_looking(pose, "aside"), CAMERA, PUPILS_M, pose)) < 1e-4


def test_across_is_square_to_the_line_of_sight_and_toward_the_persons_left():
    pose = posed(0.4, x_m=0.2)
    assert across(pose) @ pose[:3, 3] == pytest.approx(0.0, abs=1e-12)
    assert across(pose) @ pose[:3, 0] > 0.5
