"""Products: what is for sale, read from `product.toml` beside a glTF file."""

from tryon.catalog.kinds import KINDS
from tryon.catalog.open_model import open_model
from tryon.catalog.parse import parse_product, read_product
from tryon.catalog.placement import Placement
from tryon.catalog.schema import product_schema
from tryon.catalog.shelf import load, names

__all__ = ["KINDS", "Placement", "load", "names", "open_model", "parse_product", "product_schema", "read_product"]
