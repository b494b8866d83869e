"""How still glasses stand on resting heads, and how far behind they are on moving ones.

Jitter, on the real videos of the shared data. The head counts as resting where, over half a second, the tracked
bridge of the nose stays within 1.5 mm across the picture and the head within 1.2° (both of a path smoothed over 50 ms;
distance is not asked, its noise would hide rest). Even resting people sway and breathe, so jitter is what a smooth
motion cannot explain: the root mean square distance of each pose from the parabola through the 7 frames around it
(zero phase; its gain on white noise is divided out), of a point in three dimensions, and of the turn about three axes.
"tracked" is the head's pose as the tracker gives it (the bridge of the nose), "steadied" the same through
`PoseSteadier` (earrings, hats), "glasses" what the wearable draws, seat and all (the point between the lenses).

A second measure needs no such choice: still photos with fresh noise on every frame, where any motion is jitter.

Lag, where truth is known: photos moved about by known amounts, with fresh noise, tracked and worn. Lag is the
regression of the error of the drawn point in the picture on its true velocity, in frames; nothing is removed first.
Turns of the head cannot be made from a photo, so noisy tracked poses of still photos are turned by known amounts and
sent through the steadier alone.

    .venv/bin/python benchmarks/wear_jitter.py
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from _face_inputs import SIZE, motions, moved, noisy, staged
from _report import report
from numpy.typing import NDArray

from tryon import catalog
from tryon.capture import open_source
from tryon.measure import ScaleFollower
from tryon.track import Tracker
from tryon.types import Camera, Frame, Head
from tryon.wear import View
from tryon.wear.glasses import Glasses
from tryon.wear.steady import BRIDGE_OF_NOSE_M, PoseSteadier

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
PRODUCT = "round-tortoise"
VIDEOS = ("drv_d0", "drv_d6", "drv_d9", "drv_d11", "drv_d12", "drv_d13", "drv_d18", "src_s13", "src_s18", "src_s29")
STILLS = ("facerec_obama.jpg", "fairface_test_race_Black.jpg", "skimage_astronaut.png", "human_person-linda.jpg")
MOST_FRAMES, STILL_FRAMES, STILL_NOISE, WARM_UP = 300, 90, 4.0, 25
REST_S, REST_MM, REST_DEG, WINDOW = 0.5, 1.5, 1.2, 7
Array = NDArray[np.float64]


class Run:
    """Poses of one source, frame by frame, each (N, 4, 4): tracked, steadied, glasses; and their times."""

    def __init__(self, frames: Iterable[Frame]) -> None:
        product = catalog.load(PRODUCT)
        glasses, steadier, scales = Glasses(product, catalog.open_model(product)), PoseSteadier(), ScaleFollower()
        self.poses: dict[str, list[Array]] = {"tracked": [], "steadied": [], "glasses": []}
        self.time_s: list[float] = []
        with Tracker.load("face", device="cpu", max_faces=1, gate=False) as tracker:
            for frame in frames:
                tracks = tracker.track(frame)
                self.camera = Camera.assumed(frame.width, frame.height)
                face = tracks.faces[0] if tracks.faces else None
                scale = scales.follow(frame, face, self.camera).true_from_canonical if face else 1.0
                head = Head.of(face, scale) if face else None
                if head is None:
                    continue
                drawn = glasses.draw(View(frame, tracks, self.camera, (head,)))[0].items[0].camera_from_model
                pose = steadier.steady(head.camera_from_head, frame.time_s, focal_px=self.camera.focal_y_px)
                for name, each in (("tracked", head.camera_from_head), ("steadied", pose), ("glasses", drawn)):
                    self.poses[name].append(each)
                self.time_s.append(frame.time_s)

    def signals(self, name: str) -> Array:
        """(N, 6): a point in millimeters, then yaw, pitch, roll in degrees."""
        poses = np.array(self.poses[name])
        point = np.zeros(3) if name == "glasses" else np.array(BRIDGE_OF_NOSE_M)
        turn = poses[:, :3, :3]
        place_mm = 1e3 * (turn @ point + poses[:, :3, 3])
        angles = (
            np.arctan2(turn[:, 0, 2], turn[:, 2, 2]),
            np.arcsin(-turn[:, 1, 2]),
            np.arctan2(turn[:, 1, 0], turn[:, 1, 1]),
        )
        return np.column_stack([place_mm, np.degrees(np.stack(angles, axis=1))])


def gaussian(signals: Array, sigma_frames: float) -> Array:
    """(N, K) smoothed forward and backward alike, ends repeated."""
    reach = max(1, int(4 * sigma_frames))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma_frames) ** 2)
    padded = np.pad(signals, ((reach, reach), (0, 0)), mode="edge")
    return np.stack([np.convolve(column, kernel / kernel.sum(), "valid") for column in padded.T], axis=1)


def resting(tracked: Array, step_s: float) -> NDArray[np.bool_]:
    """(N,) frames that lie in a half second of rest."""
    path, length = gaussian(tracked, 0.05 / step_s), round(REST_S / step_s)
    rest = np.zeros(len(path), bool)
    for start in range(len(path) - length + 1):
        spans = np.ptp(path[start : start + length], axis=0)
        if math.hypot(spans[0], spans[1]) < REST_MM and float(np.linalg.norm(spans[3:])) < REST_DEG:
            rest[start : start + length] = True
    return rest


def rough(signals: Array) -> Array:
    """(N, K) what the parabola through the frames around leaves, scaled so that white noise keeps its size."""
    half = WINDOW // 2
    offsets = np.arange(-half, half + 1.0)
    weights = np.linalg.pinv(np.stack([offsets**0, offsets, offsets**2], axis=1))[0]
    padded = np.pad(signals, ((half, half), (0, 0)), mode="reflect", reflect_type="odd")
    smooth = np.stack([np.convolve(column, weights[::-1], "valid") for column in padded.T], axis=1)
    return (signals - smooth) / math.sqrt(1.0 - weights[half])


def spread(residuals: Array) -> dict[str, float]:
    """Root mean square of (N, 6) in millimeters and degrees."""
    return {
        "mm": round(float(np.sqrt((residuals[:, :3] ** 2).sum(axis=1).mean())), 3),
        "deg": round(float(np.sqrt((residuals[:, 3:] ** 2).sum(axis=1).mean())), 3),
    }


def videos() -> dict[str, object]:
    """Jitter at rest in the real videos."""
    kept: dict[str, list[Array]] = {"tracked": [], "steadied": [], "glasses": []}
    each: dict[str, object] = {}
    for name in VIDEOS:
        source = open_source(str(DATA / "video" / f"liveportrait_{name}.mp4"))
        run = Run(frame for frame, _ in zip(source, range(MOST_FRAMES), strict=False))
        rest = resting(run.signals("tracked"), float(np.median(np.diff(run.time_s))))
        rest[:WARM_UP] = False
        if rest.sum() < WINDOW:
            continue
        for label, found in kept.items():
            found.append(rough(run.signals(label))[rest])
        each[name] = {"frames": int(rest.sum())} | spread(kept["glasses"][-1])
    total = {label: spread(np.concatenate(found)) for label, found in kept.items()}
    return {"frames": sum(len(found) for found in kept["glasses"]), "all": total, "glasses_by_video": each}


def stills() -> tuple[dict[str, dict[str, float]], list[Array]]:
    """Total motion on still photos with noise, and the tracked poses of one, for `turns`."""
    kept: dict[str, list[Array]] = {"tracked": [], "steadied": [], "glasses": []}
    poses: list[Array] = []
    for name in STILLS:
        photo, generator = staged(DATA / "faces" / name), np.random.default_rng(0)
        run = Run(Frame(noisy(photo, STILL_NOISE, generator), (i + 1) / 30, i) for i in range(STILL_FRAMES))
        for label, found in kept.items():
            signals = run.signals(label)[WARM_UP:]
            found.append(signals - signals.mean(axis=0))
        poses = poses or run.poses["tracked"]
    return {label: spread(np.concatenate(found)) for label, found in kept.items()}, poses


def shifts() -> dict[str, dict[str, float]]:
    """Lag of the drawn glasses behind photos moved about, in frames, and their error in millimeters."""
    rows: dict[str, list[tuple[float, float]]] = {}
    for name in STILLS[:2]:
        photo = staged(DATA / "faces" / name)
        for motion, affines in motions():
            generator = np.random.default_rng(1)
            frames = (noisy(moved(photo, affine), 2.0, generator) for affine in affines)
            run = Run(Frame(pixels, (i + 1) / 30, i) for i, pixels in enumerate(frames))
            places = np.array(run.poses["glasses"])[:, :3, 3]
            drawn = run.camera.project(places)
            rest = np.linalg.inv(affines[0][:, :2]) @ (drawn[0] - affines[0][:, 2])
            truth = np.array([affine[:, :2] @ rest + affine[:, 2] for affine in affines])
            px_per_mm = run.camera.focal_y_px / -places[0, 2] / 1e3
            off, velocity = (drawn - truth)[5:], np.gradient(truth, axis=0)[5:]
            off -= off.mean(axis=0)
            late = -float((off * velocity).sum() / max(float((velocity**2).sum()), 1e-9))
            rows.setdefault(motion, []).append((late, float(np.sqrt((off**2).sum(axis=1).mean())) / px_per_mm))
    return {
        motion: dict(zip(("lag_frames", "rms_mm"), np.round(np.mean(found, axis=0), 3).tolist(), strict=True))
        for motion, found in rows.items()
    }


def turns(poses: list[Array]) -> dict[str, float]:
    """Lag in frames of the steadier alone on known turns and approaches of a noisy still head."""
    focal_px, times = Camera.assumed(*SIZE).focal_y_px, np.arange(len(poses)) / 30.0
    found = {}
    for label, axis, size, hertz in (
        ("slow turn, up to 1° a frame", 1, math.radians(20), 0.25),
        ("fast turn, up to 6° a frame", 1, math.radians(30), 1.0),
        ("nod, up to 2.5° a frame", 0, math.radians(12), 1.0),
        ("approach, up to 10 mm a frame", 2, 0.05, 1.0),
    ):
        values = size * np.sin(2 * math.pi * hertz * times)
        steadier, got = PoseSteadier(), []
        for pose, value, time_s in zip(poses, values, times, strict=True):
            changed = pose.copy()
            if axis == 2:
                changed[2, 3] += value
            else:
                c, s = math.cos(value), math.sin(value)
                turn = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]] if axis else [[1, 0, 0], [0, c, -s], [0, s, c]])
                changed[:3, :3] = turn @ pose[:3, :3]
            steady = steadier.steady(changed, float(time_s), focal_px=focal_px)
            got.append((steady[2, 3], math.atan2(steady[0, 2], steady[2, 2]), math.asin(steady[1, 2]))[(2, 1, 0)[axis]])
        signal = np.array(got) * (-1.0 if axis == 0 else 1.0)
        off, velocity = signal[5:] - values[5:], np.gradient(values)[5:]
        found[label] = round(-float(((off - off.mean()) * velocity).sum() / (velocity**2).sum()), 3)
    return found


def main() -> None:
    """Measure and print."""
    on_stills, poses = stills()
    report(
        "wear_jitter",
        input=f"{len(VIDEOS)} real videos; {len(STILLS)} photos with noise σ = {STILL_NOISE:g}; {PRODUCT}",
        warm_up=f"first {WARM_UP} frames of each source",
        figures={
            "videos_at_rest": videos(),
            "still_photos_total_motion": on_stills,
            "lag_of_glasses_in_pictures": shifts(),
            "lag_of_steadier_frames": turns(poses),
        },
        target="0.15 mm, 0.1°, 1 frame",
    )


if __name__ == "__main__":
    main()
