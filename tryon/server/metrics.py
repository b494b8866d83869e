"""Numbers for Prometheus: how many mirrors, how long a frame takes. Nothing about a person."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_BUCKETS_S = (0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.5, 1.0)


class Metrics:
    """The metrics of one server; each has its own registry, so that tests and hosts can run several."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.mirrors = Gauge("tryon_mirrors", "Mirrors open now.", registry=self.registry)
        self.faults = Counter("tryon_faults", "Messages refused.", registry=self.registry)
        self.step = Histogram("tryon_step_seconds", "Work on one frame.", buckets=_BUCKETS_S, registry=self.registry)

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)
