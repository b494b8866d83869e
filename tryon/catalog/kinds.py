"""The kinds of product, and which anchors and lengths each may state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """What `product.toml` says about one kind.

    anchors: Points it must name, in product space.
    fit: Lengths it may state, in millimetres.
    placed: It is furniture: it stands or hangs somewhere and may need clearance.
    """

    anchors: tuple[str, ...] = ()
    fit: tuple[str, ...] = ()
    placed: bool = False


_LOOP = Kind(fit=("inner_width", "inner_height", "band_width"))
_HEAD = Kind(fit=("inner_width", "inner_depth", "inner_circumference"))
_NECK = Kind(fit=("inner_width", "inner_depth", "length"))
_PLACED = Kind(placed=True)

GLASSES_ANCHORS = ("lens_left", "lens_right", "bridge", "pad_left", "pad_right", "ear_left", "ear_right")

WORN: Mapping[str, Kind] = {
    "glasses": Kind(GLASSES_ANCHORS, ("lens_width", "bridge", "temple", "lens_height", "frame_width")),
    "hat": _HEAD,
    "headband": _HEAD,
    "earring": Kind(("hook",)),
    "necklace": _NECK,
    "scarf": _NECK,
    "face_mask": Kind(),
    "watch": _LOOP,
    "bracelet": _LOOP,
    "ring": Kind(fit=("inner_diameter", "band_width")),
}

PLACED: Mapping[str, Kind] = dict.fromkeys(
    ("furniture", "chair", "sofa", "table", "bed", "cabinet", "shelf", "lamp", "rug", "plant", "decor", "object"),
    _PLACED,
)

KINDS: Mapping[str, Kind] = {**WORN, **PLACED}
