"""One shopper's mirror: controls in, frames in, worn frames out. Knows nothing of sockets."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Sequence
from concurrent.futures import Executor
from typing import cast

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ParameterError, TryOnError
from tryon.filters import Look
from tryon.server.pictures import Codec, JpegCodec
from tryon.server.wire import Control, FitNote, LayerChange, Packet, WireError, WornProduct
from tryon.session import Session
from tryon.session.session import PartsSource
from tryon.track import Tracker
from tryon.types import Frame, Layer, Worn

_US = 1e-6


class Mirror:
    """A `Session` driven by packets.

    `apply` may be called from any thread and holds from the next frame on; `work` and `close` belong to one thread.

    guidance, faces, fit: What the last frames said about the shopper, for the status line.
    """

    def __init__(
        self,
        look: Look,
        codec: Codec | None = None,
        *,
        masks: Executor | None = None,
        most_faces: int = 2,
    ) -> None:
        """A mirror with a look on; models open on the first frame, or before it by `open`.

        Args:
            codec: How pictures come and go; JPEG by default.
            masks: Works out the parts masks of many mirrors beside their frames; by default each has a thread.
        """
        self.codec = codec or JpegCodec()
        self.guidance = ""
        self.faces = 0
        self.fit: tuple[FitNote, ...] = ()
        self._look = look
        self._most_faces = most_faces
        self._masks = masks
        self._session: Session | None = None
        self._key = False
        self._problems: list[str] = []
        self._controls: list[Control] = []
        self._lock = threading.Lock()
        self._index = 0
        self._fit_due = 0
        self._first_us: int | None = None

    def apply(self, control: Control) -> None:
        """Change what is worn from the next frame on.

        Raises:
            TryOnError: No such look, product or layer.
        """
        if control.look is not None:
            Look.load(control.look)
        with self._lock:
            self._controls.append(control)
            if len(self._controls) > _MOST_WAITING:
                raise WireError("Expected fewer control messages between two frames; slow down.")

    def open(self) -> None:
        """Open the models now; on any thread, before the first `work`."""
        tracker = Tracker.load("face", max_faces=self._most_faces, blendshapes=False)
        parts = Tracker.load("parts", worker=self._masks or True, every=_MASK_EVERY)
        self._session = Session(tracker, self._look, parts=cast(PartsSource, parts))

    def preload(self, wear: Sequence[WornProduct]) -> None:
        """Read products from disk now; on any thread, so that nobody waits when they are put on.

        Raises:
            TryOnError: No such product, or one that cannot be worn.
        """
        if self._session is not None:
            self._session.preload([Worn(each.product, each.variant) for each in wear])

    def ask_key(self) -> None:
        """The next reply must need no other."""
        self._key = True

    def problems(self) -> list[str]:
        """What went wrong since the last call while pictures went on, in sentences."""
        with self._lock:
            problems, self._problems = self._problems, []
        return problems

    def work(self, packets: Sequence[Packet]) -> Packet:
        """The reply to the newest frame.

        Args:
            packets: Those that wait, oldest first; a codec may need them all to read the newest.

        Raises:
            WireError: The frame cannot be read.
        """
        packet = packets[-1]
        if any(each.kind is not self.codec.kind for each in packets):
            raise WireError(f"Expected {self.codec.kind.name} pictures, as agreed in the hello, got another kind.")
        pixels = self.codec.decode(packets)
        if self._first_us is None or packet.captured_us < self._first_us:
            self._first_us = packet.captured_us  # a client's clock may jump back after sleep
        worn = self.wear(pixels, (packet.captured_us - self._first_us) * _US)
        key, self._key = self._key, False
        return self.codec.encode(worn, packet, key=key)

    def wear(self, pixels: NDArray[np.uint8], time_s: float) -> NDArray[np.uint8]:
        """(H, W, 3) uint8 sRGB with everything on."""
        if self._session is None:
            self.open()
        session = self._session
        if session is None:
            raise WireError("Expected an open mirror, got a closed one.")
        self._take_controls(session)
        frame = Frame(pixels, time_s, self._index)
        self._index += 1
        worn = self._step(session, frame)
        faces = session.last.tracks.faces
        self.faces = len(faces)
        self.guidance = faces[0].quality.sentence if faces and faces[0].quality else "No face in view."
        if self._index >= self._fit_due:
            self._fit_due = self._index + _FIT_EVERY
            self.fit = _fit(session)
        return worn.pixels

    def close(self) -> None:
        """Forget everything: the session's frames and landmarks go with it."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _step(self, session: Session, frame: Frame) -> Frame:
        """The worn frame; products that cannot be drawn come off and the look stays."""
        try:
            return session.step(frame)
        except TryOnError as error:
            if not session.wear:
                raise
            self._tell(f"{error} The products were taken off.")
            session.wear = ()
            session.look = dataclasses.replace(session.look, wear=())
            return session.step(frame)

    def _tell(self, problem: str) -> None:
        with self._lock:
            self._problems = [*self._problems[-_MOST_PROBLEMS:], problem]

    def _take_controls(self, session: Session) -> None:
        with self._lock:
            controls, self._controls = self._controls, []
        for control in controls:
            try:
                self._take(session, control)
            except TryOnError as error:  # the picture goes on with what was on before
                self._tell(str(error))

    def _take(self, session: Session, control: Control) -> None:
        self._key = self._key or control.key
        if control.look is not None:
            session.look = self._look = Look.load(control.look)
        if control.layers:
            session.look = _changed(session.look, control.layers)
        if control.intensity is not None:
            session.intensity = control.intensity
        if control.split is not None or control.unsplit:
            session.split = None if control.unsplit else control.split
        if control.wear is not None:
            session.wear = [Worn(each.product, each.variant) for each in control.wear]
            self._fit_due = self._index


_MOST_WAITING = 64
_MOST_PROBLEMS = 7
_MASK_EVERY = 6  # frames, as `Session` does by itself
_FIT_EVERY = 15  # frames; a sentence need not change faster than one reads


def _fit(session: Session) -> tuple[FitNote, ...]:
    """A note for each product on the nearest person; the same product on others says nothing new."""
    notes = {product.sku: FitNote(product=product.name, verdict=report.verdict, ok=report.ok)
             for product, report in reversed(session.fit())}  # fmt: skip
    return tuple(notes.values())


def _changed(look: Look, changes: Sequence[LayerChange]) -> Look:
    """The look with some layers' strength and color replaced."""
    layers = list(look.layers)
    for change in changes:
        if change.index >= len(layers):
            raise ParameterError(f"Look '{look.name}' has {len(layers)} layers, got a change of layer {change.index}.")
        layer = layers[change.index]
        parameters = dict(layer.parameters)
        if change.color is not None:
            key = "colors" if "colors" in parameters else "color"
            parameters[key] = [change.color, *parameters[key][1:]] if key == "colors" else change.color
        opacity = layer.opacity if change.opacity is None else change.opacity
        layers[change.index] = Layer(layer.effect, opacity, parameters)
    return dataclasses.replace(look, layers=tuple(layers))
