"""`tryon keys` and `tryon serve --migrate-only`."""

from __future__ import annotations

import sqlite3

import pytest

pytest.importorskip("fastapi")
from tryon.cli.main import main
from tryon.server.keys import Keys
from tryon.server.store import Store


@pytest.fixture
def database(tmp_path, monkeypatch):
    monkeypatch.setenv("TRYON_HOME", str(tmp_path))
    monkeypatch.setenv("TRYON_DATABASE", f"sqlite:///{tmp_path / 'a.db'}")
    return tmp_path / "a.db"


def test_a_key_is_shown_once_listed_and_revoked(database, capsys):
    assert main(["keys", "add", "Rose & Co", "--scope", "write"]) == 0
    key = capsys.readouterr().out.strip()
    store = Store(f"sqlite:///{database}")
    assert Keys(store).check(key, "write").scopes == ("write",)
    store.close()
    assert main(["keys", "list"]) == 0
    listed = capsys.readouterr().out
    assert key[:14] in listed
    assert "Rose & Co" in listed
    assert key not in listed
    assert main(["keys", "revoke", key[:14]]) == 0
    assert "revoked" in capsys.readouterr().out


def test_a_key_that_is_not_there_is_told_in_one_line(database, capsys):
    assert main(["keys", "revoke", "tryon_nobody"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_the_database_is_moved_on_without_serving(database):
    assert main(["serve", "--migrate-only"]) == 0
    with sqlite3.connect(database) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    assert {"alembic_version", "consents", "keys", "photos"} <= tables
