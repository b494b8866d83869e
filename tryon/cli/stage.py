"""What several commands share: options, progress, and results as plain JSON values."""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tryon.capture import Source
from tryon.errors import EncodeError, ParameterError
from tryon.session import Step
from tryon.types import Frame, Tracks, Worn

IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp"})


def share(text: str) -> float:
    """An argument from 0 to 1."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0.0 <= value <= 1.0:
        raise argparse.ArgumentTypeError(f"expected a number from 0 to 1, got '{text}'")
    return value


def add_device(parser: argparse.ArgumentParser) -> None:
    """`--device auto|cpu|cuda`."""
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto", help="where models run")


def add_wear(parser: argparse.ArgumentParser) -> None:
    """`--wear PRODUCT`, as often as wanted, and `--pd MM`."""
    parser.add_argument(
        "--wear", action="append", default=[], metavar="PRODUCT[:VARIANT]",
        help="a name from `tryon products`, a product.toml or a .glb; may be given several times",
    )  # fmt: skip
    parser.add_argument("--pd", type=float, metavar="MM", help="pupillary distance, when known, for exact sizes")


def worn_of(texts: Sequence[str]) -> tuple[Worn, ...]:
    """What `--wear` named: a product, and a variant after a colon."""
    wishes = []
    for text in texts:
        product, colon, variant = text.partition(":")
        wishes.append(Worn(product, variant) if colon and variant else Worn(text))
    return tuple(wishes)


def check_output(output: Path, source: Source, original: str) -> None:
    """Refuse an output that does not suit the input, before any work is done.

    Raises:
        ParameterError: The suffix does not fit, or the output is the input.
        EncodeError: The folder does not exist.
    """
    is_image = output.suffix.lower() in IMAGE_SUFFIXES
    if source.is_still and not is_image:
        raise ParameterError(f"The input is a picture, so the output must end in .png or .jpg, got '{output.name}'.")
    if not source.is_still and is_image:
        raise ParameterError(f"The input is a video, so the output must end in .mp4, got '{output.name}'.")
    if not output.parent.is_dir():
        raise EncodeError(f"No folder {output.parent} to write into; make it first.")
    if output.exists() and Path(original).exists() and output.samefile(original):
        raise ParameterError(f"The output {output} is the input itself; choose another name.")


def progress(frames: Iterator[Frame], *, total: int | None, what: str) -> Iterator[Frame]:
    """The same frames, with a bar on a terminal's standard error."""
    if not sys.stderr.isatty():
        yield from frames
        return
    begun_s = shown_s = time.monotonic()
    count = 0
    for frame in frames:
        yield frame
        count += 1
        now_s = time.monotonic()
        if now_s - shown_s > 0.1:
            shown_s = now_s
            done = f"{count}/{total} ({100 * count // max(total, 1)} %)" if total else str(count)
            print(f"\r{what}: {done} frames, {count / (now_s - begun_s):.0f} fps ", end="", file=sys.stderr)
    print(f"\r{what}: {count} frames in {time.monotonic() - begun_s:.1f} s.          ", file=sys.stderr)


def tracks_json(tracks: Tracks, *, points: bool) -> dict[str, Any]:
    """Faces, bodies, hands and masks as plain JSON values; lengths in pixels and metres, angles in degrees."""
    result: dict[str, Any] = {
        "faces": [_face_json(face, points=points) for face in tracks.faces],
        "bodies": [
            {"id": body.id, "score": _round(body.score)}
            | ({"points_px": _points(body.points_px), "points_m": _points(body.points_m, 4)} if points else {})
            for body in tracks.bodies
        ],
        "hands": [
            {"id": hand.id, "side": hand.side, "score": _round(hand.score)}
            | ({"points_px": _points(hand.points_px), "points_m": _points(hand.points_m, 4)} if points else {})
            for hand in tracks.hands
        ],
    }
    if tracks.person is not None:
        result["person"] = {"share": _round(float(tracks.person.alpha.mean()) / 255.0)}
    if tracks.parts is not None:
        means = tracks.parts.probability.mean((1, 2)) / 255.0
        result["parts"] = {name: _round(float(mean)) for name, mean in zip(tracks.parts.CLASSES, means, strict=True)}
    return result


def step_json(step: Step, *, points: bool = False) -> dict[str, Any]:
    """One session step as plain JSON values."""
    result = {**tracks_json(step.tracks, points=points), "stage_ms": milliseconds(step.stage_ms)}
    if step.colors:
        result["colors"] = [
            {
                "face": record.face_id,
                "effect": record.effect,
                "predicted_lab": [_round(value, 2) for value in record.report.predicted_lab],
                "achieved_lab": [_round(value, 2) for value in record.report.achieved_lab],
                "delta_e2000": _round(record.report.delta_e2000, 2),
            }
            for record in step.colors
        ]
    return result


def milliseconds(stage_ms: Mapping[str, float]) -> dict[str, float]:
    """Stage times rounded to microseconds."""
    return {name: _round(value) for name, value in stage_ms.items()}


def _face_json(face: Any, *, points: bool) -> dict[str, Any]:  # a Face; Any keeps numpy scalars out of the types
    xy = face.landmarks.points_px[:, :2]
    low, high = xy.min(0), xy.max(0)
    result: dict[str, Any] = {
        "id": face.id,
        "score": _round(face.landmarks.score),
        "box_px": [_round(float(value), 1) for value in (*low, *(high - low))],
    }
    if face.pose is not None:
        yaw, pitch, roll = (math.degrees(angle) for angle in face.pose.yaw_pitch_roll_rad)
        position = [_round(float(value), 4) for value in face.pose.camera_from_object[:3, 3]]
        result["pose"] = {
            "yaw_deg": _round(yaw, 2), "pitch_deg": _round(pitch, 2), "roll_deg": _round(roll, 2),
            "position_m": position,
        }  # fmt: skip
    if face.quality is not None:
        result["quality"] = {"ok": face.quality.ok, "sentence": face.quality.sentence}
    if face.blendshapes is not None:
        result["blendshapes"] = {name: _round(float(value)) for name, value in face.blendshapes.items()}
    if points:
        result["points_px"] = _points(face.landmarks.points_px)
    return result


def _points(values: Any, digits: int = 2) -> list[list[float]]:  # any float array of points
    return [[_round(float(value), digits) for value in point] for point in values]


def _round(value: float, digits: int = 3) -> float:
    return round(float(value), digits)
