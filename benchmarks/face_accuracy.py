"""How far face points lie from hand labels, ours and MediaPipe's side by side, per data set.

Prints one JSON object. The figure is the NME: the mean distance to the labels over the distance between the outer eye
corners, in percent, mean over faces. One fixed map from mesh points to labels serves everybody (`_face_labels.py`).
"both" is over the faces that ours and MediaPipe's FaceMesh found, so that the two compare; "all" is over every face
each found; "missed" counts faces with no points near (error above 50 %). "fast" compares with MediaPipe 0.10.21
FaceMesh, "high" with MediaPipe 1.2.2 FaceLandmarker. The environments of the peers are made on first use.

    .venv/bin/python benchmarks/face_accuracy.py
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from _face_inputs import read
from _face_labels import labelled
from _peers import Peer
from _report import report

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
MOST = 20
MISSED = 0.5


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()

    from tryon.track import Tracker
    from tryon.types import Frame

    errors: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    seen: dict[Path, dict[str, list[Any]]] = {}  # points of each face, by who found them
    blank = np.zeros((1, 8, 8, 3), np.uint8)
    with (
        Tracker.load("face", device="cpu", max_faces=MOST) as fast,
        Tracker.load("face", device="cpu", max_faces=MOST, quality="high") as high,
        Peer("legacy", blank, still=True, most=MOST) as legacy,
        Peer("tasks", blank, still=True, most=MOST) as tasks,
    ):
        for face in labelled(DATA / "faces_gt"):
            if face.path not in seen:
                pixels = read(face.path)
                seen[face.path] = {
                    "ours, fast": [found.landmarks.points_px for found in fast.track(Frame(pixels)).faces],
                    "FaceMesh": legacy.see(pixels)[1],
                    "ours, high": [found.landmarks.points_px for found in high.track(Frame(pixels)).faces],
                    "FaceLandmarker": tasks.see(pixels)[1],
                }
            for name, found in seen[face.path].items():
                errors[face.set][name].append(min((face.error(points) for points in found), default=float("inf")))
    report(
        "face_accuracy",
        input="shared/data/faces_gt, every labelled face whose outer eye corners are labelled",
        warm_up="none: no times",
        figures={name: _figures(by_name) for name, by_name in errors.items()},
    )


def _figures(errors: dict[str, list[float]]) -> dict[str, Any]:
    rows = {name: np.array(values) for name, values in errors.items()}
    figures: dict[str, Any] = {"faces": len(next(iter(rows.values())))}
    for ours, theirs in (("ours, fast", "FaceMesh"), ("ours, high", "FaceLandmarker")):
        both = (rows[ours] < MISSED) & (rows[theirs] < MISSED)
        for name in (ours, theirs):
            near = rows[name] < MISSED
            figures[name] = {
                "both_percent": round(100 * float(rows[name][both].mean()), 3) if both.any() else None,
                "all_percent": round(100 * float(rows[name][near].mean()), 3) if near.any() else None,
                "missed": int((~near).sum()),
            }
        figures[f"{ours}: not worse"] = bool(
            not both.any() or rows[ours][both].mean() <= rows[theirs][both].mean() + 1e-4
        ) and bool((rows[ours] >= MISSED).sum() <= (rows[theirs] >= MISSED).sum())
    return figures


if __name__ == "__main__":
    main()
