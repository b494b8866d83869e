"""Sub-pixel corners of squares drawn with exact area coverage, blurred in linear light."""

from __future__ import annotations

import numpy as np
import pytest

from tests.place.pages import CAMERA, photo
from tryon.place.marker import page_squares
from tryon.place.marker_page import marker_page
from tryon.place.tag_edges import linear_grey, refine_quads
from tryon.place.tag_find import find_tags
from tryon.place.tag_read import cells_of, completed, reads_as

cv2 = pytest.importorskip("cv2")
SQUARE = np.array([[20.3, 25.7], [71.1, 18.2], [80.6, 66.9], [24.8, 74.4]])


def drawn(
    quad: np.ndarray, *, blur: float = 0.8, noise: float = 0.0, dark: float = 0.03, light: float = 0.8
) -> np.ndarray:
    """(100, 100) uint8 sRGB of a dark quad on light ground; 16 × 16 samples a pixel."""
    over = 16
    fine = np.zeros((100 * over, 100 * over), np.uint8)
    # A pixel's centre is an integer; its samples spread half a pixel to either side.
    points = np.round(((quad + 0.5) * over - 0.5) * 256).astype(np.int32)
    cv2.fillPoly(fine, [points], 1, cv2.LINE_8, 8)
    cover = fine.reshape(100, over, 100, over).mean(axis=(1, 3)).astype(np.float32)
    linear = light + (dark - light) * cv2.GaussianBlur(cover, (0, 0), blur)
    srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055) * 255.0
    srgb = srgb + np.random.default_rng(0).normal(0.0, noise, srgb.shape)
    return np.clip(np.round(srgb), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("blur", [0.5, 0.8, 1.2])
def test_corners_are_found_to_a_few_hundredths_of_a_pixel_at_any_blur(blur: float) -> None:
    rough = SQUARE + np.array([[0.8, -0.6], [-0.9, 0.7], [0.5, 0.9], [-0.7, -0.8]])
    corners, sigmas, good = refine_quads(linear_grey(drawn(SQUARE, blur=blur)), rough[None], 8.0, rounds=4)
    assert good.all()
    assert corners[0] == pytest.approx(SQUARE, abs=0.07)
    assert sigmas.max() < 0.5


def test_noise_is_in_the_doubt() -> None:
    misses = []
    for seed in range(12):
        picture = drawn(SQUARE).astype(np.float64) + np.random.default_rng(seed).normal(0.0, 8.0, (100, 100))
        grey = linear_grey(np.clip(np.round(picture), 0, 255).astype(np.uint8))
        corners, sigmas, good = refine_quads(grey, SQUARE[None], 8.0)
        assert good.all()
        misses.append((corners[0] - SQUARE) / sigmas[0][:, None])
    assert float(np.sqrt(np.mean(np.square(misses)))) < 1.3
    assert float(np.abs(np.mean(misses, axis=0)).max()) < 1.2


def test_edges_in_srgb_values_would_lie_beside_the_truth() -> None:
    """Why light is made linear first: taken as they are, the values move every side outward."""
    picture = drawn(SQUARE, blur=1.2)
    wrong, _, _ = refine_quads(picture.astype(np.float32) / np.float32(255.0), SQUARE[None], 8.0)
    outward = (SQUARE - SQUARE.mean(axis=0)) / np.linalg.norm(SQUARE - SQUARE.mean(axis=0), axis=1, keepdims=True)
    assert abs(float(((wrong[0] - SQUARE) * outward).sum(axis=1).mean())) > 0.1


def test_a_finger_over_a_side_hardly_bends_it() -> None:
    picture = drawn(SQUARE)
    picture[60:84, 38:52] = 150
    corners, _, good = refine_quads(linear_grey(picture), SQUARE[None], 8.0)
    assert good.all()
    assert corners[0] == pytest.approx(SQUARE, abs=0.5)


def test_what_is_no_dark_square_is_not_good() -> None:
    flat = np.full((100, 100), 128, np.uint8)
    assert not refine_quads(linear_grey(flat), SQUARE[None], 8.0)[2].any()
    inverted = 255 - drawn(SQUARE)
    assert not refine_quads(linear_grey(inverted), SQUARE[None], 8.0)[2].any()
    assert refine_quads(linear_grey(flat), np.empty((0, 4, 2)), 8.0)[0].shape == (0, 4, 2)


def test_a_quad_outside_the_picture_is_not_good() -> None:
    assert not refine_quads(linear_grey(drawn(SQUARE)), SQUARE[None] + 70.0, 8.0)[2].any()


def test_cells_tell_one_tag_from_another() -> None:
    pixels, _ = photo(marker_page(), height_m=0.6, at_m=(0.0, 0.6))
    tag = next(one for one in find_tags(pixels, ("36h11",)) if one.id == 582)
    grey = linear_grey(pixels)
    assert reads_as(grey, tag.corners_px, cells_of("36h11", 582))
    assert not reads_as(grey, tag.corners_px, cells_of("36h11", 581))
    assert not reads_as(grey, np.roll(tag.corners_px, 1, axis=0), cells_of("36h11", 582))


def test_small_tags_are_seen_where_the_large_one_says_they_are() -> None:
    pixels, floor = photo(marker_page(), height_m=1.2, at_m=(0.1, 1.1), blur_px=0.8)
    places = {square.id: square.corners_m for square in page_squares()}
    found = [tag for tag in find_tags(pixels, ("36h11",)) if tag.id == 582]
    tags = completed(pixels, found, places)
    assert len(tags) > len(found)
    turn = np.array([[np.cos(0.4), -np.sin(0.4)], [np.sin(0.4), np.cos(0.4)]])
    for tag in tags:
        flat = places[tag.id] @ turn.T + (0.1, 1.1)
        true = CAMERA.project(flat @ floor.tangents - floor.distance_m * floor.normal)
        assert np.abs(tag.corners_px - true).max() < max(4.0 * float(tag.sigma_px.max()), 0.15)
