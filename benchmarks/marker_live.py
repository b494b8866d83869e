"""How fast and how still the marker page is followed, on rendered 720p videos whose every camera is known.

Prints one JSON object. A page of `tryon marker` lies 2 m from the camera on a floor; blur 0.8 px, noise of 4 of 255
steps, one core. `still`: the camera stands; after half a second, the standard deviation of the page's middle in
millimeters (its worst axis) and of points of the floor on the screen in pixels (root mean square over both axes): the
middle, a corner of the page, and points a meter to the side, a meter further and a meter above. `moving`: the camera
sways and turns as a hand does, then pans fast; the distance on the screen between where a point of the page and one a
meter beside it are drawn and where they are, steadied and frame by frame. `lost`: milliseconds of a frame without any
marker, and of the frame in which it comes back. Times are process CPU time of one thread.

    .venv/bin/python benchmarks/marker_live.py [--quick]
"""

from __future__ import annotations

import argparse
import itertools
import math
import time
from typing import Any

import cv2
import numpy as np
from _marker_video import PagePicture, developed, floor_below, frame_of
from _report import report
from numpy.typing import NDArray

from tryon.place.live_marker import MarkerTracker, MarkerView
from tryon.place.marker_page import marker_page
from tryon.types import Camera, Frame, Intrinsics, Plane

WIDTH, HEIGHT, FOCAL_PX, NOISE, BLUR_PX = 1280, 720, 950.0, 4.0, 0.8
SETTLE = 15
#: In the page's own frame: middle, corner, a meter right, a meter further, a meter up.
POINTS = np.array([[0, 0, 0, 1], [0.094, 0, -0.126, 1], [1, 0, 0, 1], [0, 0, -1, 1], [0, 1, 0, 1]], np.float64)
NAMES = ("middle", "page_corner", "meter_right", "meter_further", "meter_up")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a third of the frames")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    rng = np.random.default_rng(7)
    camera = Camera.of_focal(WIDTH, HEIGHT, FOCAL_PX)
    picture = PagePicture(marker_page())
    count = 60 if options.quick else 180
    known = Intrinsics(camera, 0.01, "given")
    figures: dict[str, Any] = {}
    samples: dict[str, list[float]] = {}
    figures["still"], samples["still"] = _still(picture, camera, known, count, rng)
    figures["moving"], samples["moving"] = _moving(picture, camera, known, count, rng)
    samples["no_marker"], samples["found_again"] = _lost(picture, camera, known, rng)
    report(
        "marker_live",
        input=f"{WIDTH}×{HEIGHT}, page of tryon marker 2 m away, {count} frames, noise {NOISE:g}, blur {BLUR_PX} px",
        warm_up="the first frame, which searches the whole picture",
        samples_ms=samples,
        figures=figures,
        cores=1,
        clock="process CPU time",
    )


def _still(
    picture: PagePicture, camera: Camera, known: Intrinsics, count: int, rng: np.random.Generator
) -> tuple[dict[str, Any], list[float]]:
    floor = floor_below(camera, 1.2, 37.0)
    at_m, yaw = (0.05, 1.6), 0.4
    clean = picture.clean(floor, at_m=at_m, yaw_rad=yaw, blur_px=BLUR_PX)
    frames = [frame_of(developed(clean, NOISE, rng), index) for index in range(count)]
    truth = _true_pose(floor, at_m, yaw)
    result: dict[str, Any] = {"away_m": round(float(np.linalg.norm(truth[:3, 3])), 3)}
    times: list[float] = []
    for name, steady in (("steadied", True), ("frame_by_frame", False)):
        views, spent = _followed(frames, known, steady=steady)
        if steady:
            times = spent
        poses = np.stack([view.camera_from_marker for view in views if view is not None][SETTLE:])
        middles = poses[:, :3, 3]
        pixels = np.stack([_drawn(camera, pose) for pose in poses])
        spread = np.sqrt(((pixels - pixels.mean(axis=0)) ** 2).sum(axis=2).mean(axis=0))
        result[name] = {
            "found": f"{sum(view is not None for view in views)}/{count}",
            "jitter_mm": round(float(middles.std(axis=0).max()) * 1e3, 3),
            "jitter_px": {label: round(float(value), 3) for label, value in zip(NAMES, spread, strict=True)},
            "off_mm": round(float(np.linalg.norm(middles.mean(axis=0) - truth[:3, 3])) * 1e3, 3),
        }
    return result, times


def _moving(
    picture: PagePicture, camera: Camera, known: Intrinsics, count: int, rng: np.random.Generator
) -> tuple[dict[str, Any], list[float]]:
    frames, truths = [], []
    for index in range(count):
        seconds = index / 30.0
        # A hand's sway of a few centimetres and degrees, then a pan of 25° a second.
        pan = 0.0 if index < 2 * count // 3 else min(0.436 * (index - 2 * count // 3) / 30.0, 0.3)
        floor = floor_below(
            camera, 1.25 + 0.03 * math.sin(2.1 * seconds), 37.0 + 2.0 * math.sin(1.7 * seconds), 3 * math.sin(seconds)
        )
        turned = 0.4 + 0.2 * math.sin(0.8 * seconds) + pan
        spot = (0.05 + 0.06 * math.sin(1.3 * seconds), 1.55 + 0.05 * math.cos(1.1 * seconds))
        at_m = (
            spot[0] * math.cos(pan) - spot[1] * math.sin(pan),
            spot[0] * math.sin(pan) + spot[1] * math.cos(pan),
        )
        clean = picture.clean(floor, at_m=at_m, yaw_rad=turned, blur_px=BLUR_PX)
        frames.append(frame_of(developed(clean, NOISE, rng), index))
        truths.append(_true_pose(floor, at_m, turned))
    result: dict[str, Any] = {}
    times: list[float] = []
    for name, steady in (("steadied", True), ("frame_by_frame", False)):
        views, spent = _followed(frames, known, steady=steady)
        if steady:
            times = spent
        misses = [
            np.linalg.norm(_drawn(camera, view.camera_from_marker) - _drawn(camera, truth), axis=1)
            for view, truth in zip(views, truths, strict=True)
            if view is not None
        ]
        off = np.array(misses)
        result[name] = {
            "found": f"{len(misses)}/{count}",
            "median_px": {n: round(float(v), 3) for n, v in zip(NAMES, np.median(off, axis=0), strict=True)},
            "p95_px": {n: round(float(v), 3) for n, v in zip(NAMES, np.percentile(off, 95, axis=0), strict=True)},
        }
    speeds = [np.linalg.norm(_drawn(camera, a)[0] - _drawn(camera, b)[0]) for a, b in itertools.pairwise(truths)]
    result["picture_speed_px_per_frame"] = {
        "median": round(float(np.median(speeds)), 2),
        "largest": round(float(np.max(speeds)), 2),
    }
    return result, times


def _lost(
    picture: PagePicture, camera: Camera, known: Intrinsics, rng: np.random.Generator
) -> tuple[list[float], list[float]]:
    floor = floor_below(camera, 1.2, 37.0)
    clean = picture.clean(floor, at_m=(0.05, 1.6), yaw_rad=0.4, blur_px=BLUR_PX)
    bare = np.broadcast_to(np.array([0.32, 0.24, 0.17], np.float32), clean.shape).copy()
    empty, back = [], []
    for repeat in range(6):
        frames = [
            frame_of(developed(bare, NOISE, rng), 2 * repeat),
            frame_of(developed(clean, NOISE, rng), 2 * repeat + 1),
        ]
        views, spent = _followed(frames, known, steady=True)
        assert views[0] is None
        assert views[1] is not None
        if repeat:
            empty.append(spent[0])
            back.append(spent[1])
    return empty, back


def _followed(frames: list[Frame], known: Intrinsics, *, steady: bool) -> tuple[list[MarkerView | None], list[float]]:
    views, times = [], []
    with MarkerTracker(known, steady=steady) as tracker:
        for frame in frames:
            begun = time.process_time()
            views.append(tracker.track(frame))
            times.append((time.process_time() - begun) * 1e3)
    return views, times if len(frames) <= 2 else times[1:]


def _true_pose(floor: Plane, at_m: tuple[float, float], yaw_rad: float) -> NDArray[np.float64]:
    right, away = floor.tangents
    cosine, sine = math.cos(yaw_rad), math.sin(yaw_rad)
    pose = np.eye(4)
    pose[:3, 0] = cosine * right + sine * away
    pose[:3, 1] = floor.normal
    pose[:3, 2] = sine * right - cosine * away
    pose[:3, 3] = at_m[0] * right + at_m[1] * away - floor.distance_m * floor.normal
    return pose


def _drawn(camera: Camera, camera_from_marker: NDArray[np.float64]) -> NDArray[np.float64]:
    return camera.project((POINTS @ camera_from_marker.T)[:, :3])


if __name__ == "__main__":
    main()
