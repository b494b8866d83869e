"""How many mirrors one core carries, and whether coming and going leaves anything behind.

The server runs on core 0 with one vision thread; the clients, which only send ready-made JPEGs and time the answers,
run on the other. Each mirror wears an eight-layer look at 640×480 and 15 frames a second.

    .venv/bin/python benchmarks/mirror_sessions.py                # sessions per core, about three minutes
    .venv/bin/python benchmarks/mirror_sessions.py --minutes 30   # coming and going

Goals: 8 sessions a core before p95 exceeds 100 ms; after half an hour memory is flat, no task, thread or file is left.
What hostile clients do to the others is `mirror_load.py`'s.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import simplejpeg
import websockets
from _mirror_film import name_of, pictures
from _mirror_server import MirrorServer
from _report import report
from numpy.typing import NDArray

from tryon.server.wire import Kind, Packet

_PORT = 8142
_SIZE = (640, 480)
_FPS = 15
_LIMIT_MS = 100.0
_WARM_S = 4.0


def main() -> None:
    """Measure what was asked for and print it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--video", type=Path, help="a film of a face")
    parser.add_argument("--look", default="rose", help="rose has eight layers")
    parser.add_argument("--seconds", type=float, default=8.0, help="per count of sessions")
    parser.add_argument("--most", type=int, default=12)
    parser.add_argument("--minutes", type=float, default=0.0, help="sessions come and go for so long instead")
    options = parser.parse_args()
    frames = [_jpeg(each) for each in pictures(options.video, _SIZE, 4 * _FPS)]
    with tempfile.TemporaryDirectory() as folder, MirrorServer(Path(folder), _PORT, core=0) as server:
        os.sched_setaffinity(0, set(range(1, os.cpu_count() or 1)) or {0})
        run = churn if options.minutes else crowd
        figures = asyncio.run(run(server, frames, options))
    figures["load average"] = os.getloadavg()[0]
    report(
        "mirror_sessions",
        input=f"{name_of(options.video)}, 640×480 at {_FPS}/s, look {options.look}, one core",
        warm_up=f"{_WARM_S:g} s of each mirror",
        figures=figures,
    )


def _jpeg(pixels: NDArray[np.uint8]) -> bytes:
    data: bytes = simplejpeg.encode_jpeg(np.ascontiguousarray(pixels), quality=88, colorspace="BGR")
    return data


def consent(server: MirrorServer) -> str:
    """A consent's token."""
    body = json.dumps({"language": "en"}).encode()
    request = urllib.request.Request(f"{server.url}/api/consent", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as response:
        return str(json.load(response)["token"])


async def mirror(server: MirrorServer, token: str, frames: list[bytes], look: str, seconds: float) -> list[float]:
    """One shopper; the milliseconds from sending to having each answer, after the first seconds."""
    latency: list[float] = []
    url = server.url.replace("http", "ws") + "/api/mirror"
    async with websockets.connect(url, max_size=None, compression=None) as socket:
        await socket.send(json.dumps({"type": "hello", "version": 1, "consent": token}))
        await socket.recv()
        await socket.send(json.dumps({"type": "control", "look": look}))
        begun = time.perf_counter()

        async def send() -> None:
            for number in range(int(seconds * _FPS)):
                await asyncio.sleep(max(0.0, begun + number / _FPS - time.perf_counter()))
                now_us = round(time.perf_counter() * 1e6)
                await socket.send(Packet(Kind.JPEG, frames[number % len(frames)], number, now_us, *_SIZE).to_bytes())

        sender = asyncio.create_task(send())
        with suppress(TimeoutError):
            while not sender.done():
                data = await asyncio.wait_for(socket.recv(), 30.0)
                if isinstance(data, bytes) and time.perf_counter() - begun > _WARM_S:
                    latency.append((time.perf_counter() * 1e6 - Packet.parse(data).captured_us) / 1e3)
        await sender
    return latency


def spread(latency: list[float], mirrors: int, seconds: float) -> dict[str, float]:
    """p50, p95 and answers a second per mirror."""
    p50, p95 = np.percentile(latency, (50, 95)) if latency else (float("inf"), float("inf"))
    fps = len(latency) / mirrors / (seconds - _WARM_S)
    return {"p50_ms": round(float(p50), 1), "p95_ms": round(float(p95), 1), "fps": round(fps, 1)}


async def crowd(server: MirrorServer, frames: list[bytes], options: argparse.Namespace) -> dict[str, Any]:
    """One more mirror each time, until the limit is passed."""
    figures: dict[str, Any] = {}
    token, carried = consent(server), 0
    seconds = options.seconds + _WARM_S
    await mirror(server, token, frames, options.look, _WARM_S)
    for count in range(1, options.most + 1):
        runs = await asyncio.gather(*(mirror(server, token, frames, options.look, seconds) for _ in range(count)))
        seen = spread([each for run in runs for each in run], count, seconds)
        figures[f"{count} mirrors"] = seen
        print(count, seen, file=sys.stderr)
        if seen["p95_ms"] > _LIMIT_MS or seen["fps"] < 0.9 * _FPS:
            break
        carried = count
    return {"mirrors per core": carried, **figures}


async def churn(server: MirrorServer, frames: list[bytes], options: argparse.Namespace) -> dict[str, Any]:
    """Mirrors that come and go; memory, tasks, threads and files as they were."""
    token = consent(server)
    await asyncio.gather(*(mirror(server, token, frames, options.look, 6.0) for _ in range(2)))
    await asyncio.sleep(2.0)
    before, begun_s, came = _left(server), time.monotonic(), 0
    memory: list[tuple[float, float]] = []
    while time.monotonic() < begun_s + options.minutes * 60:
        stays = [random.uniform(1.0, 8.0) for _ in range(2)]
        await asyncio.gather(*(mirror(server, token, frames, options.look, stay) for stay in stays))
        came += len(stays)
        memory.append(((time.monotonic() - begun_s) / 60, server.memory_mib))
    await asyncio.sleep(2.0)
    kept = memory[len(memory) // 5 :]  # caches fill in the first fifth
    slope = np.polyfit(*np.transpose(kept), 1)[0] if len(kept) > 2 else float("nan")
    return {
        "came and went": came,
        "before": before,
        "after": _left(server),
        "memory_growth_mib_per_hour": round(float(slope) * 60, 1),
        "memory_mib": [round(value, 1) for _, value in memory[:: max(1, len(memory) // 12)]],
    }


def _left(server: MirrorServer) -> dict[str, float]:
    """What a server holds."""
    return {
        "memory_mib": round(server.memory_mib, 1),
        "mirrors": server.metric("tryon_mirrors"),
        "tasks": server.metric("tryon_tasks"),
        "threads": server.threads,
        "files": server.open_files,
    }


if __name__ == "__main__":
    main()
