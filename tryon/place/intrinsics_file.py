"""`tryon.camera/1`: a calibrated camera as a JSON file."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

from tryon.atomic import replacing
from tryon.errors import InputError, SourceMissingError
from tryon.types import Camera, Intrinsics

FORMAT = "tryon.camera/1"
_MAX_BYTES = 64_000
_MOST_PX = 100_000
_NUMBERS = ("focal_x_px", "focal_y_px", "center_x_px", "center_y_px")
_KNOWN = frozenset(("format", "width", "height", *_NUMBERS, "focal_sigma", "distortion", "source", "rms_px", "views"))


def write_camera(path: str | os.PathLike[str], intrinsics: Intrinsics, *, rms_px: float, views: int) -> None:
    """Write a calibrated camera; `rms_px` and `views` are for people.

    Raises:
        EncodeError: The file cannot be written.
    """
    camera = intrinsics.camera
    content = {
        "format": FORMAT,
        "width": camera.width,
        "height": camera.height,
        **{name: round(float(getattr(camera, name)), 4) for name in _NUMBERS},
        "focal_sigma": round(intrinsics.focal_sigma, 6),
        "distortion": [round(value, 8) for value in intrinsics.distortion],
        "source": intrinsics.source,
        "rms_px": round(rms_px, 4),
        "views": views,
    }
    with replacing(path) as whole:
        whole.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def read_camera(path: str | os.PathLike[str]) -> Intrinsics:
    """The camera in a file.

    Raises:
        SourceMissingError: Nothing there.
        InputError: Not such a file, an unknown version, a field missing, unknown or out of range.
    """
    file = Path(path)
    if not file.is_file():
        raise SourceMissingError(f"No camera file at '{path}'; write one with: tryon calibrate PHOTO… -o camera.json.")
    with file.open("rb") as stream:
        raw = stream.read(_MAX_BYTES + 1)
    if len(raw) > _MAX_BYTES:
        raise _wrong(path, f"at most {_MAX_BYTES} bytes", "more")
    try:
        content = json.loads(raw.decode("utf-8"), parse_constant=float)
    except (ValueError, RecursionError) as error:
        raise _wrong(path, "JSON", "something else") from error
    if not isinstance(content, dict):
        raise _wrong(path, "a JSON object", type(content).__name__)
    if content.get("format") != FORMAT:
        raise _wrong(path, f'"format": "{FORMAT}"', repr(content.get("format"))[:60])
    unknown = sorted(set(content) - _KNOWN)
    if unknown:
        raise _wrong(path, "known fields only", repr(unknown[0])[:60])
    width, height = (int(_number(path, content, name, 1, _MOST_PX, whole=True)) for name in ("width", "height"))
    focal_x, focal_y = (_number(path, content, name, 0.05 * width, 100.0 * width) for name in _NUMBERS[:2])
    center_x = _number(path, content, "center_x_px", 0, width)
    center_y = _number(path, content, "center_y_px", 0, height)
    distortion = content.get("distortion", [])
    if not isinstance(distortion, list) or len(distortion) not in (0, 4, 5, 8) or not all(map(_finite, distortion)):
        raise _wrong(path, '"distortion" as 0, 4, 5 or 8 numbers', repr(distortion)[:60])
    source = content.get("source", "camera file")
    if not isinstance(source, str) or not 0 < len(source) <= 64 or not source.isprintable():
        raise _wrong(path, '"source" as a short text', repr(source)[:60])
    return Intrinsics(
        Camera(width, height, focal_x, focal_y, center_x, center_y),
        _number(path, content, "focal_sigma", 0.0, 1.0),
        source,
        tuple(float(value) for value in distortion),
    )


def _number(
    path: str | os.PathLike[str], content: dict[str, Any], name: str, low: float, high: float, *, whole: bool = False
) -> float:
    value = content.get(name)
    if not isinstance(value, int | float) or not _finite(value) or not low <= value <= high or (whole and value % 1):
        kind = "a whole number" if whole else "a number"
        raise _wrong(path, f'"{name}" as {kind} from {low:g} to {high:g}', repr(value)[:60])
    return float(value)


def _finite(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) if isinstance(value, float) else abs(value) < 10**9


def _wrong(path: str | os.PathLike[str], expected: str, got: str) -> InputError:
    return InputError(f"'{path}': expected {expected}, got {got}; write the file again with tryon calibrate.")
