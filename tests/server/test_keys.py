"""Brands' keys, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tryon.errors import ParameterError, UnknownNameError
from tryon.server.keys import KeyRefusedError, Keys, ScopeError


@pytest.fixture
def keys(store):
    return Keys(store)


def test_a_key_opens_what_its_scopes_say(keys):
    key = keys.add("Rose & Co", ["read"])
    assert keys.check(key, "read").name == "Rose & Co"
    with pytest.raises(ScopeError, match="'write'"):
        keys.check(key, "write")


def test_the_database_does_not_hold_the_key(keys, store):
    key = keys.add("Rose")
    with store.transaction() as session:
        row = " ".join(str(value) for value in session.execute(text("SELECT * FROM keys")).one())
    assert key not in row
    assert key.split("_", 2)[2] not in row
    assert keys.list()[0].prefix in key


def test_a_revoked_key_opens_nothing(keys):
    key = keys.add("Rose")
    assert keys.holds(keys.list()[0].prefix)
    first = keys.revoke(key[:14])
    assert keys.revoke(first.prefix).revoked_s == first.revoked_s
    assert not keys.holds(first.prefix)
    with pytest.raises(KeyRefusedError):
        keys.check(key, "read")


@pytest.mark.parametrize("wrong", ["", "tryon", "tryon__", "tryon_zz_x", "Bearer", "tryon_\x00_\ud800", "x" * 10_000])
def test_a_made_up_key_opens_nothing(keys, wrong):
    with pytest.raises(KeyRefusedError):
        keys.check(wrong, "read")


def test_a_key_with_another_secret_opens_nothing(keys):
    key = keys.add("Rose")
    with pytest.raises(KeyRefusedError):
        keys.check(key[:-1] + ("a" if key[-1] != "a" else "b"), "read")


def test_bad_wishes_are_refused(keys):
    with pytest.raises(ParameterError, match="1 to 80"):
        keys.add(" ")
    with pytest.raises(ParameterError, match="admin"):
        keys.add("Rose", ["admin"])
    with pytest.raises(ParameterError, match="none"):
        keys.add("Rose", [])
    with pytest.raises(UnknownNameError):
        keys.revoke("nobody")
