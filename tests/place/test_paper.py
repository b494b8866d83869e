from dataclasses import replace

import numpy as np
import pytest

from tests.place.floors import A4_M, LETTER_M, Floor, Lying
from tryon.place import Evidence, Refusal, length_between
from tryon.place.a4 import from_a4
from tryon.place.letter import from_letter
from tryon.types import Camera, Frame, Intrinsics, Plane


def _evidence(floor: Floor, *, sigma: float = 0.0, **options: object) -> Evidence:
    return Evidence(floor.frame(), Intrinsics(floor.camera, sigma, "given"), **options)  # type: ignore[arg-type]  # options of Evidence


def _only(answer: Plane | Refusal | None) -> Plane:
    assert isinstance(answer, Plane), answer
    return answer


def _refusal(answer: Plane | Refusal | None) -> str:
    assert isinstance(answer, Refusal), answer
    assert answer.reason.endswith(".")
    return answer.reason


@pytest.mark.parametrize(("size_m", "finds", "other"), [(A4_M, from_a4, from_letter), (LETTER_M, from_letter, from_a4)])
def test_paper_gives_the_floor_and_its_size_is_told_by_its_shape(size_m, finds, other) -> None:  # type: ignore[no-untyped-def]  # parametrized callables
    floor = Floor((Lying(size_m),))
    evidence = _evidence(floor)
    plane = _only(finds(evidence))
    assert other(evidence) is None
    assert plane.distance_m == pytest.approx(floor.height_m, rel=0.01)
    assert float(plane.normal @ floor.normal) > np.cos(np.radians(0.7))
    ends_m = np.array([[-0.4, 0.7], [0.4, 1.5]])
    measured = length_between(plane, *floor.seen(ends_m), click_sigma_px=0.0)
    true_m = float(np.linalg.norm(ends_m[1] - ends_m[0]))
    assert measured.value_m == pytest.approx(true_m, rel=0.01)
    assert measured.low_m <= true_m <= measured.high_m
    assert measured.source in ("A4 sheet", "Letter sheet")


def test_white_paper_on_light_wood_with_a_shadow_across_is_found() -> None:
    floor = Floor((Lying(A4_M),), rgb=(0.55, 0.45, 0.33), shadow=True)
    assert _only(from_a4(_evidence(floor))).distance_m == pytest.approx(floor.height_m, rel=0.015)


def test_a_foot_on_an_edge_does_not_hide_the_sheet() -> None:
    floor = Floor((Lying(A4_M, turn_rad=0.1),), foot_m=(0.0, 0.80, 0.06))
    assert _only(from_a4(_evidence(floor))).distance_m == pytest.approx(floor.height_m, rel=0.02)


def test_a_floor_without_paper_is_refused_quietly() -> None:
    answer = from_a4(_evidence(Floor(())))
    assert isinstance(answer, Refusal)
    assert not answer.telling
    assert from_letter(_evidence(Floor(()))) is None


def test_two_sheets_are_refused() -> None:
    floor = Floor((Lying(A4_M, (-0.3, 0.9)), Lying(A4_M, (0.3, 1.0), turn_rad=-0.2)))
    assert "Two sheets" in _refusal(from_a4(_evidence(floor)))


def test_a_sheet_cut_by_the_edge_of_the_picture_is_refused() -> None:
    floor = Floor((Lying(A4_M, (-0.9, 1.0), turn_rad=0.0),))
    assert "cut by the picture's edge" in _refusal(from_a4(_evidence(floor)))


def test_the_wrong_word_for_a_sheet_is_contradicted() -> None:
    floor = Floor((Lying(LETTER_M),))
    assert "shape of a Letter sheet" in _refusal(from_a4(_evidence(floor, wanted=("a4",))))
    assert from_letter(_evidence(floor, wanted=("a4",))) is None


def test_sizes_that_the_view_cannot_tell_apart_are_said_to_be_and_a_word_settles_it() -> None:
    floor = Floor((Lying(A4_M, turn_rad=0.05),))
    unsure = _evidence(floor, sigma=0.4)
    assert "cannot be told apart" in _refusal(from_a4(unsure))
    assert from_letter(unsure) is None
    asked = replace(unsure, wanted=("a4",))
    assert _only(from_a4(asked)).source == "A4 sheet"


def test_gravity_that_disagrees_with_the_sheet_means_another_plane() -> None:
    floor = Floor((Lying(A4_M),))
    assert "leans" in _refusal(from_a4(_evidence(floor, up=np.array([0.0, 0.2, 0.98]), wanted=("a4",))))
    assert _only(from_a4(_evidence(floor, up=floor.normal)))


def test_a_white_square_is_neither_size() -> None:
    floor = Floor((Lying((0.25, 0.25)),))
    assert "neither A4 nor Letter" in _refusal(from_a4(_evidence(floor)))


def test_corners_by_hand_move_to_the_edges_when_near() -> None:
    floor = Floor((Lying(A4_M),))
    marked = floor.corners_px(floor.things[0])[[2, 0, 3, 1]] + np.random.default_rng(2).normal(0.0, 1.5, (4, 2))
    plane = _only(from_a4(_evidence(floor, corners_px=marked)))
    assert plane.distance_m == pytest.approx(floor.height_m, rel=0.01)


def test_corners_by_hand_count_as_they_are_where_there_is_no_edge() -> None:
    floor = Floor((Lying(A4_M),))
    plain = Frame(np.full((floor.height, floor.width, 3), 120, np.uint8))
    corners = floor.corners_px(floor.things[0])
    evidence = Evidence(plain, Intrinsics(floor.camera, 0.0, "given"), wanted=("a4",), corners_px=corners)
    plane = _only(from_a4(evidence))
    assert plane.distance_m == pytest.approx(floor.height_m, rel=1e-3)
    sure = _only(from_a4(_evidence(floor, wanted=("a4",), corners_px=corners)))
    assert plane.covariance[2, 2] > 4.0 * sure.covariance[2, 2]


@pytest.mark.parametrize(
    "corners",
    [
        np.array([[10.0, 10.0], [20.0, 10.0], [30.0, 10.0], [40.0, 10.0]]),
        np.array([[10.0, 10.0], [np.nan, 10.0], [30.0, 40.0], [40.0, 10.0]]),
        np.array([[1e6, 10.0], [2e6, 10.0], [2e6, 1e6], [1e6, 1e6]]),
        np.zeros((3, 2)),
    ],
)
def test_corners_that_cannot_be_a_sheet_are_refused_in_a_sentence(corners: np.ndarray) -> None:
    assert "orners" in _refusal(from_a4(_evidence(Floor(()), wanted=("a4",), corners_px=corners)))


def test_nothing_is_looked_for_when_another_source_is_wanted() -> None:
    evidence = _evidence(Floor(()), wanted=("tag",))
    assert from_a4(evidence) is None
    assert from_letter(evidence) is None


def test_a_tiny_picture_is_refused_not_a_crash() -> None:
    frame = Frame(np.zeros((2, 3, 3), np.uint8))
    answer = from_a4(Evidence(frame, Intrinsics(Camera.of_focal(3, 2, 3.0), 0.0, "given")))
    assert isinstance(answer, Refusal)


def test_grey_things_that_could_be_either_size_are_not_called_a_sheet_unasked() -> None:
    for rgb, telling in (((0.2, 0.2, 0.2), False), ((0.8, 0.8, 0.79), True)):
        floor = Floor((Lying(A4_M, turn_rad=0.05, rgb=rgb),), rgb=(0.05, 0.05, 0.05))
        answer = from_a4(_evidence(floor, sigma=0.4))
        assert isinstance(answer, Refusal)
        assert "told apart" in answer.reason
        assert answer.telling is telling
