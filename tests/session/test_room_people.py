"""Who stands in front of a piece hides it, who stands behind does not."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tryon.session.room_people import told_apart
from tryon.types import Camera, Plane

CAMERA = Camera.of_focal(640, 480, 500.0)
PITCH = math.radians(12.0)
FLOOR = Plane(CAMERA, np.array([0.0, math.cos(PITCH), math.sin(PITCH)]), 1.5, np.eye(4) * 1e-6, "known")
SCALE = np.array([[0.5, 0.0, -0.25], [0.0, 0.5, -0.25]])


def person(mask: np.ndarray, away_m: float, across_m: float) -> None:
    """Paint somebody 1.7 m tall who stands on the floor, `away_m` from below the camera."""
    frame = FLOOR.camera_from_plane
    ends = np.array([[across_m, 0.0, -away_m, 1.0], [across_m, 1.7, -away_m, 1.0]]) @ frame.T
    (x, foot), (_, head) = (CAMERA.project(ends[:, :3]) @ SCALE[:, :2].T) + SCALE[:, 2]
    half = 0.22 * 500.0 / away_m * 0.5
    mask[max(round(head), 0) : round(foot) + 1, round(x - half) : round(x + half) + 1] = 255


def test_each_person_stands_where_the_feet_meet_the_floor() -> None:
    mask = np.zeros((240, 320), np.uint8)
    person(mask, 3.0, -0.6)
    person(mask, 5.0, 0.9)
    people = told_apart(mask, SCALE, FLOOR)
    assert people is not None
    depth = [-(FLOOR.camera_from_plane @ [0, 0, -away, 1])[2] for away in (3.0, 5.0)]
    assert sorted(people.away_m) == pytest.approx(depth, rel=0.03)


def test_only_who_stands_nearer_hides_a_piece() -> None:
    mask = np.zeros((240, 320), np.uint8)
    person(mask, 3.0, -0.6)
    person(mask, 5.0, 0.9)
    people = told_apart(mask, SCALE, FLOOR)
    assert people is not None
    assert people.cover_of(2.0) is None
    between, behind = people.cover_of(4.0), people.cover_of(7.0)
    assert between is not None
    assert behind is not None
    assert 2.5 < between.beyond_m < 4.0
    assert int((behind.mask > 0).sum()) == int((mask > 0).sum())
    assert int((between.mask > 0).sum()) < int((behind.mask > 0).sum())


def test_crumbs_and_faces_on_the_wall_are_nobody() -> None:
    mask = np.zeros((240, 320), np.uint8)
    mask[100:104, 100:104] = 255
    mask[5:60, 200:230] = 255  # above the horizon
    assert told_apart(mask, SCALE, FLOOR) is None


def test_feet_cut_off_by_the_picture_stand_at_its_edge() -> None:
    mask = np.zeros((240, 320), np.uint8)
    mask[40:240, 120:200] = 255
    people = told_apart(mask, SCALE, FLOOR)
    assert people is not None
    edge = -FLOOR.points_at([[320.0, 479.0]])[0, 2]
    assert people.away_m[0] == pytest.approx(edge, rel=0.02)
