import cv2
import numpy as np

from tryon.place.quad_segments import crossings

QUAD = np.array([[120.0, 90.0], [390.0, 110.0], [360.0, 300.0], [95.0, 270.0]])


def _off_px(found: np.ndarray, true: np.ndarray) -> float:
    return min(float(np.abs(np.roll(found, turn, 0) - true).max()) for turn in range(4))


def _drawn(ground: tuple[int, int, int], sheet: tuple[int, int, int]) -> np.ndarray:
    picture = np.full((400, 480, 3), ground, np.uint8)
    cv2.fillPoly(picture, [QUAD.astype(np.int32)], sheet)
    return cv2.GaussianBlur(picture, (0, 0), 0.8)


def test_straight_edges_make_the_quadrilateral_of_a_sheet_little_paler_than_its_floor() -> None:
    found = crossings(_drawn((205, 203, 200), (225, 224, 222)), pale=True)
    assert min(_off_px(quad, QUAD) for quad in found) < 3.0


def test_an_edge_goes_on_behind_what_covers_its_middle() -> None:
    picture = _drawn((120, 95, 70), (230, 230, 228))
    cv2.circle(picture, (255, 100), 40, (80, 55, 45), -1)
    found = crossings(picture, pale=True)
    assert min(_off_px(quad, QUAD) for quad in found) < 4.0


def test_dark_things_are_found_only_when_any_will_do() -> None:
    picture = _drawn((210, 205, 200), (30, 40, 90))
    assert all(_off_px(quad, QUAD) > 20.0 for quad in crossings(picture, pale=True))
    assert min(_off_px(quad, QUAD) for quad in crossings(picture, pale=False)) < 3.0


def test_an_even_picture_has_no_crossings() -> None:
    assert crossings(np.full((60, 80, 3), 90, np.uint8), pale=True).shape == (0, 4, 2)
