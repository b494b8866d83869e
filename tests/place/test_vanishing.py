"""Vanishing points on drawn boxes of known pose and on photos whose floor a depth sensor measured."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tryon.place import Evidence, Refusal
from tryon.place.height import from_height
from tryon.place.intrinsics import intrinsics_of
from tryon.place.vanishing import Vanishing, vanishing_points
from tryon.place.vanishing_upright import Upright, upright_of
from tryon.types import Camera, Frame, Intrinsics, Plane

DATA = Path("/work/shared/data")
FOCAL_PX = 620.0
CAMERA = Camera.of_focal(800, 600, FOCAL_PX)


def turned(pitch_deg: float, yaw_deg: float, roll_deg: float) -> np.ndarray:
    """(3, 3) the room's axes in camera space; the second column is up."""
    pitch, yaw, roll = (math.radians(angle) for angle in (pitch_deg, yaw_deg, roll_deg))
    about_y = np.array([[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, math.cos(pitch), -math.sin(pitch)], [0, math.sin(pitch), math.cos(pitch)]])
    about_z = np.array([[math.cos(roll), -math.sin(roll), 0], [math.sin(roll), math.cos(roll), 0], [0, 0, 1]])
    return about_z @ about_x @ about_y


def room(axes: np.ndarray, seed: int = 0, noise: float = 4.0) -> Frame:
    """Boxes standing in a room, drawn as filled faces with noise; the camera is in the room's middle."""
    cv2 = pytest.importorskip("cv2")
    rng = np.random.default_rng(seed)
    picture = np.full((600, 800, 3), 110.0, np.float32)
    boxes = [((rng.uniform(-2.5, 2.5), -1.4, rng.uniform(-6.0, -3.0)), rng.uniform(0.4, 1.5, 3)) for _ in range(14)]
    for foot, size in sorted(boxes, key=lambda box: box[0][2]):
        corners = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)]) * size + np.array(foot)
        seen = corners @ axes.T
        if seen[:, 2].max() > -0.5:
            continue
        pixels = CAMERA.project(seen)
        for face in ([0, 2, 6, 4], [1, 3, 7, 5], [2, 3, 7, 6], [0, 1, 3, 2], [4, 5, 7, 6]):
            points = np.round(pixels[face] * 16).astype(np.int32)
            cv2.fillPoly(picture, [points], rng.uniform(30.0, 230.0, 3).tolist(), cv2.LINE_AA, 4)
    picture += rng.normal(0.0, noise, picture.shape)
    return Frame(np.clip(cv2.GaussianBlur(picture, (0, 0), 0.8), 0, 255).astype(np.uint8))


def test_up_and_focal_length_are_found_within_their_doubt() -> None:
    off, focal_off = [], []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        axes = turned(rng.uniform(5.0, 25.0), rng.uniform(15.0, 40.0), rng.normal(0.0, 3.0))
        wrong = math.exp(rng.normal(0.0, 0.1))
        believed = Intrinsics(Camera.of_focal(800, 600, FOCAL_PX / wrong), 0.12, "assumed")
        found = vanishing_points(room(axes, seed), believed)
        if isinstance(found, Refusal):  # few boxes in view
            continue
        assert found.up is not None
        tilt = math.acos(min(1.0, float(found.up @ axes[:, 1])))
        off.append(tilt / math.sqrt(float(found.covariance[:2, :2].trace())))
        focal_off.append(math.log(found.focal / wrong) / found.focal_sigma)
    assert len(off) >= 5
    assert max(off) < 3.0
    assert max(np.abs(focal_off)) < 3.0


def test_a_known_focal_length_makes_up_surer() -> None:
    axes = turned(15.0, 30.0, 2.0)
    frame = room(axes, 3)
    sure, unsure = (vanishing_points(frame, Intrinsics(CAMERA, sigma, "test")) for sigma in (0.01, 0.12))
    assert isinstance(sure, Vanishing)
    assert isinstance(unsure, Vanishing)
    assert sure.up is not None
    assert sure.covariance[0, 0] < unsure.covariance[0, 0]
    assert float(sure.up @ axes[:, 1]) > math.cos(math.radians(1.5))


def test_a_picture_without_edges_is_refused() -> None:
    noise = np.random.default_rng(0).normal(120.0, 6.0, (600, 800, 3))
    answer = vanishing_points(Frame(noise.astype(np.uint8)), Intrinsics(CAMERA, 0.12, "test"))
    assert isinstance(answer, Refusal)
    assert "straight edges" in answer.reason


def test_one_direction_alone_is_refused() -> None:
    stripes = np.zeros((600, 800, 3), np.uint8)
    stripes[:, (np.arange(800) // 25) % 2 == 0] = 200
    assert isinstance(vanishing_points(Frame(stripes), Intrinsics(CAMERA, 0.12, "test")), Refusal)


@pytest.mark.parametrize("pitch_deg", [45.0, 52.0, 62.0])
def test_looking_steeply_down_away_is_not_taken_for_up(pitch_deg: float) -> None:
    axes = turned(pitch_deg, 30.0, 0.0)
    told = 0
    for seed in range(5, 9):
        found = vanishing_points(room(axes, seed), Intrinsics(CAMERA, 0.02, "test"))
        if isinstance(found, Vanishing) and found.up is not None:
            told += 1
            assert float(found.up @ axes[:, 1]) > math.cos(math.radians(6.0))
    assert told <= 4


def test_a_height_and_straight_edges_make_a_floor() -> None:
    axes = turned(15.0, 30.0, 2.0)
    known = Evidence(room(axes, 3), Intrinsics(CAMERA, 0.02, "test"), camera_height_m=(1.4, 0.02))
    upright = upright_of(known)
    assert isinstance(upright, Upright)
    found = from_height(known)
    assert isinstance(found, Plane)
    assert float(found.normal @ axes[:, 1]) > math.cos(math.radians(2.0))


def test_edges_help_where_the_photo_says_nothing() -> None:
    facts = intrinsics_of(room(turned(12.0, 35.0, 1.0), 1))
    truth = FOCAL_PX / facts.intrinsics.camera.focal_x_px
    assert abs(math.log(truth)) < 3.0 * facts.intrinsics.focal_sigma
    assert facts.remarks


def rgbd_photos() -> list[tuple[str, dict[str, float]]]:
    if not DATA.exists():
        return []
    photos = []
    for entry in json.loads((DATA / "MANIFEST.json").read_text()):
        path, known = entry["path"], entry.get("meta", {}).get("intrinsics")
        color = path.endswith((".png", ".jpg", ".ppm")) and "depth" not in path.lower()
        if path.startswith("rooms/") and color and isinstance(known, dict) and "fx" in known:
            photos.append((path, known))
    return photos


@pytest.mark.skipif(not DATA.exists(), reason="test data absent")
def test_focal_lengths_of_real_rooms_lie_within_their_doubt() -> None:
    """Desks full of things askew are the hard case: no more than the stated doubt, whatever is found."""
    scores = []
    for path, known in rgbd_photos()[::2]:
        with Image.open(DATA / path) as image:
            if image.mode != "RGB":
                continue
            pixels = np.array(image)
        camera = Camera(
            pixels.shape[1], pixels.shape[0], known["fx"], known["fx"], known["cx"], known["cy"]
        )  # the truth, believed to be unsure
        found = vanishing_points(Frame(pixels), Intrinsics(camera, 0.12, "test"))
        if isinstance(found, Vanishing):
            scores.append(math.log(found.focal) / found.focal_sigma)
    assert len(scores) >= 4
    assert float(np.sqrt(np.mean(np.square(scores)))) < 1.6


@pytest.mark.skipif(not DATA.exists(), reason="test data absent")
def test_up_in_real_rooms_is_the_normal_of_the_floor_that_depth_shows() -> None:
    tilts, scores = [], []
    for path, known in rgbd_photos():
        entry = next(one for one in json.loads((DATA / "MANIFEST.json").read_text()) if one["path"] == path)
        floor = entry["meta"].get("derived_from_depth", {}).get("floor_candidate")
        if floor is None:
            continue
        with Image.open(DATA / path) as image:
            pixels = np.array(image.convert("RGB"))
        camera = Camera(pixels.shape[1], pixels.shape[0], known["fx"], known["fy"], known["cx"], known["cy"])
        found = vanishing_points(Frame(pixels), Intrinsics(camera, 0.01, "test"))
        if not isinstance(found, Vanishing) or found.up is None:
            continue
        normal = np.array(floor["n"]) * (1.0, -1.0, -1.0)
        tilts.append(math.degrees(math.acos(min(1.0, abs(float(found.up @ normal))))))
        scores.append(math.radians(tilts[-1]) / math.sqrt(float(found.covariance[:2, :2].trace())))
    assert len(tilts) >= 5
    assert max(tilts) < 3.0
    assert max(scores) < 2.5
