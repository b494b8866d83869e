"""Figure 2: glasses drawn into a 720p frame, with shadow and occlusion, everything from upload to blend included.

    .venv/bin/python benchmarks/render_speed.py [--frames 300] [--cores 2] [--session] [--model FILE.glb]

The glasses are made here (`_spectacles.py`): 15k triangles, five 1024² maps, tinted lenses; the face is the face mesh
at true size, the region 400×160 pixels. They turn a little every frame. `plain` draws them without surfaces, shadows
and lenses' background, as the prototype did. With `--session` a face is tracked too, with an eight-layer look,
glasses and earrings. `cpu_ms` is the processor time of all threads a frame: median, and of the best tenth, which other
programs on the machine disturb least; `load_before` says how many of them ran.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

import numpy as np
from _report import report

_WARM_UP = 30
_BOX = (440, 280, 840, 440)
_AWAY_M = 0.235  # 144 mm of glasses over about 360 pixels


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--model", type=Path, help="glasses of your own, in product space")
    parser.add_argument("--session", action="store_true", help="a whole step: tracking, look, glasses, earrings")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[-options.cores :]))
    os.environ.setdefault("LP_NUM_THREADS", str(options.cores))
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if options.session:
        _session(options.frames)
    else:
        _glasses(options.frames, options.model)


def _glasses(frames: int, path: Path | None) -> None:
    from _spectacles import spectacles

    from tryon import gltf
    from tryon.render import Renderer
    from tryon.types import Camera, Light, Scene

    load = _load()
    model = gltf.read(path) if path else spectacles()
    camera = Camera.assumed(1280, 720)
    picture = _picture()
    sun = np.array([-0.25, 0.45, 0.86])
    light = Light(
        rgb=(0.5, 0.5, 0.5),
        sun_direction=tuple(sun / np.linalg.norm(sun)),
        sun_rgb=(0.6, 0.57, 0.5),
        sun_softness_rad=0.15,
    )
    times: dict[str, list[float]] = {"shadow_and_occlusion": [], "without_sun": [], "plain": []}
    cpu: dict[str, list[float]] = {name: [] for name in times}
    with Renderer() as renderer:
        name = renderer.name
        for index in range(frames + _WARM_UP):
            placed = _placed(model, 0.3 * np.sin(index / 15.0))
            face = _face(0.3 * np.sin(index / 15.0))
            scenes = {
                "shadow_and_occlusion": Scene(placed, (face,), light),
                "without_sun": Scene(placed, (face,), Light()),
                "plain": Scene(placed, (), Light()),
            }
            for label, scene in scenes.items():
                pixels = picture.copy()
                cpu_s, begun_s = time.process_time(), time.perf_counter()
                renderer.compose(pixels, scene, camera, box=_BOX)
                times[label].append((time.perf_counter() - begun_s) * 1e3)
                cpu[label].append((time.process_time() - cpu_s) * 1e3)
    report(
        "render_speed",
        input=f"{model.name}: {model.triangle_count} triangles, {len(model.textures)} maps; 1280x720, region 400x160",
        warm_up=_WARM_UP,
        samples_ms={label: values[_WARM_UP:] for label, values in times.items()},
        figures={label: _processor(values[_WARM_UP:]) for label, values in cpu.items()},
        load_before=load,
        renderer=name,
        llvmpipe_threads=os.environ["LP_NUM_THREADS"],
    )


def _session(frames: int) -> None:
    """Tracking, an eight-layer look, glasses and earrings: what one frame costs a shopper."""
    from tryon import Frame, Look, Session, Tracker

    load = _load()
    look = Look.load("rose")
    base = _portrait()
    times: list[float] = []
    cpu: list[float] = []
    stages: dict[str, list[float]] = {}
    with Session(Tracker.load("face", max_faces=1), look, wear=_worn()) as session:
        for index in range(frames + _WARM_UP):
            shift = (round(6 * np.sin(index / 9.0)), round(10 * np.sin(index / 14.0)))
            frame = Frame(np.roll(base, shift, axis=(0, 1)), index / 30, index)
            begun_s, cpu_s = time.perf_counter(), time.process_time()
            session.step(frame)
            times.append((time.perf_counter() - begun_s) * 1e3)
            cpu.append((time.process_time() - cpu_s) * 1e3)
            for stage, value in session.last.stage_ms.items():
                stages.setdefault(stage, []).append(value)
            time.sleep(max(0.0, begun_s + 1 / 30 - time.perf_counter()))
    report(
        "render_speed_session",
        input="scikit-image astronaut at 1280x720, sliding, 30 frames a second",
        warm_up=_WARM_UP,
        samples_ms={"step": times[_WARM_UP:]},
        figures={
            "step": _processor(cpu[_WARM_UP:]),
            "layers": len(look.layers),
            **{f"{name}_ms": round(float(np.nanmedian(values)), 2) for name, values in stages.items()},
        },
        wear=list(_worn()),
        llvmpipe_threads=os.environ["LP_NUM_THREADS"],
        load_before=load,
    )


def _processor(cpu_ms: list[float]) -> dict[str, float]:
    """Processor time a frame."""
    return {
        "cpu_ms_median": round(float(np.median(cpu_ms)), 2),
        "cpu_ms_best_tenth": round(float(np.quantile(cpu_ms, 0.1)), 2),
        "cpu_ms_mean": round(float(np.mean(cpu_ms)), 2),
    }


def _load() -> float:
    """Programs that ran or waited over the last minute."""
    return round(os.getloadavg()[0], 2)


def _worn() -> tuple[str, ...]:
    """One pair of glasses and one pair of earrings of the sample products."""
    from tryon import catalog

    chosen: dict[str, str] = {}
    for name in catalog.names():
        chosen.setdefault(catalog.load(name).kind, name)
    return tuple(chosen[kind] for kind in ("glasses", "earring") if kind in chosen)


def _picture() -> np.ndarray:
    """(720, 1280, 3) uint8: skin with noise, so that nothing is cheaper than in a real frame."""
    noise = np.random.default_rng(0).normal(0, 6, (720, 1280, 3))
    return np.clip(np.array([205, 165, 140]) + noise, 0, 255).astype(np.uint8)


def _portrait() -> np.ndarray:
    import cv2
    from skimage.data import astronaut

    place = cv2.getRotationMatrix2D((220, 130), 0.0, 2.6)
    place[:, 2] += (640 - 220, 330 - 130)
    return np.asarray(cv2.warpAffine(astronaut(), place, (1280, 720), borderMode=cv2.BORDER_REPLICATE))


def _placed(model: object, yaw_rad: float) -> tuple:  # type: ignore[type-arg]  # one Item
    from tryon.types import Item, Model

    assert isinstance(model, Model)
    placed = np.eye(4)
    placed[:3, :3] = _turn(yaw_rad)
    placed[:3, 3] = (0.0, 0.0, -_AWAY_M)
    return (Item(model, placed),)


def _turn(yaw_rad: float) -> np.ndarray:
    c, s = np.cos(yaw_rad), np.sin(yaw_rad)
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def _face(yaw_rad: float) -> object:
    """The canonical face mesh behind the glasses, turned with them."""
    from tryon import models
    from tryon.types import Surface

    global _mesh
    if _mesh is None:
        with np.load(models.path("face_geometry")) as stored:
            vertices = stored["vertices_cm"].astype(np.float64) / 100.0
            bridge = vertices[168] + [0.0, -0.004, 0.004]
            _mesh = vertices - bridge, stored["triangles"].astype(np.uint32)
    turned = _mesh[0] @ _turn(yaw_rad).T + [0.0, 0.0, -_AWAY_M]
    return Surface(turned.astype(np.float32), _mesh[1], occludes=True, catches_shadow=1.0)


_mesh: tuple[np.ndarray, np.ndarray] | None = None

if __name__ == "__main__":
    main()
