"""Face points without jitter and without lag, on synthetic faces whose truth is known."""

import numpy as np
import pytest

from tryon.geometry.face_mesh import LEFT_EYE, RIGHT_EYE
from tryon.track.face_points import LIPS
from tryon.track.smoothing import FaceModel, FaceSmoother

EYES_PX = 150.0
CHEEK = [50, 101, 36, 205, 280, 330, 266, 425]
NOSE = [1, 4, 5, 195, 197, 6]
JAW = [152, 148, 176, 149, 150, 377, 400, 378, 379, 199, 175]
SKIN = CHEEK + NOSE + JAW


@pytest.fixture(scope="module")
def model(models_ready):
    return FaceModel()


@pytest.fixture
def smoother(model):
    return FaceSmoother(model)


@pytest.fixture
def face(model):
    """A person whose face is not the canonical one, in pixels."""
    points = model.face * EYES_PX * (1, -1, -1) + (640, 360, 0)
    points[:, :2] += np.random.default_rng(5).normal(0, 0.02 * EYES_PX, (478, 2))
    return points.astype(np.float32)


def run(smoother, frames, fps=30.0):
    return np.array([smoother.smooth(points, (index + 1) / fps) for index, points in enumerate(frames)])


def away(points, reference, rows):
    """Mean distance of some points from where they should be, in eye distances."""
    return float(np.linalg.norm((points - reference)[..., rows, :2], axis=-1).mean()) / EYES_PX


def test_the_first_points_come_back_as_they_are(smoother, face):
    np.testing.assert_allclose(smoother.smooth(face, 0.0), face, atol=0.01)


def test_constant_input_gives_constant_output(smoother, face):
    np.testing.assert_allclose(run(smoother, [face] * 60), np.broadcast_to(face, (60, 478, 3)), atol=0.02)


def test_the_input_is_left_alone(smoother, face):
    before = face.copy()
    run(smoother, [face, face + 5])
    np.testing.assert_array_equal(face, before)


def test_noise_falls_to_less_than_a_third(smoother, face):
    random = np.random.default_rng(0)
    noisy = [face + random.normal(0, 0.002 * EYES_PX, face.shape).astype(np.float32) for _ in range(120)]
    rough = np.array(noisy)[40:, :, :2].std(axis=0).mean()
    assert run(smoother, noisy)[40:, :, :2].std(axis=0).mean() < rough / 3


def test_a_jump_of_the_head_is_followed_within_a_frame(smoother, face):
    moved = face + np.float32((40, -25, 0))
    result = run(smoother, [face] * 40 + [moved] * 3)
    assert away(result[39], face, slice(None)) < 0.001
    assert away(result[40], moved, slice(None)) < 0.005


@pytest.mark.parametrize("step_px", [3.0, 10.0, 25.0])
def test_a_moving_head_is_not_trailed(smoother, face, step_px):
    frames = [face + np.float32((step_px * max(0, index - 20), 0, 0)) for index in range(60)]
    behind_px = np.array(frames)[30:, :, 0] - run(smoother, frames)[30:, :, 0]
    assert behind_px.mean() / step_px < 0.2  # frames


def test_a_turning_and_growing_head_is_not_trailed(smoother, face):
    middle = face[:, :2].mean(axis=0)
    frames = []
    for index in range(60):
        angle, scale = 0.03 * max(0, index - 20), 1.02 ** max(0, index - 20)
        turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        points = face.copy()
        points[:, :2] = (face[:, :2] - middle) @ turn.T + middle
        frames.append(points)
    result = run(smoother, frames)
    assert max(away(result[index], frames[index], slice(None)) for index in range(20, 60)) < 0.02


def blinking(face, model, closed=0.06, leak=0.01, frames=8):
    """Lids that close, and a mesh that wobbles everywhere else as real ones do in a blink."""
    random = np.random.default_rng(2)
    wave = np.stack([np.sin(model.face[:, 1] * 5 + 1), np.cos(model.face[:, 0] * 4 + 2)], axis=1) * leak * EYES_PX
    sequence = []
    for index in range(frames):
        amount = np.sin(np.pi * (index + 1) / (frames + 1))
        points = face.copy()
        points[:, :2] += (amount * wave).astype(np.float32)
        for rim in (RIGHT_EYE, LEFT_EYE):
            points[list(rim[9:]), 1] += amount * closed * EYES_PX
        sequence.append(points + random.normal(0, 0.001 * EYES_PX, face.shape).astype(np.float32))
    return sequence


def test_a_blink_closes_the_lids_and_leaves_the_skin_alone(smoother, face, model):
    blink = blinking(face, model)
    result = run(smoother, [face] * 40 + blink)[40:]
    middle = len(blink) // 2
    raw, smooth = (away(points[middle], face, SKIN) for points in (blink, result))
    assert smooth < raw / 3
    upper = [*RIGHT_EYE[9:], *LEFT_EYE[9:]]
    lowered = [(points[middle][upper, 1] - face[upper, 1]).mean() for points in (blink, result)]
    assert lowered[1] > 0.9 * lowered[0]


def test_a_head_that_moves_in_a_blink_is_followed(smoother, face, model):
    blink = [points + np.float32((12 * (i + 1), 0, 0)) for i, points in enumerate(blinking(face, model))]
    result = run(smoother, [face] * 40 + blink)
    assert away(result[-1], blink[-1], slice(None)) < 0.02


def test_an_opening_mouth_takes_the_jaw_along(smoother, face):
    def opened(share):
        points = face.copy()
        points[LIPS, 1] += share * 0.12 * EYES_PX * (face[LIPS, 1] > face[13, 1])
        points[JAW, 1] += share * 0.12 * EYES_PX
        return points

    result = run(smoother, [face] * 40 + [opened(min(1.0, (i + 1) / 5)) for i in range(12)])
    assert (result[-1, 152, 1] - face[152, 1]) > 0.85 * 0.12 * EYES_PX
    assert away(result[-1], opened(1.0), LIPS) < 0.002


def test_a_hand_on_the_chin_does_not_make_the_jaw_jump(smoother, face):
    pushed = face.copy()
    pushed[JAW, 1] += 0.08 * EYES_PX
    result = run(smoother, [face] * 40 + [pushed] * 15 + [face] * 10)
    moved = np.abs(result[40:, JAW, 1] - face[JAW, 1]).mean(axis=1) / EYES_PX
    assert moved.max() < 0.08 / 3
    assert moved[-1] < 0.01


def test_another_face_in_the_same_place_is_learned_within_seconds(smoother, face, model):
    other = face.copy()
    wave = np.stack([np.cos(model.face[:, 1] * 6), np.sin(model.face[:, 0] * 6 + 1)], axis=1)
    other[:, :2] += (0.06 * EYES_PX * wave).astype(np.float32)
    result = run(smoother, [face] * 60 + [other] * 150)
    assert away(result[-1], other, slice(None)) < 0.01


def test_the_frame_rate_does_not_change_where_points_settle(model, face):
    offset = face + np.float32((0.3, 0, 0))  # too small to be motion
    at_30 = run(FaceSmoother(model), [face] * 60 + [offset] * 15, fps=30.0)[-1]
    at_60 = run(FaceSmoother(model), [face] * 120 + [offset] * 30, fps=60.0)[-1]
    assert 0.05 < (at_30 - face)[:, 0].mean() < 0.3
    assert (at_60 - at_30)[:, 0].mean() == pytest.approx(0.0, abs=0.03)


def test_a_restart_forgets_the_past(smoother, face):
    run(smoother, [face] * 30)
    smoother.restart()
    moved = face * np.float32(1.3)
    np.testing.assert_allclose(smoother.smooth(moved, 2.0), moved, atol=0.02)


def test_points_without_extent_come_back_as_they_are(smoother, face):
    dot = np.full((478, 3), 7, np.float32)
    np.testing.assert_array_equal(smoother.smooth(dot, 0.0), dot)
    np.testing.assert_allclose(smoother.smooth(face, 0.1), face, atol=0.02)
