import dataclasses

import numpy as np
import pytest

from tests.place.shapes import boxes, floor, table
from tryon.place.arrangement import Standing
from tryon.place.contact import camera_from_product
from tryon.place.solid import hull, solid_of


def area(outline):
    x, z = outline.T
    return abs(float(x @ np.roll(z, -1) - z @ np.roll(x, -1))) / 2.0


def test_a_box_is_its_own_footprint_at_every_height():
    solid = solid_of(boxes(((0.3, 1.0, -0.2), (1.3, 1.8, 0.2))))
    assert solid.size_m == pytest.approx((1.0, 0.8, 0.4), abs=1e-6)
    assert area(solid.outline_m) == pytest.approx(0.4, abs=1e-5)
    for band in solid.bands:
        assert [area(outline) for outline in band.outlines_m] == pytest.approx([0.4], abs=1e-5)
    assert solid.bands[0].low_m == 0.0
    assert solid.bands[-1].high_m == pytest.approx(0.8, abs=1e-6)


def test_the_middle_of_the_footprint_is_the_origin_wherever_the_file_has_it():
    solid = solid_of(boxes(((5.0, 2.0, 7.0), (6.0, 3.0, 7.5))))
    np.testing.assert_allclose(solid.outline_m.min(axis=0), [-0.5, -0.25], atol=1e-5)
    np.testing.assert_allclose(solid.outline_m.max(axis=0), [0.5, 0.25], atol=1e-5)


def test_a_table_stands_on_four_legs_under_one_top():
    bands = solid_of(table()).bands
    assert len(bands[0].outlines_m) == 4
    assert sum(area(outline) for outline in bands[0].outlines_m) == pytest.approx(4 * 0.06**2, abs=1e-5)
    assert len(bands[-1].outlines_m) == 1
    assert area(bands[-1].outlines_m[0]) == pytest.approx(1.6 * 0.8, abs=1e-4)


def test_a_rug_is_one_thin_band():
    bands = solid_of(boxes(((-1, 0, -1), (1, 0.012, 1)))).bands
    assert [(band.low_m, round(band.high_m, 4)) for band in bands] == [(0.0, 0.012)]


def test_a_sheet_without_height_or_depth_still_has_an_outline():
    solid = solid_of(boxes(((0, 0, 0), (1, 0, 0))))
    assert len(solid.bands) == 1
    assert np.ptp(solid.outline_m, axis=0) == pytest.approx([1.0, 0.0], abs=1e-6)


def test_the_hull_of_many_points_is_that_of_all():
    points = np.random.default_rng(5).normal(size=(20_000, 2))
    cv2 = pytest.importorskip("cv2")
    theirs = cv2.convexHull(points.astype(np.float32)).reshape(-1, 2)
    np.testing.assert_array_equal(np.unique(hull(points), axis=0), np.unique(theirs.astype(np.float64), axis=0))


def test_what_hangs_on_a_wall_is_outlined_as_seen_from_its_front():
    solid = solid_of(boxes(((-0.25, -0.35, 0.0), (0.25, 0.35, 0.03))), "wall")
    assert solid.size_m == pytest.approx((0.5, 0.03, 0.7), abs=1e-6)


@pytest.mark.parametrize("kind", ["floor", "table", "ceiling", "wall"])
def test_outlines_lie_where_the_pose_puts_the_mesh(kind):
    model = boxes(((-0.5, 0, -0.1), (0.8, 0.8, 0.25)), ((-0.5, 0.8, -0.1), (-0.3, 1.0, 0.0)))
    normal = {"ceiling": [0.0, -1.0, 0.0], "wall": [0.6, 0.0, 0.8]}.get(kind, [0.0, 0.8, 0.6])
    plane = dataclasses.replace(floor(), kind=kind, normal=np.array(normal))
    pose = camera_from_product(plane, model.bounds_m, (0.4, -1.2), yaw_rad=0.6, up=[0.0, 1.0, 0.0])
    points = model.primitives[0].positions_m @ pose[:3, :3].T + pose[:3, 3]
    own = (np.column_stack([points, np.ones(len(points))]) @ np.linalg.inv(plane.camera_from_plane).T)[:, :3]
    solid = solid_of(model, kind)
    outline = Standing(solid, (0.4, -1.2), 0.6).outline(solid.outline_m)
    assert own[:, 1].min() == pytest.approx(0.0, abs=1e-6)
    for corner in outline:
        assert np.linalg.norm(own[:, [0, 2]] - corner, axis=1).min() < 1e-5
