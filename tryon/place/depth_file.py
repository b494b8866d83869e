"""A depth frame from a file: 16-bit PNG or PGM, .npy, .npz, .pfm, or a point cloud."""

from __future__ import annotations

import os
import re
import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from tryon.errors import InputError, MissingExtraError, SourceMissingError, TryOnError
from tryon.types import Camera

MAX_BYTES = 512 << 20
MAX_PIXELS = 50_000_000
_REACH_M = 15.0  # no depth sensor for rooms tells further than 10 m; 5 m of grace
_TUM_PER_M = 5000.0  # TUM RGB-D benchmark, file formats: 5000 units a meter
_HEAD_BYTES = 128
_FORMATS = "a 16-bit PNG or PGM, .npy, .npz, .pfm, .ply or .pcd"


@dataclass(frozen=True, slots=True, eq=False)
class DepthFrame:
    """Depth as a camera saw it.

    depth_m: (h, w) float32 along the camera's axis in meters, above 0; holes are NaN.
    remarks: Sentences about what had to be guessed, such as the unit.
    """

    depth_m: NDArray[np.float32]
    remarks: tuple[str, ...] = ()


def read_depth(named: str | os.PathLike[str], *, camera: Camera | None = None) -> DepthFrame:
    """The depth in a file; `FILE@1000` says that it holds 1000 units a meter.

    Integers are taken for millimeters unless that would reach beyond any sensor, floats for meters; what was guessed
    is said. No pickle is ever loaded, and sizes are checked before memory is taken.

    Args:
        camera: What a point cloud is seen with; frames do not need it.

    Raises:
        SourceMissingError: Nothing of that path.
        InputError: Not a depth file, damaged, too large, without any depth, or in a unit that makes no room.
        MissingExtraError: A point cloud without Open3D installed.
    """
    path, per_m = _path_and_unit(os.fspath(named))
    if not path.is_file():
        raise SourceMissingError(f"'{path}': expected a depth file, found nothing; check the path.")
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise InputError(
            f"'{path}': expected at most {MAX_BYTES >> 20} MB of depth, got {size >> 20} MB; scale it down first."
        )
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        file.seek(0)
        if head.startswith((b"ply", b"# .PCD", b"VERSION ")):
            from tryon.place.cloud import depth_of_cloud, read_cloud

            if camera is None:
                raise InputError(f"'{path}': expected a camera to see the point cloud with, got none; give a photo.")
            points, remarks = read_cloud(path, per_m=per_m)
            return DepthFrame(depth_of_cloud(points, camera), remarks)
        try:
            values = _values(file, head, path)
        except TryOnError:
            raise
        except Exception as error:  # a reader fed hostile bytes raises anything: zlib.error, SyntaxError, struct.error
            line = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
            raise InputError(
                f"'{path}': expected a whole depth file, got a damaged one ({line}); copy it again."
            ) from error
    return _in_meters(values, per_m, path)


def _path_and_unit(named: str) -> tuple[Path, float | None]:
    match = re.fullmatch(r"(.+)@([0-9.eE+]+)", named)
    if match is None or Path(named).is_file():
        return Path(named), None
    try:
        per_m = float(match[2])
    except ValueError:
        per_m = 0.0
    if not 0.0 < per_m <= 1e6:
        raise InputError(f"'{named}': expected units a meter behind the @, such as FILE@1000, got {match[2]}.")
    return Path(match[1]), per_m


def _values(file: BinaryIO, head: bytes, path: Path) -> NDArray[np.generic]:
    """(h, w) of whatever type is stored."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        width, height, bits, color = struct.unpack(">IIBB", head[16:26])
        if (bits, color) != (16, 0):
            raise InputError(
                f"'{path}': expected a depth PNG of 16-bit grey, got {bits} bits of color type {color}, "
                "a picture for looking at; export the depth itself."
            )
        return _decoded(file, width, height, path)
    if head[:2] == b"P5":
        match = re.match(rb"P5\s+(?:#[^\n]*\n\s*)*(\d{1,9})\s+(\d{1,9})\s+(\d{1,5})\s", head)
        if match is None or int(match[3]) < 256:
            raise InputError(f"'{path}': expected a depth PGM of 16 bits, got another; export the depth itself.")
        return _decoded(file, int(match[1]), int(match[2]), path)
    if head[:3] in (b"Pf\n", b"Pf "):
        return _pfm(file, head, path)
    if head.startswith(b"\x93NUMPY"):
        return _npy(file, path)
    if head.startswith(b"PK\x03\x04"):
        return _npz(file, path)
    raise InputError(f"'{path}': expected {_FORMATS}, got something else; convert it first.")


def _check(width: int, height: int, path: Path) -> None:
    if width < 2 or height < 2 or width * height > MAX_PIXELS:
        raise InputError(
            f"'{path}': expected a depth frame of 2×2 to {MAX_PIXELS // 10**6} megapixels, got {width}×{height}."
        )


def _decoded(file: BinaryIO, width: int, height: int, path: Path) -> NDArray[np.generic]:
    _check(width, height, path)
    try:
        import cv2
    except ImportError as error:
        raise MissingExtraError("opencv-python-headless", extra="vision") from error
    values = cv2.imdecode(np.frombuffer(file.read(), np.uint8), cv2.IMREAD_UNCHANGED)
    if values is None or values.shape != (height, width) or values.dtype != np.uint16:
        raise ValueError("the picture cannot be decoded")
    return np.asarray(values)


def _pfm(file: BinaryIO, head: bytes, path: Path) -> NDArray[np.generic]:
    match = re.match(rb"Pf\s+(\d{1,9})\s+(\d{1,9})\s+([-+0-9.eE]{1,20})\s", head)
    if match is None:
        raise ValueError("its header is none of a PFM")
    width, height, scale = int(match[1]), int(match[2]), float(match[3])
    _check(width, height, path)
    file.seek(match.end())
    data = file.read(4 * width * height)
    if len(data) != 4 * width * height:
        raise ValueError("it ends early")
    values = np.frombuffer(data, "<f4" if scale < 0.0 else ">f4").reshape(height, width)
    return values[::-1].astype(np.float32)  # PFM stores rows bottom to top


def _npy(file: BinaryIO, path: Path) -> NDArray[np.generic]:
    version = npy.read_magic(file)
    read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}.get(version)
    if read is None:
        raise ValueError(f"version {version} of its format is unknown")
    shape, by_column, kind = read(file)
    if len(shape) == 3 and 1 in (shape[0], shape[2]):
        shape = tuple(side for side in shape if side != 1) if shape.count(1) == 1 else shape
    if len(shape) != 2 or kind.hasobject or kind.kind not in "fiu":
        raise InputError(f"'{path}': expected an (h, w) array of numbers, got {shape} of {kind}; save the depth alone.")
    _check(shape[1], shape[0], path)
    needed = shape[0] * shape[1] * kind.itemsize
    data = file.read(needed)
    if len(data) != needed:
        raise ValueError("it ends early")
    return np.frombuffer(data, kind).reshape(shape, order="F" if by_column else "C")


def _npz(file: BinaryIO, path: Path) -> NDArray[np.generic]:
    with zipfile.ZipFile(file) as archive:
        members = [entry for entry in archive.infolist() if entry.filename.endswith(".npy")]
        named = [entry for entry in members if entry.filename in ("depth.npy", "depth_m.npy")]
        if len(named or members) != 1:
            names = ", ".join(entry.filename.removesuffix(".npy")[:40] for entry in members[:8]) or "none"
            raise InputError(f"'{path}': expected one array, or one named 'depth', got {names}; save the depth alone.")
        member = (named or members)[0]
        if member.file_size > MAX_BYTES:
            raise InputError(f"'{path}': expected at most {MAX_BYTES >> 20} MB of depth, got {member.file_size >> 20}.")
        with archive.open(member) as inside:
            return _npy(cast(BinaryIO, inside), path)  # reads what the header claims, not all there is


def _in_meters(values: NDArray[np.generic], per_m: float | None, path: Path) -> DepthFrame:
    whole = values.dtype.kind in "iu"
    with np.errstate(invalid="ignore", over="ignore"):
        depth = values.astype(np.float32)
        seen = np.isfinite(depth) & (depth > 0.0)
        if whole:
            seen &= values != np.iinfo(values.dtype.str).max  # what many sensors write for "nothing"
    if not seen.any():
        raise InputError(f"'{path}': expected depth, got holes only; take the frame again, nearer or in other light.")
    far = float(np.percentile(depth[seen], 98.0))
    remarks: tuple[str, ...] = ()
    if per_m is None:
        per_m, remarks = _guessed(far, whole, path)
    far /= per_m
    if not 0.1 < far < 10.0 * _REACH_M:
        raise InputError(
            f"'{path}': expected a room's depth, got {far:.4g} m at its far end with {per_m:g} units a meter; "
            f"say the unit, as in {path.name}@1000 for millimeters."
        )
    return DepthFrame(np.where(seen, depth / np.float32(per_m), np.float32(np.nan)).astype(np.float32), remarks)


def _guessed(far: float, whole: bool, path: Path) -> tuple[float, tuple[str, ...]]:
    """Units a meter, and what to say about it."""
    if not whole:
        if far > 10.0 * _REACH_M:
            raise InputError(
                f"'{path}': expected meters, got {far:.0f} at its far end, as millimeters would be; "
                f"say so with {path.name}@1000."
            )
        return 1.0, ()
    if far / 1000.0 <= _REACH_M:
        if far < 100.0:
            raise InputError(
                f"'{path}': expected millimeters, got {far:.0f} at its far end, too near for a room; "
                f"say the units a meter, as in {path.name}@1 for meters."
            )
        return 1000.0, ("The depth file states no unit; it was read as millimeters.",)
    return _TUM_PER_M, (
        f"The depth file states no unit; in millimeters it would reach {far / 1000:.0f} m, so it was read as 5000 "
        f"units a meter: say {path.name}@1000 if that is wrong.",
    )
