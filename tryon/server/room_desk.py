"""One shopper's room at work: a picture in, furniture moved about in it, pictures out. Belongs to one thread."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import cv2
import numpy as np
import simplejpeg
from numpy.typing import NDArray

from tryon.errors import ParameterError, ScaleUnknownError, TryOnError
from tryon.server.room_fit import fit_of
from tryon.server.room_scale import open_room
from tryon.server.room_sight import Box, changed_box, foot, outline
from tryon.server.room_state import (
    FitState,
    Length,
    PieceChange,
    PieceState,
    PieceWish,
    RoomState,
    ScaleWish,
    Span,
    WallWish,
)
from tryon.server.uploads import read_upload
from tryon.session.room import Room
from tryon.session.room_pieces import Placed
from tryon.types import Frame

SHOWN_PX = 1280  # the longer side of what the page shows
KEPT_PX = 4096  # and of what it saves
MOST_PIECES = 12
_TRIAL = "nightstand"
_BEFORE = (0.5, 0.8)  # where a piece goes for which no free place is found
_QUALITY, _DRAG_QUALITY, _KEPT_QUALITY = 88, 80, 94
_LOOK_PX = 3200  # the longer side in which the paper is looked for


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A JPEG of a part of the shown picture. box: (x0, y0, x1, y1) pixels of it."""

    jpeg: bytes
    box: Box


class Desk:
    """A room's picture, its scale once it is known, and its furniture."""

    def __init__(self, name: str, data: bytes) -> None:
        """Read the picture; `look` then finds its scale.

        Raises:
            InputError: Not a picture that is read here.
        """
        self.name = name
        self.expires_s = 0
        self._data = data
        self._shown = _fitted(read_upload(data).frame, SHOWN_PX)
        self._before = _jpeg(self._shown.pixels, _QUALITY)
        self._room: Room | None = None
        self._reason = ""
        self._lost: list[str] = []

    def look(self, wish: ScaleWish) -> RoomState:
        """The room once its scale was looked for; what stood in it stays where it is in the picture.

        Raises:
            ParameterError: Corners that do not go with what they are corners of.
            ScaleUnknownError: What was asked for is not there, and the scale of before stays.
        """
        try:
            found = open_room(_fitted(read_upload(self._data).frame, _LOOK_PX), self._data, wish).resized(self._shown)
        except ScaleUnknownError as error:
            if self._room is not None:
                raise
            self._reason = str(error)
            return self.state()
        if self._room is not None:
            self._lost = _furnish(found, self._room)
            self._room.close()
        self._room, self._reason = found, ""
        return self.state()

    def warm(self) -> None:
        """Look at light and people now, and compile what draws, so that the first piece is not waited for."""
        if self._room is None:
            return
        with suppress(TryOnError):  # whatever it is, the shopper's own wish will say so
            self._room.look()
            trial = self._room.resized(self._shown)
            trial.add(_TRIAL)
            trial.render(box=(0, 0, 16, 16))

    def add(self, wish: PieceWish) -> RoomState:
        """A product more.

        Raises:
            TryOnError: No scale yet, no such product, no floor there, or too many.
        """
        room = self._known()
        if len(room.pieces) >= MOST_PIECES:
            raise ParameterError(f"Expected at most {MOST_PIECES} pieces in a room; take one out first.")
        try:
            self._put_in(room, wish, wish.at)
        except ParameterError:  # no free part of the floor is in view: better in the way, to be dragged, than refused
            if wish.at is not None or not self._stands_before(room, wish):
                raise
        return self.state()

    def _put_in(self, room: Room, wish: PieceWish, at: Sequence[float] | None) -> None:
        at_px = None if at is None else self._pixel(at)
        room.add(wish.product, at_px=at_px, yaw_rad=math.radians(wish.yaw_deg), variant=wish.variant)

    def _stands_before(self, room: Room, wish: PieceWish) -> bool:
        try:
            self._put_in(room, wish, _BEFORE)
        except ParameterError:
            return False
        return True

    def change(self, piece: str, change: PieceChange) -> RoomState:
        """The piece moved, turned or in another finish."""
        self._change(piece, change)
        return self.state()

    def drag(self, piece: str, change: PieceChange) -> tuple[Drawn, PieceState]:
        """The same for a finger on the move: only the part of the picture that changes, and the piece's new place."""
        room = self._known()
        before = room.pieces
        moved = self._change(piece, change)
        box = changed_box(room, before)
        pixels = room.render(box=box).pixels[box[1] : box[3], box[0] : box[2]]
        return Drawn(_jpeg(pixels, _DRAG_QUALITY), box), _piece(room, moved)

    def wall(self, wish: WallWish) -> RoomState:
        """A wall more, by two points where it meets the floor."""
        self._known().add_wall(self._pixel(wish.a), self._pixel(wish.b))
        return self.state()

    def remove(self, piece: str) -> RoomState:
        """The room without it."""
        self._known().remove(piece)
        return self.state()

    def measure(self, span: Span) -> Length:
        """The length between two points of the floor, or of one above the other."""
        room = self._known()
        a_px, b_px = self._pixel(span.a), self._pixel(span.b)
        if span.upright:
            return Length.of(room.height_above(a_px, b_px))
        return Length.of(room.length_between(a_px, b_px))

    def fit(self, piece: str) -> FitState:
        """Whether the piece fits where it stands, as far as the room is known."""
        return fit_of(self._known(), piece)

    def picture(self, *, before: bool = False, dimensions: bool = False) -> bytes:
        """The picture the page shows, as JPEG."""
        if before or self._room is None:
            return self._before
        return _jpeg(self._room.render(dimensions=dimensions).pixels, _QUALITY)

    def keepsake(self, *, dimensions: bool = False) -> bytes:
        """The picture at its own size, up to 4096 pixels, as JPEG."""
        frame = _fitted(read_upload(self._data).frame, KEPT_PX)
        if self._room is None:
            return _jpeg(frame.pixels, _KEPT_QUALITY)
        full = self._room.resized(frame)
        return _jpeg(full.render(dimensions=dimensions).pixels, _KEPT_QUALITY)

    def state(self) -> RoomState:
        """Everything the page shows beside the picture."""
        room = self._room
        return RoomState(
            id=self.name,
            width=self._shown.width,
            height=self._shown.height,
            scale="" if room is None else room.planes[0].source,
            reason=self._reason,
            error=None if room is None else _error(room),
            corners=None if room is None else _corners(room),
            remarks=[] if room is None else [*room.remarks, *self._lost],
            planes=[] if room is None else [plane.kind for plane in room.planes],
            pieces=[] if room is None else [_piece(room, piece) for piece in room.pieces],
            most_pieces=MOST_PIECES,
            expires_s=self.expires_s,
        )

    def close(self) -> None:
        """Let the picture and everything in it go."""
        if self._room is not None:
            self._room.close()
        self._room, self._data, self._before = None, b"", b""

    def _known(self) -> Room:
        if self._room is None:
            raise ScaleUnknownError(self._reason or "Expected a room of known scale; mark the sheet's corners first.")
        return self._room

    def _change(self, name: str, change: PieceChange) -> Placed:
        room = self._known()
        piece = room.piece(name)
        if change.snap:
            piece = room.snap(name)
        if change.variant is not None:
            piece = room.finish(name, change.variant)
        if change.yaw_deg is not None:
            piece = room.turn(name, math.radians(change.yaw_deg))
        if change.at is not None:
            piece = room.move(name, self._pixel(change.at))
        return piece

    def _pixel(self, point: Sequence[float]) -> tuple[float, float]:
        return point[0] * self._shown.width - 0.5, point[1] * self._shown.height - 0.5


def _furnish(room: Room, before: Room) -> list[str]:
    """Put what stood in the room of before where it was in the picture; a sentence for each piece that cannot be."""
    lost = []
    for piece in before.pieces:
        x, y = foot(before, piece)
        at_px = (x * room.frame.width - 0.5, y * room.frame.height - 0.5)
        try:
            room.add(piece.product, at_px=at_px, yaw_rad=piece.yaw_rad, variant=piece.product.variant)
        except TryOnError:  # off the floor, as it is known now
            lost.append(f"The {piece.product.name} has no place at the room's new size; put it in again.")
    return lost


def _piece(room: Room, piece: Placed) -> PieceState:
    product = piece.product
    width, height, depth = (round(1e3 * side, 1) for side in product.size_m)
    return PieceState(
        id=piece.id,
        product=product.model_path.stem,
        name=product.name,
        kind=product.kind,
        variant=product.variant,
        plane=room.planes[piece.plane].kind,
        on=piece.on,
        at=foot(room, piece),
        yaw_deg=round(math.degrees(piece.yaw_rad), 1),
        outline=outline(room, piece),
        size_mm=(width, height, depth),
    )


def _corners(room: Room) -> list[tuple[float, float]] | None:
    """The sheet that gave the scale, when one did."""
    sheet = next((outline for outline in room.taken_px if len(outline) == 4), None)  # tags have more points
    if sheet is None:
        return None
    shares = (np.asarray(sheet) + 0.5) / (room.frame.width, room.frame.height)
    return [(round(float(x), 5), round(float(y), 5)) for x, y in shares]


def _error(room: Room) -> float:
    """The share by which a length a little before the middle of the picture may be off."""
    width, height = room.frame.width, room.frame.height
    measure = room.length_between((0.4 * width, 0.8 * height), (0.6 * width, 0.8 * height))
    return round((measure.high_m - measure.low_m) / 2.0 / measure.value_m, 4)


def _fitted(frame: Frame, longest_px: int) -> Frame:
    """The picture, scaled down to at most that."""
    longest = max(frame.width, frame.height)
    if longest <= longest_px:
        return Frame(frame.pixels)
    size = tuple(max(1, round(side * longest_px / longest)) for side in (frame.width, frame.height))
    return Frame(np.asarray(cv2.resize(frame.pixels, size, interpolation=cv2.INTER_AREA), np.uint8))


def _jpeg(pixels: NDArray[np.uint8], quality: int) -> bytes:
    data: bytes = simplejpeg.encode_jpeg(
        np.ascontiguousarray(pixels), quality=quality, colorspace="RGB", colorsubsampling="420", fastdct=True
    )
    return data
