"""`tryon measure PHOTO`."""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tryon.capture import read_image
from tryon.cli.stage import add_device
from tryon.errors import InputError, ParameterError, ScaleUnknownError, SourceMissingError
from tryon.measure import Measurement, measure
from tryon.measure.exif import focal_px_of
from tryon.track import Tracker
from tryon.types import Camera, Face, Frame, Measure

_MOST_FACES = 4
_BESIDE = 0.5  # a second face at least that large beside the first makes it unclear whose is meant


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser("measure", help="pupillary distance and face width in millimetres")
    parser.add_argument("photo", type=Path, help="a photo of one face that looks into the camera")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--pd", type=float, metavar="MM", help="pupillary distance for far vision, when known")
    parser.add_argument("--depth", type=Path, metavar="FILE", help="depth frame: .npy in metres or 16-bit PNG in mm")
    parser.add_argument("--focal", type=float, metavar="PX", help="focal length in pixels; default: from EXIF")
    parser.add_argument(
        "--card", metavar="CORNERS", help="corners of a bank card as 'x,y x,y x,y x,y'; default: found by itself"
    )
    parser.add_argument(
        "--source", action="append", metavar="NAME", help="go by this source only: iris, card, known_pd, depth"
    )
    add_device(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Measure the one face of a photo and print its lengths."""
    frame = read_image(options.photo)
    focal_px, origin = _focal(options, frame)
    camera = Camera.of_focal(frame.width, frame.height, focal_px)
    face = _one_face(frame, focal_px, options)
    found = measure(
        frame,
        face,
        camera,
        sources=options.source,
        known_pd_mm=options.pd,
        depth=_read_depth(options.depth) if options.depth else None,
        card_corners_px=_corners(options.card) if options.card else None,
        camera_known=origin != "assumed",
    )
    if options.json:
        print(json.dumps(_plain(found, focal_px, origin), ensure_ascii=False))
        return 0
    print(_line("Pupillary distance", found.scale.pupillary_distance, 1))
    print(_line("Face width", found.scale.face_width, 0))
    for remark in found.remarks:
        print(remark)
    return 0


def _focal(options: argparse.Namespace, frame: Frame) -> tuple[float, str]:
    if options.focal is not None:
        if not options.focal > 0.0 or not math.isfinite(options.focal):
            raise ParameterError(f"Expected --focal above 0, got {options.focal:g}.")
        return float(options.focal), "given"
    read = focal_px_of(options.photo)
    if read is not None:
        return read, "exif"
    return Camera.assumed(frame.width, frame.height).focal_x_px, "assumed"


def _one_face(frame: Frame, focal_px: float, options: argparse.Namespace) -> Face:
    with Tracker.load("face", device=options.device, focal_px=focal_px, max_faces=_MOST_FACES) as tracker:
        faces = tracker.track(frame).faces
    if not faces:
        raise ScaleUnknownError(
            f"Found no face in '{options.photo}'; use a sharp photo of one face that looks into the camera."
        )
    sizes = [float(np.ptp(face.landmarks.points_px[:468, 0])) for face in faces]
    largest = int(np.argmax(sizes))
    count = sum(size > _BESIDE * sizes[largest] for size in sizes)
    if count > 1:
        raise ScaleUnknownError(f"Expected one face in '{options.photo}', found {count}; crop the photo to one person.")
    return faces[largest]


def _corners(text: str) -> NDArray[np.float64]:
    try:
        rows = [[float(number) for number in pair.split(",")] for pair in text.split()]
        corners = np.array(rows, np.float64)
    except ValueError:
        corners = np.empty(0)
    if corners.shape != (4, 2) or not np.isfinite(corners).all():
        raise ParameterError(f"Expected --card as four pixel positions 'x,y x,y x,y x,y', got '{text}'.")
    return corners


def _read_depth(path: Path) -> NDArray[np.float32]:
    if not path.is_file():
        raise SourceMissingError(f"No depth frame at '{path}'; check the path.")
    if path.suffix.lower() == ".npy":
        try:
            values = np.load(path, allow_pickle=False)
        except (ValueError, OSError) as error:
            raise InputError(
                f"'{path}': expected a NumPy array of metres, got a damaged file; save it again."
            ) from error
        return np.asarray(values, np.float32)
    import cv2

    stored = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if stored is None or stored.ndim != 2 or stored.dtype != np.uint16:
        raise InputError(f"'{path}': expected a .npy in metres or a one-channel 16-bit PNG in millimetres; convert it.")
    return stored.astype(np.float32) / np.float32(1000.0)


def _line(name: str, length: Measure, digits: int) -> str:
    value, low, high = (f"{metres * 1e3:.{digits}f}" for metres in (length.value_m, length.low_m, length.high_m))
    return f"{name}: {value} mm ({low} to {high} mm with 95 % certainty), by {length.source}."


def _plain(found: Measurement, focal_px: float, origin: str) -> dict[str, Any]:
    def length(one: Measure) -> dict[str, Any]:
        return {
            "value_mm": round(one.value_m * 1e3, 2),
            "low_mm": round(one.low_m * 1e3, 2),
            "high_mm": round(one.high_m * 1e3, 2),
            "source": one.source,
        }

    return {
        "pupillary_distance": length(found.scale.pupillary_distance),
        "face_width": length(found.scale.face_width),
        "true_from_canonical": round(found.scale.true_from_canonical, 5),
        "focal_px": round(focal_px, 1),
        "focal_source": origin,
        "estimates": [
            {"source": one.source, "pupillary_distance_mm": round(found.eyes.pd_m(one.scale) * 1e3, 2)}
            for one in found.estimates
        ],
        "remarks": list(found.remarks),
    }
