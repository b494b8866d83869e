"""A made hand of known place, turn and size is found where it is."""

from __future__ import annotations

import numpy as np
import pytest

from tests.wear.made_hand import CAMERA, LENGTH_M, made_hand, rotation
from tryon.types import BodyLandmarks
from tryon.wear.hand import Hand
from tryon.wear.hand_frames import FINGERS, finger_frame, wrist_frame


@pytest.mark.parametrize("tracker_scale", [0.6, 1.0, 1.3])
@pytest.mark.parametrize("turn", [rotation(), rotation(0.4, -0.5, 0.8), rotation(0.0, 3.0, -0.4)])
def test_a_hand_of_known_length_stands_where_it_is(turn, tracker_scale):
    landmarks, true = made_hand(turn=turn, tracker_scale=tracker_scale)
    hand = Hand.of(landmarks, CAMERA, length_m=LENGTH_M)
    np.testing.assert_allclose(hand.points_m, true, atol=0.004)
    np.testing.assert_allclose(CAMERA.project(hand.points_m), landmarks.points_px[:, :2], atol=0.01)


def test_an_unknown_hand_is_of_average_length_with_its_doubt():
    landmarks, true = made_hand(length_m=1.1 * LENGTH_M)
    hand = Hand.of(landmarks, CAMERA)
    assert hand.length.low_m < 1.1 * LENGTH_M < hand.length.high_m
    assert hand.points_m[0, 2] / true[0, 2] == pytest.approx(1 / 1.1, abs=0.02)  # smaller and nearer: the same picture


def test_the_trackers_axes_may_be_turned_from_the_cameras():
    landmarks, true = made_hand(turn=rotation(0.2, 0.3, 0.1), place_m=(0.25, 0.1, -0.5))
    # A tracker that reads a crop turns the hand as if it stood straight ahead of the camera.
    seen = rotation(0.1, 0.35, 0.0) @ landmarks.points_m.T.astype(np.float64)
    turned = type(landmarks)(0, landmarks.points_px, seen.T.astype(np.float32), "right", 1.0)
    plain = Hand.of(turned, CAMERA, length_m=LENGTH_M)
    away = np.linalg.norm(plain.points_m - true, axis=1)
    assert away.max() < 0.012


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_back_of_the_hand_looks_away_from_the_palm(side):
    toward = Hand.of(made_hand(side=side)[0], CAMERA)
    assert toward.back @ [0, 0, -1] > 0.95  # palm to the camera
    away = Hand.of(made_hand(side=side, turn=rotation(y=np.pi))[0], CAMERA)
    assert away.back @ [0, 0, 1] > 0.95


def test_a_hand_behind_the_camera_is_none():
    landmarks, _ = made_hand()
    flat = type(landmarks)(0, np.zeros((21, 3), np.float32), landmarks.points_m, "right", 1.0)
    hand = Hand.of(flat, CAMERA)
    assert hand is None or np.isfinite(hand.points_m).all()
    huge = type(landmarks)(0, landmarks.points_px * 400, landmarks.points_m, "right", 1.0)
    hand = Hand.of(huge, CAMERA)
    assert hand is None or np.isfinite(hand.points_m).all()


@pytest.mark.parametrize("nearer", [-1.0, 1.0])
def test_a_body_says_where_the_forearm_comes_from(nearer):
    landmarks, true = made_hand()
    points_px, points_m = np.zeros((33, 3), np.float32), np.zeros((33, 3), np.float32)
    points_px[16, :2] = landmarks.points_px[0, :2]
    forearm_m = 1.38 * LENGTH_M
    elbow = true[0] + forearm_m * np.array([0.6, -0.64, nearer * 0.48])
    points_px[14, :2] = CAMERA.project(elbow)[0]
    points_m[14, 2] = nearer * 0.08  # roughly is enough to tell the two places on the line of sight apart
    body = BodyLandmarks(0, points_px, points_m, np.ones(33, np.float32), 1.0)
    straight = Hand.of(landmarks, CAMERA, length_m=LENGTH_M).forearm
    bent = Hand.of(landmarks, CAMERA, bodies=(body,), length_m=LENGTH_M).forearm
    assert straight @ [0, 1, 0] > 0.98
    np.testing.assert_allclose(bent, [-0.6, 0.64, -nearer * 0.48], atol=0.06)


def test_frames_are_rotations_along_and_out_of_the_back():
    hand = Hand.of(made_hand(turn=rotation(0.3, 2.6, 0.5), bend_rad=0.5)[0], CAMERA)
    for frame in (wrist_frame(hand), *(finger_frame(hand, name) for name in FINGERS)):
        np.testing.assert_allclose(frame[:3, :3].T @ frame[:3, :3], np.eye(3), atol=1e-9)
        assert np.linalg.det(frame[:3, :3]) == pytest.approx(1.0)
        assert frame[:3, 2] @ hand.back > 0.0
    assert wrist_frame(hand)[:3, 1] @ (hand.points_m[9] - hand.points_m[0]) > 0.0


@pytest.mark.parametrize("bend_rad", [0.0, 0.6, 1.2])
def test_a_fingers_frame_turns_with_the_finger(bend_rad):
    landmarks, _ = made_hand(bend_rad=bend_rad)
    frame = finger_frame(Hand.of(landmarks, CAMERA, length_m=LENGTH_M), "ring")
    np.testing.assert_allclose(frame[:3, 1], [0, np.cos(bend_rad), np.sin(bend_rad)], atol=0.08)
    np.testing.assert_allclose(frame[:3, 2], [0, np.sin(bend_rad), -np.cos(bend_rad)], atol=0.12)
