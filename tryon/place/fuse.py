"""Several planes of one floor as one, and a word when they disagree."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ScaleUnknownError
from tryon.types import Intrinsics, Plane

_DISAGREE = 13.3  # chi-squared of 4 degrees of freedom that chance exceeds once in a hundred


def fuse(planes: Sequence[Plane], intrinsics: Intrinsics | None = None) -> tuple[Plane, tuple[str, ...]]:
    """One plane from at least one of the same kind, each weighted by its covariance; and sentences.

    Where some disagree beyond what they admit, the largest group that agrees counts (the surest one's, among equals),
    and a sentence says so for each that does not.

    Args:
        intrinsics: What all planes took the focal length from, so that it counts once. Without it, the plane that
            knows least about the focal length is taken to know no more than that.

    Raises:
        ScaleUnknownError: No plane at all.

    Source: information filter in the tangent space of the surest plane. A plane's information C⁻¹ is that of its own
    pixels plus that of the focal length all share, P; so the sum is Σ(C⁻¹ − P) + P, and two planes' difference has
    the covariance A + B − A P B − B P A. Checked against random draws in tests/place/test_fuse.py.
    """
    if not planes:
        raise ScaleUnknownError(
            "Nothing in view gives the scale; lay a sheet of A4 on the floor, or see: tryon marker."
        )
    order = sorted(planes, key=lambda plane: float(plane.covariance[2, 2]))
    if len(order) == 1:
        return order[0], ()
    shared, focal_px = _shared(order, intrinsics)
    apart = {frozenset((i, j)): _apart(order[i], order[j], shared) for i, j in combinations(range(len(order)), 2)}
    groups = [
        [i] + [j for j in range(len(order)) if j != i and not apart[frozenset((i, j))]] for i in range(len(order))
    ]
    members = max(groups, key=len)  # the first of equals starts with the surest
    base = order[members[0]]
    outside = [order[i] for i in range(len(order)) if i not in members]
    remarks = tuple(_remark(base, other) for other in outside)
    agreed = [order[i] for i in members]
    if len(agreed) == 1:
        return base, remarks
    prior = np.array([0.0, 0.0, 0.0, math.log(focal_px / base.camera.focal_x_px)])
    information, pull = shared.copy(), shared @ prior
    for plane in agreed:
        own = np.linalg.inv(_regular(plane.covariance))
        information += own - shared
        pull += own @ _between(base, plane) - shared @ prior
    covariance = np.asarray(np.linalg.inv(information), np.float64)
    fused = base.moved(covariance @ pull)
    source = " + ".join(dict.fromkeys(plane.source for plane in agreed))
    return replace(fused, covariance=covariance, source=source), remarks


def _shared(planes: Sequence[Plane], intrinsics: Intrinsics | None) -> tuple[NDArray[np.float64], float]:
    """(4, 4) information about the focal length that every plane holds, and the focal length it is about."""
    weakest = max(planes, key=lambda plane: float(plane.covariance[3, 3]))
    known = 1.0 / float(_regular(weakest.covariance)[3, 3])
    focal_px = weakest.camera.focal_x_px
    if intrinsics is not None:
        # No plane can know less than what it was told; rounding may say so.
        known = min(known, 1.0 / max(intrinsics.focal_sigma, 1e-5) ** 2)
        focal_px = intrinsics.camera.focal_x_px
    shared = np.zeros((4, 4))
    shared[3, 3] = known * (1.0 - 1e-9)
    return shared, focal_px


def _between(base: Plane, other: Plane) -> NDArray[np.float64]:
    """(4,) change that moves `base` onto `other`: the inverse of `Plane.moved`."""
    turn = base.tangents @ np.cross(base.normal, other.normal)
    return np.array(
        [
            *turn,
            other.distance_m / base.distance_m - 1.0,
            other.camera.focal_x_px / base.camera.focal_x_px - 1.0,
        ]
    )


def _apart(a: Plane, b: Plane, shared: NDArray[np.float64]) -> bool:
    change, own, other = _between(a, b), _regular(a.covariance), _regular(b.covariance)
    common = own @ shared @ other
    return float(change @ np.linalg.solve(_regular(own + other - common - common.T), change)) > _DISAGREE


def _regular(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(covariance + 1e-10 * np.eye(4))


def _remark(kept: Plane, other: Plane) -> str:
    """How two disagree, in what a person can check: the camera's distance, or else the tilt."""
    names = (f"the {kept.source}", f"the {other.source}" if other.source != kept.source else "another")
    ending = f"they disagree, so {names[0]} counts and {names[1]} does not: check both."
    tilt_deg = math.degrees(math.acos(min(1.0, float(kept.normal @ other.normal))))
    apart = abs(other.distance_m / kept.distance_m - 1.0)
    if apart < 0.03 and tilt_deg > 1.0:
        return f"{names[0].capitalize()} and {names[1]} lie on planes {tilt_deg:.0f}° apart; {ending}"
    return (
        f"By {names[0]} the camera is {kept.distance_m:.2f} m from the {kept.kind}, by {names[1]}"
        f" {other.distance_m:.2f} m; {ending}"
    )
