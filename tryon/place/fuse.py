"""Several planes of one floor as one, and a word when they disagree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ScaleUnknownError
from tryon.types import Plane

_DISAGREE = 13.3  # chi-squared of 4 degrees of freedom that chance exceeds once in a hundred


def fuse(planes: Sequence[Plane]) -> tuple[Plane, tuple[str, ...]]:
    """One plane from at least one of the same kind and camera, each weighted by its covariance; and sentences.

    Where two disagree beyond what both admit, the surest one stands alone with them, and a sentence says so.

    Raises:
        ScaleUnknownError: No plane at all.

    Source: information filter (sum of inverse covariances) in the tangent space of the surest plane.
    """
    if not planes:
        raise ScaleUnknownError(
            "Nothing in view gives the scale; lay a sheet of A4 on the floor, or see: tryon marker."
        )
    order = sorted(planes, key=lambda plane: float(plane.covariance[2, 2]))
    surest = order[0]
    remarks = tuple(_remark(a, b, surest) for a, b in combinations(order, 2) if _apart(a, b))
    agreed = [surest, *(plane for plane in order[1:] if not _apart(surest, plane))]
    if len(agreed) == 1:
        return surest, remarks
    information, pull = np.zeros((4, 4)), np.zeros(4)
    for plane in agreed:
        own = np.linalg.inv(_regular(plane.covariance))
        information += own
        pull += own @ _between(surest, plane)
    covariance = np.asarray(np.linalg.inv(information), np.float64)
    fused = surest.moved(covariance @ pull)
    source = " + ".join(dict.fromkeys(plane.source for plane in agreed))
    return replace(fused, covariance=covariance, source=source), remarks


def _between(base: Plane, other: Plane) -> NDArray[np.float64]:
    """(4,) change that moves `base` onto `other`: the inverse of `Plane.moved`."""
    first, second = base.tangents
    turn = np.cross(base.normal, other.normal)
    return np.array(
        [
            float(turn @ first),
            float(turn @ second),
            other.distance_m / base.distance_m - 1.0,
            other.camera.focal_x_px / base.camera.focal_x_px - 1.0,
        ]
    )


def _apart(a: Plane, b: Plane) -> bool:
    change = _between(a, b)
    return float(change @ np.linalg.solve(_regular(a.covariance + b.covariance), change)) > _DISAGREE


def _regular(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(covariance + 1e-10 * np.eye(4))


def _remark(a: Plane, b: Plane, surest: Plane) -> str:
    return (
        f"The {a.source} puts the camera {a.distance_m:.2f} m from the {a.kind}, the {b.source} {b.distance_m:.2f} m; "
        f"they disagree, so the {surest.source} alone counts: check it."
    )
