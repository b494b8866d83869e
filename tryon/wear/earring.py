"""Earrings: a pair from one product, hung from both lobes, swinging; hidden by hair and by the turned head."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tryon.types import Cover, Drawing, Head, Item, Model, PartsMask, Product
from tryon.wear.head_proxy import ear_points, head_surface
from tryon.wear.lobe import LobeMemory, lobe_inward_m, lobe_shift_m
from tryon.wear.on_head import OnHead, hair_in_front, surface_of
from tryon.wear.pendulum import Pendulum, pendulum_length_m
from tryon.wear.skull import in_head
from tryon.wear.wearable import WEARABLES, View

Style = Literal["stud", "drop", "hoop"]

_CATCHES_SHADOW = 0.7
# How far the face of an earring turns from straight ahead to the ear's side. A lobe's outer side looks 60° outward;
# what dangles turns its face further to the front; the ring of a hoop stands across the lobe.
_OUTWARD_RAD = {"stud": math.radians(50.0), "drop": math.radians(35.0), "hoop": math.radians(-25.0)}
_OFF_LOBE_M = 0.003  # the hook sits on the lobe's outer skin; the lobe is 4 to 5 mm thick
# Where hair is looked for around the left lobe: outward and up from it. Of 54 visible ears none is taken for hidden.
_EAR_WINDOW_M = np.array([[x, y, 0.0] for y in np.linspace(-0.003, 0.008, 7) for x in (-0.001, 0.002, 0.005)])
_COVER_S = 0.25  # time in which a cover comes and goes
_MOST_WEARERS = 16
_MOST_SEEN = 90  # frames over which an ear's height is averaged
_SLIDES_S = 0.4


@WEARABLES.register("earring")
class Earring(OnHead):
    """One earring of the product on each ear, the right one mirrored."""

    def __init__(self, product: Product, model: Model) -> None:
        """Tell studs, drops and hoops apart by their shape, and how fast they swing."""
        super().__init__(product, model)
        self._hook_m = np.array(product.anchors.get("hook", (0.0, 0.0, 0.0)))
        points_m, areas = surface_of(model)
        self.style: Style = style_of(points_m - self._hook_m)
        self._length_m = pendulum_length_m(points_m - self._hook_m, areas) if len(areas) else 0.02
        self._ears: dict[tuple[int, int], _Ear] = {}
        self._lobes: dict[int, LobeMemory] = {}

    def reset(self) -> None:
        """Let everything hang still again."""
        super().reset()
        self._ears, self._lobes = {}, {}

    def draw_on(self, head: Head, view: View) -> Drawing | None:
        """Both earrings; the one behind the head is drawn too, and hidden by the head."""
        points = ear_points(head)
        turn = head.camera_from_head[:3, :3]
        shift_m = self._shift_m(head, view)
        items = []
        for side, lobe_m in ((1, points.lobe_left), (-1, points.lobe_right)):
            seen_m = in_head(head, lobe_m) / head.scale
            steady_m = self._ear(head.face.id, side).steady(seen_m, view.frame.time_s) * head.scale
            lobe_m = turn @ steady_m + shift_m * turn[:, 1] + head.camera_from_head[:3, 3]
            outward = turn @ np.array([side * 0.9, 0.0, 0.44])
            lobe_m = lobe_m - side * turn[:, 0] * self._inward_m(head, lobe_m, side, view)
            hook_m = lobe_m + _OFF_LOBE_M * head.scale * outward
            if hook_m[2] > -0.05:
                return None
            ear = self._ear(head.face.id, side)
            if self.style == "stud":
                rotation = turn @ _about_y(side * _OUTWARD_RAD["stud"])  # fixed in the lobe
            else:
                rotation = self._hanging(ear, hook_m, side, turn, view)
            pose = np.eye(4)
            pose[:3, :3] = rotation @ np.diag([float(side), 1.0, 1.0])
            pose[:3, 3] = hook_m - pose[:3, :3] @ self._hook_m
            items.append(Item(self.model, pose, self._cover(ear, lobe_m, side, head, view)))
        surfaces = {"head": head_surface(head, catches_shadow=_CATCHES_SHADOW)}
        return Drawing(f"face:{head.face.id}", tuple(items), surfaces)

    def _shift_m(self, head: Head, view: View) -> float:
        """How much higher this person's lobes hang than the average."""
        if len(self._lobes) >= _MOST_WEARERS:
            self._lobes.clear()
        memory = self._lobes.setdefault(head.face.id, LobeMemory())
        parts = view.tracks.parts
        seen_m = None if parts is None else lobe_shift_m(head, view.camera, parts)
        return memory.learn(seen_m, view.frame.time_s)

    def _inward_m(self, head: Head, lobe_m: NDArray[np.float64], side: int, view: View) -> float:
        """How much nearer to the face than the average this ear's lobe is."""
        memory = self._ear(head.face.id, side).inward
        parts = view.tracks.parts
        seen_m = None if parts is None else lobe_inward_m(head, lobe_m, side, view.camera, parts)
        return memory.learn(seen_m, view.frame.time_s)

    def _ear(self, person: int, side: int) -> _Ear:
        ear = self._ears.get((person, side))
        if ear is None:
            if len(self._ears) >= 2 * _MOST_WEARERS:
                self._ears.clear()
            ear = self._ears[person, side] = _Ear(Pendulum(self._length_m))
        return ear

    def _hanging(
        self, ear: _Ear, hook_m: NDArray[np.float64], side: int, turn: NDArray[np.float64], view: View
    ) -> NDArray[np.float64]:
        """Plumb but for its swing, its face turned with the head."""
        swing = ear.pendulum.follow(hook_m, view.frame.time_s)
        ahead = turn @ np.array([math.sin(side * _OUTWARD_RAD[self.style]), 0.0, math.cos(_OUTWARD_RAD[self.style])])
        heading_rad = math.atan2(ahead[0], ahead[2])
        return _from_plumb(swing) @ _about_y(heading_rad)

    def _cover(self, ear: _Ear, lobe_m: NDArray[np.float64], side: int, head: Head, view: View) -> Cover | None:
        """Hair in front of it: all the hair when it hides the ear, none when the ear shows before the hair."""
        parts = view.tracks.parts
        if parts is None:
            return None
        window_m = _EAR_WINDOW_M * [side, 1.0, 1.0] * head.scale @ head.camera_from_head[:3, :3].T + lobe_m
        hidden = _hair_at(parts, view.camera.project(window_m))
        return hair_in_front(view.tracks, share=ear.covered(hidden, view.frame.time_s))


@dataclass(slots=True)
class _Ear:
    """What one ear remembers: the swing, where its lobe is, and how far hair covers it."""

    pendulum: Pendulum
    inward: LobeMemory = field(default_factory=LobeMemory)
    place: NDArray[np.float64] | None = None
    place_time_s: float = 0.0
    seen: int = 0
    share: float | None = None
    time_s: float = 0.0

    def steady(self, place: NDArray[np.float64], time_s: float) -> NDArray[np.float64]:
        """(3,) a lobe's place in a head of average size, without what the mesh there does and an ear does not.

        Its border trembles and slides with turns, so it is followed slowly; it sinks with the jaw, so its height is
        averaged over seconds.
        """
        self.seen = min(self.seen + 1, _MOST_SEEN)
        if self.place is None:
            self.place = place.copy()
        else:
            share = 1.0 - math.exp(-max(time_s - self.place_time_s, 0.0) / _SLIDES_S)
            share = max(share, 1.0 / self.seen)
            self.place += np.array([share, 1.0 / self.seen, share]) * (place - self.place)
        self.place_time_s = time_s
        return self.place

    def covered(self, wanted: float, time_s: float) -> float:
        """The wanted share, 0 to 1, approached without a jump."""
        if self.share is None:
            self.share = wanted
        else:
            step = 1.0 - math.exp(-max(time_s - self.time_s, 0.0) / _COVER_S)
            self.share += step * (wanted - self.share)
        self.time_s = time_s
        return 0.0 if self.share < 0.02 else 1.0 if self.share > 0.98 else self.share


def style_of(points_m: NDArray[np.float64]) -> Style:
    """What kind of earring points around its hook make, hanging down −Y.

    A hoop is about as wide as high and empty in the middle; a stud sits at its hook; the rest dangles.
    """
    if not len(points_m):
        return "stud"
    low, high = points_m.min(axis=0), points_m.max(axis=0)
    size_m = high - low
    below = -low[1] / max(size_m[1], 1e-6)
    if below < 0.75 and size_m[1] < 0.03:
        return "stud"
    middle = 0.5 * (low + high)
    from_middle = np.hypot(*((points_m - middle)[:, :2] / (0.5 * size_m[:2] + 1e-6)).T)
    round_enough = 0.6 < size_m[0] / max(size_m[1], 1e-6) < 1.5
    return "hoop" if round_enough and float(np.quantile(from_middle, 0.02)) > 0.5 else "drop"


def _hair_at(parts: PartsMask, points_px: NDArray[np.float64]) -> float:
    """How surely hair hides what is at (N, 2) pixels, 0 to 1: a low quantile of them, none at 0.3, all at 0.6."""
    to_mask = parts.mask_from_image
    column, row = np.rint(points_px @ to_mask[:, :2].T + to_mask[:, 2]).astype(np.int64).T
    rows, columns = parts.probability.shape[1:]
    inside = (column >= 0) & (row >= 0) & (column < columns) & (row < rows)
    if not inside.any():
        return 0.0
    share = float(np.quantile(parts.plane("hair")[row[inside], column[inside]], 0.35)) / 255.0
    return min(max((share - 0.3) / 0.3, 0.0), 1.0)


def _about_y(angle_rad: float) -> NDArray[np.float64]:
    c, s = math.cos(angle_rad), math.sin(angle_rad)
    return np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])


def _from_plumb(swing_rad: NDArray[np.float64]) -> NDArray[np.float64]:
    """(3, 3) smallest rotation that swings −Y toward +X and +Z by the given angles."""
    angle_rad = float(np.linalg.norm(swing_rad))
    if angle_rad < 1e-9:
        return np.eye(3)
    along_x, along_z = swing_rad / angle_rad
    cross = np.array([[0.0, -along_x, 0.0], [along_x, 0.0, along_z], [0.0, -along_z, 0.0]])
    rotation: NDArray[np.float64] = (
        np.eye(3) + math.sin(angle_rad) * cross + (1.0 - math.cos(angle_rad)) * (cross @ cross)
    )
    return rotation
