"""Logs as JSON lines that hold nothing about a person: no addresses, paths, queries, tokens, texts of errors."""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
from contextvars import ContextVar
from pathlib import Path

request_id: ContextVar[str] = ContextVar("tryon_request_id", default="")
_OWN = "tryon"
# uvicorn tells addresses at INFO ("127.0.0.1:5000 - WebSocket … accepted"); its warnings do not.
_QUIET = ("uvicorn", "uvicorn.error", "uvicorn.access", "websockets", "websockets.server", "alembic", "sqlalchemy")


class JsonLines(logging.Formatter):
    """One JSON object a line; of foreign libraries only their name and level, of errors only kind and place."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, object] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if record.name.partition(".")[0] == _OWN:
            line["event"] = record.getMessage()
            line.update(getattr(record, "fields", {}))
        if identity := request_id.get():
            line.setdefault("request", identity)
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["at"] = _place(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def configure(*, requests: bool = True) -> None:
    """Send every log of this process to standard error as JSON lines.

    Args:
        requests: Every request is a line too; otherwise only what went wrong is.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(_OWN).setLevel(logging.INFO if requests else logging.WARNING)
    for name in _QUIET:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.WARNING)


def _place(error: BaseException | None) -> list[str]:
    """Where it was raised, innermost last: files, lines and functions, never values or messages."""
    frames = traceback.extract_tb(error.__traceback__) if error else []
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames[-6:]]
