"""Planes of made rooms against the truth they were made from, and of real frames where they are at hand."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.place.made_depth import CAMERA, made_room
from tryon.errors import InputError
from tryon.place.depth_file import read_depth
from tryon.place.depth_normals import local_planes
from tryon.place.planes_of import planes_of
from tryon.types import Camera

TABLE = (0.1, 0.9, 1.8, 2.5, 0.74)


def angle_deg(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.degrees(np.arccos(np.clip(a @ b, -1.0, 1.0))))


def test_floor_walls_and_table_are_told_apart() -> None:
    room = made_room(boxes=(TABLE,))
    found = planes_of(room.depth_m, CAMERA)
    kinds = [plane.kind for plane in found.planes]
    assert kinds[0] == "floor"
    assert kinds.count("floor") == 1
    assert "table" in kinds
    assert kinds.count("wall") >= 2
    floor = found.planes[0]
    assert angle_deg(floor.normal, room.up) < 0.3
    assert floor.distance_m == pytest.approx(1.4, abs=0.008)
    table = found.planes[kinds.index("table")]
    assert floor.distance_m - table.distance_m == pytest.approx(0.74, abs=0.01)
    walls = [plane for plane in found.planes if plane.kind == "wall"]
    assert min(abs(plane.distance_m - 1.6) for plane in walls) < 0.02
    assert found.remarks == ()


def test_the_largest_level_surface_need_not_be_the_floor() -> None:
    room = made_room(boxes=((-0.6, 1.6, 1.0, 2.6, 0.74),), height_m=1.5, pitch_rad=0.5)
    assert (room.hit == 3).sum() > (room.hit == 0).sum()
    floor = planes_of(room.depth_m, CAMERA).planes[0]
    assert floor.kind == "floor"
    assert floor.distance_m == pytest.approx(1.5, abs=0.015)


@pytest.mark.parametrize("pitch_rad", [0.15, 0.9])
def test_steep_and_flat_views_find_the_floor_without_being_told_what_is_up(pitch_rad: float) -> None:
    room = made_room(pitch_rad=pitch_rad, noise=0.5)
    floor = planes_of(room.depth_m, CAMERA).planes[0]
    assert floor.kind == "floor"
    assert angle_deg(floor.normal, room.up) < 0.5


def test_the_truth_lies_within_what_the_plane_admits() -> None:
    inside = 0
    for seed in range(6):
        scale = 1.0 + 0.01 * np.random.default_rng(seed).standard_normal()
        room = made_room(boxes=(TABLE,), seed=seed)
        floor = planes_of(room.depth_m * np.float32(scale), CAMERA).planes[0]
        sigma = float(np.sqrt(floor.covariance[2, 2]))
        inside += abs(1.4 / floor.distance_m - 1.0) < 1.96 * sigma
        assert 0.009 < sigma < 0.03
    assert inside >= 5  # of 6, at 95 %, one outside is not rare


def test_a_wrong_focal_length_is_admitted_in_the_covariance() -> None:
    room = made_room(noise=0.2)
    sure = planes_of(room.depth_m, CAMERA).planes[0]
    wrong = Camera.of_focal(320, 240, 260.0 * 1.05)
    off = planes_of(room.depth_m, wrong, focal_sigma=0.05).planes[0]
    # Moved by the focal error it admits, the plane comes back to where it truly is.
    change = off.covariance[:, 3] / off.covariance[3, 3] * -(0.05 / 1.05)
    back = off.moved(change)
    assert angle_deg(back.normal, sure.normal) < 0.15
    assert back.distance_m == pytest.approx(sure.distance_m, rel=0.003)
    assert back.camera.focal_x_px == pytest.approx(260.0, rel=0.003)


def test_holes_and_another_resolution_change_little() -> None:
    room = made_room(boxes=(TABLE,))
    holed = room.depth_m.copy()
    rng = np.random.default_rng(1)
    holed[rng.random(holed.shape) < 0.3] = 0.0
    holed[100:140, 60:200] = np.nan
    photo = Camera.of_focal(1280, 960, 1040.0)
    found = planes_of(holed, photo)
    assert found.planes[0].camera is photo
    assert found.planes[0].distance_m == pytest.approx(1.4, abs=0.012)
    outline = found.seen[0].outline_px
    assert outline[:, 1].max() > 900.0  # the floor reaches down to the photo's lower edge
    assert np.nanmax(np.abs(found.seen[0].outline_m @ found.planes[0].normal + found.planes[0].distance_m)) < 1e-6


def test_a_view_of_walls_alone_has_no_floor_and_says_so() -> None:
    room = made_room(pitch_rad=-0.6, height_m=1.5, back_m=2.0)
    assert not (room.hit == 0).any()
    # Without gravity a wall seen from below is a floor seen from above.
    found = planes_of(room.depth_m, CAMERA, up=room.up)
    assert found.floor is None
    assert "floor" in found.remarks[0]


def test_a_table_top_taken_for_the_floor_is_said() -> None:
    room = made_room(boxes=((-0.5, 0.5, 0.6, 1.3, 0.74),), pitch_rad=0.7)
    depth = room.depth_m.copy()
    # The floor is in view, but in shreds too small to be a surface.
    rng = np.random.default_rng(0)
    depth[(room.hit == 0) & (rng.random(depth.shape) < 0.4)] = 0.0
    depth[room.hit == 0] += rng.uniform(-0.3, 0.0, (room.hit == 0).sum()).astype(np.float32)
    found = planes_of(depth, CAMERA)
    assert found.floor is None or found.floor.plane.distance_m > 1.2 or "table" in found.remarks[0]


@pytest.mark.parametrize(
    ("depth", "words"),
    [
        (np.zeros((24, 32), np.float32), "holes only"),
        (np.full((24, 40), 2.0, np.float32), "another shape"),
        (np.zeros((4, 24, 32), np.float32), "frame"),
    ],
)
def test_what_cannot_be_depth_of_the_photo_is_refused(depth: np.ndarray, words: str) -> None:
    with pytest.raises(InputError, match=words):
        planes_of(depth, CAMERA)


def test_values_in_another_byte_order_are_refused() -> None:
    millimeters = np.rint(made_room().depth_m * 1000.0).astype(np.uint16)
    with pytest.raises(InputError, match="byte order"):
        planes_of(millimeters.byteswap().astype(np.float32) / 1000.0, CAMERA)


def test_little_planes_are_the_plane_they_lie_on() -> None:
    room = made_room(noise=0.0)
    q, fits = local_planes(room.depth_m, CAMERA, radius_px=3)
    normals = -q / np.linalg.norm(q, axis=2, keepdims=True)
    inner = cv2.erode((room.hit == 0).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    on_floor = fits & inner
    assert on_floor.sum() > 10_000
    assert np.abs(normals[on_floor] @ room.up - 1.0).max() < 1e-4


def test_real_frames_give_their_listed_floor(shared_data: Path) -> None:
    folder = shared_data / "rooms" / "slambook_room"
    camera = Camera(640, 480, 518.0, 519.0, 325.5, 253.5)
    frame = read_depth(folder / "depth_4.pgm")
    floor = planes_of(frame.depth_m, camera).planes[0]
    listed = np.array([-0.1157, 0.9566, 0.2676])
    assert angle_deg(floor.normal, listed / np.linalg.norm(listed)) < 0.5
    assert floor.distance_m == pytest.approx(1.341, abs=0.01)
