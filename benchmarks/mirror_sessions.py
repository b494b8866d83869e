"""How many mirrors one core carries, and what coming and going, stalling and garbage do to the others.

The server runs on core 0 with one vision thread; the clients, which only send ready-made JPEGs and time the answers,
run on the other. Each mirror wears an eight-layer look at 640×480 and 15 frames a second.

    .venv/bin/python benchmarks/mirror_sessions.py --video FILM                # sessions per core
    .venv/bin/python benchmarks/mirror_sessions.py --video FILM --minutes 30   # coming and going
    .venv/bin/python benchmarks/mirror_sessions.py --video FILM --trouble 50   # stalled and garbage clients
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

import cv2
import numpy as np
import simplejpeg
import websockets
from _mirror_server import MirrorServer
from _report import report

from tryon.server.wire import Kind, Packet

_PORT = 8142
_SIZE = (640, 480)
_FPS = 15
_LIMIT_MS = 100.0
_WARM_S = 4.0


def main() -> None:
    """Measure what was asked for and print it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--video", type=Path, required=True)
    parser.add_argument("--look", default="rose", help="rose has eight layers")
    parser.add_argument("--seconds", type=float, default=8.0, help="per count of sessions")
    parser.add_argument("--most", type=int, default=12)
    parser.add_argument("--minutes", type=float, default=0.0, help="sessions come and go for so long instead")
    parser.add_argument("--trouble", type=int, default=0, help="so many stalled and so many garbage clients instead")
    options = parser.parse_args()
    frames = pictures(options.video)
    with tempfile.TemporaryDirectory() as folder, MirrorServer(Path(folder), _PORT, core=0) as server:
        os.sched_setaffinity(0, set(range(1, os.cpu_count() or 1)) or {0})
        run = churn if options.minutes else trouble if options.trouble else crowd
        figures = asyncio.run(run(server, frames, options))
    figures["load average"] = os.getloadavg()[0]
    report(
        "mirror_sessions", input=f"{options.video.name}, 640×480 at {_FPS}/s", warm_up=f"{_WARM_S} s", figures=figures
    )


def pictures(video: Path) -> list[bytes]:
    """Four seconds of the film as JPEGs."""
    reader, frames = cv2.VideoCapture(str(video)), []
    while len(frames) < 4 * _FPS:
        good, pixels = reader.read()
        if not good:
            break
        tall, wide = pixels.shape[:2]
        across, down = min(wide, tall * 4 // 3), min(tall, wide * 3 // 4)
        left, top = (wide - across) // 2, (tall - down) // 2
        frame = cv2.resize(pixels[top : top + down, left : left + across], _SIZE, interpolation=cv2.INTER_AREA)
        frames.append(simplejpeg.encode_jpeg(np.ascontiguousarray(frame), quality=88, colorspace="BGR"))
        reader.grab()
    if not frames:
        sys.exit(f"{video}: expected a film, could not read a frame")
    return frames


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
    """Mirrors that come and go; memory, threads and files as they were."""
    token = consent(server)
    await asyncio.gather(*(mirror(server, token, frames, options.look, 6.0) for _ in range(2)))
    before = {"memory_mib": server.memory_mib, "threads": server.threads, "files": server.open_files}
    ends, came, memory = time.monotonic() + options.minutes * 60, 0, []
    while time.monotonic() < ends:
        stays = [random.uniform(1.0, 8.0) for _ in range(2)]
        await asyncio.gather(*(mirror(server, token, frames, options.look, stay) for stay in stays))
        came += len(stays)
        memory.append(round(server.memory_mib, 1))
    await asyncio.sleep(2.0)
    after = {"memory_mib": server.memory_mib, "threads": server.threads, "files": server.open_files}
    every = max(1, len(memory) // 12)
    return {"came and went": came, "before": before, "after": after, "memory_mib": memory[::every]}


async def trouble(server: MirrorServer, frames: list[bytes], options: argparse.Namespace) -> dict[str, Any]:
    """One good mirror, alone and then among clients that stall and clients that send garbage."""
    token, seconds = consent(server), options.seconds + _WARM_S
    await mirror(server, token, frames, options.look, _WARM_S)
    alone = spread(await mirror(server, token, frames, options.look, seconds), 1, seconds)
    stalled = [asyncio.create_task(_stall(server, token, frames[0])) for _ in range(options.trouble)]
    bad = [*stalled, *(asyncio.create_task(_garbage(server, token)) for _ in range(options.trouble))]
    await asyncio.sleep(2.0)
    among = spread(await mirror(server, token, frames, options.look, seconds), 1, seconds)
    for task in bad:
        task.cancel()
    await asyncio.gather(*bad, return_exceptions=True)
    await asyncio.sleep(7.0)
    left = server.open_files
    return {
        "alone": alone,
        "among": among,
        "files after": left,
        "p95 change": round(among["p95_ms"] / alone["p95_ms"] - 1.0, 3),
    }


async def _stall(server: MirrorServer, token: str, frame: bytes) -> None:
    """Says hello, sends one picture and half of another, reads nothing, and stays."""
    async with websockets.connect(server.url.replace("http", "ws") + "/api/mirror", max_queue=1) as socket:
        await socket.send(json.dumps({"type": "hello", "version": 1, "consent": token}))
        packet = Packet(Kind.JPEG, frame, 0, 0, *_SIZE).to_bytes()
        await socket.send(packet)
        await socket.send(packet[: len(packet) // 2])
        await asyncio.sleep(600.0)


async def _garbage(server: MirrorServer, token: str) -> None:
    while True:
        with suppress(websockets.WebSocketException, OSError):
            async with websockets.connect(server.url.replace("http", "ws") + "/api/mirror") as socket:
                await socket.send(json.dumps({"type": "hello", "version": 1, "consent": token}))
                while True:
                    await socket.send(os.urandom(random.randint(1, 20_000)))
                    await asyncio.sleep(0.1)
        await asyncio.sleep(1.0)


if __name__ == "__main__":
    main()
