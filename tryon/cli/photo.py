"""A product as a photographer shows it: how it stands, where the camera is, and its shadow on the table."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.catalog.cloud import Cloud
from tryon.color.srgb import codes_from_linear, linear_from_codes
from tryon.render import Renderer
from tryon.types import Camera, Frame, Item, Light, Model, Scene

# A 100 mm lens on a 36 × 24 mm sensor sees 13.7° of height: little perspective, as product photos have.
FIELD_OF_VIEW_RAD = math.radians(13.7)
_FILL = 0.84  # share of the picture the product may take
_SHADOW = 0.62  # how dark the floor gets under full contact
_FLOOR_CELLS = 256


@dataclass(frozen=True, slots=True)
class Stand:
    """How a kind is shown.

    right, up: Product axes that point up and right in the picture when the camera is in front.
    yaw_rad: Turn toward the viewer's right. pitch_rad: Camera above the product.
    floor: It stands on something; what hangs does not.
    """

    right: str = "+x"
    up: str = "+y"
    yaw_rad: float = math.radians(-28.0)
    pitch_rad: float = math.radians(12.0)
    floor: bool = True


STANDS = {
    "glasses": Stand(yaw_rad=math.radians(-30.0), pitch_rad=math.radians(11.0)),
    "earring": Stand(yaw_rad=math.radians(-22.0), pitch_rad=math.radians(3.0), floor=False),
    "necklace": Stand(yaw_rad=0.0, pitch_rad=math.radians(14.0), floor=False),
    "scarf": Stand(yaw_rad=math.radians(-15.0), pitch_rad=math.radians(10.0), floor=False),
    # On the left wrist the hand is at three o'clock: +Y to the right puts twelve on top.
    "watch": Stand(right="+y", up="-x", yaw_rad=math.radians(-24.0), pitch_rad=math.radians(14.0)),
    "ring": Stand(right="+x", up="+z", yaw_rad=math.radians(-28.0), pitch_rad=math.radians(16.0)),
    "bracelet": Stand(yaw_rad=math.radians(-20.0), pitch_rad=math.radians(28.0)),
    "headband": Stand(yaw_rad=math.radians(-28.0), pitch_rad=math.radians(16.0)),
}


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """What the camera sees: a model that stands, a camera that fits it, and its shadow for every turn.

    stage_from_product: (4, 4) the product upright, its middle over the turntable's, its lowest point at height 0
        for kinds that stand.
    camera_from_stage: (4, 4). floor_shadow: (C, C) float32, 0 to 1, over the square of `floor_half_m` either way.
    """

    model: Model
    camera: Camera
    stage_from_product: NDArray[np.float64]
    camera_from_stage: NDArray[np.float64]
    yaw_rad: float
    floor_shadow: NDArray[np.float32] | None
    floor_half_m: float

    @classmethod
    def of(
        cls, model: Model, kind: str, size: tuple[int, int], *, turning: bool = False, yaw_rad: float | None = None
    ) -> Shot:
        """The shot of a model in product space.

        Args:
            size: (width, height) in pixels.
            turning: The whole turn must fit, not only the first view.
        """
        stand = STANDS.get(kind, Stand())
        points = _surface(model)
        spread = Cloud.of(model).points
        stage_from_product = np.eye(4)
        stage_from_product[:3, :3] = _upright(stand)
        staged = points @ stage_from_product[:3, :3].T
        low, high = staged.min(axis=0), staged.max(axis=0)
        middle = 0.5 * (low + high)
        stage_from_product[:3, 3] = -np.array([middle[0], low[1] if stand.floor else middle[1], middle[2]])
        staged = staged + stage_from_product[:3, 3]
        yaw = stand.yaw_rad if yaw_rad is None else yaw_rad
        camera = Camera.of_focal(*size, 0.5 * min(size) / math.tan(FIELD_OF_VIEW_RAD / 2.0))
        turns = np.linspace(0.0, 2.0 * np.pi, 24, endpoint=False) if turning else np.zeros(1)
        views = np.concatenate([staged[:: 8 if turning else 1] @ _about_y(yaw + turn).T for turn in turns])
        half = 1.3 * float(np.linalg.norm(staged[:, [0, 2]], axis=1).max()) + 0.2 * float(np.ptp(staged[:, 1]))
        shadow = (
            _floor_shadow(spread @ stage_from_product[:3, :3].T + stage_from_product[:3, 3], half)
            if stand.floor
            else None
        )
        return cls(model, camera, stage_from_product, _framing(views, camera, stand), yaw, shadow, half)

    def frame(
        self,
        renderer: Renderer,
        *,
        light: Light,
        background: tuple[float, float, float] | None,
        turn_rad: float = 0.0,
        sharpness: int = 1,
    ) -> Frame:
        """One picture, turned that far.

        Args:
            background: Linear RGB, or None for transparent.
            sharpness: Draw that many times larger and average, for stills.
        """
        stage_turn = np.eye(4)
        stage_turn[:3, :3] = _about_y(self.yaw_rad + turn_rad)
        camera_from_turn = self.camera_from_stage @ stage_turn
        camera = _enlarged(self.camera, sharpness)
        scene = Scene((Item(self.model, camera_from_turn @ self.stage_from_product),), light=light)
        picture = renderer.render(scene, camera)
        color = linear_from_codes(picture.rgba[..., :3])
        cover = picture.coverage
        below = _shadow_in_view(self, camera, camera_from_turn)
        if background is None:
            alpha = cover + (1.0 - cover) * below
            out = np.concatenate([color, alpha[..., None]], axis=2)
        else:
            behind = np.asarray(background, np.float32) * (1.0 - below[..., None])
            out = color + behind * (1.0 - cover[..., None])
        if sharpness > 1:
            out = cv2.resize(out, (self.camera.width, self.camera.height), interpolation=cv2.INTER_AREA)
        return _frame(out.astype(np.float32))


def _frame(out: NDArray[np.float32]) -> Frame:
    if out.shape[2] == 3:
        return Frame(codes_from_linear(out))
    alpha = out[..., 3]
    straight = out[..., :3] / np.maximum(alpha, 1.0 / 255.0)[..., None]
    return Frame(codes_from_linear(straight), alpha=np.rint(alpha * 255.0).astype(np.uint8))


def _surface(model: Model) -> NDArray[np.float64]:
    """(N, 3) vertices that triangles use."""
    used = [part.positions_m[np.unique(part.triangles)] for part in model.primitives]
    return np.concatenate(used).astype(np.float64)


def _upright(stand: Stand) -> NDArray[np.float64]:
    vectors = []
    for axis in (stand.right, stand.up):
        vector = np.zeros(3)
        vector["xyz".index(axis[1])] = 1.0 if axis[0] == "+" else -1.0
        vectors.append(vector)
    right, up = vectors
    return np.stack([right, up, np.cross(right, up)])


def _about_y(angle_rad: float) -> NDArray[np.float64]:
    c, s = math.cos(angle_rad), math.sin(angle_rad)
    return np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])


def _framing(views: NDArray[np.float64], camera: Camera, stand: Stand) -> NDArray[np.float64]:
    """(4, 4) camera_from_stage: from above by the pitch, as near as the product fits, its outline in the middle."""
    c, s = math.cos(stand.pitch_rad), math.sin(stand.pitch_rad)
    rotation = np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])
    points = views @ rotation.T
    aim = 0.5 * (points.min(axis=0) + points.max(axis=0))
    tan_x = 0.5 * camera.width / camera.focal_x_px * _FILL
    tan_y = 0.5 * camera.height / camera.focal_y_px * _FILL
    distance = 0.0
    for _ in range(3):  # perspective moves the outline's middle a little; three rounds settle it
        around = points - aim
        distance = float(np.max(around[:, 2] + np.maximum(np.abs(around[:, 0]) / tan_x, np.abs(around[:, 1]) / tan_y)))
        seen = around[:, :2] / (distance - around[:, 2:])
        aim[:2] += 0.5 * (seen.min(axis=0) + seen.max(axis=0)) * distance
    camera_from_stage = np.eye(4)
    camera_from_stage[:3, :3] = rotation
    camera_from_stage[:3, 3] = -aim - np.array([0.0, 0.0, distance])
    return camera_from_stage


def _enlarged(camera: Camera, factor: int) -> Camera:
    return replace(
        camera,
        width=camera.width * factor,
        height=camera.height * factor,
        focal_x_px=camera.focal_x_px * factor,
        focal_y_px=camera.focal_y_px * factor,
        center_x_px=(camera.center_x_px + 0.5) * factor - 0.5,
        center_y_px=(camera.center_y_px + 0.5) * factor - 0.5,
    )


def _floor_shadow(staged: NDArray[np.float64], half_m: float) -> NDArray[np.float32]:
    """How much of a wide light overhead the product keeps from each place on the floor, 0 to 1.

    The product is cut into layers; a layer at height h blocks what its outline blurred over h covers, and layers
    multiply. Source: our own approximation of cosine-weighted ambient occlusion by horizontal slabs.
    """
    heights = staged[:, 1]
    cell = 2.0 * half_m / _FLOOR_CELLS
    edges = np.concatenate([[0.0], np.geomspace(max(2.0 * cell, 1e-4), max(float(heights.max()), 3.0 * cell), 7)])
    light = np.ones((_FLOOR_CELLS, _FLOOR_CELLS), np.float32)
    for low, high in pairwise(edges):
        part = staged[(heights >= low - 1e-9) & (heights <= high)]
        if not len(part):
            continue
        mask = np.zeros_like(light)
        at = np.floor((part[:, [0, 2]] + half_m) / cell).astype(int).clip(0, _FLOOR_CELLS - 1)
        mask[at[:, 1], at[:, 0]] = 1.0
        closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
        sigma = max(0.75 * 0.5 * (low + high) / cell, 0.7)
        light *= 1.0 - np.clip(cv2.GaussianBlur(closed, (0, 0), sigma), 0.0, 1.0)
    shadow = cv2.GaussianBlur(1.0 - light, (0, 0), 1.0)
    away = np.linalg.norm(np.stack(np.meshgrid(*[np.linspace(-1.0, 1.0, _FLOOR_CELLS)] * 2)), axis=0)
    kept = np.clip((1.0 - away) / 0.5, 0.0, 1.0)
    return np.asarray(shadow * kept * kept * (3.0 - 2.0 * kept), np.float32)


def _shadow_in_view(shot: Shot, camera: Camera, camera_from_turn: NDArray[np.float64]) -> NDArray[np.float32]:
    """(H, W) float32, how dark each pixel's place on the floor is."""
    if shot.floor_shadow is None:
        return np.zeros((camera.height, camera.width), np.float32)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float64) * shot.floor_half_m
    placed = np.concatenate([corners[:, :1], np.zeros((4, 1)), corners[:, 1:], np.ones((4, 1))], axis=1)
    pixels = camera.project((placed @ camera_from_turn.T)[:, :3])
    cells = (corners + shot.floor_half_m) / (2.0 * shot.floor_half_m) * _FLOOR_CELLS - 0.5
    matrix = cv2.getPerspectiveTransform(cells.astype(np.float32), pixels.astype(np.float32))
    size = (camera.width, camera.height)
    shadow = cv2.warpPerspective(shot.floor_shadow, matrix, size, flags=cv2.INTER_LINEAR)
    # Nothing at the very edge, whatever the format: a shop wants its background pure.
    rows, columns = (np.minimum(np.arange(n), np.arange(n)[::-1]) / (0.16 * n) for n in shadow.shape)
    soft = [side * side * (3.0 - 2.0 * side) for side in (np.clip(rows, 0.0, 1.0), np.clip(columns, 0.0, 1.0))]
    return np.asarray(_SHADOW * shadow * soft[0][:, None] * soft[1][None, :], np.float32)
