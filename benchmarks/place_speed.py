"""Time of placing one piece in a 12-megapixel photo, from the file to the written picture, and of moving it.

Figure 4 of the rooms: at most 3 s for the whole placement on a CPU; at most 100 ms for a redraw at page size. The photo
is a rendered room with a sheet of A4 (`_rooms`), enlarged to 4032×3024 and written as a phone would, so that nothing of
its size is easier than a real one's. "cold" is a process of its own: Python, imports, GL context and shaders included.

    .venv/bin/python benchmarks/place_speed.py
"""

from __future__ import annotations

import contextlib
import io
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
from _report import report
from _rooms import room as rendered

from tryon.cli.main import main
from tryon.encode import write_image
from tryon.session.room import Room
from tryon.types import Frame

_SEED, _LONG_PX, _PAGE_PX = 4, 4032, 1600
_COLD, _WARM, _MOVES = 3, 5, 24
_PRODUCT = "armchair"


def _photo(folder: Path) -> tuple[Path, float]:
    """A 12-megapixel JPEG of a room, and its focal length in pixels."""
    seen = rendered(_SEED, width_px=_LONG_PX // 2)
    scale = _LONG_PX / max(seen.frame.width, seen.frame.height)
    size = round(seen.frame.width * scale), round(seen.frame.height * scale)
    large = cv2.resize(seen.frame.pixels, size, interpolation=cv2.INTER_CUBIC).astype(np.int16)
    noise = np.random.default_rng(4).normal(0.0, 2.0, large.shape)
    path = folder / "room.jpg"
    write_image(path, Frame(np.clip(large + noise, 0, 255).astype(np.uint8)), quality=90)
    return path, seen.camera.focal_x_px * scale


def _place(photo: Path, focal_px: float, out: Path) -> list[str]:
    return ["place", _PRODUCT, str(photo), "--scale", "a4", "--focal", f"{focal_px:.1f}", "-o", str(out), "--json"]


def _cold_s(words: list[str]) -> tuple[float, float]:
    """Seconds by the clock, and of processors."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun_s = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "tryon", *words], check=False, capture_output=True, text=True)
    elapsed_s = time.perf_counter() - begun_s
    if done.returncode:
        raise SystemExit(done.stderr.strip())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return elapsed_s, after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime


def _warm_s(words: list[str]) -> tuple[float, dict[str, float]]:
    printed = io.StringIO()
    begun_s = time.perf_counter()
    with contextlib.redirect_stdout(printed):
        status = main(words)
    elapsed_s = time.perf_counter() - begun_s
    if status != 0:
        raise SystemExit("expected the piece to be placed; see the line above")
    return elapsed_s, json.loads(printed.getvalue())["milliseconds"]


def _moves_ms(photo: Path, focal_px: float) -> tuple[list[float], float]:
    """Milliseconds of one move and redraw each, at page size, pieces and light as they are."""
    room = Room.open(photo, scale=("a4",), intrinsics=focal_px)
    factor = _PAGE_PX / max(room.frame.width, room.frame.height)
    size = round(room.frame.width * factor), round(room.frame.height * factor)
    page = room.resized(Frame(np.asarray(cv2.resize(room.frame.pixels, size, interpolation=cv2.INTER_AREA))))
    name = page.add(_PRODUCT).id
    page.render()
    start = np.array(page.camera.project(page.pose(page.piece(name))[:3, 3])[0])
    elapsed = []
    used_s = time.process_time()
    for step in range(_MOVES):
        begun_s = time.perf_counter()
        page.move(name, start + np.array([4.0 * step, 2.0 * (step % 3)]))
        page.render()
        elapsed.append((time.perf_counter() - begun_s) * 1e3)
    return elapsed[2:], (time.process_time() - used_s) * 1e3 / _MOVES


def run() -> None:
    """Measure all of it."""
    with tempfile.TemporaryDirectory() as held:
        photo, focal_px = _photo(Path(held))
        megabytes = photo.stat().st_size / 1e6
        words = _place(photo, focal_px, Path(held) / "out.jpg")
        cold = [_cold_s(words) for _ in range(_COLD)]
        _warm_s(words)
        used_s = time.process_time()
        warm = [_warm_s(words) for _ in range(_WARM)]
        warm_cpu_s = (time.process_time() - used_s) / _WARM
        moves, move_cpu_ms = _moves_ms(photo, focal_px)
    stages = {f"warm: {stage}": [each[stage] for _, each in warm] for stage in warm[0][1]}
    report(
        "place_speed",
        input=f"rendered room with A4 at 12 megapixels ({megabytes:.1f} MB JPEG), {_PRODUCT}; moves at {_PAGE_PX} px",
        warm_up="cold: none, a process each; warm: one placement; moves: the first two",
        figures={
            "cold_cpu_s": round(min(cpu_s for _, cpu_s in cold), 2),
            "warm_cpu_s": round(warm_cpu_s, 2),
            "move_cpu_ms": round(move_cpu_ms, 1),
        },
        samples_ms={
            "cold": [elapsed_s * 1e3 for elapsed_s, _ in cold],
            "warm": [elapsed_s * 1e3 for elapsed_s, _ in warm],
            **stages,
            "move": moves,
        },
    )


if __name__ == "__main__":
    run()
