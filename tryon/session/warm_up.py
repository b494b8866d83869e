"""Compiles the drawing loops and fills the renderer's caches ahead of the first product worn."""

from __future__ import annotations

import numpy as np

from tryon.errors import RenderError
from tryon.types import Camera, Face, FaceLandmarks, Frame, PartsMask, Pose, Tracks

_SIZE = 360
_AWAY_M = 0.5


def warm_up() -> None:
    """Wear one sample product of every kind that goes on a head, so that the next process starts at once.

    Raises:
        MissingExtraError: The renderer is not installed.
        ModelError: The canonical face mesh is not cached and cannot be fetched.
    """
    from tryon import catalog  # what only this needs stays out of every other import
    from tryon.filters import Look
    from tryon.session.session import Session
    from tryon.wear import WEARABLES

    frame, tracks = _made_head()
    first = {kind: name for kind in WEARABLES for name in catalog.names(kind)[:1]}
    try:
        with Session(_Given(tracks), Look.load("none"), parts="off") as session:
            for name in first.values():
                session.wear = [name]
                session.step(frame)
    except RenderError:
        return  # looks go on working without a GL library; the first product worn says what is missing


class _Given:
    """A tracker that knows the answer."""

    def __init__(self, tracks: Tracks) -> None:
        self._tracks = tracks

    def track(self, frame: Frame) -> Tracks:
        del frame
        return self._tracks


def _made_head() -> tuple[Frame, Tracks]:
    """The canonical face before the assumed camera, hair above it."""
    from tryon import models

    with np.load(models.path("face_geometry")) as stored:
        vertices_m = stored["vertices_cm"].astype(np.float64) / 100.0
    camera = Camera.assumed(_SIZE, _SIZE)
    mesh_m = vertices_m - [0.0, 0.0, _AWAY_M]
    points = np.zeros((478, 3))
    points[:468, :2] = camera.project(mesh_m)
    points[:468, 2] = -vertices_m[:, 2] * camera.focal_x_px / _AWAY_M
    for first, corners in ((468, (33, 133)), (473, (362, 263))):
        center = points[list(corners)].mean(axis=0)
        radius = 0.22 * np.linalg.norm(points[corners[0]] - points[corners[1]])
        points[first : first + 5] = center + radius * np.array(
            [[0, 0, 0], [1, 0, 0], [0, -1, 0], [-1, 0, 0], [0, 1, 0]], np.float64
        )
    pose = np.eye(4)
    pose[2, 3] = -_AWAY_M
    face = Face(0, FaceLandmarks(points.astype(np.float32), 1.0), Pose(pose), mesh_m.astype(np.float32))
    probability = np.zeros((len(PartsMask.CLASSES), 32, 32), np.uint8)
    probability[PartsMask.CLASSES.index("hair"), :10] = 255
    probability[PartsMask.CLASSES.index("face_skin"), 10:] = 255
    mask_from_image = np.array([[32 / _SIZE, 0.0, 0.0], [0.0, 32 / _SIZE, 0.0]])
    pixels = np.full((_SIZE, _SIZE, 3), (205, 150, 125), np.uint8)
    return Frame(pixels), Tracks(faces=(face,), parts=PartsMask(probability, mask_from_image))
