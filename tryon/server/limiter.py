"""Refuses callers that ask too often and bodies that are too large or too slow, while they arrive."""

from __future__ import annotations

import asyncio
import math
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tryon.server.limits import Buckets, Limit, limit_of
from tryon.server.metrics import Metrics
from tryon.server.problems import problem

_SILENCE_S = 15.0  # between two parts of a body
_TRY_AGAIN = 1013  # the WebSocket registry's "try again later"


class Limiter:
    """ASGI middleware; sockets are limited by how often they open."""

    def __init__(self, app: ASGIApp, *, buckets: Buckets, metrics: Metrics) -> None:
        """Wrap `app`."""
        self._app, self._buckets, self._metrics = app, buckets, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        kind = scope["type"]
        if kind not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        limit = limit_of(scope["method"] if kind == "http" else "WEBSOCKET", scope["path"])
        wait_s = self._buckets.take(limit, (scope.get("client") or ("",))[0])
        if kind == "websocket":
            if wait_s:
                self._metrics.refused.labels("rate").inc()
                await send({"type": "websocket.close", "code": _TRY_AGAIN, "reason": "too many at once"})
                return
            await self._app(scope, receive, send)
            return
        if wait_s:
            answer = problem(HTTPStatus.TOO_MANY_REQUESTS, f"Too many requests; wait {math.ceil(wait_s)} s.")
            answer.headers["Retry-After"] = str(math.ceil(wait_s))
            await answer(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "0")
        if not (length.isascii() and length.isdigit()) or int(length[:12]) > limit.most_bytes or len(length) > 12:
            await problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _too_large(limit))(scope, receive, send)
            return
        await self._app(scope, _counted(receive, limit), send)


def _counted(receive: Receive, limit: Limit) -> Receive:
    """The same body, cut off when it grows over the limit whatever its header said, or when it stalls."""
    taken = 0
    whole = False

    async def counted() -> Message:
        nonlocal taken, whole
        if whole:
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), _SILENCE_S)
        except TimeoutError:
            raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, "The body stalled; send it again.") from None
        taken += len(message.get("body", b""))
        whole = message["type"] != "http.request" or not message.get("more_body", False)
        if taken > limit.most_bytes:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _too_large(limit))
        return message

    return counted


def _too_large(limit: Limit) -> str:
    return f"Expected a body of at most {limit.most_bytes // 1024} kB."
