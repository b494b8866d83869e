"""A thing for sale that can be worn or placed: what `product.toml` says about a 3D file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Anchor: TypeAlias = Literal["floor", "wall", "table", "ceiling"]


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """One product in product space: metres, +Y up, +Z its front, +X the wearer's left; where the origin lies depends
    on the kind (see `docs/products.md`).

    kind: "glasses", "hat", "headband", "earring", "necklace", "scarf", "face_mask", "watch", "bracelet", "ring",
        or a kind of furniture.
    model_path: The glTF file.
    product_from_file: (4, 4) float64: unit, axes and origin of the file undone; rotation, uniform scale, translation.
    size_m: Width (X), height (Y), depth (Z) as sold.
    anchors: Named points in product space, such as "lens_left", "pad_right", "ear_left", "hook".
    fit_mm: Named lengths a seller states, millimetres: "lens_width", "bridge", "temple", "inner_diameter".
    variants: Material variants by name, as shown to the shopper.
    anchor: What a piece of furniture stands on or hangs from.
    clearance_mm: Room it needs beside itself, millimetres: "front" (doors, drawers), "back", "left", "right", "top".
    """

    sku: str
    name: str
    kind: str
    model_path: Path
    size_m: tuple[float, float, float]
    product_from_file: NDArray[np.float64] = field(default_factory=lambda: np.eye(4))
    anchors: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    fit_mm: Mapping[str, float] = field(default_factory=dict)
    variants: tuple[str, ...] = ()
    variant: str | None = None
    anchor: Anchor = "floor"
    clearance_mm: Mapping[str, float] = field(default_factory=dict)
    description: str = ""
    price: str = ""
    link: str = ""
    license: str = ""
    author: str = ""
