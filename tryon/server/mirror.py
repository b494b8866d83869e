"""One shopper's mirror: controls in, frames in, worn frames out. Knows nothing of sockets."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Sequence

from tryon.errors import ParameterError
from tryon.filters import Look
from tryon.server.pictures import decode_jpeg, encode_jpeg
from tryon.server.wire import Control, FitNote, Kind, LayerChange, Packet, WireError
from tryon.session import Session
from tryon.track import Tracker
from tryon.types import Frame, Layer, Worn

_US = 1e-6


class Mirror:
    """A `Session` driven by packets.

    `apply` may be called from any thread and holds from the next frame on; `work` and `close` belong to one thread.

    guidance, faces, fit: What the last frames said about the shopper, for the status line.
    """

    def __init__(self, look: Look, *, most_faces: int = 2) -> None:
        """A mirror with a look on; models open on the first frame, on the thread that works."""
        self.guidance = ""
        self.faces = 0
        self.fit: tuple[FitNote, ...] = ()
        self._look = look
        self._most_faces = most_faces
        self._session: Session | None = None
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

    def work(self, packet: Packet) -> Packet:
        """The reply to one frame.

        Raises:
            WireError: The frame cannot be read.
        """
        if packet.kind is not Kind.JPEG:
            raise WireError("Expected JPEG pictures, as agreed in the hello, got another kind.")
        pixels = decode_jpeg(packet)
        session = self._session or self._open()
        self._take_controls(session)
        if self._first_us is None or packet.captured_us < self._first_us:
            self._first_us = packet.captured_us  # a client's clock may jump back after sleep
        frame = Frame(pixels, (packet.captured_us - self._first_us) * _US, self._index)
        self._index += 1
        worn = session.step(frame)
        faces = session.last.tracks.faces
        self.faces = len(faces)
        self.guidance = faces[0].quality.sentence if faces and faces[0].quality else "No face in view."
        if self._index >= self._fit_due:
            self._fit_due = self._index + _FIT_EVERY
            self.fit = _fit(session)
        return encode_jpeg(worn.pixels, packet)

    def close(self) -> None:
        """Forget everything: the session's frames and landmarks go with it."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _open(self) -> Session:
        tracker = Tracker.load("face", max_faces=self._most_faces, blendshapes=False)
        self._session = Session(tracker, self._look)
        return self._session

    def _take_controls(self, session: Session) -> None:
        with self._lock:
            controls, self._controls = self._controls, []
        for control in controls:
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
