"""Logs hold what an operator needs and nothing about a person."""

from __future__ import annotations

import io
import json
import logging

import pytest

from tryon.server import logs


@pytest.fixture
def lines(monkeypatch):
    """Lines as `tryon serve --log` writes them; every logger is as it was afterwards."""
    names = ("", "tryon", *logs._QUIET)
    before = {name: (logging.getLogger(name).level, list(logging.getLogger(name).handlers)) for name in names}
    stream = io.StringIO()
    monkeypatch.setattr(logs.sys, "stderr", stream)
    logs.configure()
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    for name, (level, handlers) in before.items():
        logging.getLogger(name).setLevel(level)
        logging.getLogger(name).handlers[:] = handlers


def test_a_request_is_one_line_with_its_route(client, lines):
    answer = client.get("/api/looks/secret-name?token=secret-query", headers={"X-Tryon-Token": "secret-token"})
    client.post("/api/consent/withdraw", json={"token": "secret-token"})
    (first, second) = lines()
    assert (first["route"], first["method"], first["status"]) == ("/api/looks/{name}", "GET", answer.status_code)
    assert first["request"] == answer.headers["x-request-id"]
    assert second["route"] == "/api/consent/withdraw"
    assert "secret" not in json.dumps([first, second])
    assert "testclient" not in json.dumps([first, second])
    assert {"time", "level", "logger", "event", "ms"} <= set(first)


def test_an_error_is_told_by_kind_and_place_never_by_its_text(client, lines, monkeypatch):
    def fail():
        raise ZeroDivisionError("secret text")

    monkeypatch.setattr(client.app.state.store, "answers", fail)
    assert client.get("/api/ready").status_code == 500
    fault = next(line for line in lines() if line["level"] == "error")
    assert fault["error"] == "ZeroDivisionError"
    assert any("health.py" in place for place in fault["at"])
    assert "secret" not in json.dumps(lines())


def test_of_foreign_libraries_only_the_name_is_kept(lines):
    logging.getLogger("uvicorn.error").info("203.0.113.77:5000 - WebSocket accepted")
    logging.getLogger("uvicorn.error").warning("203.0.113.77 said something odd")
    assert [line["logger"] for line in lines()] == ["uvicorn.error"]
    assert "203.0.113" not in json.dumps(lines())
