"""The application on a port, with a goodbye: told to stop, it says so to everybody before the sockets close."""

from __future__ import annotations

from socket import socket

import uvicorn
from fastapi import FastAPI

from tryon.server.lifetime import Lifetime
from tryon.server.warmth import Warmth

_MOST_MESSAGE_BYTES = 4 * 1024 * 1024
_STOP_S = 5  # running requests may take this long to finish
_IDLE_S = 30


class _Server(uvicorn.Server):
    """uvicorn, which would close sockets without a word."""

    def __init__(self, config: uvicorn.Config, lifetime: Lifetime) -> None:
        super().__init__(config)
        self._lifetime = lifetime

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        await self._lifetime.leave()
        await super().shutdown(sockets)


def make_server(app: FastAPI, *, host: str, port: int) -> uvicorn.Server:
    """A server that is not running yet; logs are the caller's business."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,  # it would hold addresses; `recorder` logs what may be known
        server_header=False,
        ws_max_size=_MOST_MESSAGE_BYTES,
        ws_per_message_deflate=False,
        timeout_keep_alive=_IDLE_S,
        timeout_graceful_shutdown=_STOP_S,
    )
    return _Server(config, app.state.lifetime)


def serve(app: FastAPI, *, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM.

    Raises:
        SystemExit: The port cannot be opened.
    """
    with Warmth():
        make_server(app, host=host, port=port).run()
