"""Unit and axes of a file, guessed from its size and shape; each guess comes with a sentence that says why."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.types import Model

UNITS: Mapping[str, float] = {
    "metres": 1.0,
    "millimetres": 0.001,
    "centimetres": 0.01,
    "inches": 0.0254,
    "feet": 0.3048,
}


@dataclass(frozen=True, slots=True)
class Size:
    """Longest side of a kind, metres: the smallest and largest that are sold, and the usual one."""

    low_m: float
    usual_m: float
    high_m: float


# From makers' size charts: frame widths 120 to 160 mm with 120 to 155 mm temples; hats 0.2 to 0.45 m; rings ISO 8653
# 13 to 23 mm inside; furniture from a stool to a wardrobe.
SIZES: Mapping[str, Size] = {
    "glasses": Size(0.10, 0.150, 0.20),
    "hat": Size(0.16, 0.300, 0.55),
    "headband": Size(0.11, 0.170, 0.30),
    "earring": Size(0.003, 0.035, 0.15),
    "necklace": Size(0.10, 0.220, 0.70),
    "scarf": Size(0.15, 0.500, 2.20),
    "face_mask": Size(0.09, 0.180, 0.35),
    "watch": Size(0.045, 0.080, 0.30),
    "bracelet": Size(0.045, 0.070, 0.25),
    "ring": Size(0.014, 0.023, 0.050),
}
FURNITURE = Size(0.15, 1.0, 4.5)


def guess_unit(model: Model, kind: str) -> tuple[float, str]:
    """Metres per file unit, and the sentence to show.

    glTF says metres: they stand whenever the longest side is one that the kind is sold in. Otherwise the unit is taken
    that brings it nearest to the usual one. Where none does, the file is scaled to the usual size, and said to be.
    """
    low, high = model.bounds_m
    longest = float((high - low).max())
    size = SIZES.get(kind, FURNITURE)
    if not longest > 0.0:
        return 1.0, "A model without any extent tells no unit; metres are assumed."
    fitting = {name: unit for name, unit in UNITS.items() if size.low_m <= longest * unit <= size.high_m}
    if "metres" in fitting:
        return 1.0, f"Metres, as glTF says: its longest side is {_length(longest)}."
    if not fitting:
        unit = size.usual_m / longest
        return unit, (
            f"In no common unit are {longest:.4g} units {_length(size.low_m)} to {_length(size.high_m)} long, as this "
            f"kind ({kind}) is sold; scaled to {_length(size.usual_m)}, so state its true width."
        )
    name = min(fitting, key=lambda unit: abs(math.log(longest * UNITS[unit] / size.usual_m)))
    others = " or ".join(other for other in fitting if other != name)
    doubt = f" ({others} would fit too: state the width if this is wrong)" if others else ""
    length = _length(longest * UNITS[name])
    said = f"{name.capitalize()}, not metres: {longest:.4g} units are {length} long, as this kind ({kind}) is sold"
    return UNITS[name], f"{said}{doubt}."


def guess_axes(model: Model, kind: str) -> tuple[str, str, str]:
    """(up, front, sentence): axes such as "+y" and "+z" of the file.

    glTF says +Y up and +Z front. Another answer is given only where the shape speaks for it: glasses are mirrored left
    to right, lower than long, and joined at the front; furniture stands on its lowest plane, which files put at 0.
    Source: our derivation; tests/gltf/test_units.py turns files of known axes.
    """
    points = _points(model)
    if kind == "glasses":
        return _glasses_axes(points)
    if kind not in SIZES:
        return _furniture_axes(points)
    return (
        "+y",
        "+z",
        f"The shape of this kind ({kind}) does not tell its axes; +Y up and +Z front are assumed, as glTF says.",
    )


def _points(model: Model, most: int = 20_000) -> NDArray[np.float64]:
    """Vertices that triangles use, thinned evenly."""
    used = [entry.positions_m[np.unique(entry.triangles)] for entry in model.primitives]
    points = np.concatenate(used).astype(np.float64)
    return points[:: max(1, len(points) // most)]


def _glasses_axes(points: NDArray[np.float64]) -> tuple[str, str, str]:
    low, high = points.min(axis=0), points.max(axis=0)
    across = int(np.argmin([_asymmetry(points, axis) for axis in range(3)]))
    others = [axis for axis in range(3) if axis != across]
    up, along = sorted(others, key=lambda axis: high[axis] - low[axis])
    middle = np.abs(points[:, across] - (low + high)[across] / 2) < 0.06 * (high - low)[across]
    bridge = points[middle] if middle.any() else points
    center = (low + high) / 2
    front = 1 if bridge[:, along].mean() > center[along] else -1
    # Lenses hang below the straight part of the temples, and the ends of the temples bend down behind the ears.
    depth = np.abs(points[:, along] - (high if front > 0 else low)[along]) / (high - low)[along]
    straight = points[(depth > 0.25) & (depth < 0.55)]
    top = 1 if len(straight) == 0 or straight[:, up].mean() >= center[up] else -1
    names = _axis(up, top), _axis(along, front)
    as_said = names == ("+y", "+z")
    said = "as glTF says" if as_said else "not +Y and +Z as glTF says"
    return (*names, f"{names[0].upper()} up and {names[1].upper()} front, {said}: the bridge and both sides tell.")


def _furniture_axes(points: NDArray[np.float64]) -> tuple[str, str, str]:
    low, high = points.min(axis=0), points.max(axis=0)
    extent = np.maximum(high - low, 1e-12)
    grounded = np.abs(low) / extent < 0.01
    across = np.minimum(-low, high) / extent > 0.2  # on both sides of the origin
    if grounded[2] and across[1] and not grounded[1]:
        return "+z", "-y", "+Z up, not +Y as glTF says: the lowest Z is 0 while Y runs to both sides."
    return "+y", "+z", "+Y up and +Z front, as glTF says."


def _asymmetry(points: NDArray[np.float64], axis: int) -> float:
    """How far a cloud's outline on a coarse grid differs from its mirror picture along an axis, 0 to 1."""
    low, high = points.min(axis=0), points.max(axis=0)
    cells = ((points - low) / max(float((high - low).max()), 1e-12) * 15.999).astype(int)
    mirrored = points.copy()
    mirrored[:, axis] = low[axis] + high[axis] - points[:, axis]
    twin = ((mirrored - low) / max(float((high - low).max()), 1e-12) * 15.999).astype(int)
    ours = {tuple(cell) for cell in np.unique(cells, axis=0).tolist()}
    theirs = {tuple(cell) for cell in np.unique(twin, axis=0).tolist()}
    return 1.0 - len(ours & theirs) / len(ours | theirs)


def _axis(axis: int, sign: int) -> str:
    return ("+" if sign > 0 else "-") + "xyz"[axis]


def _length(value_m: float) -> str:
    if value_m < 1.0:
        return f"{value_m * 1000:.4g} mm"
    return f"{value_m:.3g} m"
