"""The light of a room from one photo of it: where it comes from, its color, how strong and how soft it is."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.color import linear_from_codes
from tryon.render.environment import find, panorama
from tryon.render.light_key import grid_of, key_of
from tryon.render.room_light_cast import fit_cast
from tryon.render.room_light_floor import FloorView, floor_views
from tryon.render.room_light_window import window_toward
from tryon.types import Frame, Light, Plane

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
_PAPER = 0.86  # reflectance of office paper
_BRIGHT, _MEAN = 0.72, 0.2  # reflectance of a room's brightest walls, and of all it shows
_SURE_LEAD, _SURE_AGREEMENT = 0.1, 0.3  # see benchmarks/place_light.py: two thirds of such are within 25°
_LIKELY_AGREEMENT, _UNSURE_SOFT_RAD = 0.18, 0.2
_SLOPE = (0.06, 0.6)  # of the logarithm of light along the floor, per metre: less is even, more is texture
_WINDOW_SHARE, _SLOPE_SHARE, _OVERHEAD_SHARE = 0.42, 0.34, 0.3
_WINDOW_SOFT_RAD, _OVERHEAD_SOFT_RAD = 0.28, 0.45
_LOW_SUN = 0.5  # sine of the height of the lowest sun that is believed whole
_MOST_WHITE = 1.05  # cameras keep white walls just below white
_MOST_SHARE, _MOST_SOFT_SHARE = 0.52, 0.38  # of a sun: white walls throw much of it back; and of one wider than 0.2 rad

Cue = Literal["shadows", "window", "floor", "overhead"]


@dataclass(frozen=True, slots=True, eq=False)
class RoomLight:
    """An estimate of a room's light.

    light: As the renderer takes it; its map stands upright on the floor and its lamp is turned to the room's.
    cue: What told the direction: shadows of what stands on the floor, a bright window or lamp in view, the way the
        floor brightens, or nothing (soft light from above is assumed).
    confidence: 0 to 1 that the direction is right within 25°.
    """

    light: Light
    cue: Cue
    confidence: float


def estimate_room_light(
    frame: Frame,
    floor: Plane,
    *,
    sheet_px: NDArray[np.float64] | None = None,
    people: NDArray[np.uint8] | None = None,
    environment: str = "room",
) -> RoomLight:
    """The light on a floor and on what stands there.

    Args:
        floor: Where the floor is, in the camera that took the picture.
        sheet_px: (4, 2) corners of white paper on the floor, in turn: it tells color and strength of the light.
        people: (H, W) uint8, not 0 where people are: they are no furniture.
        environment: The map that furniture mirrors.
    """
    ignore = _ignored(frame, sheet_px, people)
    views = floor_views(frame, floor, ignore=ignore)
    toward, softness, share, cue, confidence = _direction(frame, floor, views)
    white = _white(frame, sheet_px)
    light = _light(environment, floor, toward, softness, share, white)
    return RoomLight(light, cue, confidence)


def _direction(
    frame: Frame, floor: Plane, views: list[FloorView]
) -> tuple[NDArray[np.float64], float, float, Cue, float]:
    """Toward the light in the plane's frame, softness, share, what told it, and how sure it is."""
    cast = fit_cast(views) if views else None
    if cast is not None and cast.lead > _SURE_LEAD and cast.agreement > _SURE_AGREEMENT and cast.share > 0.08:
        sure = min(0.9, 0.5 + 0.8 * (cast.lead - _SURE_LEAD))
        most = _MOST_SOFT_SHARE if cast.softness_rad > 0.2 else _MOST_SHARE
        return cast.toward, cast.softness_rad, min(cast.share, most), "shadows", sure
    window = window_toward(frame, floor)
    if window is not None:
        return window, _WINDOW_SOFT_RAD, _WINDOW_SHARE, "window", 0.5
    if cast is not None and cast.agreement > _LIKELY_AGREEMENT:
        soft = max(cast.softness_rad, _UNSURE_SOFT_RAD)
        return cast.toward, soft, min(cast.share, _SLOPE_SHARE), "shadows", 0.3
    slope = _slope(views[0]) if views else None
    if slope is not None:
        return slope, _WINDOW_SOFT_RAD, _SLOPE_SHARE, "floor", 0.35
    above = np.array([0.1, 0.95, 0.3])
    return above / np.linalg.norm(above), _OVERHEAD_SOFT_RAD, _OVERHEAD_SHARE, "overhead", 0.15


def _slope(view: FloorView) -> NDArray[np.float64] | None:
    """The way in which the floor gets brighter, halfway up; None where it is even or too small to tell."""
    at = view.floor_m - view.floor_m.mean(axis=0)
    if float(np.abs(at).mean()) < 0.25:
        return None
    matrix = np.column_stack([at, np.ones(len(at))])
    weight = np.ones(len(at))
    solved = np.zeros(3)
    for _ in range(5):  # Huber: patterns, lines and things taken for floor count less
        root = np.sqrt(weight)[:, None]
        solved = np.linalg.lstsq(matrix * root, view.light * root[:, 0], rcond=None)[0]
        misfit = np.abs(view.light - matrix @ solved)
        weight = np.minimum(1.0, 1.5 * float(np.median(misfit)) / np.maximum(misfit, 1e-9))
    steep = float(np.linalg.norm(solved[:2]))
    if not _SLOPE[0] < steep < _SLOPE[1]:
        return None
    toward = np.array([solved[0] / steep, 0.9, solved[1] / steep])
    return np.asarray(toward / np.linalg.norm(toward))


def _white(frame: Frame, sheet_px: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """(3,) linear RGB that white on the floor would show."""
    if sheet_px is not None:
        paper = _paper(frame, np.asarray(sheet_px, np.float64))
        if paper is not None:
            return paper / _PAPER
    step = max(1, max(frame.width, frame.height) // 320)
    rgb = linear_from_codes(frame.pixels[::step, ::step]).reshape(-1, 3).astype(np.float64)
    luminance = rgb @ _LUMINANCE
    kept = (rgb.max(axis=1) < 0.95) & (luminance > 0.004)
    if int(kept.sum()) < 100:
        return np.full(3, 0.5)
    rgb, luminance = rgb[kept] + 0.004, luminance[kept] + 0.004
    ratio = np.log(rgb / luminance[:, None])
    middle = np.median(ratio, axis=0)
    # Gray-world over what is nearly gray: colored floors and walls say nothing about the light.
    weight = np.exp(-0.5 * (np.abs(ratio - 0.5 * middle).max(axis=1) / 0.12) ** 2) * luminance
    tint = np.exp(0.85 * (weight @ ratio) / max(float(weight.sum()), 1e-9))
    strength = math.sqrt(float(luminance.mean()) / _MEAN * float(np.percentile(luminance, 93.0)) / _BRIGHT)
    return np.asarray(np.clip(strength, 0.1, _MOST_WHITE) * np.clip(tint, 0.6, 1.6))


def _paper(frame: Frame, corners: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """The paper's color; None where it is burnt out or hardly seen."""
    middle = corners.mean(axis=0)
    mask = np.zeros(frame.pixels.shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, np.rint(middle + 0.75 * (corners - middle)).astype(np.int32), 1)
    codes = frame.pixels[mask > 0]
    if len(codes) < 30:
        return None
    bright = codes[codes.sum(axis=1) >= np.percentile(codes.sum(axis=1), 40.0)]  # print and shadows left out
    if float((bright.max(axis=1) >= 253).mean()) > 0.5:
        return None
    return np.asarray(np.median(linear_from_codes(bright), axis=0), np.float64)


def _ignored(
    frame: Frame, sheet_px: NDArray[np.float64] | None, people: NDArray[np.uint8] | None
) -> NDArray[np.uint8] | None:
    if sheet_px is None and people is None:
        return None
    mask = np.zeros(frame.pixels.shape[:2], np.uint8) if people is None else np.array(people > 0, np.uint8)
    if sheet_px is not None:
        middle = sheet_px.mean(axis=0)
        cv2.fillConvexPoly(mask, np.rint(middle + 1.15 * (sheet_px - middle)).astype(np.int32), 1)
    return mask


def _light(
    environment: str,
    floor: Plane,
    toward: NDArray[np.float64],
    softness: float,
    share: float,
    white: NDArray[np.float64],
) -> Light:
    camera_from_plane = floor.camera_from_plane[:3, :3]
    key, up_irradiance = _map(environment)
    turn = math.atan2(toward[0], toward[2]) - math.atan2(float(key[0]), float(key[2]))
    cos, sin = math.cos(turn), math.sin(turn)
    plane_from_environment = np.array([[cos, 0.0, sin], [0.0, 1.0, 0.0], [-sin, 0.0, cos]])
    sky = white * (1.0 - share) / np.maximum(up_irradiance, 1e-3)
    sun = white * share / max(float(toward[1]), _LOW_SUN)  # a guess this low would burn what faces it
    return Light(
        environment,
        camera_from_environment=camera_from_plane @ plane_from_environment,
        rgb=_triple(sky),
        sun_direction=_triple(camera_from_plane @ toward),
        sun_rgb=_triple(sun),
        sun_softness_rad=softness,
    )


@functools.lru_cache(maxsize=4)
def _map(environment: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Toward a map's lamp, and (3,) its irradiance over π on a level surface; both in the map's axes."""
    path = find(environment)
    texels = panorama(path.read_bytes(), path)
    toward, radiance, solid_angle = grid_of(texels)
    falls = np.clip(toward[:, 1], 0.0, None) * solid_angle
    return key_of(texels).toward, np.asarray((radiance * falls[:, None]).sum(axis=0) / np.pi)


def up_irradiance(environment: str) -> NDArray[np.float64]:
    """(3,) irradiance over π of a map on a level surface."""
    return _map(environment)[1]


def _triple(values: NDArray[np.floating]) -> tuple[float, float, float]:
    red, green, blue = (float(value) for value in values)
    return red, green, blue
