"""A necklace lies from nape to chest, and stays with the shoulders when the head turns."""

import math
from pathlib import Path

import numpy as np
import pytest

from tryon.types import BodyLandmarks, Camera, Frame, Material, Model, PartsMask, Primitive, Product, Tracks
from tryon.wear import WEARABLES, View
from tryon.wear.neck_proxy import neck_surfaces

CAMERA = Camera.of_focal(640, 480, 600.0)
PIXELS = np.full((480, 640, 3), 128, np.uint8)


def _loop(drop_m=0.09):
    """A draped tube, 136 by 118 mm, high behind and low in front."""
    t = np.linspace(0, 2 * np.pi, 144, endpoint=False)
    line = np.stack([0.068 * np.sin(t), 0.045 - drop_m * ((1 + np.cos(t)) / 2) ** 1.5, 0.059 * np.cos(t)], axis=1)
    around = np.linspace(0, 2 * np.pi, 6, endpoint=False)
    out = line * [1, 0, 1] / np.linalg.norm(line * [1, 0, 1], axis=1, keepdims=True)
    points = line[:, None] + 0.002 * (
        np.cos(around)[None, :, None] * out[:, None] + np.sin(around)[None, :, None] * [0, 1, 0]
    )
    triangles = []
    for i in range(144):
        for j in range(6):
            a, b = i * 6 + j, ((i + 1) % 144) * 6 + j
            c, d = i * 6 + (j + 1) % 6, ((i + 1) % 144) * 6 + (j + 1) % 6
            triangles += [(a, b, c), (c, b, d)]
    points = points.reshape(-1, 3).astype(np.float32)
    normals = np.tile(np.float32([0, 1, 0]), (len(points), 1))
    return Model("loop", (Primitive(points, normals, np.array(triangles, np.uint32), 0),), (Material(),))


def _worn(kind="necklace"):
    return WEARABLES.get(kind)(Product("T", "made", kind, Path("made.glb"), (0.14, 0.1, 0.12)), _loop())


def _view(head, *, time_s=0.0, index=0, parts=None, bodies=()):
    return View(Frame(PIXELS, time_s, index), Tracks(faces=(head.face,), parts=parts, bodies=bodies), CAMERA, (head,))


def _ends(drawing):
    """Camera space: the loop's back and front."""
    item = drawing.items[0]
    points = item.model.primitives[0].positions_m.reshape(144, 6, 3).astype(float).mean(axis=1)
    points = points @ item.camera_from_model[:3, :3].T + item.camera_from_model[:3, 3]
    return points[72], points[0]


@pytest.mark.parametrize("kind", ["necklace", "scarf"])
def test_it_lies_below_the_chin_higher_behind_than_in_front_and_never_scaled(make_head, kind):
    head = make_head()
    (drawing,) = _worn(kind).draw(_view(head))
    back, front = _ends(drawing)
    chin = head.mesh_m[152]
    assert front[1] < chin[1] - 0.03
    assert back[1] > front[1] + 0.04
    assert front[2] > back[2] + 0.07
    assert np.linalg.det(drawing.items[0].camera_from_model[:3, :3]) == pytest.approx(1.0)
    assert drawing.group == "face:1"
    assert set(drawing.surfaces) == {"head", "neck", "chest"}
    assert drawing.surfaces["neck"].occludes
    assert not drawing.surfaces["chest"].occludes


def test_a_necklace_stays_with_the_shoulders_when_the_head_turns(make_head):
    necklace = _worn()
    _, front = _ends(necklace.draw(_view(make_head()))[0])
    for index in range(1, 13):  # 40° to the side within 0.4 s
        yaw_rad = math.radians(40) * index / 12
        behind_m = 0.052  # heads turn about the spine, not about the face
        place_m = (behind_m * math.sin(yaw_rad), 0.0, -0.6 - behind_m * (1.0 - math.cos(yaw_rad)))
        head = make_head(yaw_rad=yaw_rad, place_m=place_m)
        (drawing,) = necklace.draw(_view(head, time_s=index / 30, index=index))
    _, turned = _ends(drawing)
    assert np.linalg.norm(turned - front) < 0.012


def test_tracked_shoulders_turn_it(make_head):
    points_m = np.zeros((33, 3), np.float32)
    points_m[11], points_m[12] = (0.16, 0.4, -0.08), (-0.16, 0.4, 0.08)
    points_px = np.zeros((33, 3), np.float32)
    head = make_head()
    points_px[0, :2] = CAMERA.project(head.mesh_m[1])[0]
    body = BodyLandmarks(0, points_px, points_m, np.ones(33, np.float32), 1.0)
    (drawing,) = _worn().draw(_view(head, bodies=(body,)))
    ahead = drawing.items[0].camera_from_model[:3, :3] @ [1.0, 0.0, 0.0]
    assert math.atan2(-ahead[2], ahead[0]) == pytest.approx(math.atan2(0.16, 0.32), abs=1e-6)


def test_hair_and_what_is_no_body_cover_it_and_clothes_do_not(make_head):
    planes = np.zeros((6, 4, 4), np.uint8)
    planes[0, 0], planes[1, 1], planes[4, 2], planes[2, 3] = 255, 255, 255, 255
    parts = PartsMask(planes, np.array([[4 / 640, 0, 0], [0, 4 / 480, 0]]))
    (drawing,) = _worn().draw(_view(make_head(), parts=parts))
    assert drawing.items[0].cover.mask.max(axis=1).tolist() == [255, 255, 0, 0]
    (drawing,) = _worn("scarf").draw(_view(make_head(), parts=parts))
    assert drawing.items[0].cover.mask.max(axis=1).tolist() == [0, 255, 0, 0]


def test_the_neck_goes_up_into_the_head_and_is_as_wide_as_a_neck():
    neck = neck_surfaces(np.eye(4))["neck"].vertices_m[:100]
    rings = neck.reshape(5, 20, 3)
    assert rings[0, :, 1].min() > 0.08
    girths = np.linalg.norm(rings - np.roll(rings, 1, axis=1), axis=2).sum(axis=1)
    assert (girths[:3] > 0.31).all()  # ANSUR: 5th woman 290 mm to 95th man 410 mm
    assert (girths[:3] < 0.40).all()
