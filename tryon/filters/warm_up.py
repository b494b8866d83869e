"""Compiles the painting loops ahead of the first picture."""

from __future__ import annotations

import numpy as np

from tryon import models
from tryon.effects import EFFECTS, LightFollower, wear
from tryon.effects.parameters import parameters_schema
from tryon.filters.look import Look
from tryon.types import Face, FaceLandmarks, Frame, PartsMask, Tracks

_SIZE = 160


def warm_up() -> None:
    """Wear every effect and every shipped look once on a made face, so that compiled loops lie in the disk cache.

    Raises:
        ModelError: The canonical face mesh is not cached and cannot be fetched.
    """
    frame, tracks = _made_face()
    finishes = [
        EFFECTS.get(name).parse({"finish": finish})
        for name in EFFECTS
        for finish in parameters_schema(EFFECTS.get(name)).get("finish", {}).get("enum", ())
    ]
    plain = [EFFECTS.get(name).parse({}) for name in EFFECTS]
    for effect in [*plain, *finishes]:
        wear(frame, tracks, [(effect, 1.0)], light=LightFollower())
    for name in Look.names():
        wear(frame, tracks, Look.load(name).at(1.0), colors=[])


def _made_face() -> tuple[Frame, Tracks]:
    """The canonical face on a skin-colored picture, hair above it."""
    with np.load(models.path("face_geometry")) as stored:
        mesh = stored["vertices_cm"].astype(np.float64) * [1.0, -1.0, -1.0]
    irises = np.repeat(mesh[[33, 263]] + mesh[[133, 362]], 5, axis=0) / 2
    irises += np.tile([[0.0, 0.0, 0.0], [-0.6, 0.0, 0.0], [0.0, -0.6, 0.0], [0.6, 0.0, 0.0], [0.0, 0.6, 0.0]], (2, 1))
    points = np.concatenate([mesh, irises]) * (_SIZE / 24) + [_SIZE / 2, _SIZE / 2, 0.0]
    rows = np.linspace(1.0, 0.7, _SIZE)[:, None, None] * np.array([205.0, 150.0, 125.0])
    frame = Frame(np.broadcast_to(rows, (_SIZE, _SIZE, 3)).astype(np.uint8))
    probability = np.zeros((len(PartsMask.CLASSES), 32, 32), np.uint8)
    probability[PartsMask.CLASSES.index("hair"), :8] = 255
    probability[PartsMask.CLASSES.index("face_skin"), 8:] = 255
    scale = np.array([[32 / _SIZE, 0, 0], [0, 32 / _SIZE, 0]], np.float64)
    face = Face(0, FaceLandmarks(points.astype(np.float32), 1.0))
    return frame, Tracks(faces=(face,), parts=PartsMask(probability, scale))
