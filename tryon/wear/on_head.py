"""What everything worn on a head shares: the steadied head, its surface, and one drawing per face."""

from __future__ import annotations

import abc

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.types import Cover, Drawing, Head, Model, Product, Tracks
from tryon.wear.steady import PoseSteadier
from tryon.wear.wearable import View, Wearable


class OnHead(Wearable):
    """A product that moves with the head; a subclass says how it sits on one."""

    def __init__(self, product: Product, model: Model) -> None:
        """Take the product."""
        super().__init__(product, model)
        self._steadier = PoseSteadier()

    def reset(self) -> None:
        """Forget every person."""
        self._steadier.reset()

    def draw(self, view: View) -> tuple[Drawing, ...]:
        """The product on every face."""
        if view.frame.index == 0:
            self.reset()
        drawings = (self.draw_on(self._steadied(head, view), view) for head in view.heads)
        return tuple(drawing for drawing in drawings if drawing is not None)

    @abc.abstractmethod
    def draw_on(self, head: Head, view: View) -> Drawing | None:
        """The product on one head, whose pose and mesh are steadied; None where it cannot be shown."""

    def _steadied(self, head: Head, view: View) -> Head:
        pose = self._steadier.steady(
            head.camera_from_head, view.frame.time_s, head.face.id, focal_px=view.camera.focal_y_px
        )
        moved = pose @ np.linalg.inv(head.camera_from_head)
        mesh_m = (head.mesh_m @ moved[:3, :3].T + moved[:3, 3]).astype(np.float32)
        return Head(head.face, head.scale, pose, mesh_m)


def hair_in_front(
    tracks: Tracks,
    *,
    beyond_m: float = 0.0,
    share: float = 1.0,
    body_only: bool = False,
    skin: bool = False,
    face: bool = False,
    clothes: float = 0.0,
) -> Cover | None:
    """Hair, and hair alone, before what lies further than `beyond_m`; None when nothing is known of hair.

    What hangs on ears and necks lies over clothes, so they do not cover it.

    Args:
        share: How much of the hair is in front, 0 to 1.
        body_only: The product lies on the body, so nothing of it shows over the background either.
        clothes: How much of the clothes is in front, 0 to 1.
        skin: Ears, cheeks and neck are in front as well. face: Chin, jaw and ears are, the neck is not.
    """
    if tracks.parts is None or share <= 0.0:
        return None
    plane = tracks.parts.plane("hair")
    if body_only:
        plane = np.asarray(cv2.add(plane, tracks.parts.plane("background")), np.uint8)  # saturates
    if clothes > 0.0:
        cloth = tracks.parts.plane("clothes")
        plane = np.asarray(cv2.add(plane, cloth if clothes >= 1.0 else (cloth * clothes).astype(np.uint8)), np.uint8)
    if skin or face:
        plane = np.asarray(cv2.add(plane, tracks.parts.plane("face_skin")), np.uint8)
    if skin:
        plane = np.asarray(cv2.add(plane, tracks.parts.plane("body_skin")), np.uint8)
    table = _COVERS if share >= 1.0 else (_COVERS * share).astype(np.uint8)
    return Cover(np.asarray(cv2.LUT(plane, table), np.uint8), tracks.parts.mask_from_image, beyond_m)


def _covers() -> NDArray[np.uint8]:
    """(256,) how much a probability of hair covers: nothing below a quarter, all above three."""
    t = np.clip((np.arange(256) / 255.0 - 0.25) / 0.5, 0.0, 1.0)
    covers: NDArray[np.uint8] = np.rint(255.0 * t * t * (3.0 - 2.0 * t)).astype(np.uint8)
    return covers


_COVERS = _covers()


def surface_of(model: Model) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(N, 3) middles and (N,) areas of all triangles of a model."""
    middles, areas = [], []
    for primitive in model.primitives:
        corners = primitive.positions_m[primitive.triangles].astype(np.float64)
        middles.append(corners.mean(axis=1))
        areas.append(
            0.5 * np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
        )
    if not middles:
        return np.zeros((0, 3)), np.zeros(0)
    return np.concatenate(middles), np.concatenate(areas)
