"""Serve for a moment and see that a shopper would find the mirror."""

from __future__ import annotations

import threading
import time
import urllib.request
from urllib.error import URLError

from fastapi import FastAPI

from tryon.errors import TryOnError
from tryon.server.serving import make_server

_START_S = 60.0
_ANSWER_S = 20.0
_STOP_S = 30.0


class TrialError(TryOnError, RuntimeError):
    """The server does not serve what it should; the text says what to do."""


def try_out(app: FastAPI) -> None:
    """Return once the page and `/api/ready` have answered on a free port of this machine; nothing goes on afterwards.

    Raises:
        TrialError: The server did not start, is not ready, or has no page.
    """
    server = make_server(app, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run, name="tryon-trial", daemon=True)
    thread.start()
    try:
        deadline_s = time.monotonic() + _START_S
        while not server.started and thread.is_alive() and time.monotonic() < deadline_s:
            time.sleep(0.02)
        if not server.started:
            raise TrialError(f"Expected the server to start within {_START_S:.0f} s, it did not; see the log above.")
        port = server.servers[0].sockets[0].getsockname()[1]
        for path, wanted in (("/api/ready", '"ok"'), ("/", "<mirror-page>")):
            _expect(f"http://127.0.0.1:{port}{path}", path, wanted)
    finally:
        server.should_exit = True
        thread.join(_STOP_S)


def _expect(url: str, path: str, wanted: str) -> None:
    straight = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback goes through nobody's proxy
    try:
        with straight.open(url, timeout=_ANSWER_S) as answer:
            text = answer.read().decode()
    except URLError as error:
        raise TrialError(f"Expected {path} to answer, got {error}; in a checkout run: make web.") from None
    if wanted not in text:
        raise TrialError(f"Expected {wanted} in {path}, got something else; in a checkout run: make web.")
