"""What `tryon fit` found out about a file, each with how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tryon.catalog.cloud import Cloud
from tryon.catalog.placement import UNITS_M, Placement
from tryon.errors import ProductError

_USUAL = ("m", "cm", "mm", "in")  # nobody models a product to wear in feet

Sure: TypeAlias = Literal["stated", "certain", "likely", "guess"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about the file. sure: "stated" by the caller, else found with that confidence."""

    text: str
    sure: Sure


def how_sure(lead: float, *, certain: float, likely: float) -> Sure:
    """How sure a choice is whose score leads the next best by that much."""
    return "certain" if lead > certain else "likely" if lead > likely else "guess"


@dataclass(frozen=True, slots=True)
class Known:
    """What the caller already knows; None is to be found.

    metres_per_unit: Length of one file unit. width_m: True overall width, which gives the unit too.
    up, front: File axes. origin: In file units and axes. anchors_m: Points in product space.
    """

    metres_per_unit: float | None = None
    width_m: float | None = None
    up: str | None = None
    front: str | None = None
    origin: tuple[float, float, float] | None = None
    anchors_m: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A kind's geometry once the axes are right.

    Lengths are in file units, with the product's axes; `origin` and `anchors` from the file's own origin.
    yardstick: A length of the product that hardly varies. yardstick_m: Its usual range.
    """

    origin: NDArray[np.float64]
    anchors: Mapping[str, NDArray[np.float64]]
    fit: Mapping[str, float]
    yardstick: float
    yardstick_m: tuple[float, float]
    yardstick_name: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """A complete `product.toml` but for its texts. Lengths in metres, product space."""

    placement: Placement
    size_m: tuple[float, float, float]
    anchors_m: Mapping[str, tuple[float, float, float]]
    fit_mm: Mapping[str, float]
    findings: tuple[Finding, ...] = field(default=())


Axes: TypeAlias = tuple[str, str]


def rotation_of(up: str, front: str) -> NDArray[np.float64]:
    """(3, 3) product axes from file axes."""
    return Placement(up=up, front=front).product_from_file[:3, :3]


def axis_name(vector: NDArray[np.float64]) -> str:
    """ "+x" … "-z": the axis a vector is nearest to."""
    index = int(np.argmax(np.abs(vector)))
    return ("+" if vector[index] > 0 else "-") + "xyz"[index]


def all_axes(known: Known) -> list[Axes]:
    """Every (up, front) that agrees with what is known, glTF's own first."""
    signed = ("+y", "+z", "+x", "-y", "-z", "-x")
    pairs = [(up, front) for up in signed for front in ("+z", "+y", "+x", "-z", "-y", "-x") if up[1] != front[1]]
    return [(up, front) for up, front in pairs if known.up in (None, up) and known.front in (None, front)]


def find_unit(shape: Shape, cloud_width: float, known: Known) -> tuple[float, Finding]:
    """Metres in one file unit, from what is stated or from the kind's yardstick.

    Raises:
        ProductError: No usual unit, or more than one, brings the yardstick into its range; names the option to give.
    """
    if known.metres_per_unit is not None:
        return known.metres_per_unit, Finding(f"One file unit is {known.metres_per_unit:g} m, as stated.", "stated")
    if known.width_m is not None:
        unit = known.width_m / cloud_width
        return unit, Finding(f"One file unit is {unit:.6g} m, from the stated width.", "stated")
    low, high = shape.yardstick_m
    usual = {name: UNITS_M[name] for name in _USUAL if low <= shape.yardstick * UNITS_M[name] <= high}
    if not usual:
        raise ProductError(
            f"No usual unit gives {shape.yardstick_name} of {low * 1000:.0f} to {high * 1000:.0f} mm (it is "
            f"{shape.yardstick:.4g} file units); give --unit or --width (the true width in millimetres)."
        )
    middle = float(np.sqrt(low * high))
    name = min(usual, key=lambda unit: abs(np.log(shape.yardstick * usual[unit] / middle)))
    found_mm = shape.yardstick * usual[name] * 1000.0
    others = f", {' and '.join(other for other in usual if other != name)} would do too" if len(usual) > 1 else ""
    return usual[name], Finding(
        f"One file unit is 1 {name}: {shape.yardstick_name} is then {found_mm:.1f} mm{others}.",
        "likely" if others else "certain",
    )


def assemble(cloud: Cloud, axes: Axes, shape: Shape, known: Known, findings: tuple[Finding, ...]) -> Proposal:
    """The proposal of a shape found in a cloud of file points."""
    rotation = rotation_of(*axes)
    low, high = (cloud.points @ rotation.T).min(axis=0), (cloud.points @ rotation.T).max(axis=0)
    unit, said = find_unit(shape, float(high[0] - low[0]), known)
    origin = shape.origin if known.origin is None else rotation @ np.asarray(known.origin)
    x, y, z = (rotation.T @ origin).tolist()
    width, height, depth = ((high - low) * unit).tolist()
    return Proposal(
        Placement(unit, axes[0], axes[1], (x, y, z)),
        (width, height, depth),
        {name: _three((point - origin) * unit) for name, point in shape.anchors.items()} | dict(known.anchors_m),
        {name: length * unit * 1000.0 for name, length in shape.fit.items()},
        (said, *findings, *shape.findings),
    )


def _three(point: NDArray[np.float64]) -> tuple[float, float, float]:
    x, y, z = point.tolist()
    return x, y, z
