"""Call the mirror over WebRTC."""

from __future__ import annotations

import asyncio
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Header, Request
from pydantic import BaseModel, ConfigDict, Field

from tryon.errors import MissingExtraError
from tryon.filters import Look
from tryon.server.admission import Consenting, shopper
from tryon.server.mirror import Mirror
from tryon.server.problems import RefusedError, responses

if TYPE_CHECKING:
    from tryon.server.webrtc import Calls

router = APIRouter(tags=["mirror"])
_FIRST_LOOK = "rose"


class Offer(BaseModel):
    """A browser's offer of one video and a data channel for controls."""

    model_config = ConfigDict(extra="forbid")

    sdp: Annotated[str, Field(min_length=1, max_length=32 * 1024)]
    width: Annotated[int, Field(ge=160, le=1280)] = 640


class Answer(BaseModel):
    """The server's answer."""

    sdp: str


class IceServer(BaseModel):
    """A server that helps two sides find each other."""

    urls: str
    username: str | None = None
    credential: str | None = None


class IceServers(BaseModel):
    """Servers for the browser's `RTCPeerConnection`; none where this one can be reached directly."""

    iceServers: list[IceServer]  # noqa: N815  # the name the browser's own interface has


@router.get("/api/mirror/ice", dependencies=[Depends(shopper)])
def ice(request: Request) -> IceServers:
    """Servers to call through."""
    return IceServers(iceServers=[_ice(each) for each in request.app.state.settings.ice])


@router.post(
    "/api/mirror/offer",
    dependencies=[Depends(shopper)],
    responses=responses(
        HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_IMPLEMENTED, HTTPStatus.SERVICE_UNAVAILABLE
    ),
)
async def offer(
    request: Request, call: Offer, consent: Consenting, token: Annotated[str, Header(alias="X-Tryon-Consent")]
) -> Answer:
    """Open a mirror over WebRTC; it ends when the consent does."""
    del consent  # checked
    state = request.app.state
    calls = _calls(request)
    if state.lifetime.leaving:
        raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, "The server is being restarted; try again in a moment.")
    if state.pool.seats >= state.settings.most_mirrors:
        raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, "All mirrors are taken; try again in a minute.")
    mirror = Mirror(Look.load(_FIRST_LOOK), masks=state.pool.masks)
    await asyncio.get_running_loop().run_in_executor(state.pool.opener, mirror.open)

    async def allowed() -> None:
        await asyncio.to_thread(partial(state.consents.check, token))

    sdp = await calls.answer(call.sdp, mirror, width=call.width, allowed=allowed)
    return Answer(sdp=sdp)


def _calls(request: Request) -> Calls:
    """The server's calls, opened with the first one.

    Raises:
        RefusedError: The extra is not installed.
    """
    state = request.app.state
    found: Calls | None = getattr(state, "calls", None)
    if found is None:
        try:
            from tryon.server.webrtc import Calls
        except ImportError as error:
            detail = str(MissingExtraError("aiortc", extra="webrtc"))
            raise RefusedError(HTTPStatus.NOT_IMPLEMENTED, detail) from error
        found = state.calls = Calls(state.pool, state.lifetime, state.metrics, state.settings.ice)
    return found


def _ice(text: str) -> IceServer:
    url, _, rest = text.partition("|")
    user, _, password = rest.partition("|")
    return IceServer(urls=url, username=user or None, credential=password or None)
