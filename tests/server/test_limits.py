"""Rates and sizes: what one caller may ask, and what is known of the caller."""

from __future__ import annotations

import asyncio
import dataclasses
import gc
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient
from starlette.exceptions import HTTPException
from starlette.websockets import WebSocketDisconnect

from tryon.server import create_app, limits
from tryon.server.limiter import Limiter
from tryon.server.limits import Buckets, Limit, limit_of
from tryon.server.metrics import Metrics

THREE = Limit("x", per_s=0.5, burst=3)


def test_a_burst_passes_and_the_rest_waits_for_tokens():
    buckets = Buckets()
    assert [buckets.take(THREE, "a", 0.0) for _ in range(4)] == [0.0, 0.0, 0.0, 2.0]
    assert buckets.take(THREE, "a", 1.0) == pytest.approx(1.0)
    assert buckets.take(THREE, "a", 2.0) == 0.0
    assert buckets.take(THREE, "b", 2.0) == 0.0  # another caller has their own


def test_groups_of_routes_are_counted_apart():
    buckets = Buckets()
    other = dataclasses.replace(THREE, group="y")
    for _ in range(4):
        buckets.take(THREE, "a", 0.0)
    assert buckets.take(other, "a", 0.0) == 0.0


def test_one_customer_with_many_ipv6_addresses_is_one_caller():
    buckets = Buckets()
    waits = [buckets.take(THREE, f"2001:db8:1:2::{number:x}", 0.0) for number in range(4)]
    assert waits[3] > 0.0
    assert buckets.take(THREE, "2001:db8:1:3::1", 0.0) == 0.0


def test_no_address_is_kept():
    buckets = Buckets()
    buckets.take(THREE, "203.0.113.77", 0.0)
    held = repr([vars(buckets)]) + repr(gc.get_referents(buckets._levels))
    assert "203.0.113" not in held
    assert b"\xcb\x00\x71\x4d".hex() not in held


def test_the_salt_changes_every_day():
    buckets = Buckets()
    buckets.take(THREE, "a", 0.0)
    first = next(iter(buckets._levels))
    buckets.take(THREE, "a", 86_401.0)
    assert first not in buckets._levels


def test_callers_beyond_memory_push_out_the_oldest():
    buckets = Buckets()
    for number in range(50_010):
        buckets.take(THREE, str(number), 0.0)
    assert len(buckets._levels) == 50_000


@pytest.fixture
def still_clock(monkeypatch):
    """Tokens do not come back while a busy machine takes its time."""
    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: 1.0))


def test_a_caller_that_asks_too_often_is_told_when_to_come_back(settings, still_clock):
    with TestClient(create_app(dataclasses.replace(settings, rate=1.0))) as client:
        answers = [client.post("/api/consent", json={}) for _ in range(32)]
        metrics = client.get("/metrics").text
    assert [answer.status_code for answer in answers[:30]] == [201] * 30
    assert answers[-1].status_code == 429
    assert answers[-1].headers["content-type"] == "application/problem+json"
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert 'tryon_refused_total{reason="rate"}' in metrics


def test_sockets_that_open_too_often_are_refused(settings, still_clock):
    burst = limit_of("WEBSOCKET", "/api/mirror").burst
    with TestClient(create_app(dataclasses.replace(settings, rate=1.0 / burst))) as client:
        with client.websocket_connect("/api/mirror") as socket:
            socket.close()
        with pytest.raises(WebSocketDisconnect) as closed, client.websocket_connect("/api/mirror"):
            pass
    assert closed.value.code == 1013


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "99999999999999999999", "65537", "٣"])
def test_a_body_that_says_it_is_too_large_is_refused(client, length):
    answer = client.post("/api/consent", content=b"{}", headers={"Content-Length": length.encode()})
    assert answer.status_code == 413


def test_a_body_that_grows_without_saying_so_is_cut_off(client):
    sent = 0

    def forever():
        nonlocal sent
        for _ in range(400):
            sent += 1
            yield b"x" * 64 * 1024

    for path in ("/api/consent", "/api/consent/withdraw", "/api/tokens", "/api/photos/proof"):
        assert client.post(path, content=forever()).status_code == 413


def test_a_body_is_no_longer_read_once_it_is_too_large():
    asked = 0

    async def receive():
        nonlocal asked
        asked += 1
        return {"type": "http.request", "body": b"x" * 40_000, "more_body": True}

    async def application(scope, receive, send):
        while True:
            await receive()

    limiter = Limiter(application, buckets=Buckets(), metrics=Metrics())
    scope = {"type": "http", "method": "POST", "path": "/api/consent", "headers": [], "client": ("a", 1)}
    with pytest.raises(HTTPException, match="413"):
        asyncio.run(limiter(scope, receive, None))
    assert asked == 2
