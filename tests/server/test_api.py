"""The API as a shop's developer meets it: keys, tokens, headers, origins, problems."""

from __future__ import annotations

import contextlib
import dataclasses

import pytest
from fastapi.testclient import TestClient

from tryon.server import create_app
from tryon.server.keys import Keys

SHOP = "https://shop.example"


@pytest.fixture
def guarded(settings):
    """A server that lets nobody in without a key, and a key."""
    with TestClient(create_app(dataclasses.replace(settings, keys_required=True, origins=(SHOP,)))) as client:
        yield client, Keys(client.app.state.store).add("Rose")


def bearer(key):
    return {"Authorization": f"Bearer {key}"}


def mint(client, key, **wish):
    return client.post("/api/tokens", json={"origin": SHOP, **wish}, headers=bearer(key))


def test_a_shops_key_makes_a_token_that_opens_everything_a_shopper_needs(guarded):
    client, key = guarded
    made = mint(client, key, minutes=5).json()
    assert made["origin"] == SHOP
    page = {"X-Tryon-Token": made["token"], "Origin": SHOP}
    consent = client.post("/api/consent", json={}, headers=page)
    assert consent.status_code == 201
    assert client.get("/api/looks", headers=page).status_code == 200
    with client.websocket_connect("/api/mirror", headers={"Origin": SHOP}) as socket:
        socket.send_json({"type": "hello", "consent": consent.json()["token"], "token": made["token"]})
        assert socket.receive_json()["type"] == "ready"
        socket.close()
        _left(client)


def _left(client):
    import time

    deadline_s = time.monotonic() + 60.0
    while client.app.state.pool.seats and time.monotonic() < deadline_s:
        time.sleep(0.01)


def test_without_a_key_or_token_only_health_and_pages_answer(guarded):
    client, _ = guarded
    closed = [
        ("GET", "/api/looks"), ("GET", "/api/looks/rose"), ("GET", "/api/products"), ("POST", "/api/consent"),
        ("POST", "/api/photos"), ("POST", "/api/tryon/photo"), ("POST", "/api/tokens"),
    ]  # fmt: skip
    for method, path in closed:
        answer = client.request(method, path, json={"origin": SHOP} if method == "POST" else None)
        assert answer.status_code == 401, path
        assert answer.headers["www-authenticate"] == "Bearer"
    for path in ("/api/health", "/api/ready", "/metrics", "/api/consent"):
        assert client.get(path).status_code == 200


def test_the_socket_says_why_it_does_not_open(guarded):
    client, key = guarded
    consent = client.post("/api/consent", json={}, headers=bearer(key)).json()["token"]
    other = client.post("/api/tokens", json={"origin": "https://other.example"}, headers=bearer(key)).json()["token"]
    for token in (None, "forged", other):
        with client.websocket_connect("/api/mirror", headers={"Origin": SHOP}) as socket:
            socket.send_json({"type": "hello", "consent": consent, "token": token})
            assert socket.receive_json()["code"] == "token"


def test_a_key_that_may_only_read_makes_no_tokens(guarded):
    client, _ = guarded
    key = Keys(client.app.state.store).add("Reader", ["read"])
    assert client.get("/api/looks", headers=bearer(key)).status_code == 200
    assert mint(client, key).status_code == 403
    assert client.post("/api/consent", json={}, headers=bearer(key)).status_code == 403


@pytest.mark.parametrize(
    "wish", [{"minutes": 0}, {"minutes": 1441}, {"origin": "*"}, {"origin": "x" * 10}, {"more": 1}]
)
def test_a_bad_wish_for_a_token_is_told(guarded, wish):
    assert mint(*guarded, **wish).status_code == 422


def test_only_listed_origins_may_read_answers(guarded):
    client, key = guarded
    allowed = client.get("/api/looks", headers={**bearer(key), "Origin": SHOP})
    assert allowed.headers["access-control-allow-origin"] == SHOP
    other = client.get("/api/looks", headers={**bearer(key), "Origin": "https://other.example"})
    assert "access-control-allow-origin" not in other.headers
    asked = {"Origin": SHOP, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-tryon-token"}
    assert client.options("/api/consent", headers=asked).status_code == 200
    refused = {**asked, "Origin": "https://other.example"}
    assert client.options("/api/consent", headers=refused).status_code == 400


def test_a_socket_of_another_site_is_refused(client):
    with (
        contextlib.suppress(Exception),
        client.websocket_connect("/api/mirror", headers={"Origin": "https://evil.example"}),
    ):
        pytest.fail("opened")
    assert 'tryon_refused_total{reason="origin"} 1.0' in client.get("/metrics").text


@pytest.mark.parametrize(
    "path", ["/", "/photo", "/embed", "/api/health", "/api/looks/none", "/nothing", "/openapi.json"]
)
def test_every_answer_is_protected(client, path):
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "object-src 'none'" in policy
    assert "connect-src 'self' blob: ws://testserver wss://testserver;" in policy
    assert "unsafe-eval" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert len(headers["x-request-id"]) == 16


def test_a_host_that_is_none_stays_out_of_the_policy(client):
    headers = client.get("/api/health", headers={"Host": "a; script-src *"}).headers
    assert "script-src" not in headers["content-security-policy"]


def test_a_fault_of_ours_is_a_problem_too(client, monkeypatch):
    def fail():
        raise ZeroDivisionError("with a secret in its text")

    monkeypatch.setattr(client.app.state.store, "answers", fail)
    answer = client.get("/api/ready")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert answer.headers["x-request-id"] in answer.json()["detail"]
    assert "secret" not in answer.text


@pytest.mark.parametrize(("method", "path", "status"), [("PUT", "/api/looks", 405), ("GET", "/api/nothing", 404)])
def test_what_is_not_there_is_a_problem(client, method, path, status):
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_requests_are_counted_by_route_never_by_path(client):
    client.get("/api/looks/a-secret-name")
    client.get("/nothing/a-secret-path")
    text = client.get("/metrics").text
    assert 'tryon_requests_total{method="GET",route="/api/looks/{name}",status="404"} 1.0' in text
    assert "secret" not in text
    assert float(text.split("\ntryon_memory_bytes ")[1].split()[0]) > 1e6
