"""A ring carried along a curve: wires, temples, straps, chains."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tools.products.mesh import Array, Mesh, grid


def frames(path: Array, *, closed: bool = False, up: ArrayLike | None = None) -> tuple[Array, Array, Array]:
    """(tangent, side, up), each (N, 3) unit, along a path (N, 3).

    up: (N, 3) or (3,): kept as upright as the tangent lets it. None: carried without twisting by double reflection
    (Wang et al. 2008); what a closed path is left with is spread evenly over its length.
    """
    ahead, behind = np.roll(path, -1, axis=0), np.roll(path, 1, axis=0)
    if not closed:
        ahead[-1], behind[0] = path[-1], path[0]
    tangent = ahead - behind
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    if up is None:
        upward = _carried(path, tangent, closed=closed)
    else:
        upward = np.broadcast_to(np.asarray(up, np.float64), path.shape).copy()
        upward -= tangent * np.einsum("ij,ij->i", tangent, upward)[:, None]
        upward /= np.linalg.norm(upward, axis=1, keepdims=True)
    return tangent, np.cross(upward, tangent), upward


def sweep(
    path: Array,
    ring: Array,
    *,
    closed: bool = False,
    up: ArrayLike | None = None,
    tile_mm: float | None = None,
    rounding: float = 0.0,
    steps: int = 3,
) -> Mesh:
    """A closed solid: ring (P, 2) or (N, P, 2), as (side, up) millimetres, counterclockwise, along path (N, 3).

    closed: The path joins its start. tile_mm: One texture tile of v in millimetres along the path; None: 0 to 1.
    rounding: How far the ends are domed, millimetres; 0 leaves them flat.
    """
    rings = np.broadcast_to(ring, (len(path), *ring.shape[-2:]))
    tangent, side, upward = frames(path, closed=closed, up=up)
    points = path[:, None] + rings[..., :1] * side[:, None] + rings[..., 1:] * upward[:, None]
    if not closed:
        points = np.concatenate(
            [
                _end(points[0], path[0], -tangent[0], rounding, steps)[::-1],
                points,
                _end(points[-1], path[-1], tangent[-1], rounding, steps),
            ]
        )
    middle = points.mean(axis=1)
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(middle, axis=0), axis=1))])
    total = along[-1] + (np.linalg.norm(middle[-1] - middle[0]) if closed else 0.0)
    if closed:  # whole tiles only, or the pattern breaks where the ends meet
        v = along / total * (1.0 if tile_mm is None else max(1, round(total / tile_mm)))
        v_end = 1.0 if tile_mm is None else float(max(1, round(total / tile_mm)))
        points, v = np.concatenate([points, points[:1]]), np.append(v, v_end)
    else:
        v = along / (tile_mm or total)
    edge = np.linalg.norm(np.diff(np.concatenate([rings[0], rings[0][:1]]), axis=0), axis=1)
    u = np.concatenate([[0.0], np.cumsum(edge)[:-1]]) / edge.sum()
    uv = np.stack(np.broadcast_arrays(u[None, :], v[:, None]), axis=2)
    uv = np.concatenate([uv, np.concatenate([np.ones_like(uv[:, :1, :1]), uv[:, :1, 1:]], axis=2)], axis=1)
    points = np.concatenate([points, points[:, :1]], axis=1)
    return grid(points, uv=uv).outward()


def tube(path: Array, diameter: ArrayLike, sides: int = 8, *, closed: bool = False, rounding: float = 0.0) -> Mesh:
    """A round wire; diameter in millimetres, one or (N,)."""
    t = np.arange(sides) * (2.0 * np.pi / sides)
    circle = np.stack([np.cos(t), np.sin(t)], axis=1) / 2.0
    sized = np.broadcast_to(np.asarray(diameter, np.float64), (len(path),))[:, None, None] * circle
    return sweep(path, sized, closed=closed, rounding=rounding)


def _end(ring: Array, middle: Array, outward: Array, rounding: float, steps: int) -> Array:
    """Rings that close an end, flat or domed, from next to the last ring to a point."""
    if rounding <= 0.0:
        # a ring repeated close by keeps the flat end's shading apart from the sides where the crease is soft
        return np.stack([middle + (ring - middle) * share for share in (0.5, 0.0)])
    angles = np.linspace(0.0, np.pi / 2.0, steps + 2)[1:]
    return np.stack([middle + (ring - middle) * np.cos(a) + outward * rounding * np.sin(a) for a in angles])


def _carried(path: Array, tangent: Array, *, closed: bool) -> Array:
    first = np.eye(3)[np.argmin(np.abs(tangent[0]))]
    first = first - tangent[0] * (first @ tangent[0])
    result = [first / np.linalg.norm(first)]
    count = len(path)
    for i in range(count if closed else count - 1):
        j = (i + 1) % count
        step = path[j] - path[i]
        square = max(step @ step, 1e-30)
        r = result[-1] - 2.0 / square * (step @ result[-1]) * step
        t = tangent[i] - 2.0 / square * (step @ tangent[i]) * step
        change = tangent[j] - t
        square = change @ change
        result.append(r if square < 1e-24 else r - 2.0 / square * (change @ r) * change)
    carried = np.array(result[:count])
    if closed:
        end, side = result[count], np.cross(tangent[0], result[0])
        left_over = np.arctan2(end @ side, end @ result[0])
        angles = -left_over * np.arange(count) / count
        carried = carried * np.cos(angles)[:, None] + np.cross(tangent, carried) * np.sin(angles)[:, None]
    return carried / np.linalg.norm(carried, axis=1, keepdims=True)
