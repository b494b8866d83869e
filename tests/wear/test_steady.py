"""Poses stand still at rest, keep up in motion, and never jump back in time."""

import math

import numpy as np
import pytest

from tryon.wear.steady import BRIDGE_OF_NOSE_M, PoseSteadier

FOCAL_PX = 900.0


def _turned(yaw_rad: float, place_m: tuple[float, float, float] = (0.0, 0.0, -0.4)) -> np.ndarray:
    pose = np.eye(4)
    c, s = math.cos(yaw_rad), math.sin(yaw_rad)
    pose[:3, :3] = [[c, 0, s], [0, 1, 0], [-s, 0, c]]
    pose[:3, 3] = place_m
    return pose


def _bridge_px(pose: np.ndarray) -> np.ndarray:
    place = pose[:3, :3] @ BRIDGE_OF_NOSE_M + pose[:3, 3]
    return FOCAL_PX * place[:2] / -place[2]


def _run(poses: list[np.ndarray], rate: float = 30.0) -> list[np.ndarray]:
    steadier = PoseSteadier()
    return [steadier.steady(pose, index / rate, focal_px=FOCAL_PX) for index, pose in enumerate(poses)]


def test_the_first_pose_passes_unchanged():
    pose = _turned(0.3)
    assert np.array_equal(PoseSteadier().steady(pose, 0.0, focal_px=FOCAL_PX), pose)


def test_noise_at_rest_shrinks_to_less_than_half():
    rng = np.random.default_rng(0)
    poses = [
        _turned(rng.normal(0, math.radians(0.06)), (*rng.normal(0, 1e-4, 2), -0.4 + rng.normal(0, 4e-4)))
        for _ in range(200)
    ]
    steadied = np.array(_run(poses))[30:]
    raw = np.array(poses)[30:]
    for cell in ((0, 3), (1, 3), (2, 3), (0, 2)):
        assert steadied[:, cell[0], cell[1]].std() < raw[:, cell[0], cell[1]].std() * 0.5


@pytest.mark.parametrize("rate", [15.0, 30.0, 60.0])
def test_a_moving_head_is_less_than_a_frame_behind(rate):
    step_m, step_rad = 0.2 / rate, math.radians(40) / rate
    poses = [_turned(index * step_rad - 0.5, (index * step_m - 0.1, 0.0, -0.4)) for index in range(30)]
    for steadied, pose in zip(_run(poses, rate)[10:], poses[10:], strict=True):
        assert np.linalg.norm(_bridge_px(steadied) - _bridge_px(pose)) < FOCAL_PX * step_m / 0.4
        yaw = math.atan2(steadied[0, 2], steadied[2, 2]) - math.atan2(pose[0, 2], pose[2, 2])
        assert abs(yaw) < step_rad


def test_doubtful_distance_does_not_move_the_product_in_the_picture():
    poses = [_turned(0.4, (0.05, 0.02, -0.4 - 0.002 * (index % 2))) for index in range(40)]
    scaled = [pose.copy() for pose in poses]
    for pose in scaled:  # the same place in the picture, another distance
        place = pose[:3, :3] @ BRIDGE_OF_NOSE_M + pose[:3, 3]
        wanted = np.array([0.1, 0.05, -1.0]) * -place[2]
        pose[:3, 3] += wanted - place
    for steadied in _run(scaled):
        assert _bridge_px(steadied) == pytest.approx(FOCAL_PX * np.array([0.1, 0.05]), abs=1e-6)


def test_steadied_poses_stay_rigid():
    rng = np.random.default_rng(1)
    for steadied in _run([_turned(rng.normal(0, 0.5), (*rng.normal(0, 0.05, 2), -0.4)) for _ in range(300)]):
        assert steadied[:3, :3] @ steadied[:3, :3].T == pytest.approx(np.eye(3), abs=1e-9)


def test_ids_do_not_mix_and_a_gap_starts_anew():
    steadier = PoseSteadier()
    first, second = _turned(0.0), _turned(0.3, (0.2, 0.0, -0.6))
    steadier.steady(first, 0.0, 1, focal_px=FOCAL_PX)
    assert np.array_equal(steadier.steady(second, 0.0, 2, focal_px=FOCAL_PX), second)
    assert np.array_equal(steadier.steady(second, 5.0, 1, focal_px=FOCAL_PX), second)
    assert np.array_equal(steadier.steady(first, 1.0, 1, focal_px=FOCAL_PX), first)


def test_a_clock_that_stands_still_runs_at_the_usual_rate():
    steadier = PoseSteadier()
    steadier.steady(_turned(0.0), 0.0, focal_px=FOCAL_PX)
    for _ in range(20):
        last = steadier.steady(_turned(0.2), 0.0, focal_px=FOCAL_PX)
    assert last == pytest.approx(_turned(0.2), abs=1e-3)
