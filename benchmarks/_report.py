"""One way to state a figure: what was measured, on which machine, at which commit, with which versions.

A benchmark script ends with `report(...)`, which prints one JSON object. Scripts run as
`.venv/bin/python benchmarks/NAME.py`, so they import this file with `from _report import report`.
"""

from __future__ import annotations

import json
import os
import platform
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

_ROOT = Path(__file__).resolve().parents[1]
_PACKAGES = ("numpy", "numba", "onnxruntime", "onnxruntime-gpu", "opencv-python-headless", "av", "mediapipe")


def report(
    name: str,
    *,
    input: str,  # noqa: A002  # the word a reader of the JSON expects
    warm_up: int | str,
    samples_ms: Mapping[str, Sequence[float]] | Sequence[float] | None = None,
    figures: Mapping[str, Any] | None = None,
    **extra: Any,
) -> dict[str, Any]:
    """Print one benchmark's result as JSON and return it.

    Args:
        input: What was measured on, in words: file, size, count.
        warm_up: How many runs were thrown away first, or what was done instead.
        samples_ms: Milliseconds of every kept run, one sequence or several by label; each becomes
            `{n, median_ms, p95_ms, mean_ms, min_ms}`.
        figures: Values that are not times (pixels, IoU, ΔE), as they shall stand in the table.
        extra: Anything else a reader needs to repeat it, such as `look="rose"` or `cores=1`.
    """
    result: dict[str, Any] = {"benchmark": name, "input": input, "warm_up": warm_up}
    if samples_ms is not None:
        groups = samples_ms if isinstance(samples_ms, Mapping) else {"all": samples_ms}
        result["times"] = {label: spread(values) for label, values in groups.items()}
    if figures is not None:
        result["figures"] = dict(figures)
    result |= extra
    result["command"] = shlex.join(["python", *_relative(sys.argv)])
    result["commit"] = commit()
    result["machine"] = machine()
    result["versions"] = versions()
    print(json.dumps(result, indent=2, ensure_ascii=False, default=_plain))
    return result


def spread(samples_ms: Sequence[float]) -> dict[str, float]:
    """Count, median, 95th percentile, mean and minimum of some times in milliseconds.

    Raises:
        ValueError: There is no sample.
    """
    values = np.asarray(samples_ms, dtype=np.float64)
    if values.size == 0:
        raise ValueError("samples_ms: expected at least one sample, got none.")
    return {
        "n": int(values.size),
        "median_ms": round(float(np.median(values)), 4),
        "p95_ms": round(float(np.percentile(values, 95)), 4),
        "mean_ms": round(float(values.mean()), 4),
        "min_ms": round(float(values.min()), 4),
    }


def pin_to_one_core(core: int | None = None) -> int:
    """Bind this process and the threads it starts later to one core; returns which.

    Call it before numpy, numba or onnxruntime start their thread pools. Also sets OMP_NUM_THREADS=1 for
    pools not started yet. Default: the last core this process may use, which the system leaves quieter.
    """
    os.environ["OMP_NUM_THREADS"] = "1"
    if not hasattr(os, "sched_setaffinity"):
        raise RuntimeError("Pinning needs Linux (sched_setaffinity); run the benchmark there.")
    allowed = sorted(os.sched_getaffinity(0))
    chosen = allowed[-1] if core is None else core
    os.sched_setaffinity(0, {chosen})
    return chosen


def machine() -> dict[str, Any]:
    """Processor, cores this process may use, memory and system."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "cpu": _after_colon("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "cores_used": usable,
        "memory": _after_colon("/proc/meminfo", "MemTotal"),
        "system": platform.platform(),
        "load_1min": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    }


def versions() -> dict[str, str]:
    """Python and the installed packages that decide speed."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def commit() -> str:
    """Commit of the checkout, with "+changes" when tracked files differ from it; "unknown" outside git."""
    try:
        head = _git("rev-parse", "--short=12", "HEAD")
        return head + ("+changes" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(_ROOT), *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _relative(arguments: Sequence[str]) -> list[str]:
    root = str(_ROOT) + os.sep
    return [argument.removeprefix(root) for argument in arguments]


def _after_colon(path: str, key: str) -> str | None:
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(key)), None)


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    return str(value)
