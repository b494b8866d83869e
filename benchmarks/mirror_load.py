"""What 50 stalled and 50 raging connections do to the others: p95 from frame sent to frame back, before and during.

    .venv/bin/python benchmarks/mirror_load.py [--crowd 50] [--seconds 10] [--rounds 3]     # about three minutes

One server process on loopback, shoppers in this one (640×480 JPEG, 15 fps, the look that is on at first). Stalled
connections say hello and a frame, then neither send nor read; raging ones send packets of noise as fast as they may
and come back when they are thrown out. Rates are off, so that every hostile connection really gets in.
Quiet and hostile times take turns, so that a change of the machine's load meets both; the median of the turns counts.
Goal: p95 changes by 20 % at most.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import socket as sockets
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import httpx2
import numpy as np
import simplejpeg
from _report import report
from skimage.data import astronaut
from skimage.transform import resize
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from tryon.server.wire import Kind, Packet

_FPS = 15.0


def main() -> int:
    """Print one JSON object; 1 when p95 rose by more than 20 %."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--crowd", type=int, default=50, help="stalled connections, and as many raging ones")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each measurement")
    parser.add_argument("--shoppers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    found: dict[str, list[float]] = defaultdict(list)
    changes: dict[str, list[float]] = defaultdict(list)
    with _server(options) as address:
        warm_up(address)
        run = partial(measure, address, options.shoppers, options.seconds)
        for _ in range(options.rounds):
            for name, crowd in (("stalled", _stalled), ("raging", _raging)):
                before = run()
                with crowd(address, options.crowd):
                    among = run()
                after = run()
                found["quiet"] += before + after
                found[name] += among
                calm, hostile = (float(np.percentile(each, 95)) for each in (before + after, among))
                changes[name].append(hostile / calm - 1)
    change = {name: float(np.median(values)) for name, values in changes.items()}
    report(
        "mirror_load",
        input=f"{options.shoppers} shoppers, JPEG 640×480 at {_FPS:g} fps; {options.crowd} hostile connections each",
        warm_up="the first frames of one shopper",
        samples_ms=found,
        figures={
            "p95_change": {name: round(value, 3) for name, value in change.items()},
            "of_each_turn": {name: [round(value, 3) for value in values] for name, values in changes.items()},
            "goal": 0.2,
        },
    )
    return int(max(change.values()) > 0.2)


def warm_up(address: str) -> None:
    """Models are open and kernels compiled."""
    for _ in range(3):
        _shop(address, 1.0, [], patience_s=120.0)


def measure(address: str, shoppers: int, seconds: float) -> list[float]:
    """Milliseconds from frame sent to frame back, of all shoppers together."""
    found: list[float] = []
    threads = [threading.Thread(target=_shop, args=(address, seconds, found)) for _ in range(shoppers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if not found:
        raise SystemExit("No frame came back; is the machine overloaded?")
    return found


def _shop(address: str, seconds: float, found: list[float], *, patience_s: float = 10.0) -> None:
    picture = (resize(astronaut()[0:384], (480, 640)) * 255).astype(np.uint8)
    jpeg = simplejpeg.encode_jpeg(np.ascontiguousarray(picture), quality=88)
    with _entered(address) as socket:
        begun_s = time.perf_counter()
        number = 0
        while (now_s := time.perf_counter()) < begun_s + seconds:
            socket.send(Packet(Kind.JPEG, jpeg, number, round(now_s * 1e6), 640, 480).to_bytes())
            with contextlib.suppress(TimeoutError):
                while not isinstance(message := socket.recv(patience_s), bytes):
                    pass
                found.append((time.perf_counter() - Packet.parse(message).captured_us / 1e6) * 1e3)
            number += 1
            time.sleep(max(0.0, begun_s + number / _FPS - time.perf_counter()))


@contextlib.contextmanager
def _stalled(address: str, count: int) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        noise = Packet(Kind.JPEG, b"\xff\xd8" + os.urandom(500), 0, 0, 64, 64).to_bytes()
        for _ in range(count):
            socket = stack.enter_context(_entered(address))
            socket.send(noise)
        time.sleep(2.0)  # coming is not stalling
        yield


@contextlib.contextmanager
def _raging(address: str, count: int) -> Iterator[None]:
    """In a process of their own, so that they do not slow the shoppers' side down."""
    script = [sys.executable, __file__, "--rage", address, str(count)]
    crowd = subprocess.Popen(script)
    time.sleep(2.0)
    try:
        yield
    finally:
        crowd.terminate()
        crowd.wait()


def rage(address: str, count: int) -> None:
    """Send noise until killed: 20 packets of 2 kB a second from each connection."""

    def one() -> None:
        while True:
            with contextlib.suppress(WebSocketException, OSError, TimeoutError), _entered(address) as socket:
                for _ in range(30):
                    socket.send(os.urandom(2000))
                    time.sleep(0.05)

    _many(one, count)


def _many(work: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=work, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _entered(address: str) -> ClientConnection:
    token = httpx2.post(f"{address}/api/consent", json={}, trust_env=False, timeout=30).json()["token"]
    where = f"{address.replace('http', 'ws')}/api/mirror"
    socket = connect(where, proxy=None, compression=None, close_timeout=1, open_timeout=30)
    socket.send(json.dumps({"type": "hello", "consent": token}))
    return socket


@contextlib.contextmanager
def _server(options: argparse.Namespace) -> Iterator[str]:
    with sockets.socket() as free, tempfile.TemporaryDirectory() as folder:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        environment = {
            **os.environ,
            "TRYON_DATABASE": f"sqlite:///{Path(folder) / 'a.db'}",
            "TRYON_FILES": folder,
            "TRYON_RATE": "0",
            "TRYON_MOST_MIRRORS": str(3 * options.crowd + options.shoppers),
        }
        command = [sys.executable, "-m", "tryon", "serve", "--port", str(port)]
        server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(address)
            yield address
        finally:
            server.terminate()
            server.wait()


def _wait_for(address: str) -> None:
    ends_s = time.monotonic() + 180.0
    while time.monotonic() < ends_s:
        with contextlib.suppress(httpx2.HTTPError):
            if httpx2.get(f"{address}/api/ready", trust_env=False, timeout=10).is_success:
                return
        time.sleep(0.2)
    raise SystemExit("The server did not start within three minutes.")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--rage"]:
        rage(sys.argv[2], int(sys.argv[3]))
    raise SystemExit(main())
