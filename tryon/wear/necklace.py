"""Necklaces: a loop at its true size from the nape to the collarbones, behind chin and hair, its shadow on the skin."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tryon.types import Drawing, Head, Item, Model, Primitive, Product
from tryon.wear.collar import CollarMemory
from tryon.wear.head_proxy import head_surface
from tryon.wear.neck_proxy import chest_front_m, neck_surfaces
from tryon.wear.on_head import OnHead, hair_in_front, surface_of
from tryon.wear.temple import with_triangles
from tryon.wear.torso import TorsoMemory
from tryon.wear.wearable import WEARABLES, View

_NAPE_M = (0.046, -0.054)  # up and forward of the neck's root: where a chain lies on the seventh vertebra
_OFF_SKIN_M = 0.004
_CATCHES_SHADOW = 0.6
_LOOP_POINTS = 400
_CHIN = 152
_OPENING_RAD = 0.6  # to each side of the front: what an open collar leaves to be seen
_LEAST_UNDER = 0.05


class AroundNeck(OnHead):
    """A loop that rests on nape and shoulders and stays with them when the head turns."""

    def __init__(self, product: Product, model: Model) -> None:
        """Find where the loop's back and front are."""
        super().__init__(product, model)
        self._torso = TorsoMemory()
        points_m, _ = surface_of(model)
        self.torso_from_product = self.rest(points_m) if len(points_m) else np.eye(4)

    def reset(self) -> None:
        """Forget every person."""
        super().reset()
        self._torso.reset()

    def rest(self, points_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """(4, 4) where the product lies on an adult's torso, from (N, 3) points of its surface."""
        raise NotImplementedError

    def draw_on(self, head: Head, view: View) -> Drawing | None:
        """The loop, with neck, chest and head around it."""
        camera_from_torso = self._torso.pose(head, view.tracks, view.camera, view.frame.time_s)
        if camera_from_torso[2, 3] > -0.2:
            return None
        pose = camera_from_torso @ self._scaled(head.scale)
        surfaces = {
            "head": head_surface(head, catches_shadow=0.3),
            **neck_surfaces(camera_from_torso, scale=head.scale, catches_shadow=_CATCHES_SHADOW),
        }
        return Drawing(f"face:{head.face.id}", self.items(head, view, pose), surfaces)

    def items(self, head: Head, view: View, camera_from_product: NDArray[np.float64]) -> tuple[Item, ...]:
        """The loop, and what of the picture lies in front of it."""
        del head
        return (Item(self.model, camera_from_product, hair_in_front(view.tracks, face=True)),)

    def _scaled(self, scale: float) -> NDArray[np.float64]:
        """The resting place on a torso of another size; the product keeps its own."""
        matrix = self.torso_from_product.copy()
        matrix[:3, 3] *= scale
        return matrix


@WEARABLES.register("necklace")
class Necklace(AroundNeck):
    """A necklace: its back on the nape, its front on the skin below."""

    def __init__(self, product: Product, model: Model) -> None:
        """Find where the loop's back and front are, and its sides."""
        super().__init__(product, model)
        self._collar = CollarMemory()
        points_m, _ = surface_of(model)
        self._loop_m = points_m[:: max(len(points_m) // _LOOP_POINTS, 1)]
        self._front, self._sides = _front_and_sides(model)
        self._azimuth_rad = np.abs(np.arctan2(self._loop_m[:, 0], self._loop_m[:, 2]))

    def reset(self) -> None:
        """Forget every person."""
        super().reset()
        self._collar.reset()

    def items(self, head: Head, view: View, camera_from_product: NDArray[np.float64]) -> tuple[Item, ...]:
        """The loop behind hair and the border of the body; its sides under an open collar, its front before it."""
        placed_m = self._loop_m @ camera_from_product[:3, :3].T + camera_from_product[:3, 3]
        loop_px, chin_px = view.camera.project(placed_m), view.camera.project(head.mesh_m[_CHIN])[0]
        under = self._collar.under(head.face.id, view.tracks.parts, loop_px, self._azimuth_rad, chin_px)
        hair = hair_in_front(view.tracks, body_only=True)
        if under < _LEAST_UNDER:
            return (Item(self.model, camera_from_product, hair),)
        collar = hair_in_front(view.tracks, body_only=True, clothes=under)
        pairs = ((self._front, hair), (self._sides, collar))
        return tuple(Item(part, camera_from_product, cover) for part, cover in pairs if part is not None)

    def rest(self, points_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turned about its back until its front lies on the chest."""
        back_m, front_m = loop_ends(points_m)
        drop_m, deep_m = back_m[0] - front_m[0], front_m[1] - back_m[1]
        best, least = 0.0, math.inf
        for angle in np.linspace(-0.6, 0.6, 121):
            c, s = math.cos(angle), math.sin(angle)
            up_m, ahead_m = _NAPE_M[0] - (drop_m * c + deep_m * s), _NAPE_M[1] + deep_m * c - drop_m * s
            miss = abs(ahead_m - (chest_front_m(up_m) + _OFF_SKIN_M)) + 0.02 * abs(angle)
            if miss < least:
                best, least = float(angle), miss
        c, s = math.cos(best), math.sin(best)
        matrix = np.eye(4)
        matrix[:3, :3] = [[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]]
        matrix[:3, 3] = np.array([0.0, *_NAPE_M]) - matrix[:3, :3] @ np.array([0.0, *back_m])
        return matrix


def _front_and_sides(model: Model) -> tuple[Model | None, Model | None]:
    """What hangs in the opening of a collar, and what goes up beside the neck; None for a part that is not there."""
    pieces: tuple[list[Primitive], list[Primitive]] = ([], [])
    for primitive in model.primitives:
        middle = primitive.positions_m[primitive.triangles].mean(axis=1)
        before = np.abs(np.arctan2(middle[:, 0], middle[:, 2])) < _OPENING_RAD
        for piece, chosen in zip(pieces, (before, ~before), strict=True):
            if chosen.any():
                piece.append(with_triangles(primitive, primitive.triangles[chosen]))
    front, sides = (replace(model, primitives=tuple(piece)) if piece else None for piece in pieces)
    return front, sides


def loop_ends(points_m: NDArray[np.float64]) -> tuple[tuple[float, float], tuple[float, float]]:
    """(up, forward) of the loop's back and of its front, without what hangs from it, in product space."""
    azimuth = np.abs(np.arctan2(points_m[:, 0], points_m[:, 2]))
    back, front = points_m[azimuth > math.pi - 0.25], points_m[(azimuth > 0.15) & (azimuth < 0.45)]
    if not len(back) or not len(front):
        low, high = points_m.min(axis=0), points_m.max(axis=0)
        return (float(high[1]), float(low[2])), (float(low[1]), float(high[2]))
    return (
        (float(np.median(back[:, 1])), float(np.median(back[:, 2]))),
        (float(np.median(front[:, 1])), float(np.median(np.hypot(front[:, 0], front[:, 2])))),
    )
