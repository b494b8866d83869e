"""`tryon fit`: writes a product file every other command reads, or names the option it needs."""

from __future__ import annotations

import argparse
import json

import pytest

from tests.catalog.glb import box, glb
from tests.catalog.test_propose import tube
from tryon.catalog import load, open_model
from tryon.cli import fit
from tryon.errors import TryOnError


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    fit.add_parser(parser.add_subparsers())
    options = parser.parse_args(["fit", *map(str, arguments)])
    return options.run(options)


@pytest.fixture
def band(tmp_path):
    path = tmp_path / "brand" / "gold_band.glb"
    path.parent.mkdir()
    path.write_bytes(glb(*tube(9.0, 4.0)))  # millimetres
    return path


def test_a_brands_file_becomes_a_product(band, capsys):
    assert run(band, "--kind", "ring") == 0
    product = load(band.parent)
    assert product.kind == "ring"
    assert product.name == "Gold band"
    assert product.fit_mm["inner_diameter"] == pytest.approx(18.0, abs=0.1)
    assert open_model(product).bounds_m[1][0] == pytest.approx(0.009, abs=1e-4)
    assert (band.parent / "fit.png").stat().st_size > 1000
    said = capsys.readouterr().out
    assert "1 mm" in said
    assert "guess" in said


def test_another_folder_gets_a_copy_of_the_file(band, tmp_path, capsys):
    assert run(band, "--kind", "ring", "-o", tmp_path / "shop", "--json") == 0
    assert (tmp_path / "shop" / "gold_band.glb").is_file()
    assert not (band.parent / "product.toml").exists()
    found = json.loads(capsys.readouterr().out)
    assert found["file"]["metres_per_unit"] == 0.001
    assert load(tmp_path / "shop").sku == "GOLD-BAND"


def test_a_product_file_that_is_there_is_kept(band):
    run(band, "--kind", "ring")
    with pytest.raises(TryOnError, match="--force"):
        run(band, "--kind", "ring")
    assert run(band, "--kind", "ring", "--force", "--unit", "mm", "--front", "+x", "--origin", "0,0,1") == 0
    assert open_model(load(band.parent)).bounds_m[0][1] == pytest.approx(-0.003, abs=1e-4)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--unit", "furlong"], "--unit"),
        (["--width", "0"], "--width"),
        (["--up=+y", "--front=-y"], "right angles"),
        (["--anchor", "hook=1,2,3"], "--anchor"),
    ],
)
def test_options_that_cannot_be_are_named(band, arguments, words):
    with pytest.raises(TryOnError, match=words):
        run(band, "--kind", "ring", *arguments)
    assert not (band.parent / "product.toml").exists()


def test_what_cannot_be_found_is_asked_for_and_nothing_is_written(tmp_path):
    path = tmp_path / "box.glb"
    path.write_bytes(glb(*box((0, 0, 0), (1, 1, 1))))
    with pytest.raises(TryOnError, match="--up"):
        run(path, "--kind", "ring")
    assert list(tmp_path.iterdir()) == [path]
