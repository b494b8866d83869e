"""Where a room's light comes from, and whether shadows touch the feet of furniture.

Prints one JSON object.

- `direction`: angle between the estimated and the true sun in 64 rooms rendered by Mitsuba (`_lit_rooms.py`), with
  shadows of furniture in view, a sun of any softness between 0.3° and 9°, from all sides, 22° to 68° high; and how
  far the share of the sun in the floor's light is off. `sure` are the rooms where the estimate says that it is.
- `contact`: pixels between each foot of nine pieces in four turns, under three lights, and the nearest floor pixel
  that its shadow darkens by 4 % or more, at 1600×1200; 0 is touching. `dark_outline` is how much of the outlines of
  the feet in view is darkened so.
- times: the estimate in one thread's processor time; a whole redraw of one sofa at 1600×1200, moved and turned.

    .venv/bin/python benchmarks/place_light.py [--rooms N]
"""

from __future__ import annotations

import argparse
import math
import time
from collections import Counter

import cv2
import numpy as np
from _lit_rooms import LitRoom, lit_room
from _report import report
from numpy.typing import NDArray

from tryon.catalog import load, open_model
from tryon.place.contact import camera_from_product
from tryon.render import Renderer
from tryon.render.room_light import RoomLight, estimate_room_light, up_irradiance
from tryon.types import Camera, Item, Light, Model, Plane, Scene, Surface

PIECES = (
    "sofa", "armchair", "dining-chair", "bar-stool", "dining-table", "coffee-table", "desk", "sideboard", "floor-lamp",
)  # fmt: skip
TURNS_DEG = (0.0, 35.0, 140.0, 250.0)
SUNS = ((None, 0.0), ((-0.5, 0.8, 0.35), 0.02), ((0.7, 0.5, -0.3), 0.2))  # in the plane's frame; half angle
CAMERA = Camera.of_focal(1600, 1200, 1250.0)
_DARK = 0.96
_TOUCH_M = 0.002
_RUNS = 12


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rooms", type=int, default=64)
    wanted = parser.parse_args()
    direction, estimate_ms = _directions(wanted.rooms)
    with Renderer() as renderer:
        contact = _contacts(renderer)
        redraw_ms = _redraws(renderer)
    report(
        "place_light",
        input=f"{wanted.rooms} rendered rooms of 640×480; {len(PIECES)} pieces × {len(TURNS_DEG)} turns × {len(SUNS)} "
        "lights at 1600×1200",
        warm_up=2,
        samples_ms={"estimate_processor_time": estimate_ms, **redraw_ms},
        figures={"direction": direction, "contact": contact},
    )


def _directions(count: int) -> tuple[dict[str, object], list[float]]:
    errors, sure, shares, cues, spent_ms = [], [], [], Counter[str](), []
    for seed in range(count):
        room = lit_room(seed)
        floor = _plane(room)
        begin = time.process_time()
        found = estimate_room_light(room.frame, floor, sheet_px=room.sheet_px)
        spent_ms.append(1e3 * (time.process_time() - begin))
        errors.append(_off_deg(found, room))
        sure.append(found.confidence >= 0.5)
        cues[found.cue] += 1
        if found.cue == "shadows":
            shares.append(abs(_share(found.light, floor) - room.sun_share))
    off, certain = np.array(errors), np.array(sure)
    return {
        "rooms": count,
        "median_deg": round(float(np.median(off)), 1),
        "p75_deg": round(float(np.percentile(off, 75.0)), 1),
        "within_20_deg": round(float((off <= 20.0).mean()), 3),
        "sure": int(certain.sum()),
        "sure_median_deg": round(float(np.median(off[certain])), 1),
        "sure_within_25_deg": round(float((off[certain] <= 25.0).mean()), 3),
        "share_median_error": round(float(np.median(shares)), 3),
        "cues": dict(cues),
    }, spent_ms[2:]


def _plane(room: LitRoom) -> Plane:
    return Plane(room.camera, room.normal / np.linalg.norm(room.normal), room.height_m, np.eye(4) * 1e-6, "known")


def _off_deg(found: RoomLight, room: LitRoom) -> float:
    toward = np.asarray(found.light.sun_direction or (0.0, 1.0, 0.0))
    return math.degrees(math.acos(float(np.clip(toward @ room.sun, -1.0, 1.0))))


def _share(light: Light, floor: Plane) -> float:
    assert light.sun_direction is not None
    falls = float(np.asarray(light.sun_direction) @ floor.normal) * np.asarray(light.sun_rgb)
    return float((falls / np.maximum(falls + np.asarray(light.rgb) * up_irradiance(light.environment), 1e-9)).mean())


def _contacts(renderer: Renderer) -> dict[str, object]:
    plane, floor = _floor()
    gaps: list[float] = []
    dark: list[float] = []
    for name in PIECES:
        model = open_model(load(name))
        for turn in TURNS_DEG:
            pose = camera_from_product(plane, model.bounds_m, (0.1, -2.9), yaw_rad=math.radians(turn))
            item = Item(model, pose)
            feet = _feet(model, pose, plane)
            for sun, softness in SUNS:
                light = _light(plane, sun, softness)
                found = [_gap(renderer, item, floor, light, foot) for foot in feet]
                gaps += [gap for gap, _ in found if not math.isnan(gap)]
                dark += [share for gap, share in found if not math.isnan(gap)]
    return {
        "feet": len(gaps),
        "gap_px_max": max(gaps),
        "gap_px_mean": round(float(np.mean(gaps)), 3),
        "dark_outline": round(float(np.mean(dark)), 3),
    }


def _floor() -> tuple[Plane, Surface]:
    pitch = math.radians(18.0)
    plane = Plane(CAMERA, np.array([0.0, math.cos(pitch), math.sin(pitch)]), 1.4, np.eye(4) * 1e-6, "known")
    corners = np.array([[-6, 0, -9, 1], [6, 0, -9, 1], [6, 0, -0.4, 1], [-6, 0, -0.4, 1]], np.float64)
    points = (corners @ plane.camera_from_plane.T)[:, :3].astype(np.float32)
    fan = np.array([[0, 1, 2], [0, 2, 3]], np.uint32)
    return plane, Surface(points, fan, occludes=False, catches_shadow=0.85, flat=True)


def _light(plane: Plane, sun: tuple[float, float, float] | None, softness: float) -> Light:
    turn = plane.camera_from_plane[:3, :3]
    if sun is None:
        return Light("room", camera_from_environment=turn, rgb=(0.7, 0.7, 0.7))
    toward = turn @ (np.asarray(sun) / np.linalg.norm(sun))
    return Light(
        "room",
        camera_from_environment=turn,
        rgb=(0.4, 0.4, 0.4),
        sun_direction=(float(toward[0]), float(toward[1]), float(toward[2])),
        sun_rgb=(0.5, 0.5, 0.5),
        sun_softness_rad=softness,
    )


def _feet(model: Model, pose: NDArray[np.float64], plane: Plane) -> list[NDArray[np.float64]]:
    """Pixels of the points that touch the floor, foot by foot."""
    points = np.concatenate([primitive.positions_m for primitive in model.primitives]).astype(np.float64)
    placed = points @ pose[:3, :3].T + pose[:3, 3]
    touching = placed[placed @ plane.normal + plane.distance_m < _TOUCH_M]
    flat = (touching @ plane.camera_from_plane[:3, :3])[:, [0, 2]]
    cells = np.rint((flat - flat.min(axis=0)) / 0.02).astype(int)
    grid = np.zeros(cells.max(axis=0) + 1, np.uint8)
    grid[tuple(cells.T)] = 1
    closed = cv2.morphologyEx(np.pad(grid, 4), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    _, labels = cv2.connectedComponents(np.asarray(closed, np.uint8))
    own = np.asarray(labels)[cells[:, 0] + 4, cells[:, 1] + 4]
    return [CAMERA.project(touching[own == foot]) for foot in np.unique(own)]


def _gap(
    renderer: Renderer, item: Item, floor: Surface, light: Light, foot: NDArray[np.float64]
) -> tuple[float, float]:
    """Pixels between a foot and its shadow, and the dark share of its outline; NaN where the piece itself hides it."""
    middle = foot.mean(axis=0)
    x0, y0 = (max(int(value) - 80, 0) for value in middle)
    box = (x0 // 2 * 2, y0 // 2 * 2, min(x0 // 2 * 2 + 160, CAMERA.width), min(y0 // 2 * 2 + 160, CAMERA.height))
    bare = np.full((CAMERA.height, CAMERA.width, 3), 180, np.uint8)
    alone, shadowed = bare.copy(), bare.copy()
    renderer.compose(alone, Scene((item,), (), light), CAMERA, box=box)
    renderer.compose(shadowed, Scene((item,), (floor,), light), CAMERA, box=box)
    covered = np.asarray((alone != bare).any(axis=2), np.uint8)
    factor = (shadowed[..., 1] / 180.0) ** 2.2
    near = np.zeros(covered.shape, np.uint8)
    columns, rows = np.rint(foot).astype(int).T
    inside = (columns >= box[0] + 8) & (rows >= box[1] + 8) & (columns < box[2] - 8) & (rows < box[3] - 8)
    near[rows[inside], columns[inside]] = 1
    near = np.asarray(cv2.dilate(near, np.ones((5, 5), np.uint8)), np.uint8)
    outline = (near > 0) & (covered == 0) & (cv2.dilate(covered, np.ones((3, 3), np.uint8)) > 0)
    if int(outline.sum()) < 3:
        return math.nan, math.nan
    dark = (covered == 0) & (factor < _DARK)
    away = cv2.distanceTransform(np.asarray(~dark, np.uint8), cv2.DIST_L2, 5)
    return float(np.floor(away[outline].min())), float(dark[outline].mean())


def _redraws(renderer: Renderer) -> dict[str, list[float]]:
    plane, floor = _floor()
    model = open_model(load("sofa"))
    light = _light(plane, SUNS[1][0], 0.15)
    photo = np.random.default_rng(1).integers(120, 190, (CAMERA.height, CAMERA.width, 3), np.uint8)
    times: dict[str, list[float]] = {"redraw_moved": [], "redraw_turned": []}
    for index in range(_RUNS):
        for kind in times:
            yaw = 0.4 + (0.05 * index if kind == "redraw_turned" else 0.0)
            pose = camera_from_product(plane, model.bounds_m, (0.02 * index, -3.0), yaw_rad=yaw)
            begin = time.perf_counter()
            renderer.compose(photo.copy(), Scene((Item(model, pose),), (floor,), light), CAMERA)
            times[kind].append(1e3 * (time.perf_counter() - begin))
    return {kind: values[2:] for kind, values in times.items()}


if __name__ == "__main__":
    main()
