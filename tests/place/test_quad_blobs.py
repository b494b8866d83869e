import cv2
import numpy as np

from tryon.place.quad_blobs import patches, quad_about, quads_of_lines

QUAD = np.array([[60.0, 40.0], [190.0, 55.0], [175.0, 150.0], [45.0, 130.0]])


def _off_px(found: np.ndarray, true: np.ndarray) -> float:
    return min(float(np.abs(np.roll(found, turn, 0) - true).max()) for turn in range(4))


def _drawn() -> np.ndarray:
    picture = np.full((200, 240, 3), (130, 100, 70), np.uint8)
    cv2.fillPoly(picture, [QUAD.astype(np.int32)], (235, 235, 230))
    return picture


def _contour(picture: np.ndarray) -> np.ndarray:
    pale = (picture.min(axis=2) > 180).astype(np.uint8)
    return cv2.findContours(pale, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0][0].reshape(-1, 2).astype(float)


def test_a_pale_patch_gives_its_quadrilateral_clockwise() -> None:
    found = patches(_drawn(), least_area=0.01, most_area=0.8, colored=False)
    assert min(_off_px(quad, QUAD) for quad in found) < 2.5


def test_a_patch_of_any_color_is_found_when_color_counts() -> None:
    picture = np.full((200, 240, 3), (200, 200, 195), np.uint8)
    cv2.fillPoly(picture, [QUAD.astype(np.int32)], (20, 60, 160))
    found = patches(picture, least_area=0.01, most_area=0.8, colored=True)
    assert min(_off_px(quad, QUAD) for quad in found) < 3.0


def test_corners_cut_off_come_back_where_sides_are_prolonged() -> None:
    cut = np.array([[70.0, 41.0], [190.0, 55.0], [175.0, 150.0], [45.0, 130.0], [50.0, 100.0], [57.0, 58.0]])
    found = quad_about(cut)
    assert found is not None
    assert _off_px(found, QUAD) < 5.0


def test_a_foot_on_a_corner_leaves_the_sides_that_lead_to_it() -> None:
    picture = _drawn()
    cv2.circle(picture, (170, 148), 28, (90, 60, 45), -1)
    found = quads_of_lines(_contour(picture))
    assert min(_off_px(quad, QUAD) for quad in found) < 3.5


def test_a_round_patch_is_no_quadrilateral_of_lines() -> None:
    picture = np.zeros((200, 240, 3), np.uint8)
    cv2.circle(picture, (120, 100), 8, (255, 255, 255), -1)
    assert all(len(quad) == 4 for quad in quads_of_lines(_contour(picture)))
    assert quad_about(np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]])) is None


def test_an_even_picture_has_no_patches() -> None:
    even = np.full((60, 80, 3), 90, np.uint8)
    assert patches(even, least_area=0.01, most_area=0.8, colored=False).shape == (0, 4, 2)
