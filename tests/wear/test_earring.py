"""Earrings hang plumb from both lobes, mirrored; studs go with the head; hair over an ear hides what hangs there."""

from pathlib import Path

import numpy as np
import pytest

from tryon.types import Camera, Frame, Head, Model, PartsMask, Primitive, Product, Tracks
from tryon.wear import WEARABLES, View
from tryon.wear.earring import style_of
from tryon.wear.head_proxy import ear_points

CAMERA = Camera.of_focal(640, 480, 700.0)
PIXELS = np.full((480, 640, 3), 128, np.uint8)


def _model(points):
    points = np.asarray(points, np.float32)
    count = len(points)
    corners = np.concatenate([points, points + np.float32([0.0005, 0, 0]), points + np.float32([0, 0, 0.0005])])
    triangles = np.stack([np.arange(count), np.arange(count) + count, np.arange(count) + 2 * count], axis=1)
    normals = np.tile(np.float32([0, 0, 1]), (3 * count, 1))
    return Model("made", (Primitive(corners, normals, triangles.astype(np.uint32), 0),), ())


def _ring(radius_m=0.02):
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    return np.stack([radius_m * np.sin(angle), radius_m * (np.cos(angle) - 1), 0 * angle], axis=1)


def _rod(length_m=0.04):
    return np.stack([np.zeros(40), -np.linspace(0, length_m, 40), np.zeros(40)], axis=1)


def _ball(radius_m=0.004):
    return np.random.default_rng(0).normal(size=(80, 3)) * radius_m / 2


def _worn(points):
    model = _model(points)
    product = Product("T", "made", "earring", Path("made.glb"), (0.02, 0.04, 0.01))
    return WEARABLES.get("earring")(product, model)


def _view(head, *, time_s=0.0, index=0, parts=None):
    return View(Frame(PIXELS, time_s, index), Tracks(faces=(head.face,), parts=parts), CAMERA, (head,))


@pytest.mark.parametrize(("points", "style"), [(_ring(), "hoop"), (_rod(), "drop"), (_ball(), "stud")])
def test_the_style_is_told_from_the_shape(points, style):
    assert style_of(points) == style


@pytest.mark.parametrize("points", [_ring(), _rod(), _ball()])
def test_one_hangs_from_each_lobe_and_the_right_is_the_mirror_image(make_head, points):
    head = make_head()
    (drawing,) = _worn(points).draw(_view(head))
    left, right = (item.camera_from_model for item in drawing.items)
    assert drawing.group == "face:1"
    assert set(drawing.surfaces) == {"head"}
    ears = ear_points(head)
    assert np.linalg.norm(left[:3, 3] - ears.lobe_left) < 0.005
    assert np.linalg.norm(right[:3, 3] - ears.lobe_right) < 0.005
    mirror = np.diag([-1.0, 1.0, 1.0, 1.0])
    np.testing.assert_allclose(mirror @ left, right, atol=1e-5)
    assert np.linalg.det(left[:3, :3]) == pytest.approx(1.0)
    assert np.linalg.det(right[:3, :3]) == pytest.approx(-1.0)


def test_a_drop_hangs_plumb_from_a_tilted_head_and_a_stud_does_not(make_head):
    head = make_head(pitch_rad=0.5)
    down = np.array([0.0, -1.0, 0.0])
    (drop,) = _worn(_rod()).draw(_view(head))
    (stud,) = _worn(_ball()).draw(_view(head))
    np.testing.assert_allclose(drop.items[0].camera_from_model[:3, :3] @ down, down, atol=1e-12)
    expected = head.camera_from_head[:3, :3] @ down
    np.testing.assert_allclose(stud.items[0].camera_from_model[:3, :3] @ down, expected, atol=1e-12)


def test_a_shaken_head_swings_a_drop_and_not_a_stud_and_it_comes_to_rest(make_head):
    drop, stud = _worn(_rod()), _worn(_ball())
    plumb = []
    for index in range(150):
        shake_m = 0.03 * np.sin(2 * np.pi * 2.0 * index / 30) if index < 30 else 0.0
        view = _view(make_head(place_m=(shake_m, 0.0, -0.6)), time_s=index / 30, index=index)
        plumb.append((drop.draw(view)[0].items[0].camera_from_model[:3, :3] @ [0, -1, 0])[0])
        upright = stud.draw(view)[0].items[0].camera_from_model[:3, :3] @ [0, -1, 0]
        np.testing.assert_allclose(upright, [0, -1, 0], atol=1e-6)
    assert np.abs(plumb[5:30]).max() > 0.1
    assert (np.array(plumb[-20:]) == 0.0).all()


def test_hair_over_the_ear_covers_it_and_hair_behind_the_ear_does_not(make_head):
    head = make_head()
    ears = ear_points(head)
    lobe = CAMERA.project(ears.lobe_left)[0]
    for hair_at_lobe in (True, False):
        planes = np.zeros((6, 480, 640), np.uint8)
        planes[1, :, int(lobe[0]) - 20 :] = 255
        if not hair_at_lobe:
            x, y = lobe.astype(int)
            planes[1, y - 9 : y + 9, x - 9 : x + 14] = 0
            planes[3, y - 9 : y + 9, x - 9 : x + 14] = 255
        parts = PartsMask(planes, np.array([[1.0, 0, 0], [0, 1, 0]]))
        (drawing,) = _worn(_rod()).draw(_view(head, parts=parts))
        assert (drawing.items[0].cover is not None) == hair_at_lobe
        assert drawing.items[1].cover is None


def test_a_cover_comes_without_a_jump(make_head):
    head = make_head()
    shown = PartsMask(np.zeros((6, 48, 64), np.uint8), np.array([[0.1, 0, 0], [0, 0.1, 0]]))
    planes = shown.probability.copy()
    planes[1] = 255
    hidden = PartsMask(planes, shown.mask_from_image)
    earring = _worn(_rod())
    levels = []
    for index in range(60):
        parts = shown if index < 5 else hidden
        (drawing,) = earring.draw(_view(head, time_s=index / 30, index=index, parts=parts))
        cover = drawing.items[0].cover
        levels.append(0 if cover is None else int(cover.mask.max()))
    steps = np.diff(levels)
    assert (levels[4], levels[-1]) == (0, 255)
    assert 0 <= steps.min() <= steps.max() < 50


def test_an_opened_jaw_does_not_pull_the_earrings_down(make_head):
    stud = _worn(_ball())
    closed = make_head()
    mesh_m = closed.mesh_m.copy()
    mesh_m[[132, 361], 1] -= 0.008
    opened = Head(closed.face, closed.scale, closed.camera_from_head, mesh_m)
    heights = []
    for index in range(33):
        (drawing,) = stud.draw(_view(closed if index < 30 else opened, time_s=index / 30, index=index))
        heights.append(drawing.items[0].camera_from_model[1, 3])
    assert abs(heights[-1] - heights[29]) < 0.001
