"""What a depth frame hides, drawn by the renderer against the closed form of a made room."""

from __future__ import annotations

import numpy as np
import pytest

from tests.place.made_depth import CAMERA, MadeRoom, made_room
from tryon.errors import InputError
from tryon.place.occluder import occluders_from_depth
from tryon.place.planes_of import planes_of
from tryon.types import Frame, Surface

BOX = (-0.4, 0.5, 1.8, 2.3, 0.9)


@pytest.fixture(scope="module")
def room() -> MadeRoom:
    return made_room(boxes=(BOX,), noise=0.5)


def photo(room: MadeRoom) -> Frame:
    """Every surface in its own color."""
    colors = np.array([[150, 120, 90], [200, 200, 210], [170, 190, 170], [120, 30, 30]], np.uint8)
    return Frame(colors[room.hit])


def covered(surfaces: tuple[Surface, ...], away_m: float) -> np.ndarray:
    """(h, w) pixels at which a surface lies nearer than `away_m`: an own rasterizer, pixel by pixel."""
    hidden = np.zeros((CAMERA.height, CAMERA.width), bool)
    for surface in surfaces:
        points = CAMERA.project(surface.vertices_m)
        nearer = -surface.vertices_m[:, 2] < away_m
        for triangle in surface.triangles:
            if not nearer[triangle].all():
                continue
            a, b, c = points[triangle]
            low = np.maximum(np.ceil(np.min([a, b, c], axis=0) - 1e-4).astype(int), 0)
            high = np.floor(np.max([a, b, c], axis=0) + 1e-4).astype(int)
            x, y = np.meshgrid(np.arange(low[0], high[0] + 1), np.arange(low[1], high[1] + 1))
            sides = [(q[0] - p[0]) * (y - p[1]) - (q[1] - p[1]) * (x - p[0]) for p, q in ((a, b), (b, c), (c, a))]
            inside = np.all([side >= -1e-3 for side in sides], axis=0) | np.all([s <= 1e-3 for s in sides], axis=0)
            hidden[y[inside].clip(0, CAMERA.height - 1), x[inside].clip(0, CAMERA.width - 1)] = True
    return hidden


def test_a_box_hides_exactly_what_is_behind_it(room: MadeRoom) -> None:
    planes = planes_of(room.depth_m, CAMERA).planes
    surfaces = occluders_from_depth(room.depth_m, CAMERA, photo(room), planes=planes)
    hidden = covered(surfaces, 2.9)
    box = room.hit == 3
    # Its lowest few centimeters belong to the floor, which hides nothing.
    foot = room.camera_from_floor[:3, :3].T @ (np.moveaxis(_points(room), -1, 0).reshape(3, -1))
    high = (foot[1].reshape(box.shape) + room.height_m) > 0.08
    assert hidden[box & high].mean() > 0.985
    others = hidden & np.isin(room.hit, (0, 1))  # the side wall comes nearer than that, and hides as well
    assert others.mean() < 0.004


def _points(room: MadeRoom) -> np.ndarray:
    from tryon.place.depth_points import rays_of

    return rays_of(CAMERA) * room.depth_m[..., None]


def test_the_floor_hides_nothing(room: MadeRoom) -> None:
    planes = planes_of(room.depth_m, CAMERA).planes
    surfaces = occluders_from_depth(room.depth_m, CAMERA, photo(room), planes=planes)
    floor = planes[0]
    for surface in surfaces:
        heights_m = surface.vertices_m.astype(np.float64) @ floor.normal + floor.distance_m
        assert heights_m.min() > 0.01


def test_flat_parts_take_few_triangles(room: MadeRoom) -> None:
    quiet = made_room(boxes=(BOX,), noise=0.0)
    surfaces = occluders_from_depth(quiet.depth_m, CAMERA, photo(quiet), planes=planes_of(quiet.depth_m, CAMERA).planes)
    assert sum(len(surface.triangles) for surface in surfaces) < 0.35 * 2 * quiet.depth_m.size


def test_nothing_spans_two_things(room: MadeRoom) -> None:
    surfaces = occluders_from_depth(room.depth_m, CAMERA, photo(room))
    for surface in surfaces:
        away_m = -surface.vertices_m[:, 2][surface.triangles]
        flat = np.ptp(away_m, axis=1) < 0.35 * away_m.min(axis=1)
        assert flat.all()


def test_a_product_behind_the_box_is_hidden_by_it(room: MadeRoom, gl_ready: None) -> None:
    from tryon.render import Renderer
    from tryon.types import Item, Material, Model, Primitive, Scene

    frame = photo(room)
    h = 2.0
    square = np.array([[-h, -h, 0], [h, -h, 0], [h, h, 0], [-h, h, 0]], np.float32)
    normals = np.tile(np.float32([0, 0, 1]), (4, 1))
    paint = Material(base_color=(0.0, 0.9, 0.0, 1.0), metallic=0.0, roughness=1.0, unlit=True)
    model = Model("square", (Primitive(square, normals, np.array([[0, 1, 2], [0, 2, 3]], np.uint32), 0),), (paint,))
    placed = np.eye(4)
    placed[2, 3] = -2.9
    planes = planes_of(room.depth_m, CAMERA).planes
    surfaces = occluders_from_depth(room.depth_m, CAMERA, frame, planes=planes)
    pixels = frame.pixels.copy()
    with Renderer() as renderer:
        renderer.compose(pixels, Scene((Item(model, placed),), surfaces), CAMERA)
    green = (pixels[..., 1] > 200) & (pixels[..., 0] < 90)
    box = room.hit == 3
    upper = np.zeros_like(box)
    upper[: int(np.nonzero(box.any(axis=1))[0].mean())] = True
    assert green[box & upper].mean() < 0.02
    assert green[~box & upper & (room.depth_m > 3.0)].mean() > 0.9


def test_depth_of_another_shape_is_refused(room: MadeRoom) -> None:
    with pytest.raises(InputError, match="another shape"):
        occluders_from_depth(room.depth_m[:, :200], CAMERA, photo(room))


def test_no_depth_at_all_hides_nothing() -> None:
    frame = Frame(np.zeros((240, 320, 3), np.uint8))
    assert occluders_from_depth(np.zeros((240, 320), np.float32), CAMERA, frame) == ()
