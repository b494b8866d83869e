"""Which products there are, and one of them by name or path."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tryon.catalog.parse import FILE_NAME, read_product
from tryon.errors import ProductError, SourceMissingError, UnknownNameError
from tryon.resources import content
from tryon.types import Product

_MODEL_SUFFIXES = (".glb", ".gltf")


def names(kind: str | None = None) -> tuple[str, ...]:
    """Names of the sample products, sorted; with `kind`, only those of that kind."""
    found = sorted(path.parent.name for path in _shelf().glob(f"*/{FILE_NAME}"))
    if kind is None:
        return tuple(found)
    return tuple(name for name in found if read_product(_shelf() / name / FILE_NAME).kind == kind)


def load(name_or_path: str | Path) -> Product:
    """A sample product by name, or any product by path: its `product.toml`, its folder, or a bare glTF file.

    A bare file takes the `product.toml` beside it when that one speaks of it. With none it is an "object" in metres,
    +Y up, with its size measured, which can be shown but not worn.

    Raises:
        UnknownNameError: No sample product of that name.
        SourceMissingError: Nothing at that path.
        ProductError: The product file is not right; the message says where.
        ModelFileError: A bare file that cannot be drawn.
    """
    text = str(name_or_path)
    is_path = not isinstance(name_or_path, str) or "/" in text or text.lower().endswith((".toml", *_MODEL_SUFFIXES))
    if not is_path:
        if text not in names():
            raise UnknownNameError("product", text, names())
        return read_product(_shelf() / text / FILE_NAME)
    path = Path(name_or_path)
    if path.is_dir():
        return read_product(path / FILE_NAME)
    if path.suffix.lower() == ".toml":
        return read_product(path)
    if path.is_file() and path.suffix.lower() not in _MODEL_SUFFIXES:
        raise ProductError(f"{path.name}: expected a .glb, a .gltf or a product.toml; export the model as GLB.")
    if not path.is_file():
        raise SourceMissingError(f"No product at {path}; give a path, or a name from: tryon products.")
    return _beside(path) or _bare(path)


def _shelf() -> Path:
    return content("assets") / "products"


def _beside(path: Path) -> Product | None:
    """What the `product.toml` in the same folder says of this very file, if anything."""
    if not (path.parent / FILE_NAME).is_file():
        return None
    product = read_product(path.parent / FILE_NAME)
    return product if product.model_path.resolve() == path.resolve() else None


def _bare(path: Path) -> Product:
    from tryon.gltf import read  # decoders of pictures and meshes: listing products needs none of them

    model = read(path)
    low, high = model.bounds_m
    width, height, depth = (high - low).tolist()
    if not max(width, height, depth) > 0.0:
        raise ProductError(f"{path.name}: expected a model with a size, all its points are in one place.")
    return Product(
        sku=path.stem,
        name=path.stem,
        kind="object",
        model_path=path,
        size_m=(width, height, depth),
        product_from_file=np.eye(4),
        variants=model.variants,
    )
