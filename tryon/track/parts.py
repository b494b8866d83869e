"""Finds the parts of people: hair, face skin, body skin, clothes and other things."""

from __future__ import annotations

import contextlib
import os
import threading
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ParameterError
from tryon.runtime import Device, open_session, shared_session
from tryon.track.hand_model import HandModel
from tryon.track.parts_hands import MIN_PALM_SCORE
from tryon.track.parts_model import PartsModel
from tryon.track.parts_motion import carried
from tryon.track.parts_scene import PartsScene, Scene
from tryon.track.tracker import TRACKERS, Stages, Tracker
from tryon.types import Face, Frame, Tracks

MODES = ("auto", "still", "video")
_WORKER_NICENESS = 10


@TRACKERS.register("parts")
class PartsTracker(Tracker):
    """A mask of hair, skin and clothes; with faces given it looks closer and moves with them.

    The network takes some 55 ms on one core, so in a video it runs every few frames and the faces carry the mask in
    between. Its first run of a source is always waited for.

    Args:
        mode: "still" looks at every frame afresh and closely (some 200 ms), "video" runs the network every few
            frames, "auto" takes frame 0 as a still and what follows it as video.
        every: Frames between two runs in a video.
        worker: Run them on a thread of their own; a mask then arrives a few frames late and no frame waits for it.
            One run is in flight at most; frames that come meanwhile start none. An executor of the host's, such as
            `parts_worker()`, is used instead of an own thread and shared by as many trackers as are given it.
        hands: Look for hands where the mask suspects them on a face, and keep them apart from it.
        threads: Cores one run may use.
    """

    def __init__(
        self,
        *,
        device: Device = "auto",
        mode: str = "auto",
        every: int = 5,
        worker: bool | Executor = False,
        hands: bool = True,
        threads: int = 1,
    ) -> None:
        if mode not in MODES:
            raise ParameterError(f"mode: expected one of {', '.join(MODES)}, got '{mode}'.")
        if every < 1:
            raise ParameterError(f"every: expected at least 1, got {every}.")
        session = (
            shared_session("parts", device=device)
            if threads == 1
            else open_session("parts", device=device, threads=threads)
        )
        self._scene = PartsScene(PartsModel(session), _hand_model(device) if hands else None)
        self._mode, self._every = mode, every
        self._own: Executor | None = parts_worker() if worker is True else None
        self._executor: Executor | None = worker if isinstance(worker, Executor) else self._own
        self._job: _Job | None = None
        self._source = 0
        self._seen: Scene | None = None
        self._since_run = 0

    def track(self, frame: Frame, *, faces: tuple[Face, ...] = ()) -> Tracks:
        """The mask of a still, or of the next frame of a video.

        Args:
            faces: The faces of this frame, as a face tracker finds them.
        """
        stages = Stages()
        if frame.index == 0:
            self.reset()
        self._collect()
        self._since_run += 1
        still = self._mode == "still" or (self._mode == "auto" and frame.index == 0)
        seen = self._seen
        if still or seen is None or _strange(seen, faces, frame.pixels):
            seen = self._keep(self._scene.look(frame.pixels, faces, close=still, before=None))
        elif self._since_run >= self._every:
            if self._executor is None:
                seen = self._keep(self._scene.look(frame.pixels, faces, close=False, before=seen))
            else:
                self._start(self._executor, frame.pixels, faces, seen)
        stages.mark("network")
        mask = carried(seen.mask, seen.faces, faces)
        stages.mark("carry")
        self.stage_ms = stages.ms
        return Tracks(parts=mask)

    def reset(self) -> None:
        """Forget the last mask; a run still in flight is not waited for and its result is dropped."""
        self._source += 1
        self._seen = None

    def close(self) -> None:
        """Stop the worker, after the run in flight; one of the host's goes on."""
        self.reset()
        if self._own is not None:
            self._own.shutdown(wait=True, cancel_futures=True)
            self._own = None
        self._executor = None
        if self._job is not None:
            self._job.future.cancel()
        self._job = None

    def _keep(self, scene: Scene) -> Scene:
        self._seen, self._since_run = scene, 0
        return scene

    def _start(self, executor: Executor, pixels: NDArray[np.uint8], faces: tuple[Face, ...], seen: Scene) -> None:
        """Begin a run unless one is in flight."""
        if self._job is not None:
            return
        # The host may draw into its array while the worker reads.
        future = executor.submit(self._scene.look, pixels.copy(), faces, close=False, before=seen)
        self._job = _Job(future, self._source)
        self._since_run = 0

    def _collect(self) -> None:
        """Take the worker's result once it is there; its error, if any, is raised here."""
        job = self._job
        if job is None or not job.future.done():
            return
        self._job = None
        scene = job.future.result()
        if job.source == self._source:
            self._seen = scene


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    """A run on the worker and the source it belongs to."""

    future: Future[Scene]
    source: int


def parts_worker(threads: int = 1) -> ThreadPoolExecutor:
    """Threads for the masks of many trackers, which give way to those that work on frames."""
    return ThreadPoolExecutor(threads, "tryon-parts", initializer=_give_way)


def _strange(seen: Scene, faces: tuple[Face, ...], pixels: NDArray[np.uint8]) -> bool:
    """Whether this frame has nothing to do with the last mask: another size, or only faces it does not know."""
    if pixels.shape != seen.shape:
        return True
    known = {face.id for face in seen.faces}
    return bool(faces) and known.isdisjoint(face.id for face in faces)


def _hand_model(device: Device) -> HandModel:
    palm = shared_session("palm_detector", device=device)
    return HandModel(palm, shared_session("hand_full", device=device), min_score=MIN_PALM_SCORE)


def _give_way() -> None:
    """Let the frames' own thread go first where cores are short; the mask is the one that can wait."""
    with contextlib.suppress(OSError, AttributeError):  # not every system has priorities for single threads
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _WORKER_NICENESS)
