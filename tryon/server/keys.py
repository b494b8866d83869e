"""Brands' keys to the API: made once, shown once, kept as a digest."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal, TypeAlias, get_args

from sqlalchemy import select

from tryon.errors import ParameterError, TryOnError, UnknownNameError
from tryon.server.store import Store
from tryon.server.tables import Key

Scope: TypeAlias = Literal["read", "write"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
_MARK = "tryon"
_SHAPE = re.compile(_MARK + r"_([0-9a-f]{8})_[A-Za-z0-9_-]{32}")


class KeyRefusedError(TryOnError, PermissionError):
    """No key or shopper's token, or an unknown, expired or revoked one."""

    status = HTTPStatus.UNAUTHORIZED


class ScopeError(KeyRefusedError):
    """A key that may do less than it was used for."""

    status = HTTPStatus.FORBIDDEN


@dataclass(frozen=True, slots=True)
class KeyCard:
    """What is known of a key; never the key.

    prefix: Its first letters, enough to tell it apart. made_s, revoked_s: Seconds since 1970.
    """

    prefix: str
    name: str
    scopes: tuple[str, ...]
    made_s: int
    revoked_s: int | None = None


class Keys:
    """The keys of one server."""

    def __init__(self, store: Store) -> None:
        """Keep them in `store`."""
        self._store = store

    def add(self, name: str, scopes: Iterable[str] = SCOPES) -> str:
        """A new key, `tryon_PREFIX_SECRET` with 192 random bits; it cannot be shown again.

        Raises:
            ParameterError: A name of none or more than 80 letters, or no known scope.
        """
        chosen = tuple(scope for scope in SCOPES if scope in (wanted := set(scopes)))
        if not name.strip() or len(name) > 80:
            raise ParameterError(f"Expected a name of 1 to 80 letters, got {len(name)}.")
        if not chosen or len(chosen) != len(wanted):
            raise ParameterError(
                f"Expected scopes among {', '.join(SCOPES)}, got {', '.join(sorted(wanted)) or 'none'}."
            )
        prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(24)
        key = f"{_MARK}_{prefix}_{secret}"
        row = Key(prefix=prefix, name=name, scopes=" ".join(chosen), digest=_digest(key), made_s=int(time.time()))
        with self._store.transaction() as session:
            session.add(row)
        return key

    def list(self) -> list[KeyCard]:
        """All keys, oldest first, revoked ones too."""
        with self._store.transaction() as session:
            return [_card(row) for row in session.scalars(select(Key).order_by(Key.made_s, Key.prefix))]

    def revoke(self, prefix: str) -> KeyCard:
        """End a key and every shopper's token made with it; at once.

        Raises:
            UnknownNameError: No key begins so.
        """
        plain = prefix.removeprefix(f"{_MARK}_").partition("_")[0]
        with self._store.transaction() as session:
            row = session.get(Key, plain) if plain.isalnum() else None
            if row is None:
                raise UnknownNameError("key", plain[:16], session.scalars(select(Key.prefix)))
            row.revoked_s = row.revoked_s or int(time.time())
            return _card(row)

    def check(self, key: str, scope: Scope) -> KeyCard:
        """The key's card.

        Raises:
            KeyRefusedError: Unknown or revoked.
            ScopeError: Without the scope.
        """
        shaped = _SHAPE.fullmatch(key)  # databases choke on some letters
        card = self._find(shaped[1], key) if shaped else None
        if card is None:
            raise KeyRefusedError("Expected a key that `tryon keys add` made and nobody revoked, got another.")
        if scope not in card.scopes:
            raise ScopeError(f"Expected a key with the scope '{scope}', got one with {' and '.join(card.scopes)}.")
        return card

    def holds(self, prefix: str) -> bool:
        """There is such a key and it is not revoked."""
        with self._store.transaction() as session:
            row = session.get(Key, prefix)
            return row is not None and row.revoked_s is None

    def _find(self, prefix: str, key: str) -> KeyCard | None:
        with self._store.transaction() as session:
            row = session.get(Key, prefix)
        digest = row.digest if row else _digest("")  # as long for an unknown prefix
        same = hmac.compare_digest(digest, _digest(key))
        return _card(row) if row and same and row.revoked_s is None else None


def _card(row: Key) -> KeyCard:
    return KeyCard(row.prefix, row.name, tuple(row.scopes.split()), row.made_s, row.revoked_s)


def _digest(key: str) -> str:
    # 192 random bits need no slow hash: there is nothing to guess.
    return hashlib.sha256(key.encode()).hexdigest()
