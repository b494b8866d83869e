"""How true pupillary distances and glasses are, on rendered heads whose every length is known.

Prints one JSON object. Five poses × three distances × three focal lengths; each head has its own pupillary distance
(52 to 72 mm, evenly spread and shuffled), iris diameter (11.7 ± 0.5 mm, the prior's own spread), eye depth
(4.5 ± 1 mm), relief (± 5 %), roll, noise, blur, JPEG quality, and one of four photos' skin. Cards have their own
print, lie up to a few degrees off flat, and a thumb covers a part. Heads look at the camera; the camera's focal length
is known unless said otherwise. A picture that is refused is counted, with its sentence, and has no error.

- `card`: pupillary distance from a bank card found by itself at the forehead or at the chin, error in millimeters.
- `iris`: from the irises alone: how often the truth lies within the stated 95 % interval.
- `known_pd`: what is left of an exact pupillary distance: the error of the face's scale, in percent of its distance,
  and of the face's width, in percent.
- `glasses`: width of a frame on the screen, scaled by the card's pupillary distance, against the same frame resting on
  the true mesh, in percent.

    .venv/bin/python benchmarks/face_scale.py [--quick]
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections import Counter, defaultdict
from typing import Any

import numpy as np
from _heads import PEOPLE, RenderedHead, head
from _report import report
from numpy.typing import NDArray

from tryon.errors import TryOnError
from tryon.measure import Measurement, measure
from tryon.track import Tracker
from tryon.types import Camera, Face, FaceLandmarks, Frame, Head, Tracks

POSES_DEG = ((0.0, 0.0), (12.0, 0.0), (-12.0, 0.0), (0.0, 10.0), (0.0, -10.0))
DISTANCES_M = (0.35, 0.45, 0.6)
FOCALS_PX = (900.0, 1100.0, 1400.0)
FOCAL_OFF = 1.1  # for the row where the focal length is not known
GLASSES = "round-tortoise"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a fifth of the heads")
    options = parser.parse_args()
    cases = list(itertools.product(POSES_DEG, DISTANCES_M, FOCALS_PX))
    rng = np.random.default_rng(7)
    rng.shuffle(cases)
    if options.quick:
        cases = cases[:9]
    repeats = 1 if options.quick else 2
    errors: dict[str, list[float]] = defaultdict(list)
    within: dict[str, list[bool]] = defaultdict(list)
    refused: dict[str, Counter[str]] = defaultdict(Counter)
    pds = rng.permutation(np.linspace(52.0, 72.0, len(cases) * repeats))
    for index, pd_mm in enumerate(pds):
        case = cases[index % len(cases)]
        looks = _looks(case, float(pd_mm), index, rng)
        plain = head(**looks, samples=2)
        _iris(plain, errors, within, refused)
        if index < len(cases):
            for place in ("forehead", "chin"):
                tilt = tuple(rng.normal(0.0, 3.0, 3))
                carded = head(**looks, card=place, card_tilt_deg=tilt, samples=2)
                pd_found = _card(carded, place, errors, within, refused)
                if pd_found is not None:
                    _glasses(plain, pd_found, errors)
        print(f"\r{index + 1}/{len(pds)}", end="", file=sys.stderr)
    print(file=sys.stderr)
    report(
        "face_scale",
        input=f"{len(pds)} rendered heads and {2 * len(cases)} with a card, 960 × 1280 px, PD 52 to 72 mm",
        warm_up="none: no times",
        figures={
            **{name: _spread(values) for name, values in errors.items()},
            "within_interval_percent": {name: round(100 * float(np.mean(hits)), 1) for name, hits in within.items()},
            "refused": {name: dict(sentences) for name, sentences in refused.items()},
        },
    )


def _looks(case: tuple[Any, ...], pd_mm: float, index: int, rng: np.random.Generator) -> dict[str, Any]:
    (yaw_deg, pitch_deg), distance_m, focal_px = case
    return {
        "pd_mm": pd_mm,
        "iris_mm": float(rng.normal(11.7, 0.5)),
        "yaw_deg": yaw_deg,
        "pitch_deg": pitch_deg,
        "roll_deg": float(rng.normal(0.0, 4.0)),
        "distance_m": distance_m,
        "focal_px": focal_px,
        "at": (0.5 + float(rng.uniform(-0.05, 0.05)), 0.45 + float(rng.uniform(-0.04, 0.04))),
        "relief": float(rng.normal(1.0, 0.05)),
        "pupil_ahead_m": float(rng.normal(0.0045, 0.001)),
        "noise": float(rng.uniform(1.0, 5.0)),
        "blur_px": float(rng.uniform(0.4, 1.0)),
        "jpeg": int(rng.integers(80, 96)),
        "who": PEOPLE[int(rng.integers(len(PEOPLE)))],
        "seed": index,
    }


def _seen(frame: Frame, focal_px: float) -> Face:
    with Tracker.load("face", device="cpu", max_faces=1, focal_px=focal_px) as tracker:
        faces = tracker.track(frame).faces
    if not faces:
        raise TryOnError("No face found.")
    return faces[0]


def _measured(truth: RenderedHead, source: str, *, focal_off: float = 1.0, **options: Any) -> Measurement:
    camera = truth.camera
    if focal_off != 1.0:
        camera = Camera.of_focal(camera.width, camera.height, camera.focal_x_px * focal_off)
    face = _seen(truth.frame, camera.focal_x_px)
    return measure(truth.frame, face, camera, sources=(source,), camera_known=focal_off == 1.0, **options)


def _book(
    name: str, found: Measurement, truth: RenderedHead, errors: dict[str, list[float]], within: dict[str, list[bool]]
) -> None:
    pd = found.scale.pupillary_distance
    errors[f"{name}_mm"].append((pd.value_m - truth.pd_m) * 1e3)
    within[name].append(pd.low_m <= truth.pd_m <= pd.high_m)


def _iris(
    truth: RenderedHead,
    errors: dict[str, list[float]],
    within: dict[str, list[bool]],
    refused: dict[str, Counter[str]],
) -> None:
    try:
        _book("iris", _measured(truth, "iris"), truth, errors, within)
        exact = _measured(truth, "known_pd", known_pd_mm=truth.pd_m * 1e3)
    except TryOnError as error:
        refused["iris"][str(error)] += 1
        return
    away_m = -float(truth.pupils_m[:, 2].mean())
    errors["face_width_percent"].append(100 * (exact.scale.face_width.value_m / truth.face_width_m - 1.0))
    errors["known_pd_depth_percent"].append(100 * (exact.scale.true_from_canonical * exact.eyes.depth_m / away_m - 1.0))


def _card(
    truth: RenderedHead,
    place: str,
    errors: dict[str, list[float]],
    within: dict[str, list[bool]],
    refused: dict[str, Counter[str]],
) -> float | None:
    """The pupillary distance found at the forehead, in meters; there also with a wrong focal length."""
    try:
        found = _measured(truth, "card")
    except TryOnError as error:
        refused[f"card at the {place}"][str(error)] += 1
        return None
    for name in ("card", f"card at the {place}"):
        _book(name, found, truth, errors, within)
    if place == "chin":
        return None
    try:
        off = _measured(truth, "card", focal_off=FOCAL_OFF)
        _book("card, focal length 10 % off", off, truth, errors, within)
    except TryOnError as error:
        refused["card, focal length 10 % off"][str(error)] += 1
    return found.scale.pupillary_distance.value_m


def _glasses(plain: RenderedHead, pd_m: float, errors: dict[str, list[float]]) -> None:
    """Width on the screen of a frame worn at the size the card gave, against one resting on the true mesh."""
    try:
        found = _measured(plain, "known_pd", known_pd_mm=pd_m * 1e3)
    except TryOnError:
        return
    face = _seen(plain.frame, plain.camera.focal_x_px)
    worn = Head.of(face, found.scale.true_from_canonical)
    assert worn is not None
    points = np.column_stack([plain.landmarks_px, np.zeros(478)]).astype(np.float32)
    true_face = Face(0, FaceLandmarks(points, 1.0))
    truth = Head(true_face, plain.scale, plain.camera_from_head, plain.mesh_m[:468].astype(np.float32))
    from tryon import catalog
    from tryon.wear import View
    from tryon.wear.face_shape import FaceShape
    from tryon.wear.glasses import Glasses

    product = catalog.load(GLASSES)
    glasses = Glasses(product, catalog.open_model(product))
    view = View(plain.frame, Tracks(faces=(face,)), plain.camera, (worn,))
    front = glasses.draw(view)[0].items[0]
    # The truth goes round the wearable's own fit to the picture, which expects a tracker's points, not true ones.
    learned = FaceShape()
    learned.learn(truth, plain.camera)
    shape = learned.shape()
    seat, _ = glasses.seat(shape)
    exact = plain.camera_from_head @ shape.head_from_midline @ seat.midline_from_product
    points = np.concatenate([part.positions_m for part in front.model.primitives]).astype(np.float64)
    ours, true = (_width_px(points, pose, plain.camera) for pose in (front.camera_from_model, exact))
    errors["glasses_width_percent"].append(100.0 * (ours / true - 1.0))


def _width_px(points_m: NDArray[np.float64], camera_from_model: NDArray[np.float64], camera: Camera) -> float:
    """Distance on the screen between a frame's outermost points, hinge to hinge."""
    ends = points_m[[int(points_m[:, 0].argmin()), int(points_m[:, 0].argmax())]]
    right, left = camera.project(ends @ camera_from_model[:3, :3].T + camera_from_model[:3, 3])
    return float(np.linalg.norm(right - left))


def _spread(values: list[float]) -> dict[str, float]:
    misses = np.abs(values)
    return {
        "n": len(values),
        "median": round(float(np.median(misses)), 3),
        "p95": round(float(np.percentile(misses, 95)), 3),
        "largest": round(float(misses.max()), 3),
        "mean_signed": round(float(np.mean(values)), 3),
    }


if __name__ == "__main__":
    main()
