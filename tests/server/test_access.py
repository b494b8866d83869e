"""Shoppers' tokens: for one site, for a short time, as good as the key that made them."""

from __future__ import annotations

import pytest

from tryon.errors import ParameterError
from tryon.server import seals
from tryon.server.access import Access, plain_origin
from tryon.server.keys import KeyRefusedError, Keys
from tryon.server.seals import SealError, SealExpiredError, Seals
from tryon.server.store import Store

SHOP = "https://shop.example"


@pytest.fixture
def access(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    yield Access("s" * 40, Keys(store), required=True)
    store.close()


@pytest.fixture
def token(access):
    access.keys.add("Rose")
    return access.mint(access.keys.list()[0], SHOP, 10).token


def at(monkeypatch, offset_s):
    import time

    now_s = time.time() + offset_s
    monkeypatch.setattr(seals.time, "time", lambda: now_s)


def test_a_token_opens_on_its_own_site_alone(access, token):
    access.check(token, SHOP)
    access.check(token, None)  # not a browser: there is no page to speak of
    with pytest.raises(KeyRefusedError, match="another site"):
        access.check(token, "https://other.example")


def test_without_a_token_nothing_opens_unless_everybody_may(access):
    with pytest.raises(KeyRefusedError, match="got none"):
        access.check(None, SHOP)
    access.required = False
    access.check(None, SHOP)


@pytest.mark.parametrize(
    "forge", [lambda t: "x", lambda t: t[:-2], lambda t: "e30." + t, lambda t: "é" * 50, lambda t: ""]
)
def test_a_forged_token_opens_nothing_even_where_none_is_needed(access, token, forge):
    access.required = False
    with pytest.raises(KeyRefusedError, match="signed by this server"):
        access.check(forge(token), SHOP)


def test_a_token_of_another_secret_or_purpose_opens_nothing(access, token):
    for other in (Seals("t" * 40, "shopper 1"), Seals("s" * 40, "consent 2")):
        with pytest.raises(KeyRefusedError):
            access.check(other.seal({"key": access.keys.list()[0].prefix, "origin": SHOP}), SHOP)


def test_a_token_runs_out_with_a_minute_for_clocks_that_differ(access, token, monkeypatch):
    at(monkeypatch, 600 + 55)
    access.check(token, SHOP)
    at(monkeypatch, 600 + 65)
    with pytest.raises(KeyRefusedError, match="run out"):
        access.check(token, SHOP)


def test_a_token_from_a_clock_ahead_opens_within_a_minute(access, token, monkeypatch):
    at(monkeypatch, -55)
    access.check(token, SHOP)
    at(monkeypatch, -3600)
    with pytest.raises(KeyRefusedError, match="future"):
        access.check(token, SHOP)


def test_a_revoked_key_takes_its_tokens_along(access, token):
    access.keys.revoke(access.keys.list()[0].prefix)
    with pytest.raises(KeyRefusedError, match="revoked"):
        access.check(token, SHOP)


@pytest.mark.parametrize("minutes", [0, -1, 24 * 60 + 1])
def test_a_token_for_too_long_is_refused(access, token, minutes):
    with pytest.raises(ParameterError, match="minutes"):
        access.mint(access.keys.list()[0], SHOP, minutes)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("HTTPS://Shop.Example", "https://shop.example"),
        ("https://shop.example:443/", "https://shop.example"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(text, plain):
    assert plain_origin(text) == plain


@pytest.mark.parametrize(
    "text",
    ["", "*", "null", "shop.example", "ftp://a", "https://a/b", "https://u:p@a", "https://a:99999", "https://[x"],
)
def test_what_is_no_origin_is_refused(text):
    with pytest.raises(ParameterError, match=r"https://shop\.example"):
        plain_origin(text)


def test_a_seal_without_a_lifetime_holds(monkeypatch):
    sealed = Seals("s" * 40, "p").seal({"a": 1})
    at(monkeypatch, 10 * 365 * 86_400)
    assert Seals("s" * 40, "p").open(sealed) == {"a": 1}


def test_an_expired_seal_opens_when_asked_for(monkeypatch):
    own = Seals("s" * 40, "p")
    sealed = own.seal({"a": 1}, lifetime_s=5)
    at(monkeypatch, 500)
    with pytest.raises(SealExpiredError):
        own.open(sealed)
    assert own.open(sealed, expired=True) == {"a": 1}
    with pytest.raises(SealError):
        own.open(sealed + "x", expired=True)
