"""What travels over the mirror's socket: small JSON texts for control, binary packets for pictures.

A packet is a 24-byte little-endian header and a payload:

    magic 2 bytes "tm" | kind 1 byte | flags 1 byte | sequence uint32 | captured_us uint64
    | width uint16 | height uint16 | server_us uint32

`captured_us` is the sender's own clock and comes back untouched, so that a client measures its latency without
agreeing on a clock. `server_us` is zero on the way in and on the way out the time from receipt to reply.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from tryon.errors import TryOnError

MOST_PACKET_BYTES = 2 * 1024 * 1024
MOST_SIDE_PX = 1920
HEADER = struct.Struct("<2sBBIQHHI")
_MAGIC = b"tm"


class WireError(TryOnError, ValueError):
    """A message that does not follow the protocol; the text says what was expected."""


class KeyFrameNeededError(WireError):
    """Something is missing before this picture; the sender's next one must be a key frame."""


class Kind(IntEnum):
    """What a packet's payload is."""

    JPEG = 1
    H264 = 2


KEY_FRAME = 1
BT709 = 2
FULL_RANGE = 4


@dataclass(frozen=True, slots=True)
class Packet:
    """One picture on the wire.

    kind, flags: How the payload is coded; `KEY_FRAME` marks an H.264 access unit that needs no other, `BT709` and
        `FULL_RANGE` colors made by other rules than BT.601's in studio range.
    sequence: Counts up per sender. captured_us, server_us: See the module.
    """

    kind: Kind
    payload: bytes
    sequence: int
    captured_us: int
    width: int
    height: int
    flags: int = 0
    server_us: int = 0

    def to_bytes(self) -> bytes:
        """Header and payload."""
        head = HEADER.pack(
            _MAGIC,
            self.kind,
            self.flags,
            self.sequence & 0xFFFFFFFF,
            self.captured_us,
            self.width,
            self.height,
            min(self.server_us, 0xFFFFFFFF),
        )
        return head + self.payload

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """A packet from the wire, its caps checked before anything is decoded.

        Raises:
            WireError: Not a packet, a kind this server does not read, or a picture over the caps.
        """
        if len(data) > MOST_PACKET_BYTES:
            raise WireError(f"Expected a packet of at most {MOST_PACKET_BYTES // 1024} kB, got {len(data) // 1024} kB.")
        if len(data) <= HEADER.size:
            raise WireError(f"Expected a packet of more than {HEADER.size} bytes, got {len(data)}.")
        magic, kind, flags, sequence, captured_us, width, height, _ = HEADER.unpack_from(data)
        if magic != _MAGIC or kind not in Kind.__members__.values():
            raise WireError("Expected a packet that begins with 'tm' and a known kind; update the page.")
        if not (16 <= width <= MOST_SIDE_PX and 16 <= height <= MOST_SIDE_PX):
            raise WireError(f"Expected a picture from 16 to {MOST_SIDE_PX} pixels a side, got {width}×{height}.")
        return cls(Kind(kind), data[HEADER.size :], sequence, captured_us, width, height, flags)


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Share = Annotated[float, Field(ge=0.0, le=1.0)]


class WornProduct(_Message):
    """One product to wear."""

    product: Name
    variant: Annotated[str, Field(min_length=1, max_length=80)] | None = None


class LayerChange(_Message):
    """Strength, and color if given, of one layer of the look."""

    index: Annotated[int, Field(ge=0, le=63)]
    opacity: Share | None = None
    color: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] | None = None


class Hello(_Message):
    """First message of a client: its protocol, the consent it holds, and the shop's token where one is needed.

    codec: How pictures travel, both ways. width: How wide a picture the client would like to send.
    """

    type: Literal["hello"] = "hello"
    version: Literal[1] = 1
    consent: Annotated[str, Field(min_length=1, max_length=2048)]
    codec: Literal["jpeg", "h264"] = "jpeg"
    width: Annotated[int, Field(ge=160, le=1280)] = 640
    token: Annotated[str, Field(min_length=1, max_length=2048)] | None = None


class Control(_Message):
    """What to show from the next frame on; fields left out stay as they were.

    key: The last H.264 picture could not be decoded; the next one must need no other.
    """

    type: Literal["control"] = "control"
    look: Name | None = None
    intensity: Share | None = None
    split: Share | None = None
    unsplit: bool = False
    key: bool = False
    wear: Annotated[list[WornProduct], Field(max_length=8)] | None = None
    layers: Annotated[list[LayerChange], Field(max_length=64)] | None = None


class Ready(_Message):
    """The server's answer to `Hello`."""

    type: Literal["ready"] = "ready"
    version: Literal[1] = 1
    codec: Literal["jpeg", "h264"]
    width: int
    height: int
    fps: int


class FitNote(_Message):
    """How one worn product sits on the shopper, in a sentence for them."""

    product: str
    verdict: str
    ok: bool


class Status(_Message):
    """Once a second: what the shopper should know, and the numbers on demand.

    guidance: One plain sentence about the face, "Looks good." when all is well.
    fit: How the worn products sit, as far as it can be told.
    width, height, fps: What the client should send now; lower under overload, with the reason in `notice`.
    """

    type: Literal["status"] = "status"
    guidance: str
    faces: int
    width: int
    height: int
    fps: int
    step_ms: float
    dropped: int
    notice: str = ""
    fit: tuple[FitNote, ...] = ()


class Problem(_Message):
    """Something was refused; the socket stays open unless it was the last straw."""

    type: Literal["problem"] = "problem"
    code: str
    detail: str


ClientMessage = Annotated[Hello | Control, Field(discriminator="type")]
ServerMessage = Annotated[Ready | Status | Problem, Field(discriminator="type")]
client_messages: TypeAdapter[Hello | Control] = TypeAdapter(ClientMessage)
server_messages: TypeAdapter[Ready | Status | Problem] = TypeAdapter(ServerMessage)
MOST_TEXT_BYTES = 16 * 1024


def parse_text(text: str) -> Hello | Control:
    """A client's text message.

    Raises:
        WireError: Not JSON, not a message, or a field out of range; the text names the first fault.
    """
    if len(text) > MOST_TEXT_BYTES:
        raise WireError(f"Expected a message of at most {MOST_TEXT_BYTES // 1024} kB.")
    try:
        return client_messages.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "message"
        raise WireError(f"{where}: {first['msg']}.") from None
