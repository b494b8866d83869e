"""What hats and headbands share: an opening that rests on the skull, hair under it, and hands before it."""

from __future__ import annotations

import abc
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.errors import ProductError
from tryon.types import Camera, Cover, Drawing, Head, Item, Model, PartsMask, Product, Surface
from tryon.wear.hair_press import HairMemory, Press, hair_radii, hat_radii
from tryon.wear.hat_seat import Seat, hat_report, opening_of, seat_on
from tryon.wear.head_proxy import head_surface
from tryon.wear.on_head import OnHead, hair_in_front
from tryon.wear.skull import Skull, SkullMemory
from tryon.wear.wearable import FitReport, View

_CATCHES_SHADOW = 0.9
_SEAT_EVERY = 10  # frames between two seatings
_SETTLE = 0.12  # share of a new seat taken each frame
_BACK_M = 0.010  # behind the opening's middle, from where hair, ears and neck lie before the brim
_INSIDE = 0.94  # share of the opening the head keeps to above its plane, so that it never shows through the crown
_PRESSES_M = 0.010  # height over which the head draws in above the product's lower edge
_OUTLINE_POINTS = 400
_HAND_SHARE = 0.01  # of a product's area in skin that is no face's, on it and beside it
_BESIDE = 0.3  # by how much wider than a product the area is in which a hand is looked for
_MOST_WEARERS = 16


class Ringed(OnHead):
    """A product with an opening around the head."""

    lower_m = 0.0
    """How much lower than a hat this kind is worn."""

    def __init__(self, product: Product, model: Model) -> None:
        """Measure the opening and the outline."""
        super().__init__(product, model)
        self.opening_m = opening_of(product, model)
        outline_m = self.outline_of(model)
        if len(outline_m) < 4:
            raise ProductError(
                f"{product.name}: expected a model that stands around a head, got {len(outline_m)} points."
            )
        self.outline_m = _spread(outline_m)
        self.low_m = float(self.outline_m[:, 1].min())
        self.top_m = float(max((part.positions_m[:, 1].max() for part in model.primitives), default=0.1))
        self._wearers: dict[int, _Wearer] = {}

    @abc.abstractmethod
    def outline_of(self, model: Model) -> NDArray[np.float64]:
        """(N, 3) points in product space whose convex hull hair shall not pass."""

    @abc.abstractmethod
    def keeps(self, height: NDArray[np.float64]) -> NDArray[np.float64]:
        """How far hair keeps its width, 0 to 1, at heights above the opening's plane in opening widths."""

    def reset(self) -> None:
        """Forget every person."""
        super().reset()
        self._wearers = {}

    def fit(self, view: View) -> tuple[FitReport, ...]:
        """Inner girth against the head's, for each person drawn."""
        reports = []
        for head in view.heads:
            wearer = self._wearers.get(head.face.id)
            reports.append(hat_report(wearer.skull if wearer else Skull.of(head), self.opening_m))
        return tuple(reports)

    def draw_on(self, head: Head, view: View) -> Drawing | None:
        """The product on its seat, the head under it, and hair pressed in."""
        wearer = self._wearer(head)
        camera_from_product = head.camera_from_head @ wearer.head_from_product
        if camera_from_product[2, 3] > -0.15:  # nearer than a hat is deep
            return None
        outline_px = view.camera.project(self.outline_m @ camera_from_product[:3, :3].T + camera_from_product[:3, 3])
        cover = self._cover(camera_from_product, outline_px, view)
        press = self._press(wearer, camera_from_product, outline_px, view)
        surface = self._pressed(head_surface(head, catches_shadow=_CATCHES_SHADOW), camera_from_product)
        item = Item(self.model, camera_from_product, cover)
        return Drawing(f"face:{head.face.id}", (item,), {"head": surface}, press)

    def _wearer(self, head: Head) -> _Wearer:
        wearer = self._wearers.get(head.face.id)
        if wearer is None:
            if len(self._wearers) >= _MOST_WEARERS:
                self._wearers.clear()
            skulls = SkullMemory()
            skull = skulls.learn(head)
            seat = self._seat(skull)
            wearer = self._wearers[head.face.id] = _Wearer(skulls, skull, seat, seat)
            return wearer
        wearer.skull = wearer.skulls.learn(head)
        wearer.frames += 1
        if wearer.frames % _SEAT_EVERY == 0:
            wearer.wanted = self._seat(wearer.skull)
        wearer.head_from_product = wearer.head_from_product + _SETTLE * (wearer.wanted - wearer.head_from_product)
        return wearer

    def _seat(self, skull: Skull) -> NDArray[np.float64]:
        seat: Seat = seat_on(skull, self.opening_m, lower_m=self.lower_m)
        return seat.head_from_product

    def _pressed(self, surface: Surface, camera_from_product: NDArray[np.float64]) -> Surface:
        """The head with its crown drawn inside the product: cloth and hair give, and nothing may show through."""
        scale2 = float(np.cbrt(np.linalg.det(camera_from_product[:3, :3]))) ** 2
        turn = camera_from_product[:3, :3] / scale2
        points_m = (surface.vertices_m - camera_from_product[:3, 3]) @ turn  # inverse of a scaled rotation
        above = np.clip((points_m[:, 1] - self.low_m) / _PRESSES_M + 0.3, 0.0, 1.0)
        round_share = np.hypot(points_m[:, 0] / (0.5 * self.opening_m[0]), points_m[:, 2] / (0.5 * self.opening_m[1]))
        shrink = np.minimum(1.0, _INSIDE / np.maximum(round_share, 1e-6))
        points_m[:, [0, 2]] *= (1.0 - above * (1.0 - shrink))[:, None]
        points_m[:, 1] = np.minimum(points_m[:, 1], max(0.85 * self.top_m, 0.01))
        back = points_m @ camera_from_product[:3, :3].T + camera_from_product[:3, 3]
        return replace(surface, vertices_m=back.astype(np.float32))

    def _press(
        self, wearer: _Wearer, camera_from_product: NDArray[np.float64], outline_px: NDArray[np.float64], view: View
    ) -> Press | None:
        """Hair that stands out beside or above the product, squeezed in; None without a mask of hair."""
        parts = view.tracks.parts
        if parts is None:
            return None
        middle_px = 0.5 * (outline_px.min(axis=0) + outline_px.max(axis=0))
        hat_px = hat_radii(outline_px, middle_px)
        if float(hat_px.min()) < 4.0:
            return None
        hair_px = wearer.hair.settle(hair_radii(parts, middle_px, hat_px), hat_px, view.frame.time_s)
        keep = self.keeps(self._heights(camera_from_product, middle_px, hat_px, view.camera))
        return Press(middle_px, hat_px, hair_px, keep)

    def _heights(
        self,
        camera_from_product: NDArray[np.float64],
        middle_px: NDArray[np.float64],
        hat_px: NDArray[np.float64],
        camera: Camera,
    ) -> NDArray[np.float64]:
        """(180,) how far above the line of the opening each ray leaves the product, in opening widths."""
        angle = np.arange(24) * (np.pi / 12.0)
        half = 0.5 * np.array(self.opening_m)
        ring_m = np.stack([half[0] * np.cos(angle), 0.0 * angle, half[1] * np.sin(angle)], axis=1)
        ring_px = camera.project(ring_m @ camera_from_product[:3, :3].T + camera_from_product[:3, 3])
        ends_m = np.array([[0.0, 0.0, 0.0], [0.0, 0.05, 0.0]])
        low_px, high_px = camera.project(ends_m @ camera_from_product[:3, :3].T + camera_from_product[:3, 3])
        up = (high_px - low_px) / max(float(np.linalg.norm(high_px - low_px)), 1e-6)
        side = np.array([-up[1], up[0]])
        along = ring_px @ side
        first, last = ring_px[along.argmin()], ring_px[along.argmax()]
        width_px = max(float(along.max() - along.min()), 1.0)
        ray_rad = np.arange(len(hat_px)) * (2.0 * np.pi / len(hat_px))
        edge_px = middle_px + hat_px[:, None] * np.stack([np.cos(ray_rad), np.sin(ray_rad)], axis=1)
        share = np.clip((edge_px @ side - along.min()) / width_px, 0.0, 1.0)
        line = (first @ up) * (1.0 - share) + (last @ up) * share
        heights: NDArray[np.float64] = (edge_px @ up - line) / width_px
        return heights

    def _cover(
        self, camera_from_product: NDArray[np.float64], outline_px: NDArray[np.float64], view: View
    ) -> Cover | None:
        """A hand on the hat if there is one, else hair and ears before what runs behind the head."""
        parts = view.tracks.parts
        if parts is None:
            return None
        ends_m = (
            np.array([[0.0, 0.0, 0.0], [0.0, 0.05, 0.0]]) @ camera_from_product[:3, :3].T + camera_from_product[:3, 3]
        )
        hand = _hand(parts, outline_px, *view.camera.project(ends_m))
        if hand is not None:
            return Cover(hand, parts.mask_from_image)
        return hair_in_front(view.tracks, beyond_m=-float(camera_from_product[2, 3]) + _BACK_M, skin=True)


@dataclass(slots=True, eq=False)
class _Wearer:
    """One person's skull as known by now, and the seat, wanted and reached."""

    skulls: SkullMemory
    skull: Skull
    wanted: NDArray[np.float64]
    head_from_product: NDArray[np.float64]
    frames: int = 0
    hair: HairMemory = field(default_factory=HairMemory)


def _hand(
    parts: PartsMask, outline_px: NDArray[np.float64], rim_px: NDArray[np.float64], above_px: NDArray[np.float64]
) -> NDArray[np.uint8] | None:
    """(h, w) how surely a hand lies on a product; None when there is none.

    A hand is skin that reaches in from beside or above; a bald scalp is skin too, but ends with the product.

    Args:
        outline_px: Of the product. rim_px, above_px: (2,) in its opening's middle, and above that.
    """
    to_mask = parts.mask_from_image
    outline, (rim,), (above,) = (
        np.atleast_2d(points) @ to_mask[:, :2].T + to_mask[:, 2] for points in (outline_px, rim_px, above_px)
    )
    hull = cv2.convexHull(outline.astype(np.float32))[:, 0]
    inside, wider = (np.zeros(parts.probability.shape[1:], np.uint8) for _ in range(2))
    cv2.fillConvexPoly(inside, np.rint(hull).astype(np.int32), 1)
    cv2.fillConvexPoly(wider, np.rint(hull + _BESIDE * (hull - hull.mean(axis=0))).astype(np.int32), 1)
    area = cv2.countNonZero(inside)
    if area < 16:
        return None
    skin = parts.plane("body_skin")
    _, sure = cv2.threshold(skin, 127.0, 255.0, cv2.THRESH_BINARY)
    if cv2.countNonZero(cv2.bitwise_and(sure, sure, mask=inside)) < _HAND_SHARE * area:
        return None
    row, column = np.nonzero(cv2.bitwise_and(sure, sure, mask=cv2.subtract(wider, inside)))
    higher = (column - rim[0]) * (above[0] - rim[0]) + (row - rim[1]) * (above[1] - rim[1]) > 0.0
    if int(higher.sum()) < _HAND_SHARE * area:
        return None
    covering: NDArray[np.uint8] = np.clip((skin.astype(np.int16) - 64) * 2, 0, 255).astype(np.uint8)
    return covering


def _spread(points_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """At most some hundred of the points, evenly, the outermost along each axis among them."""
    if len(points_m) <= _OUTLINE_POINTS:
        return points_m
    outer = np.concatenate([points_m.argmin(axis=0), points_m.argmax(axis=0)])
    chosen = np.concatenate([outer, np.linspace(0, len(points_m) - 1, _OUTLINE_POINTS).astype(np.int64)])
    spread: NDArray[np.float64] = points_m[np.unique(chosen)]
    return spread
