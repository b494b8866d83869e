"""How much paint lands on hands that lie on faces: 48 pictures of real hands pasted over real faces.

Run: .venv/bin/python benchmarks/parts_hands.py [--save FOLDER]

Faces are tracked on the pasted picture. A foundation is worn at full strength; a pixel is painted as much as it
changes. on_hand: share of all paint that lies on the pasted hand, over all pictures and as the mean of each picture's.
kept: paint off the hand, against the same look on the picture before the paste: what the caution costs.
"""

from __future__ import annotations

import sys
from pathlib import Path

from _report import pin_to_one_core, report

pin_to_one_core()

import cv2  # noqa: E402  # after the core is chosen
import numpy as np  # noqa: E402
from _pasted_hands import Pasted, pasted  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from tryon.effects import EFFECTS, wear  # noqa: E402
from tryon.track import Tracker  # noqa: E402
from tryon.types import Frame, Tracks  # noqa: E402

_FOUNDATION = {"color": "#7a3b2e", "coverage": 0.8}  # far from every skin here, so that paint shows


def paint(frame: Frame, tracks: Tracks) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """The painted picture, and how much each pixel changed."""
    layer = EFFECTS.get("foundation").parse(_FOUNDATION)
    worn = wear(frame, tracks, [(layer, 1.0)]).pixels
    return worn, np.abs(worn.astype(np.float32) - frame.pixels).max(axis=2)


def main() -> None:
    """Measure and print."""
    folder = Path(sys.argv[sys.argv.index("--save") + 1]) if "--save" in sys.argv else None
    cases = list(pasted())
    finder = Tracker.load("face", smooth=False)
    modes = {
        "no_parts": None,
        "network_only": Tracker.load("parts", mode="still", hands=False),
        "still": Tracker.load("parts", mode="still"),
        "video": Tracker.load("parts", mode="video"),
    }
    figures = {}
    for name, tracker in modes.items():
        rows = [_measure(case, finder, tracker, name, folder) for case in cases]
        found = np.array([row for row in rows if row is not None])
        on_hand = found[:, 0] / found[:, 1]
        figures[name] = {
            "on_hand_pooled": round(float(found[:, 0].sum() / found[:, 1].sum()), 4),
            "on_hand_mean": round(float(on_hand.mean()), 4),
            "on_hand_median": round(float(np.median(on_hand)), 4),
            "kept": round(float(np.median(found[:, 2])), 3),
            "pictures": len(found),
        }
    report("parts_hands", input=f"{len(cases)} pictures, 7 hands on 12 faces", warm_up=0, figures=figures)


def _measure(
    case: Pasted, finder: Tracker, tracker: Tracker | None, mode: str, folder: Path | None
) -> tuple[float, float, float] | None:
    """Paint on the hand, all paint, and the share kept off the hand; None where the covered face is not found."""
    frame, clean = Frame(case.pixels), Frame(case.clean)
    bare = finder.track(clean)
    tracks = finder.track(frame)
    if not tracks.faces:
        return None
    faces = tracks.faces
    if tracker is not None:
        tracks = tracks | tracker.track(frame, faces=faces)  # type: ignore[call-arg]  # PartsTracker's own
        bare = bare | tracker.track(clean, faces=bare.faces)  # type: ignore[call-arg]
    worn, change = paint(frame, tracks)
    _, bare_change = paint(clean, bare)
    if folder is not None and mode == "still":
        folder.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(folder / f"{case.name}.png"), np.hstack((case.pixels, worn))[:, :, ::-1])
    free = case.hand < 0.01
    kept = float(change[free].sum() / max(bare_change[free].sum(), 1.0))
    return float((change * case.hand).sum()), float(change.sum()), kept


if __name__ == "__main__":
    main()
