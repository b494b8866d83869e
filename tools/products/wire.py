"""Metal frames: rim wires, nose pads on their arms, end pieces, mounts of rimless lenses."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tools.products.curve import ellipse, evenly, rounded_rectangle, spline
from tools.products.lathe import ball, disk
from tools.products.mesh import Array, Mesh, placed, turn
from tools.products.outline import grown
from tools.products.shell import Front
from tools.products.sweep import sweep


def rim(outline: Array, front: Front, *, width: float = 1.3, depth: float = 2.3, count: int = 72) -> Mesh:
    """The wire round the left lens: `width` as seen from ahead, `depth` along the lens's edge."""
    path = evenly(grown(outline, width / 2.0 - 0.3), count, closed=True) + [front.center, 0.0]
    flat = np.column_stack([path, np.zeros(count)])
    points = front(flat)
    ahead = front(flat + [0, 0, 1.0]) - points
    return sweep(points, rounded_rectangle(width, depth, 0.45 * width, 2), closed=True, up=ahead, tile_mm=20.0)


def bar(
    front: Front, drawn: ArrayLike, *, wide: float, high: float, count: int = 24, rounding: float = 0.5,
) -> Mesh:  # fmt: skip
    """A bridge or brow bar through (x, y, depth) points of the drawing; `high` is across, `wide` along the depth."""
    through = spline(drawn, count)
    points = front(through)
    ahead = front(through + [0, 0, 1.0]) - points
    return sweep(points, ellipse(high, wide, 10), up=ahead, rounding=rounding, steps=2)


def pad(at: ArrayLike, facing: ArrayLike) -> Mesh:
    """A D-shaped nose pad, 13 × 7 × 2.6 mm, whose contact face's middle is `at` and looks along `facing`."""
    blob = ball(2.0, 6)
    p = blob.points
    squared = np.sign(p) * np.abs(p) ** [1.0, 0.85, 0.8]
    # the straight side of the D looks ahead
    sized = squared * [3.6, 6.5, 1.3] + np.stack([0.7 * (1 - p[:, 1] ** 2), 0 * p[:, 0], 0 * p[:, 0]], axis=1)
    sized[:, 2] -= 1.3
    return Mesh(sized, blob.triangles, blob.uv).turned(placed(at, z=facing, x=[0.0, 0.25, -1.0]))


def pad_arm(rim_at: ArrayLike, pad_at: ArrayLike, facing: ArrayLike) -> Mesh:
    """The bent wire from the rim's back to a pad's box: out, round a loop, and back toward the nose."""
    start, away = np.asarray(rim_at, np.float64), np.asarray(facing, np.float64)
    end = np.asarray(pad_at, np.float64) - away / np.linalg.norm(away) * 2.6
    loop = (start + end) / 2.0 + [1.3, -1.8, -2.6]
    path = spline([start, start + [-0.1, -0.6, -1.9], loop, end + [1.2, -0.2, -1.0], end], 22)
    box = disk(2.6, 1.5, 0.3, 12).turned(placed(end - away / np.linalg.norm(away) * 0.3, z=away))
    return Mesh.merged([sweep(path, ellipse(0.95, 0.95, 8), rounding=0.3, steps=1), box])


def end_piece(start: ArrayLike, hinge: ArrayLike, *, wide: float = 1.5, high: float = 3.0, up: float = 0.0) -> Mesh:
    """A bent plate from the rim's temporal side outward and back to the hinge."""
    a, b = np.asarray(start, np.float64), np.asarray(hinge, np.float64)
    corner = np.array([b[0], (a[1] + b[1]) / 2.0 + up, a[2] + 0.1])
    share = np.linspace(0.0, 1.0, 14)[:, None]
    # a quadratic Bézier pulled into its corner: the tight bend of stamped plate
    toward = a * (1 - share) ** 3 + (0.25 * a + 0.75 * corner) * 3 * share * (1 - share) ** 2
    path = toward + (0.3 * b + 0.7 * corner) * 3 * share**2 * (1 - share) + b * share**3
    return sweep(path, rounded_rectangle(wide, high, 0.5, 3), up=[0, 1, 0], rounding=0.2, steps=1)


def screw(at: ArrayLike, along: ArrayLike, *, head: float = 2.2, length: float = 1.0) -> Mesh:
    """A domed screw head whose foot is `at`."""
    return disk(head, length, 0.35, 14).turned(placed(at, z=along))


def pad_facing() -> Array:
    """Where the left pad looks: 32° to the back of sideways, its foot 15° wider than its head (stock bends)."""
    splay = np.deg2rad(32.0)
    return turn([0, 0, 1], 15.0) @ np.array([-np.cos(splay), 0.0, -np.sin(splay)])
