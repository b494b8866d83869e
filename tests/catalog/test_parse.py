"""`product.toml`: what is right comes through, and everything else is one sentence that says where."""

from __future__ import annotations

import copy
import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tryon.catalog import KINDS, parse_product, product_schema, read_product
from tryon.catalog.kinds import GLASSES_ANCHORS
from tryon.errors import ProductError, SourceMissingError, TryOnError
from tryon.resources import content

GOOD = {
    "schema": "tryon.product/1",
    "sku": "TRY-RING-1",
    "name": "Solitaire",
    "kind": "ring",
    "model": "ring.glb",
    "license": "CC0-1.0",
    "size_mm": {"width": 20.0, "height": 4, "depth": 24.5},
    "fit_mm": {"inner_diameter": 17.0},
}


@pytest.fixture
def folder(tmp_path):
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "ring.glb").write_bytes(b"")
    (tmp_path / "secret.glb").write_bytes(b"")
    (shop / "link.glb").symlink_to(tmp_path / "secret.glb")
    return shop


def test_a_good_product_comes_through_in_metres(folder):
    product = parse_product(GOOD, folder=folder)
    assert product.size_m == (0.020, 0.004, 0.0245)
    assert product.fit_mm == {"inner_diameter": 17.0}
    assert product.model_path == folder / "ring.glb"
    np.testing.assert_array_equal(product.product_from_file, np.eye(4))


CABINET = {key: value for key, value in GOOD.items() if key != "fit_mm"} | {"kind": "cabinet"}


def test_furniture_states_what_it_hangs_on_and_the_room_it_needs(folder):
    data = CABINET | {"anchor": "wall", "clearance_mm": {"front": 500, "top": 0.0}}
    product = parse_product(data, folder=folder)
    assert product.anchor == "wall"
    assert product.clearance_mm == {"front": 500.0, "top": 0.0}


def test_furniture_stands_on_the_floor_when_it_says_nothing(folder):
    assert parse_product(CABINET, folder=folder).anchor == "floor"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"anchor": "roof"}, ["anchor", "floor, wall, table, ceiling", "roof"]),
        ({"anchor": ["wall"]}, ["anchor"]),
        ({"clearance_mm": {"fornt": 500}}, ["clearance_mm", "front"]),
        ({"clearance_mm": {"front": -1}}, ["clearance_mm.front", "-1"]),
        ({"clearance_mm": {"front": float("nan")}}, ["clearance_mm.front"]),
        ({"clearance_mm": {"front": 1e9}}, ["clearance_mm.front"]),
        ({"clearance_mm": {"front": True}}, ["clearance_mm.front"]),
        ({"clearance_mm": 3}, ["clearance_mm"]),
        ({"kind": "ring", "clearance_mm": {"front": 5}}, ["clearance_mm", "furniture", "ring"]),
        ({"kind": "ring", "anchor": "wall"}, ["anchor", "furniture", "ring"]),
    ],
)
def test_an_odd_placing_is_one_sentence(folder, change, words):
    with pytest.raises(ProductError) as caught:
        parse_product(CABINET | change, folder=folder)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_unit_axes_and_origin_are_undone(folder):
    data = GOOD | {"file": {"metres_per_unit": 0.01, "up": "+z", "front": "-y", "origin": [1.0, 2.0, 3.0]}}
    matrix = parse_product(data, folder=folder).product_from_file
    # Z-up, front toward −Y (as in Blender): the wearer's left is then +X.
    np.testing.assert_allclose(matrix @ [1, 2, 3, 1], [0, 0, 0, 1], atol=1e-12)
    np.testing.assert_allclose(matrix @ [1, 2, 4, 1], [0, 0.01, 0, 1], atol=1e-12)
    np.testing.assert_allclose(matrix @ [1, 1, 3, 1], [0, 0, 0.01, 1], atol=1e-12)
    np.testing.assert_allclose(matrix @ [2, 2, 3, 1], [0.01, 0, 0, 1], atol=1e-12)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"schema": "tryon.product/2"}, ["tryon.product/1", "tryon.product/2", "update"]),
        ({"schema": 1}, ["tryon.product/1"]),
        ({"colour": "red"}, ["unknown field 'colour'"]),
        ({"licence": "MIT"}, ["licence", "Did you mean 'license'"]),
        ({"kind": "rings"}, ["kind", "Did you mean 'ring'"]),
        ({"kind": "glasses", "fit_mm": {}}, ["anchors_mm", "lens_left", "tryon fit"]),
        ({"size_mm": {"width": 20, "height": 4}}, ["depth", "missing"]),
        ({"size_mm": {"width": 20, "hight": 4, "depth": 3}}, ["hight", "Did you mean 'height'"]),
        ({"size_mm": {"width": "20", "height": 4, "depth": 3}}, ["size_mm.width", "number", "'20'"]),
        ({"size_mm": {"width": True, "height": 4, "depth": 3}}, ["size_mm.width", "number"]),
        ({"size_mm": {"width": float("nan"), "height": 4, "depth": 3}}, ["size_mm.width", "nan"]),
        ({"size_mm": {"width": 0, "height": 4, "depth": 3}}, ["size_mm.width"]),
        ({"size_mm": [1, 2, 3]}, ["size_mm", "table"]),
        ({"fit_mm": {"inner_diametre": 17}}, ["Did you mean 'inner_diameter'"]),
        ({"anchors_mm": {"hook": [0, 0, 0]}}, ["anchors_mm", "hook"]),
        ({"name": ""}, ["name"]),
        ({"name": "a\x1b[31mb"}, ["name"]),
        ({"name": "n" * 121}, ["name"]),
        ({"sku": "../x"}, ["sku"]),
        ({"link": "javascript:alert(1)"}, ["link", "https://"]),
        ({"variants": ["a", "a"]}, ["variants", "twice"]),
        ({"variants": [str(i) for i in range(65)]}, ["variants", "64"]),
        ({"variants": ["gold"], "variant": "golf"}, ["variant", "Did you mean 'gold'"]),
        ({"file": {"up": "y"}}, ["file.up", "+y"]),
        ({"file": {"up": "+z"}}, ["'up' and 'front'"]),
        ({"file": {"metres_per_unit": 0}}, ["metres_per_unit"]),
        ({"file": {"meters_per_unit": 1}}, ["Did you mean 'metres_per_unit'"]),
        ({"file": {"origin": [0, 0]}}, ["origin", "three numbers"]),
        ({"model": "other.glb"}, ["model", "other.glb"]),
        ({"model": "../secret.glb"}, ["model", "own folder"]),
        ({"model": "/etc/passwd.glb"}, ["model", "own folder"]),
        ({"model": "C:\\a.glb"}, ["model", "own folder"]),
        ({"model": "https://example.com/a.glb"}, ["model", "own folder"]),
        ({"model": "link.glb"}, ["model", "link"]),
        ({"model": "ring.obj"}, ["model", ".glb"]),
        ({"model": "ring\0.glb"}, ["model"]),
    ],
)
def test_what_is_wrong_is_said_in_one_line(folder, change, words):
    with pytest.raises(ProductError) as caught:
        parse_product(GOOD | change, folder=folder, where="shop/product.toml")
    text = str(caught.value)
    assert text.startswith("shop/product.toml")
    assert "\n" not in text
    assert len(text) < 500
    for word in words:
        assert word in text


@pytest.mark.parametrize("name", ["schema", "sku", "name", "kind", "model", "size_mm"])
def test_a_missing_field_is_named(folder, name):
    with pytest.raises(ProductError, match=name):
        parse_product({key: value for key, value in GOOD.items() if key != name}, folder=folder)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"x = [", "TOML"),
        (b"\xff\xfe", "TOML"),
        (b"x = " + b"[" * 20_000 + b"]" * 20_000, "deep"),
        (b"#" * 70_000, "64 kB"),
        (b"x = " + b"9" * 5000, "TOML"),
        (b"", "tryon.product/1"),
    ],
)
def test_a_hostile_file_is_one_sentence(folder, raw, words):
    (folder / "product.toml").write_bytes(raw)
    with pytest.raises(ProductError, match=words):
        read_product(folder / "product.toml")


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(SourceMissingError, match="tryon products"):
        read_product(tmp_path / "product.toml")


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=8,
)


@given(st.sampled_from([*sorted(GOOD), "file", "anchors_mm", "variants", "variant", "link"]), _VALUES)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_value_anywhere_is_a_product_or_a_product_error(folder, key, value):
    try:
        parse_product(copy.deepcopy(GOOD) | {key: value}, folder=folder)
    except TryOnError as error:
        assert isinstance(error, ProductError)  # noqa: PT017  # anything else fails the test by itself


def test_every_kind_with_anchors_demands_them_in_the_schema_too():
    rules = {rule["if"]["properties"]["kind"]["const"]: rule["then"] for rule in product_schema()["allOf"]}
    assert set(rules) == set(KINDS)
    assert rules["glasses"]["properties"]["anchors_mm"]["required"] == list(GLASSES_ANCHORS)


def test_the_published_schema_is_the_one_the_code_makes():
    published = json.loads((content("assets") / "schemas" / "product-1.schema.json").read_text())
    assert published == product_schema(), "run: tryon products --schema > assets/schemas/product-1.schema.json"
