"""A stopping server says goodbye: to load balancers, to sockets, and only then stops."""

from __future__ import annotations

import asyncio
import json

import httpx2
import pytest
from websockets.sync.client import connect

from tryon.server import create_app
from tryon.server.lifetime import Lifetime

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # uvicorn's use of websockets is not ours


def test_everybody_is_told_once():
    told = []
    lifetime = Lifetime()
    with lifetime.member(lambda: told.append("a")):
        with lifetime.member(lambda: told.append("gone")):
            pass
        asyncio.run(lifetime.leave())
    assert told == ["a"]
    assert lifetime.leaving


def test_who_comes_while_it_stops_is_told_at_once():
    told = []
    lifetime = Lifetime()
    asyncio.run(lifetime.leave())
    with lifetime.member(lambda: told.append("late")):
        assert told == ["late"]


def test_a_stopping_server_is_not_ready(client):
    assert client.get("/api/ready").status_code == 200
    client.app.state.lifetime.leaving = True
    assert client.get("/api/ready").status_code == 503
    assert client.get("/api/health").status_code == 200


def test_an_open_mirror_is_told_that_the_server_leaves(settings, serve, models_ready):
    with serve(create_app(settings)) as (server, address):
        token = httpx2.post(f"{address}/api/consent", json={}, timeout=90).json()["token"]
        with connect(f"{address.replace('http', 'ws')}/api/mirror", open_timeout=90) as socket:
            socket.send(json.dumps({"type": "hello", "consent": token}))
            assert json.loads(socket.recv(90))["type"] == "ready"
            server.should_exit = True
            texts = [json.loads(text) for text in socket]
            close_code = socket.close_code
        assert texts[-1]["code"] == "leaving"
        assert close_code == 1001
