"""A tracked turn is opened by as much as networks close it, about the line of sight and no other way."""

import numpy as np
import pytest

from tryon.geometry.true_turn import true_turn


def _about_y(yaw_rad: float) -> np.ndarray:
    c, s = np.cos(yaw_rad), np.sin(yaw_rad)
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


@pytest.mark.parametrize("yaw_deg", [-40.0, -10.0, 0.0, 25.0])
def test_a_yaw_grows_by_seven_percent(yaw_deg):
    found = true_turn(_about_y(np.radians(yaw_deg)), np.array([0.0, 0.0, -0.5]))
    assert found == pytest.approx(_about_y(np.radians(1.07 * yaw_deg)), abs=1e-12)


@pytest.mark.parametrize("x_m", [-0.3, 0.2])
def test_a_face_at_the_border_that_looks_at_the_camera_stays(x_m):
    looking = _about_y(np.arctan2(-x_m, 0.5))
    assert true_turn(looking, np.array([x_m, 0.0, -0.5])) == pytest.approx(looking, abs=1e-12)


def test_profiles_which_nobody_measured_stay():
    turn = _about_y(np.radians(80.0))
    assert true_turn(turn, np.array([0.0, 0.0, -0.5])) == pytest.approx(turn, abs=1e-12)


def test_it_stays_a_rotation_and_a_head_at_the_camera_is_left_alone():
    turn = _about_y(0.3) @ np.array([[1, 0, 0], [0, 0.8, -0.6], [0, 0.6, 0.8]])
    found = true_turn(turn, np.array([0.1, -0.2, -0.4]))
    assert found @ found.T == pytest.approx(np.eye(3), abs=1e-12)
    assert true_turn(turn, np.zeros(3)) is turn
