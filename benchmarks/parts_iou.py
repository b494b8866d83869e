"""How well the parts mask agrees with human masks: mean IoU of hair and face on the 16 photos of `parsing`.

Run: .venv/bin/python benchmarks/parts_iou.py [--calibrate]

raw: argmax of the network on the whole picture. still, video: `PartsTracker` with the face tracker's faces.
held_out: as still, but the constants fitted on these photos (how far hair is favoured, where the face ends outside
the mesh) chosen anew for each photo on the other 15, so that no photo is measured with what it taught.
--calibrate: also prints the grid the constants were chosen from.
"""

from __future__ import annotations

import sys
import time

from _report import pin_to_one_core, report

pin_to_one_core()

import cv2  # noqa: E402  # after the core is chosen
import numpy as np  # noqa: E402
from _parsing import ParsedPhoto, iou, photos  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from tryon.runtime import shared_session  # noqa: E402
from tryon.track import Tracker, parts_face, parts_model  # noqa: E402
from tryon.track.crops import tensor  # noqa: E402
from tryon.types import Face, Frame, PartsMask  # noqa: E402

_HAIR_BIASES = (0.0, 0.25, 0.5, 0.75)
_MARGINS = (0.01, 0.02, 0.03)


def agreement(photo: ParsedPhoto, mask: PartsMask) -> tuple[float, float]:
    """IoU of hair and of face, each pixel given to its likeliest class."""
    mask_from_labels = (np.vstack((mask.mask_from_image, (0, 0, 1))) @ photo.image_from_labels())[:2]
    return _agreement(photo, mask.probability.astype(np.float32), mask_from_labels)


def _agreement(
    photo: ParsedPhoto, planes: NDArray[np.float32], mask_from_labels: NDArray[np.float64]
) -> tuple[float, float]:
    size = photo.labels.shape[::-1]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    on_labels = [
        cv2.warpAffine(plane, mask_from_labels, size, flags=flags, borderMode=cv2.BORDER_REPLICATE) for plane in planes
    ]
    best = np.argmax(on_labels, axis=0)
    names = PartsMask.CLASSES
    return (
        iou(best == names.index("hair"), photo.mask("hair")),
        iou(best == names.index("face_skin"), photo.mask("face")),
    )


def raw(photo: ParsedPhoto) -> tuple[float, float]:
    """The network alone on the whole, square picture."""
    crop = cv2.resize(photo.pixels, (parts_model.SIZE, parts_model.SIZE), interpolation=cv2.INTER_LINEAR)
    (scores,) = shared_session("parts").run(tensor([crop], -1.0, 1.0))
    x = parts_model.SIZE / photo.labels.shape[1]
    affine = np.array(((x, 0.0, 0.5 * x - 0.5), (0.0, x, 0.5 * x - 0.5)))
    return _agreement(photo, np.ascontiguousarray(np.moveaxis(scores[0], 2, 0)), affine)


def tracked(
    everyone: list[ParsedPhoto], faces: list[tuple[Face, ...]], mode: str
) -> tuple[NDArray[np.float64], list[float]]:
    """(N, 2) IoU of hair and face, and the milliseconds of each photo."""
    tracker = Tracker.load("parts", mode=mode)
    found, times = [], []
    for photo, those in zip(everyone, faces, strict=True):
        begun = time.perf_counter()
        mask = tracker.track(Frame(photo.pixels), faces=those).parts  # type: ignore[call-arg]  # PartsTracker's own
        times.append((time.perf_counter() - begun) * 1e3)
        assert mask is not None
        found.append(agreement(photo, mask))
    return np.array(found), times


def calibration(
    everyone: list[ParsedPhoto], faces: list[tuple[Face, ...]]
) -> dict[tuple[float, float], NDArray[np.float64]]:
    """IoU of every photo for every pair of hair bias and face margin."""
    kept = parts_model._HAIR_BIAS, parts_face._MARGIN
    grid = {}
    for bias in _HAIR_BIASES:
        for margin in _MARGINS:
            parts_model._HAIR_BIAS, parts_face._MARGIN = bias, margin
            grid[bias, margin] = tracked(everyone, faces, "still")[0]
    parts_model._HAIR_BIAS, parts_face._MARGIN = kept
    return grid


def held_out(grid: dict[tuple[float, float], NDArray[np.float64]]) -> NDArray[np.float64]:
    """(N, 2) IoU of each photo with the constants that are best, summed over hair and face, on all others."""
    names = list(grid)
    scores = np.stack([grid[name] for name in names])  # (settings, photos, 2)
    rest = scores.sum(axis=1, keepdims=True) - scores
    best = rest.sum(axis=2).argmax(axis=0)
    return scores[best, np.arange(scores.shape[1])]


def main() -> None:
    """Measure and print."""
    everyone = list(photos())
    finder = Tracker.load("face")
    faces = [finder.track(Frame(photo.pixels)).faces for photo in everyone]
    still, still_ms = tracked(everyone, faces, "still")
    video, video_ms = tracked(everyone, faces, "video")
    grid = calibration(everyone, faces)
    rows = {
        "raw": np.array([raw(photo) for photo in everyone]),
        "still": still,
        "video": video,
        "held_out": held_out(grid),
    }
    figures = {
        name: dict(zip(("hair", "face"), np.round(row.mean(axis=0), 4).tolist(), strict=True))
        for name, row in rows.items()
    }
    if "--calibrate" in sys.argv:
        figures["grid"] = {f"hair {b}, margin {m}": np.round(v.mean(axis=0), 4).tolist() for (b, m), v in grid.items()}
        figures["photos"] = {photo.name: np.round(row, 3).tolist() for photo, row in zip(everyone, still, strict=True)}
    report(
        "parts_iou",
        input=f"parsing: {len(everyone)} photos, {sum(map(bool, faces))} with a face found",
        warm_up=0,
        samples_ms={"still": still_ms, "video": video_ms},
        figures=figures,
    )


if __name__ == "__main__":
    main()
