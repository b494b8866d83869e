"""The renderer against closed forms: white furnaces, pinhole geometry, alpha arithmetic, and repeatability."""

from __future__ import annotations

import dataclasses
import gc
import threading

import numpy as np
import pytest

from tests.render.shapes import about_y, ball, model, placed, quad
from tryon.color.srgb import codes_from_linear, linear_from_codes
from tryon.errors import ParameterError, RenderError, UnknownNameError
from tryon.render import Picture, Renderer
from tryon.types.camera import Camera
from tryon.types.model import Clearcoat, Iridescence, Material, Sheen, Texture, TextureUse
from tryon.types.scene import Item, Light, Scene

CAMERA = Camera.of_focal(128, 96, 150.0)
RED = Material(base_color=(1.0, 0.0, 0.0, 1.0), unlit=True)
GREEN = Material(base_color=(0.0, 1.0, 0.0, 1.0), unlit=True)


def draw(renderer: Renderer, sky: str, *items: Item, camera: Camera = CAMERA, **settings: object) -> Picture:
    settings.setdefault("tone", "none")
    return renderer.render(Scene(items, light=Light(sky)), camera, **settings)  # type: ignore[arg-type]


def middle(picture: Picture) -> np.ndarray:
    height, width = picture.rgba.shape[:2]
    return picture.rgba[height // 2, width // 2]


@pytest.mark.parametrize("metallic", [0.0, 1.0])
@pytest.mark.parametrize("roughness", [0.0, 0.3, 0.6, 1.0])
def test_a_white_ball_in_a_white_furnace_vanishes(
    renderer: Renderer, white_sky: str, metallic: float, roughness: float
) -> None:
    white = Material(metallic=metallic, roughness=roughness)
    picture = draw(renderer, white_sky, placed(model(ball(), white)), exposure=0.5)
    inside = linear_from_codes(picture.rgba[picture.rgba[..., 3] == 255][:, :3])
    assert inside.mean() == pytest.approx(0.5, abs=0.012)
    assert np.abs(inside - 0.5).max() < 0.05


@pytest.mark.parametrize(
    "layer",
    [
        {"clearcoat": Clearcoat(1.0, None, 0.3)},
        {"sheen": Sheen((1.0, 1.0, 1.0), None, 0.5)},
        {"iridescence": Iridescence(1.0, None, 1.4)},
    ],
)
def test_no_layer_gives_more_light_than_arrives(renderer: Renderer, white_sky: str, layer: dict[str, object]) -> None:
    material = dataclasses.replace(Material(metallic=0.0, roughness=0.5), **layer)  # type: ignore[arg-type]
    picture = draw(renderer, white_sky, placed(model(ball(), material)), exposure=0.5)
    inside = linear_from_codes(picture.rgba[picture.rgba[..., 3] == 255][:, :3])
    assert inside.max() < 0.5 * 1.06
    assert inside.mean() > 0.5 * 0.85


def test_unlit_colors_come_out_as_they_are(renderer: Renderer, white_sky: str) -> None:
    color = (0.8, 0.25, 0.02, 1.0)
    picture = draw(renderer, white_sky, placed(model(quad(1, 1), Material(base_color=color, unlit=True))))
    assert np.abs(picture.rgba[..., :3].astype(int) - codes_from_linear(color[:3]).astype(int)).max() <= 1
    assert (picture.rgba[..., 3] == 255).all()


def test_srgb_textures_come_out_code_for_code(renderer: Renderer, white_sky: str) -> None:
    texel = np.array([200, 100, 30, 255], np.uint8)
    texture = Texture(np.tile(texel, (4, 4, 1)))
    material = Material(base_color_texture=TextureUse(0), unlit=True)
    picture = draw(renderer, white_sky, placed(model(quad(1, 1), material, textures=[texture])))
    assert np.abs(middle(picture).astype(int) - texel).max() <= 1


@pytest.mark.parametrize("x_m", [-0.31, 0.0, 0.27])
@pytest.mark.parametrize("y_m", [-0.2, 0.13])
def test_things_stand_where_the_camera_projects_them(
    renderer: Renderer, white_sky: str, x_m: float, y_m: float
) -> None:
    camera = Camera(128, 96, 140.0, 155.0, 60.0, 50.0)
    c, s = np.cos(0.3), np.sin(0.3)  # turned, so that edges cross the samples' grid
    turn = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    picture = draw(renderer, white_sky, placed(model(quad(0.07, 0.07), RED), x_m, y_m, turn=turn), camera=camera)
    coverage = picture.coverage.astype(np.float64)
    rows, columns = np.mgrid[: camera.height, : camera.width]
    found = np.array([(columns * coverage).sum(), (rows * coverage).sum()]) / coverage.sum()
    assert np.abs(found - camera.project([[x_m, y_m, -1.0]])[0]).max() < 0.05


def test_edges_lie_where_the_camera_projects_them(renderer: Renderer, white_sky: str) -> None:
    # A large square is measured by its area of coverage: each edge within a twentieth of a pixel.
    picture = draw(renderer, white_sky, placed(model(quad(0.1, 0.1), RED)))
    corners = CAMERA.project([[-0.1, 0.1, -1.0], [0.1, -0.1, -1.0]])
    expected = np.prod(corners[1] - corners[0])
    assert picture.coverage.sum() == pytest.approx(expected, abs=0.2 * (corners[1] - corners[0]).sum())


def test_depth_is_the_distance_along_the_axis(renderer: Renderer, white_sky: str) -> None:
    angle = 0.6
    picture = draw(renderer, white_sky, placed(model(quad(0.3, 0.3), RED), turn=about_y(angle)))
    normal = about_y(angle) @ [0, 0, 1]
    rows, columns = np.nonzero(picture.rgba[..., 3] == 255)
    rays = np.stack(
        [
            (columns - CAMERA.center_x_px) / CAMERA.focal_x_px,
            -(rows - CAMERA.center_y_px) / CAMERA.focal_y_px,
            -np.ones(len(rows)),
        ],
        axis=1,
    )
    expected = (normal @ [0, 0, -1.0]) / (rays @ normal)
    # The nearest of four samples is up to half a pixel off along the slope.
    assert np.abs(picture.depth_m[rows, columns] - expected).max() < 0.006
    assert np.abs(picture.depth_m[rows, columns] - expected).mean() < 0.003
    assert np.isinf(picture.depth_m[picture.rgba[..., 3] == 0]).all()


def test_a_box_is_cut_from_the_whole_picture(renderer: Renderer, white_sky: str) -> None:
    item = placed(model(ball(), Material(base_color=(0.3, 0.6, 0.9, 1), metallic=0.5, roughness=0.4)), 0.05, 0.02)
    whole = draw(renderer, white_sky, item)
    box = (37, 11, 101, 90)
    part = draw(renderer, white_sky, item, box=box)
    assert part.box == box
    cut = whole.rgba[box[1] : box[3], box[0] : box[2]].astype(int)
    # Pixels are shaded in pairs of two by two, and the box starts at an odd one: highlights' widths differ a little.
    assert np.abs(part.rgba.astype(int) - cut).max() <= 6
    assert np.abs(part.rgba.astype(int) - cut).mean() < 0.05


@pytest.mark.parametrize("box", [(0, 0, 0, 5), (-1, 0, 5, 5), (0, 0, 129, 5), (5, 5, 4, 9)])
def test_a_box_outside_the_picture_is_refused(renderer: Renderer, white_sky: str, box: tuple[int, ...]) -> None:
    with pytest.raises(ParameterError, match="inside 128×96"):
        draw(renderer, white_sky, placed(model(quad(), RED)), box=box)


def test_color_is_premultiplied_in_linear_light(renderer: Renderer, white_sky: str) -> None:
    glass = Material(base_color=(1.0, 0.5, 0.2, 0.4), unlit=True, alpha_mode="blend")
    picture = draw(renderer, white_sky, placed(model(quad(1, 1), glass)))
    assert middle(picture)[3] == pytest.approx(0.4 * 255, abs=1)
    expected = codes_from_linear(0.4 * np.array([1.0, 0.5, 0.2]))
    assert np.abs(middle(picture)[:3].astype(int) - expected).max() <= 1
    background = np.full((96, 128, 3), 90, np.uint8)
    over = linear_from_codes(picture.over(background))[48, 64]
    mixed = 0.4 * np.array([1.0, 0.5, 0.2]) + 0.6 * linear_from_codes(background)[0, 0]
    assert np.abs(over - mixed).max() < 0.01
    straight = picture.straight()[48, 64]
    assert np.abs(straight[:3].astype(int) - codes_from_linear([1.0, 0.5, 0.2])).max() <= 2


def test_no_color_exceeds_its_coverage(renderer: Renderer, white_sky: str) -> None:
    material = Material(base_color=(0.9, 0.9, 0.9, 0.5), metallic=0.2, roughness=0.3, alpha_mode="blend")
    picture = draw(renderer, white_sky, placed(model(ball(), material)), exposure=3.0)
    linear = linear_from_codes(picture.rgba[..., :3])
    assert (linear <= picture.coverage[..., None] + 0.01).all()
    assert (picture.rgba[picture.rgba[..., 3] == 0] == 0).all()


def test_blended_things_mix_back_to_front_in_any_order(renderer: Renderer, white_sky: str) -> None:
    near = placed(model(quad(1, 1), Material(base_color=(1, 0, 0, 0.5), unlit=True, alpha_mode="blend")), z_m=-1.0)
    far = placed(model(quad(1, 1), Material(base_color=(0, 1, 0, 0.5), unlit=True, alpha_mode="blend")), z_m=-1.5)
    one = draw(renderer, white_sky, near, far)
    other = draw(renderer, white_sky, far, near)
    assert np.array_equal(one.rgba, other.rgba)
    assert linear_from_codes(middle(one)[:3]) == pytest.approx([0.5, 0.25, 0.0], abs=0.01)
    assert middle(one)[3] == pytest.approx(0.75 * 255, abs=1)


def test_masked_texels_leave_holes(renderer: Renderer, white_sky: str) -> None:
    pixels = np.full((2, 2, 4), 255, np.uint8)
    pixels[:, 0, 3] = 100
    texture = Texture(pixels, "clamp", "clamp", smooth=False, mipmapped=False)
    material = Material(base_color_texture=TextureUse(0), unlit=True, alpha_mode="mask", alpha_cutoff=0.5)
    picture = draw(renderer, white_sky, placed(model(quad(1, 1), material, textures=[texture])))
    assert (picture.rgba[:, :60, 3] == 0).all()
    assert (picture.rgba[:, 68:, 3] == 255).all()


def test_backs_are_seen_only_when_double_sided(renderer: Renderer, white_sky: str) -> None:
    turned = about_y(np.pi)
    assert middle(draw(renderer, white_sky, placed(model(quad(), RED), turn=turned)))[3] == 0
    both = dataclasses.replace(RED, double_sided=True)
    assert middle(draw(renderer, white_sky, placed(model(quad(), both), turn=turned)))[3] == 255


def test_a_mirrored_placing_still_shows_its_front(renderer: Renderer, white_sky: str) -> None:
    mirror = np.diag([-1.0, 1.0, 1.0])
    assert middle(draw(renderer, white_sky, placed(model(quad(), RED), turn=mirror)))[3] == 255


def test_a_nearer_thing_hides_a_farther_one(renderer: Renderer, white_sky: str) -> None:
    items = placed(model(quad(), RED), z_m=-1.0), placed(model(quad(), GREEN), z_m=-1.2)
    for order in (items, items[::-1]):
        assert middle(draw(renderer, white_sky, *order))[:3].tolist() == [255, 0, 0]


@pytest.mark.parametrize(("wrap", "seen"), [("repeat", [0, 255, 0]), ("mirror", [255, 0, 0]), ("clamp", [0, 255, 0])])
def test_coordinates_past_the_edge_follow_the_wrap(
    renderer: Renderer, white_sky: str, wrap: str, seen: list[int]
) -> None:
    # Left half red, right half green; u = 1.75 is 0.75 when repeated, 0.25 when mirrored, 1 when clamped.
    pixels = np.zeros((4, 4, 4), np.uint8)
    pixels[:, :2] = (255, 0, 0, 255)
    pixels[:, 2:] = (0, 255, 0, 255)
    texture = Texture(pixels, wrap, wrap, smooth=False, mipmapped=False)  # type: ignore[arg-type]
    shifted = np.array([[0.0, 0.0, 1.75], [0.0, 0.0, 0.5], [0.0, 0.0, 1.0]])
    material = Material(base_color_texture=TextureUse(0, uv_from_uv=shifted), unlit=True)
    assert middle(draw(renderer, white_sky, placed(model(quad(), material, textures=[texture]))))[:3].tolist() == seen


def test_a_texture_transform_moves_and_scales(renderer: Renderer, white_sky: str) -> None:
    pixels = np.zeros((4, 4, 4), np.uint8)
    pixels[..., 3] = 255
    pixels[:, :, 0] = [0, 80, 160, 240]
    texture = Texture(pixels, smooth=False, mipmapped=False)
    # The quad's left edge reads u = 0.25, its right edge u = 0.75.
    rows = np.array([[0.5, 0.0, 0.25], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    material = Material(base_color_texture=TextureUse(0, uv_from_uv=rows), unlit=True)
    picture = draw(renderer, white_sky, placed(model(quad(), material, textures=[texture])))
    assert picture.rgba[48, 64 - 10, 0] == 80
    assert picture.rgba[48, 64 + 10, 0] == 160


def test_drawing_twice_gives_the_same_bytes(renderer: Renderer, white_sky: str) -> None:
    item = placed(model(ball(), Material(base_color=(0.3, 0.6, 0.9, 1), metallic=0.5, roughness=0.4)))
    first = draw(renderer, white_sky, item)
    draw(renderer, white_sky, placed(model(quad(), RED)))
    again = draw(renderer, white_sky, item)
    with Renderer() as other:
        elsewhere = draw(other, white_sky, item)
    for picture in (again, elsewhere):
        assert np.array_equal(picture.rgba, first.rgba)
        assert np.array_equal(picture.depth_m, first.depth_m)


def test_another_thread_is_refused(renderer: Renderer, white_sky: str) -> None:
    caught: list[BaseException] = []

    def use() -> None:
        try:
            draw(renderer, white_sky, placed(model(quad(), RED)))
        except RenderError as error:
            caught.append(error)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert "one Renderer per thread" in str(caught[0])
    assert middle(draw(renderer, white_sky, placed(model(quad(), RED))))[3] == 255


def test_every_thread_draws_the_same_with_its_own(renderer: Renderer, white_sky: str) -> None:
    item = placed(model(ball(), Material(metallic=1.0, roughness=0.2)))
    expected = draw(renderer, white_sky, item).rgba
    found: list[np.ndarray] = []

    def use() -> None:
        with Renderer() as own:
            found.append(draw(own, white_sky, item).rgba)

    threads = [threading.Thread(target=use) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert all(np.array_equal(picture, expected) for picture in found)


def test_a_closed_renderer_says_so(white_sky: str, renderer: Renderer) -> None:
    del renderer  # only to skip where nothing can be drawn
    made = Renderer(samples=1)
    made.close()
    made.close()
    with pytest.raises(RenderError, match="closed"):
        draw(made, white_sky, placed(model(quad(), RED)))


def test_what_is_uploaded_goes_with_its_model(renderer: Renderer, white_sky: str) -> None:
    gc.collect()
    renderer.uploads.collect()
    before = len(renderer.uploads)
    shape = model(quad(), RED)
    draw(renderer, white_sky, placed(shape))
    assert len(renderer.uploads) == before + 1
    del shape
    gc.collect()
    renderer.uploads.collect()
    assert len(renderer.uploads) == before


def test_an_empty_scene_and_one_behind_the_camera_are_empty(renderer: Renderer, white_sky: str) -> None:
    for items in ((), (placed(model(quad(), RED), z_m=1.0),)):
        picture = draw(renderer, white_sky, *items)
        assert not picture.rgba.any()
        assert np.isinf(picture.depth_m).all()


def test_a_plain_background_is_shown_as_it_is(renderer: Renderer, white_sky: str) -> None:
    picture = draw(renderer, white_sky, placed(model(quad(), RED)), background=(0.2, 0.4, 0.6))
    assert np.abs(picture.rgba[2, 2, :3].astype(int) - codes_from_linear([0.2, 0.4, 0.6])).max() <= 1
    assert (picture.rgba[..., 3] == 255).all()


def test_a_picture_larger_than_the_driver_takes_is_refused(renderer: Renderer, white_sky: str) -> None:
    camera = Camera.of_focal(100_000, 4, 100.0)
    with pytest.raises(RenderError, match="draw it in parts"):
        draw(renderer, white_sky, placed(model(quad(), RED)), camera=camera)


def test_cut_rims_are_smooth(renderer: Renderer, white_sky: str) -> None:
    # A disc in a texture's alpha: its rim covers pixels in part, and its area is right.
    rows, columns = np.mgrid[:256, :256]
    pixels = np.full((256, 256, 4), 255, np.uint8)
    pixels[..., 3] = np.clip(128 + 8 * (90 - np.hypot(rows - 127.5, columns - 127.5)), 0, 255)
    material = Material(base_color_texture=TextureUse(0), unlit=True, alpha_mode="mask")
    picture = draw(renderer, white_sky, placed(model(quad(0.2, 0.2), material, textures=[Texture(pixels)])))
    assert len(np.unique(picture.rgba[..., 3])) >= 4
    radius_px = 90 / 256 * 0.4 * CAMERA.focal_x_px
    assert picture.coverage.sum() == pytest.approx(np.pi * radius_px**2, rel=0.02)


def test_flattened_placings_and_unknown_curves_are_refused(renderer: Renderer, white_sky: str) -> None:
    with pytest.raises(ParameterError, match="invertible"):
        draw(renderer, white_sky, placed(model(quad(), RED), turn=np.diag([1.0, 1.0, 0.0])))
    with pytest.raises(UnknownNameError, match="neutral"):
        draw(renderer, white_sky, tone="neutrall")
