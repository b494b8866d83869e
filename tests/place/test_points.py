"""Floors from measured distances, tiles, doors and heights, against random true floors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from tests.place.planes import HEIGHT, WIDTH, Floor, checked_lengths, random_floor, rectangle_at
from tryon.place import Evidence, Refusal
from tryon.place.door import from_door
from tryon.place.evidence import KnownRectangle, KnownSpan
from tryon.place.height import from_height
from tryon.place.points import from_points
from tryon.place.tile import from_tile
from tryon.place.vanishing_upright import upright_of
from tryon.types import Camera, Frame, Intrinsics, Plane

BARE = Frame(np.full((HEIGHT, WIDTH, 3), 90, np.uint8))
CLICK = 0.7


def told(floor: Floor, **known: Any) -> Evidence:
    return Evidence(BARE, floor.believed, **known)


def leaning_up(floor: Floor, rng: np.random.Generator) -> np.ndarray:
    """Gravity as a phone tells it, off by its usual degree."""
    off = rng.normal(0.0, math.radians(1.0), 2)
    return floor.plane.moved([off[0], off[1], 0.0, 0.0]).normal


def span(floor: Floor, rng: np.random.Generator, sigma_m: float = 0.003, click: float = CLICK) -> KnownSpan:
    while True:
        ends_px = np.column_stack([rng.uniform(150.0, 1130.0, 2), rng.uniform(450.0, 930.0, 2)])
        ends = floor.plane.points_at(ends_px)
        length = float(np.linalg.norm(ends[0] - ends[1]))
        if 0.4 < length < 3.0:
            clicked = ends_px + rng.normal(0.0, click, (2, 2))
            return KnownSpan(clicked, length + rng.normal(0.0, sigma_m), sigma_m)


def test_one_span_and_gravity_give_the_floor_as_surely_as_stated() -> None:
    rng = np.random.default_rng(1)
    checked, scores = [], []
    for _ in range(60):
        floor = random_floor(rng)
        found = from_points(told(floor, spans=(span(floor, rng),), up=leaning_up(floor, rng)))
        assert isinstance(found, Plane)
        scores.append(math.log(found.distance_m / floor.plane.distance_m) / math.sqrt(found.covariance[2, 2]))
        checked += checked_lengths(found, floor, rng)
    assert 0.6 < float(np.sqrt(np.mean(np.square(scores)))) < 1.4
    assert np.mean([hit for _, hit in checked]) >= 0.9


def test_more_spans_are_surer_than_one() -> None:
    rng = np.random.default_rng(2)
    floor = random_floor(rng)
    spans = tuple(span(floor, rng) for _ in range(4))
    up = leaning_up(floor, rng)
    one, four = (from_points(told(floor, spans=some, up=up)) for some in (spans[:1], spans))
    assert isinstance(one, Plane)
    assert isinstance(four, Plane)
    assert four.covariance[2, 2] < one.covariance[2, 2]


def test_exact_spans_in_several_directions_need_no_gravity() -> None:
    rng = np.random.default_rng(3)
    floor = random_floor(rng, focal_sigma=0.0)
    spans = tuple(span(floor, rng, sigma_m=0.0005, click=0.0) for _ in range(6))
    spans = tuple(KnownSpan(one.ends_px, one.length_m, 0.0005) for one in spans)
    found = from_points(told(floor, spans=spans))
    assert isinstance(found, Plane)
    assert found.distance_m == pytest.approx(floor.plane.distance_m, rel=0.02)
    assert float(found.normal @ floor.plane.normal) > math.cos(0.03)


def test_one_or_two_spans_alone_are_refused() -> None:
    rng = np.random.default_rng(4)
    floor = random_floor(rng)
    for count in (1, 2):
        answer = from_points(told(floor, spans=tuple(span(floor, rng) for _ in range(count))))
        assert isinstance(answer, Refusal)
        assert "how the floor tilts" in answer.reason


def test_spans_that_disagree_are_refused_with_both_lengths() -> None:
    rng = np.random.default_rng(5)
    floor = random_floor(rng)
    spans = [span(floor, rng) for _ in range(4)]
    spans[2] = KnownSpan(spans[2].ends_px, spans[2].length_m * 1.3)
    answer = from_points(told(floor, spans=tuple(spans), up=floor.plane.normal))
    assert isinstance(answer, Refusal)
    assert "disagree" in answer.reason


@pytest.mark.parametrize(
    ("ends", "length", "said"),
    [
        ([[100, 100], [900, 120]], 1.0, "horizon"),
        ([[600, 800], [601, 801]], 1.0, "longer one"),
        ([[300, 800], [900, 800]], -1.0, "0.005 to 100 m"),
        ([[300, 800], [900, 800]], math.nan, "0.005 to 100 m"),
        ([[300, 800], [math.inf, 800]], 1.0, "finite"),
    ],
)
def test_bad_spans_are_refused(ends: list[list[float]], length: float, said: str) -> None:
    floor = random_floor(np.random.default_rng(6))
    level = np.array([0.0, 1.0, 0.0])
    answer = from_points(told(floor, spans=(KnownSpan(np.array(ends, float), length),), up=level))
    assert isinstance(answer, Refusal)
    assert said in answer.reason


def test_a_camera_height_and_gravity_give_the_floor_as_surely_as_stated() -> None:
    rng = np.random.default_rng(7)
    checked = []
    for _ in range(60):
        floor = random_floor(rng)
        height = floor.plane.distance_m + rng.normal(0.0, 0.02)
        found = from_height(told(floor, camera_height_m=(height, 0.02), up=leaning_up(floor, rng)))
        assert isinstance(found, Plane)
        assert found.distance_m == pytest.approx(height)
        checked += checked_lengths(found, floor, rng)
    assert np.mean([hit for _, hit in checked]) >= 0.9


def test_a_camera_height_without_any_up_is_refused() -> None:
    answer = from_height(told(random_floor(np.random.default_rng(8)), camera_height_m=(1.5, 0.02)))
    assert isinstance(answer, Refusal)
    assert "tilts" in answer.reason


def test_a_camera_that_looks_up_sees_no_floor() -> None:
    floor = random_floor(np.random.default_rng(16))
    up = np.array([0.0, math.cos(1.0), -math.sin(1.0)])
    answer = from_height(told(floor, camera_height_m=(1.5, 0.02), up=up))
    assert isinstance(answer, Refusal)
    assert "horizon lies below the picture" in answer.reason


@pytest.mark.parametrize("height", [(0.0, 0.0), (-1.0, 0.1), (1.5, 2.0), (math.nan, 0.1), (100.0, 1.0)])
def test_impossible_heights_are_refused(height: tuple[float, float]) -> None:
    floor = random_floor(np.random.default_rng(9))
    answer = from_height(told(floor, camera_height_m=height, up=floor.plane.normal))
    assert isinstance(answer, Refusal)


def test_a_tile_gives_the_floor_as_surely_as_stated() -> None:
    rng = np.random.default_rng(10)
    checked = []
    for _ in range(50):
        floor = random_floor(rng)
        corners = floor.pixels(rectangle_at(floor, (0.6, 0.6), rng)) + rng.normal(0.0, CLICK, (4, 2))
        found = from_tile(told(floor, tile=KnownRectangle(corners, (0.6, 0.6), 0.002)))
        assert isinstance(found, Plane)
        checked += checked_lengths(found, floor, rng)
    assert np.mean([hit for _, hit in checked]) >= 0.9


def test_a_tile_of_the_wrong_proportions_is_refused() -> None:
    rng = np.random.default_rng(11)
    floor = random_floor(rng)
    corners = floor.pixels(rectangle_at(floor, (0.6, 0.6), rng))
    answer = from_tile(told(floor, tile=KnownRectangle(corners, (0.6, 0.3), 0.002)))
    assert isinstance(answer, Refusal)
    assert "check the size" in answer.reason
    crossed = from_tile(told(floor, tile=KnownRectangle(corners[[0, 2, 1, 3]], (0.6, 0.6), 0.002)))
    assert isinstance(crossed, Refusal)
    assert isinstance(from_tile(told(floor, tile=KnownRectangle(corners, (0.0, 0.6)))), Refusal)
    assert isinstance(from_tile(told(floor, tile=KnownRectangle(corners, (0.6, 0.6), 0.5))), Refusal)


def door_of(rng: np.random.Generator) -> tuple[Floor, np.ndarray]:
    """A floor before a camera that looks nearly level, and a door's four corners, the foot first."""
    pitch = math.radians(rng.uniform(0.0, 12.0))
    camera = Camera.of_focal(WIDTH, HEIGHT, 800.0 * math.exp(rng.normal(0.0, 0.02)))
    plane = Plane(camera, np.array([0.0, math.cos(pitch), math.sin(pitch)]), rng.uniform(1.2, 1.6), np.eye(4), "truth")
    floor = Floor(plane, Intrinsics(Camera.of_focal(WIDTH, HEIGHT, 800.0), 0.02, "test"))
    angle = rng.uniform(-0.7, 0.7)
    along = 0.43 * np.array([math.cos(angle), math.sin(angle)])
    middle = np.array([rng.uniform(-0.5, 0.5), rng.uniform(3.2, 4.0)])
    foot = floor.space(np.stack([middle - along, middle + along]))
    top = foot[::-1] + 2.01 * plane.normal
    return floor, camera.project(np.concatenate([foot, top]))


def test_a_door_gives_the_floor_at_its_foot_as_surely_as_stated() -> None:
    rng = np.random.default_rng(12)
    scores, tilts = [], []
    for _ in range(50):
        floor, corners = door_of(rng)
        clicked = corners + rng.normal(0.0, CLICK, (4, 2))
        found = from_door(told(floor, door=KnownRectangle(clicked, (0.86, 2.01), 0.003)))
        assert isinstance(found, Plane)
        assert found.kind == "floor"
        scores.append(math.log(found.distance_m / floor.plane.distance_m) / math.sqrt(found.covariance[2, 2]))
        turn = found.tangents @ np.cross(found.normal, floor.plane.normal)
        tilts += [turn[0] / math.sqrt(found.covariance[0, 0]), turn[1] / math.sqrt(found.covariance[1, 1])]
    assert 0.5 < float(np.sqrt(np.mean(np.square(scores)))) < 1.4
    assert 0.5 < float(np.sqrt(np.mean(np.square(tilts)))) < 1.5


def test_a_door_upside_down_is_refused() -> None:
    floor, corners = door_of(np.random.default_rng(13))
    answer = from_door(told(floor, door=KnownRectangle(corners[[2, 3, 0, 1]], (0.86, 2.01))))
    assert isinstance(answer, Refusal)


@pytest.mark.parametrize(
    ("name", "source"), [("points", from_points), ("height", from_height), ("tile", from_tile), ("door", from_door)]
)
def test_a_source_that_was_told_nothing_speaks_only_when_asked(name: str, source: Any) -> None:
    floor = random_floor(np.random.default_rng(14))
    assert source(told(floor)) is None
    answer = source(told(floor, wanted=(name,)))
    assert isinstance(answer, Refusal)
    assert answer.reason.endswith((".", "!"))


def test_up_must_be_a_direction() -> None:
    floor = random_floor(np.random.default_rng(15))
    with pytest.raises(ValueError, match="not zero"):
        upright_of(told(floor, up=np.zeros(3)))
