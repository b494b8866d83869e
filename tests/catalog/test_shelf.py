"""Sample products by name, and any product by path."""

from __future__ import annotations

import pytest

from tryon.catalog import load, names, open_model
from tryon.errors import ProductError, SourceMissingError, UnknownNameError

TOML = """
schema = "tryon.product/1"
sku = "A-1"
name = "Stud"
kind = "earring"
model = "stud.glb"
size_mm = { width = 8.0, height = 8.0, depth = 15.0 }
anchors_mm = { hook = [0.0, 0.0, 0.0] }
"""


@pytest.fixture
def stud(tmp_path):
    folder = tmp_path / "stud"
    folder.mkdir()
    (folder / "stud.glb").write_bytes(b"")
    (folder / "product.toml").write_text(TOML)
    return folder


def test_a_folder_its_toml_and_its_model_are_the_same_product(stud):
    for path in (stud, stud / "product.toml", stud / "stud.glb", str(stud), str(stud / "stud.glb")):
        assert load(path).sku == "A-1"


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(UnknownNameError, match="product"):
        load("no-such-thing")


@pytest.mark.parametrize("path", ["/nowhere/at/all", "/nowhere/a.glb", "/nowhere/product.toml"])
def test_a_missing_path_is_said(path):
    with pytest.raises(SourceMissingError, match="nowhere"):
        load(path)


@pytest.mark.parametrize("name", names())
def test_every_sample_product_opens_at_its_stated_size(name):
    product = load(name)
    assert product.license
    assert open_model(product).triangle_count > 0


def test_names_can_be_asked_by_kind():
    for kind in ("glasses", "hat"):
        for name in names(kind):
            assert load(name).kind == kind


def test_another_format_is_refused_by_its_name(tmp_path):
    path = tmp_path / "chair.obj"
    path.write_text("v 0 0 0")
    with pytest.raises(ProductError, match=r"chair\.obj: expected a \.glb"):
        load(path)
