"""`tryon products`: every sample product, by kind, and the schema of product files."""

from __future__ import annotations

import argparse
import json

from tryon.catalog import names, product_schema
from tryon.cli import products


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    products.add_parser(parser.add_subparsers())
    options = parser.parse_args(["products", *arguments])
    return options.run(options)


def test_every_sample_product_is_listed_once(capsys):
    assert run() == 0
    lines = capsys.readouterr().out.splitlines()
    assert sorted(line.split()[0] for line in lines) == list(names())


def test_json_of_one_kind_has_sizes_and_anchors(capsys):
    assert run("--kind", "glasses", "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert [item["name"] for item in listed] == list(names("glasses"))
    for item in listed:
        assert 100 < item["size_mm"]["width"] < 180
        assert item["anchors_mm"]["lens_left"][0] > 0


def test_the_schema_is_printed(capsys):
    assert run("--schema") == 0
    assert json.loads(capsys.readouterr().out) == product_schema()
