"""How a socket begins, or is turned away: shared by the mirror and the live room."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from pydantic import BaseModel
from starlette.websockets import WebSocket, WebSocketDisconnect

from tryon.server.consent import ConsentError
from tryon.server.wire import WireError

HELLO_S = 10.0
MOST_FAULTS, TOLD_FAULTS = 20, 5  # then it is put out; more replies would only serve whoever sends noise


async def first_text(socket: WebSocket) -> str:
    """The first message, which must be text.

    Raises:
        WebSocketDisconnect: The other side left instead.
        WireError: It was binary.
    """
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    text: str | None = message.get("text")
    if text is None:
        raise WireError("Expected a text message, got a binary one.")
    return text


async def refuse(socket: WebSocket, error: Exception, problem: Callable[[str, str], BaseModel]) -> None:
    """Say why, in the socket's own kind of problem (code, detail), and close: 4403 where it may not, 4400 elsewhere."""
    denied = isinstance(error, PermissionError)
    code = "consent" if isinstance(error, ConsentError) else "token" if denied else "hello"
    detail = f"Expected a hello within {HELLO_S:.0f} s." if isinstance(error, TimeoutError) else str(error)
    with suppress(RuntimeError, WebSocketDisconnect):
        await socket.send_text(problem(code, detail).model_dump_json())
        await socket.close(4403 if denied else 4400)
