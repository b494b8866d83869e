"""The pictures of docs/room.jpg: a room of our own, rendered by Mitsuba as a stand-in for a photo, and furnished.

    python tools/room_doc.py --photo KEPT.png [--samples 64] [--out docs/room.jpg]

The room and everything in it are made here (CC0-1.0): floor boards by `benchmarks/_floors.py`, walls, two windows with
the sun behind them, a box and a pot, and a sheet of A4 on the floor. The furniture is then placed exactly as in a
photo: the sheet is found, the light estimated, the pieces lit and shaded by it.
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.color import codes_from_linear
from tryon.session.room import Room
from tryon.types import Camera, Frame

_ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(_ROOT / "benchmarks"))

_WIDTH, _HEIGHT, _FOCAL_PX = 1008, 756, 720.0
_EYE_M, _PITCH_DEG = 1.5, 15.0
_PIECES = (
    ("rug", (0.0, -3.0), 0.0),
    ("sofa", (-0.1, -3.95), 0.0),
    ("coffee-table", (0.0, -2.75), 0.0),
    ("floor-lamp", (1.35, -4.15), 0.0),
    ("armchair", (-1.55, -3.05), 60.0),
)
_MOST_BYTES = 300_000


def main() -> int:
    """Render the room unless it is kept, furnish it, write both beside each other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--photo", type=Path, required=True, help="where the room is kept")
    parser.add_argument("--samples", type=int, default=64)
    parser.add_argument("--out", type=Path, default=_ROOT / "docs" / "room.jpg")
    wanted = parser.parse_args()
    if not wanted.photo.is_file():
        cv2.imwrite(str(wanted.photo), rendered(wanted.samples)[..., ::-1])
    photo = np.ascontiguousarray(np.asarray(cv2.imread(str(wanted.photo)), np.uint8)[..., ::-1])
    room = Room.open(Frame(photo), scale=["a4"], intrinsics=camera())
    pieces = [(name, _pixel(room, at_m), yaw_deg) for name, at_m, yaw_deg in _PIECES]
    for name, at_px, yaw_deg in pieces:
        room.add(name, at_px=at_px, yaw_rad=math.radians(yaw_deg))
    shown = np.hstack([photo, room.render(dimensions=False).pixels])
    return _write(shown, wanted.out)


def camera() -> Camera:
    """The camera of the picture."""
    return Camera.of_focal(_WIDTH, _HEIGHT, _FOCAL_PX)


def rendered(samples: int) -> NDArray[np.uint8]:
    """(756, 1008, 3) sRGB of the empty room."""
    import mitsuba as mi
    from _floors import SIZE_M, floor_texture

    mi.set_variant("scalar_rgb")
    place = mi.ScalarTransform4f
    boards = {
        "type": "bitmap",
        "bitmap": mi.Bitmap(floor_texture("oak", np.random.default_rng(12))),
        "raw": True,
        "to_uv": place().rotate([0, 0, 1], 90).scale([16.0 / SIZE_M, 16.0 / SIZE_M, 1]),
    }
    scene: dict[str, Any] = {
        "type": "scene",
        "integrator": {"type": "path", "max_depth": 5},
        "sensor": _sensor(place, samples),
        "floor": {
            "type": "rectangle",
            "to_world": place().rotate([1, 0, 0], -90).scale(8.0),
            "bsdf": {"type": "diffuse", "reflectance": boards},
        },
        "ceiling": _block(place, (0, 2.65, -2.0), (4.0, 0.05, 3.5), (0.85, 0.85, 0.83)),
        "back": _block(place, (0, 1.3, -5.05), (4.0, 1.3, 0.05), (0.72, 0.73, 0.70)),
        "left": _block(place, (-2.9, 1.3, -2.0), (0.05, 1.3, 3.2), (0.78, 0.77, 0.73)),
        "skirt_back": _block(place, (0, 0.05, -4.985), (2.9, 0.05, 0.015), (0.85, 0.85, 0.84)),
        "skirt_left": _block(place, (-2.835, 0.05, -2.0), (0.015, 0.05, 3.2), (0.85, 0.85, 0.84)),
        "box": _block(place, (2.25, 0.22, -4.55), (0.28, 0.22, 0.28), (0.30, 0.36, 0.40)),
        "sheet": _sheet(place, (0.55, 6e-4, -2.05), 0.5),
        "sky": {"type": "constant", "radiance": {"type": "rgb", "value": [0.62, 0.66, 0.72]}},
    }
    scene |= _window_wall(place)
    scene |= _suns(np.array([0.78, 0.62, 0.28]))
    linear = np.asarray(mi.render(mi.load_dict(scene), spp=samples), np.float32)[..., :3]
    exposed = linear * (0.5 / float(np.percentile(linear, 60.0)))
    toned = exposed / (1.0 + np.maximum(exposed - 0.6, 0.0))  # a shoulder, as cameras have
    codes = codes_from_linear(np.clip(toned, 0.0, 1.0))
    clean = cv2.fastNlMeansDenoisingColored(np.ascontiguousarray(codes[..., ::-1]), None, 2.5, 4.0, 5, 15)[..., ::-1]
    grain = np.random.default_rng(1).normal(0.0, 1.6, (*clean.shape[:2], 1))
    return np.ascontiguousarray(np.clip(clean + grain, 0, 255).astype(np.uint8))


def _sensor(place: Any, samples: int) -> dict[str, Any]:
    down = math.radians(_PITCH_DEG)
    target = [0.0, _EYE_M - math.sin(down), -math.cos(down)]
    return {
        "type": "perspective",
        "fov": math.degrees(2.0 * math.atan(0.5 * _WIDTH / _FOCAL_PX)),
        "fov_axis": "x",
        "near_clip": 0.01,
        "to_world": place().look_at(origin=[0.0, _EYE_M, 0.0], target=target, up=[0, 1, 0]),
        "film": {"type": "hdrfilm", "width": _WIDTH, "height": _HEIGHT, "rfilter": {"type": "gaussian"}},
        "sampler": {"type": "multijitter", "sample_count": samples},
    }


def _paint(rgb: tuple[float, float, float]) -> dict[str, Any]:
    color = {"type": "rgb", "value": list(rgb)}
    return {"type": "twosided", "bsdf": {"type": "diffuse", "reflectance": color}}


def _block(
    place: Any,
    middle: tuple[float, float, float],
    half: tuple[float, float, float],
    rgb: tuple[float, float, float],
) -> dict[str, Any]:
    return {"type": "cube", "to_world": place().translate(list(middle)).scale(list(half)), "bsdf": _paint(rgb)}


def _sheet(place: Any, middle: tuple[float, float, float], turn_rad: float) -> dict[str, Any]:
    matrix = np.eye(4)
    matrix[:3, 0] = np.array([math.cos(turn_rad), 0.0, math.sin(turn_rad)]) * 0.1485
    matrix[:3, 1] = np.array([math.sin(turn_rad), 0.0, -math.cos(turn_rad)]) * 0.105
    matrix[:3, 2], matrix[:3, 3] = [0.0, 1.0, 0.0], middle
    return {"type": "rectangle", "to_world": place(matrix.tolist()), "bsdf": _paint((0.86, 0.86, 0.86))}


def _window_wall(place: Any) -> dict[str, Any]:
    """The right wall with two tall windows, each with a bar."""
    x, paint, white = 2.9, (0.78, 0.77, 0.73), (0.85, 0.85, 0.84)
    made = {
        "right_low": _block(place, (x, 0.2, -2.0), (0.08, 0.2, 3.2), paint),
        "right_high": _block(place, (x, 2.5, -2.0), (0.08, 0.15, 3.2), paint),
    }
    for index, (near, far) in enumerate(((-5.1, -4.3), (-3.0, -2.3), (-1.0, 1.2))):
        made[f"pier_{index}"] = _block(place, (x, 1.35, (near + far) / 2), (0.08, 1.0, (far - near) / 2), paint)
    for index, at in enumerate((-3.65, -1.65)):
        made[f"bar_{index}"] = _block(place, (x, 1.35, at), (0.025, 1.0, 0.025), white)
        made[f"cross_{index}"] = _block(place, (x, 1.5, at), (0.025, 0.025, 0.65), white)
    return made


def _suns(toward: NDArray[np.float64], *, count: int = 16, softness: float = 0.02) -> dict[str, Any]:
    toward = toward / np.linalg.norm(toward)
    side = np.cross(toward, [0.0, 1.0, 0.0])
    side /= np.linalg.norm(side)
    up = np.cross(side, toward)
    suns = {}
    for index in range(count):
        out, turn = softness * math.sqrt((index + 0.5) / count), index * math.pi * (3.0 - math.sqrt(5.0))
        way = toward + out * (math.cos(turn) * side + math.sin(turn) * up)
        strength = [float(v) for v in np.array([3.2, 2.9, 2.4]) / count]
        suns[f"sun_{index}"] = {
            "type": "directional",
            "direction": (-way).tolist(),
            "irradiance": {"type": "rgb", "value": strength},
        }
    return suns


def _pixel(room: Room, at_m: tuple[float, float]) -> tuple[float, float]:
    """The pixel that shows a point of the floor, (x, z) from below the camera."""
    frame = room.planes[0].camera_from_plane
    point = frame @ np.array([at_m[0], 0.0, at_m[1], 1.0])
    x, y = room.camera.project(point[:3])[0]
    return float(x), float(y)


def _write(pixels: NDArray[np.uint8], out: Path) -> int:
    for quality in range(90, 30, -4):
        done, coded = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
        if done and len(coded) < _MOST_BYTES:
            out.write_bytes(coded.tobytes())
            print(f"{out}: {len(coded) / 1000:.0f} kB, quality {quality}")
            return 0
    print(f"{out}: expected less than {_MOST_BYTES} bytes", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
