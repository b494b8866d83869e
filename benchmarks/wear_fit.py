"""How near to the truth glasses are placed, on rendered heads whose every point is known, turned up to 30°.

Each head is tracked from its picture alone; the scale comes from its pupillary distance, as a typed-in one would. The
glasses are sample products in turn, made to measure: scaled until their lens centers are one pupillary distance
apart. Camera space is known up to its scale from a picture, so everything placed is first scaled about the camera
until the pupils' middle is at its true distance; nothing else is aligned.

Eight people are those that constants were chosen on, six were held out. Each is shown in three ways:
- `ahead`: one photo, eyes straight ahead, whichever way the head is turned. Two pupillary distances, seven yaws.
- `at camera`: one photo, eyes on the camera. The same distances and yaws.
- `turning`: the same pictures in the order in which somebody turns before a mirror: 0° to 30°, then 0° to −30°; what
  was learned of the face before still counts.

Two definitions of "lens center to pupil", both in millimeters, one value for each eye:
- `seat`: the lens center, against where the same contact solve puts it on the true mesh with the true pose (across
  the line of sight, and along it).
- `pupil`: the true pupil, looking straight ahead, projected along the true head's forward axis onto the plane
  through the lens center, against the lens center. Glasses do not rest with the pupil exactly on the lens center:
  resting on the true mesh, they are off by what `pupil_if_exact` says, which is in the figure.

"Turns" are the errors of the drawn glasses' yaw and roll, beside those of the head's pose as tracked.

Penetration: points of the front around the nose, and of the temples as far as the face reaches, that lie inside the
true mesh, by their distance to it: the deepest of each head, and the mean over those inside.

    .venv/bin/python benchmarks/wear_fit.py [--quick]
"""

from __future__ import annotations

import argparse
import functools
import itertools
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import numpy as np
from _heads import HELD_OUT, TUNING, RenderedHead, head
from _report import report
from numpy.typing import NDArray

from tryon import catalog
from tryon.measure import ScaleFollower
from tryon.track import Tracker
from tryon.types import Face, FaceLandmarks, Frame, Head, Model, Pose, Tracks
from tryon.wear import View
from tryon.wear.face_shape import FaceShape, Shape, canonical_face
from tryon.wear.glasses import Glasses
from tryon.wear.skin_field import SkinField

YAWS_DEG = (-30.0, -20.0, -10.0, 0.0, 10.0, 20.0, 30.0)
PDS_MM = (59.0, 67.0)
TURNING_DEG = (0.0, 10.0, 20.0, 30.0, 0.0, -10.0, -20.0, -30.0)
HELD_FRAMES = 10  # a third of a second at each turn
PRODUCTS = ("round-tortoise", "round-gold", "rimless", "square-black", "aviator", "cat-eye")
Points = NDArray[np.float64]
Gaze = Literal["camera", "far"]


@functools.cache
def made_to_measure(name: str, pd_m: float) -> Glasses:
    """A sample product, scaled as a whole until its lens centers are that far apart, as the head is."""
    product = catalog.load(name)
    model = catalog.open_model(product)
    grown = pd_m / (2.0 * product.anchors["lens_left"][0])
    parts = tuple(replace(part, positions_m=part.positions_m * np.float32(grown)) for part in model.primitives)
    anchors = {key: (x * grown, y * grown, z * grown) for key, (x, y, z) in product.anchors.items()}
    width, height, depth = (grown * size for size in product.size_m)
    return Glasses(replace(product, anchors=anchors, size_m=(width, height, depth)), replace(model, primitives=parts))


def true_head(truth: RenderedHead) -> Head:
    """The rendered head as a tracker without error would give it."""
    points = np.column_stack([truth.landmarks_px, np.zeros(478)]).astype(np.float32)
    face = Face(0, FaceLandmarks(points, 1.0))
    return Head(face, truth.scale, truth.camera_from_head, truth.mesh_m[:468].astype(np.float32))


def tracked_head(truth: RenderedHead, follower: ScaleFollower | None) -> tuple[Head, Tracks]:
    """The head as tracked, its scale from the pupillary distance.

    follower: As a session scales heads whose eyes look at the camera; None for eyes that look straight ahead, whose
    pupils are one pupillary distance apart.
    """
    with Tracker.load("face", device="cpu", max_faces=1, focal_px=truth.camera.focal_y_px) as tracker:
        tracks = tracker.track(truth.frame)
    face = tracks.faces[0]
    average = Head.of(face, 1.0)
    assert average is not None
    if follower is not None:
        scale = follower.follow(truth.frame, face, truth.camera).true_from_canonical
    else:
        pupils = learned(average, truth).pupils_m
        scale = truth.pd_m / float(np.linalg.norm(pupils[1] - pupils[0]))
    found = Head.of(face, scale)
    assert found is not None
    return found, tracks


def learned(one: Head, truth: RenderedHead) -> Shape:
    """The shape learned from a single look."""
    shape = FaceShape()
    shape.learn(one, truth.camera)
    return shape.shape()


def moved(matrix: Points, points: Points) -> Points:
    """(N, 3) points through a (4, 4) matrix."""
    return np.asarray(points @ matrix[:3, :3].T + matrix[:3, 3])


def inside_mm(points: Points, truth: RenderedHead, *, temples: bool) -> Points:
    """Depths of the (N, 3) camera-space points that lie inside the true face, by distance to its surface."""
    from scipy.spatial import cKDTree

    triangles = canonical_face().triangles
    surface = moved(np.linalg.inv(truth.camera_from_head), truth.mesh_m[:468])
    places = moved(np.linalg.inv(truth.camera_from_head), points)
    if temples:
        depths = []
        for side in (-1.0, 1.0):
            own = surface * [side, 1.0, 1.0]
            half = triangles[own[triangles].mean(axis=1)[:, 0] > 0.0]
            field = SkinField(own[:, [2, 1, 0]], half, step_m=0.001)
            there = places[places[:, 0] * side > 0] * [side, 1.0, 1.0]
            reach = field.z_m(there[:, 2], there[:, 1])
            depths.append(there[there[:, 0] < reach] * [side, 1.0, 1.0])
        hit = np.concatenate(depths)
    else:
        field = SkinField(surface, triangles, step_m=0.0005)
        hit = places[places[:, 2] < field.z_m(places[:, 0], places[:, 1])]
    if not len(hit):
        return np.zeros(0)
    corners = surface[triangles]
    weights = np.array([(i, j, 8 - i - j) for i in range(9) for j in range(9 - i)]) / 8.0
    dense = np.einsum("wk,tkc->twc", weights, corners).reshape(-1, 3)
    return 1e3 * np.asarray(cKDTree(dense).query(hit)[0])


def turned_deg(matrix: Points) -> Points:
    """Yaw, pitch and roll of a (4, 4) pose."""
    return np.degrees(Pose(matrix).yaw_pitch_roll_rad)


def vertices(models: tuple[Model | None, ...]) -> Points:
    """(N, 3) all vertices of the models."""
    return np.concatenate([p.positions_m for m in models if m for p in m.primitives]).astype(np.float64)


def measure(
    truth: RenderedHead, glasses: Glasses, found: Head, tracks: Tracks, frame: Frame | None = None
) -> dict[str, list[float]]:
    """One head's figures, millimeters."""
    drawing = glasses.draw(View(frame or truth.frame, tracks, truth.camera, (found,)))[0]
    seen = learned(found, truth)
    middle = moved(found.camera_from_head @ seen.head_from_midline, seen.pupils_m.mean(axis=0)[None])[0]
    real = learned(true_head(truth), truth)
    true_from_midline = truth.camera_from_head @ real.head_from_midline
    to_scale = float(moved(true_from_midline, real.pupils_m.mean(axis=0)[None])[0, 2] / middle[2])
    lens = moved(drawing.items[0].camera_from_model, glasses._parts.lens_m) * to_scale
    seat, _ = glasses.seat(real)
    wanted = moved(true_from_midline @ seat.midline_from_product, glasses._parts.lens_m)
    sight = wanted / np.linalg.norm(wanted, axis=1, keepdims=True)
    off = lens - wanted
    along = (off * sight).sum(axis=1)
    across = np.linalg.norm(off - along[:, None] * sight, axis=1)
    forward = true_from_midline[:3, 2]
    beside, exact = (
        np.linalg.norm(gap - (gap @ forward)[:, None] * forward, axis=1)
        for gap in (lens - truth.pupils_ahead_m, wanted - truth.pupils_ahead_m)
    )
    front = moved(drawing.items[0].camera_from_model, vertices((drawing.items[0].model,)))
    arms = moved(drawing.items[0].camera_from_model, vertices(tuple(item.model for item in drawing.items[1:])))
    nose = np.abs(moved(np.linalg.inv(true_from_midline), front * to_scale)[:, 0]) < 0.02
    into_nose = inside_mm(front[nose] * to_scale, truth, temples=False)
    into_temples = inside_mm(arms * to_scale, truth, temples=True)
    drawn = np.linalg.inv(true_from_midline @ seat.midline_from_product) @ drawing.items[0].camera_from_model
    tracked = np.linalg.inv(truth.camera_from_head) @ found.camera_from_head
    return {
        "yaw_deg": [turned_deg(drawn)[0]],
        "roll_deg": [turned_deg(drawn)[2]],
        "tracked_yaw_deg": [turned_deg(tracked)[0]],
        "tracked_roll_deg": [turned_deg(tracked)[2]],
        "seat_across": (1e3 * across).tolist(),
        "seat_along": (1e3 * np.abs(along)).tolist(),
        "pupil": (1e3 * beside).tolist(),
        "pupil_if_exact": (1e3 * exact).tolist(),
        "nose": [float(into_nose.max(initial=0.0))],
        "nose_mean": [float(into_nose.mean()) if len(into_nose) else 0.0],
        "temples": [float(into_temples.max(initial=0.0))],
        "temples_mean": [float(into_temples.mean()) if len(into_temples) else 0.0],
    }


def photos(who: str, gaze: Gaze) -> Iterator[tuple[float, dict[str, list[float]]]]:
    """Yaw and figures of one photo after the other, nothing learned between them."""
    for pd_mm, yaw_deg in itertools.product(PDS_MM, YAWS_DEG):
        truth = pictured(who, pd_mm, yaw_deg, gaze)
        glasses = made_to_measure(chosen(PRODUCTS, who, pd_mm, yaw_deg), truth.pd_m)
        glasses.reset()
        follower = ScaleFollower(known_pd_mm=pd_mm, camera_known=True) if gaze == "camera" else None
        yield yaw_deg, measure(truth, glasses, *tracked_head(truth, follower))


def turning(who: str) -> Iterator[tuple[float, dict[str, list[float]]]]:
    """Yaw and figures of somebody who turns, the same pair on all the time."""
    for pd_mm in PDS_MM:
        glasses = made_to_measure(chosen(PRODUCTS, who, pd_mm), pd_mm / 1e3)
        glasses.reset()
        follower = ScaleFollower(known_pd_mm=pd_mm, camera_known=True)
        for step, yaw_deg in enumerate(TURNING_DEG):
            still = pictured(who, pd_mm, yaw_deg, "camera")
            found, tracks = tracked_head(still, follower)
            first = 1 + step * HELD_FRAMES
            frames = [replace(still.frame, time_s=i / 30, index=i) for i in range(first, first + HELD_FRAMES)]
            for frame in frames[:-1]:
                glasses.draw(View(frame, tracks, still.camera, (found,)))
            yield yaw_deg, measure(still, glasses, found, tracks, frames[-1])


@functools.lru_cache(maxsize=len(PDS_MM) * len(YAWS_DEG))
def pictured(who: str, pd_mm: float, yaw_deg: float, gaze: Gaze) -> RenderedHead:
    """A head of that kind; the same picture each time."""
    seed = zlib.crc32(repr((who, pd_mm, yaw_deg, gaze)).encode())
    return head(who=who, pd_mm=pd_mm, yaw_deg=yaw_deg, gaze=gaze, seed=seed, samples=2)


def chosen(names: tuple[str, ...], *case: object) -> str:
    """One of the names, the same for a case each time."""
    return names[zlib.crc32(repr(case).encode()) % len(names)]


def summed(rows: list[tuple[float, dict[str, list[float]]]]) -> dict[str, object]:
    """Medians and tails of all figures, and of `pupil` by yaw."""
    found: dict[str, list[float]] = {}
    by_yaw: dict[float, list[float]] = {}
    for yaw_deg, one in rows:
        by_yaw.setdefault(abs(yaw_deg), []).extend(one["pupil"])
        for name, values in one.items():
            found.setdefault(name, []).extend(values)
    figures: dict[str, object] = {"heads": len(rows)}
    for name, values in found.items():
        if name.endswith("_deg"):
            figures[f"{name}_rms"] = round(float(np.sqrt(np.mean(np.square(values)))), 2)
        else:
            tail = (float(np.median(values)), float(np.percentile(values, 95)), max(values))
            figures[f"{name}_mm"] = dict(zip(("median", "p95", "max"), (round(v, 2) for v in tail), strict=True))
    medians = {f"{yaw:g}": round(float(np.median(values)), 2) for yaw, values in sorted(by_yaw.items())}
    return figures | {"pupil_median_by_yaw_mm": medians}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="two people")
    quick = parser.parse_args().quick
    figures: dict[str, object] = {}
    for group, people in (("tuning", TUNING), ("held out", HELD_OUT)):
        rows: dict[str, list[tuple[float, dict[str, list[float]]]]] = {"ahead": [], "at camera": [], "turning": []}
        for who in people[: 1 if quick else None]:
            rows["ahead"] += photos(who, "far")
            rows["at camera"] += photos(who, "camera")
            rows["turning"] += turning(who)
        figures[group] = {name: summed(found) for name, found in rows.items()}
    report(
        "wear_fit",
        input=f"{len(TUNING)} + {len(HELD_OUT)} faces, yaw {list(YAWS_DEG)}°, rendered, noise 2, JPEG 92",
        warm_up="none: no times",
        figures=figures,
        target="pupil ≤ 1.5 mm median, penetration ≤ 1 mm",
    )


if __name__ == "__main__":
    main()
