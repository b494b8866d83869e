"""The geometry helpers against closed forms: volumes, areas, angles."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from tools.products import gems
from tools.products.crown import Opening
from tools.products.curve import ellipse, evenly, length, rounded_rectangle, spline
from tools.products.lathe import ball, disk, lathe
from tools.products.mesh import grid, placed, turn
from tools.products.shell import slab
from tools.products.sweep import frames, sweep, tube

CIRCLE = np.column_stack([ellipse(40.0, 40.0, 200), np.zeros(200)])


def test_a_closed_tube_has_the_volume_of_a_torus() -> None:
    torus = tube(CIRCLE, 4.0, 32, closed=True)
    assert torus.volume_mm3() == pytest.approx(2 * np.pi**2 * 20.0 * 2.0**2, rel=0.01)


def test_a_straight_sweep_has_the_volume_of_a_prism() -> None:
    bar = sweep(np.array([[0.0, 0, 0], [0, 0, 5], [0, 0, 10]]), rounded_rectangle(3.0, 2.0, 0.5, 12), up=[0, 1, 0])
    assert bar.volume_mm3() == pytest.approx(10.0 * (6.0 - (4.0 - np.pi) * 0.25), rel=0.002)


def test_carried_frames_stay_square_and_close_without_a_jump() -> None:
    t = np.linspace(0.0, 2 * np.pi, 300, endpoint=False)
    knot = np.stack([np.sin(t) + 2 * np.sin(2 * t), np.cos(t) - 2 * np.cos(2 * t), -np.sin(3 * t)], axis=1)
    tangent, side, up = frames(knot, closed=True)
    assert np.allclose(np.einsum("ij,ij->i", tangent, up), 0.0, atol=1e-6)
    assert np.allclose(np.linalg.norm(side, axis=1), 1.0)
    assert np.einsum("ij,ij->i", up, np.roll(up, -1, axis=0)).min() > 0.99


def test_a_ball_is_round_and_nearly_full() -> None:
    pearl = ball(8.0, 5)
    assert len(pearl.triangles) == 200
    assert np.allclose(np.linalg.norm(pearl.points, axis=1), 4.0)
    assert pearl.volume_mm3() == pytest.approx(4 / 3 * np.pi * 4.0**3, rel=0.06)


def test_lathed_things_have_the_volume_of_their_cylinder_and_cone() -> None:
    assert disk(6.0, 2.0, 0.0, 128).volume_mm3() == pytest.approx(np.pi * 9.0 * 2.0, rel=0.001)
    cone = lathe([[5.0, 0.0], [0.001, 10.0]], 256)
    assert cone.volume_mm3() == pytest.approx(np.pi * 25.0 * 10.0 / 3.0, rel=0.001)


def test_a_slab_has_the_volume_of_its_sheet_times_thickness() -> None:
    x, y = np.meshgrid(np.linspace(0, 30, 40), np.linspace(0, 20, 40))
    assert slab(np.stack([x, y, 0 * x], axis=2), 1.5).volume_mm3() == pytest.approx(900.0)


def test_creases_split_a_cube_and_softness_joins_it() -> None:
    cube = sweep(np.array([[0.0, 0, 0], [0, 0, 2]]), np.array([[-1.0, -1], [1, -1], [1, 1], [-1, 1]]), up=[0, 1, 0])
    _, _, _, sharp = cube.textured(0.0).shaded(30.0)
    assert np.allclose(np.abs(sharp).max(axis=1), 1.0)
    points, _, _, soft = cube.textured(0.0).shaded(170.0)
    corner = np.abs(np.abs(points - [0, 0, 1]) - 1.0).max(axis=1) < 1e-9
    assert corner.sum() == 8
    assert np.allclose(np.abs(soft[corner]), 1 / np.sqrt(3), atol=0.02)


def test_a_mirrored_mesh_still_faces_outward() -> None:
    assert disk(4.0, 1.0).moved([9, 0, 0]).mirrored().volume_mm3() > 0.0


def test_turns_and_places_are_rotations() -> None:
    for matrix in (
        turn([1, 2, 3], 40.0),
        placed([1, 2, 3], z=[0, 1, 1])[:3, :3],
        placed([0, 0, 0], z=[1, 0, 0])[:3, :3],
    ):
        assert np.allclose(matrix @ matrix.T, np.eye(3))
        assert np.linalg.det(matrix) == pytest.approx(1.0)


def test_a_grid_without_area_is_left_out() -> None:
    cap = grid(np.stack([np.zeros((6, 3)), CIRCLE[::40][:5].repeat([1, 1, 1, 1, 2], axis=0)]))
    assert len(cap.triangles) == 4


def test_splines_pass_through_their_points_at_even_steps() -> None:
    through = np.array([[0.0, 0, 0], [10, 5, 0], [20, 0, 5], [30, 8, 9]])
    line = spline(through, 400)
    assert max(np.linalg.norm(line - point, axis=1).min() for point in through) < 0.1
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    assert steps.std() < 0.01 * steps.mean()
    assert length(evenly(CIRCLE, 50, closed=True), closed=True) == pytest.approx(2 * np.pi * 20.0, rel=0.002)


def test_a_hat_size_is_the_girth_of_its_opening() -> None:
    opening = Opening.of_size(58)
    ring = opening.ring(np.array(1.0), np.array(0.0), 4000)
    assert length(ring, closed=True) == pytest.approx(580.0, rel=1e-4)
    assert opening.width / opening.depth == pytest.approx(0.82)


def test_a_brilliant_has_tolkowskys_angles() -> None:
    stone, _ = gems.brilliant(6.5)
    corners = stone.points[stone.triangles]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area = np.linalg.norm(normal, axis=1) / 2.0
    tilt = np.degrees(np.arccos(np.clip(normal[:, 2] / (2.0 * area), -1, 1)))
    table = area[tilt < 1.0].sum()
    assert table == pytest.approx(2 * np.sqrt(2) * (0.53 * 3.25) ** 2, rel=1e-6)  # a regular octagon
    crown = (tilt > 10.0) & (tilt < 80.0)
    assert np.average(tilt[crown], weights=area[crown]) == pytest.approx(34.5, abs=4.0)
    pavilion = tilt > 100.0
    assert 180.0 - np.average(tilt[pavilion], weights=area[pavilion]) == pytest.approx(40.75, abs=2.0)
    assert stone.volume_mm3() > 0.0
