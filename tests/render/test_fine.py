"""A thin wire far away is drawn as an even line, and what nothing was drawn on keeps its bytes."""

import numpy as np
import pytest

from tryon.render import Renderer
from tryon.render.fine import compose_finely
from tryon.types.camera import Camera
from tryon.types.model import Material, Model, Primitive
from tryon.types.scene import Cover, Item, Scene


def _bar(length_m: float = 0.14, thick_m: float = 0.001) -> Model:
    """A flat bar facing the camera, leaning a little so that rows of pixels are crossed."""
    x, y = length_m / 2, thick_m / 2
    corners = np.array([[-x, -y, 0], [x, -y, 0], [x, y, 0], [-x, y, 0]], np.float32)
    normals = np.tile(np.array([0, 0, 1], np.float32), (4, 1))
    triangles = np.array([[0, 1, 2], [0, 2, 3]], np.uint32)
    material = Material("white", base_color=(1.0, 1.0, 1.0, 1.0), metallic=0.0, roughness=1.0, unlit=True)
    return Model("bar", (Primitive(corners, normals, triangles, 0),), (material,))


def _drawn(renderer: Renderer, away_m: float, *, cover: Cover | None = None, still: bool = False) -> np.ndarray:
    camera = Camera.assumed(320, 240)
    c, s = np.cos(0.07), np.sin(0.07)
    pose = np.array([[c, -s, 0, 0.001], [s, c, 0, 0.003], [0, 0, 1, -away_m], [0, 0, 0, 1.0]])
    pixels = np.full((240, 320, 3), 60, np.uint8)
    compose_finely(renderer, pixels, Scene((Item(_bar(), pose, cover),)), camera, still=still)
    return pixels


def test_a_wire_of_a_fifth_of_a_pixel_is_an_even_line(renderer):
    pixels = _drawn(renderer, 1.0)
    added = (pixels.astype(float).mean(axis=2) ** 2.2 - 60.0**2.2).sum(axis=0)
    middle = added[np.flatnonzero(added > 0)[2:-2]]
    assert len(middle) > 20
    assert middle.std() < 0.35 * middle.mean()


def test_a_photo_is_drawn_as_evenly_where_a_stream_would_not_bother(renderer):
    pixels = _drawn(renderer, 0.25, still=True)
    plain = _drawn(renderer, 0.25)
    shades = [len(np.unique(each[..., 0])) for each in (pixels, plain)]
    assert shades[0] >= shades[1] > 1


def test_what_is_not_drawn_on_keeps_its_bytes(renderer):
    pixels = _drawn(renderer, 0.9)
    assert (pixels[:90] == 60).all()
    assert (pixels[150:] == 60).all()
    assert (pixels != 60).any()


def test_it_lies_where_a_plain_drawing_of_a_thick_bar_lies(renderer):
    """The centroid of the line is the projection of the bar's middle."""
    pixels = _drawn(renderer, 0.8)
    weight = np.abs(pixels[..., 0].astype(float) - 60)
    rows, columns = np.mgrid[:240, :320]
    at = [float((weight * places).sum() / weight.sum()) for places in (columns, rows)]
    wanted = Camera.assumed(320, 240).project(np.array([[0.001, 0.003, -0.8]]))[0]
    assert at == pytest.approx(wanted, abs=0.35)


def test_a_cover_lies_where_it_lies_in_the_picture(renderer):
    mask = np.zeros((240, 320), np.uint8)
    mask[:, :160] = 255
    identity = np.array([[1.0, 0, 0], [0, 1.0, 0]])
    pixels = _drawn(renderer, 0.8, cover=Cover(mask, identity))
    assert (pixels[:, :159] == 60).all()
    assert (pixels[:, 162:] != 60).any()
