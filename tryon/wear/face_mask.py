"""A surgical or cloth mask: on the tip of the nose, draped over nose, cheeks and chin, and following the jaw."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tryon.geometry.face_mesh import FACE_OVAL
from tryon.types import Drawing, Head, Item, Model, Primitive, Product, Surface
from tryon.wear.covering import hair_cover, hand_cover
from tryon.wear.drape import NOSE_TIP, draped
from tryon.wear.head_proxy import ear_points, head_surface
from tryon.wear.on_head import OnHead
from tryon.wear.temple import with_triangles
from tryon.wear.wearable import WEARABLES, View

_FOLLOW = 0.5  # share of a face's change the cloth takes on each frame
_AGAIN_M = 0.0015  # mean change of nose, cheeks and chin after which it is draped anew
_FELT = (1, 4, 152, 148, 377, 176, 400, 199, 200, 50, 280, 205, 425, 132, 361, 58, 288)
_BEFORE_EAR_M = 0.012  # hair hides what lies behind this far in front of the nearer ear
_BEHIND_M = -0.080  # of the tip of the nose: ear loops, not cloth
_MOST_WEARERS = 16
_FACE_POINTS, _TRACKED_M, _GUESSED_M = 468, 0.002, 0.008


@WEARABLES.register("face_mask")
class FaceMask(OnHead):
    """Cloth over nose and mouth, at its true size: a small one leaves the cheeks free."""

    def __init__(self, product: Product, model: Model) -> None:
        """Take the product."""
        super().__init__(product, model)
        self._cut = _cut(model)
        self._wearers: dict[int, _Wearer] = {}

    def reset(self) -> None:
        """Forget every person."""
        super().reset()
        self._wearers = {}

    def draw_on(self, head: Head, view: View) -> Drawing:
        """The mask on one face."""
        key = head.face.id
        turn, place_m = head.camera_from_head[:3, :3], head.camera_from_head[:3, 3]
        face_m = (head.mesh_m.astype(np.float64) - place_m) @ turn
        wearer = self._wearers.get(key)
        if wearer is None:
            if len(self._wearers) >= _MOST_WEARERS:
                self._wearers.clear()
            wearer = self._wearers[key] = _Wearer(self._cut, face_m)
        else:
            wearer.follow(self._cut, face_m)
        camera_from_mask = head.camera_from_head.copy()
        camera_from_mask[:3, 3] += turn @ wearer.face_m[NOSE_TIP]
        ears = ear_points(head)
        beyond_m = min(-float(ears.rest_left[2]), -float(ears.rest_right[2])) - _BEFORE_EAR_M
        oval_px = head.face.landmarks.points_px[list(FACE_OVAL), :2]
        hands = hand_cover(view.tracks, within_px=oval_px)
        hair = hair_cover(view.tracks, beyond_m=beyond_m)
        # The skin under cloth lies in its shadow, a hand before it does not.
        items = (
            Item(part, camera_from_mask, hair if behind else hands, casts_shadow=hands is None)
            for part, behind in wearer.parts
        )
        return Drawing(f"face:{key}", tuple(items), {"head": _behind_cloth(head_surface(head))})


def _behind_cloth(surface: Surface) -> Surface:
    """The head a little further away, its jaw and neck more: cloth lies before what is only guessed."""
    vertices_m = surface.vertices_m.copy()
    away_m = np.full((len(vertices_m), 1), _GUESSED_M, np.float32)
    away_m[:_FACE_POINTS] = _TRACKED_M
    vertices_m *= 1.0 + away_m / np.maximum(np.linalg.norm(vertices_m, axis=1, keepdims=True), np.float32(0.05))
    return replace(surface, vertices_m=vertices_m)


Parts: TypeAlias = tuple[tuple[Model, bool], ...]
"""Models of one product, and whether each hangs behind the face, where hair hides it."""


class _Wearer:
    """One face as the cloth feels it.

    face_m: (468, 3) head space, a little behind the face's own. parts: Draped on it, or on one very near.
    """

    def __init__(self, cut: Parts, face_m: NDArray[np.float64]) -> None:
        self.face_m = face_m
        self._drape(cut)

    def follow(self, cut: Parts, face_m: NDArray[np.float64]) -> None:
        """Take on a new frame's face; drape anew when it changed by more than cloth hides."""
        self.face_m = self.face_m + _FOLLOW * (face_m - self.face_m)
        felt = list(_FELT)
        change = self.face_m[felt] - self._draped_on[felt]
        if float(np.linalg.norm(change - change[1], axis=1).mean()) > _AGAIN_M:
            self._drape(cut)

    def _drape(self, cut: Parts) -> None:
        self._draped_on = self.face_m
        self.parts = tuple((draped(part, self.face_m), behind) for part, behind in cut)


def _cut(model: Model) -> Parts:
    """The cloth and what hangs behind it, apart; a part that is not there is left out."""
    pieces: tuple[list[Primitive], list[Primitive]] = ([], [])
    for primitive in model.primitives:
        behind = primitive.positions_m[primitive.triangles, 2].mean(axis=1) < _BEHIND_M
        for piece, chosen in zip(pieces, (~behind, behind), strict=True):
            if chosen.any():
                piece.append(with_triangles(primitive, primitive.triangles[chosen]))
    front, back = (replace(model, primitives=tuple(piece)) for piece in pieces)
    return tuple((part, part is back) for part in (front, back) if part.primitives)
