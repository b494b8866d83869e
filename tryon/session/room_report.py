"""A room as plain JSON values for people's programs: planes, pieces, true dimensions, where each is in the picture."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tryon.place.fit import FitReport
from tryon.session.room_pieces import Placed, corners_of
from tryon.types import Intrinsics, Measure, Plane

if TYPE_CHECKING:
    from tryon.session.room import Room

_Z95 = 1.96


def describe(room: Room) -> dict[str, Any]:
    """Lengths in metres and millimetres by their names, pixels as in the picture, intervals at 95 %."""
    return {
        "picture_px": [room.frame.width, room.frame.height],
        "camera": _camera(room.intrinsics, room.planes[0]),
        "planes": [_plane(plane, index) for index, plane in enumerate(room.planes)],
        "sources": list(dict.fromkeys(source for plane in room.planes for source in plane.source.split(" + "))),
        "pieces": [_piece(room, placed) for placed in room.pieces],
        "remarks": list(room.remarks),
    }


def length(measure: Measure) -> dict[str, Any]:
    """A measure in millimetres with its 95 % interval; an open end is null."""
    high_mm = None if math.isinf(measure.high_m) else round(measure.high_m * 1e3, 1)
    return {
        "value_mm": round(measure.value_m * 1e3, 1),
        "low_mm": round(measure.low_m * 1e3, 1),
        "high_mm": high_mm,
        "source": measure.source,
    }


def fit(report: FitReport) -> dict[str, Any]:
    """A fit report."""
    return {
        "verdict": report.verdict,
        "sentence": report.sentence,
        "sides": {
            side: {
                "verdict": found.verdict,
                "free": length(found.free),
                "size_mm": round(found.size_m * 1e3, 1),
                "needed_mm": round(found.needed_m * 1e3, 1),
            }
            for side, found in report.sides.items()
        },
    }


def _camera(intrinsics: Intrinsics, plane: Plane) -> dict[str, Any]:
    focal_px, sigma = plane.camera.focal_x_px, math.sqrt(max(float(plane.covariance[3, 3]), 0.0))
    return {
        "focal_px": round(focal_px, 1),
        "focal_low_px": round(focal_px * (1.0 - _Z95 * sigma), 1),
        "focal_high_px": round(focal_px * (1.0 + _Z95 * sigma), 1),
        "source": intrinsics.source,
    }


def _plane(plane: Plane, index: int) -> dict[str, Any]:
    half = _Z95 * math.sqrt(max(float(plane.covariance[2, 2]), 0.0))
    tilt = math.sqrt(max(float(plane.covariance[0, 0] + plane.covariance[1, 1]), 0.0))
    return {
        "index": index,
        "kind": plane.kind,
        "source": plane.source,
        "normal": [round(float(value), 6) for value in plane.normal],
        "distance": length(
            Measure(
                plane.distance_m,
                max(plane.distance_m * (1.0 - half), 0.0),
                plane.distance_m * (1.0 + half),
                plane.source,
            )
        ),
        "tilt_95_deg": round(math.degrees(_Z95 * tilt), 3),
    }


def _piece(room: Room, placed: Placed) -> dict[str, Any]:
    corners = corners_of(placed, room.planes)
    shown: dict[str, Any] = {"box_px": None}
    if (corners[:, 2] < -0.01).all():
        seen = room.camera.project(corners)
        (x0, y0), (x1, y1) = np.round(seen.min(axis=0), 1).tolist(), np.round(seen.max(axis=0), 1).tolist()
        inside = x1 > 0 and y1 > 0 and x0 < room.frame.width and y0 < room.frame.height
        shown = {"box_px": [x0, y0, x1, y1], "in_view": inside}
    return {
        "id": placed.id,
        "name": placed.product.name,
        "sku": placed.product.sku,
        "variant": placed.product.variant,
        "plane": placed.plane,
        "on": placed.on,
        "at_m": [round(value, 4) for value in placed.at_m],
        "yaw_deg": round(math.degrees(placed.yaw_rad), 2),
        "camera_from_product": [[round(float(value), 6) for value in row] for row in room.pose(placed)],
        "size_mm": dict(
            zip(("width", "height", "depth"), (round(x * 1e3, 1) for x in placed.product.size_m), strict=True)
        ),
        "shown": {line.side: length(line.shown) for line in room.dimensions(placed) if line.shown is not None},
        **shown,
    }
