"""Rooms of known truth: a sheet of exact size on a floor, path-traced by Mitsuba under a known camera and a known sun.

`room(seed)` gives a picture and everything about it: the camera, the floor's plane, the sheet's corners to the
hundredth of a pixel, the way to the sun. Floors are wood, tile, carpet or concrete, light ones among them; walls stand
on three sides, blocks of furniture stand about, and a foot stands on some sheets. The sun comes in over the walls, so
that their shadows and those of furniture cross floor and sheet; the sky lights what it can see. Then come the lens'
blur, the sensor's noise, sharpening and JPEG. Nothing of `tryon.render` or `tryon.place` is used.

Rooms are kept in the temporary folder by seed and options, for they take about 2 s each to render.
"""

from __future__ import annotations

import hashlib
import json
import math
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import cv2
import numpy as np
from _floors import KINDS, SIZE_M, floor_texture
from numpy.typing import NDArray

from tryon.color.srgb import codes_from_linear
from tryon.types import Camera, Frame

Sheet: TypeAlias = Literal["a4", "letter", "card"]
Make: TypeAlias = Callable[[dict[str, Any]], Any]  # of {"bsdf": …} or {"emitter": …}: what Mitsuba's scene takes
Things: TypeAlias = dict[str, tuple[Make, dict[str, Any]]]
#: Long side, short side and corner radius in meters: ISO 216, ANSI/ASME Y14.1, ISO/IEC 7810 ID-1.
SHEETS_M: dict[str, tuple[float, float, float]] = {
    "a4": (0.297, 0.210, 0.0),
    "letter": (0.2794, 0.2159, 0.0),
    "card": (0.0856, 0.05398, 0.00318),
}
_LIFT_M = {"a4": 2e-4, "letter": 2e-4, "card": 7.6e-4}  # of the face that is seen above the floor
_VERSION = 6  # of the rooms: raise it when a change makes other pictures of the same seed
_SAMPLES, _SHEET_SAMPLES, _SUN_SAMPLES, _SKY_SAMPLES = 4, 25, 2, 4  # per pixel; the sheet's edges want many
_SUNS = 24


@dataclass(frozen=True, eq=False)
class RenderedRoom:
    """One picture and its truth. Camera space: meters, +Y up, the camera looks down −Z.

    frame: The picture. camera: Exact, without distortion; its principal point is the middle.
    normal, height_m: Of the floor: normal · p + height_m = 0.
    sheet: Which sheet lies there. corners_px: (4, 2) its sharp corners, clockwise as seen, a long side first.
    covered: Share of the sheet's outline that something hides from the camera.
    sun: (3,) unit vector toward the sun, in camera space; None under an overcast sky.
    sun_radius_rad: Angular radius of the sun, which makes shadows soft.
    sun_share: Of the light on an open, level floor, how much is the sun's.
    floor: Its kind.
    """

    frame: Frame
    camera: Camera
    normal: NDArray[np.float64]
    height_m: float
    sheet: Sheet
    corners_px: NDArray[np.float64]
    covered: float
    sun: NDArray[np.float64] | None
    sun_radius_rad: float
    sun_share: float
    floor: str


def room(
    seed: int, *, sheet: Sheet | None = None, width_px: int = 960, foot: bool | None = None, cache: bool = True
) -> RenderedRoom:
    """The room of a seed; with None, the sheet is A4 or Letter and a foot stands on one in four.

    Deterministic but for the renderer's own noise.
    """
    options = json.dumps([_VERSION, seed, sheet, width_px, foot])
    stem = Path(tempfile.gettempdir()) / "tryon-rooms" / hashlib.sha256(options.encode()).hexdigest()[:24]
    if cache and stem.with_suffix(".json").exists():
        return _read(stem)
    made, coded = _rendered(seed, sheet, width_px, foot)
    if cache:
        _write(stem, made, coded)
    return made


def _rendered(seed: int, sheet: Sheet | None, width_px: int, foot: bool | None) -> tuple[RenderedRoom, bytes]:
    rng = np.random.default_rng([seed, 5])
    kind: Sheet = sheet or ("a4" if rng.random() < 0.5 else "letter")
    stands = bool(rng.random() < 0.25) if foot is None else foot
    for _ in range(200):
        camera, camera_from_world = _camera(rng, width_px)
        middle_m, turn_rad = _lie(rng, kind, camera, camera_from_world)
        corners_m = _corners(kind, middle_m, turn_rad)
        corners_px = _seen(camera, camera_from_world, corners_m)
        margin = 0.02 * camera.width
        inside = (corners_px > margin).all() and (corners_px < [camera.width - margin, camera.height - margin]).all()
        if inside and _height_px(corners_px) > 14.0:
            break
    else:
        raise RuntimeError(f"room {seed}: expected a sheet in view within 200 tries")
    mi = _mitsuba()
    sun = _sun(rng)
    floor = str(rng.choice(KINDS))
    eye = np.asarray(np.linalg.inv(camera_from_world)[:3, 3], np.float64)
    things = _things(mi, rng, kind, corners_m, eye, floor, stands)
    solid = mi.load_dict({"type": "scene", **{name: make({}) for name, (make, _) in things.items()}})
    covered = _covered(mi, solid, corners_m, eye)
    linear = _traced(mi, things, _lights(rng, sun), camera, camera_from_world, corners_px, seed)
    (left, top), (right, bottom) = corners_px.min(0).astype(int), corners_px.max(0).astype(int)
    pixels, coded = _photographed(linear, (slice(top, bottom), slice(left, right)), rng)
    turn = camera_from_world[:3, :3]
    made = RenderedRoom(
        Frame(pixels),
        camera,
        turn @ np.array([0.0, 1.0, 0.0]),
        float(np.linalg.inv(camera_from_world)[1, 3]),
        kind,
        corners_px,
        covered,
        None if sun[0] is None else turn @ sun[0],
        sun[1],
        sun[2],
        floor,
    )
    return made, coded


def _mitsuba() -> Any:
    import mitsuba

    mitsuba.set_variant("scalar_rgb")  # the compiled variants need LLVM beside them
    mitsuba.set_log_level(mitsuba.LogLevel.Error)
    return mitsuba


def _camera(rng: np.random.Generator, width_px: int) -> tuple[Camera, NDArray[np.float64]]:
    """A phone in somebody's hands: 24 to 35 mm equivalent by the diagonal, 0.8 to 1.7 m up, upright or sideways."""
    long, short = width_px, round(width_px * 0.75)
    width, height = (long, short) if rng.random() < 0.5 else (short, long)
    focal_px = float(rng.uniform(24.0, 35.0)) / 43.2666 * math.hypot(width, height)
    pitch, roll = rng.uniform(math.radians(18.0), math.radians(55.0)), rng.normal(0.0, math.radians(2.5))
    down = np.array(
        [[1, 0, 0], [0, math.cos(pitch), -math.sin(pitch)], [0, math.sin(pitch), math.cos(pitch)]]
    )  # turns the world up, so that the camera looks down
    lean = np.array([[math.cos(roll), -math.sin(roll), 0], [math.sin(roll), math.cos(roll), 0], [0, 0, 1]])
    camera_from_world = np.eye(4)
    camera_from_world[:3, :3] = lean @ down
    camera_from_world[:3, 3] = camera_from_world[:3, :3] @ np.array([0.0, -rng.uniform(0.8, 1.7), 0.0])
    return Camera.of_focal(width, height, focal_px), camera_from_world


def _lie(
    rng: np.random.Generator, kind: Sheet, camera: Camera, camera_from_world: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """Where the sheet lies: a place in the picture that the floor fills, 0.9 to 2.6 m away; a card nearer."""
    world_from_camera = np.linalg.inv(camera_from_world)
    nearest, farthest = (0.5, 1.25) if kind == "card" else (0.9, 2.6)
    for _ in range(400):
        x, y = rng.uniform(0.1, 0.9) * camera.width, rng.uniform(0.2, 0.95) * camera.height
        ray = world_from_camera[:3, :3] @ np.array(
            [(x - camera.center_x_px) / camera.focal_x_px, -(y - camera.center_y_px) / camera.focal_y_px, -1.0]
        )
        eye = world_from_camera[:3, 3]
        if ray[1] < -1e-3:
            at = eye - ray * eye[1] / ray[1]
            if nearest < float(np.linalg.norm(at - eye)) < farthest:
                return at, float(rng.uniform(0.0, 2.0 * math.pi))
    return np.array([0.0, 0.0, -1.2]), 0.0


def _corners(kind: Sheet, middle_m: NDArray[np.float64], turn_rad: float) -> NDArray[np.float64]:
    """(4, 3) in the world, clockwise seen from above, beginning with a long side."""
    long, short, _ = SHEETS_M[kind]
    flat = 0.5 * np.array([[-long, -short], [long, -short], [long, short], [-long, short]])
    cos, sin = math.cos(turn_rad), math.sin(turn_rad)
    turned = flat @ np.array([[cos, sin], [-sin, cos]])
    return np.stack([middle_m[0] + turned[:, 0], np.full(4, _LIFT_M[kind]), middle_m[2] + turned[:, 1]], 1)


def _seen(camera: Camera, camera_from_world: NDArray[np.float64], points_m: NDArray[np.float64]) -> NDArray[np.float64]:
    return camera.project(points_m @ camera_from_world[:3, :3].T + camera_from_world[:3, 3])


def _height_px(corners_px: NDArray[np.float64]) -> float:
    """The narrowest extent of the outline in pixels."""
    along = np.roll(corners_px, -1, 0) - corners_px
    normals = np.stack([along[:, 1], -along[:, 0]], 1) / np.linalg.norm(along, axis=1, keepdims=True)
    return float(np.ptp(normals @ corners_px.T, axis=1).min())


def _sun(rng: np.random.Generator) -> tuple[NDArray[np.float64] | None, float, float]:
    """Way to the sun in the world, its angular radius, its share of the light; one sky in six is overcast."""
    if rng.random() < 1 / 6:
        return None, 0.0, 0.0
    height, around = rng.uniform(math.radians(25.0), math.radians(70.0)), rng.uniform(0.0, 2.0 * math.pi)
    toward = np.array([math.cos(height) * math.cos(around), math.sin(height), math.cos(height) * math.sin(around)])
    radius = math.radians(float(rng.choice([0.27, 1.0, 3.0, 7.0])))  # the sun's own, then behind haze or a curtain
    return toward, radius, float(rng.uniform(0.25, 0.75))


def _things(
    mi: Any,
    rng: np.random.Generator,
    kind: Sheet,
    corners_m: NDArray[np.float64],
    eye: NDArray[np.float64],
    floor: str,
    stands: bool,
) -> Things:
    """Everything that can be seen: how to make it with a surface, and its reflectance."""
    place = mi.ScalarTransform4f
    left, right, back, behind = -rng.uniform(1.2, 3.0), rng.uniform(1.2, 3.0), -rng.uniform(3.0, 5.5), 1.5
    height = rng.uniform(1.2, 2.4)
    turn = float(rng.uniform(0.0, 360.0))
    repeat = 12.0 / SIZE_M
    texture = {
        "type": "bitmap",
        "bitmap": mi.Bitmap(floor_texture(floor, rng)),
        "raw": True,
        "to_uv": place().rotate([0, 0, 1], turn).scale([repeat, repeat, 1]),
    }
    wall = _rgb(rng.uniform(0.3, 0.75) * (1.0 + rng.normal(0.0, 0.08, 3)))
    ground = {"type": "rectangle", "to_world": place().rotate([1, 0, 0], -90).scale(6.0)}
    things: Things = {"floor": (_solid(ground), texture), "sheet": _sheet(mi, rng, kind, corners_m)}
    walls = {
        "left": ([left, height / 2, (back + behind) / 2], [0.05, height / 2, (behind - back) / 2]),
        "right": ([right, height / 2, (back + behind) / 2], [0.05, height / 2, (behind - back) / 2]),
        "back": ([(left + right) / 2, height / 2, back], [(right - left) / 2, height / 2, 0.05]),
    }
    for name, (middle, half) in walls.items():
        cube = {"type": "cube", "to_world": place().translate(middle).scale(half)}
        things[f"wall_{name}"] = (_solid(cube), wall)
    for index, (middle, half, yaw) in enumerate(_furniture(rng, corners_m, eye, (left, right, back))):
        cube = {"type": "cube", "to_world": place().translate(middle).rotate([0, 1, 0], yaw).scale(half)}
        things[f"block_{index}"] = (_solid(cube), _rgb(rng.uniform(0.03, 0.7) * rng.uniform(0.5, 1.0, 3)))
    if stands:
        things.update(_foot(mi, rng, corners_m))
    return things


def _solid(shape: dict[str, Any]) -> Make:
    return lambda surface: {**shape, **surface}


def _lights(
    rng: np.random.Generator, sun: tuple[NDArray[np.float64] | None, float, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64], dict[str, Any]]:
    """The sky's color, the sun's, and suns of white light; on open floor the two colors sum to about 1.

    A soft sun is many sharp ones spread over its disk.
    """
    toward, radius, share = sun
    warm = float(rng.uniform(0.0, 1.0))
    sky = (1.0 - share) * np.array([1.0, 1.0, 1.0 + 0.3 * warm * float(share > 0.0)])
    color = share * np.array([1.0, 0.95, 0.95 - 0.25 * warm])
    if toward is None:
        return sky, color, {}
    first = np.cross(toward, [0.0, 1.0, 0.0])
    first /= np.linalg.norm(first)
    second = np.cross(toward, first)
    suns = {}
    for index in range(_SUNS):  # a sunflower's seeds fill a disk evenly
        out = math.tan(radius) * math.sqrt((index + 0.5) / _SUNS)
        turn = index * math.pi * (3.0 - math.sqrt(5.0))
        way = toward + out * (math.cos(turn) * first + math.sin(turn) * second)
        strength = math.pi / toward[1] / _SUNS
        suns[f"sun_{index}"] = {"type": "directional", "direction": (-way).tolist(), "irradiance": strength}
    return sky, color, suns


def _sensor(
    mi: Any,
    camera: Camera,
    camera_from_world: NDArray[np.float64],
    box: tuple[NDArray[np.int64], NDArray[np.int64]] | None,
) -> dict[str, Any]:
    """Mitsuba's camera looks along +Z with +X to the left of the picture; `box` is (left, top), (right, bottom)."""
    world_from_camera = np.linalg.inv(camera_from_world) @ np.diag([-1.0, 1.0, -1.0, 1.0])
    film: dict[str, Any] = {
        "type": "hdrfilm",
        "width": camera.width,
        "height": camera.height,
        "rfilter": {"type": "box"},
    }
    if box is not None:
        low, high = box
        film |= {"crop_offset_x": int(low[0]), "crop_offset_y": int(low[1])}
        film |= {"crop_width": int(high[0] - low[0]), "crop_height": int(high[1] - low[1])}
    return {
        "type": "perspective",
        "fov": math.degrees(2.0 * math.atan(0.5 * camera.width / camera.focal_x_px)),
        "fov_axis": "x",
        "near_clip": 0.01,
        "far_clip": 1e3,
        "to_world": mi.ScalarTransform4f(world_from_camera.tolist()),
        "film": film,
        "sampler": {"type": "multijitter", "sample_count": _SAMPLES},
    }


def _sheet(
    mi: Any, rng: np.random.Generator, kind: Sheet, corners_m: NDArray[np.float64]
) -> tuple[Make, dict[str, Any]]:
    """The outline as a fan of triangles with texture coordinates; cards have round corners and print."""
    long, short, radius = SHEETS_M[kind]
    flat = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]
    if radius:
        u, v = radius / long, radius / short
        arc = np.linspace(0.0, math.pi / 2.0, 12)
        centers = [(u, v, math.pi), (1 - u, v, 1.5 * math.pi), (1 - u, 1 - v, 0.0), (u, 1 - v, 0.5 * math.pi)]
        flat = [[x + u * math.cos(s + a), y + v * math.sin(s + a)] for x, y, s in centers for a in arc]
    at = np.array(flat)
    points = corners_m[0] + at[:, :1] * (corners_m[1] - corners_m[0]) + at[:, 1:] * (corners_m[3] - corners_m[0])
    fan = np.array([[0, i + 1, i] for i in range(1, len(at) - 1)])  # counterclockwise seen from above
    texture = {"type": "bitmap", "bitmap": mi.Bitmap(_print(rng, kind)), "raw": True, "wrap_mode": "clamp"}

    def make(surface: dict[str, Any]) -> Any:
        properties = mi.Properties()
        for name, what in surface.items():
            properties[name] = mi.load_dict(what)
        mesh = mi.Mesh("sheet", vertex_count=len(at), face_count=len(fan), has_vertex_texcoords=True, props=properties)
        values = mi.traverse(mesh)
        values["vertex_positions"] = np.ascontiguousarray(points, np.float32).ravel()
        values["vertex_texcoords"] = np.ascontiguousarray(at, np.float32).ravel()
        values["faces"] = np.ascontiguousarray(fan, np.uint32).ravel()
        values.update()
        return mesh

    return make, texture


def _print(rng: np.random.Generator, kind: Sheet) -> NDArray[np.float32]:
    """What is on the sheet: nothing mostly, else lines of text; a card has a ground of its own, a band, a number."""
    if kind == "card":
        picture = np.full((270, 428, 3), 1.0) * rng.uniform(0.03, 0.75, 3)
        top = int(rng.integers(30, 180))
        picture[top : top + int(rng.integers(20, 70))] = rng.uniform(0.02, 0.8, 3)
        ink = tuple(float(value) for value in rng.uniform(0.0, 0.8, 3))
        cv2.putText(picture, "5412 7534 0198", (30, 220), cv2.FONT_HERSHEY_DUPLEX, 1.2, ink, 3)
        return picture.astype(np.float32)
    white = rng.uniform(0.78, 0.9)
    picture = np.full((420, 594, 3), white) * (1.0 + rng.normal(0.0, 0.01, 3))
    if rng.random() < 0.25:
        for row in range(60, 360, 14):
            end = int(rng.integers(200, 540))
            picture[row : row + 5, 50:end][:, rng.random(end - 50) < 0.6] *= 0.35
    return np.clip(picture, 0.0, 0.92).astype(np.float32)


def _furniture(
    rng: np.random.Generator,
    corners_m: NDArray[np.float64],
    eye: NDArray[np.float64],
    walls: tuple[float, float, float],
) -> list[tuple[list[float], list[float], float]]:
    """Middle, half size and yaw of up to five blocks that neither stand on the sheet nor hide it."""
    left, right, back = walls
    middle = corners_m.mean(axis=0)
    blocks = []
    for _ in range(int(rng.integers(1, 6))):
        half = rng.uniform([0.15, 0.1, 0.15], [0.7, 0.5, 0.5])
        at = np.array([rng.uniform(left, right), half[1], rng.uniform(back, -0.6)])
        reach = float(np.hypot(half[0], half[2])) + 0.25
        toward = eye - middle
        for share in np.linspace(0.0, 1.0, 12):  # the way from sheet to camera stays free
            point = middle + share * toward
            if point[1] < 2.2 * half[1] and np.hypot(point[0] - at[0], point[2] - at[2]) < reach:
                break
        else:
            blocks.append((at.tolist(), half.tolist(), float(rng.uniform(0.0, 90.0))))
    return blocks


def _foot(mi: Any, rng: np.random.Generator, corners_m: NDArray[np.float64]) -> Things:
    """A foot across the sheet's edge and the leg above it."""
    place = mi.ScalarTransform4f
    side = int(rng.integers(4))
    on_edge = corners_m[side] + rng.uniform(0.35, 0.65) * (corners_m[(side + 1) % 4] - corners_m[side])
    along = corners_m.mean(axis=0) - on_edge
    along /= np.linalg.norm(along)
    yaw = math.degrees(math.atan2(along[0], along[2]))
    skin = _rgb(np.array([0.45, 0.28, 0.2]) * rng.uniform(0.25, 1.3))
    middle = on_edge + np.array([0.0, 0.03, 0.0])
    ankle = middle - 0.07 * along
    foot = {
        "type": "sphere",
        "to_world": place().translate(middle.tolist()).rotate([0, 1, 0], yaw).scale([0.045, 0.035, 0.12]),
    }
    leg = {
        "type": "cylinder",
        "p0": ankle.tolist(),
        "p1": (ankle - 0.25 * along + np.array([0.0, 0.4, 0.0])).tolist(),
        "radius": 0.04,
    }
    return {"foot": (_solid(foot), skin), "leg": (_solid(leg), skin)}


def _covered(mi: Any, scene: Any, corners_m: NDArray[np.float64], eye: NDArray[np.float64]) -> float:
    """Share of points just inside the outline that the camera does not see."""
    share = np.linspace(0.0, 1.0, 40, endpoint=False)[:, None]
    sides = [corners_m[k] + share * (corners_m[(k + 1) % 4] - corners_m[k]) for k in range(4)]
    points = np.concatenate(sides)
    points = points + 0.02 * (corners_m.mean(axis=0) - points)
    hidden = 0
    for point in points:
        way = point - eye
        far = float(np.linalg.norm(way))
        hit = scene.ray_intersect(mi.Ray3f(eye.tolist(), (way / far).tolist()))
        hidden += int(hit.is_valid() and float(hit.t) < far - 0.004)
    return hidden / len(points)


def _traced(
    mi: Any,
    things: Things,
    lights: tuple[NDArray[np.float64], NDArray[np.float64], dict[str, Any]],
    camera: Camera,
    camera_from_world: NDArray[np.float64],
    corners_px: NDArray[np.float64],
    seed: int,
) -> NDArray[np.float64]:
    """(h, w, 3) linear radiance: reflectance times the light of the sun and, smoothed, of the sky.

    Each is traced apart: reflectance as things that glow, for that needs no shadow rays; light on things all white,
    for that needs no textures. The box round the sheet is traced with many samples, so that its edges are exact.
    """
    sky, sun, suns = lights
    size = np.array([camera.width, camera.height])
    low = np.clip(np.floor(corners_px.min(0) - 12.0), 0, size - 1).astype(int)
    high = np.clip(np.ceil(corners_px.max(0) + 13.0), 1, size).astype(int)

    def traced(scene: Any, integrator: dict[str, Any], seen_by: Camera, samples: int, box: Any = None) -> Any:
        sensor = mi.load_dict(_sensor(mi, seen_by, camera_from_world, box))
        picture = mi.render(scene, sensor=sensor, integrator=mi.load_dict(integrator), spp=samples, seed=seed)
        return np.array(picture, np.float32)

    def fine(scene: Any, integrator: dict[str, Any], samples: int) -> Any:
        picture = traced(scene, integrator, camera, samples)
        picture[low[1] : high[1], low[0] : high[0]] = traced(scene, integrator, camera, _SHEET_SAMPLES, (low, high))
        return picture

    glowing = {name: make({"emitter": {"type": "area", "radiance": color}}) for name, (make, color) in things.items()}
    white = {"bsdf": {"type": "twosided", "bsdf": {"type": "diffuse", "reflectance": _rgb(np.ones(3))}}}
    under_sun = {name: make(white) for name, (make, _) in things.items()}
    under_sky = {name: make(white) for name, (make, _) in things.items()}
    under_sky["sky"] = {"type": "constant", "radiance": _rgb(np.ones(3))}
    albedo = fine(mi.load_dict({"type": "scene", **glowing}), {"type": "path", "max_depth": 1}, _SAMPLES)
    lit = mi.load_dict({"type": "scene", **under_sun, **suns})
    normal = traced(lit, {"type": "aov", "aovs": "normal:sh_normal"}, camera, 1)
    if suns:
        sunlight = sun * fine(lit, {"type": "direct", "emitter_samples": 1, "bsdf_samples": 0}, _SUN_SAMPLES)[..., :1]
    else:
        sunlight = np.zeros(3)
    half = Camera.of_focal(camera.width // 2, camera.height // 2, camera.focal_x_px / 2.0)
    cloudy = mi.load_dict({"type": "scene", **under_sky})
    open_ = {"type": "direct", "emitter_samples": 0, "bsdf_samples": 1}
    share = traced(cloudy, open_, half, _SKY_SAMPLES)[..., 0]
    facing = traced(cloudy, {"type": "aov", "aovs": "normal:sh_normal"}, half, 1)
    beyond = np.linalg.norm(normal, axis=2, keepdims=True) < 0.5
    linear = albedo * (sunlight + sky * _sky_seen(share, facing, normal)) + sky * beyond
    return np.asarray(linear, np.float64)


def _sky_seen(
    share: NDArray[np.float32], guide: NDArray[np.float32], normal: NDArray[np.float32]
) -> NDArray[np.float32]:
    """(h, w, 1) share of the sky's light that arrives, smooth over each surface, from a noisy one of half the size.

    Source: edge-avoiding à-trous wavelets (Dammertz et al., HPG 2010), guided by normals.
    """
    for step in (1, 2, 4, 8):
        total, weights = share.copy(), np.ones_like(share)
        for dy in (-step, 0, step):
            for dx in (-step, 0, step):
                if dx or dy:
                    other = _shifted(guide, dx, dy)
                    alike = np.clip((guide * other).sum(2), 0.0, 1.0) ** 16 * (0.5 if dx and dy else 0.7)
                    total += alike * _shifted(share, dx, dy)
                    weights += alike
        share = total / weights
    height, width = normal.shape[:2]
    rows, columns = np.arange(height) // 2, np.arange(width) // 2
    rows, columns = rows.clip(0, share.shape[0] - 1), columns.clip(0, share.shape[1] - 1)
    near, best = np.zeros((height, width), np.float32), np.full((height, width), -1.0, np.float32)
    for dy in (0, -1, 1):  # the nearest coarse pixel that looks the same way
        for dx in (0, -1, 1):
            at = (rows + dy).clip(0, share.shape[0] - 1)[:, None], (columns + dx).clip(0, share.shape[1] - 1)[None]
            alike = (guide[at] * normal).sum(2) - 0.02 * (abs(dx) + abs(dy))
            near = np.where(alike > best, share[at], near)
            best = np.maximum(alike, best)
    return np.asarray(cv2.blur(near, (3, 3))[..., None], np.float32)


def _shifted(values: NDArray[np.float32], dx: int, dy: int) -> NDArray[np.float32]:
    """The values at (x + dx, y + dy), the border repeated."""
    rows = (np.arange(values.shape[0]) + dy).clip(0, values.shape[0] - 1)
    columns = (np.arange(values.shape[1]) + dx).clip(0, values.shape[1] - 1)
    return values[rows[:, None], columns[None]]


def _photographed(
    linear: NDArray[np.float64], box: tuple[slice, slice], rng: np.random.Generator
) -> tuple[NDArray[np.uint8], bytes]:
    """What a phone makes of it: blur, exposure for what lies in the box, noise, tone, sharpening, JPEG."""
    blurred = cv2.GaussianBlur(linear, (0, 0), rng.uniform(0.4, 1.1))
    brightest = max(float(np.percentile(blurred[box], 90.0)), 0.7 * float(np.percentile(blurred, 97.0)), 0.05)
    exposed = blurred * rng.uniform(0.7, 1.3) / brightest
    noise = rng.uniform(0.002, 0.012)
    noisy = exposed + rng.standard_normal(exposed.shape) * noise * np.sqrt(np.clip(exposed, 0.02, 1.0))
    noisy = noisy * (1.0 + rng.normal(0.0, 0.03, 3))  # white balance is never exact
    # Phones bend highlights down instead of cutting them off; above 0.7 of white here, toward white.
    bent = np.where(noisy > 0.7, 0.7 + 0.3 * np.tanh((noisy - 0.7) / 0.3), noisy)
    pixels = codes_from_linear(bent)
    if rng.random() < 0.5:
        soft = cv2.GaussianBlur(pixels, (0, 0), 1.2)
        amount = rng.uniform(0.2, 0.8)
        pixels = cv2.addWeighted(pixels, 1.0 + amount, soft, -amount, 0.0).astype(np.uint8)
    quality = int(rng.integers(75, 97))
    done, coded = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise RuntimeError("OpenCV could not write a JPEG")
    return _decoded(coded.tobytes()), coded.tobytes()


def _decoded(coded: bytes) -> NDArray[np.uint8]:
    picture = cv2.imdecode(np.frombuffer(coded, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.ascontiguousarray(picture[..., ::-1]).astype(np.uint8, copy=False)


def _write(stem: Path, made: RenderedRoom, coded: bytes) -> None:
    stem.parent.mkdir(parents=True, exist_ok=True)
    stem.with_suffix(".jpg").write_bytes(coded)
    truth = {
        "size": [made.camera.width, made.camera.height],
        "focal_px": made.camera.focal_x_px,
        "normal": made.normal.tolist(),
        "height_m": made.height_m,
        "sheet": made.sheet,
        "corners_px": made.corners_px.tolist(),
        "covered": made.covered,
        "sun": None if made.sun is None else made.sun.tolist(),
        "sun_radius_rad": made.sun_radius_rad,
        "sun_share": made.sun_share,
        "floor": made.floor,
    }
    half = stem.with_suffix(".part")
    half.write_text(json.dumps(truth), encoding="utf-8")
    half.replace(stem.with_suffix(".json"))


def _read(stem: Path) -> RenderedRoom:
    truth = json.loads(stem.with_suffix(".json").read_text(encoding="utf-8"))
    return RenderedRoom(
        Frame(_decoded(stem.with_suffix(".jpg").read_bytes())),
        Camera.of_focal(truth["size"][0], truth["size"][1], truth["focal_px"]),
        np.array(truth["normal"]),
        truth["height_m"],
        truth["sheet"],
        np.array(truth["corners_px"]),
        truth["covered"],
        None if truth["sun"] is None else np.array(truth["sun"]),
        truth["sun_radius_rad"],
        truth["sun_share"],
        truth["floor"],
    )


def _rgb(values: NDArray[np.floating]) -> dict[str, Any]:
    return {"type": "rgb", "value": [float(value) for value in values]}


if __name__ == "__main__":
    import sys

    for wanted in range(int(sys.argv[1]), int(sys.argv[2])):
        room(wanted)


__all__ = ["SHEETS_M", "RenderedRoom", "room"]
