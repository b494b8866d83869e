"""Paper and bank cards found by themselves in photos of real floors, and how true lengths across them come out.

Prints one JSON object. Photos: `shared/data/rooms/a4_feet` (a bare foot on A4, no EXIF, so the focal length is assumed
and 20 % unsure) and `letter_feet` (Letter paper and a library card beside a foot, 12 megapixels, focal length from
EXIF). The size is said (`--scale a4`, `letter`, `card`), the place is not; `auto` counts the photos in which A4 and
Letter were told apart with nothing said at all.

- `found`: of the photos that show the whole sheet; of the ones that cut it (`cut`), those that were refused, as wanted.
- `across_percent`: errors of both pairs of sides and of both diagonals: between the corners that MANIFEST.json lists
  where it does, marked by others, else between our own.
- `outside_interval`: how many of those lengths are off by more than their 95 % interval and a click of 3 pixels say.

    .venv/bin/python benchmarks/place_sheets.py [--pictures FOLDER]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from _report import report
from numpy.typing import NDArray

from tryon.place import SOURCES, Evidence, Refusal, length_between
from tryon.place.sheet import A4, CARD, LETTER, SheetSize
from tryon.types import Camera, Frame, Intrinsics, Plane

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
CUT = ("23815", "23896", "23948", "23824")  # the sheet goes on beyond the picture's edge; seen by eye
SIZES: dict[str, SheetSize] = {"a4": A4, "letter": LETTER, "card": CARD}
CLICK_PX = 3.0  # of the corners in MANIFEST.json, at 12 megapixels


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=Path, help="a folder to draw what was found into; not to be published")
    options = parser.parse_args()
    manifest = json.loads((DATA / "MANIFEST.json").read_text(encoding="utf-8"))
    photos = [one for one in manifest if one["path"].startswith(("rooms/a4_feet/", "rooms/letter_feet/"))]
    told: dict[str, Any] = {}
    across: list[float] = []
    outside = found = cut_refused = auto = 0
    for photo in photos:
        name = Path(photo["path"]).stem
        frame, intrinsics = _read(photo)
        kind = _kind(photo)
        plane = _answer(Evidence(frame, intrinsics, wanted=(kind,)), kind)
        cut = name.endswith(CUT)
        if isinstance(plane, Refusal) or plane is None:
            cut_refused += cut
            told[name] = {"scale": kind, "refused": "nothing" if plane is None else plane.reason}
            continue
        found += not cut
        if kind != "card":
            auto += isinstance(_answer(Evidence(frame, intrinsics, wanted=("a4", "letter")), kind), Plane)
        corners = _corners(photo, frame, intrinsics, kind)
        errors, off = _across(plane, corners, SIZES[kind])
        across += errors
        outside += off
        told[name] = {
            "scale": kind,
            "camera_height_m": round(plane.distance_m, 3),
            "plus_minus_percent": round(196.0 * float(np.sqrt(plane.covariance[2, 2])), 1),
            "across_percent": [round(value, 2) for value in errors],
        }
        if options.pictures is not None:
            _draw(frame, corners, options.pictures / f"{name}.png")
    whole = sum(not Path(photo["path"]).stem.endswith(CUT) for photo in photos)
    report(
        "place_sheets",
        input=f"{len(photos)} photos of paper and cards on real floors, {whole} of them with the whole sheet in view",
        warm_up="none: no times",
        figures={
            "found": f"{found} of {whole}",
            "cut_ones_refused": f"{cut_refused} of {len(photos) - whole}",
            "told_apart_unasked": auto,
            "across_percent": {
                "lengths": len(across),
                "median": round(float(np.median(np.abs(across))), 2),
                "p95": round(float(np.percentile(np.abs(across), 95)), 2),
                "largest": round(float(np.abs(across).max()), 2),
                "within_1_percent": f"{int((np.abs(across) <= 1.0).sum())} of {len(across)}",
            },
            "outside_interval": outside,
            "photos": told,
        },
    )


def _read(photo: dict[str, Any]) -> tuple[Frame, Intrinsics]:
    picture = cv2.imread(str(DATA / photo["path"]))
    if picture is None:
        raise RuntimeError(f"{photo['path']}: expected a picture")
    frame = Frame(np.ascontiguousarray(picture[..., ::-1]).astype(np.uint8, copy=False))
    diagonal_px = float(np.hypot(frame.width, frame.height))
    if "letter_feet" in photo["path"]:  # EXIF's 24 mm, of a diagonal of 43.27 mm
        return frame, Intrinsics(Camera.of_focal(frame.width, frame.height, 24.0 / 43.27 * diagonal_px), 0.02, "EXIF")
    return frame, Intrinsics(Camera.of_focal(frame.width, frame.height, 26.0 / 43.27 * diagonal_px), 0.2, "assumed")


def _kind(photo: dict[str, Any]) -> str:
    if "a4_feet" in photo["path"]:
        return "a4"
    return "card" if "card" in photo["meta"]["known_size"] else "letter"


def _answer(evidence: Evidence, kind: str) -> Plane | Refusal | None:
    return SOURCES.get(kind)(evidence)


def _corners(photo: dict[str, Any], frame: Frame, intrinsics: Intrinsics, kind: str) -> NDArray[np.float64]:
    """Those of the manifest, else those that were found."""
    listed = photo["meta"].get("reference_quad")
    if listed is not None:
        return np.array(listed["corners_px"], np.float64)
    from tryon.place.paper import find_paper

    found = find_paper(Evidence(frame, intrinsics, wanted=(kind,)))
    if found is None or isinstance(found, Refusal):
        raise RuntimeError(f"{photo['path']}: found once, not again")
    return found.outline.corners_px


def _across(plane: Plane, corners: NDArray[np.float64], size: SheetSize) -> tuple[list[float], int]:
    """Percent errors of four sides and two diagonals; how many lie outside their interval."""
    long_m, short_m = size.size_m
    sides = np.linalg.norm(np.roll(plane.points_at(corners), -1, 0) - plane.points_at(corners), axis=1)
    first, second = (long_m, short_m) if sides[0] + sides[2] > sides[1] + sides[3] else (short_m, long_m)
    diagonal = float(np.hypot(long_m, short_m))
    wanted = [(0, 1, first), (1, 2, second), (2, 3, first), (3, 0, second), (0, 2, diagonal), (1, 3, diagonal)]
    errors, outside = [], 0
    for start, end, true_m in wanted:
        measured = length_between(plane, corners[start], corners[end], click_sigma_px=CLICK_PX)
        errors.append(100.0 * (measured.value_m / true_m - 1.0))
        outside += not measured.low_m <= true_m <= measured.high_m
    return errors, outside


def _draw(frame: Frame, corners: NDArray[np.float64], path: Path) -> None:
    picture = np.ascontiguousarray(frame.pixels[..., ::-1])
    wide = max(2, frame.width // 500)
    cv2.polylines(picture, [np.rint(corners * 16).astype(np.int32)], True, (0, 0, 255), wide, cv2.LINE_AA, 4)
    path.parent.mkdir(parents=True, exist_ok=True)
    scale = 900.0 / max(frame.width, frame.height)
    cv2.imwrite(str(path), cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))


if __name__ == "__main__":
    main()
