"""Figure 8: faces per second at batch 1, 8 and 64, on the CPU and on CUDA where it is, with the same numbers.

    .venv/bin/python benchmarks/runtime_devices.py [--model face_mesh_attention] [--seconds 3]

A face is one crop through the network; cropping is not counted. The CPU runs one thread. "In turn" is a plain loop
over `InferenceSession.run`; "gathered" is 64 threads that each submit one crop at a time to one `Batcher`.
"""

from __future__ import annotations

import argparse
import threading
import time
from typing import Any

import numpy as np
from _report import report
from numpy.typing import NDArray

from tryon.errors import DeviceError
from tryon.runtime import Batcher, Device, InferenceSession, open_session

BATCHES = (1, 8, 64)
# Largest difference between the devices, as a part of the largest value of an output.
TOLERANCE = 1e-3


def main() -> None:
    """Measure every device there is, compare their results, and print one report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="face_mesh_attention")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each point is measured")
    options = parser.parse_args()
    sessions = {"cpu": open_session(options.model, device="cpu")}
    figures: dict[str, Any] = {}
    if cuda := _cuda(options.model):
        sessions["cuda"] = cuda
    else:
        figures["cuda"] = "not measured: no CUDA device with onnxruntime-gpu on this machine"
    crops = _crops(sessions["cpu"], max(BATCHES))
    samples: dict[str, list[float]] = {}
    for device, session in sessions.items():
        for batch in BATCHES:
            runs_ms = _in_turn(session, crops[:batch], options.seconds)
            samples[f"{device} batch {batch}"] = runs_ms
            figures[f"{device} batch {batch}, faces/s"] = round(1e3 * batch / float(np.median(runs_ms)), 1)
        figures[f"{device} gathered from 64 threads, faces/s"] = _gathered(session, crops, options.seconds)
    figures["batch against single, largest difference"] = _batch_difference(sessions["cpu"], crops)
    if "cuda" in sessions:
        figures["cuda against cpu, largest difference"] = difference = _device_difference(sessions, crops)
        figures["same numbers within tolerance"] = difference <= TOLERANCE
    note = f"{options.model}, random crops {sessions['cpu'].input_shape}"
    report("runtime_devices", input=note, warm_up=3, samples_ms=samples, figures=figures)


def _cuda(model: str) -> InferenceSession | None:
    device: Device = "cuda"
    try:
        return open_session(model, device=device)
    except DeviceError:
        return None


def _crops(session: InferenceSession, count: int) -> NDArray[np.float32]:
    low, high = session.input_range or (0.0, 1.0)
    random = np.random.default_rng(0).random((count, *session.input_shape), dtype=np.float32)
    return random * np.float32(high - low) + np.float32(low)


def _in_turn(session: InferenceSession, batch: NDArray[np.float32], seconds: float) -> list[float]:
    for _ in range(3):
        session.run(batch)
    runs_ms: list[float] = []
    end_s = time.perf_counter() + seconds
    while time.perf_counter() < end_s or len(runs_ms) < 5:
        start_s = time.perf_counter()
        session.run(batch)
        runs_ms.append(1e3 * (time.perf_counter() - start_s))
    return runs_ms


def _gathered(session: InferenceSession, crops: NDArray[np.float32], seconds: float) -> float:
    """Faces per second of many callers with one crop each; batches only where they pay."""
    done = [0] * len(crops)
    end_s = time.perf_counter() + seconds
    with Batcher(session, max_batch=64 if session.device == "cuda" else 1) as batcher:

        def call(caller: int) -> None:
            while time.perf_counter() < end_s:
                batcher.submit(crops[caller]).result()
                done[caller] += 1

        threads = [threading.Thread(target=call, args=(caller,)) for caller in range(len(crops))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return round(sum(done) / seconds, 1)


def _batch_difference(session: InferenceSession, crops: NDArray[np.float32]) -> float:
    single = [session.run(crop[None]) for crop in crops[:8]]
    together = session.run(crops[:8])
    return max(_relative(got, np.concatenate([one[output] for one in single])) for output, got in enumerate(together))


def _device_difference(sessions: dict[str, InferenceSession], crops: NDArray[np.float32]) -> float:
    results = [sessions[device].run(crops) for device in ("cuda", "cpu")]
    return max(_relative(got, want) for got, want in zip(*results, strict=True))


def _relative(got: NDArray[np.float32], want: NDArray[np.float32]) -> float:
    return float(np.abs(got - want).max() / max(1.0, float(np.abs(want).max())))


if __name__ == "__main__":
    main()
