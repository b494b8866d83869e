"""How true lengths on a floor are that a sheet of paper gives the scale of, on rendered rooms of known truth.

Prints one JSON object. 500 random rooms (`_rooms.py`: floors, light, cameras, sheets of A4 or Letter 0.9 to 2.6 m away,
a foot on one in four, then blur, noise, sharpening, JPEG). Nobody says which sheet it is nor where. In each room, 40
pairs of floor points in view, within 3 m of the camera and 0.2 to 3 m apart; the points are exact, so that only the
plane's error counts.

- `exact`: with the true focal length; `exif`: with one that is off by 1.5 %, normally distributed, and said to be.
- `median_percent`, `p95_percent`: of the lengths' errors. `within_interval_percent`: the truth in the 95 % interval.
- `found`, `refused`, `wrong`: rooms; wrong is A4 taken for Letter, or the reverse. Wrong ones' errors count as well.
- `by_floor`: rooms found of rooms there are.

    .venv/bin/python benchmarks/place_truth.py [--rooms 500] [--every 1] [--sides]

Rendering takes about 3 s of CPU a room the first time; rooms are kept in the temporary folder.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from typing import Any

import numpy as np
from _report import report
from _rooms import RenderedRoom, room
from numpy.typing import NDArray

from tryon.errors import ParameterError
from tryon.place import Evidence, Refusal, length_between
from tryon.place.a4 import from_a4
from tryon.place.edges import trace_outline
from tryon.place.letter import from_letter
from tryon.types import Camera, Intrinsics, Plane

EXIF_SIGMA = 0.015
PAIRS = 40
LEAST_M, MOST_M, REACH_M = 0.2, 3.0, 3.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rooms", type=int, default=500, help="how many")
    parser.add_argument("--every", type=int, default=1, help="only every nth of them")
    parser.add_argument("--sides", action="store_true", help="how far sides are found outside the true ones, instead")
    options = parser.parse_args()
    seeds = range(0, options.rooms, options.every)
    figures = _sides(seeds) if options.sides else _lengths(seeds)
    report(
        "place_truth",
        input=f"{len(seeds)} rendered rooms, 960 × 720 px, A4 or Letter 0.9 to 2.6 m from the camera",
        warm_up="none: no times",
        figures=figures,
    )


def _lengths(seeds: range) -> dict[str, Any]:
    errors: dict[str, list[float]] = {"exact": [], "exif": []}
    within: dict[str, list[bool]] = {"exact": [], "exif": []}
    rooms: dict[str, Counter[str]] = {"exact": Counter(), "exif": Counter()}
    reasons: Counter[str] = Counter()
    floors: dict[str, list[bool]] = {}
    for done, seed in enumerate(seeds):
        truth = room(seed)
        rng = np.random.default_rng([seed, 7])
        pairs = _pairs(truth, rng)
        for name, sigma in (("exact", 0.0), ("exif", EXIF_SIGMA)):
            answer, kind = _found(truth, sigma, rng)
            if isinstance(answer, Refusal):
                rooms[name]["refused"] += 1
                reasons[answer.reason] += name == "exact"
            else:
                rooms[name]["found" if kind == truth.sheet else "wrong"] += 1
                _book(answer, pairs, errors[name], within[name])
            if name == "exact":
                floors.setdefault(truth.floor, []).append(kind == truth.sheet)
        print(f"\r{done + 1}/{len(seeds)}", end="", file=sys.stderr)
    print(file=sys.stderr)
    return {
        **{name: {**_spread(errors[name], within[name]), **rooms[name]} for name in errors},
        "by_floor": {floor: f"{sum(hits)} of {len(hits)}" for floor, hits in sorted(floors.items())},
        "refusals": dict(reasons.most_common()),
    }


def _found(truth: RenderedRoom, sigma: float, rng: np.random.Generator) -> tuple[Plane | Refusal, str]:
    camera = truth.camera
    if sigma:
        camera = Camera.of_focal(camera.width, camera.height, camera.focal_x_px * (1.0 + rng.normal(0.0, sigma)))
    evidence = Evidence(truth.frame, Intrinsics(camera, sigma, "EXIF" if sigma else "given"))
    answers = {"a4": from_a4(evidence), "letter": from_letter(evidence)}
    for kind, answer in answers.items():
        if isinstance(answer, Plane):
            return answer, kind
    return next(answer for answer in answers.values() if isinstance(answer, Refusal)), ""


def _pairs(truth: RenderedRoom, rng: np.random.Generator) -> list[tuple[NDArray[np.float64], float]]:
    """Pixels of two floor points, and their true distance."""
    plane = Plane(truth.camera, truth.normal, truth.height_m, np.zeros((4, 4)), "truth")
    pixels = rng.uniform([0.0, 0.0], [truth.camera.width, truth.camera.height], (6000, 2))
    points = plane.points_at(pixels)
    with np.errstate(invalid="ignore"):
        near = np.asarray(np.linalg.norm(points, axis=1) < REACH_M)  # NaN, for the sky, is not
    pixels, points = pixels[near], points[near]
    found = []
    for first, second in zip(range(0, len(pixels) - 1, 2), range(1, len(pixels), 2), strict=False):
        length_m = float(np.linalg.norm(points[first] - points[second]))
        if LEAST_M < length_m < MOST_M:
            found.append((pixels[[first, second]], length_m))
    return found[:PAIRS]


def _book(
    plane: Plane, pairs: list[tuple[NDArray[np.float64], float]], errors: list[float], within: list[bool]
) -> None:
    for ends, length_m in pairs:
        try:
            measured = length_between(plane, ends[0], ends[1], click_sigma_px=0.0)
        except ParameterError:  # beyond the found plane's horizon
            errors.append(1.0)
            within.append(False)
            continue
        errors.append(measured.value_m / length_m - 1.0)
        within.append(measured.low_m <= length_m <= measured.high_m)


def _spread(errors: list[float], within: list[bool]) -> dict[str, float | int]:
    if not errors:
        return {"lengths": 0}
    misses = 100.0 * np.abs(errors)
    return {
        "lengths": len(errors),
        "median_percent": round(float(np.median(misses)), 3),
        "p95_percent": round(float(np.percentile(misses, 95)), 3),
        "largest_percent": round(float(misses.max()), 2),
        "within_interval_percent": round(100.0 * float(np.mean(within)), 1),
    }


def _sides(seeds: range) -> dict[str, Any]:
    """By how bright the paper is: how far outside the true sides the traced ones lie, corrected as it is."""
    offs: dict[str, list[float]] = {}
    for seed in seeds:
        truth = room(seed)
        traced = trace_outline(truth.frame.pixels, truth.corners_px)
        if truth.covered or traced is None or traced.support.min() < 0.8:
            continue
        true = truth.corners_px
        along = np.roll(true, -1, 0) - true
        outward = np.stack([along[:, 1], -along[:, 0]], 1) / np.linalg.norm(along, axis=1, keepdims=True)
        off = traced.corners_px - true
        inside = truth.frame.pixels[tuple(np.rint(true.mean(0)).astype(int)[::-1])].max()
        name = "white, above 250" if inside > 250 else "bright, 235 to 250" if inside >= 235 else "below 235"
        offs.setdefault(name, []).extend((0.5 * (off + np.roll(off, -1, 0)) * outward).sum(1).tolist())
    return {
        name: {"sides": len(found), "median_px": float(np.median(found)), "std_px": float(np.std(found))}
        for name, found in sorted(offs.items())
    }


if __name__ == "__main__":
    main()
