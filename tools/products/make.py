"""Makes the sample products: `python tools/products/make.py [NAME…]` writes assets/products/NAME/."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:  # run as a script, only this folder is on the path
    sys.path.insert(0, str(ROOT))

from tools.products import (  # noqa: E402
    beds,
    caps,
    cloths,
    earrings,
    glasses,
    hats,
    knits,
    loops,
    necklaces,
    rooms,
    seats,
    sofas,
    storage,
    tables,
    watches,
)  # fmt: skip
from tools.products.draft import Draft  # noqa: E402
from tryon import gltf  # noqa: E402

PRODUCTS: dict[str, Callable[[], Draft]] = {
    "armchair": sofas.armchair,
    "aviator": glasses.aviator,
    "bangle": loops.bangle,
    "bar-stool": seats.bar_stool,
    "baseball-cap": caps.cap,
    "beanie": knits.beanie,
    "bookshelf": storage.bookshelf,
    "cat-eye": glasses.cat_eye,
    "chain-bracelet": loops.curb_chain,
    "chain-pendant": necklaces.chain_pendant,
    "coffee-table": tables.coffee_table,
    "crystal-stud": earrings.stud,
    "desk": tables.desk,
    "dining-chair": seats.dining_chair,
    "dining-table": tables.dining_table,
    "diver-watch": watches.diver,
    "double-bed": beds.bed,
    "dress-watch": watches.dress,
    "felt-wide-brim": hats.wide_brim,
    "floor-lamp": rooms.floor_lamp,
    "headband": knits.headband,
    "hoop-earrings": earrings.hoops,
    "mirror-blue": glasses.mirror_sport,
    "nightstand": storage.nightstand,
    "panama": hats.panama,
    "pearl-drop": earrings.pearl_drop,
    "pearl-strand": necklaces.pearl_strand,
    "plain-band": loops.plain_band,
    "potted-plant": rooms.plant,
    "rimless": glasses.rimless,
    "round-gold": glasses.round_gold,
    "round-tortoise": glasses.round_tortoise,
    "rug": rooms.rug,
    "scarf": cloths.scarf,
    "sideboard": storage.sideboard,
    "sofa": sofas.sofa,
    "solitaire": loops.solitaire,
    "square-black": glasses.square_black,
    "surgical-mask": cloths.surgical_mask,
    "tassel": earrings.tassel,
    "wall-mirror": rooms.mirror,
    "wall-picture": rooms.framed_print,
}

ASSETS = ROOT / "assets" / "products"
MOST_TRIANGLES, MOST_BYTES = 15_000, 300_000
# Pictures here are soft or noisy: beyond this nobody sees the difference, and normal maps stay within a code or two.
_JPEG_QUALITY = 88


def make(name: str, assets: Path = ASSETS) -> Path:
    """Writes NAME/NAME.glb and NAME/product.toml, and gives the GLB's path."""
    draft = PRODUCTS[name]()
    model, variants = draft.model()
    folder = assets / name
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.glb"
    gltf.write(path, model, quantize=True, jpeg_quality=_JPEG_QUALITY, variants=variants)
    (folder / "product.toml").write_text(about(draft), encoding="utf-8")
    size = path.stat().st_size
    print(f"{name}: {model.triangle_count} triangles, {size / 1000:.0f} kB, {_size_text(draft)} mm")
    if model.triangle_count > MOST_TRIANGLES or size > MOST_BYTES:
        raise SystemExit(f"{name}: expected at most {MOST_TRIANGLES} triangles and {MOST_BYTES} bytes; simplify it")
    return path


def about(draft: Draft) -> str:
    """The product's `product.toml`."""
    low, high = draft.bounds_mm
    width, height, depth = high - low
    lines = ['schema = "tryon.product/1"']
    texts = {
        "sku": draft.sku, "name": draft.title, "kind": draft.kind, "model": f"{draft.name}.glb",
        "description": draft.description, "license": "CC0-1.0", "author": "tryon",
    }  # fmt: skip
    lines += [f'{key} = "{text}"' for key, text in texts.items() if text]
    if draft.variants:
        names = list(draft.variants)
        lines += ["variants = [" + ", ".join(f'"{name}"' for name in names) + "]", f'variant = "{names[0]}"']
    if draft.placed_on != "floor":
        lines.append(f'anchor = "{draft.placed_on}"')
    lines += ["", "[size_mm]", f"width = {width:.2f}", f"height = {height:.2f}", f"depth = {depth:.2f}"]
    if draft.anchors_mm:
        lines += ["", "[anchors_mm]"]
        lines += [f"{name} = [{x:.2f}, {y:.2f}, {z:.2f}]" for name, (x, y, z) in draft.anchors_mm.items()]
    if draft.fit_mm:
        lines += ["", "[fit_mm]", *(f"{name} = {float(length):.1f}" for name, length in draft.fit_mm.items())]
    if draft.clearance_mm:
        lines += ["", "[clearance_mm]", *(f"{name} = {float(mm):.1f}" for name, mm in draft.clearance_mm.items())]
    return "\n".join(lines).replace("-0.00", "0.00") + "\n"


def _size_text(draft: Draft) -> str:
    low, high = draft.bounds_mm
    return " × ".join(f"{length:.1f}" for length in high - low)


def main(names: list[str]) -> None:
    """Makes the products named, or all."""
    unknown = sorted(set(names) - set(PRODUCTS))
    if unknown:
        raise SystemExit(f"expected names of {', '.join(PRODUCTS)}; got {', '.join(unknown)}")
    for name in names or PRODUCTS:
        make(name)


if __name__ == "__main__":
    main(sys.argv[1:])
