"""Temples of a pair of glasses: from the hinge back over the ear, with tips, hinges and the size printed inside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tools.products.curve import eased, ellipse, rounded_rectangle
from tools.products.lathe import disk
from tools.products.mesh import Array, Mesh, grid, placed
from tools.products.sweep import frames, sweep

# The ear's bend of stock temples: 45 mm before the tip, 40° to 45° down over about 25 mm.
TIP_MM = 45.0
_BEND_DEG = 42.0
_BEND_OVER_MM = 26.0


@dataclass(frozen=True, slots=True, eq=False)
class Temple:
    """The middle line of the left temple, product space: (N, 3) points at (N,) distances from the hinge."""

    points: Array
    along: Array

    @classmethod
    def bent(cls, hinge: ArrayLike, length: float, *, inward_deg: float = 1.6, count: int = 40) -> Temple:
        """A temple of that length (hinge to tip along its middle, as printed on it)."""
        fine = np.linspace(0.0, length, 20 * count)
        bend_at = length - TIP_MM
        share = np.clip((fine - bend_at) / _BEND_OVER_MM + 0.5, 0.0, 1.0)
        down = np.deg2rad(_BEND_DEG) * share * share * (3.0 - 2.0 * share)
        inward = np.deg2rad(inward_deg + 5.0 * np.clip((fine - bend_at) / TIP_MM, 0.0, 1.0))
        heading = np.stack([-np.sin(inward), -np.sin(down) * np.cos(inward), -np.cos(down) * np.cos(inward)], axis=1)
        steps = (heading[1:] + heading[:-1]) / 2.0 * np.diff(fine)[:, None]
        points = np.concatenate([[np.zeros(3)], np.cumsum(steps, axis=0)]) + np.asarray(hinge)
        # stations crowd where it bends
        density = 0.35 + np.exp(-(((fine - bend_at) / 14.0) ** 2))
        cumulated = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2.0)])
        along = np.interp(np.linspace(0.0, cumulated[-1], count), cumulated, fine)
        return cls(np.stack([np.interp(along, fine, points[:, i]) for i in range(3)], axis=1), along)

    def ear(self, half_height: float) -> Array:
        """Where its lower edge rests on the ear: the middle of the bend."""
        at = self.along[-1] - TIP_MM
        _, _, up = frames(self.points, up=[0, 1, 0])
        point = np.array([np.interp(at, self.along, self.points[:, i]) for i in range(3)])
        upward = np.array([np.interp(at, self.along, up[:, i]) for i in range(3)])
        return point - upward * half_height

    def part(self, start: float, end: float) -> Temple:
        """A stretch of it."""
        inside = self.along[(self.along > start + 0.2) & (self.along < end - 0.2)]
        along = np.concatenate([[start], inside, [end]])
        return Temple(np.stack([np.interp(along, self.along, self.points[:, i]) for i in range(3)], axis=1), along)

    def solid(
        self, stations: ArrayLike, thick: ArrayLike, high: ArrayLike, *, rounding: float = 0.6, corner: int = 3,
        round_ring: bool = False, tip: float = 1.5, tile_mm: float = 45.0,
    ) -> Mesh:  # fmt: skip
        """A bar along it whose thickness and height run through values at stations (distances from the hinge)."""
        thickness, height = eased(self.along, stations, thick), eased(self.along, stations, high)
        if round_ring:
            rings = np.stack([ellipse(t, h, 4 * corner) for t, h in zip(thickness, height, strict=True)])
        else:
            rings = np.stack(
                [
                    rounded_rectangle(t, h, min(rounding, 0.49 * t), corner)
                    for t, h in zip(thickness, height, strict=True)
                ]
            )
        bar = sweep(self.points, rings, up=[0, 1, 0], tile_mm=tile_mm, rounding=tip, steps=2)
        return bar.textured([float(np.mean(thickness + height)) * 2.0 / tile_mm, 1.0])

    def label(self, start: float, end: float, half_thickness: float, half_height: float) -> Mesh:
        """A strip just off its inner face to print on; text reads toward the hinge, as it does on stock frames."""
        line = self.part(start, end)
        _, side, up = frames(line.points, up=[0, 1, 0])
        base = line.points + side * (half_thickness + 0.04)
        sheet = np.stack([base + up * half_height, base - up * half_height])
        u = (end - line.along) / (end - start)
        uv = np.stack(np.broadcast_arrays(u[None, :], np.array([[0.0], [1.0]])), axis=2)
        mesh = grid(sheet, uv=uv)
        normal = np.cross(*(mesh.points[mesh.triangles[0, i]] - mesh.points[mesh.triangles[0, 0]] for i in (1, 2)))
        return mesh if normal @ side[0] > 0 else mesh.flipped()


def hinge(at: ArrayLike, *, height: float = 5.0, diameter: float = 2.4, leaf: float = 9.0, inset: float = 1.2) -> Mesh:
    """A barrel hinge with a vertical axis whose leaf lies on the temple's inner side, at the barrel's middle."""
    middle = np.asarray(at, np.float64)
    third = height / 3.0
    barrels = [
        disk(diameter, third - 0.12, 0.25, 14).turned(placed(middle + [0, third * (i - 1.5), 0], z=[0, 1, 0]))
        for i in range(3)
    ]
    screw = disk(diameter * 0.6, height + 0.5, 0.2, 10).turned(placed(middle - [0, height / 2 + 0.25, 0], z=[0, 1, 0]))
    plate = np.array([[0.0, 0.0, -leaf * share] for share in (0.0, 1.0)]) + middle + [inset * 0.55, 0, 0]
    leaf_bar = sweep(plate, rounded_rectangle(inset * 0.6, height * 0.62, 0.15, 2), up=[0, 1, 0])
    return Mesh.merged([*barrels, screw, leaf_bar])
