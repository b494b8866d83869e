"""A product on a printed marker, in a live camera: frames in, frames with it out. Knows nothing of sockets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tryon import catalog
from tryon.errors import ParameterError
from tryon.place.contact import turn_about
from tryon.place.intrinsics import ASSUMED_SIGMA
from tryon.place.live_marker import MarkerTracker, MarkerView
from tryon.render.light import picture_light
from tryon.server.pictures import decode_jpeg, encode_jpeg
from tryon.server.room_live_wire import LiveControl
from tryon.server.wire import Kind, Packet, WireError
from tryon.session.wardrobe import renderer
from tryon.types import Camera, Frame, Intrinsics, Item, Light, Model, Scene, Surface

_US = 1e-6
_OF_DIAGONAL = 27.0 / 43.267  # focal length of a usual phone; a live picture carries no EXIF
_CAST = 2.0  # how far beside the product its shadow is followed, by its height
_LIGHT_EVERY = 15  # frames; a room's light changes slowly, and must not flicker
_GRAY = Light("room", rgb=(0.7, 0.7, 0.7))


class LiveRoom:
    """One shopper's live view.

    `choose` may be called from any thread and holds from the next frame on; `work` and `close` belong to one thread.

    view: Where the marker was in the last frame, or None.
    """

    def __init__(self, *, tag_size_m: float | None = None) -> None:
        """Follow the marker page, or one loose tag of that size."""
        self.view: MarkerView | None = None
        self._tag_size_m = tag_size_m
        self._tracker: MarkerTracker | None = None
        self._model: Model | None = None
        self._yaw_rad = 0.0
        self._chosen = ("", "")
        self._wishes = 0
        self._light = _GRAY
        self._index = 0
        self._first_us: int | None = None

    def choose(self, control: LiveControl) -> None:
        """Stand another product on the marker, or turn it; reads it from disk, so not on the event loop.

        Raises:
            TryOnError: No such product or finish, or one that hangs on a wall.
        """
        if control.yaw_deg is not None:
            self._yaw_rad = math.radians(control.yaw_deg)
        if control.product is None:
            return
        self._wishes += 1
        wish = self._wishes
        product = catalog.load(control.product)
        if product.anchor == "wall":
            raise ParameterError(f"The {product.name} hangs on a wall; choose something that stands on the marker.")
        chosen = (control.product, control.variant or "")
        if chosen != self._chosen:
            model = catalog.open_model(product, variant=control.variant)
            if wish == self._wishes:  # else a later wish, whose file was read sooner, counts
                self._model, self._chosen = model, chosen

    def work(self, packets: Sequence[Packet]) -> Packet:
        """The reply to the newest frame.

        Raises:
            WireError: The frame cannot be read.
        """
        packet = packets[-1]
        if packet.kind is not Kind.JPEG:
            raise WireError("Expected JPEG pictures, got another kind.")
        pixels = decode_jpeg(packet)
        if self._first_us is None or packet.captured_us < self._first_us:
            self._first_us = packet.captured_us  # a client's clock may jump back after sleep
        return encode_jpeg(self.draw(pixels, (packet.captured_us - self._first_us) * _US), packet)

    def draw(self, pixels: NDArray[np.uint8], time_s: float) -> NDArray[np.uint8]:
        """(H, W, 3) uint8 sRGB with the product on the marker; the picture itself where none is in view."""
        frame = Frame(pixels, time_s, self._index)
        self.view = self._tracked(frame)
        if self._index % _LIGHT_EVERY == 0:
            red, green, blue = (float(value) for value in picture_light(frame))
            self._light = Light("room", rgb=(red, green, blue))
        self._index += 1
        if self.view is None or self._model is None:
            return pixels
        drawn = np.ascontiguousarray(pixels).copy()
        renderer().compose(drawn, _scene(self.view, self._model, self._yaw_rad, self._light), self.view.plane.camera)
        return drawn

    def close(self) -> None:
        """Forget the last frame."""
        if self._tracker is not None:
            self._tracker.close()
        self._tracker = self.view = self._model = None

    def _tracked(self, frame: Frame) -> MarkerView | None:
        tracker = self._tracker
        known = tracker.intrinsics.camera if tracker is not None else None
        if tracker is None or known is None or (known.width, known.height) != (frame.width, frame.height):
            focal_px = _OF_DIAGONAL * math.hypot(frame.width, frame.height)
            camera = Camera.of_focal(frame.width, frame.height, focal_px)
            lens = Intrinsics(camera, ASSUMED_SIGMA, "assumed")
            tracker = self._tracker = MarkerTracker(lens, tag_size_m=self._tag_size_m)  # the phone was turned
        return tracker.track(frame)


def _scene(view: MarkerView, model: Model, yaw_rad: float, light: Light) -> Scene:
    """The product standing on the marker's middle, and the floor around it for its shadow."""
    low, high = model.bounds_m
    middle = (low + high) / 2.0
    pose = view.camera_from_marker.copy()
    pose[:3, :3] = turn_about(view.plane.normal, yaw_rad) @ pose[:3, :3]
    pose[:3, 3] -= pose[:3, :3] @ np.array([middle[0], low[1], middle[2]])
    reach = float((high - low)[[0, 2]].max()) / 2.0 + _CAST * float(high[1] - low[1])
    corners = np.array([[x, 0.0, z, 1.0] for x, z in ((-1, -1), (1, -1), (1, 1), (-1, 1))]) * [reach, 1, reach, 1]
    floor = (corners @ view.camera_from_marker.T)[:, :3].astype(np.float32)
    triangles = np.array([[0, 1, 2], [0, 2, 3]], np.uint32)
    caught = Surface(floor, triangles, occludes=False, catches_shadow=0.8, flat=True)
    # The room's light stays with the marker when the camera moves.
    fixed = replace(light, camera_from_environment=view.camera_from_marker[:3, :3])
    return Scene((Item(model, pose),), (caught,), fixed)
