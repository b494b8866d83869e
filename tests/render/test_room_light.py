"""The light of rooms whose light is known in closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tryon.color import codes_from_linear
from tryon.render.room_light import estimate_room_light, up_irradiance
from tryon.render.room_light_cast import fit_cast
from tryon.render.room_light_floor import FloorView, floor_views
from tryon.render.room_light_grain import photo_finish
from tryon.render.room_light_kernel import shaded
from tryon.render.room_light_window import window_toward
from tryon.types import Camera, Frame, Plane

CAMERA = Camera.of_focal(480, 360, 380.0)
PITCH = math.radians(25.0)
FLOOR = Plane(CAMERA, np.array([0.0, math.cos(PITCH), math.sin(PITCH)]), 1.4, np.eye(4) * 1e-6, "known")
# Two chests: low and high corners in the plane's frame, metres.
CHESTS = (((-0.7, 0.0, -2.9), (-0.2, 0.6, -2.4)), ((0.35, 0.0, -2.3), (0.8, 0.45, -1.95)))


def direction(around_deg: float, height_deg: float) -> np.ndarray:
    """In the plane's frame: degrees to the right of ahead, and up."""
    around, height = math.radians(around_deg), math.radians(height_deg)
    return np.array([math.cos(height) * math.sin(around), math.sin(height), -math.cos(height) * math.cos(around)])


def hit(origins: np.ndarray, rays: np.ndarray, box: tuple) -> np.ndarray:
    """Distance along rays to a box, inf where they miss (slabs, Kay and Kajiya 1986)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        first, second = (np.array(box[0]) - origins) / rays, (np.array(box[1]) - origins) / rays
    near, far = np.minimum(first, second).max(axis=-1), np.maximum(first, second).min(axis=-1)
    return np.where((near <= far) & (far > 1e-6), np.maximum(near, 0.0), np.inf)


def picture(sun: np.ndarray, share: float = 0.7, tint: tuple = (1.0, 1.0, 1.0), gain: float = 0.7) -> Frame:
    """Two chests on a gray floor before a wall, ray-cast: nothing of what is tested draws it."""
    y, x = np.mgrid[0 : CAMERA.height, 0 : CAMERA.width]
    rays = np.stack(
        [
            (x - CAMERA.center_x_px) / CAMERA.focal_x_px,
            -(y - CAMERA.center_y_px) / CAMERA.focal_y_px,
            -np.ones(x.shape),
        ],
        axis=-1,
    )
    rays = rays @ FLOOR.camera_from_plane[:3, :3]
    eye = np.array([0.0, 1.4, 0.0])
    origins = np.broadcast_to(eye, rays.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        on_floor = np.where(rays[..., 1] < 0, -eye[1] / rays[..., 1], np.inf)
    color = np.full(rays.shape, 0.5) * (0.6, 0.7, 0.9)
    away = np.where(on_floor * -rays[..., 2] < 6.0, on_floor, np.inf)
    rng = np.random.default_rng(2)
    shade = np.zeros(away.shape, bool)
    lit = np.isfinite(away)
    points = eye + rays * np.where(lit, away, 0.0)[..., None]
    for chest in CHESTS:
        shade |= np.isfinite(hit(points + np.array([0, 1e-4, 0]), np.broadcast_to(sun, points.shape), chest))
    floor = 0.45 * np.where(shade, 1.0 - share, 1.0)[..., None] * np.array([0.9, 0.75, 0.55])
    color = np.where(lit[..., None], floor * (1.0 + 0.05 * rng.standard_normal(away.shape))[..., None], color)
    for chest, paint in zip(CHESTS, ((0.1, 0.4, 0.3), (0.5, 0.15, 0.25)), strict=True):
        found = hit(origins, rays, chest)
        front = found < away
        color = np.where(front[..., None], np.array(paint) * 0.8, color)
        away = np.minimum(away, found)
    linear = np.clip(color * gain * np.array(tint) + rng.normal(0, 0.004, color.shape), 0, 1)
    return Frame(codes_from_linear(linear.astype(np.float32)))


def off_deg(light: object, sun: np.ndarray) -> float:
    toward = np.asarray(light.sun_direction) @ FLOOR.camera_from_plane[:3, :3]  # type: ignore[attr-defined]
    return math.degrees(math.acos(float(np.clip(toward @ sun, -1, 1))))


@pytest.mark.parametrize(("around", "height"), [(-80, 40), (75, 50), (-30, 45), (25, 35)])
def test_shadows_of_chests_tell_where_the_sun_is(around: float, height: float) -> None:
    sun = direction(around, height)
    found = estimate_room_light(picture(sun), FLOOR)
    assert found.cue == "shadows"
    assert off_deg(found.light, sun) < 20.0


def test_a_sun_behind_the_camera_is_found_by_the_shadows_that_are_left() -> None:
    sun = direction(150, 40)
    assert off_deg(estimate_room_light(picture(sun), FLOOR).light, sun) < 35.0


def test_paper_tells_color_and_strength_of_the_light() -> None:
    frame = picture(direction(70, 50), tint=(1.0, 0.8, 0.6))
    middle, pixels = np.array([240.0, 320.0]), frame.pixels.copy()
    corners = middle + np.array([[-30, -15], [30, -15], [34, 15], [-34, 15]], np.float64)
    pixels[305:336, 206:275] = codes_from_linear(np.float32([[0.86 * 0.7 * 1.0, 0.86 * 0.7 * 0.8, 0.86 * 0.7 * 0.6]]))
    light = estimate_room_light(Frame(pixels), FLOOR, sheet_px=corners).light
    toward = np.asarray(light.sun_direction) @ FLOOR.camera_from_plane[:3, :3]
    arrives = np.array(light.rgb) * up_irradiance(light.environment) + np.array(light.sun_rgb) * max(toward[1], 0.5)
    np.testing.assert_allclose(arrives, [0.7, 0.56, 0.42], rtol=0.03)


def test_burnt_out_paper_is_not_believed() -> None:
    frame = picture(direction(70, 50))
    pixels = frame.pixels.copy()
    pixels[305:336, 206:275] = 255
    corners = np.array([[210, 305], [270, 305], [274, 335], [206, 335]], np.float64)
    light = estimate_room_light(Frame(pixels), FLOOR, sheet_px=corners).light
    assert max(light.rgb) < 1.2


@pytest.mark.parametrize("column", [60, 420])
def test_a_bright_window_lights_from_its_side(column: int) -> None:
    pixels = np.full((360, 480, 3), 60, np.uint8)
    pixels[5:60, column - 30 : column + 30] = 255
    toward = window_toward(Frame(pixels), FLOOR)
    assert toward is not None
    assert math.copysign(1.0, toward[0]) == math.copysign(1.0, column - 240)
    assert toward[1] > 0.3
    assert np.linalg.norm(toward) == pytest.approx(1.0)


def test_a_glint_on_the_floor_is_no_window() -> None:
    pixels = np.full((360, 480, 3), 60, np.uint8)
    pixels[280:330, 200:260] = 255
    assert window_toward(Frame(pixels), FLOOR) is None


@pytest.mark.parametrize("code", [0, 90, 255])
def test_an_empty_picture_gets_soft_light_from_above(code: int) -> None:
    found = estimate_room_light(Frame(np.full((360, 480, 3), code, np.uint8)), FLOOR)
    assert found.confidence < 0.4
    assert np.isfinite([*found.light.rgb, *found.light.sun_rgb]).all()
    toward = np.asarray(found.light.sun_direction) @ FLOOR.camera_from_plane[:3, :3]
    assert toward[1] > 0.6 or found.cue != "overhead"


def test_noise_and_a_floor_out_of_view_raise_nothing() -> None:
    noise = Frame(np.random.default_rng(0).integers(0, 256, (360, 480, 3), np.uint8))
    assert estimate_room_light(noise, FLOOR).confidence <= 1.0
    up = Plane(CAMERA, np.array([0.0, math.cos(-0.9), math.sin(-0.9)]), 1.4, np.eye(4) * 1e-6, "known")
    assert floor_views(noise, up) == []
    assert estimate_room_light(noise, up).cue in ("overhead", "window")


def test_the_map_stands_upright_with_its_lamp_on_the_suns_side() -> None:
    light = estimate_room_light(picture(direction(-80, 40)), FLOOR).light
    turn = np.asarray(light.camera_from_environment)
    np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-9)
    assert np.linalg.det(turn) == pytest.approx(1.0)
    np.testing.assert_allclose(turn @ [0, 1, 0], FLOOR.normal, atol=1e-9)


def test_a_post_shades_what_lies_behind_it_as_far_as_it_is_high() -> None:
    heights = np.zeros((64, 64), np.float32)
    heights[32, 32] = 0.6
    at = np.array([[32 + k, 32] for k in range(1, 20)], np.float32)
    slope = np.array([[-1.0, 0.5, 0.0]], np.float32)  # light from the left, rising 0.5 a metre
    kept = shaded(heights, at, slope, 0.1)
    assert kept[:11].all()  # 0.6 m / 0.5 = 1.2 m, eleven cells inside it
    assert not kept[12:].any()


def test_a_floor_with_nothing_on_it_has_no_cast_shadow() -> None:
    at = np.random.default_rng(0).uniform(-2, 2, (900, 2))
    assert fit_cast([FloorView(at, np.zeros(900), np.zeros((128, 128), np.float32), (-3.84, -7.18))]) is None


@pytest.mark.parametrize("sigma", [3.0, 8.0])
def test_grain_is_measured(sigma: float) -> None:
    rng = np.random.default_rng(0)
    pixels = np.clip(rng.normal(128, sigma, (400, 400, 1)).repeat(3, axis=2), 0, 255).astype(np.uint8)
    assert photo_finish(Frame(pixels)).grain == pytest.approx(0.8 * sigma, rel=0.15)


@pytest.mark.parametrize("blur_px", [1.2, 2.0])
def test_blur_is_measured(blur_px: float) -> None:
    cv2 = pytest.importorskip("cv2")
    pixels = np.where((np.indices((400, 400)).sum(axis=0) // 40 % 2)[..., None] == 0, 60, 190).repeat(3, axis=2)
    soft = cv2.GaussianBlur(pixels.astype(np.uint8), (0, 0), blur_px)
    assert photo_finish(Frame(soft)).blur_px == pytest.approx(math.sqrt(blur_px**2 - 0.55**2), rel=0.25)
    assert photo_finish(Frame(pixels.astype(np.uint8))).blur_px < 0.6
