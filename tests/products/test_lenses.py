"""Lens outlines and the curved front of glasses."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from tools.products import outline
from tools.products.shell import Front, lens


@pytest.mark.parametrize("name", sorted(outline.SHAPES))
def test_outlines_fill_their_box_exactly(name: str) -> None:
    ring = outline.shaped(name, 52.0, 41.0)
    assert np.allclose(ring.min(axis=0), [-26.0, -20.5])
    assert np.allclose(ring.max(axis=0), [26.0, 20.5])
    area = 0.5 * (ring[:, 0] * np.roll(ring[:, 1], -1) - np.roll(ring[:, 0], -1) * ring[:, 1]).sum()
    assert area > 0.0  # counterclockwise


def test_growing_a_circle_adds_to_its_radius() -> None:
    assert np.allclose(np.linalg.norm(outline.grown(outline.superellipse(40, 40, 2), 2.0), axis=1), 22.0, atol=0.02)


def test_distance_and_inside_agree_with_a_circle() -> None:
    ring = outline.superellipse(40, 40, 2, 400)
    points = np.array([[0.0, 0.0], [30.0, 0.0], [0.0, -10.0]])
    assert np.allclose(outline.distance(points, ring, closed=True), [20.0, 10.0, 10.0], atol=0.01)
    assert outline.inside(points, ring).tolist() == [True, False, True]
    assert np.allclose(outline.radius_at(ring, np.linspace(0, 6, 50)), 20.0, atol=0.01)


@pytest.mark.parametrize("base_curve", [4.0, 6.0])
def test_a_lens_is_the_sphere_of_its_base_curve(base_curve: float) -> None:
    front = Front(lens_width=50, bridge=18, base_curve=base_curve, wrap_deg=5.0, tilt_deg=9.0, thickness=2.0)
    ring = outline.superellipse(30, 30, 2)  # well inside the box: past it the surface straightens
    mesh = lens(ring, front, steps=6)
    outer = mesh.points[: len(ring) * 5]
    # a sphere through points p: |p|² = 2 c·p + (R² − |c|²)
    solution = np.linalg.lstsq(np.column_stack([2 * outer, np.ones(len(outer))]), (outer**2).sum(axis=1), rcond=None)[0]
    radius = np.sqrt(solution[3] + solution[:3] @ solution[:3])
    assert radius == pytest.approx(530.0 / base_curve, rel=0.05)


def test_lens_centers_lie_on_the_origin_plane_and_the_front_tips_in_below() -> None:
    front = Front(lens_width=50, bridge=18, base_curve=5.0, wrap_deg=5.0, tilt_deg=9.0, thickness=2.0)
    assert np.allclose(front([[34.0, 0.0, -1.0]])[0], [34.0, 0.0, 0.0], atol=0.15)
    low, high = front([[34.0, -20.0, 0.0], [34.0, 20.0, 0.0]])
    assert np.degrees(np.arctan2(high[2] - low[2], high[1] - low[1])) == pytest.approx(9.0, abs=0.1)
    left, right = front([[34.0, 5.0, 0.0], [-34.0, 5.0, 0.0]])
    assert np.allclose(left * [-1, 1, 1], right)
    assert np.degrees(np.arctan2(front.normal(34.0, 0.0)[0], 1.0)) == pytest.approx(5.0, abs=0.6)
