"""A stream of frames through every stage: tracking, occlusion, light, look, products."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Protocol, Self, cast

import numpy as np
from numpy.typing import NDArray

from tryon.effects import LightFollower, Workspace, wear
from tryon.effects.record import ColorRecord
from tryon.errors import ParameterError
from tryon.filters import Look
from tryon.track import Tracker
from tryon.types import Face, Frame, Product, Tracks

if TYPE_CHECKING:
    from tryon.session.wardrobe import Wardrobe, Wish
    from tryon.wear import FitReport

Occlusion = Literal["auto", "off"]
# Frames from one parts mask to the next: a hand that comes up is seen within 0.2 s at 30 frames a second, and the
# 55 ms network takes a third of one core.
_MASK_EVERY = 6


class FaceSource(Protocol):
    """What a session asks of a tracker: `Tracker.load("face")`, or the host's own object."""

    def track(self, frame: Frame) -> Tracks:
        """What is in the frame."""
        ...


class PartsSource(Protocol):
    """What a session asks of a parts tracker, given the faces of the same frame."""

    def track(self, frame: Frame, *, faces: tuple[Face, ...] = ()) -> Tracks:
        """The parts mask of the frame."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """What one call of `Session.step` saw and did.

    tracks: What was found.
    stage_ms: Milliseconds per stage, "total" among them.
    colors: Predicted against achieved color of each painted layer, when the session records them.
    """

    tracks: Tracks = field(default_factory=Tracks)
    stage_ms: Mapping[str, float] = field(default_factory=dict)
    colors: tuple[ColorRecord, ...] = ()


class Session:
    """One shopper's stream: tracking, occlusion, light and look, frame after frame.

        session = Session(Tracker.load("face"), Look.load("rose"))
        for frame in open_source("camera:0"):
            show(session.step(frame).pixels)

    Look, intensity and split may be changed between steps and hold from the next one. A session belongs to one
    thread at a time; several sessions run side by side.

    last: What the last step saw and did.
    """

    def __init__(
        self,
        tracker: FaceSource,
        look: Look,
        *,
        intensity: float = 1.0,
        split: float | None = None,
        parts: PartsSource | Occlusion = "auto",
        live: bool = True,
        record_colors: bool = False,
        wear: Iterable[Wish] = (),
        pd_mm: float | None = None,
    ) -> None:
        """Put a session together from its stages.

        Args:
            tracker: Finds faces.
            look: What they wear.
            intensity: Strength of the whole look, 0 to 1.
            split: Show the bare face left of this share of the width, 0 to 1; None shows no split.
            parts: Keeps paint off hair, hands and glasses: a parts tracker, "auto" for the shipped one (opened at
                the first face), or "off".
            live: Frames come in real time: slow masks are worked out beside them on a thread and carried along by
                the landmarks. False waits for each mask, so that the same file always gives the same result.
            record_colors: Fill `last.colors` (costs a little per layer).
            wear: Products worn beside the look and beside what the look itself names: names, paths or `Product`s.
            pd_mm: The wearer's pupillary distance when it is known; otherwise sizes come from the irises.

        Raises:
            ParameterError: A number outside its range.
            UnknownNameError, ProductError, ModelFileError: A product that cannot be worn; the message says why.
        """
        self.tracker = tracker
        self.last = Step()
        self._wardrobe: Wardrobe | None = None
        self._wishes: tuple[Wish, ...] = tuple(wear)
        self._pd_mm = pd_mm
        self._others: dict[str, Tracker] = {}
        self.look = look
        self._intensity, self._split = 1.0, split
        self.intensity, self.split = intensity, split
        self._parts: PartsSource | None = None if isinstance(parts, str) else parts
        self._parts_mode = parts if isinstance(parts, str) else "given"
        self._live = live
        self._workspace = Workspace()
        self._light = LightFollower()
        self._record_colors = record_colors
        self._started_s = time.monotonic()
        self._count = 0

    @property
    def look(self) -> Look:
        """What faces wear; a new one holds from the next step."""
        return self._look

    @look.setter
    def look(self, look: Look) -> None:
        self._dress_up(look, self._wishes)
        self._look = look

    @property
    def wear(self) -> tuple[Product, ...]:
        """The products that are on; may be set to names, paths or `Product`s, which hold from the next step."""
        return self._wardrobe.worn if self._wardrobe is not None else ()

    @wear.setter
    def wear(self, wishes: Iterable[Wish]) -> None:
        wanted = tuple(wishes)
        self._dress_up(self._look, wanted)
        self._wishes = wanted

    def preload(self, wishes: Iterable[Wish]) -> None:
        """Open products now that may be put on later, so that the switch costs nothing."""
        self._wardrobe = self._wardrobe or self._new_wardrobe()
        self._wardrobe.preload(wishes)

    def fit(self) -> tuple[tuple[Product, FitReport], ...]:
        """How each product sits on each person of the last step."""
        return self._wardrobe.fit() if self._wardrobe is not None else ()

    @property
    def intensity(self) -> float:
        """Strength of the whole look, 0 to 1."""
        return self._intensity

    @intensity.setter
    def intensity(self, value: float) -> None:
        if not 0.0 <= value <= 1.0:
            raise ParameterError(f"Expected an intensity from 0 to 1, got {value}.")
        self._intensity = value

    @property
    def split(self) -> float | None:
        """Where the bare half ends, as a share of the width; None without a split."""
        return self._split

    @split.setter
    def split(self, value: float | None) -> None:
        if value is not None and not 0.0 <= value <= 1.0:
            raise ParameterError(f"Expected a split from 0 to 1, got {value}.")
        self._split = value

    def step(self, frame: Frame | NDArray[np.uint8]) -> Frame:
        """The frame with the look on.

        Args:
            frame: A `Frame`, or an (H, W, 3) uint8 sRGB array in RGB order; bare arrays are timed as they come.

        Raises:
            ShapeError: Not such an array.
        """
        if not isinstance(frame, Frame):
            frame = Frame(frame, time.monotonic() - self._started_s, self._count)
        self._count += 1
        begun_s = time.perf_counter()
        tracks = self.tracker.track(frame)
        for tracker in self._needed_trackers():
            tracks = tracks | tracker.track(frame)
        tracked_s = time.perf_counter()
        if tracks.faces and tracks.parts is None and (self._intensity > 0.0 or self.wear):
            tracks = tracks | self._occlusion(frame, tracks.faces)
        parted_s = time.perf_counter()
        colors: list[ColorRecord] | None = [] if self._record_colors else None
        worn = wear(
            frame,
            tracks,
            self.look.at(self._intensity),
            workspace=self._workspace,
            light=self._light,
            colors=colors,
        )
        painted_s = time.perf_counter()
        if self._wardrobe is not None and self._wardrobe.worn:
            if worn is frame:
                worn = frame.with_pixels(frame.pixels.copy())
            self._wardrobe.dress(frame, worn.pixels, tracks)
        dressed_s = time.perf_counter()
        if self._split is not None and worn is not frame:
            worn = _split(frame, worn, self._split)
        ended_s = time.perf_counter()
        stage_ms = {
            **{f"track.{name}": ms for name, ms in getattr(self.tracker, "stage_ms", {}).items()},
            "track": (tracked_s - begun_s) * 1e3,
            "occlusion": (parted_s - tracked_s) * 1e3,
            "effects": (painted_s - parted_s) * 1e3,
            **(self._wardrobe.stage_ms if self._wardrobe is not None and self._wardrobe.worn else {}),
            "wear": (dressed_s - painted_s) * 1e3,
            "total": (ended_s - begun_s) * 1e3,
        }
        self.last = Step(tracks, stage_ms, tuple(colors or ()))
        return worn

    def close(self) -> None:
        """Release trackers and scratch memory; calling it twice does no harm."""
        for stage in (self.tracker, self._parts, *self._others.values()):
            if stage is not None and hasattr(stage, "close"):
                stage.close()
        self._workspace.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _dress_up(self, look: Look, own: tuple[Wish, ...]) -> None:
        wishes = (*look.wear, *own)
        if wishes and self._wardrobe is None:
            self._wardrobe = self._new_wardrobe()
        if self._wardrobe is not None:
            self._wardrobe.put_on(wishes)

    def _new_wardrobe(self) -> Wardrobe:
        from tryon.session.wardrobe import Wardrobe  # the renderer is an extra that plain looks do without

        return Wardrobe(pd_mm=self._pd_mm)

    def _needed_trackers(self) -> Iterable[Tracker]:
        """Trackers of hands and bodies, opened when something worn asks for them."""
        needs = self._wardrobe.needs if self._wardrobe is not None else frozenset()
        for task in sorted(needs & {"body", "hands"}):
            if task not in self._others:
                self._others[task] = Tracker.load(task)
            yield self._others[task]

    def _occlusion(self, frame: Frame, faces: tuple[Face, ...]) -> Tracks:
        if self._parts is None:
            if self._parts_mode == "off":
                return Tracks()
            self._parts = cast(PartsSource, Tracker.load("parts", worker=self._live, every=_MASK_EVERY))
        return self._parts.track(frame, faces=faces)


def _split(before: Frame, after: Frame, share: float) -> Frame:
    """Left of the share the bare picture, right of it the worn one, a thin white line between."""
    pixels = after.pixels  # `wear` made it; nobody else holds it
    column = round(share * before.width)
    pixels[:, :column] = before.pixels[:, :column]
    half = max(1, before.width // 640)
    pixels[:, max(0, column - half) : column + half] = 255
    return after
