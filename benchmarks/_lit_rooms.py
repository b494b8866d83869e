"""Rooms with furniture in a known sun, path-traced by Mitsuba, for judging estimates of the light.

Each shows a floor, up to three walls and two to five plain pieces (chests, tables on legs, drums, balls) whose shadows
fall on floor that is seen; the sun is drawn with any softness between 0.3° and 9°, and a sky fills the shadows. A sheet
of A4 lies about in half of them. Nothing of `tryon.render` is used. Rooms are kept in the temporary folder by seed.
"""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from _floors import KINDS, SIZE_M, floor_texture
from numpy.typing import NDArray

from tryon.color.srgb import codes_from_linear
from tryon.types import Camera, Frame

_VERSION = 2
_WIDTH, _HEIGHT = 640, 480
_SAMPLES = 8
_SUNS = 24
_LEAST_LIT, _LEAST_SHADED = 0.3, 0.03  # of the floor in view


@dataclass(frozen=True, eq=False)
class LitRoom:
    """One picture and its truth, in camera space (meters, +Y up, looking down −Z).

    normal, height_m: Of the floor: normal · p + height_m = 0.
    sun: (3,) unit vector toward it. softness_rad: Its half angle. sun_share: Of the light on the open floor.
    sheet_px: (4, 2) corners of the sheet, or None.
    """

    frame: Frame
    camera: Camera
    normal: NDArray[np.float64]
    height_m: float
    sun: NDArray[np.float64]
    softness_rad: float
    sun_share: float
    sheet_px: NDArray[np.float64] | None


def lit_room(seed: int) -> LitRoom:
    """The room of a seed."""
    kept = Path(tempfile.gettempdir()) / "tryon-lit-rooms" / f"{_VERSION}-{seed}.npz"
    if kept.is_file():
        with np.load(kept, allow_pickle=False) as stored:
            return _room(dict(stored))
    values = _made(seed)
    kept.parent.mkdir(parents=True, exist_ok=True)
    np.savez(kept, **values)  # type: ignore[arg-type]  # its stub takes keywords for its own option
    return _room(values)


def _room(values: dict[str, NDArray[Any]]) -> LitRoom:
    width, height, focal = (float(v) for v in values["camera"])
    sheet = values["sheet_px"]
    return LitRoom(
        Frame(values["pixels"]),
        Camera.of_focal(int(width), int(height), focal),
        values["normal"],
        float(values["height_m"]),
        values["sun"],
        float(values["softness_rad"]),
        float(values["sun_share"]),
        sheet if len(sheet) else None,
    )


def _made(seed: int) -> dict[str, NDArray[Any]]:
    import mitsuba as mi

    mi.set_variant("scalar_rgb")
    mi.set_log_level(mi.LogLevel.Error)
    rng = np.random.default_rng([seed, 11])
    for _ in range(60):
        camera, camera_from_world, things, sheet_m = _scene(mi, rng)
        toward, softness, share = _sun(rng)
        lit, shaded = _coverage(mi, things, camera, camera_from_world, toward)
        if lit > _LEAST_LIT and shaded > _LEAST_SHADED:
            break
    else:
        raise RuntimeError(f"lit room {seed}: expected shadows in view within 60 tries")
    linear = _traced(mi, things, camera, camera_from_world, toward, softness, share, rng, seed)
    turn = camera_from_world[:3, :3]
    return {
        "pixels": _photographed(linear, rng),
        "camera": np.array([camera.width, camera.height, camera.focal_x_px]),
        "normal": turn[:, 1],
        "height_m": np.array(-camera_from_world[:3, 3] @ turn[:, 1]),
        "sun": turn @ toward,
        "softness_rad": np.array(softness),
        "sun_share": np.array(share),
        "sheet_px": np.zeros((0, 2)) if sheet_m is None else camera.project(_seen(sheet_m, camera_from_world)),
    }


def _seen(points_m: NDArray[np.float64], camera_from_world: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(points_m @ camera_from_world[:3, :3].T + camera_from_world[:3, 3])


def _sun(rng: np.random.Generator) -> tuple[NDArray[np.float64], float, float]:
    height, around = rng.uniform(math.radians(22.0), math.radians(68.0)), rng.uniform(0.0, 2.0 * math.pi)
    toward = np.array([math.cos(height) * math.cos(around), math.sin(height), math.cos(height) * math.sin(around)])
    softness = math.radians(float(np.exp(rng.uniform(math.log(0.3), math.log(9.0)))))
    return toward, softness, float(rng.uniform(0.3, 0.75))


def _scene(
    mi: Any, rng: np.random.Generator
) -> tuple[Camera, NDArray[np.float64], dict[str, Any], NDArray[np.float64] | None]:
    focal = float(rng.uniform(24.0, 32.0)) / 43.27 * math.hypot(_WIDTH, _HEIGHT)
    camera = Camera.of_focal(_WIDTH, _HEIGHT, focal)
    pitch, roll = rng.uniform(math.radians(12.0), math.radians(35.0)), rng.normal(0.0, math.radians(1.5))
    down = np.array([[1, 0, 0], [0, math.cos(pitch), -math.sin(pitch)], [0, math.sin(pitch), math.cos(pitch)]])
    lean = np.array([[math.cos(roll), -math.sin(roll), 0], [math.sin(roll), math.cos(roll), 0], [0, 0, 1]])
    camera_from_world = np.eye(4)
    camera_from_world[:3, :3] = lean @ down
    camera_from_world[:3, 3] = camera_from_world[:3, :3] @ np.array([0.0, -rng.uniform(1.1, 1.7), 0.0])
    place = mi.ScalarTransform4f
    texture = {
        "type": "bitmap",
        "bitmap": mi.Bitmap(floor_texture(str(rng.choice(KINDS)), rng)),
        "raw": True,
        "to_uv": place().rotate([0, 0, 1], float(rng.uniform(0, 360))).scale([16.0 / SIZE_M, 16.0 / SIZE_M, 1]),
    }
    things: dict[str, Any] = {
        "floor": {
            "type": "rectangle",
            "to_world": place().rotate([1, 0, 0], -90).scale(8.0),
            "bsdf": {"type": "diffuse", "reflectance": texture},
        }
    }
    walls = {
        "back": ([0, 1.3, -rng.uniform(4.0, 6.5)], [8.0, 1.3, 0.05]),
        "left": ([-rng.uniform(2.0, 3.5), 1.3, 0], [0.05, 1.3, 8.0]),
        "right": ([rng.uniform(2.0, 3.5), 1.3, 0], [0.05, 1.3, 8.0]),
    }
    paint = rng.uniform(0.35, 0.8) * (1.0 + rng.normal(0.0, 0.06, 3))
    for name, (middle, half) in walls.items():
        if rng.random() < (0.8 if name == "back" else 0.35):
            things[f"wall_{name}"] = _cube(place, middle, half, 0.0, paint)
    taken: list[tuple[float, float, float]] = []
    for index in range(int(rng.integers(2, 6))):
        for _ in range(20):
            away = rng.uniform(1.7, 4.2)
            side = away * rng.uniform(-0.45, 0.45)
            if all(math.hypot(side - x, -away - z) > 0.45 + r for x, z, r in taken):
                taken.append((side, -away, 0.45))
                things |= _piece(place, rng, index, side, -away)
                break
    sheet = None
    if rng.random() < 0.5:
        at = np.array([rng.uniform(-0.5, 0.5), 5e-4, -rng.uniform(1.5, 2.4)])
        turn = rng.uniform(0.0, math.pi)
        long = np.array([math.cos(turn), 0.0, math.sin(turn)]) * 0.1485
        short = np.array([-math.sin(turn), 0.0, math.cos(turn)]) * 0.105
        sheet = np.array([at - long - short, at + long - short, at + long + short, at - long + short])
        matrix = np.eye(4)
        matrix[:3, 0], matrix[:3, 1], matrix[:3, 2], matrix[:3, 3] = long, -short, [0.0, 1.0, 0.0], at
        things["sheet"] = {"type": "rectangle", "to_world": place(matrix.tolist()), "bsdf": _paint(np.full(3, 0.85))}
    return camera, camera_from_world, things, sheet


def _paint(rgb: NDArray[np.float64]) -> dict[str, Any]:
    color = {"type": "rgb", "value": [float(v) for v in np.clip(rgb, 0.02, 0.9)]}
    return {"type": "twosided", "bsdf": {"type": "diffuse", "reflectance": color}}


def _cube(place: Any, middle: Any, half: Any, yaw_deg: float, rgb: NDArray[np.float64]) -> dict[str, Any]:
    matrix = place().translate([float(v) for v in middle]).rotate([0, 1, 0], yaw_deg).scale([float(v) for v in half])
    return {"type": "cube", "to_world": matrix, "bsdf": _paint(rgb)}


def _piece(place: Any, rng: np.random.Generator, index: int, x: float, z: float) -> dict[str, Any]:
    """A chest, a table, a drum or a ball standing at (x, z)."""
    rgb = rng.uniform(0.05, 0.7) * rng.uniform(0.5, 1.1, 3)
    kind = rng.choice(["chest", "chest", "table", "drum", "ball"])
    yaw = float(rng.uniform(0.0, 90.0))
    if kind == "chest":
        half = rng.uniform([0.15, 0.12, 0.15], [0.4, 0.45, 0.3])
        return {f"piece_{index}": _cube(place, [x, half[1], z], half, yaw, rgb)}
    if kind == "ball":
        radius = float(rng.uniform(0.12, 0.3))
        return {f"piece_{index}": {"type": "sphere", "center": [x, radius, z], "radius": radius, "bsdf": _paint(rgb)}}
    if kind == "drum":
        radius, high = float(rng.uniform(0.12, 0.28)), float(rng.uniform(0.3, 0.8))
        side = {"type": "cylinder", "p0": [x, 0.0, z], "p1": [x, high, z], "radius": radius, "bsdf": _paint(rgb)}
        lid = place().translate([x, high, z]).rotate([1, 0, 0], -90).scale(radius)
        return {
            f"piece_{index}": side,
            f"piece_{index}_lid": {"type": "disk", "to_world": lid, "bsdf": _paint(rgb)},
        }
    half = rng.uniform([0.3, 0.0, 0.22], [0.42, 0.0, 0.35])
    high = float(rng.uniform(0.4, 0.75))
    made = {f"piece_{index}": _cube(place, [x, high, z], [half[0], 0.02, half[2]], yaw, rgb)}
    cos, sin = math.cos(math.radians(yaw)), math.sin(math.radians(yaw))
    for leg, (u, v) in enumerate(((-1, -1), (1, -1), (1, 1), (-1, 1))):
        dx, dz = u * (half[0] - 0.04), v * (half[2] - 0.04)
        at = [x + cos * dx + sin * dz, high / 2, z - sin * dx + cos * dz]
        made[f"piece_{index}_leg_{leg}"] = _cube(place, at, [0.025, high / 2, 0.025], yaw, rgb)
    return made


def _coverage(
    mi: Any,
    things: dict[str, Any],
    camera: Camera,
    camera_from_world: NDArray[np.float64],
    toward: NDArray[np.float64],
) -> tuple[float, float]:
    """Shares of the picture's floor in the sun, and in the shadow of pieces."""
    scene = mi.load_dict({"type": "scene", **things})
    pieces = mi.load_dict({"type": "scene", **{k: v for k, v in things.items() if k.startswith("piece")}})
    world_from_camera = np.linalg.inv(camera_from_world)
    eye = world_from_camera[:3, 3]
    floor = lit = shaded = 0
    for y in np.linspace(10, camera.height - 10, 22):
        for x in np.linspace(10, camera.width - 10, 28):
            ray = world_from_camera[:3, :3] @ np.array(
                [(x - camera.center_x_px) / camera.focal_x_px, -(y - camera.center_y_px) / camera.focal_y_px, -1.0]
            )
            if ray[1] > -1e-3 or -eye[1] / ray[1] > 7.0:
                continue
            at = eye - ray * eye[1] / ray[1]
            way, far = (ray / np.linalg.norm(ray)).tolist(), float(np.linalg.norm(at - eye))
            if float(scene.ray_intersect(mi.Ray3f(eye.tolist(), way)).t) < far - 0.01:
                continue
            floor += 1
            up = mi.Ray3f((at + np.array([0.0, 1e-3, 0.0])).tolist(), toward.tolist())
            lit += not scene.ray_test(up)
            shaded += bool(pieces.ray_test(up))
    return (lit / floor, shaded / floor) if floor > 150 else (0.0, 0.0)


def _traced(
    mi: Any,
    things: dict[str, Any],
    camera: Camera,
    camera_from_world: NDArray[np.float64],
    toward: NDArray[np.float64],
    softness: float,
    share: float,
    rng: np.random.Generator,
    seed: int,
) -> NDArray[np.float64]:
    warm = float(rng.uniform(0.0, 1.0))
    sky = (1.0 - share) * np.array([1.0, 1.0, 1.0 + 0.3 * warm])
    color = share * np.array([1.0, 0.96, 0.95 - 0.25 * warm])
    lights: dict[str, Any] = {"sky": {"type": "constant", "radiance": {"type": "rgb", "value": sky.tolist()}}}
    first = np.cross(toward, [0.0, 1.0, 0.0])
    first /= np.linalg.norm(first)
    second = np.cross(toward, first)
    for index in range(_SUNS):
        out = math.tan(softness) * math.sqrt((index + 0.5) / _SUNS)
        turn = index * math.pi * (3.0 - math.sqrt(5.0))
        way = toward + out * (math.cos(turn) * first + math.sin(turn) * second)
        strength = (color * math.pi / toward[1] / _SUNS).tolist()
        lights[f"sun_{index}"] = {
            "type": "directional",
            "direction": (-way).tolist(),
            "irradiance": {"type": "rgb", "value": strength},
        }
    world_from_camera = np.linalg.inv(camera_from_world) @ np.diag([-1.0, 1.0, -1.0, 1.0])
    sensor = {
        "type": "perspective",
        "fov": math.degrees(2.0 * math.atan(0.5 * camera.width / camera.focal_x_px)),
        "fov_axis": "x",
        "near_clip": 0.01,
        "far_clip": 1e3,
        "to_world": mi.ScalarTransform4f(world_from_camera.tolist()),
        "film": {"type": "hdrfilm", "width": camera.width, "height": camera.height, "rfilter": {"type": "box"}},
        "sampler": {"type": "independent", "sample_count": _SAMPLES},
    }
    scene = {"type": "scene", "integrator": {"type": "path", "max_depth": 3}, "sensor": sensor, **things, **lights}
    return np.asarray(mi.render(mi.load_dict(scene), spp=_SAMPLES, seed=seed), np.float64)[..., :3]


def _photographed(linear: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Exposed for the bright parts, white balance a little off, blurred, noisy, through JPEG; RGB codes."""
    exposed = linear * 0.8 / max(float(np.percentile(linear, 97.0)), 1e-6) * (1.0 + rng.normal(0.0, 0.03, 3))
    exposed = np.asarray(cv2.GaussianBlur(exposed, (0, 0), 0.7), np.float64)
    exposed += rng.normal(0.0, 1.0, exposed.shape) * np.sqrt(np.clip(exposed, 0.0, None) * 2e-4 + 4e-6)
    codes = codes_from_linear(np.clip(exposed, 0.0, 1.0).astype(np.float32))
    done, coded = cv2.imencode(".jpg", codes[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(80, 96))])
    if not done:
        raise RuntimeError("lit room: JPEG could not be written")
    return np.ascontiguousarray(np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)[..., ::-1])
