"""The subdivision matrix against what the schemes' authors prove of them."""

from __future__ import annotations

import numpy as np

from tryon.geometry.subdivision import subdivide


def _grid(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Regular triangulation of the unit square: (points, triangles)."""
    x, y = np.meshgrid(np.linspace(0, 1, n), np.linspace(0, 1, n))
    points = np.stack([x.ravel(), y.ravel()], 1)
    triangles = []
    for i in range(n - 1):
        for j in range(n - 1):
            a = i * n + j
            triangles += [(a, a + 1, a + n), (a + 1, a + n + 1, a + n)]
    return points, np.array(triangles, np.int32)


def test_control_points_are_kept_and_rows_sum_to_one():
    points, triangles = _grid(6)
    sub = subdivide(triangles, count=36, creases=(), corners=())
    np.testing.assert_allclose(sub.refine(points)[:36], points)
    np.testing.assert_allclose(sub.refine(np.ones((36, 1))), 1.0, atol=1e-6)


def test_each_triangle_becomes_four_of_the_same_winding():
    points, triangles = _grid(5)
    sub = subdivide(triangles, count=25, creases=(), corners=())
    dense = sub.refine(points)

    def areas(p, t):
        a, b, c = p[t[:, 0]], p[t[:, 1]], p[t[:, 2]]
        return 0.5 * ((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0])

    assert len(sub.triangles) == 4 * len(triangles)
    assert (np.sign(areas(dense, sub.triangles)) == np.sign(areas(points, triangles)[0])).all()
    np.testing.assert_allclose(areas(dense, sub.triangles).sum(), areas(points, triangles).sum())


def test_the_butterfly_reproduces_quadratics_inside_a_regular_mesh():
    # Dyn, Levin and Gregory: cubic precision on regular triangulations.
    points, triangles = _grid(9)
    value = points[:, :1] ** 2 + points[:, :1] * points[:, 1:] - 0.5 * points[:, 1:] ** 2
    sub = subdivide(triangles, count=81, creases=(), corners=())
    at, got = sub.refine(points), sub.refine(value)
    inside = ((at > 0.3) & (at < 0.7)).all(1)
    wanted = at[:, :1] ** 2 + at[:, :1] * at[:, 1:] - 0.5 * at[:, 1:] ** 2
    np.testing.assert_allclose(got[inside], wanted[inside], atol=1e-6)


def test_a_crease_follows_a_circle_closer_than_its_polygon():
    n = 16
    angle = np.arange(n) / n * 2 * np.pi
    ring = np.stack([np.cos(angle), np.sin(angle)], 1)
    points = np.concatenate([ring, [[0.0, 0.0]]])
    triangles = np.array([(i, (i + 1) % n, n) for i in range(n)], np.int32)
    sub = subdivide(triangles, count=n + 1, creases=[range(n)], corners=())
    radius = np.linalg.norm(sub.refine(points)[sub.refine_loop(range(n))], axis=1)
    assert np.abs(radius - 1).max() < 1e-3
    assert 1 - np.cos(np.pi / n) > 1e-2  # what the polygon's edges miss


def test_nothing_leaks_across_a_corner():
    n = 8
    angle = np.arange(n) / n * 2 * np.pi
    points = np.concatenate([np.stack([np.cos(angle), np.sin(angle)], 1), [[0.0, 0.0]]])
    triangles = np.array([(i, (i + 1) % n, n) for i in range(n)], np.int32)
    sub = subdivide(triangles, count=n + 1, creases=[range(n)], corners=(0,))
    moved = points.copy()
    moved[n - 1] += 5.0  # one side of the corner
    edge = sub.edge_of[(0, 1)]  # the other side
    np.testing.assert_allclose(sub.refine(moved)[edge], sub.refine(points)[edge])
