"""`tryon products`."""

from __future__ import annotations

import argparse
import json
from typing import Any

from tryon.catalog import KINDS, load, names, product_schema
from tryon.types import Product


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser("products", help="list the sample products")
    parser.add_argument("--kind", choices=tuple(KINDS), metavar="KIND", help="only this kind, such as glasses or hat")
    parser.add_argument("--json", action="store_true", help="print sizes, anchors and fit as JSON")
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of product files")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print every sample product, or the schema that product files follow."""
    if options.schema:
        print(json.dumps(product_schema(), indent=2))
        return 0
    products = {name: load(name) for name in names(options.kind)}
    if options.json:
        print(json.dumps([as_json(name, product) for name, product in products.items()], indent=2))
        return 0
    wide = max((len(name) for name in products), default=0)
    for name, product in sorted(products.items(), key=lambda item: (item[1].kind, item[0])):
        size = " × ".join(f"{length * 1000:.0f}" for length in product.size_m)
        variants = f"; {', '.join(product.variants)}" if product.variants else ""
        print(f"{name:<{wide}}  {product.kind:<9}  {product.name}, {size} mm{variants}")
    return 0


def as_json(name: str, product: Product) -> dict[str, Any]:
    """Plain JSON values of one product; lengths in millimetres."""
    return {
        "name": name,
        "sku": product.sku,
        "title": product.name,
        "kind": product.kind,
        "description": product.description,
        "model": str(product.model_path),
        "size_mm": dict(zip(("width", "height", "depth"), (round(x * 1000, 3) for x in product.size_m), strict=True)),
        "anchors_mm": {key: [round(x * 1000, 3) for x in point] for key, point in product.anchors.items()},
        "fit_mm": dict(product.fit_mm),
        "anchor": product.anchor,
        "clearance_mm": dict(product.clearance_mm),
        "variants": list(product.variants),
        "price": product.price,
        "link": product.link,
        "license": product.license,
        "author": product.author,
    }
