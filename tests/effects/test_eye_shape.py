"""Lid edges, their normals and the face's axes, against a face known exactly."""

from __future__ import annotations

import numpy as np
import pytest

from tests.effects.eye_scene import canvas_of, scene
from tryon.effects.eye_chart import _rings, eye_charts
from tryon.effects.eye_curves import band, draw_strand
from tryon.effects.eye_shape import eye_shapes
from tryon.geometry import face_mesh as fm


def test_lid_edges_pass_through_their_landmarks_and_normals_leave_the_eye(make_face):
    canvas, _ = canvas_of(*scene(make_face))
    right, left = eye_shapes(canvas)
    for shape, upper, lower in (
        (right, fm.RIGHT_UPPER_LID, fm.RIGHT_LOWER_LID),
        (left, fm.LEFT_UPPER_LID, fm.LEFT_LOWER_LID),
    ):
        for edge, landmarks in ((shape.upper, upper), (shape.lower, lower)):
            away = np.linalg.norm(edge[:, None] - canvas.points_px[list(landmarks), :2], axis=2).min(axis=0)
            assert away.max() < 0.02 * shape.width_px
        middle = (shape.upper + shape.lower) / 2
        assert (np.einsum("ij,ij->i", shape.upper - middle, shape.upper_normal)[4:-4] > 0).all()
        assert (np.einsum("ij,ij->i", shape.lower - middle, shape.lower_normal)[4:-4] > 0).all()
    assert right.out[0] < 0 < left.out[0]


def test_axes_of_a_face_that_looks_at_the_camera_and_of_a_turned_one(make_face):
    shape = eye_shapes(canvas_of(*scene(make_face))[0])[0]
    assert shape.up == pytest.approx([0.0, -1.0], abs=0.05)
    assert np.abs(shape.forward).max() < 0.25  # forehead and chin are not one behind the other
    for yaw in (-0.5, 0.5):
        turned = eye_shapes(canvas_of(*scene(make_face, yaw_rad=yaw))[0])[0]
        nose_x = canvas_of(*scene(make_face, yaw_rad=yaw))[0].points_px[[1, 168], 0]
        assert np.sign(turned.forward[0]) == np.sign(nose_x[0] - nose_x[1])
        assert abs(turned.forward[0]) == pytest.approx(np.sin(0.5), abs=0.05)
        assert turned.width_px == pytest.approx(shape.width_px, rel=0.02)


def test_a_shut_eye_has_no_opening_and_an_eye_turned_away_is_left_out(make_face):
    assert eye_shapes(canvas_of(*scene(make_face))[0])[0].opening > 0.8
    assert eye_shapes(canvas_of(*scene(make_face, closed=True))[0])[0].opening < 0.05
    assert len(eye_shapes(canvas_of(*scene(make_face, yaw_rad=1.45))[0])) < 2


@pytest.mark.parametrize(("dx", "dy"), [(0.0, 40.0), (3.0, 40.0), (40.0, 0.0), (-30.0, -18.0)])
@pytest.mark.parametrize("width", [0.3, 1.0, 3.0])
def test_a_strand_covers_the_area_of_its_taper(dx, dy, width):
    coverage = np.zeros((96, 96), np.float32)
    path = (np.linspace(0, 1, 9)[:, None] * [dx, dy] + [48.0 - dx / 2, 48.0 - dy / 2]).astype(np.float32)
    draw_strand(coverage, path, np.float32(width), np.float32(1.0))
    # A strand of width w (1 − s²) over a length L covers 2/3 w L.
    assert coverage.sum() == pytest.approx(2 / 3 * width * np.hypot(dx, dy), rel=0.06)


def test_a_band_covers_its_width_and_moves_by_parts_of_a_pixel():
    def rows(y: float) -> float:
        coverage = np.zeros((32, 64), np.float32)
        edge = np.stack([np.linspace(4, 60, 49), np.full(49, y)], 1).astype(np.float32)
        band(coverage, 0, 0, edge, 2.0, 1.0)
        middle = coverage[:, 20:44]
        assert middle.sum() == pytest.approx(2.0 * 24, rel=1e-3)
        return float((middle * np.arange(32)[:, None]).sum() / middle.sum())

    assert rows(15.25) - rows(15.0) == pytest.approx(0.25, abs=0.01)


def test_rings_of_the_mesh_reach_the_crease_the_socket_and_the_brow():
    rings = _rings(fm.RIGHT_EYE)
    assert (rings[[27, 28, 29, 30, 56]] == 1).all()
    assert (rings[[222, 223, 224, 225]] == 2).all()
    assert (rings[[52, 53, 65, 46]] == 3).all()


def test_charts_of_both_eyes_are_mirror_images():
    right, left = eye_charts()
    assert right.rise.shape == left.rise.shape
    near = right.rise[:, ::-1] < 3
    assert np.abs(right.rise[:, ::-1] - left.rise)[near].mean() < 0.05
    assert np.abs(right.along[:, ::-1] - left.along).max() < 0.05
