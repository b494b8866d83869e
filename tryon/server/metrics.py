"""Numbers for Prometheus: requests by route, mirrors, how long a frame takes. Nothing about a person."""

from __future__ import annotations

import asyncio
import resource
import sys
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_BUCKETS_S = (0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.5, 1.0)
_REQUEST_BUCKETS_S = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_ROUTE = ("method", "route")


class Metrics:
    """The metrics of one server; each has its own registry, so that tests and hosts can run several."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.mirrors = Gauge("tryon_mirrors", "Mirrors open now.", registry=self.registry)
        self.faults = Counter("tryon_faults", "Messages refused.", registry=self.registry)
        self.step = Histogram("tryon_step_seconds", "Work on one frame.", buckets=_BUCKETS_S, registry=self.registry)
        self.requests = Counter("tryon_requests", "Requests answered.", (*_ROUTE, "status"), registry=self.registry)
        self.request = Histogram(
            "tryon_request_seconds", "A request.", _ROUTE, buckets=_REQUEST_BUCKETS_S, registry=self.registry
        )
        self.refused = Counter(
            "tryon_refused", "Requests and sockets turned down.", ("reason",), registry=self.registry
        )
        self.photos_swept = Counter("tryon_photos_swept", "Photos deleted as they ran out.", registry=self.registry)
        tasks = Gauge("tryon_tasks", "Tasks of the event loop.", registry=self.registry)
        tasks.set_function(_tasks)
        memory = Gauge("tryon_memory_bytes", "Memory of the process.", registry=self.registry)
        memory.set_function(_memory_bytes)

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)


def _tasks() -> float:
    try:
        return len(asyncio.all_tasks())
    except RuntimeError:  # asked for outside of the loop
        return 0.0


def _memory_bytes() -> float:
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    except OSError:  # no Linux: the most it ever was
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
