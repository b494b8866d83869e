"""`tryon fit MODEL --kind KIND`: a brand's own file made ready to wear."""

from __future__ import annotations

import argparse
import json
import re
import shutil
from pathlib import Path
from typing import Any

from tryon.catalog import load, open_model
from tryon.catalog.kinds import WORN
from tryon.catalog.parse import FILE_NAME
from tryon.catalog.placement import AXES, UNITS_M
from tryon.catalog.proposal import Known, Proposal
from tryon.encode import write_image
from tryon.errors import EncodeError, ParameterError, SourceMissingError
from tryon.types import Frame, Model

PICTURE = "fit.png"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser("fit", help="find unit, axes and anchors of a glTF file; writes product.toml")
    parser.add_argument("model", type=Path, help="a .glb or .gltf file")
    parser.add_argument("--kind", required=True, choices=tuple(WORN), metavar="KIND", help=f"one of {', '.join(WORN)}")
    parser.add_argument("--unit", metavar="UNIT", help=f"what one file unit is: {', '.join(UNITS_M)}, or metres")
    parser.add_argument("--width", type=float, metavar="MM", help="true overall width, instead of --unit")
    parser.add_argument("--up", choices=AXES, metavar="AXIS", help="file axis that is up, such as +z, or --up=-z")
    parser.add_argument("--front", choices=AXES, metavar="AXIS", help="file axis that is the front, such as --front=-y")
    parser.add_argument(
        "--origin", type=_point, metavar="X,Y,Z", help="the product's origin, in file units; --origin=-1,2,0"
    )
    parser.add_argument(
        "--anchor", action="append", default=[], metavar="NAME=X,Y,Z", help="an anchor in mm of product space; repeat"
    )
    parser.add_argument("--name", default="", help="name for the shopper; the file's name when not given")
    parser.add_argument("--sku", default="", help="stock number; made from the name when not given")
    parser.add_argument("--license", default="", help="terms of the file")
    parser.add_argument("-o", "--output", type=Path, metavar="DIR", help="folder to fill; the file's own by default")
    parser.add_argument("--force", action="store_true", help="replace a product.toml that is there")
    parser.add_argument("--json", action="store_true", help="print what was found as JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Propose, say each finding, draw the picture, write and read back the product file."""
    from tryon.catalog.drawing import draw_views
    from tryon.catalog.propose import propose
    from tryon.gltf import read

    if not options.model.is_file():
        raise SourceMissingError(f"No model at {options.model}; give a .glb or .gltf file.")
    folder = options.output or options.model.parent
    target = folder / FILE_NAME
    if target.exists() and not options.force:
        raise EncodeError(f"{target} is there already; give --force to replace it, or another folder with -o.")
    model = read(options.model)
    proposal = propose(model, options.kind, known=_known(options))
    _place_model(options.model, folder)
    target.write_text(_toml(options, model, proposal), encoding="utf-8")
    open_model(load(folder))  # what was written must be what every other command reads
    write_image(folder / PICTURE, Frame(draw_views(model, proposal)))
    if options.json:
        print(json.dumps(_as_json(proposal, target), indent=2))
        return 0
    for finding in proposal.findings:
        print(f"  {finding.sure:<8} {finding.text}")
    for note in model.notes:
        print(f"  note     {note}")
    print(f"Wrote {target} and {folder / PICTURE}; look at the picture, then correct what is a guess.")
    return 0


def _known(options: argparse.Namespace) -> Known:
    unit = None
    if options.unit is not None:
        unit = UNITS_M[options.unit] if options.unit in UNITS_M else _metres(options.unit)
    if options.width is not None and not 0.1 <= options.width <= 50_000.0:
        raise ParameterError(f"--width: expected millimetres from 0.1 to 50000, got {options.width:g}.")
    if options.up and options.front and options.up[1] == options.front[1]:
        raise ParameterError(f"--up {options.up} and --front {options.front}: expected two axes at right angles.")
    width_m = options.width / 1000.0 if options.width is not None else None
    return Known(unit, width_m, options.up, options.front, options.origin, _anchors(options.anchor, options.kind))


def _metres(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 1e-7 <= value <= 1e4:
        raise ParameterError(f"--unit: expected {', '.join(UNITS_M)}, or metres from 1e-7 to 1e4, got '{text[:40]}'.")
    return value


def _point(text: str) -> tuple[float, float, float]:
    try:
        x, y, z = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected three numbers such as 0,1.5,-2, got '{text[:60]}'") from None
    return x, y, z


def _anchors(stated: list[str], kind: str) -> dict[str, tuple[float, float, float]]:
    anchors = {}
    for item in stated:
        name, _, numbers = item.partition("=")
        if name not in WORN[kind].anchors:
            known = ", ".join(WORN[kind].anchors) or "none"
            raise ParameterError(f"--anchor: '{name[:40]}' is no anchor of {kind}; known: {known}.")
        try:
            x, y, z = _point(numbers)
        except argparse.ArgumentTypeError as error:
            raise ParameterError(f"--anchor {name}: {error}.") from None
        anchors[name] = (x / 1000.0, y / 1000.0, z / 1000.0)
    return anchors


def _place_model(model: Path, folder: Path) -> None:
    """Copy the file beside its product file when it goes to another folder, with what a .gltf points to."""
    folder.mkdir(parents=True, exist_ok=True)
    if folder.resolve() == model.parent.resolve():
        return
    shutil.copyfile(model, folder / model.name)
    if model.suffix.lower() != ".gltf":
        return
    document = json.loads(model.read_text(encoding="utf-8"))
    for part in (*document.get("buffers", ()), *document.get("images", ())):
        uri = part.get("uri", "")
        source = (model.parent / uri).resolve()
        # The reader has taken the file, so what it names is inside its folder; data: URIs travel with it.
        if uri and not uri.startswith("data:") and source.is_relative_to(model.parent.resolve()) and source.is_file():
            (folder / uri).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, folder / uri)


def _toml(options: argparse.Namespace, model: Model, proposal: Proposal) -> str:
    from tryon.catalog.write_toml import product_toml

    name = options.name or options.model.stem.replace("_", " ").replace("-", " ").strip().capitalize() or "Product"
    sku = options.sku or re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").upper()[:64] or "PRODUCT"
    about = {"sku": sku, "name": name[:120], "kind": options.kind, "model": options.model.name}
    return product_toml(proposal, about | {"license": options.license}, model.variants)


def _as_json(proposal: Proposal, target: Path) -> dict[str, Any]:
    place = proposal.placement
    return {
        "product": str(target),
        "picture": str(target.parent / PICTURE),
        "file": {
            "metres_per_unit": place.metres_per_unit,
            "up": place.up,
            "front": place.front,
            "origin": list(place.origin),
        },
        "size_mm": [round(length * 1000.0, 3) for length in proposal.size_m],
        "anchors_mm": {name: [round(x * 1000.0, 3) for x in at] for name, at in proposal.anchors_m.items()},
        "fit_mm": {name: round(length, 3) for name, length in proposal.fit_mm.items()},
        "findings": [{"sure": finding.sure, "text": finding.text} for finding in proposal.findings],
    }
