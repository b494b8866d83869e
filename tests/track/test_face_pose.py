"""The head in camera space, against faces projected by a known camera."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tryon.geometry.seen_turn import seen_turn_rad
from tryon.track.face_pose import HeadPoser
from tryon.track.face_pose_kernel import nearest_rotation
from tryon.types import Camera

WIDTH, HEIGHT = 1280, 720


@pytest.fixture(scope="module")
def face_m(models_ready):
    from tryon import models

    with np.load(models.path("face_geometry")) as geometry:
        return geometry["vertices_cm"].astype(np.float64) / 100.0


@pytest.fixture(scope="module")
def poser(models_ready):
    return HeadPoser()


def rotation(yaw, pitch, roll):
    cy, sy, cp, sp, cr, sr = (f(a) for a in (yaw, pitch, roll) for f in (math.cos, math.sin))
    return (
        np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
        @ np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
        @ np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    )


def projected(points_m, turn, place_m, focal_px=None):
    """What a pinhole camera sees of the face; depth in pixels as the meshes give it, along the line of sight to it."""
    focal_px = focal_px or Camera.assumed(WIDTH, HEIGHT).focal_y_px
    seen = points_m @ turn.T + place_m
    away_m = -seen[:, 2]
    px = np.empty((478, 3), np.float32)
    px[:468, 0] = (WIDTH - 1) / 2 + seen[:, 0] / away_m * focal_px
    px[:468, 1] = (HEIGHT - 1) / 2 - seen[:, 1] / away_m * focal_px
    middle = 0.5 * (px[:468, :2].min(0) + px[:468, :2].max(0)) - [(WIDTH - 1) / 2, (HEIGHT - 1) / 2]
    sight = np.array([middle[0], -middle[1], -focal_px]) / math.hypot(*middle, focal_px)
    px[:468, 2] = (seen @ sight - place_m @ sight) * focal_px / -place_m[2]
    px[468:] = px[33]
    return px, seen


@settings(max_examples=40, deadline=None)
@given(
    st.floats(-0.9, 0.9), st.floats(-0.5, 0.5), st.floats(-3.1, 3.1), st.floats(-0.2, 0.2), st.floats(0.25, 1.5)
)  # fmt: skip
def test_a_projected_face_gives_its_pose_back(poser, face_m, yaw, pitch, roll, aside, away_m):
    turn, place_m = rotation(yaw, pitch, roll), np.array([aside * away_m, -0.1 * away_m, -away_m])
    points, seen = projected(face_m, turn, place_m)
    pose, mesh_m = poser.pose(points, width=WIDTH, height=HEIGHT)
    found = pose.camera_from_object
    off_rad = math.acos(min(1.0, (np.trace(found[:3, :3].T @ turn) - 1) / 2))
    assert off_rad < math.radians(0.5)
    assert np.abs(found[:3, 3] - place_m).max() < 0.01 * away_m
    assert np.linalg.norm(mesh_m - seen, axis=1).max() < 0.02 * away_m
    assert pose.yaw_pitch_roll_rad == pytest.approx((yaw, pitch, roll), abs=math.radians(1.0))


def test_a_face_at_the_pictures_edge_that_looks_at_the_camera_is_turned_toward_it(poser, face_m):
    aside_rad = math.radians(30.0)
    place_m = 0.6 * np.array([math.sin(aside_rad), 0.0, -math.cos(aside_rad)])
    points, _ = projected(face_m, rotation(-aside_rad, 0.0, 0.0), place_m)
    pose, _ = poser.pose(points, width=WIDTH, height=HEIGHT)
    assert pose.yaw_pitch_roll_rad == pytest.approx((-aside_rad, 0.0, 0.0), abs=math.radians(1.0))
    assert seen_turn_rad(pose) == pytest.approx((0.0, 0.0), abs=math.radians(1.0))


def test_the_pose_is_rigid(poser, face_m):
    points, _ = projected(face_m, rotation(0.3, 0.1, 0.2), np.array([0.05, 0.0, -0.5]))
    found = poser.pose(points, width=WIDTH, height=HEIGHT)[0].camera_from_object
    np.testing.assert_allclose(found[:3, :3] @ found[:3, :3].T, np.eye(3), atol=1e-9)
    assert np.linalg.det(found[:3, :3]) == pytest.approx(1.0)
    np.testing.assert_array_equal(found[3], [0, 0, 0, 1])


def test_the_metric_mesh_projects_onto_the_points(poser, face_m):
    random = np.random.default_rng(0)
    points, _ = projected(face_m, rotation(-0.4, 0.2, 0.1), np.array([0.02, 0.03, -0.4]))
    points += random.normal(0, 2, points.shape).astype(np.float32)
    mesh_m = poser.pose(points, width=WIDTH, height=HEIGHT)[1]
    focal_px = Camera.assumed(WIDTH, HEIGHT).focal_y_px
    x = (WIDTH - 1) / 2 + mesh_m[:, 0] / -mesh_m[:, 2] * focal_px
    y = (HEIGHT - 1) / 2 - mesh_m[:, 1] / -mesh_m[:, 2] * focal_px
    np.testing.assert_allclose(np.stack([x, y], axis=1), points[:468, :2], atol=0.01)


def test_a_known_focal_length_gives_the_true_distance(face_m, models_ready):
    points, _ = projected(face_m, np.eye(3), np.array([0.0, 0.0, -0.6]), focal_px=1400.0)
    assert HeadPoser(1400.0).pose(points, width=WIDTH, height=HEIGHT)[0].camera_from_object[2, 3] == pytest.approx(
        -0.6, rel=0.01
    )


def test_points_that_are_no_face_have_no_pose(poser):
    assert poser.pose(np.zeros((478, 3), np.float32), width=WIDTH, height=HEIGHT) is None


@given(st.integers(0, 10_000))
def test_the_nearest_rotation_is_the_one_of_the_singular_vectors(seed):
    matrix = np.random.default_rng(seed).normal(size=(3, 3))
    if np.linalg.det(matrix) < 0.05:
        return
    left, _, right = np.linalg.svd(matrix)
    found = np.empty((3, 3))
    assert nearest_rotation(matrix * 1e-4, found)
    np.testing.assert_allclose(found, left @ right, atol=1e-8)


def test_a_mirroring_matrix_has_no_nearest_rotation():
    assert not nearest_rotation(np.diag([1.0, 1.0, -1.0]), np.empty((3, 3)))
