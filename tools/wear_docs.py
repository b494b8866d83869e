"""docs/products.jpg: sample products on a public-domain portrait, for the README.

    .venv/bin/python tools/wear_docs.py [--photo astronaut.png] [-o docs/products.jpg]

The portrait is NASA's of Eileen Collins (public domain), which scikit-image ships as `skimage.data.astronaut()`; give
the file where scikit-image is not installed. It is enlarged threefold first, so that thin wires have pixels to show.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:  # run as a script, only this folder is on the path
    sys.path.insert(0, str(ROOT))

from tools.wear_sheet import Studio, wearables  # noqa: E402
from tryon.types import Frame  # noqa: E402

OUTFITS = (
    "round-tortoise",
    "aviator+hoop-earrings",
    "square-black+pearl-drop",
    "rimless+crystal-stud",
    "cat-eye+tassel",
    "mirror-blue+baseball-cap",
    "felt-wide-brim+round-gold",
    "panama+pearl-drop",
    "beanie+round-tortoise+scarf",
    "headband+hoop-earrings",
    "pearl-strand+crystal-stud",
    "surgical-mask+round-gold",
)
_COLUMNS, _CELL_PX, _ENLARGED = 4, 300, 3
_CROP = (0.24, 0.0, 0.66, 0.42)  # of the portrait: head and shoulders
_MOST_BYTES = 300_000


def portrait(path: Path | None) -> Frame:
    """The enlarged portrait."""
    if path is None:
        from skimage.data import astronaut

        picture = Image.fromarray(astronaut())
    else:
        picture = Image.open(path).convert("RGB")
    size = (picture.width * _ENLARGED, picture.height * _ENLARGED)
    return Frame(np.asarray(picture.resize(size, Image.Resampling.LANCZOS)), 0.0, 0)


def cell(pixels: NDArray[np.uint8]) -> Image.Image:
    """Head and shoulders, as small as the sheet shows them."""
    height, width = pixels.shape[:2]
    left, top, right, bottom = _CROP
    box = (int(left * width), int(top * height), int(right * width), int(bottom * height))
    return Image.fromarray(pixels).crop(box).resize((_CELL_PX, _CELL_PX), Image.Resampling.LANCZOS)


def main() -> None:
    """Draw and save the sheet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photo", type=Path, help="the portrait's file")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "docs" / "products.jpg")
    options = parser.parse_args()
    studio = Studio(body=False, hands=False)
    view = studio.view(portrait(options.photo))
    rows = -(-len(OUTFITS) // _COLUMNS)
    sheet = Image.new("RGB", (_COLUMNS * _CELL_PX, rows * _CELL_PX), "white")
    for index, outfit in enumerate(OUTFITS):
        picture = cell(studio.dress(view, wearables(outfit)))
        sheet.paste(picture, (index % _COLUMNS * _CELL_PX, index // _COLUMNS * _CELL_PX))
    sheet.save(options.output, quality=86, optimize=True)
    size = options.output.stat().st_size
    print(f"{options.output}: {size / 1000:.0f} kB")
    if size > _MOST_BYTES:
        raise SystemExit(f"expected at most {_MOST_BYTES} bytes; lower the quality")


if __name__ == "__main__":
    main()
