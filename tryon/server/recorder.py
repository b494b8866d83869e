"""The outermost layer: counts, times and logs every request by its route, and puts the protecting headers on."""

from __future__ import annotations

import logging
import re
import secrets
import time
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tryon.server.logs import request_id
from tryon.server.metrics import Metrics
from tryon.server.problems import problem

_LOG = logging.getLogger(__name__)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")
_REASONS = {401: "key", 403: "forbidden", 408: "slow", 413: "size", 422: "invalid", 429: "rate", 503: "busy"}
_YEAR_S = 31_536_000


class Recorder:
    """ASGI middleware. Belongs outside of everything else, so that refusals are counted and protected too."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, origins: tuple[str, ...]) -> None:
        """Wrap `app`; pages of `origins` may frame ours."""
        self._app, self._metrics = app, metrics
        self._framers = " ".join(("'self'", *origins))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun_s = time.perf_counter()
        identity = secrets.token_hex(8)
        mark = request_id.set(identity)
        status = 0

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._protect(scope, MutableHeaders(scope=message), identity)
            await send(message)

        try:
            await self._app(scope, receive, told)
        except Exception:
            # Raised again it would reach the web server's own log, with whatever its text holds.
            _LOG.exception("a request failed")
            if not status:
                answer = problem(HTTPStatus.INTERNAL_SERVER_ERROR, f"Our fault; the log says why under {identity}.")
                await answer(scope, receive, told)
        finally:
            self._count(scope, status, time.perf_counter() - begun_s)
            request_id.reset(mark)

    def _count(self, scope: Scope, status: int, spent_s: float) -> None:
        route = str(getattr(scope.get("route"), "path", "") or "none")
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        self._metrics.requests.labels(method, route, str(status)).inc()
        self._metrics.request.labels(method, route).observe(spent_s)
        if status in _REASONS:
            self._metrics.refused.labels(_REASONS[status]).inc()
        fields = {"method": method, "route": route, "status": status, "ms": round(spent_s * 1e3, 1)}
        _LOG.info("request", extra={"fields": fields})

    def _protect(self, scope: Scope, headers: MutableHeaders, identity: str) -> None:
        headers["X-Request-Id"] = identity
        headers["Content-Security-Policy"] = self._policy(scope)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer"
        headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
        if scope.get("scheme") == "https":
            headers["Strict-Transport-Security"] = f"max-age={_YEAR_S}"
        if scope["path"].startswith("/api/"):
            headers.setdefault("Cache-Control", "no-store")

    def _policy(self, scope: Scope) -> str:
        # Older Safari does not count sockets of the same host as 'self'.
        host = Headers(scope=scope).get("host", "")
        sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
        return (
            "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
            f"worker-src 'self' blob:; connect-src 'self' blob:{sockets}; object-src 'none'; base-uri 'none'; "
            f"form-action 'self'; frame-ancestors {self._framers}"
        )
