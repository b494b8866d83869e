from __future__ import annotations

import math

import numpy as np

from tryon.measure.sightline import along_sight
from tryon.types import Camera


def test_a_face_at_the_pictures_edge_that_looks_at_the_camera_is_turned_toward_it(canonical_points):
    """A crop around such a face shows it head on; a tracker's mesh then has depths as if on the axis."""
    model = canonical_points[:468] * [0.01, -0.01, -0.01]
    camera = Camera.of_focal(1280, 720, 900.0)
    angle = math.radians(20.0)
    toward = np.array([[np.cos(-angle), 0, np.sin(-angle)], [0, 1, 0], [-np.sin(-angle), 0, np.cos(-angle)]])
    true = model @ toward.T + 0.5 * np.array([np.sin(angle), 0.0, -np.cos(angle)])
    pixels = camera.project(true)
    # What a tracker without a thought for the line of sight makes of it: same pixels, the relief of a frontal face.
    middle = true[[33, 133, 362, 263]].mean(0)
    relief = model[:, 2] - model[[33, 133, 362, 263], 2].mean()
    away = -middle[2] - relief
    naive = np.stack([(pixels[:, 0] - 639.5) / 900 * away, -(pixels[:, 1] - 359.5) / 900 * away, -away], 1)
    mesh, turn = along_sight(naive.astype(np.float32), np.eye(4), middle)
    np.testing.assert_allclose(camera.project(mesh), pixels, atol=0.02)
    yaw = math.degrees(math.atan2(turn[0, 2], turn[2, 2]))
    assert abs(yaw + 20.0) < 2.0
    naive_miss = np.linalg.norm(naive - true, axis=1).mean()
    assert np.linalg.norm(mesh - true, axis=1).mean() < 0.15 * naive_miss
    np.testing.assert_allclose(mesh[[33, 133, 362, 263]].mean(0), middle, atol=2e-3)
