"""How well color keeps to the lips: IoU with human masks, paint inside the mouth, paint on pasted hands.

Run: .venv/bin/python benchmarks/region_iou.py [--photos] [--no-hands] [--save FOLDER]

Lips, on the 16 photos of `parsing` (13 MT, 3 CelebAMask-HQ), upper and lower lip against the lipstick's own coverage,
with the face tracker's faces:
polygons: the landmarks joined by straight lines, as a plain mesh mask has it. dense: the smooth mesh outline alone.
worn: what lipstick paints in production (`tryon.effects.lip_coverage` times the visible face of the parts mask).
held_out: as worn, with the four constants that matter most chosen anew for each photo on the other 15, so that no
photo is measured with what it taught. shaken: as worn, each landmark off by a Gaussian of 1 px, mean of 5 draws.
in_mouth: share of the lipstick on what people labeled teeth or inside of the mouth: of all photos together, the mean
of the photos that have such a label, and of all photos without the label's outermost pixel, where it is a coin toss.
Hands: a look of six layers on the 48 pictures of `_pasted_hands`; share of all change that lies on the pasted hand.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from _report import pin_to_one_core, report

pin_to_one_core()

import cv2  # noqa: E402  # after the core is chosen
import numpy as np  # noqa: E402
from _parsing import ParsedPhoto, iou, photos  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from tryon.effects import EFFECTS, Workspace, lip_contour, wear  # noqa: E402
from tryon.effects.canvas import Canvas  # noqa: E402
from tryon.effects.lip_coverage import lip_coverage  # noqa: E402
from tryon.geometry.face_mesh import LIPS_INNER, LIPS_OUTER  # noqa: E402
from tryon.track import Tracker  # noqa: E402
from tryon.types import Face, FaceLandmarks, Frame, Tracks  # noqa: E402

_MOUTH = {"celeb": (10,), "mt": (8,)}
_GRID = {
    "_OUTER_PRIOR": (0.03, 0.045, 0.06),
    "_OUTER_NOISE": (0.006, 0.010, 0.02),
    "_SHUT": (0.0, 0.008, 0.015),
    "_WET": (0.0, 0.005, 0.010),
}
_LOOK = (
    ("foundation", {"color": "#7a3b2e", "coverage": 0.8}),
    ("blush", {"colors": ["#c0203a"]}),
    ("contour", {}),
    ("highlighter", {}),
    ("lipstick", {"color": "#7a1f2b", "coverage": 0.9}),
    ("lip_liner", {}),
)

Cover = Callable[[ParsedPhoto, Tracks], NDArray[np.float32]]
"""(h, w) float32 coverage of the lips at the photo's size."""


def polygons(photo: ParsedPhoto, tracks: Tracks) -> NDArray[np.float32]:
    """The lips as straight lines between the landmarks."""
    points = tracks.faces[0].landmarks.points_px[:, :2]
    filled = np.zeros((2, *photo.pixels.shape[:2]), np.uint8)
    for plane, loop in zip(filled, (LIPS_OUTER, LIPS_INNER), strict=True):
        cv2.fillPoly(plane, [np.rint(points[list(loop)] * 16.0).astype(np.int32)], 1, shift=4)
    return (filled[0] * (1 - filled[1])).astype(np.float32)


def dense(photo: ParsedPhoto, tracks: Tracks) -> NDArray[np.float32]:
    """The lips of the smooth mesh, not fitted to the picture."""
    with _constants(_SMALLEST_PX=1e9, _SHUT=-1.0, _OPEN=-0.5):
        return worn(photo, replace(tracks, parts=None))


def worn(photo: ParsedPhoto, tracks: Tracks) -> NDArray[np.float32]:
    """Lipstick as it is worn."""
    frame = Frame(photo.pixels)
    canvas = Canvas(frame, photo.pixels.copy(), tracks.faces[0], tracks, workspace=Workspace())
    coverage = np.zeros(photo.pixels.shape[:2], np.float32)
    patch = lip_coverage(canvas)
    if patch is not None:
        (x0, y0, x1, y1), lips = patch
        visible = canvas.visible[y0:y1, x0:x1]
        coverage[canvas.y0 + y0 : canvas.y0 + y1, canvas.x0 + x0 : canvas.x0 + x1] = lips * visible
    return coverage


def agreement(photo: ParsedPhoto, coverage: NDArray[np.float32]) -> tuple[float, float, float, float, float]:
    """IoU of the lips, paint in the mouth, in it without its rim, all paint, and the mouth's size, in label pixels."""
    image_from_labels = photo.image_from_labels()[:2]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    # Averaged over a label pixel's footprint before it is read there.
    across = image_from_labels[0, 0]
    even = cv2.blur(coverage, (2, 2)) if across >= 2.0 else coverage
    on_labels = cv2.warpAffine(even, image_from_labels, photo.labels.shape[::-1], flags=flags)
    mouth = np.isin(photo.labels, _MOUTH[photo.name.split()[0]])
    core = cv2.erode(mouth.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    inside, deep, total = (float(on_labels[where].sum()) for where in (mouth, core, on_labels >= 0.0))
    return iou(on_labels > 0.5, photo.mask("lips")), inside, deep, total, float(mouth.sum())


def shaken(photo: ParsedPhoto, tracks: Tracks, seed: int) -> NDArray[np.float32]:
    """Lipstick with every landmark off by a Gaussian of 1 px."""
    random = np.random.default_rng(seed)
    face = tracks.faces[0]
    points = face.landmarks.points_px.copy()
    points[:, :2] += random.standard_normal((len(points), 2)).astype(np.float32)
    moved = Face(face.id, FaceLandmarks(points, face.landmarks.score))
    return worn(photo, replace(tracks, faces=(moved,)))


def held_out(everyone: list[ParsedPhoto], tracks: list[Tracks]) -> NDArray[np.float64]:
    """(n,) IoU of each photo with the constants that are best on all others."""
    scores = []
    for values in itertools.product(*_GRID.values()):
        with _constants(**dict(zip(_GRID, values, strict=True))):
            scores.append(
                [agreement(photo, worn(photo, those))[0] for photo, those in zip(everyone, tracks, strict=True)]
            )
    table = np.array(scores)
    best = (table.sum(axis=1, keepdims=True) - table).argmax(axis=0)
    return table[best, np.arange(table.shape[1])]


@contextmanager
def _constants(**values: float) -> Iterator[None]:
    kept = {name: getattr(lip_contour, name) for name in values}
    for name, value in values.items():
        setattr(lip_contour, name, value)
    try:
        yield
    finally:
        for name, value in kept.items():
            setattr(lip_contour, name, value)


def hands(folder: Path | None) -> dict[str, float]:
    """Share of a look's change that lies on pasted hands."""
    from _pasted_hands import pasted

    layers = [(EFFECTS.get(name).parse(values), 1.0) for name, values in _LOOK]
    finder, parts = Tracker.load("face", smooth=False), Tracker.load("parts", mode="still")
    on_hand, all_paint, shares = 0.0, 0.0, []
    for case in pasted():
        frame = Frame(case.pixels)
        tracks = finder.track(frame)
        if not tracks.faces:
            continue
        tracks = tracks | parts.track(frame, faces=tracks.faces)  # type: ignore[call-arg]  # PartsTracker's own
        painted = wear(frame, tracks, layers).pixels
        change = np.abs(painted.astype(np.float32) - frame.pixels).max(axis=2)
        on_hand += float((change * case.hand).sum())
        all_paint += float(change.sum())
        shares.append(float((change * case.hand).sum() / max(change.sum(), 1.0)))
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(folder / f"{case.name}.png"), np.hstack((case.pixels, painted))[:, :, ::-1])
    return {
        "on_hand_pooled": round(on_hand / all_paint, 4),
        "on_hand_mean": round(float(np.mean(shares)), 4),
        "on_hand_median": round(float(np.median(shares)), 4),
        "pictures": len(shares),
    }


def main() -> None:
    """Measure and print."""
    everyone = list(photos())
    finder, parts = Tracker.load("face", smooth=False), Tracker.load("parts", mode="still")
    tracks = []
    for photo in everyone:
        frame = Frame(photo.pixels)
        faces = finder.track(frame).faces
        middle = np.argwhere(photo.mask("lips")).mean(axis=0)[::-1] * photo.image_from_labels()[0, 0]
        nearest = min(faces, key=lambda face: float(np.hypot(*(face.landmarks.points_px[13, :2] - middle))))
        masked = parts.track(frame, faces=faces)  # type: ignore[call-arg]  # PartsTracker's own
        tracks.append(Tracks(faces=(nearest,)) | masked)
    covers: dict[str, Cover] = {"polygons": polygons, "dense": dense, "worn": worn}
    for draw in range(5):
        covers[f"shaken {draw}"] = lambda photo, those, seed=draw: shaken(photo, those, seed)
    rows = {
        name: np.array([agreement(photo, cover(photo, those)) for photo, those in zip(everyone, tracks, strict=True)])
        for name, cover in covers.items()
    }
    rows["shaken"] = np.mean([rows.pop(f"shaken {draw}") for draw in range(5)], axis=0)
    figures: dict[str, object] = {name: _figures(row) for name, row in rows.items()}
    figures["held_out"] = {"lips_iou": round(float(held_out(everyone, tracks).mean()), 4)}
    if "--photos" in sys.argv:
        figures["photos"] = {
            photo.name: {"polygons": round(a[0], 3), "worn": round(b[0], 3), "in_mouth": round(b[1] / b[3], 4)}
            for photo, a, b in zip(everyone, rows["polygons"].tolist(), rows["worn"].tolist(), strict=True)
        }
    if "--no-hands" not in sys.argv:
        folder = Path(sys.argv[sys.argv.index("--save") + 1]) if "--save" in sys.argv else None
        figures["hands"] = hands(folder)
    report("region_iou", input=f"parsing: {len(everyone)} photos; 48 pasted hands", warm_up=0, figures=figures)


def _figures(row: NDArray[np.float64]) -> dict[str, float]:
    labeled = row[:, 4] > 0.0
    shares = row[labeled, 1] / row[labeled, 3]
    return {
        "lips_iou": round(float(row[:, 0].mean()), 4),
        "worst": round(float(row[:, 0].min()), 3),
        "in_mouth_pooled": round(float(row[:, 1].sum() / row[:, 3].sum()), 4),
        "in_mouth_mean": round(float(shares.mean()), 4),
        "in_mouth_core": round(float(row[:, 2].sum() / row[:, 3].sum()), 4),
    }


if __name__ == "__main__":
    main()
