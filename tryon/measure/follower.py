"""A head's true size over a live stream: settled in a second, and then still."""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass, field

import numpy as np

from tryon.errors import TryOnError
from tryon.geometry.seen_turn import seen_turn_rad
from tryon.measure.face import head_scale, measure
from tryon.measure.known_pd import checked_pd_mm
from tryon.measure.prior import average_scale, likely
from tryon.types import Camera, Face, Frame, HeadScale, Measure

_log = logging.getLogger(__name__)
#: Middle of the eyes' corners of the canonical face: the pupillary distance it stands for.
_CANONICAL_PD_M = 0.0630
_PD_SIGMA, _SIZE_SIGMA = 0.06, 0.06  # of adults, relative: 63 ± 3.6 mm (Dodgson 2004), faces alike
_POOL = 45  # frames that are kept of each face
_SETTLED = 24  # good frames after which only now and then one is looked at
_FIRST = 6  # good frames of which every one is looked at
_PATIENCE = 6  # frames without a good one after which it is looked seldom
_SELDOM = 15  # frames between looks then
_CREEP = 0.12  # share of the way to the pool's median that a settled size goes in one look
_DEAD_BAND = 0.002  # changes below 0.2 % of size are noise and not shown
_FORGET = 900  # frames after which a face that was not seen is forgotten


@dataclass(slots=True)
class _Pool:
    """Samples of one face: scale, pupillary distance, width, weight; and what is shown."""

    samples: list[tuple[float, float, float, float]] = field(default_factory=list)
    sigma: tuple[float, float] = (_PD_SIGMA, _SIZE_SIGMA)
    source: str = ""
    shown: HeadScale | None = None
    asked: int = 0
    missed: int = 0
    seen: int = 0


class ScaleFollower:
    """True size of every face in a stream, pooled over good frames so that nothing worn flickers or breathes.

    Each frame counts by how frontal and how sharp it is; the weighted median stands. A frame in which the eyes cannot
    be measured (shut, turned away) leaves the size as it is; before the first good one it is an average head's.
    Frame 0 starts a new source. One follower belongs to one stream.

    What is worn follows the irises only as far as they can be trusted on a photo, and an adult's average face for the
    rest, more than `measure` does, which states an interval.

    Args:
        known_pd_mm: Pupillary distance for far vision, for the largest face; the irises are then not asked.
        camera_known: As in `measure`.

    Raises:
        ParameterError: A known distance that no person has.
    """

    def __init__(self, *, known_pd_mm: float | None = None, camera_known: bool = False) -> None:
        self.known_pd_mm = None if known_pd_mm is None else checked_pd_mm(known_pd_mm)
        self._camera_known = camera_known
        self._pools: dict[int, _Pool] = {}
        self._frames = 0

    def reset(self) -> None:
        """Forget every face."""
        self._pools.clear()
        self._frames = 0

    def follow(self, frame: Frame, face: Face, camera: Camera) -> HeadScale:
        """The face's size as known by now; takes well under a millisecond once settled."""
        if frame.index == 0 and self._frames and face.id in self._pools and self._pools[face.id].asked:
            self.reset()
        self._frames += 1
        pool = self._pools.setdefault(face.id, _Pool())
        pool.seen = self._frames
        if pool.asked % _pause(pool) == 0:
            self._look(pool, frame, face, camera)
        pool.asked += 1
        if self._frames % _FORGET == 0:
            self._pools = {key: one for key, one in self._pools.items() if self._frames - one.seen < _FORGET}
        return pool.shown or self._average(face)

    def _look(self, pool: _Pool, frame: Frame, face: Face, camera: Camera) -> None:
        try:
            found = measure(
                frame, face, camera, sources=("iris",) if self.known_pd_mm is None else ("known_pd",),
                known_pd_mm=self.known_pd_mm, camera_known=self._camera_known,
            )  # fmt: skip
        except TryOnError as error:
            _log.debug("This frame does not count: %s", error)
            pool.missed += 1
            return
        pool.missed = 0
        scale = (
            found.scale
            if self.known_pd_mm is not None
            else head_scale(likely(found.estimates[0], found.eyes), found.eyes)
        )
        weight = _weight(face)
        pd, width = scale.pupillary_distance, scale.face_width
        pool.samples.append((scale.true_from_canonical, pd.value_m, width.value_m, weight))
        del pool.samples[:-_POOL]
        pool.sigma = (_sigma(pd), _sigma(width))
        pool.source = pd.source
        pool.shown = self._shown(pool)

    def _shown(self, pool: _Pool) -> HeadScale:
        rows = np.array(pool.samples)
        scale, pd_m, width_m = (_weighted_median(rows[:, column], rows[:, 3]) for column in range(3))
        now = pool.shown
        if now is not None:
            gap = scale / now.true_from_canonical - 1.0
            if abs(gap) < _DEAD_BAND:
                return now
            # While few frames are known every one may correct the size; later it creeps.
            share = 1.0 if len(rows) < 4 else max(_CREEP, 2.0 / len(rows))
            scale = now.true_from_canonical * (1.0 + share * gap)
            pd_m = now.pupillary_distance.value_m + share * (pd_m - now.pupillary_distance.value_m)
            width_m = now.face_width.value_m + share * (width_m - now.face_width.value_m)
        return HeadScale(
            _measure(pd_m, pool.sigma[0], pool.source), _measure(width_m, pool.sigma[1], pool.source), scale
        )

    def _average(self, face: Face) -> HeadScale:
        """What stands in until the eyes were seen: the given pupillary distance, else an average adult's."""
        pd_m = _CANONICAL_PD_M if self.known_pd_mm is None else self.known_pd_mm / 1000.0
        scale = pd_m / _CANONICAL_PD_M
        if self.known_pd_mm is None and face.mesh_m is not None:
            scale = average_scale(face.mesh_m)
        width_m = 0.153 * scale
        if face.mesh_m is not None:
            width_m = scale * float(np.linalg.norm(face.mesh_m[234] - face.mesh_m[454]))
        source = "average face" if self.known_pd_mm is None else "known PD"
        pd_sigma = _PD_SIGMA if self.known_pd_mm is None else 0.5 / self.known_pd_mm
        return HeadScale(_measure(pd_m, pd_sigma, source), _measure(width_m, _SIZE_SIGMA, source), scale)


def _weight(face: Face) -> float:
    """1 for a frontal sharp face, toward 0 for one turned by 35° or blurred."""
    frontal = 1.0
    if face.pose is not None:
        yaw_rad, pitch_rad = seen_turn_rad(face.pose)
        frontal = math.exp(-((yaw_rad / 0.25) ** 2) - (pitch_rad / 0.45) ** 2)
    sharp = face.quality.sharpness if face.quality is not None else 1.0
    return max(1e-3, frontal * sharp)


def _sigma(one: Measure) -> float:
    return math.log(one.high_m / one.value_m) / 1.96


def _measure(value_m: float, sigma: float, source: str) -> Measure:
    factor = math.exp(1.96 * sigma)
    return Measure(value_m, value_m / factor, value_m * factor, source)


def _pause(pool: _Pool) -> int:
    """Frames from one look at the irises to the next.

    A look takes milliseconds, and eyes that cannot be measured now will hardly be measurable in the next frame.
    """
    if pool.missed > _PATIENCE:
        return _SELDOM
    if len(pool.samples) < _FIRST:
        return 1
    return _SELDOM if len(pool.samples) >= _SETTLED else 2


def _weighted_median(values: np.ndarray, weight: np.ndarray) -> float:
    order = np.argsort(values)
    share = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(share, 0.5 * share[-1])])
