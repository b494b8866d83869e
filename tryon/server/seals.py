"""Signed values that run out: consents, shoppers' tokens, links to photos, proofs of deletion."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from tryon.errors import TryOnError

SKEW_S = 60  # two servers' clocks may differ by this much
_MOST_LETTERS = 2048


class SealError(TryOnError, PermissionError):
    """A value that this server did not sign."""


class SealExpiredError(SealError):
    """A value that this server signed, too long ago."""


class Seals:
    """Signs values for one purpose; a value signed for another purpose does not open."""

    def __init__(self, secret: str, purpose: str) -> None:
        """Sign with a key made from `secret` and `purpose` (HMAC-SHA-256)."""
        keywords = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}
        self._signer = URLSafeSerializer(secret, salt=f"tryon {purpose}", signer_kwargs=keywords)

    def seal(self, value: dict[str, Any], *, lifetime_s: int | None = None) -> str:
        """A text that holds `value`, safe in an address; without a lifetime it holds forever."""
        now_s = int(time.time())
        ends_s = None if lifetime_s is None else now_s + lifetime_s
        return str(self._signer.dumps({"v": value, "from": now_s, "to": ends_s}))

    def open(self, text: str, *, expired: bool = False) -> dict[str, Any]:
        """The value; clocks may differ by a minute.

        Args:
            expired: Open one that has run out too.

        Raises:
            SealError: Forged, of another purpose, damaged, or from the future.
            SealExpiredError: It has run out.
        """
        try:
            data = self._signer.loads(text[:_MOST_LETTERS].encode("ascii"))
            value, from_s, to_s = dict(data["v"]), int(data["from"]), data["to"]
        except (BadData, UnicodeError, TypeError, KeyError, ValueError):
            raise SealError("Expected a value signed by this server, got another; ask for a new one.") from None
        now_s = time.time()
        if from_s > now_s + SKEW_S:
            raise SealError("Expected a value signed in the past, got one from the future; check the servers' clocks.")
        if to_s is not None and not expired and now_s > int(to_s) + SKEW_S:
            raise SealExpiredError("Expected a value that still holds, this one has run out; ask for a new one.")
        return value
