"""Heads of known truth: a photographed face on a metric mesh with true eyeballs, rendered under a known camera.

`head(pd_mm=63, yaw_deg=15, card="forehead")` gives the picture and everything about it: where the pupils are to the
hundredth of a pixel, every mesh point in meters, the pose, the bank card's corners, a depth map.

The skin is a real photo's, put on the mesh that was tracked in it; hair, ears and neck follow on a skirt behind the
face. Each eye is a sphere about its center of rotation with a flat iris disc, seen through the gap between the lids,
so that pupils, iris diameter and gaze are exact whatever the photo's own eyes did. Nothing of `tryon.render` is used.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from _head_card import card_corners, place_card
from _head_eyes import PUPIL_AHEAD_M, ROTATION_M, eye_centers, rim
from _head_people import HELD_OUT, PEOPLE, TUNING, person
from _head_picture import draw, photographed
from _head_space import moved, rotation
from numpy.typing import NDArray

from tryon.types import Camera, Frame

__all__ = ["HELD_OUT", "PEOPLE", "TUNING", "RenderedHead", "head"]


@dataclass(frozen=True, eq=False)
class RenderedHead:
    """One picture and its truth. Camera space: meters, +Y up, the camera looks down −Z.

    pixels: (H, W, 3) uint8 sRGB. depth_m: (H, W) float32 along −Z, inf where there is nothing.
    pupils_px: (2, 2): the person's right pupil (mesh point 468), then the left (473). pupils_m: the same in space.
    pupils_ahead_m: (2, 3) where they would be if the eyes looked straight ahead.
    pd_m: Between the eyes' centers of rotation, which is the pupils' distance when looking far away.
    mesh_m: (478, 3) true points, irises included. landmarks_px: (478, 2), their projections.
    camera_from_head: Rigid; axes and origin of the canonical face. scale: True size over the canonical one.
    card_corners_px: (4, 2) sharp corners of the card, top left first, clockwise as printed; None without a card.
    camera_from_card: Origin in the card's middle, +X its printed right, +Y its printed up, +Z out of its face.
    """

    pixels: NDArray[np.uint8]
    depth_m: NDArray[np.float32]
    camera: Camera
    pupils_px: NDArray[np.float64]
    pupils_m: NDArray[np.float64]
    pupils_ahead_m: NDArray[np.float64]
    pd_m: float
    iris_m: float
    face_width_m: float
    mesh_m: NDArray[np.float64]
    landmarks_px: NDArray[np.float64]
    camera_from_head: NDArray[np.float64]
    scale: float
    card_corners_px: NDArray[np.float64] | None = None
    camera_from_card: NDArray[np.float64] | None = None

    @property
    def frame(self) -> Frame:
        """The picture as a still."""
        return Frame(self.pixels)


def head(
    *,
    pd_mm: float = 63.0,
    iris_mm: float = 11.7,
    yaw_deg: float = 0.0,
    pitch_deg: float = 0.0,
    roll_deg: float = 0.0,
    distance_m: float = 0.45,
    width: int = 960,
    height: int = 1280,
    focal_px: float = 1100.0,
    at: tuple[float, float] = (0.5, 0.5),
    gaze: Literal["camera", "far"] = "camera",
    relief: float = 1.0,
    pupil_ahead_m: float = PUPIL_AHEAD_M,
    card: Literal["forehead", "chin"] | None = None,
    card_tilt_deg: tuple[float, float, float] = (0.0, 0.0, 0.0),
    thumb: bool = True,
    noise: float = 2.0,
    blur_px: float = 0.6,
    jpeg: int | None = 92,
    who: str | None = None,
    seed: int = 0,
    samples: int = 3,
) -> RenderedHead:
    """A head of that size, turned so, that far away (pupils to camera along −Z), its pupils' middle at `at`.

    Args:
        pd_mm: Between the centers of rotation; the whole head grows with it. iris_mm stays what is asked for.
        yaw_deg, pitch_deg, roll_deg: As `Pose.yaw_pitch_roll_rad`.
        at: Where the pupils' middle is seen, as shares of width and height.
        gaze: At the camera (pupils converge and stay on it when the head turns), or straight ahead and far away.
        relief: Stretches the face along its own depth, about the pupils: noses and foreheads differ.
        pupil_ahead_m: How far the eyes stand out.
        card: A bank card held flat there, and its tilt in yaw, pitch, roll against that place; `thumb` covers a part.
        noise: Standard deviation in 8-bit codes. blur_px: Sigma. jpeg: Quality, or None.
        who: A photo of `TUNING` or `HELD_OUT`. seed: Noise, iris color, print of the card.
        samples: Per pixel along each axis.
    """
    rng = np.random.default_rng(seed)
    one = person(who)
    camera = Camera.of_focal(width, height, focal_px)
    turn = rotation(math.radians(yaw_deg), math.radians(pitch_deg), math.radians(roll_deg))
    mesh, skirt = one.mesh_m.copy(), one.skirt_m.copy()
    centers, scale = eye_centers(one, pd_mm / 1000.0, pupil_ahead_m)
    mesh *= scale
    skirt *= scale
    level = centers[:, 2].mean() + ROTATION_M
    for points in (mesh, skirt):
        points[:, 2] = level + (points[:, 2] - level) * relief
    middle = centers.mean(0) + np.array([0.0, 0.0, ROTATION_M])
    aim = np.array(
        [(at[0] * width - camera.center_x_px) / focal_px, -(at[1] * height - camera.center_y_px) / focal_px, -1.0]
    )
    camera_from_head = np.eye(4)
    camera_from_head[:3, :3] = turn
    camera_from_head[:3, 3] = aim * distance_m - turn @ middle
    mesh, skirt, centers = (moved(camera_from_head, points) for points in (mesh, skirt, centers))
    looks = turn[:, 2] if gaze == "far" else None
    gazes = np.array([looks if looks is not None else -c / np.linalg.norm(c) for c in centers])
    pupils = centers + ROTATION_M * gazes
    irises = np.concatenate([rim(p, g, turn, iris_mm / 2000.0) for p, g in zip(pupils, gazes, strict=True)])
    mesh478 = np.concatenate([mesh, irises])

    placed = place_card(mesh, one.triangles, camera_from_head, scale, card, card_tilt_deg) if card else None
    pixels, depth_m = draw(
        one, camera, mesh, skirt, centers, gazes, iris_mm / 2000.0, placed, thumb, card == "forehead", rng, samples
    )
    pixels = photographed(pixels, rng, noise=noise, blur_px=blur_px, jpeg=jpeg)
    corners = moved(placed, card_corners()) if placed is not None else None
    return RenderedHead(
        pixels=pixels,
        depth_m=depth_m,
        camera=camera,
        pupils_px=camera.project(pupils),
        pupils_m=pupils,
        pupils_ahead_m=centers + ROTATION_M * turn[:, 2],
        pd_m=pd_mm / 1000.0,
        iris_m=iris_mm / 1000.0,
        face_width_m=float(np.linalg.norm(mesh[234] - mesh[454])),
        mesh_m=mesh478,
        landmarks_px=camera.project(mesh478),
        camera_from_head=camera_from_head,
        scale=scale,
        card_corners_px=camera.project(corners) if corners is not None else None,
        camera_from_card=placed,
    )
