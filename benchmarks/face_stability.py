"""How steady tracked face points are: noise of a still face, lag in motion, leakage of blinks, a hand on the chin.

Prints one JSON object. Distances are in percent of the distance between the outer eye corners. "Raw" is the same
tracker with smoothing off, on the same frames.

    .venv/bin/python benchmarks/face_stability.py [--quality high]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from _face_inputs import (
    STILLS,
    Image,
    blinks,
    decoded,
    hand_passing,
    motions,
    moved,
    noisy,
    openness,
    pasted_blink,
    staged,
)
from _report import pin_to_one_core, report
from numpy.typing import NDArray

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
# fmt: off
REGIONS = {
    "cheek": [50, 101, 36, 205, 187, 123, 147, 213, 192, 280, 330, 266, 425, 411, 352, 376, 433, 416],
    "nose": [1, 2, 4, 5, 195, 197, 6, 168, 98, 327, 49, 279, 48, 278, 44, 274, 45, 275],
    "jaw": [152, 148, 176, 149, 150, 136, 172, 58, 132, 377, 400, 378, 379, 365, 397, 288, 361, 199, 175],
}
# fmt: on
MOVING_STILLS = ("facerec_obama.jpg", "fairface_test_race_Black.jpg")


def followed(frames: Iterable[Image], rate: float, *, quality: str, smooth: bool) -> NDArray[np.float32]:
    """(N, 478, 3) points of the largest face in each frame."""
    from tryon.track import Tracker
    from tryon.types import Frame

    points = []
    with Tracker.load("face", quality=quality, smooth=smooth, max_faces=1, device="cpu") as tracker:
        for index, pixels in enumerate(frames):
            faces = tracker.track(Frame(pixels, time_s=(index + 1) / rate, index=index)).faces
            if not faces:
                raise RuntimeError(f"The face was lost in frame {index}.")
            points.append(faces[0].landmarks.points_px)
    return np.array(points)


def both(frames: list[Image], rate: float, quality: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Raw and smoothed points of the same frames."""
    raw, smoothed = (followed(frames, rate, quality=quality, smooth=smooth) for smooth in (False, True))
    return raw, smoothed


def eyes_px(points: NDArray[np.float32]) -> float:
    """Distance between the outer eye corners in the first frame."""
    return float(np.linalg.norm(points[0, 33, :2] - points[0, 263, :2]))


def noise(quality: str) -> dict[str, float]:
    """Standard deviation of the points of still photos with noise of σ = 4, frames 31 to 90, mean over points."""
    spreads = []
    for name in STILLS:
        still, generator = staged(DATA / "faces" / name), np.random.default_rng(0)
        frames = [noisy(still, 4.0, generator) for _ in range(90)]
        spreads.append(
            [
                100 * float(np.sqrt(points[30:, :, :2].var(axis=0).sum(axis=-1)).mean()) / eyes_px(points)
                for points in both(frames, 30.0, quality)
            ]
        )
    raw, smoothed = np.mean(spreads, axis=0)
    return {"raw_percent": raw, "smoothed_percent": smoothed, "worst_photo_percent": float(np.max(spreads, axis=0)[1])}


def lag(quality: str) -> dict[str, dict[str, float]]:
    """Frames by which points trail a known motion, from the regression of their error on the true velocity."""
    trails: dict[str, list[list[float]]] = {}
    for name in MOVING_STILLS:
        still = staged(DATA / "faces" / name)
        for motion, affines in motions():
            generator = np.random.default_rng(1)
            frames = [noisy(moved(still, affine), 2.0, generator) for affine in affines]
            pair = both(frames, 30.0, quality)
            rest = np.linalg.inv(affines[0][:, :2]) @ (pair[0][0, :, :2].T - affines[0][:, 2:])
            truth = np.array([(affine[:, :2] @ rest + affine[:, 2:]).T for affine in affines])
            velocity = np.gradient(truth, axis=0)[5:]
            late = [-float(((points[5:, :, :2] - truth[5:]) * velocity).sum() / (velocity**2).sum()) for points in pair]
            error = [
                100 * float(np.sqrt(((points[5:, :, :2] - truth[5:]) ** 2).sum(-1).mean())) / eyes_px(pair[0])
                for points in pair
            ]
            trails.setdefault(motion, []).append([late[1] - late[0], error[0], error[1]])
    return {
        motion: dict(zip(("added_lag_frames", "raw_rms_percent", "smoothed_rms_percent"), mean, strict=True))
        for motion, mean in ((motion, np.mean(rows, axis=0).tolist()) for motion, rows in trails.items())
    }


def leakage(quality: str) -> dict[str, object]:
    """Mean motion of skin points while only the eyes of a still frame blink: the worst of the closed frames."""
    moves: list[list[list[float]]] = []
    kept = []
    for path in sorted((DATA / "video").glob("liveportrait_*.mp4")):
        frames, rate = decoded(path)
        try:
            raw = followed(frames, rate, quality="fast", smooth=False)
        except RuntimeError:
            continue
        for start, _, end in blinks(raw, rate):
            eyes_only = pasted_blink(frames[start : end + 1], raw[start : end + 1])
            pair = both([eyes_only[0]] * 30 + eyes_only + [eyes_only[-1]] * 10, rate, quality)
            closed = 30 + int(np.argmin(openness(pair[0])[30:-10]))
            change = [
                100 * np.linalg.norm((points - points[20:30].mean(axis=0))[closed : closed + 3, :, :2], axis=-1)
                / eyes_px(points)
                for points in pair
            ]  # fmt: skip
            moves.append([[float(c[:, region].mean(axis=1).max()) for region in REGIONS.values()] for c in change])
            gaps = [openness(points) for points in pair]
            depth = [gap[20:30].mean() - gap[closed : closed + 2].min() for gap in gaps]
            kept.append(float(depth[1] / depth[0]))
    raw_move, smoothed_move = np.mean(moves, axis=0)
    return {
        "blinks": len(moves),
        "raw_percent": dict(zip(REGIONS, raw_move.tolist(), strict=True)),
        "smoothed_percent": dict(zip(REGIONS, smoothed_move.tolist(), strict=True)),
        "smoothed_over_raw": dict(zip(REGIONS, (smoothed_move / raw_move).tolist(), strict=True)),
        "lid_closure_kept": float(np.mean(kept)),
    }


def hand(quality: str) -> dict[str, float]:
    """Furthest mean motion of the jaw while a skin-coloured ellipse crosses the chin of a still photo."""
    jumps = []
    for name in STILLS[1:]:
        still, generator = staged(DATA / "faces" / name), np.random.default_rng(1)
        points = followed([still], 30.0, quality=quality, smooth=False)[0]
        frames = [noisy(pixels, 2.0, generator) for pixels in [still] * 20 + [*hand_passing(still, points)]]
        jumps.append(
            [
                100 * float(np.linalg.norm((p[20:] - p[10:20].mean(0))[:, REGIONS["jaw"], :2], axis=-1).mean(1).max())
                / eyes_px(p)
                for p in both(frames, 30.0, quality)
            ]
        )  # fmt: skip
    raw, smoothed = np.mean(jumps, axis=0)
    return {"raw_percent": raw, "smoothed_percent": smoothed}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quality", choices=("fast", "high"), default="fast", help="mesh model (default: fast)")
    quality = parser.parse_args().quality
    pin_to_one_core()
    report(
        "face_stability",
        input=f"{len(STILLS)} photos of shared/data/faces at 1280x720; blinks of shared/data/video/liveportrait_*",
        warm_up="noise: 30 frames; motion: 5 frames; blinks: 30 still frames",
        figures={
            "noise": noise(quality),
            "motion": lag(quality),
            "blink_leakage": leakage(quality),
            "hand_on_chin": hand(quality),
        },
        quality=quality,
    )


if __name__ == "__main__":
    main()
