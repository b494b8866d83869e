"""A hat sits as high as its girth says, covers the crown, presses the hair, and yields to a hand."""

import math
from pathlib import Path

import numpy as np
import pytest

from tryon.errors import ProductError
from tryon.types import Camera, Frame, Material, Model, PartsMask, Primitive, Product, Tracks
from tryon.wear import WEARABLES, View
from tryon.wear.hat_seat import ellipse_girth_m, hat_report, seat_on
from tryon.wear.skull import Skull, SkullMemory

CAMERA = Camera.of_focal(640, 480, 700.0)


def _opening(girth_m):
    depth_m = girth_m / ellipse_girth_m(0.82, 1.0)
    return 0.82 * depth_m, depth_m


def _dome(opening_m, high_m=0.13):
    """A cap: half an ellipsoid over the opening."""
    around = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    up = np.linspace(0, 0.5 * np.pi, 12)
    points = [
        (0.5 * opening_m[0] * np.cos(a) * np.cos(u), high_m * np.sin(u), 0.5 * opening_m[1] * np.sin(a) * np.cos(u))
        for u in up
        for a in around
    ]
    triangles = []
    for row in range(11):
        for column in range(40):
            a, b = row * 40 + column, row * 40 + (column + 1) % 40
            triangles += [(a, a + 40, b), (b, a + 40, b + 40)]
    points = np.array(points, np.float32)
    normals = points / np.linalg.norm(points, axis=1, keepdims=True)
    return Model("dome", (Primitive(points, normals, np.array(triangles, np.uint32), 0),), (Material(),))


def _hat(girth_m=0.57, kind="hat"):
    opening_m = _opening(girth_m)
    fit = {"inner_width": 1e3 * opening_m[0], "inner_depth": 1e3 * opening_m[1]}
    product = Product("T", "made", kind, Path("made.glb"), (0.16, 0.13, 0.2), fit_mm=fit)
    return WEARABLES.get(kind)(product, _dome(opening_m))


def _view(head, *, parts=None, index=0, pixels=None):
    pixels = np.full((480, 640, 3), 128, np.uint8) if pixels is None else pixels
    return View(Frame(pixels, index / 30, index), Tracks(faces=(head.face,), parts=parts), CAMERA, (head,))


def _parts(hair=None, skin=None):
    planes = np.zeros((6, 480, 640), np.uint8)
    for plane, area in ((1, hair), (2, skin)):
        if area is not None:
            planes[plane][area] = 255
    planes[0] = 255 - planes[1:].max(axis=0)
    return PartsMask(planes, np.array([[1.0, 0, 0], [0, 1, 0]]))


def test_the_girth_of_a_circle_and_of_a_flat_line():
    assert ellipse_girth_m(0.2, 0.2) == pytest.approx(0.2 * math.pi)
    assert ellipse_girth_m(1e-9, 0.2) == pytest.approx(0.4, rel=5e-3)


def test_small_hats_sit_higher_and_large_ones_lower(make_head):
    skull = Skull.of(make_head())
    heights = [seat_on(skull, _opening(girth_m)).height_m for girth_m in (0.49, 0.52, 0.53, 0.56, 0.58, 0.62)]
    assert heights == sorted(heights, reverse=True)
    assert heights[0] > 0.03
    assert abs(heights[3]) < 0.015
    assert heights[-1] > -0.02


def test_the_skull_has_the_hats_girth_where_a_small_hat_rests(make_head):
    from tryon.wear import hat_seat

    skull = Skull.of(make_head())
    seat = seat_on(skull, _opening(0.52))
    girth_m = hat_seat._girth_m(hat_seat._section(skull, seat.height_m))
    assert girth_m == pytest.approx(0.52 * 1.012 * seat.scale, abs=1e-3)


def test_a_hat_sits_between_brows_and_hairline_and_leans_back(make_head):
    head = make_head()
    seat = seat_on(Skull.of(head), _opening(0.565))
    front = seat.head_from_product @ [0.0, 0.0, 0.099, 1.0]
    back = seat.head_from_product @ [0.0, 0.0, -0.099, 1.0]
    assert 0.055 < front[1] < 0.080
    assert front[1] - back[1] > 0.01
    assert seat.scale == pytest.approx(1.0, abs=0.03)


def test_an_error_of_scale_does_not_lift_a_hat_that_fits(make_head):
    heights = [
        seat_on(Skull.of(make_head(scale=scale)), _opening(0.565)).height_m / scale for scale in (0.98, 1.0, 1.04)
    ]
    assert np.ptp(heights) < 0.006


@pytest.mark.parametrize(
    ("girth_m", "ok", "word"), [(0.53, False, "small"), (0.57, True, "Fits"), (0.61, False, "large")]
)
def test_the_report_names_what_is_off(make_head, girth_m, ok, word):
    report = hat_report(Skull.of(make_head()), _opening(girth_m))
    assert report.ok is ok
    assert word in report.verdict
    assert report.lengths_mm["circumference"] == pytest.approx(1e3 * (girth_m - 0.572), abs=1.0)


def test_a_turned_head_does_not_shrink_the_remembered_skull(make_head):
    memory = SkullMemory()
    straight = memory.learn(make_head())
    for _ in range(20):
        turned = memory.learn(make_head(yaw_rad=1.0, wider=0.8))
    assert turned.breadth_m == pytest.approx(straight.breadth_m, rel=0.04)


def test_the_head_never_shows_through_the_crown(make_head):
    head = make_head(wider=1.1)
    hat = _hat(0.55)
    (drawing,) = hat.draw(_view(head))
    inverse = np.linalg.inv(drawing.items[0].camera_from_model)
    points = drawing.surfaces["head"].vertices_m @ inverse[:3, :3].T + inverse[:3, 3]
    above = points[points[:, 1] > 0.008]
    share = np.hypot(above[:, 0] / (0.5 * hat.opening_m[0]), above[:, 2] / (0.5 * hat.opening_m[1]))
    assert len(above) > 20
    assert share.max() < 0.96


def test_hair_beside_the_crown_is_pressed_and_hair_below_the_rim_is_not(make_head):
    head = make_head()
    hat = _hat()
    pose = hat.draw(_view(head))[0].items[0].camera_from_model
    top, rim = CAMERA.project((pose @ np.array([[0, 0.07, 0, 1], [0, 0, 0, 1]]).T).T[:, :3])
    y, x = np.mgrid[:480, :640]
    hair = np.hypot(x - rim[0], (y - rim[1]) * 0.9) < 150
    pixels = np.full((480, 640, 3), 200, np.uint8)
    pixels[hair] = 20
    hat = _hat()
    (drawing,) = hat.draw(_view(head, parts=_parts(hair=hair), pixels=pixels))
    before = pixels.copy()
    drawing.retouch(pixels)
    beside = int(top[1])
    half = int(700 * 0.078 / 0.6)
    assert before[beside, int(top[0]) + half + 25].max() == 20
    assert pixels[beside, int(top[0]) + half + 25].min() > 150
    below = int(rim[1]) + 70
    np.testing.assert_array_equal(pixels[below:, :], before[below:, :])


def test_a_bald_head_is_not_retouched(make_head):
    pixels = np.random.default_rng(0).integers(0, 255, (480, 640, 3)).astype(np.uint8)
    (drawing,) = _hat().draw(_view(make_head(), parts=_parts(), pixels=pixels))
    before = pixels.copy()
    drawing.retouch(pixels)
    np.testing.assert_array_equal(pixels, before)


def test_without_a_mask_nothing_is_retouched_or_covered(make_head):
    (drawing,) = _hat().draw(_view(make_head()))
    assert drawing.retouch is None
    assert drawing.items[0].cover is None


def test_a_hand_on_the_hat_covers_it_and_a_bald_scalp_does_not(make_head):
    head = make_head()
    pose = _hat().draw(_view(head))[0].items[0].camera_from_model
    middle = CAMERA.project((pose @ [0, 0.05, 0, 1])[None, :3])[0]
    y, x = np.mgrid[:480, :640]
    hand = (np.abs(y - middle[1]) < 20) & (x > middle[0] + 30)
    (drawing,) = _hat().draw(_view(head, parts=_parts(skin=hand)))
    cover = drawing.items[0].cover
    assert cover.beyond_m == 0.0
    assert cover.mask[hand].min() == 255
    for radius in (30, 60):
        scalp = np.hypot(x - middle[0], y - middle[1]) < radius
        (drawing,) = _hat().draw(_view(head, parts=_parts(skin=scalp)))
        assert drawing.items[0].cover.beyond_m > 0.6


def test_a_headband_presses_beside_it_and_leaves_the_crown_free():
    keep = _hat(kind="headband").keeps(np.array([0.0, 0.2, 0.9, -0.9]))
    assert keep[0] == 0.0
    assert keep[2] == 1.0
    assert keep[3] == 1.0


def test_a_model_without_triangles_is_refused_in_one_sentence():
    product = Product("T", "made", "hat", Path("made.glb"), (0.16, 0.13, 0.2))
    with pytest.raises(ProductError, match="made: expected a model that stands around a head, got 0 points"):
        WEARABLES.get("hat")(product, Model("empty", (), ()))
