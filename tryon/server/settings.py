"""What a server is told when it starts."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tryon.errors import ParameterError
from tryon.resources import home
from tryon.server.access import plain_origin

_PREFIX = "TRYON_"
_LEAST_SECRET = 32


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one server process.

    database: SQLAlchemy URL; SQLite in the cache folder by default.
    secret: Signs consents, tokens and links; made once and kept beside the database when none is given.
    threads: Vision threads, one per core by default.
    most_mirrors: Shoppers at once; the next one is told to come back.
    origins: Sites whose pages may embed the mirror and call the API; empty for this server's own pages alone.
    keys_required: Only brands with a key, and shoppers with a token made by one, may use the API and the mirror.
    files: Where saved photos lie: a folder, or `s3://bucket/prefix`; empty for a folder in the cache folder.
    ice: STUN and TURN servers for WebRTC, `url` or `url|user|password`; none by default, which asks nobody outside.
    rate: Multiplies every rate limit; 0 for none, as behind a proxy that limits already.
    """

    database: str
    secret: str = field(repr=False)
    threads: int = max(1, os.cpu_count() or 1)
    most_mirrors: int = 32
    origins: tuple[str, ...] = ()
    keys_required: bool = False
    files: str = ""
    ice: tuple[str, ...] = ()
    rate: float = 1.0

    @classmethod
    def from_environment(cls) -> Self:
        """Settings from `TRYON_…`, each named as the field in capitals; `TRYON_ORIGINS` is separated by commas.

        Raises:
            ParameterError: A number that is none, a secret of fewer than 32 characters, an origin that is none.
        """
        folder = home() / "server"
        folder.mkdir(parents=True, exist_ok=True)
        secret = _text("SECRET") or _kept_secret(folder / "secret")
        if len(secret) < _LEAST_SECRET:
            raise ParameterError(f"{_PREFIX}SECRET: expected at least {_LEAST_SECRET} characters, got {len(secret)}.")
        return cls(
            database=_text("DATABASE") or f"sqlite:///{folder / 'tryon.db'}",
            secret=secret,
            threads=_number("THREADS", max(1, os.cpu_count() or 1)),
            most_mirrors=_number("MOST_MIRRORS", 32),
            origins=tuple(plain_origin(origin.strip()) for origin in _text("ORIGINS").split(",") if origin.strip()),
            keys_required=_yes("KEYS_REQUIRED"),
            files=_text("FILES"),
            ice=tuple(server.strip() for server in _text("ICE").split(",") if server.strip()),
            rate=_share("RATE", 1.0),
        )


def _text(name: str) -> str:
    return os.environ.get(_PREFIX + name, "")


def _number(name: str, default: int) -> int:
    text = _text(name)
    if not text:
        return default
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise ParameterError(f"{_PREFIX}{name}: expected a whole number of at least 1, got '{text}'.")
    return int(text)


def _share(name: str, default: float) -> float:
    text = _text(name)
    try:
        value = float(text or default)
    except ValueError:
        value = -1.0
    if not 0.0 <= value < float("inf"):
        raise ParameterError(f"{_PREFIX}{name}: expected a number of at least 0, got '{text}'.")
    return value


def _yes(name: str) -> bool:
    text = _text(name).lower()
    if text not in ("", "0", "1", "no", "yes", "false", "true"):
        raise ParameterError(f"{_PREFIX}{name}: expected yes or no, got '{text}'.")
    return text in ("1", "yes", "true")


def _kept_secret(path: Path) -> str:
    """The secret of earlier runs, or a new one that only this user can read."""
    try:
        return path.read_text()
    except FileNotFoundError:
        secret = secrets.token_urlsafe(48)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w") as file:
            file.write(secret)
        return secret
