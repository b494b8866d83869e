"""A head of the average size with nothing uncertain about it, and simple glasses, for tests of wearables."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tryon.types import Camera, Face, FaceLandmarks, Frame, Head, Model, Pose, Product, Tracks
from tryon.types.model import Material, Primitive
from tryon.wear import View
from tryon.wear.face_shape import canonical_face

CAMERA = Camera.assumed(640, 480)
PUPIL_Y_M = 0.0262
LEANS = 1.07
"""A true yaw over the one a face network draws: `tryon.geometry.true_turn`."""


def posed(yaw_rad: float = 0.0, away_m: float = 0.5, x_m: float = 0.0) -> np.ndarray:
    """(4, 4) camera_from_head."""
    c, s = np.cos(yaw_rad), np.sin(yaw_rad)
    pose = np.eye(4)
    pose[:3, :3] = [[c, 0, s], [0, 1, 0], [-s, 0, c]]
    pose[:3, 3] = x_m, 0.0, -away_m
    return pose


def average_head(pose: np.ndarray | None = None, *, mesh_m: np.ndarray | None = None, number: int = 0) -> Head:
    """The canonical face (or another head-space mesh) seen without error."""
    pose = posed() if pose is None else pose
    own = canonical_face().vertices_m if mesh_m is None else mesh_m
    irises = []
    for corners in ((33, 133), (362, 263)):
        middle = own[list(corners)].mean(axis=0) + np.array([0.0, 0.0, 0.0045])
        irises += [middle + np.array(d) * 0.0058 for d in ([0, 0, 0], [-1, 0, 0], [0, 1, 0], [1, 0, 0], [0, -1, 0])]
    points = np.concatenate([own, irises]) @ pose[:3, :3].T + pose[:3, 3]
    pixels = np.column_stack([CAMERA.project(points), np.zeros(478)]).astype(np.float32)
    mesh = points[:468].astype(np.float32)
    face = Face(number, FaceLandmarks(pixels, 1.0), Pose(pose), mesh)
    return Head(face, 1.0, pose, mesh)


def view_of(*heads: Head, index: int = 0, tracks: Tracks | None = None) -> View:
    """The heads in one gray frame."""
    frame = Frame(np.full((480, 640, 3), 128, np.uint8), time_s=index / 30, index=index)
    return View(frame, tracks or Tracks(faces=tuple(head.face for head in heads)), CAMERA, heads)


def box(low: tuple[float, float, float], high: tuple[float, float, float], material: int = 0) -> Primitive:
    """A box in millimeters, every face cut into small squares so that contacts are dense."""
    a, b = np.array(low) / 1e3, np.array(high) / 1e3
    steps = [np.linspace(a[i], b[i], max(2, int((b[i] - a[i]) / 0.002) + 1)) for i in range(3)]
    grid = np.stack(np.meshgrid(*steps, indexing="ij"), axis=-1)
    nx, ny, nz = grid.shape[:3]
    number = np.arange(nx * ny * nz).reshape(nx, ny, nz)
    triangles = []
    for sheet in (number[0], number[-1], number[:, 0], number[:, -1], number[:, :, 0], number[:, :, -1]):
        corner, right, up, far = sheet[:-1, :-1], sheet[1:, :-1], sheet[:-1, 1:], sheet[1:, 1:]
        triangles += [np.stack(t, axis=-1).reshape(-1, 3) for t in ((corner, right, far), (corner, far, up))]
    positions = grid.reshape(-1, 3).astype(np.float32)
    normals = np.tile(np.array([0, 0, 1], np.float32), (len(positions), 1))
    return Primitive(positions, normals, np.concatenate(triangles).astype(np.uint32), material)


def simple_glasses(*, width_mm: float = 138.0, gap_mm: float = 18.0) -> tuple[Product, Model]:
    """Two plates as lenses, a bridge, and straight temples that end 100 mm behind; sizes to choose."""
    half, inner = width_mm / 2, gap_mm / 2
    parts = []
    for side in (-1.0, 1.0):
        lens = sorted((side * inner, side * half))
        arm = sorted((side * (half - 3.0), side * half))
        parts.append(box((lens[0], -20.0, 0.0), (lens[1], 20.0, 2.0)))
        parts.append(box((arm[0], 6.0, -140.0), (arm[1], 10.0, 0.0)))
    parts.append(box((-inner, 8.0, 4.0), (inner, 11.0, 6.0)))
    model = Model("simple", tuple(parts), (Material("frame"),))
    low, high = model.bounds_m
    width, height, depth = (high - low).tolist()
    middle = (inner + half) / 2e3
    anchors = {"lens_left": (middle, 0.0, 0.0), "ear_left": ((half - 1.5) / 1e3, 0.006, -0.100)}
    return Product("T-1", "Simple", "glasses", Path("simple.glb"), (width, height, depth), anchors=anchors), model
