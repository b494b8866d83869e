"""The mirror over WebRTC, through aiortc with its delays taken out.

As it comes, aiortc holds each received frame until the next one's first packet, encodes at x264's slow default, opens a
new encoder at every change of the estimated bit rate, and keeps every decoded frame that nobody asks for. Here a frame
is complete at its marker bit, the encoder is the mirror's own, and tracks are always read, newest wins.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack

from aiortc import RTCIceServer
from aiortc.sdp import SessionDescription

from tryon.errors import TryOnError
from tryon.server.lifetime import Lifetime
from tryon.server.metrics import Metrics
from tryon.server.mirror import Mirror
from tryon.server.vision import VisionPool
from tryon.server.webrtc_call import Call
from tryon.server.wire import WireError

_MOST_SDP_VIDEO = 1


class Calls:
    """The WebRTC mirrors of a server. Belongs to the event loop."""

    def __init__(self, pool: VisionPool, lifetime: Lifetime, metrics: Metrics, ice: Sequence[str] = ()) -> None:
        """Answer calls.

        Args:
            ice: STUN and TURN servers as `turn:host:3478|user|password`; none by default, which is right wherever
                the server's own address can be reached, and lets nobody outside see who calls.
        """
        self._pool, self._lifetime, self._metrics = pool, lifetime, metrics
        self._ice = [ice_server(each) for each in ice]
        self._calls: set[Call] = set()

    @property
    def count(self) -> int:
        """Calls that are on."""
        return len(self._calls)

    async def answer(self, sdp: str, mirror: Mirror, *, width: int, allowed: Callable[[], Awaitable[None]]) -> str:
        """The answer to a browser's offer.

        Args:
            mirror: Closed with the call, or at once when there is none.
            allowed: Called once a second; what it raises ends the call, as when consent is withdrawn.

        Raises:
            WireError: Not an offer of one video that this server can answer.
        """
        try:
            check_offer(sdp)
        except WireError:
            mirror.close()
            raise
        call = Call(self._pool, self._metrics, mirror, self._ice, width, allowed)
        self._enter(call)
        try:
            return await call.answer(sdp)
        except Exception as error:
            await call.close()
            if isinstance(error, TryOnError):
                raise
            raise WireError("Expected an offer that can be answered; load the page again.") from error

    def _enter(self, call: Call) -> None:
        """Count it, and have it told when the server stops, until it ends."""
        stay = ExitStack()
        stay.enter_context(self._lifetime.member(call.leave))
        self._calls.add(call)
        stay.callback(self._calls.discard, call)
        self._metrics.mirrors.inc()
        stay.callback(self._metrics.mirrors.dec)
        call.ended = stay.close

    async def close(self) -> None:
        """End all calls."""
        await asyncio.gather(*(call.close() for call in tuple(self._calls)), return_exceptions=True)


def ice_server(text: str) -> RTCIceServer:
    """A server from `url`, or `url|user|password`."""
    url, _, rest = text.partition("|")
    user, _, password = rest.partition("|")
    return RTCIceServer(urls=url, username=user or None, credential=password or None)


def check_offer(sdp: str) -> None:
    """Refuse what is no offer of a video before anything is opened for it.

    Raises:
        WireError: No SDP, or not one video that both sides can code.
    """
    try:
        media = SessionDescription.parse(sdp).media
    except Exception as error:  # the parser raises whatever the text trips over
        raise WireError("Expected a session description (SDP), got something else.") from error
    videos = [each for each in media if each.kind == "video"]
    if len(videos) != _MOST_SDP_VIDEO or any(each.kind == "audio" for each in media):
        raise WireError(f"Expected an offer of one video and no sound, got {len(videos)} videos in {len(media)} media.")
