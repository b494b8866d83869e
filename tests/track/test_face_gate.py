"""Advice for the shopper."""

import cv2
import numpy as np
import pytest

from tryon.track.crops import Square
from tryon.track.face_gate import FaceGate
from tryon.track.face_mesh import Found

GOOD = (1.0, 1.0, "")
CROP = Square(300.0, 300.0, 192.0)


@pytest.fixture(scope="module")
def points(models_ready):
    """A frontal face of 100 px between the outer eye corners, in the middle of a 600×600 picture."""
    from tryon.track.smoothing import FaceModel

    face = FaceModel().face * 100.0 * (1, -1, -1) + (300, 300, 0)
    return face.astype(np.float32)


def verdict(points, look=GOOD, *, yaw_rad=0.0, pitch_rad=0.1):
    return FaceGate().judge(points, look, yaw_rad=yaw_rad, pitch_rad=pitch_rad, width=600, height=600)


def test_a_good_face_looks_good(points):
    quality = verdict(points)
    assert quality.ok
    assert quality.sentence == "Looks good."
    assert quality.size_px == pytest.approx(100.0, abs=1.0)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda p: (p - 300) * 0.3 + 300, "Move closer."),
        (lambda p: p + np.float32((280, 0, 0)), "Move your whole face into the picture."),
        (lambda p: (p - 300) * 4 + 300, "Move back a little."),
    ],
)
def test_size_and_place_give_advice(points, change, sentence):
    quality = verdict(change(points).astype(np.float32))
    assert not quality.ok
    assert quality.sentence == sentence


@pytest.mark.parametrize(
    ("turn", "sentence"),
    [
        ({"yaw_rad": 0.9}, "Turn to the camera."),
        ({"yaw_rad": -0.9}, "Turn to the camera."),
        ({"pitch_rad": 0.7}, "Raise your chin a little."),
        ({"pitch_rad": -0.6}, "Lower your chin a little."),
    ],
)
def test_turned_heads_are_asked_back(points, turn, sentence):
    assert verdict(points, **turn).sentence == sentence


def test_blur_and_light_give_advice(points):
    assert verdict(points, (0.1, 1.0, "")).sentence == "Hold still and wipe the lens."
    assert verdict(points, (1.0, 0.1, "Turn to the light.")).sentence == "Turn to the light."


def looked(crop, points):
    return FaceGate().look(Found((points - 300) * 0.7 + 300, 1.0, CROP, crop))


@pytest.fixture
def skin():
    random = np.random.default_rng(0)
    return np.clip(random.normal(150, 25, (192, 192, 3)), 0, 255).astype(np.uint8)


def test_blur_lowers_the_sharpness(points):
    edges = np.kron(
        np.random.default_rng(2).integers(40, 220, (24, 24, 1), dtype=np.uint8), np.ones((8, 8, 3), np.uint8)
    )
    sharp, blurred = looked(edges, points)[0], looked(cv2.GaussianBlur(edges, (0, 0), 3), points)[0]
    assert sharp == 1.0
    assert blurred < 0.25


def test_light_is_judged_by_the_skin(skin, points):
    assert looked(skin, points)[1] > 0.9
    dark, glaring, half = skin // 6, np.full_like(skin, 253), skin.copy()
    half[:, 96:] //= 5
    assert looked(dark, points)[1:] == (0.0, "Find more light.")
    assert looked(glaring, points)[1:] == (0.0, "Step out of the bright light.")
    assert looked(half, points)[1:] == (0.0, "Turn to the light.")


def test_deep_skin_in_good_light_is_not_called_dark(points):
    random = np.random.default_rng(1)
    deep = np.clip(random.normal(70, 30, (192, 192, 3)), 0, 255).astype(np.uint8)  # median 70, highlights at 120
    assert looked(deep, points)[1] > 0.3


def test_a_face_at_the_border_of_its_crop_is_judged_too(skin, points):
    light = FaceGate().look(Found(points + np.float32((200, 200, 0)), 1.0, CROP, skin))
    assert all(0.0 <= value <= 1.0 for value in light[:2])
