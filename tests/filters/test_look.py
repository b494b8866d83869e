"""Looks: what is read, what is refused, and that what ships is right."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tryon import Look, TryOnError
from tryon.errors import LookError, SourceMissingError, UnknownNameError
from tryon.filters import look_schema

GOOD = {"format": "tryon.look/1", "name": "mine", "layers": [{"effect": "lipstick", "color": "#b01030"}]}


def test_a_look_survives_the_round_trip():
    look = Look.parse(GOOD | {"title": "Mine", "tags": ["red"]})
    assert Look.parse(json.loads(json.dumps(look.to_json()))) == look


@pytest.mark.parametrize("name", Look.names())
def test_every_shipped_look_is_read_and_follows_the_schema(name):
    look = Look.load(name)
    assert look.name == name
    assert look.title
    assert look.description
    assert look.layers


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": "tryon.look/2"}, ["tryon.look/1", "tryon.look/2", "update"]),
        ({"format": 1}, ["tryon.look/1"]),
        ({"colour": "x"}, ["unknown field 'colour'"]),
        ({"name": "../etc"}, ["name", "lower-case"]),
        ({"layers": []}, ["layers"]),
        ({"layers": {}}, ["layers"]),
        ({"layers": [1]}, ["layer 0"]),
        ({"layers": [{"effect": "lipstik"}]}, ["'lipstik'", "Did you mean 'lipstick'"]),
        ({"layers": [{"effect": "lipstick", "colour": "#fff"}]}, ["lipstick", "'colour'"]),
        ({"layers": [{"effect": "lipstick", "color": "reddish"}]}, ["lipstick", "reddish", "#rrggbb"]),
        ({"layers": [{"effect": "lipstick", "opacity": 2}]}, ["opacity", "0 to 1"]),
        ({"layers": [{"effect": "lipstick", "opacity": True}]}, ["opacity"]),
        ({"layers": [{"effect": "lipstick", "coverage": "much"}]}, ["coverage", "much"]),
        ({"layers": [{"effect": "lipstick", "finish": "shiny"}]}, ["finish", "matte", "shiny"]),
        ({"layers": [{"effect": "lipstick"}] * 65}, ["64", "65"]),
        ({"tags": "red"}, ["tags"]),
        ({"title": 5}, ["title"]),
    ],
)
def test_a_bad_look_is_refused_in_one_clear_sentence(change, words):
    with pytest.raises(LookError) as caught:
        Look.parse(GOOD | change, origin="mine.json")
    message = str(caught.value)
    assert message.startswith("mine.json")
    assert "\n" not in message
    for word in words:
        assert word in message


def test_a_look_that_is_no_json_or_too_big_is_refused(tmp_path):
    for content in (b"\xff\xfe{", b"{", b"[" * 100_000, b'{"a": NaN}', b'{"a":1,"a":2}', b" " * 300_000):
        path = tmp_path / "bad.json"
        path.write_bytes(content)
        with pytest.raises(LookError, match=r"bad\.json"):
            Look.load(path)


def test_a_missing_look_says_where_to_find_one(tmp_path):
    with pytest.raises(SourceMissingError, match="tryon looks"):
        Look.load(tmp_path / "none.json")
    with pytest.raises(UnknownNameError, match="rose"):
        Look.load("roze")


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(json_values, st.sampled_from(["layers", "name", "tags", "title", "extra"]))
def test_any_json_is_a_look_or_a_tryon_error(value, key):
    for data in (value, GOOD | {key: value}, GOOD | {"layers": [{"effect": "lipstick", "color": value}]}):
        with contextlib.suppress(TryOnError):  # anything else is a defect
            Look.parse(data)


def test_the_schema_names_every_effect_and_matches_the_published_file():
    from tryon.effects import EFFECTS
    from tryon.resources import content

    schema = look_schema()
    titles = [layer["title"] for layer in schema["properties"]["layers"]["items"]["oneOf"]]
    assert titles == [*EFFECTS, "wear"]
    published = json.loads((content("assets") / "schemas" / "look-1.schema.json").read_text())
    assert published == schema, "run: tryon looks --schema > assets/schemas/look-1.schema.json"


def test_a_worn_product_is_a_layer_and_survives_a_round_trip():
    look = Look.parse(GOOD | {"layers": [*GOOD["layers"], {"wear": "aviator", "variant": "gold"}, {"wear": "hoops"}]})
    assert [(worn.product, worn.variant) for worn in look.wear] == [("aviator", "gold"), ("hoops", None)]
    assert Look.parse(look.to_json()) == look


@pytest.mark.parametrize(
    "layer", [{"wear": "../aviator"}, {"wear": 3}, {"wear": "aviator", "variant": ""}, {"wear": "aviator", "x": 1}]
)
def test_a_worn_product_is_a_plain_name(layer):
    with pytest.raises(LookError, match="layer 0"):
        Look.parse(GOOD | {"layers": [layer]})


def test_no_makeup_is_a_look():
    assert Look.load("none").layers == ()
