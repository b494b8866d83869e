"""How far our face points lie from MediaPipe's own, on still faces.

Prints one JSON object. Each picture goes to MediaPipe 0.10.21 FaceMesh (static mode, refined, its defaults) and to
our tracker; each of its faces is paired with our nearest. A face's distance is the mean over its 478 points, 2D,
pixels; the figures are mean and median over faces. The environment of the peer is made on first use.

    .venv/bin/python benchmarks/face_parity.py [--faces 10]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from _face_inputs import read
from _peers import Peer
from _report import report

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SUFFIXES = {".jpg", ".jpeg", ".png"}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faces", type=int, default=10, help="most faces in a picture, for both (default: 10)")
    most = parser.parse_args().faces

    from tryon.track import Tracker
    from tryon.types import Frame

    pictures = sorted(path for path in (DATA / "faces").iterdir() if path.suffix in SUFFIXES)
    pictures += sorted(path for path in (DATA / "faces_gt").rglob("*") if path.suffix in SUFFIXES)
    distances, far, theirs_found, ours_found, fewer = [], {}, 0, 0, []
    with (
        Tracker.load("face", device="cpu", max_faces=most) as tracker,
        Peer("legacy", np.zeros((1, 8, 8, 3), np.uint8), still=True, most=most) as peer,
    ):
        for path in pictures:
            pixels = read(path)
            theirs = peer.see(pixels)[1]
            ours = [face.landmarks.points_px for face in tracker.track(Frame(pixels)).faces]
            theirs_found, ours_found = theirs_found + len(theirs), ours_found + len(ours)
            if len(ours) < len(theirs):
                fewer.append(path.name)
            for face in theirs:
                away = [float(np.linalg.norm(face[:, :2] - points[:, :2], axis=1).mean()) for points in ours]
                distances.append(min(away, default=float("inf")))
                if distances[-1] > 0.3:
                    far[path.name] = distances[-1]
    report(
        "face_parity",
        input=f"{len(pictures)} pictures of shared/data/faces and faces_gt, at most {most} faces each",
        warm_up="none: no times",
        figures={
            "faces_compared": len(distances),
            "mean_px": float(np.mean(distances)),
            "median_px": float(np.median(distances)),
            "farther_than_0.3_px": far,
            "faces_found": {"ours": ours_found, "mediapipe": theirs_found},
            "pictures_where_we_find_fewer": fewer,
        },
    )


if __name__ == "__main__":
    main()
