"""Front, side and top of a proposal with its anchors marked, drawn without a GPU so that `fit` can always show one."""

from __future__ import annotations

import colorsys

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.catalog.cloud import Cloud
from tryon.catalog.proposal import Proposal
from tryon.types import Model

_SIDE_PX = 520
_MARGIN_PX = 60
# Columns of product space that point right and up on the page, and toward the viewer.
_VIEWS = (
    ("front (as the wearer is seen)", (0, 1, 2), (1.0, 1.0, 1.0)),
    ("side (wearer's left)", (2, 1, 0), (-1.0, 1.0, 1.0)),
    ("top (front at the foot)", (0, 2, 1), (1.0, -1.0, 1.0)),
)


def draw_views(model: Model, proposal: Proposal) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 sRGB: three views side by side to one scale, with a ruler, the origin and every anchor.

    Args:
        model: As the file holds it.
    """
    matrix = proposal.placement.product_from_file
    cloud = Cloud.of(model, count=600_000)
    scale = proposal.placement.metres_per_unit
    points_mm = 1000.0 * (cloud.points @ matrix[:3, :3].T + matrix[:3, 3])
    normals = cloud.normals @ (matrix[:3, :3] / scale).T
    marks = {"origin": np.zeros(3), **{name: 1000.0 * np.asarray(at) for name, at in proposal.anchors_m.items()}}
    px_per_mm = (_SIDE_PX - 2 * _MARGIN_PX) / float(np.ptp(points_mm, axis=0).max())
    panels = [_panel(points_mm, normals, marks, px_per_mm, *view) for view in _VIEWS]
    return np.concatenate(panels, axis=1)


def _panel(
    points_mm: NDArray[np.float64],
    normals: NDArray[np.float64],
    marks: dict[str, NDArray[np.float64]],
    px_per_mm: float,
    title: str,
    axes: tuple[int, int, int],
    signs: tuple[float, float, float],
) -> NDArray[np.uint8]:
    view = points_mm[:, axes] * signs
    middle = 0.5 * (view.min(axis=0) + view.max(axis=0))
    picture = _shade(view, normals[:, axes] * signs, middle, px_per_mm)
    cv2.putText(picture, title, (14, 26), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (60, 60, 60), 1, cv2.LINE_AA)
    _ruler(picture, px_per_mm)
    for index, (name, at) in enumerate(marks.items()):
        x, y = _pixel(at[list(axes)] * signs, middle, px_per_mm)
        _mark(picture, x, y, name, index)
    return picture


def _pixel(at: NDArray[np.float64], middle: NDArray[np.float64], px_per_mm: float) -> tuple[int, int]:
    x = _SIDE_PX / 2 + (at[0] - middle[0]) * px_per_mm
    y = _SIDE_PX / 2 - (at[1] - middle[1]) * px_per_mm
    return round(float(x)), round(float(y))


def _shade(
    view: NDArray[np.float64], normals: NDArray[np.float64], middle: NDArray[np.float64], px_per_mm: float
) -> NDArray[np.uint8]:
    """The nearest point of each pixel, lit from the upper left."""
    columns = np.rint(_SIDE_PX / 2 + (view[:, 0] - middle[0]) * px_per_mm).astype(int).clip(0, _SIDE_PX - 1)
    rows = np.rint(_SIDE_PX / 2 - (view[:, 1] - middle[1]) * px_per_mm).astype(int).clip(0, _SIDE_PX - 1)
    order = np.argsort(view[:, 2])  # later writes win: the nearest last
    facing = normals * np.where(normals[:, 2:] < 0.0, -1.0, 1.0)
    light = np.array([-0.35, 0.5, 0.79])
    shade = 60.0 + 150.0 * np.clip(facing @ light, 0.0, 1.0)
    gray = np.full((_SIDE_PX, _SIDE_PX), 250.0, np.float32)
    gray[rows[order], columns[order]] = shade[order]
    smooth = cv2.medianBlur(gray.astype(np.uint8), 3)
    return np.repeat(np.asarray(smooth, np.uint8)[:, :, None], 3, axis=2)


def _mark(picture: NDArray[np.uint8], x: int, y: int, name: str, index: int) -> None:
    red, green, blue = colorsys.hsv_to_rgb((0.0 + 0.137 * index) % 1.0, 0.9, 0.75)
    color = (int(red * 255), int(green * 255), int(blue * 255))
    cv2.drawMarker(picture, (x, y), color, cv2.MARKER_CROSS, 15, 2, cv2.LINE_AA)
    size, _ = cv2.getTextSize(name, cv2.FONT_HERSHEY_SIMPLEX, 0.4, 1)
    left = min(max(x + 8, 2), picture.shape[1] - size[0] - 4)
    at = (left, y - 6 + 14 * (index % 3 - 1))
    cv2.putText(picture, name, at, cv2.FONT_HERSHEY_SIMPLEX, 0.4, (255, 255, 255), 3, cv2.LINE_AA)
    cv2.putText(picture, name, at, cv2.FONT_HERSHEY_SIMPLEX, 0.4, color, 1, cv2.LINE_AA)


def _ruler(picture: NDArray[np.uint8], px_per_mm: float) -> None:
    length_mm = next(
        length for length in (100, 50, 20, 10, 5, 2, 1) if length * px_per_mm < 0.45 * _SIDE_PX or length == 1
    )
    x, y = 14, _SIDE_PX - 16
    end = x + round(length_mm * px_per_mm)
    cv2.line(picture, (x, y), (end, y), (60, 60, 60), 2, cv2.LINE_AA)
    text = f"{length_mm} mm"
    cv2.putText(picture, text, (end + 8, y + 5), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (60, 60, 60), 1, cv2.LINE_AA)
