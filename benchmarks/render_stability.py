"""Figure 5: 1,000 frames, 20 context create/release cycles, 3 threads with a renderer each: no growth, same pixels.

    .venv/bin/python benchmarks/render_stability.py [--frames 1000] [--cycles 20] [--threads 3]

Glasses with tinted lenses turn before a face that catches their shadow, in a 400×160 region of a 640×360 picture.
Growth is of the resident set after a warm-up, by a line through all samples: kB a frame and kB a cycle, beside what
creating and releasing an empty context costs the driver.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import os
import threading
from pathlib import Path

import numpy as np
from _report import report
from _spectacles import spectacles

from tryon.render import Renderer
from tryon.types import Camera, Item, Light, Model, Scene, Surface

_POSES = 25
_SETTLING = 10  # cycles until the driver's caches are full
_CAMERA = Camera.assumed(640, 360)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=1000)
    parser.add_argument("--cycles", type=int, default=20)
    parser.add_argument("--threads", type=int, default=3)
    options = parser.parse_args()
    model = spectacles(texture_px=256)
    expected, rss_kb = _run(model, options.frames)
    warm = rss_kb[len(rss_kb) // 10 :]
    _bare(_SETTLING)
    bare_kb = _bare(options.cycles)
    cycles_kb, cycle_hashes = _cycles(model, options.cycles + _SETTLING)
    thread_hashes = _threads(model, options.threads)
    report(
        "render_stability",
        input=f"{model.name}, {model.triangle_count} triangles, {_POSES} poses in turn",
        warm_up=f"a tenth of the frames, {_SETTLING} cycles",
        figures={
            "frames": options.frames,
            "kb_a_frame": round(_slope(warm), 3),
            "mb_over_all_frames": round((warm[-1] - warm[0]) / 1024, 2),
            "poses_with_one_picture": sum(len(hashes) == 1 for hashes in expected.values()),
            "cycles": options.cycles,
            "kb_a_cycle": round(_slope(cycles_kb[_SETTLING:]), 1),
            "kb_a_cycle_of_an_empty_context": round(_slope(bare_kb), 1),
            "cycles_alike": len(cycle_hashes) == 1,
            "threads": options.threads,
            "threads_alike": len(thread_hashes) == 1,
        },
    )


def _run(model: Model, frames: int) -> tuple[dict[int, set[str]], list[int]]:
    """Hashes by pose, and the resident set in kB after each frame."""
    hashes: dict[int, set[str]] = {}
    rss_kb = []
    with Renderer() as renderer:
        for index in range(frames):
            hashes.setdefault(index % _POSES, set()).add(_drawn(renderer, model, index % _POSES))
            rss_kb.append(_rss_kb())
    return hashes, rss_kb


def _cycles(model: Model, count: int) -> tuple[list[int], set[str]]:
    rss_kb, hashes = [], set()
    for _ in range(count):
        with Renderer() as renderer:
            hashes.add(_drawn(renderer, model, 3))
        gc.collect()
        rss_kb.append(_rss_kb())
    return rss_kb, hashes


def _bare(count: int) -> list[int]:
    """The resident set in kB after each of `count` contexts that nothing was done with: the driver's own growth."""
    import moderngl

    rss_kb = []
    for _ in range(count):
        moderngl.create_context(standalone=True, require=330, backend="egl").release()
        gc.collect()
        rss_kb.append(_rss_kb())
    return rss_kb


def _threads(model: Model, count: int) -> set[str]:
    """Hashes of ten poses drawn on each thread, as one text a thread."""
    found: list[str] = []

    def draw() -> None:
        with Renderer() as renderer:
            found.append("".join(_drawn(renderer, model, pose) for pose in range(10)))

    threads = [threading.Thread(target=draw) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(found) != count:
        raise SystemExit(f"{count - len(found)} of {count} threads failed")
    return set(found)


def _drawn(renderer: Renderer, model: Model, pose: int) -> str:
    yaw_rad = 0.5 * np.sin(pose / _POSES * 2 * np.pi)
    c, s = np.cos(yaw_rad), np.sin(yaw_rad)
    placed = np.eye(4)
    placed[:3, :3] = [[c, 0, s], [0, 1, 0], [-s, 0, c]]
    placed[2, 3] = -0.24
    pixels = np.full((360, 640, 3), (205, 165, 140), np.uint8)
    light = Light(rgb=(0.5, 0.5, 0.5), sun_direction=(-0.28, 0.48, 0.83), sun_rgb=(0.6, 0.6, 0.55))
    renderer.compose(pixels, Scene((Item(model, placed),), (_wall(),), light), _CAMERA, box=(120, 100, 520, 260))
    return hashlib.sha256(pixels.tobytes()).hexdigest()


def _wall() -> Surface:
    x, y = np.meshgrid(np.linspace(-0.15, 0.15, 20), np.linspace(-0.15, 0.15, 20))
    points = np.stack([x, y, -0.26 - 2.0 * x**2], axis=2).reshape(-1, 3).astype(np.float32)
    index = np.arange(400, dtype=np.uint32).reshape(20, 20)
    a, b, c, d = (part.ravel() for part in (index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]))
    return Surface(points, np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)]), catches_shadow=1.0)


def _slope(values: list[int]) -> float:
    return float(np.polyfit(np.arange(len(values)), values, 1)[0]) if len(values) > 1 else 0.0


def _rss_kb() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


if __name__ == "__main__":
    main()
