"""Erasing: what comes back on floors whose truth is known under the hole."""

from __future__ import annotations

import numpy as np
import pytest

from tests.place.made_depth import CAMERA, made_room
from tryon.errors import ParameterError, ShapeError
from tryon.place.depth_points import rays_of
from tryon.place.erase import NOTE, erase
from tryon.place.planes_of import planes_of
from tryon.types import Frame, Plane

TILE_M = 0.15


def tiled_floor(turn_rad: float = 0.4) -> tuple[np.ndarray, Plane]:
    """A floor of two-colored tiles in perspective, with grain and light that falls off to one side."""
    room = made_room(pitch_rad=0.9, height_m=1.3, back_m=20.0, side_m=20.0, noise=0.0)
    floor = planes_of(room.depth_m, CAMERA).planes[0]
    points = rays_of(CAMERA) * room.depth_m[..., None].astype(np.float64)
    on_floor = points @ np.linalg.inv(room.camera_from_floor)[:3, :3].T
    c, s = np.cos(turn_rad), np.sin(turn_rad)
    across, away = c * on_floor[..., 0] - s * on_floor[..., 2], s * on_floor[..., 0] + c * on_floor[..., 2]
    odd = (np.floor(across / TILE_M) + np.floor(away / TILE_M)) % 2 > 0
    pixels = np.where(odd[..., None], [168.0, 120.0, 84.0], [96.0, 84.0, 76.0])
    light = np.linspace(1.15, 0.85, CAMERA.width)[None, :, None]
    grain = np.random.default_rng(0).normal(0.0, 2.0, (*odd.shape, 1))
    return np.clip(pixels * light + grain, 0, 255).astype(np.uint8), floor


def hole(x0: int, y0: int, x1: int, y1: int) -> np.ndarray:
    mask = np.zeros((CAMERA.height, CAMERA.width), bool)
    mask[y0:y1, x0:x1] = True
    return mask


def with_item(pixels: np.ndarray, mask: np.ndarray) -> Frame:
    covered = pixels.copy()
    covered[mask] = (20, 200, 30)
    return Frame(covered)


def test_tiles_continue_in_perspective_where_the_plane_is_known() -> None:
    pixels, floor = tiled_floor()
    mask = hole(130, 110, 200, 165)
    done = erase(with_item(pixels, mask), mask, [floor])
    inner = hole(134, 114, 196, 161)
    missed = np.abs(done.frame.pixels.astype(float) - pixels).mean(axis=2)[inner]
    # A wrong tile is off by 50 on average; guessing by chance would miss half of them.
    assert (missed > 25).mean() < 0.2


def test_nothing_of_the_item_is_left_and_nothing_else_changes() -> None:
    pixels, floor = tiled_floor()
    mask = hole(120, 100, 200, 170)
    before = with_item(pixels, mask)
    kept = before.pixels.copy()
    done = erase(before, mask, [floor])
    green = done.frame.pixels[..., 1].astype(int) - done.frame.pixels[..., 0]
    assert green.max() < 30
    assert np.array_equal(done.frame.pixels[~done.mask], kept[~done.mask])
    assert np.array_equal(before.pixels, kept)
    assert done.mask[mask].all()
    assert done.mask.sum() < 1.2 * mask.sum()


def test_the_note_says_that_it_is_made_up() -> None:
    pixels, floor = tiled_floor()
    mask = hole(150, 120, 170, 140)
    assert erase(with_item(pixels, mask), mask, [floor]).note == NOTE
    assert "made up" in NOTE


def test_a_thing_beside_the_item_is_not_copied() -> None:
    rng = np.random.default_rng(1)
    pixels = np.clip(np.array([150, 118, 90]) + rng.normal(0, 6, (240, 320, 1)), 0, 255).astype(np.uint8)
    pixels[80:180, 60:110] = (70, 70, 160)  # a blue thing left of the hole
    mask = hole(125, 90, 215, 170)
    done = erase(with_item(pixels, mask), mask)
    blue = done.frame.pixels[..., 2].astype(int) - done.frame.pixels[..., 0]
    assert (blue[mask] > 0).mean() < 0.01


def test_light_that_changes_slowly_is_continued() -> None:
    ramp = np.linspace(60.0, 200.0, 320)[None, :, None] * np.array([1.0, 0.9, 0.8])
    pixels = (ramp + np.random.default_rng(2).normal(0, 2, (240, 320, 1))).clip(0, 255).astype(np.uint8)
    mask = hole(120, 80, 200, 160)
    done = erase(with_item(pixels, mask), mask)
    assert np.abs(done.frame.pixels.astype(float) - ramp)[mask].mean() < 6.0


def test_grain_is_as_strong_as_beside_the_hole() -> None:
    rng = np.random.default_rng(3)
    pixels = np.clip(128 + rng.normal(0, 8, (240, 320, 1)).repeat(3, 2), 0, 255).astype(np.uint8)
    mask = hole(120, 80, 200, 160)
    done = erase(with_item(pixels, mask), mask).frame.pixels[90:150, 130:190].astype(float)
    assert done.std() == pytest.approx(8.0, rel=0.35)


def test_the_same_photo_gives_the_same_pixels() -> None:
    pixels, floor = tiled_floor()
    mask = hole(130, 110, 190, 150)
    first, second = (erase(with_item(pixels, mask), mask, [floor]).frame.pixels for _ in range(2))
    assert np.array_equal(first, second)


@pytest.mark.parametrize("box", [(0, 0, 60, 60), (260, 180, 320, 240), (0, 100, 320, 130), (159, 119, 160, 120)])
def test_holes_at_edges_across_and_tiny_ones_are_filled(box: tuple[int, int, int, int]) -> None:
    pixels, floor = tiled_floor()
    mask = hole(*box)
    for planes in ([floor], []):
        done = erase(with_item(pixels, mask), mask, planes)
        green = done.frame.pixels[..., 1].astype(int) - done.frame.pixels[..., 0]
        assert green.max() < 40


def test_a_mask_that_reaches_over_the_horizon_is_filled_as_the_photo_shows_it() -> None:
    room = made_room(pitch_rad=0.1, back_m=30.0, side_m=30.0, noise=0.0)
    floor = planes_of(room.depth_m, CAMERA).planes[0]
    pixels = np.where((room.hit == 0)[..., None], [120, 100, 80], [190, 190, 195]).astype(np.uint8)
    mask = hole(140, 60, 190, 180)
    done = erase(with_item(pixels, mask), mask, [floor])
    green = done.frame.pixels[..., 1].astype(int) - done.frame.pixels[..., 0]
    assert green.max() < 30
    assert np.abs(done.frame.pixels[70:80, 150:180].astype(int) - [190, 190, 195]).max() < 25


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (np.zeros((240, 320), bool), "brush over the item"),
        (np.ones((240, 320), bool), "at most 60%"),
    ],
)
def test_masks_that_leave_nothing_to_do_or_to_go_by_are_refused(mask: np.ndarray, words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        erase(Frame(np.zeros((240, 320, 3), np.uint8)), mask)


def test_a_mask_of_another_size_is_refused() -> None:
    with pytest.raises(ShapeError, match="mask"):
        erase(Frame(np.zeros((240, 320, 3), np.uint8)), np.ones((24, 32), bool))
