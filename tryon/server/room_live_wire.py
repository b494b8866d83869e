"""What travels over the live room's socket: small JSON texts, and the mirror's JPEG packets both ways."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, TypeAdapter, ValidationError

from tryon.server.wire import MOST_TEXT_BYTES, Name, WireError


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LiveHello(_Message):
    """First message: the consent to furnish, the shop's token where one is needed, and the marker.

    tag_mm: Edge of one loose tag's black square; left out for the page of `tryon marker`, which tells its size.
    """

    type: Literal["hello"] = "hello"
    version: Literal[1] = 1
    consent: Annotated[str, Field(min_length=1, max_length=2048)]
    token: Annotated[str, Field(min_length=1, max_length=2048)] | None = None
    tag_mm: Annotated[FiniteFloat, Field(ge=5.0, le=2000.0)] | None = None


class LiveControl(_Message):
    """What stands on the marker from the next frame on; fields left out stay as they were."""

    type: Literal["control"] = "control"
    product: Name | None = None
    variant: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    yaw_deg: Annotated[FiniteFloat, Field(ge=-360.0, le=360.0)] | None = None


class LiveReady(_Message):
    """The server's answer to `LiveHello`: how wide pictures should be."""

    type: Literal["ready"] = "ready"
    version: Literal[1] = 1
    width: int = 960


class LiveStatus(_Message):
    """Whether the marker is in view, how far away, and how long the server works on a frame."""

    type: Literal["status"] = "status"
    seen: bool
    distance_mm: float | None
    step_ms: float
    dropped: int


class LiveProblem(_Message):
    """Something was refused."""

    type: Literal["problem"] = "problem"
    code: str
    detail: str


_messages: TypeAdapter[LiveHello | LiveControl] = TypeAdapter(
    Annotated[LiveHello | LiveControl, Field(discriminator="type")]
)


def parse_live(text: str) -> LiveHello | LiveControl:
    """A client's text message.

    Raises:
        WireError: Not JSON, not a message, or a field out of range; the text names the first fault.
    """
    if len(text) > MOST_TEXT_BYTES:
        raise WireError(f"Expected a message of at most {MOST_TEXT_BYTES // 1024} kB.")
    try:
        return _messages.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "message"
        raise WireError(f"{where}: {first['msg']}.") from None
