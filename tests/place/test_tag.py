"""The tag source on rendered pages of known pose."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.place.pages import CAMERA, evidence, photo
from tryon.errors import ParameterError
from tryon.place import SOURCES, Evidence, Refusal, length_between
from tryon.place.board import BOARD, board_page
from tryon.place.marker_page import marker_page
from tryon.place.tag import from_tag
from tryon.types import Camera, Frame, Intrinsics, Plane


@pytest.fixture(scope="module")
def page() -> tuple[np.ndarray, Plane]:
    return photo(marker_page())


def test_the_source_is_registered() -> None:
    assert SOURCES.get("tag") is from_tag


def test_the_marker_page_gives_the_floor_without_being_told_its_size(page: tuple[np.ndarray, Plane]) -> None:
    pixels, floor = page
    found = from_tag(evidence(pixels))
    assert isinstance(found, Plane)
    assert found.source == "marker page"
    assert found.distance_m == pytest.approx(floor.distance_m, rel=0.02)
    assert abs(math.log(found.distance_m / floor.distance_m)) < 3.0 * math.sqrt(found.covariance[2, 2])
    assert float(found.normal @ floor.normal) > math.cos(math.radians(0.5))


def test_lengths_beside_the_page_are_true(page: tuple[np.ndarray, Plane]) -> None:
    pixels, floor = page
    found = from_tag(evidence(pixels, focal_sigma=0.0))
    assert isinstance(found, Plane)
    for ends in ([[225, 525], [750, 540]], [[480, 225], [480, 675]], [[150, 375], [825, 640]]):
        first, second = floor.points_at(ends)
        truth = float(np.linalg.norm(first - second))
        measure = length_between(found, *np.array(ends, float), click_sigma_px=0.0)
        assert measure.value_m == pytest.approx(truth, rel=0.01)
        assert measure.low_m <= truth <= measure.high_m


def test_a_page_printed_at_another_scale_counts_as_measured(page: tuple[np.ndarray, Plane]) -> None:
    pixels, _ = page
    plain = from_tag(evidence(pixels, focal_sigma=0.0))
    shrunk = from_tag(evidence(pixels, focal_sigma=0.0, tag_size_m=0.1455))
    assert isinstance(plain, Plane)
    assert isinstance(shrunk, Plane)
    assert shrunk.distance_m / plain.distance_m == pytest.approx(0.97, rel=1e-3)


def test_a_loose_tag_needs_its_size() -> None:
    pixels, floor = photo(marker_page(0.12))
    refused = from_tag(evidence(pixels, wanted=("tag",)))
    assert isinstance(refused, Refusal)
    assert "--scale tag:0.10" in refused.reason
    found = from_tag(evidence(pixels, tag_size_m=0.12))
    assert isinstance(found, Plane)
    assert found.source == "tag"
    assert abs(math.log(found.distance_m / floor.distance_m)) < 3.0 * math.sqrt(found.covariance[2, 2])


def test_unasked_a_loose_tag_says_nothing() -> None:
    pixels, _ = photo(marker_page(0.12))
    assert from_tag(evidence(pixels)) is None


def test_the_calibration_board_is_a_scale_too() -> None:
    pixels, floor = photo(board_page(), height_m=0.5, at_m=(0.02, 0.45))
    found = from_tag(evidence(pixels))
    assert isinstance(found, Plane)
    assert found.source == "calibration board"
    assert found.distance_m == pytest.approx(floor.distance_m, rel=0.02)
    assert len(BOARD.ids) == 35


def test_no_tag_is_said_only_when_one_was_asked_for() -> None:
    bare = np.full((720, 960, 3), 120, np.uint8)
    assert from_tag(evidence(bare)) is None
    refused = from_tag(evidence(bare, wanted=("tag",)))
    assert isinstance(refused, Refusal)
    assert "No whole tag is in view" in refused.reason


def test_a_page_cut_by_the_picture_counts_as_far_as_it_is_seen() -> None:
    pixels, floor = photo(marker_page(), at_m=(0.62, 1.1), yaw_rad=1.4)
    found = from_tag(evidence(pixels))
    assert isinstance(found, Plane)
    assert found.distance_m == pytest.approx(floor.distance_m, rel=0.05)


def test_a_tag_cut_by_the_picture_is_not_a_whole_tag() -> None:
    pixels, _ = photo(marker_page(0.15, "letter"))
    middle = pixels.copy()
    middle[:, :480] = 70  # the left half is gone, and every tag with it but the right ones
    found = from_tag(evidence(middle, wanted=("tag",)))
    assert isinstance(found, Plane | Refusal)


def test_a_folded_page_is_refused() -> None:
    flat, floor = photo(marker_page(), yaw_rad=0.0, height_m=0.4, at_m=(0.0, 0.4))
    fold_m = np.array([[0.0, 0.4 + 0.083]])  # between the middle tag and the upper two
    row = int(CAMERA.project(fold_m @ floor.tangents - floor.distance_m * floor.normal)[0, 1])
    folded = flat.copy()
    for y in range(row):  # the upper part leans over to the side
        folded[y] = np.roll(flat[y], round(0.15 * (row - y)), axis=0)
    answer = from_tag(evidence(folded))
    assert isinstance(answer, Refusal)
    assert "folded" in answer.reason


def test_two_pages_are_refused() -> None:
    left, _ = photo(marker_page(), at_m=(-0.35, 1.1))
    right, _ = photo(marker_page(), at_m=(0.4, 1.1))
    both = np.concatenate([left[:, :480], right[:, 480:]], axis=1)
    answer = from_tag(evidence(both))
    assert isinstance(answer, Refusal)
    assert "Two marker pages" in answer.reason


def test_tags_of_other_sizes_are_refused() -> None:
    small, _ = photo(marker_page(0.08), at_m=(-0.2, 0.5), height_m=0.6)
    large, _ = photo(marker_page(0.14), at_m=(0.2, 0.5), height_m=0.6)
    both = np.concatenate([small[:, :480], large[:, 480:]], axis=1)
    answer = from_tag(evidence(both, tag_size_m=0.08))
    assert isinstance(answer, Refusal)
    assert "one size" in answer.reason


def test_tags_on_two_planes_are_refused() -> None:
    floor, _ = photo(marker_page(0.14), at_m=(-0.2, 0.5), height_m=0.6)
    leaning, _ = photo(marker_page(0.14), at_m=(0.2, 0.8), pitch_deg=30.0, height_m=0.5)
    both = np.concatenate([floor[:, :480], leaning[:, 480:]], axis=1)
    answer = from_tag(evidence(both, tag_size_m=0.14))
    assert isinstance(answer, Refusal)
    assert "one plane" in answer.reason or "one size" in answer.reason


def test_gravity_tells_a_wall_from_a_floor_and_refuses_what_leans(page: tuple[np.ndarray, Plane]) -> None:
    pixels, floor = page
    on_floor = from_tag(evidence(pixels, up=floor.normal))
    assert isinstance(on_floor, Plane)
    assert on_floor.kind == "floor"
    on_wall = from_tag(evidence(pixels, up=floor.tangents[1]))
    assert isinstance(on_wall, Plane)
    assert on_wall.kind == "wall"
    leaning = from_tag(evidence(pixels, up=(floor.tangents[1] + floor.normal) / math.sqrt(2.0)))
    assert isinstance(leaning, Refusal)
    assert "leans" in leaning.reason


def test_a_tag_seen_from_below_is_not_on_the_floor() -> None:
    pixels, _ = photo(marker_page())
    upside_down = np.ascontiguousarray(pixels[::-1, ::-1])
    answer = from_tag(evidence(upside_down, wanted=("tag",)))
    assert isinstance(answer, Refusal)
    assert "horizon" in answer.reason


def test_impossible_sizes_are_refused(page: tuple[np.ndarray, Plane]) -> None:
    with pytest.raises(ParameterError, match=r"0\.002 to 5 m"):
        from_tag(evidence(page[0], tag_size_m=50.0))
    assert CAMERA.width == 960


def test_a_focal_length_that_the_page_contradicts_is_said() -> None:
    pixels, _ = photo(marker_page(), height_m=0.5, at_m=(0.05, 0.5))
    wrong = Intrinsics(Camera.of_focal(CAMERA.width, CAMERA.height, CAMERA.focal_x_px * 1.6), 0.01, "EXIF")
    answer = from_tag(Evidence(Frame(pixels), wrong))
    assert isinstance(answer, Refusal)
    assert "known by EXIF" in answer.reason
    told = float(answer.reason.rsplit("--focal ", 1)[1].rstrip("."))
    assert told == pytest.approx(CAMERA.focal_x_px, rel=0.03)
