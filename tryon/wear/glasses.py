"""Glasses: at their true size, resting on nose and ears, temples sprung to the head and hidden behind hair."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tryon.types import Cover, Drawing, Head, Item, Model, Product, Surface
from tryon.wear.alignment import aligned, nose_middle_m
from tryon.wear.covering import ear_shown, hair_cover, hand_cover
from tryon.wear.eye_anchor import across, aside_m
from tryon.wear.face_shape import FaceShape, Shape, canonical_face
from tryon.wear.frame_parts import FrameParts
from tryon.wear.glasses_fit import glasses_report
from tryon.wear.head_proxy import ear_points, head_surface
from tryon.wear.nose_contact import Seat, rest
from tryon.wear.skin_field import SkinField
from tryon.wear.steady import PoseNoise, PoseSteadier
from tryon.wear.temple import Flex, flex_to, front_and_temples, sideways
from tryon.wear.wearable import WEARABLES, FitReport, View, Wearable

_CATCHES_SHADOW = 0.6
_BEHIND_HINGE_M = 0.008  # where hair begins to hide a temple
_SEAT_AGAIN_FRAMES = (1, 3, 8, 20, 60)  # frames after the first at which what was learned is used; then every 60th
_SETTLE = 0.15  # share of a new seat taken each frame, so that nothing jumps
_FLEX_STEP_M = 0.001
_MOST_WEARERS = 16
# A turn fitted to the picture alone is truer but less still than the tracker's own.
_NOISE = PoseNoise(turn_rad=(math.radians(0.14), math.radians(0.08), math.radians(0.06)))
_RECESS_M = 0.0025  # how exact a tracked face is, and how far cheeks rise in a small smile
_EAR_COVERED, _EAR_BARE = 0.3, 0.55  # bare share of an ear below which hair hides the temple, above which it does not
_EAR_SETTLE = 0.1
_TURN_SETTLE = 0.1
_EYES_SETTLE = 0.06  # share of what the irises say that is taken each frame: most of it within a second
_LEARN_EVERY = 4  # frames, once a person is known


@WEARABLES.register("glasses")
class Glasses(Wearable):
    """A pair of glasses, never stretched: a frame too wide for a face looks too wide."""

    def __init__(self, product: Product, model: Model) -> None:
        """Take the model apart: front, nose contacts, temples."""
        super().__init__(product, model)
        self._parts = FrameParts.of(product, model)
        pad = product.anchors.get("pad_left")
        self._pad_x_m = abs(pad[0]) if pad else None
        self.reset()

    def reset(self) -> None:
        """Forget every person."""
        self._steadier = PoseSteadier(noise=_NOISE)
        self._wearers: dict[int, _Wearer] = {}

    def draw(self, view: View) -> tuple[Drawing, ...]:
        """The glasses on every face."""
        if view.frame.index == 0:
            self.reset()
        return tuple(self._draw(head, view) for head in view.heads)

    def fit(self, view: View) -> tuple[FitReport, ...]:
        """How wide, how high and how heavy on the nose they are on each face drawn."""
        reports = []
        for head in view.heads:
            wearer = self._wearers.get(head.face.id) or self._seated(head, view)
            reports.append(glasses_report(self.product, self._parts, wearer.shape, wearer.seat, wearer.ear_m))
        return tuple(reports)

    def _draw(self, head: Head, view: View) -> Drawing:
        wearer = self._seated(head, view)
        own = wearer.shape
        start = head.camera_from_head @ own.head_from_midline
        seen = wearer.calmed(start, aligned(head, view.camera, own.vertices_m, start))
        tracked = wearer.beside_eyes(head, view, seen)
        steadied = self._steadier.steady(tracked, view.frame.time_s, head.face.id, focal_px=view.camera.focal_y_px)
        camera_from_product = steadied @ wearer.midline_from_product
        items = []
        for index, model in enumerate(wearer.models):
            if model is None or not model.primitives:
                continue
            cover = self._cover(index, camera_from_product, view, wearer)
            items.append(Item(model, camera_from_product, cover))
        moved = steadied @ np.linalg.inv(tracked)
        mesh_m = (head.mesh_m @ moved[:3, :3].T + moved[:3, 3]).astype(np.float32)
        steadied_head = Head(head.face, head.scale, moved @ head.camera_from_head, mesh_m)
        surface = head_surface(steadied_head, catches_shadow=_CATCHES_SHADOW)
        return Drawing(f"face:{head.face.id}", tuple(items), {"head": _recessed(surface)})

    def _cover(self, index: int, camera_from_product: NDArray[np.float64], view: View, wearer: _Wearer) -> Cover | None:
        """Hands over the front (0); hair over the right (1) and left (2) temple, from just behind its hinge.

        Where the ear shows, hair is tucked behind it or short, and the temple lies over it.
        """
        if index == 0:
            return hand_cover(view.tracks)
        side = -1.0 if index == 1 else 1.0
        parts = self._parts
        hinge = np.array([side * parts.half_width_m, 0.0, parts.hinge_z_m - _BEHIND_HINGE_M, 1.0])
        away_m = -float((camera_from_product @ hinge)[2])
        under = min(max((_EAR_BARE - wearer.ears_shown[index - 1]) / (_EAR_BARE - _EAR_COVERED), 0.0), 1.0)
        return hair_cover(view.tracks, beyond_m=away_m, share=under)

    def _seated(self, head: Head, view: View) -> _Wearer:
        """What is known of this person, one frame further."""
        wearer = self._wearers.get(head.face.id)
        if wearer is None:
            if len(self._wearers) >= _MOST_WEARERS:
                seen = {other.face.id for other in view.heads}
                self._wearers = {key: kept for key, kept in self._wearers.items() if key in seen}
            wearer = self._wearers[head.face.id] = _Wearer(head, view, self)
        else:
            wearer.learn(head, view, self)
        return wearer

    def seat(self, shape: Shape) -> tuple[Seat, NDArray[np.float64]]:
        """Where they rest on a face, and (3,) the root of its left ear, both in the midline's frame."""
        ear_m = shape.ears_m[1]
        skin = SkinField(shape.vertices_m, canonical_face().triangles)
        seat = rest(self._parts, skin, pupil_m=shape.pupils_m[1], ear_m=ear_m, pads=self._pad_x_m)
        return seat, ear_m

    def bent(self, shape: Shape, seat: Seat, ear_m: NDArray[np.float64]) -> Flex:
        """How the temples spring to that head."""
        side = sideways(shape.vertices_m, canonical_face().triangles)
        return flex_to(self._parts, side, seat.midline_from_product, ear_m=ear_m)

    def pieces(self, flex: Flex) -> tuple[Model, Model | None, Model | None]:
        """Front, right and left temple, bent."""
        return front_and_temples(self.model, self._parts, flex)


def _recessed(surface: Surface) -> Surface:
    """The surface a little further along each line of sight: where rims touch a cheek, a smile must not cut them."""
    vertices_m = surface.vertices_m
    away_m = np.linalg.norm(vertices_m, axis=1, keepdims=True)
    return replace(surface, vertices_m=vertices_m * (1.0 + np.float32(_RECESS_M) / np.maximum(away_m, 0.05)))


class _Wearer:
    """One person's shape, and how the glasses sit on it by now.

    midline_from_product: (4, 4) rigid, settling slowly. models: Front, right and left temple, bent for this head.
    ears_shown: (2,) how bare the right and left ear are, 0 to 1.
    """

    def __init__(self, head: Head, view: View, glasses: Glasses) -> None:
        self._learned = FaceShape()
        self._learned.learn(head, view.camera)
        self._frames = 0
        self.ears_shown = np.zeros(2)
        self._look_at_ears(head, view, 1.0)
        self._seat_on(glasses)
        self.flex = glasses.bent(self.shape, self.seat, self.ear_m)
        self.models = glasses.pieces(self.flex)
        self.midline_from_product = self._wanted
        self._aside_m: float | None = None
        self._turned: NDArray[np.float64] | None = None

    def learn(self, head: Head, view: View, glasses: Glasses) -> None:
        """Take in one frame; now and then seat the glasses anew, and let them settle there."""
        self._frames += 1
        if self._frames < _SEAT_AGAIN_FRAMES[-1] or self._frames % _LEARN_EVERY == 0:
            self._learned.learn(head, view.camera)
            self._look_at_ears(head, view, _EAR_SETTLE)
        if self._frames in _SEAT_AGAIN_FRAMES or self._frames % _SEAT_AGAIN_FRAMES[-1] == 0:
            self._seat_on(glasses)
            flex = glasses.bent(self.shape, self.seat, self.ear_m)
            if flex.differs(self.flex, by_m=_FLEX_STEP_M):
                self.flex, self.models = flex, glasses.pieces(flex)
        self.midline_from_product = _nearest_rigid(
            self.midline_from_product + _SETTLE * (self._wanted - self.midline_from_product)
        )

    def calmed(self, tracked: NDArray[np.float64], seen: NDArray[np.float64]) -> NDArray[np.float64]:
        """A (4, 4) pose as truly turned as `seen` in the long run, and as still as `tracked` from frame to frame.

        A turn fitted to points of the picture alone trembles twice as much as the tracker's own.
        """
        between = tracked[:3, :3].T @ seen[:3, :3]
        before = between if self._turned is None else self._turned
        self._turned = _nearest_rotation(before + _TURN_SETTLE * (between - before))
        calm = seen.copy()
        calm[:3, :3] = tracked[:3, :3] @ self._turned
        middle_m = nose_middle_m(self.shape.vertices_m)
        calm[:3, 3] += (seen[:3, :3] - calm[:3, :3]) @ middle_m
        return calm

    def beside_eyes(self, head: Head, view: View, camera_from_midline: NDArray[np.float64]) -> NDArray[np.float64]:
        """The (4, 4) pose moved aside to where the eyes are; slowly, since eyes dart and heads do not."""
        seen_m = aside_m(head, view.camera, self.shape.pupils_m, camera_from_midline)
        before_m = seen_m if self._aside_m is None else self._aside_m
        self._aside_m = before_m + _EYES_SETTLE * (seen_m - before_m)
        moved = camera_from_midline.copy()
        moved[:3, 3] += self._aside_m * across(camera_from_midline)
        return moved

    def _look_at_ears(self, head: Head, view: View, settle: float) -> None:
        ears = ear_points(head)
        pairs = ((ears.rest_right, ears.lobe_right), (ears.rest_left, ears.lobe_left))
        for index, (top_m, lobe_m) in enumerate(pairs):
            shown = ear_shown(view, top_m, lobe_m)
            if shown is not None:
                self.ears_shown[index] += settle * (shown - self.ears_shown[index])

    def _seat_on(self, glasses: Glasses) -> None:
        self.shape = self._learned.shape()
        self.seat, self.ear_m = glasses.seat(self.shape)
        self._wanted = self.seat.midline_from_product


def _nearest_rigid(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """The (4, 4) rigid matrix nearest to a mean of two that differ little."""
    rigid = matrix.copy()
    rigid[:3, :3] = _nearest_rotation(matrix[:3, :3])
    return rigid


def _nearest_rotation(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """The (3, 3) rotation nearest to a mean of two that differ little."""
    u, _, vt = np.linalg.svd(matrix)
    nearest: NDArray[np.float64] = u @ vt
    return nearest
