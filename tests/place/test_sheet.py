import numpy as np
import pytest

from tests.place.floors import A4_M, Floor, Lying
from tryon.place import Evidence, Refusal
from tryon.place.edges import Outline
from tryon.place.sheet import A4, CARD, LETTER, fit_sheet, told_apart, unlike_floor
from tryon.types import Frame, Intrinsics, Plane

FLOOR = Floor((Lying(A4_M),))


def _outline(corners: np.ndarray, sigma_px: float = 0.1) -> Outline:
    return Outline(corners, np.full(4, sigma_px), np.ones(4), np.zeros(4), np.ones(4), 0.05)


def _evidence(sigma: float = 0.0) -> Evidence:
    blank = Frame(np.zeros((FLOOR.height, FLOOR.width, 3), np.uint8))
    return Evidence(blank, Intrinsics(FLOOR.camera, sigma, "given"))


def test_exact_corners_give_the_exact_floor() -> None:
    fit = fit_sheet(_outline(FLOOR.corners_px(FLOOR.things[0])), A4, _evidence())
    assert fit is not None
    assert fit.misfit < 0.01
    assert fit.plane.distance_m == pytest.approx(FLOOR.height_m, rel=1e-4)


def test_the_shape_tells_the_size_where_it_can_and_says_so_where_not() -> None:
    corners = FLOOR.corners_px(FLOOR.things[0])
    answer = told_apart(_outline(corners), (A4, LETTER), _evidence())
    assert not isinstance(answer, Refusal)
    assert answer[0] is A4
    vague = told_apart(_outline(corners, 3.0), (A4, LETTER), _evidence())
    assert isinstance(vague, Refusal)
    assert "cannot be told apart" in vague.reason


def test_an_outline_too_small_for_a_scale_is_refused() -> None:
    corners = FLOOR.corners_px(FLOOR.things[0])
    small = corners.mean(axis=0) + 0.05 * (corners - corners.mean(axis=0))
    answer = told_apart(_outline(small, 1.0), (CARD,), _evidence(0.3))
    assert isinstance(answer, Refusal)


def test_a_plane_that_leans_or_is_out_of_reach_is_no_floor() -> None:
    exact = np.eye(4) * 1e-8
    level = Plane(FLOOR.camera, FLOOR.normal, 1.3, exact, "A4 sheet")
    assert unlike_floor(level, None) is None
    assert unlike_floor(level, FLOOR.normal) is None
    assert "leans" in str(unlike_floor(level, np.array([0.0, 0.0, 1.0])))
    assert "leans" in str(unlike_floor(Plane(FLOOR.camera, np.array([0.0, -0.6, 0.8]), 1.3, exact, "x"), None))
    assert "9.00 m" in str(unlike_floor(Plane(FLOOR.camera, FLOOR.normal, 9.0, exact, "x"), None))
    near = Plane(FLOOR.camera, FLOOR.normal, 0.21, exact, "x")
    assert unlike_floor(near, None) is None
    assert "0.21 m" in str(unlike_floor(near, None, long_m=0.297))
