"""How much one caller may ask: token buckets by route, and sizes of bodies counted as they arrive."""

from __future__ import annotations

import hashlib
import ipaddress
import math
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass

from tryon.server.uploads import MOST_BYTES

_DAY_S = 86_400
_MOST_CALLERS = 50_000


@dataclass(frozen=True, slots=True)
class Limit:
    """What one caller may ask of one group of routes.

    per_s, burst: Tokens that come back a second, and how many there can be.
    most_bytes: Largest body.
    """

    group: str
    per_s: float
    burst: int
    most_bytes: int = 64 * 1024


_PHOTOS = Limit("photos", 0.5, 12, MOST_BYTES)
_TRY_ON = Limit("try-on", 1.0, 8, MOST_BYTES)
_CONSENT = Limit("consent", 1.0, 30)
_TOKENS = Limit("tokens", 5.0, 60)
_MIRROR = Limit("mirror", 2.0, 30)
_ROOMS = Limit("rooms", 0.2, 8, MOST_BYTES)
_ROOM_WORK = Limit("room work", 40.0, 240, 16 * 1024)
_READING = Limit("reading", 50.0, 300)
_LIMITS = {
    ("POST", "/api/photos"): _PHOTOS,
    ("POST", "/api/tryon/photo"): _TRY_ON,
    ("POST", "/api/consent"): _CONSENT,
    ("POST", "/api/consent/withdraw"): _CONSENT,
    ("POST", "/api/tokens"): _TOKENS,
    ("POST", "/api/rooms"): _ROOMS,
    ("WEBSOCKET", "/api/mirror"): _MIRROR,
    ("WEBSOCKET", "/api/room/live"): _MIRROR,
    ("POST", "/api/mirror/offer"): _MIRROR,
}


def limit_of(method: str, path: str) -> Limit:
    """The limit of a request; anything unknown counts as reading."""
    if path.startswith("/api/rooms/"):
        return _ROOM_WORK
    return _LIMITS.get((method, path), _READING)


class Buckets:
    """Who has asked how much, by a number that cannot be traced back to an address.

    The number is a hash with a salt that lives in memory and changes every day. Belongs to one thread.

    Source: token bucket, e.g. RFC 2697's committed bucket counted in requests.
    """

    def __init__(self, rate: float = 1.0) -> None:
        """Multiply every limit by `rate`; 0 lets everything through."""
        self._rate = rate
        self._levels: OrderedDict[bytes, tuple[float, float]] = OrderedDict()
        self._salt, self._salted_s = b"", -math.inf

    def take(self, limit: Limit, address: str, now_s: float | None = None) -> float:
        """Take one token; 0.0 when there was one, else seconds until there is."""
        if self._rate <= 0.0:
            return 0.0
        now_s = time.monotonic() if now_s is None else now_s
        caller = self._caller(limit, address, now_s)
        per_s, burst = limit.per_s * self._rate, max(1.0, limit.burst * self._rate)
        level, then_s = self._levels.pop(caller, (burst, now_s))
        level = min(burst, level + (now_s - then_s) * per_s)
        wait_s = 0.0 if level >= 1.0 else (1.0 - level) / per_s
        self._levels[caller] = (level if wait_s else level - 1.0, now_s)
        if len(self._levels) > _MOST_CALLERS:
            self._levels.popitem(last=False)
        return wait_s

    def _caller(self, limit: Limit, address: str, now_s: float) -> bytes:
        if now_s - self._salted_s > _DAY_S:
            self._salt, self._salted_s = secrets.token_bytes(32), now_s
            self._levels.clear()
        return hashlib.blake2b(f"{limit.group} {_network(address)}".encode(), key=self._salt, digest_size=12).digest()


def _network(address: str) -> str:
    """An IPv4 address, or the half of an IPv6 one that names a customer's network."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
