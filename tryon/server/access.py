"""Who may use the API: brands by key, their shoppers by a short-lived token; everybody where no keys are required."""

from __future__ import annotations

import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from tryon.errors import ParameterError
from tryon.server.keys import KeyCard, KeyRefusedError, Keys
from tryon.server.seals import SealError, Seals

LONGEST_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class ShopperToken:
    """A shopper's way in, for one site and a short time.

    expires_s: Seconds since 1970.
    """

    token: str
    origin: str
    expires_s: int


class Access:
    """Makes and checks shoppers' tokens."""

    def __init__(self, secret: str, keys: Keys, *, required: bool) -> None:
        """Without `required` everybody may do what a shopper may."""
        self.required = required
        self.keys = keys
        self._seals = Seals(secret, "shopper 1")

    def mint(self, key: KeyCard, origin: str, minutes: int) -> ShopperToken:
        """A token that opens the mirror on pages of `origin` alone.

        Raises:
            ParameterError: The origin is none, or the time is out of range.
        """
        if not 1 <= minutes <= LONGEST_MINUTES:
            raise ParameterError(f"Expected 1 to {LONGEST_MINUTES} minutes, got {minutes}.")
        plain = plain_origin(origin)
        token = self._seals.seal({"key": key.prefix, "origin": plain}, lifetime_s=minutes * 60)
        return ShopperToken(token, plain, int(time.time()) + minutes * 60)

    def check(self, token: str | None, origin: str | None) -> None:
        """Let a shopper in.

        Args:
            origin: The page's own, as the browser says; None outside of browsers.

        Raises:
            KeyRefusedError: A token is required and missing, forged, expired, of another site, or its key is revoked.
        """
        if token is None:
            if self.required:
                raise KeyRefusedError("Expected a shopper's token from the shop's page (POST /api/tokens), got none.")
            return
        try:
            value = self._seals.open(token)
        except SealError as error:
            raise KeyRefusedError(f"The shopper's token does not open: {error}") from None
        if origin is not None and origin != value["origin"]:
            raise KeyRefusedError("Expected a token made for this page's site, got one of another site.")
        if not self.keys.holds(str(value["key"])):
            raise KeyRefusedError("The key that made this token was revoked; ask the shop for a new one.")


def plain_origin(text: str) -> str:
    """`https://shop.example` or with a port, as browsers write it.

    Raises:
        ParameterError: Anything else.
    """
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    bare = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username or parts.password)
    if parts.scheme not in ("http", "https") or not parts.hostname or not bare or not text.isascii():
        raise ParameterError("Expected an origin like https://shop.example, got something else.")
    usual = {"http": 80, "https": 443}[parts.scheme]
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + ("" if port in (None, usual) else f":{port}")
