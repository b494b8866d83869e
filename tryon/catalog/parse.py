"""`product.toml` read strictly: every odd field is one sentence, nothing is guessed."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from tryon.catalog import toml_fields as fields
from tryon.catalog.kinds import KINDS
from tryon.catalog.placement import Placement
from tryon.errors import ProductError, SourceMissingError
from tryon.types import Product

FILE_NAME = "product.toml"


def read_product(path: Path) -> Product:
    """The product that a `product.toml` describes; the model file must be there but is not opened.

    Raises:
        SourceMissingError: No file at that path.
        ProductError: Not a `tryon.product/1`; the message says where.
    """
    where = f"{path.parent.name}/{path.name}"
    try:
        with path.open("rb") as file:
            raw = file.read(fields.MOST_BYTES + 1)
    except FileNotFoundError:
        raise SourceMissingError(f"No product file at {path}; give a path, or a name from: tryon products.") from None
    except OSError as error:
        raise ProductError(f"{where}: cannot be read ({error.strerror or 'unknown reason'}).") from None
    if len(raw) > fields.MOST_BYTES:
        raise ProductError(f"{where}: expected a product file of at most {fields.MOST_BYTES // 1024} kB.")
    try:
        data = tomllib.loads(raw.decode("utf-8"))
    except RecursionError:
        raise ProductError(f"{where}: not a product: nested too deep.") from None
    except ValueError as error:  # bad UTF-8, bad TOML, a number too long for Python
        raise ProductError(f"{where}: not valid TOML ({' '.join(str(error).split())[:160]}).") from None
    return parse_product(data, folder=path.parent, where=where)


def parse_product(data: Mapping[str, Any], *, folder: Path, where: str = FILE_NAME) -> Product:
    """The product that plain TOML values describe.

    Args:
        folder: Where the model file lies; it may not be outside.
        where: What to call it in messages.

    Raises:
        ProductError: An unknown version, kind or field, a value of the wrong type or out of range, a path that leaves
            the folder, or a model that is not there.
    """
    _check_format(data.get("schema"), where)
    fields.table(data, where, fields.TOP)
    for name in fields.REQUIRED:
        if name not in data:
            raise ProductError(f"{where}: '{name}' is missing; every product states {', '.join(fields.REQUIRED)}.")
    about = {name: kind.check(data[name], f"{where}: {name}") for name, kind in fields.ABOUT.items() if name in data}
    kind = fields.Choice(tuple(KINDS)).check(data["kind"], f"{where}: kind")
    variants = fields.VARIANTS.check(data.get("variants", []), f"{where}: variants")
    variant = data.get("variant")
    if variant is not None:
        fields.Choice(variants).check(variant, f"{where}: variant")
    size_mm = _lengths(data["size_mm"], f"{where}: size_mm", fields.SIZE)
    for name in fields.SIZE:
        if name not in size_mm:
            raise ProductError(f"{where}: size_mm: '{name}' is missing; expected width, height and depth.")
    _check_placing(data, kind, where)
    return Product(
        sku=about["sku"],
        name=about["name"],
        kind=kind,
        model_path=_inside(folder, about.pop("model"), where),
        size_m=(size_mm["width"] / 1000.0, size_mm["height"] / 1000.0, size_mm["depth"] / 1000.0),
        product_from_file=_placement(data.get("file", {}), where).product_from_file,
        anchors=_anchors(data.get("anchors_mm", {}), where, kind),
        fit_mm=_lengths(data.get("fit_mm", {}), f"{where}: fit_mm", KINDS[kind].fit),
        variants=variants,
        variant=variant,
        anchor=fields.ANCHOR.check(data.get("anchor", "floor"), f"{where}: anchor"),  # type: ignore[arg-type]  # checked
        clearance_mm=_clearance(data.get("clearance_mm", {}), f"{where}: clearance_mm"),
        **{name: text for name, text in about.items() if name not in ("sku", "name")},
    )


def _check_format(value: object, where: str) -> None:
    if value == fields.FORMAT:
        return
    if isinstance(value, str) and value.startswith("tryon.product/"):
        raise ProductError(f"{where}: this tryon reads {fields.FORMAT}, the file is {value[:40]}; update tryon.")
    raise ProductError(f'{where}: expected schema = "{fields.FORMAT}", got {fields.shown(value)}.')


def _lengths(value: Any, where: str, known: tuple[str, ...]) -> dict[str, float]:
    lengths = fields.table(value, where, known)
    return {name: fields.LENGTH_MM.check(item, f"{where}.{name}") for name, item in lengths.items()}


def _check_placing(data: Mapping[str, Any], kind: str, where: str) -> None:
    stated = [name for name in fields.PLACING if name in data]
    if stated and not KINDS[kind].placed:
        raise ProductError(f"{where}: '{stated[0]}' is for furniture, this is of kind '{kind}'; leave it out.")


def _clearance(value: Any, where: str) -> dict[str, float]:
    sides = fields.table(value, where, fields.CLEARANCE)
    return {name: fields.CLEARANCE_MM.check(item, f"{where}.{name}") for name, item in sides.items()}


def _anchors(value: Any, where: str, kind: str) -> dict[str, tuple[float, float, float]]:
    needed = KINDS[kind].anchors
    named = fields.table(value, f"{where}: anchors_mm", needed)
    points = {name: fields.POINT_MM.check(point, f"{where}: anchors_mm.{name}") for name, point in named.items()}
    missing = [name for name in needed if name not in points]
    if missing:
        raise ProductError(
            f"{where}: anchors_mm: {', '.join(missing)} missing for {kind}; to have them found: "
            f"tryon fit MODEL.glb --kind {kind}."
        )
    return {name: (x / 1000.0, y / 1000.0, z / 1000.0) for name, (x, y, z) in points.items()}


def _placement(value: Any, where: str) -> Placement:
    stated = fields.table(value, f"{where}: file", fields.FILE)
    checked: dict[str, Any] = {  # four types of value under their own names; Placement's own fields say which
        name: fields.FILE[name].check(item, f"{where}: file.{name}") for name, item in stated.items()
    }
    try:
        return Placement(**checked)
    except ProductError as error:
        raise ProductError(f"{where}: file: {error}") from None


def _inside(folder: Path, name: str, where: str) -> Path:
    """The model file: relative, inside the folder even through links, a glTF by its suffix, and there."""
    absolute = PurePosixPath(name).is_absolute() or PureWindowsPath(name).drive or "\\" in name or "://" in name
    if absolute or ".." in PurePosixPath(name).parts:
        raise ProductError(f"{where}: model: expected a file in the product's own folder, got {fields.shown(name)}.")
    if PurePosixPath(name).suffix.lower() not in (".glb", ".gltf"):
        raise ProductError(f"{where}: model: expected a .glb or .gltf file, got {fields.shown(name)}.")
    path = folder / name
    root = os.path.realpath(folder)
    if os.path.commonpath([root, os.path.realpath(path)]) != root:
        raise ProductError(f"{where}: model: {fields.shown(name)} is a link that leaves the product's folder.")
    if not path.is_file():
        raise ProductError(f"{where}: model: no file {fields.shown(name)} beside the product file.")
    return path
