"""A head of known size in a known place."""

from collections.abc import Callable

import numpy as np
import pytest

from tryon import models
from tryon.errors import TryOnError
from tryon.types import Face, FaceLandmarks, Head, Pose

MakeHead = Callable[..., Head]


@pytest.fixture(scope="session")
def make_head() -> MakeHead:
    """Builds the canonical head, turned and placed."""
    try:
        path = models.path("face_geometry")
    except TryOnError as error:
        pytest.skip(f"the canonical face is not available: {error}")
    with np.load(path) as stored:
        face_m = stored["vertices_cm"].astype(np.float64) / 100.0

    def make(
        *,
        yaw_rad: float = 0.0,
        pitch_rad: float = 0.0,
        place_m: tuple[float, float, float] = (0.0, 0.0, -0.6),
        wider: float = 1.0,
        scale: float = 1.0,
        person: int = 1,
    ) -> Head:
        cy, sy, cp, sp = np.cos(yaw_rad), np.sin(yaw_rad), np.cos(pitch_rad), np.sin(pitch_rad)
        turn = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]]) @ np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
        camera_from_head = np.eye(4)
        camera_from_head[:3, :3], camera_from_head[:3, 3] = turn, place_m
        mesh_m = ((face_m * [wider, 1.0, 1.0]) @ turn.T + place_m).astype(np.float32)
        landmarks = FaceLandmarks(np.zeros((478, 3), np.float32), 1.0)
        head = Head.of(Face(person, landmarks, Pose(camera_from_head), mesh_m), scale)
        assert head is not None
        return head

    return make
