"""Boxes and tables as models, so that places have closed forms."""

from __future__ import annotations

import numpy as np

from tryon.types import Camera, Material, Model, Plane, Primitive

_CORNERS = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], float)
_SIDES = [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]]
_TRIANGLES = np.array([[s[0], s[i], s[i + 1]] for s in _SIDES for i in (1, 2)], np.uint32)


def boxes(*spans) -> Model:
    """A model of boxes, each ((x0, y0, z0), (x1, y1, z1)) in metres."""
    points, triangles = [], []
    for index, (low, high) in enumerate(spans):
        points.append(np.asarray(low, float) + _CORNERS * (np.asarray(high, float) - np.asarray(low, float)))
        triangles.append(_TRIANGLES + 8 * index)
    positions = np.concatenate(points).astype(np.float32)
    primitive = Primitive(positions, np.tile(np.float32([0, 1, 0]), (len(positions), 1)), np.concatenate(triangles), 0)
    return Model("boxes", (primitive,), (Material(),), ())


def table(width=1.6, depth=0.8, height=0.75, leg=0.06) -> Model:
    """A top 3 cm thick on four legs at its corners."""
    legs = [
        ((sx * width / 2 - (leg if sx > 0 else 0), 0, sz * depth / 2 - (leg if sz > 0 else 0)),)
        for sx in (-1, 1)
        for sz in (-1, 1)
    ]
    spans = [(low, (low[0] + leg, height - 0.03, low[2] + leg)) for (low,) in legs]
    return boxes(*spans, ((-width / 2, height - 0.03, -depth / 2), (width / 2, height, depth / 2)))


def floor(*, height_m=1.4, pitch_deg=20.0, size=(1280, 960), focal_px=1000.0, sigma=0.005, kind="floor") -> Plane:
    """A floor below a camera that looks down by `pitch_deg`."""
    pitch = np.radians(pitch_deg)
    normal = np.array([0.0, np.cos(pitch), np.sin(pitch)])
    covariance = np.diag(np.array([0.002, 0.002, sigma, sigma]) ** 2)
    return Plane(Camera.of_focal(*size, focal_px), normal, height_m, covariance, "A4 sheet", kind)
