"""What depends on the face mesh's topology alone, worked out once a process.

The control mesh is the canonical 468-point face plus a ring of 36 points outside the face oval, so that paint can
run up to the hairline and under the jaw. One subdivision step makes it smooth.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon import models
from tryon.geometry import face_mesh as fm
from tryon.geometry.subdivision import Subdivision, subdivide

MESH_POINTS = 468
TEXTURE_SIZE = 1024
"""Side of every mask in texels: about two per picture pixel for a face that fills a 720p frame."""

# The canonical UV square is shrunk so that the ring around the face fits in the texture: u' = 0.08 + 0.84 u.
_UV_SCALE, _UV_SHIFT = 0.84, 0.08
# How far the ring lies outside the oval, as a share of the distance to the nose bridge: the hairline is about
# 2.5 cm above the mesh's top edge, while at the cheeks the mesh already reaches the ear.
_RING_TOP, _RING_SIDE, _RING_BOTTOM = 0.50, 0.06, 0.10
_NOSE_BRIDGE = 168


@dataclass(frozen=True, slots=True, eq=False)
class Topology:
    """The dense face mesh as a linear function of the 468 landmarks.

    subdivision: Dense points from the 504 control points.
    uv: (n, 2) float32 texture position of each dense point, 0 to 1, v down.
    triangles: (m, 3) int32; in y-down pixels those that face the camera have negative signed area.
    ring_reach: (36,) float32 how far each ring point lies outside the oval.
    mouth, right_eye, left_eye: Dense index loops of the openings.
    lips_outer, face_oval: Dense index loops.
    """

    subdivision: Subdivision
    uv: NDArray[np.float32]
    triangles: NDArray[np.int32]
    ring_reach: NDArray[np.float32]
    mouth: NDArray[np.int32]
    right_eye: NDArray[np.int32]
    left_eye: NDArray[np.int32]
    lips_outer: NDArray[np.int32]
    face_oval: NDArray[np.int32]

    def control(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """(504, k) control values: the 468 landmarks' and the ring's."""
        mesh = np.asarray(points[:MESH_POINTS], np.float64)
        reach = self.ring_reach[:, None]
        ring = mesh[list(fm.FACE_OVAL)] * (1.0 + reach) - mesh[_NOSE_BRIDGE] * reach
        return np.concatenate([mesh, ring])

    def dense(self, points: NDArray[np.floating]) -> NDArray[np.float32]:
        """(n, k) float32 values at the dense points from (≥ 468, k) values at the landmarks."""
        return self.subdivision.refine(self.control(points)).astype(np.float32)


@functools.cache
def topology() -> Topology:
    """The one topology of this process.

    Raises:
        ModelError: The canonical face mesh is not cached and cannot be fetched.
    """
    with np.load(models.path("face_geometry")) as stored:
        triangles = stored["triangles"].astype(np.int32)
        uv = stored["uv"].astype(np.float64)
    if uv[fm.FOREHEAD_TOP, 1] > uv[fm.CHIN, 1]:  # OBJ and glTF disagree on which way v runs; ours runs down
        uv[:, 1] = 1.0 - uv[:, 1]
    ring_triangles = _ring_triangles(triangles)
    subdivision = subdivide(
        np.concatenate([triangles, ring_triangles]),
        count=MESH_POINTS + len(fm.FACE_OVAL),
        creases=(fm.LIPS_OUTER, fm.LIPS_INNER, fm.RIGHT_EYE, fm.LEFT_EYE, fm.FACE_OVAL),
        corners=(*fm.LIP_CORNERS, *fm.EYE_CORNERS),
    )
    loops = {
        name: np.array(subdivision.refine_loop(loop), np.int32)
        for name, loop in {
            "mouth": fm.LIPS_INNER,
            "right_eye": fm.RIGHT_EYE,
            "left_eye": fm.LEFT_EYE,
            "lips_outer": fm.LIPS_OUTER,
            "face_oval": fm.FACE_OVAL,
        }.items()
    }
    built = Topology(subdivision, np.empty((0, 2), np.float32), subdivision.triangles, _ring_reach(), **loops)
    dense_uv = (built.dense(uv) * _UV_SCALE + _UV_SHIFT).astype(np.float32)
    return Topology(subdivision, dense_uv, subdivision.triangles, built.ring_reach, **loops)


def texture_from_uv(uv: NDArray[np.floating]) -> NDArray[np.float64]:
    """Texture position (0 to 1, v down) of positions in the canonical face UV square (v down)."""
    return np.asarray(uv, np.float64) * _UV_SCALE + _UV_SHIFT


def uv_from_texture(texture: NDArray[np.floating]) -> NDArray[np.float64]:
    """Inverse of `texture_from_uv`: where an artist's face-UV picture is to be sampled."""
    return (np.asarray(texture, np.float64) - _UV_SHIFT) / _UV_SCALE


def _ring_reach() -> NDArray[np.float32]:
    # cos² of the angle round the oval from the forehead's top, and from the chin at index 18.
    angle = np.arange(len(fm.FACE_OVAL)) / len(fm.FACE_OVAL) * 2 * np.pi
    top, bottom = np.clip(np.cos(angle), 0, 1), np.clip(-np.cos(angle), 0, 1)
    reach = _RING_SIDE + (_RING_TOP - _RING_SIDE) * top + (_RING_BOTTOM - _RING_SIDE) * bottom
    return reach.astype(np.float32)


def _ring_triangles(triangles: NDArray[np.int32]) -> NDArray[np.int32]:
    """Triangles between the oval and the ring, wound like the mesh's own."""
    oval = fm.FACE_OVAL
    directed = {(t[i], t[(i + 1) % 3]) for t in triangles.tolist() for i in range(3)}
    n = len(oval)
    strip: list[tuple[int, int, int]] = []
    for i in range(n):
        a, b = oval[i], oval[(i + 1) % n]
        outer_a, outer_b = MESH_POINTS + i, MESH_POINTS + (i + 1) % n
        if (a, b) in directed:  # the mesh runs a→b on its side, so the strip must run b→a
            strip += [(b, a, outer_a), (b, outer_a, outer_b)]
        else:
            strip += [(a, b, outer_b), (a, outer_b, outer_a)]
    return np.array(strip, np.int32)
