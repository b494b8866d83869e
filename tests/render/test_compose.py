"""Products drawn into a picture: closed forms for what stays, what is hidden, filtered and lit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from tryon.color import codes_from_linear, linear_from_codes
from tryon.errors import ParameterError, RenderError, ShapeError
from tryon.render import Renderer, compose
from tryon.types import Camera, Cover, Item, Light, Material, Model, Primitive, Scene, Surface
from tryon.types.model import Transmission

CAMERA = Camera.of_focal(160, 120, 160.0)
MATTE = Material(base_color=(0.4, 0.2, 0.1, 1.0), metallic=0.0, roughness=1.0)


@pytest.fixture(scope="module", params=["smoothed", "multisampled"])
def renderer(request: pytest.FixtureRequest) -> Iterator[Renderer]:
    """One renderer that smooths edges itself, as on a processor, and one that multisamples, as on a GPU."""
    try:
        made = Renderer()
    except RenderError as error:
        pytest.skip(f"no GL here: {error}")
    with pytest.MonkeyPatch.context() as patch, made:
        patch.setattr(compose, "_SOFTWARE", ("",) if request.param == "smoothed" else ())
        yield made


@pytest.fixture(scope="module")
def even(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An environment of radiance 1 everywhere."""
    path = tmp_path_factory.mktemp("environments") / "even.hdr"
    cv2.imwrite(str(path), np.ones((32, 64, 3), np.float32))
    return str(path)


def square(side_m: float, material: Material) -> Model:
    """A square that faces +Z."""
    h = side_m / 2
    points = np.array([[-h, -h, 0], [h, -h, 0], [h, h, 0], [-h, h, 0]], np.float32)
    normals = np.tile(np.float32([0, 0, 1]), (4, 1))
    return Model("square", (Primitive(points, normals, np.array([[0, 1, 2], [0, 2, 3]], np.uint32), 0),), (material,))


def at(x: float, y: float, z: float, turn_rad: float = 0.0) -> np.ndarray:
    placed = np.eye(4)
    c, s = np.cos(turn_rad), np.sin(turn_rad)
    placed[:2, :2] = [[c, -s], [s, c]]
    placed[:3, 3] = x, y, z
    return placed


def wall(z: float, side_m: float = 2.0, **options: float) -> Surface:
    h = side_m / 2
    points = np.array([[-h, -h, z], [h, -h, z], [h, h, z], [-h, h, z]], np.float32)
    return Surface(points, np.array([[0, 1, 2], [0, 2, 3]], np.uint32), **options)  # type: ignore[arg-type]


def picture() -> np.ndarray:
    return np.random.default_rng(5).integers(30, 220, (120, 160, 3), np.uint8)


def test_pixels_beside_the_item_stay_bit_for_bit(renderer: Renderer, even: str) -> None:
    before = picture()
    pixels = before.copy()
    box = renderer.compose(pixels, Scene((Item(square(0.2, MATTE), at(0, 0, -1)),), (), Light(even)), CAMERA)
    assert box is not None
    changed = (pixels != before).any(axis=2)
    rows, columns = np.nonzero(changed)
    # 0.2 m at 1 m under 160 px focal length is 32 px, about the middle (79.5, 59.5).
    assert columns.min() >= 62
    assert columns.max() <= 97
    assert rows.min() >= 42
    assert rows.max() <= 77
    assert changed[46:74, 66:94].all()
    assert box[0] <= columns.min() < columns.max() < box[2]


def test_a_matte_color_comes_out_as_it_is(renderer: Renderer, even: str) -> None:
    pixels = picture()
    light = Light(even, rgb=(0.9, 0.8, 0.7))
    renderer.compose(pixels, Scene((Item(square(0.3, MATTE), at(0, 0, -1)),), (), light), CAMERA)
    shown = linear_from_codes(pixels[50:70, 70:90]).mean(axis=(0, 1))
    # An even sky of radiance L shows albedo × L; the dielectric's mirror adds up to 4 % of white and takes as much.
    albedo = np.array(MATTE.base_color[:3])
    assert (shown > albedo * 0.95 * light.rgb).all()
    assert (shown < (albedo * 0.97 + 0.045) * light.rgb).all()


def test_glass_filters_the_picture_per_channel(renderer: Renderer, even: str) -> None:
    tint = np.array([0.6, 0.3, 0.1])
    glass = Material(base_color=(*tint, 1.0), metallic=0.0, roughness=0.0, transmission=Transmission(1.0))
    before = np.full((120, 160, 3), (200, 180, 160), np.uint8)
    pixels = before.copy()
    dark = Light(even, rgb=(0.0, 0.0, 0.0))
    renderer.compose(pixels, Scene((Item(square(0.3, glass), at(0, 0, -1)),), (), dark), CAMERA)
    through = linear_from_codes(pixels[55:65, 75:85]).mean(axis=(0, 1)) / linear_from_codes(before[0, 0])
    assert through == pytest.approx(tint * 0.96, rel=0.04)  # 4 % are mirrored at ior 1.5, seen straight on
    lit = before.copy()
    renderer.compose(lit, Scene((Item(square(0.3, glass), at(0, 0, -1)),), (), Light(even)), CAMERA)
    added = linear_from_codes(lit[60, 80]) - linear_from_codes(pixels[60, 80])
    assert added == pytest.approx(0.04, abs=0.012)


def test_two_layers_of_glass_filter_twice(renderer: Renderer, even: str) -> None:
    glass = Material(base_color=(0.5, 0.7, 0.9, 1.0), metallic=0.0, roughness=0.0, transmission=Transmission(1.0))
    items = tuple(Item(square(0.3, glass), at(0, 0, z)) for z in (-1.0, -0.9))
    pixels = np.full((120, 160, 3), 220, np.uint8)
    before = linear_from_codes(pixels[0, 0])
    renderer.compose(pixels, Scene(items, (), Light(even, rgb=(0, 0, 0))), CAMERA)
    through = linear_from_codes(pixels[60, 80]) / before
    assert through == pytest.approx((np.array([0.5, 0.7, 0.9]) * 0.96) ** 2, rel=0.06)


def test_a_surface_in_front_hides_the_item(renderer: Renderer, even: str) -> None:
    before = picture()
    pixels = before.copy()
    scene = Scene((Item(square(0.2, MATTE), at(0, 0, -1)),), (wall(-0.5),), Light(even))
    assert renderer.compose(pixels, scene, CAMERA) is None
    assert np.array_equal(pixels, before)
    half = Scene((Item(square(0.2, MATTE), at(0, 0, -1)),), (wall(-1.5),), Light(even))
    assert renderer.compose(pixels, half, CAMERA) is not None


def test_what_lies_outside_or_behind_touches_nothing(renderer: Renderer, even: str) -> None:
    before = picture()
    for place in (at(5, 0, -1), at(0, 0, 1)):
        pixels = before.copy()
        assert renderer.compose(pixels, Scene((Item(square(0.2, MATTE), place),), (), Light(even)), CAMERA) is None
        assert np.array_equal(pixels, before)
    assert renderer.compose(before.copy(), Scene(()), CAMERA) is None


@pytest.mark.parametrize(("code", "share"), [(255, 0.0), (128, 0.5), (0, 1.0)])
def test_a_cover_hides_by_its_mask(renderer: Renderer, even: str, code: int, share: float) -> None:
    cover = Cover(np.full((12, 16), code, np.uint8), np.array([[0.1, 0, 0], [0, 0.1, 0]], np.float64))
    bare, covered = (np.full((120, 160, 3), 200, np.uint8) for _ in range(2))
    for pixels, own in ((bare, None), (covered, cover)):
        item = Item(square(0.3, MATTE), at(0, 0, -1), cover=own)
        renderer.compose(pixels, Scene((item,), (), Light(even)), CAMERA)
    behind = linear_from_codes(np.full(3, 200, np.uint8))
    expected = behind + share * (linear_from_codes(bare[60, 80]) - behind)
    assert linear_from_codes(covered[60, 80]) == pytest.approx(expected, abs=0.012)


def test_a_cover_spares_what_is_nearer_than_it_says(renderer: Renderer, even: str) -> None:
    full = np.full((12, 16), 255, np.uint8)
    to_mask = np.array([[0.1, 0, 0], [0, 0.1, 0]], np.float64)
    before = picture()
    for beyond_m, hidden in ((0.9, True), (1.1, False)):
        pixels = before.copy()
        item = Item(square(0.3, MATTE), at(0, 0, -1), cover=Cover(full, to_mask, beyond_m))
        renderer.compose(pixels, Scene((item,), (), Light(even)), CAMERA)
        assert np.array_equal(pixels, before) == hidden


def test_a_covered_part_follows_the_mask_in_place(renderer: Renderer, even: str) -> None:
    mask = np.zeros((120, 160), np.uint8)
    mask[:, 80:] = 255
    before = picture()
    pixels = before.copy()
    item = Item(square(0.3, MATTE), at(0, 0, -1), cover=Cover(mask, np.eye(3)[:2]))
    renderer.compose(pixels, Scene((item,), (), Light(even)), CAMERA)
    changed = (pixels != before).any(axis=2)
    assert changed[50:70, 60:79].all()
    assert not changed[:, 82:].any()


def test_slanted_edges_are_smooth(renderer: Renderer, even: str) -> None:
    white = Material(base_color=(0.8, 0.8, 0.8, 1.0), metallic=0.0, roughness=1.0)
    pixels = np.full((120, 160, 3), 20, np.uint8)
    renderer.compose(pixels, Scene((Item(square(0.4, white), at(0, 0, -1, 0.15)),), (), Light(even)), CAMERA)
    inside = int(pixels[60, 80, 1])
    between = (pixels[..., 1] > 45) & (pixels[..., 1] < inside - 25)
    assert between.sum() > 60  # of about 256 pixels along the outline
    # Area is kept: coverage in linear light sums to the square's size.
    linear = linear_from_codes(pixels)[..., 1]
    low, high = linear.min(), linear[60, 80]
    assert ((linear - low) / (high - low)).sum() == pytest.approx(64.0**2, rel=0.03)


def test_the_same_scene_gives_the_same_pixels(renderer: Renderer, even: str) -> None:
    scene = Scene((Item(square(0.3, MATTE), at(0, 0, -1, 0.3)),), (wall(-1.05, catches_shadow=1.0),), Light("studio"))
    first, second = picture(), picture()
    renderer.compose(first, scene, CAMERA)
    renderer.compose(picture(), Scene((Item(square(0.1, MATTE), at(0.1, 0, -1)),), (), Light(even)), CAMERA)
    renderer.compose(second, scene, CAMERA)
    assert np.array_equal(first, second)


def test_a_given_box_bounds_what_changes(renderer: Renderer, even: str) -> None:
    before = picture()
    pixels = before.copy()
    scene = Scene((Item(square(0.5, MATTE), at(0, 0, -1)),), (), Light(even))
    renderer.compose(pixels, scene, CAMERA, box=(70, 50, 101, 69))
    changed = (pixels != before).any(axis=2)
    assert changed[50:69, 70:101].all()
    changed[50:69, 70:101] = False
    assert not changed.any()
    with pytest.raises(ParameterError):
        renderer.compose(pixels, scene, CAMERA, box=(70, 50, 200, 69))


def test_wrong_pictures_are_refused(renderer: Renderer) -> None:
    for wrong in (
        np.zeros((120, 160), np.uint8),
        np.zeros((120, 160, 3), np.float32),
        np.zeros((60, 160, 3), np.uint8),
    ):
        with pytest.raises(ShapeError, match="pixels"):
            renderer.compose(wrong, Scene(()), CAMERA)


def test_colors_stay_true_below_the_shoulder(renderer: Renderer, even: str) -> None:
    shown = []
    for albedo in (0.2, 0.5, 0.8):
        paint = Material(base_color=(albedo, albedo, albedo, 1.0), metallic=0.0, roughness=1.0, unlit=True)
        pixels = picture()
        renderer.compose(pixels, Scene((Item(square(0.3, paint), at(0, 0, -1)),), (), Light(even)), CAMERA)
        shown.append(int(pixels[60, 80, 1]))
    assert shown == pytest.approx([int(codes_from_linear(np.float32([v] * 3))[0]) for v in (0.2, 0.5, 0.8)], abs=1)


def test_the_picture_folder_is_not_needed(renderer: Renderer, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        renderer.compose(
            picture(), Scene((Item(square(0.1, MATTE), at(0, 0, -1)),), (), Light(str(tmp_path / "no.hdr"))), CAMERA
        )
