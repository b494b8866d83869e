"""The light of a frame, as the renderer takes it: color and strength from the skin, direction from its shading."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.color import linear_from_codes
from tryon.color.light import FaceLight, estimate_light, follow
from tryon.color.sampling import sclera_color, sclera_points, skin_color, skin_points
from tryon.geometry import face_mesh
from tryon.render.light_fit import LambertFit, fit_lambert
from tryon.types import Face, Frame, Head, Light

_PERIOD_S = 0.1  # between two measurements of one face
_SETTLE_S = 0.6  # of the sun's direction and strength; the color has its own, see `tryon.color.light.follow`
_KEPT_S = 1.0  # how long a face's light serves hands and bodies beside it
_MOST_FACES = 32
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
_GRID_PX = 24
_MEAN_REFLECTANCE = 0.22  # of what pictures show, by which a camera sets its exposure (18 % gray and some sky)
_UNSEEN = FaceLight(np.full(3, 0.8, np.float32), np.full(3, 0.35, np.float32), 0.0)
_LEAST_FACING = 0.3  # cosine toward the camera; flatter skin is seen too poorly
_MOST_SUN = 0.75  # share of the light on a face: the rest is always sky
_SOFTEST_RAD, _HARDEST_RAD = 0.50, 0.22  # rooms and bounce cards: hard edges across a cheek are never expected


@dataclass(slots=True, eq=False)
class _State:
    measured_s: float
    color: FaceLight
    sun: NDArray[np.float64]  # direction in camera space times share of the light on the face


class LightEstimator:
    """Follows the light on each face of one stream; one object per stream.

    environment: The map that products mirror; it is tinted and dimmed to the frame's own light.
    """

    def __init__(self, *, environment: str = "studio") -> None:
        self._environment = environment
        self._faces: dict[int, _State] = {}
        self._scene: tuple[float, NDArray[np.float64]] | None = None

    def estimate(self, frame: Frame, head: Head | None) -> Light:
        """The light now on a head, or on the whole picture when there is none.

        Without a head, a face measured within the last second speaks for the picture; else its mean does. A frame
        with index 0, or an earlier time than before, starts anew.
        """
        if frame.index == 0 and self._faces and all(state.measured_s != frame.time_s for state in self._faces.values()):
            self.reset()
        if head is None:
            return self._without_face(frame)
        before = self._faces.get(head.face.id)
        if before is not None and 0.0 <= frame.time_s - before.measured_s < _PERIOD_S:
            return _light(self._environment, before)
        color = measure_color(frame, head.face)
        if before is not None and color.confidence == 0.0:
            return _light(self._environment, before)
        sun = sun_share(frame, head)
        if before is not None and frame.time_s > before.measured_s:
            elapsed_s = frame.time_s - before.measured_s
            color = follow(before.color, color, elapsed_s=elapsed_s)
            share = 1.0 - math.exp(-elapsed_s / _SETTLE_S)
            sun = before.sun + share * ((sun if sun is not None else before.sun) - before.sun)
        state = _State(frame.time_s, color, sun if sun is not None else np.zeros(3))
        self._faces[head.face.id] = state
        if len(self._faces) > _MOST_FACES:
            del self._faces[min(self._faces, key=lambda key: self._faces[key].measured_s)]
        return _light(self._environment, state)

    def reset(self) -> None:
        """Forget everything seen so far."""
        self._faces.clear()
        self._scene = None

    def _without_face(self, frame: Frame) -> Light:
        recent = [state for state in self._faces.values() if 0.0 <= frame.time_s - state.measured_s < _KEPT_S]
        if recent:
            return _light(self._environment, max(recent, key=lambda state: state.color.confidence))
        rgb = picture_light(frame)
        if self._scene is not None and frame.time_s >= self._scene[0] and frame.index > 0:
            share = 1.0 - math.exp(-(frame.time_s - self._scene[0]) / _SETTLE_S)
            rgb = self._scene[1] + share * (rgb - self._scene[1])
        self._scene = frame.time_s, rgb
        return Light(self._environment, rgb=_triple(rgb))


def measure_color(frame: Frame, face: Face) -> FaceLight:
    """Color and strength of the light on a face, from its skin, the whites of its eyes and what is around."""
    points = face.landmarks.points_px
    at = skin_points(points)
    samples, inside = _read(frame, at.reshape(-1, 2))
    skin = skin_color(samples.reshape(*at.shape[:2], 3), weight=inside.reshape(at.shape[:2]))
    if skin is None:
        return _UNSEEN
    white = None
    white_at = sclera_points(points)
    if white_at is not None:
        white_samples, white_inside = _read(frame, white_at)
        if white_inside.sum() >= 12:
            white = sclera_color(white_samples[white_inside > 0.0])
    mean = linear_from_codes(frame.pixels[::_GRID_PX, ::_GRID_PX]).reshape(-1, 3).mean(axis=0)
    return estimate_light(skin, sclera_linear=white, frame_mean=mean)


def sun_share(frame: Frame, head: Head) -> NDArray[np.float64] | None:
    """(3,) direction to the strongest light in camera space, as long as its share of the light on the face (0 to 0.75).

    None when too little skin is seen to tell.
    """
    skin, triangles = skin_vertices()
    normals = mesh_normals(head.mesh_m, triangles)[skin]
    positions = head.mesh_m[skin].astype(np.float64)
    facing = -(normals * positions).sum(axis=1) / np.linalg.norm(positions, axis=1)
    at = head.face.landmarks.points_px[skin, :2]
    colors, inside = _read(frame, at)
    seen = inside * np.clip((facing - _LEAST_FACING) * 4.0, 0.0, 1.0)
    if head.face.visible is not None:
        seen = seen * np.clip(head.face.visible[skin] * 2.0 - 1.0, 0.0, 1.0)
    if (seen > 0.1).sum() < 40:
        return None
    luminance = colors.astype(np.float64) @ _LUMINANCE
    fit = fit_lambert(normals, np.maximum(luminance, 1e-4), seen)
    return _share(fit, normals, seen)


def _share(fit: LambertFit, normals: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    lit = fit.sun * float(weight @ np.clip(normals @ fit.toward, 0.0, None) / weight.sum())
    share = lit / max(lit + fit.ambient, 1e-9) * min(1.0, fit.certainty * 1.5)
    return np.asarray(fit.toward * min(share, _MOST_SUN))


def picture_light(frame: Frame) -> NDArray[np.float64]:
    """(3,) linear RGB that white would show, by the mean of the picture; half of its tint is taken for the light's."""
    mean = linear_from_codes(frame.pixels[::_GRID_PX, ::_GRID_PX]).reshape(-1, 3).mean(axis=0).astype(np.float64)
    gray = float(mean @ _LUMINANCE)
    tint = np.sqrt(np.maximum(mean, 1e-4) / max(gray, 1e-4))
    return np.asarray(np.clip(gray / _MEAN_REFLECTANCE, 0.15, 1.2) * np.clip(tint, 0.6, 1.6))


@functools.cache
def skin_vertices() -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Indices of face mesh vertices on plain skin (no eye, brow, lip or nostril), and all (898, 3) triangles."""
    from tryon import models

    with np.load(models.path("face_geometry")) as stored:
        vertices, triangles = stored["vertices_cm"].astype(np.float64), stored["triangles"].astype(np.int64)
    plain = np.ones(len(vertices), bool)
    for loop, left, down, up in (
        (face_mesh.RIGHT_EYE + face_mesh.RIGHT_BROW, 0.5, 0.7, 0.5),
        (face_mesh.LEFT_EYE + face_mesh.LEFT_BROW, 0.5, 0.7, 0.5),
        (face_mesh.LIPS_OUTER, 0.5, 0.4, 0.4),
    ):
        low, high = vertices[list(loop), :2].min(axis=0), vertices[list(loop), :2].max(axis=0)
        x, y = vertices[:, 0], vertices[:, 1]
        plain &= (x < low[0] - left) | (x > high[0] + left) | (y < low[1] - down) | (y > high[1] + up)
    plain &= mesh_normals(vertices, triangles)[:, 1] > -0.75  # below nose and chin: shaded by them
    plain[list(face_mesh.FACE_OVAL)] = False  # hair and background
    return np.flatnonzero(plain), triangles


def mesh_normals(vertices: NDArray[np.floating], triangles: NDArray[np.integer]) -> NDArray[np.float64]:
    """(N, 3) unit normals of a mesh, weighted by area."""
    a, b, c = (vertices[triangles[:, corner]].astype(np.float64) for corner in range(3))
    u, v = b - a, c - a
    flat = u[:, [1, 2, 0]] * v[:, [2, 0, 1]] - u[:, [2, 0, 1]] * v[:, [1, 2, 0]]
    normals = np.stack(
        [np.bincount(triangles.ravel(), np.repeat(flat[:, axis], 3), len(vertices)) for axis in range(3)], axis=1
    )
    return np.asarray(normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12))


def _light(environment: str, state: _State) -> Light:
    rgb = state.color.rgb.astype(np.float64)
    share = float(np.linalg.norm(state.sun))
    if share < 0.02:
        return Light(environment, rgb=_triple(rgb))
    toward = state.sun / share
    # On the face's middle the sun and the sky together give `rgb`; there the sun arrives under its own angle.
    facing = max(float(toward[2]), 0.35)
    softness = _SOFTEST_RAD + (_HARDEST_RAD - _SOFTEST_RAD) * share / _MOST_SUN
    return Light(
        environment,
        rgb=_triple(rgb * (1.0 - share)),
        sun_direction=_triple(toward),
        sun_rgb=_triple(rgb * share / facing),
        sun_softness_rad=softness,
    )


def _triple(values: NDArray[np.floating]) -> tuple[float, float, float]:
    red, green, blue = (float(value) for value in values)
    return red, green, blue


def _read(frame: Frame, at: NDArray[np.floating]) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """(n, 3) linear RGB at picture points (n, 2), and (n,) 1 inside the picture, 0 outside."""
    columns, rows = np.rint(at).astype(np.intp).T
    inside = (columns >= 0) & (rows >= 0) & (columns < frame.width) & (rows < frame.height)
    columns, rows = np.clip(columns, 0, frame.width - 1), np.clip(rows, 0, frame.height - 1)
    return linear_from_codes(frame.pixels[rows, columns]), inside.astype(np.float64)
