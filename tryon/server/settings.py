"""What a server is told when it starts."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tryon.errors import ParameterError
from tryon.resources import home

_PREFIX = "TRYON_"


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one server process.

    database: SQLAlchemy URL; SQLite in the cache folder by default.
    secret: Signs consent and session tokens; made once and kept beside the database when none is given.
    threads: Vision threads, one per core by default.
    most_mirrors: Shoppers at once; the next one is told to come back.
    origins: Sites whose pages may embed the mirror and call the API; empty for this server's own pages alone.
    """

    database: str
    secret: str = field(repr=False)
    threads: int = max(1, os.cpu_count() or 1)
    most_mirrors: int = 32
    origins: tuple[str, ...] = ()
    keys_required: bool = False

    @classmethod
    def from_environment(cls) -> Self:
        """Settings from `TRYON_DATABASE`, `TRYON_SECRET`, `TRYON_THREADS`, `TRYON_MOST_MIRRORS`, `TRYON_ORIGINS`.

        Raises:
            ParameterError: A number that is none, or a secret of fewer than 32 characters.
        """
        folder = home() / "server"
        folder.mkdir(parents=True, exist_ok=True)
        secret = os.environ.get(f"{_PREFIX}SECRET") or _kept_secret(folder / "secret")
        if len(secret) < 32:
            raise ParameterError(f"{_PREFIX}SECRET: expected at least 32 characters, got {len(secret)}.")
        return cls(
            database=os.environ.get(f"{_PREFIX}DATABASE") or f"sqlite:///{folder / 'tryon.db'}",
            secret=secret,
            threads=_number("THREADS", max(1, os.cpu_count() or 1)),
            most_mirrors=_number("MOST_MIRRORS", 32),
            origins=tuple(origin for origin in os.environ.get(f"{_PREFIX}ORIGINS", "").split(",") if origin),
        )


def _number(name: str, default: int) -> int:
    text = os.environ.get(_PREFIX + name)
    if text is None:
        return default
    if not text.isdigit() or int(text) < 1:
        raise ParameterError(f"{_PREFIX}{name}: expected a whole number of at least 1, got '{text}'.")
    return int(text)


def _kept_secret(path: Path) -> str:
    """The secret of earlier runs, or a new one that only this user can read."""
    try:
        return path.read_text()
    except FileNotFoundError:
        secret = secrets.token_urlsafe(48)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w") as file:
            file.write(secret)
        return secret
