import dataclasses

import numpy as np
import pytest

from tests.place.shapes import boxes, floor
from tryon.place.contact import camera_from_product
from tryon.place.dimensions import dimension_lines, in_front
from tryon.place.dimensions_draw import draw_dimensions
from tryon.types import Plane

FLOOR = floor()
BOX = boxes(((-0.8, 0, -0.225), (0.8, 0.75, 0.225)))


def lines(at=(0.0, -3.0), plane=FLOOR, model=BOX, lift_m=0.0, yaw_rad=0.3):
    pose = camera_from_product(plane, model.bounds_m, at, yaw_rad=yaw_rad, lift_m=lift_m, up=[0.0, 1.0, 0.0])
    return pose, dimension_lines(pose, model.bounds_m, plane, lift_m=lift_m)


def test_each_side_has_a_line_of_its_true_length_beside_an_edge():
    _, found = lines()
    assert {line.side: round(line.size_m, 4) for line in found} == {"width": 1.6, "height": 0.75, "depth": 0.45}
    for line in found:
        assert np.linalg.norm(line.line_m[1] - line.line_m[0]) == pytest.approx(line.size_m, abs=1e-6)
        away = np.linalg.norm(line.line_m - line.edge_m, axis=1)
        assert 0.02 < away[0] < 0.11
        assert away[0] == pytest.approx(away[1])


def test_lines_never_cross_the_piece():
    pose, found = lines()
    for line in found:
        steps = line.line_m[0] + np.linspace(0, 1, 50)[:, None] * (line.line_m[1] - line.line_m[0])
        own = (steps - pose[:3, 3]) @ pose[:3, :3]
        inside = (np.abs(own[:, [0, 2]]) < [0.799, 0.224]).all(axis=1) & (own[:, 1] > 0.001) & (own[:, 1] < 0.749)
        assert not inside.any()


def test_width_and_depth_lie_on_the_ground_the_piece_stands_on():
    _, found = lines(lift_m=0.4)
    for line in found:
        if line.side != "height":
            np.testing.assert_allclose(line.line_m @ FLOOR.normal + FLOOR.distance_m, 0.4, atol=1e-6)


@pytest.mark.parametrize("lift_m", [0.0, 0.4])
def test_what_an_edge_shows_is_the_piece_s_own_size_within_its_interval(lift_m):
    _, found = lines(lift_m=lift_m)
    for line in found:
        assert line.shown.value_m == pytest.approx(line.size_m, rel=1e-3)
        assert line.shown.low_m < line.size_m < line.shown.high_m
        assert (line.shown.high_m - line.shown.low_m) / line.size_m < 0.08


def test_what_stands_higher_is_no_surer_than_the_floor_it_was_measured_from():
    """A length at height 0.7 of 1.4 m is off by what the floor is off, on half the distance."""
    sure = np.zeros((4, 4))
    sure[2, 2] = 0.01**2  # of the distance alone
    plane = dataclasses.replace(FLOOR, covariance=sure)
    halves = []
    for lift_m in (0.0, 0.7):
        width = next(line for line in lines(plane=plane, lift_m=lift_m)[1] if line.side == "width")
        halves.append((width.shown.high_m - width.shown.low_m) / 2.0)
    np.testing.assert_allclose(halves, np.array([1.0, 2.0]) * 1.96 * 0.01 * 1.6, rtol=1e-3)


def test_a_picture_on_a_wall_has_width_and_height_only():
    wall = Plane(FLOOR.camera, np.array([0.0, 0.0, 1.0]), 2.5, FLOOR.covariance, "A4 sheet", "wall")
    model = boxes(((-0.25, -0.35, 0), (0.25, 0.35, 0.028)))
    _, found = lines((0.1, 0.2), wall, model)
    assert [line.side for line in found] == ["width", "height"]
    for line in found:
        assert line.shown.value_m == pytest.approx(line.size_m, rel=0.02)


@pytest.mark.parametrize(
    ("unit", "words"),
    [("cm", {"160 ± ", "75 ± ", "45 ± ", "45.0 ± ", "75.0 ± "}), ("in", {"63", "29", "30", "17", "18"})],
)
def test_a_label_says_size_and_interval(unit, words):
    for line in lines()[1]:
        label = line.label(unit)
        assert label.endswith(unit)
        assert "±" in label
        assert any(label.startswith(word) for word in words), label


def test_a_segment_behind_the_camera_is_cut_where_it_passes_it():
    assert in_front(np.array([[0, 0, 1.0], [0, 0, 2.0]])) is None
    kept = in_front(np.array([[0, 0, -1.0], [1, 0, 1.0]]))
    np.testing.assert_allclose(kept, [[0, 0, -1.0], [0.475, 0, -0.05]])
    both = np.array([[0, 0, -1.0], [1, 0, -2.0]])
    assert in_front(both) is both


@pytest.mark.parametrize("at", [(0.0, -3.0), (-2.4, -2.5), (0.0, -0.7), (0.0, 2.0), (1.9, -1.6)])
def test_drawing_stays_in_the_picture_wherever_the_piece_is(at):
    pytest.importorskip("PIL")
    pixels = np.full((960, 1280, 3), 128, np.uint8)
    draw_dimensions(pixels, lines(at)[1], FLOOR.camera)
    if at == (0.0, -3.0):
        assert (pixels == 255).all(axis=2).sum() > 300
        assert (pixels != 128).any(axis=2).mean() < 0.06


def test_labels_are_whole_and_apart():
    pytest.importorskip("PIL")
    pixels = np.full((960, 1280, 3), 128, np.uint8)
    draw_dimensions(pixels, lines()[1], FLOOR.camera)
    cv2 = pytest.importorskip("cv2")
    dark = (np.abs(pixels.astype(int) - (26, 26, 30)).max(axis=2) < 3).astype(np.uint8)
    dark = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((9, 3), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(dark)
    wide = [row for row in stats[1:] if row[cv2.CC_STAT_AREA] > 200]
    assert len(wide) >= 3
    assert count > 3


def test_a_tiny_picture_takes_no_label_and_does_not_fail():
    pixels = np.full((24, 32, 3), 128, np.uint8)
    small = floor(size=(32, 24), focal_px=25.0)
    draw_dimensions(pixels, lines(plane=small)[1], small.camera)
