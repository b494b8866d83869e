import numpy as np
import pytest

from tests.place.floors import CARD_M, Floor, Lying
from tryon.place import Evidence, Refusal
from tryon.place.card import from_card
from tryon.types import Intrinsics, Plane

CARD = Lying(CARD_M, (0.02, 0.14), turn_rad=0.5, rgb=(0.05, 0.2, 0.6), round_m=0.00318)


def _floor(card: Lying) -> Floor:
    return Floor((card,), height_m=0.2, pitch_rad=np.radians(55.0), width=720, height=540, focal_px=800.0)


def _answer(floor: Floor, **options: object) -> Plane | Refusal | None:
    return from_card(Evidence(floor.frame(), Intrinsics(floor.camera, 0.0, "given"), **options))  # type: ignore[arg-type]  # options of Evidence


@pytest.mark.parametrize("rgb", [(0.05, 0.2, 0.6), (0.75, 0.73, 0.7), (0.02, 0.02, 0.02)])
def test_a_bank_card_gives_the_floor_whatever_its_color(rgb: tuple[float, float, float]) -> None:
    floor = _floor(Lying(CARD_M, (0.02, 0.14), turn_rad=0.5, rgb=rgb, round_m=0.00318))
    plane = _answer(floor)
    assert isinstance(plane, Plane), plane
    assert plane.distance_m == pytest.approx(floor.height_m, rel=0.01)
    assert float(plane.normal @ floor.normal) > np.cos(np.radians(1.0))
    assert plane.source == "bank card"


def test_a_rectangle_of_a_cards_shape_with_sharp_corners_is_no_card() -> None:
    answer = _answer(_floor(Lying(CARD_M, (0.02, 0.14), turn_rad=0.5, rgb=(0.05, 0.2, 0.6))))
    assert isinstance(answer, Refusal)
    assert "No bank card" in answer.reason


def test_a_card_too_small_to_show_its_corners_counts_only_when_asked_for() -> None:
    floor = Floor((Lying(CARD_M, (0.02, 0.6), rgb=(0.03, 0.1, 0.5), round_m=0.00318),), height_m=0.7)
    unasked = _answer(floor)
    assert isinstance(unasked, Refusal)
    assert "too small" in unasked.reason
    asked = _answer(floor, wanted=("card",))
    assert isinstance(asked, Plane), asked
    assert asked.distance_m == pytest.approx(floor.height_m, rel=0.03)


def test_corners_by_hand_are_a_cards_only_when_a_card_is_asked_for() -> None:
    floor = _floor(CARD)
    corners = floor.corners_px(CARD) + 1.0
    assert _answer(floor, corners_px=corners) is None
    plane = _answer(floor, corners_px=corners, wanted=("card",))
    assert isinstance(plane, Plane), plane
    assert plane.distance_m == pytest.approx(floor.height_m, rel=0.01)


def test_an_empty_floor_has_no_card() -> None:
    answer = _answer(Floor(()))
    assert isinstance(answer, Refusal)
    assert not answer.telling
