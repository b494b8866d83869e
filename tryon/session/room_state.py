"""A room to and from JSON, `tryon.room/1`, for saving and sharing: everything but the photo itself."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from tryon import catalog
from tryon.errors import InputError, UnknownNameError
from tryon.session.room import Room
from tryon.session.room_pieces import Placed, behind_camera
from tryon.types import Camera, Frame, Intrinsics, Plane, Product

FORMAT = "tryon.room/1"
MOST_BYTES = 256 * 1024
_MOST_PIECES, _MOST_PLANES, _MOST_REMARKS, _MOST_OUTLINE = 64, 32, 32, 256
_MOST_TEXT = 500
_UNPRINTED = re.compile("[\x00-\x1f\ud800-\udfff]")  # control characters, halves of a pair that no file takes
_MOST_PX, _FAR_M = 30_000, 100.0
_KINDS = ("floor", "table", "wall", "ceiling")


def state_of(room: Room) -> dict[str, Any]:
    """Plain JSON values from which `room_from` makes the same room again, given the same photo.

    Sample products are named by their folder, others by their sku. Depth and what it hides are not kept.
    """
    samples = {catalog.load(name).sku: name for name in catalog.names()}
    return {
        "schema": FORMAT,
        "picture_px": [room.frame.width, room.frame.height],
        "camera": {
            "focal_px": [room.intrinsics.camera.focal_x_px, room.intrinsics.camera.focal_y_px],
            "center_px": [room.intrinsics.camera.center_x_px, room.intrinsics.camera.center_y_px],
            "focal_sigma": room.intrinsics.focal_sigma,
            "source": room.intrinsics.source,
        },
        "planes": [_plane_state(room, index) for index in range(len(room.planes))],
        "taken_px": [np.round(outline, 2).tolist() for outline in room.taken_px],
        "remarks": list(room.remarks),
        "pieces": [_piece_state(placed, samples) for placed in room.pieces],
    }


def write_state(room: Room) -> str:
    """The state as JSON text."""
    return json.dumps(state_of(room), ensure_ascii=False, allow_nan=False)


def room_from(text: str | bytes, frame: Frame, *, products: Mapping[str, Product] | None = None) -> Room:
    """The room that a text describes, on its photo.

    Only products by name are opened, never a path: sample products, and those of `products` by sku.

    Raises:
        InputError: Not a `tryon.room/1`, too large, or a field that is not right; the message says which.
        UnknownNameError: A product that is not there.
        ProductError, ModelFileError: A product that cannot be used.
    """
    data = _parsed(text)
    _fields(data, "room", ("schema", "picture_px", "camera", "planes", "taken_px", "remarks", "pieces"))
    size = [int(side) for side in _numbers(data["picture_px"], 2, "picture_px", 1.0, _MOST_PX)]
    if size != [frame.width, frame.height]:
        raise InputError(
            f"The room belongs to a photo of {size[0]}×{size[1]} px, this one has {frame.width}×{frame.height}; open "
            "it with its own photo."
        )
    intrinsics = _intrinsics(data["camera"], frame)
    entries = _list(data["planes"], "planes", _MOST_PLANES, least=1)
    planes, outlines = [], {}
    for index, entry in enumerate(entries):
        planes.append(_plane(entry, f"planes[{index}]", frame))
        if entry["outline_m"] is not None:
            outlines[index] = _points(entry["outline_m"], 3, f"planes[{index}].outline_m", _FAR_M)
    room = Room(
        frame,
        planes,
        intrinsics=intrinsics,
        remarks=[_text(each, "remarks") for each in _list(data["remarks"], "remarks", _MOST_REMARKS)],
        outlines_m=outlines,
        taken_px=[_points(each, 2, "taken_px", _MOST_PX) for each in _list(data["taken_px"], "taken_px", 8)],
    )
    _furnish(room, _list(data["pieces"], "pieces", _MOST_PIECES), products or {})
    return room


def _plane_state(room: Room, index: int) -> dict[str, Any]:
    plane, outline = room.planes[index], room.outlines_m.get(index)
    return {
        "kind": plane.kind,
        "source": plane.source,
        "normal": plane.normal.tolist(),
        "distance_m": plane.distance_m,
        "covariance": plane.covariance.tolist(),
        "focal_px": [plane.camera.focal_x_px, plane.camera.focal_y_px],
        "center_px": [plane.camera.center_x_px, plane.camera.center_y_px],
        "outline_m": None if outline is None else np.round(_thin(outline), 4).tolist(),
    }


def _thin(outline: NDArray[np.float64]) -> NDArray[np.float64]:
    step = -(-len(outline) // _MOST_OUTLINE)
    return outline[np.isfinite(outline).all(axis=1)][::step]


def _piece_state(placed: Placed, samples: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": placed.id,
        "product": samples.get(placed.product.sku, placed.product.sku),
        "variant": placed.product.variant,
        "plane": placed.plane,
        "at_m": list(placed.at_m),
        "yaw_rad": placed.yaw_rad,
        "lift_m": placed.lift_m,
        "on": placed.on,
    }


def _parsed(text: str | bytes) -> dict[str, Any]:
    if len(text) > MOST_BYTES:
        raise InputError(f"Expected a room of at most {MOST_BYTES // 1024} kB, got {len(text) // 1024} kB.")
    try:
        data = json.loads(text)
    except RecursionError:
        raise InputError("Expected a room as JSON, got something nested too deep.") from None
    except ValueError as error:  # also bad UTF-8
        raise InputError(f"Expected a room as JSON ({str(error)[:80]}); save it again.") from None
    if not isinstance(data, dict):
        raise InputError(f"Expected a room as a JSON object, got {type(data).__name__}.")
    if not isinstance(data.get("schema"), str) or not data["schema"].startswith("tryon.room/"):
        raise InputError(f'Expected a room with "schema": "{FORMAT}"; save it again.')
    if data["schema"] != FORMAT:
        raise InputError(f"This tryon reads {FORMAT}, the room is {data['schema'][:40]}; update tryon.")
    return data


def _intrinsics(value: Any, frame: Frame) -> Intrinsics:
    _fields(value, "camera", ("focal_px", "center_px", "focal_sigma", "source"))
    return Intrinsics(
        _camera(value, "camera", frame),
        _number(value["focal_sigma"], "camera.focal_sigma", 0.0, 1.0),
        _text(value["source"], "camera.source"),
    )


def _camera(value: Mapping[str, Any], where: str, frame: Frame) -> Camera:
    focal = _numbers(value["focal_px"], 2, f"{where}.focal_px", 1.0, 1e6)
    center = _numbers(value["center_px"], 2, f"{where}.center_px", -_MOST_PX, 2 * _MOST_PX)
    return Camera(frame.width, frame.height, *focal, *center)


def _plane(value: Any, where: str, frame: Frame) -> Plane:
    names = ("kind", "source", "normal", "distance_m", "covariance", "focal_px", "center_px", "outline_m")
    _fields(value, where, names)
    if value["kind"] not in _KINDS:
        _wrong(f"{where}.kind", f"one of {', '.join(_KINDS)}", value["kind"])
    normal = np.array(_numbers(value["normal"], 3, f"{where}.normal", -1.01, 1.01))
    length = float(np.linalg.norm(normal))
    if abs(length - 1.0) > 1e-3:
        _wrong(f"{where}.normal", "a unit vector", value["normal"])
    rows = _list(value["covariance"], f"{where}.covariance", 4, least=4)
    covariance = np.array([_numbers(row, 4, f"{where}.covariance", -1e3, 1e3) for row in rows])
    if not np.allclose(covariance, covariance.T, atol=1e-9) or np.linalg.eigvalsh(covariance).min() < -1e-9:
        _wrong(f"{where}.covariance", "a symmetric matrix without negative variance", "another")
    return Plane(
        _camera(value, where, frame),
        normal / length,
        _number(value["distance_m"], f"{where}.distance_m", 1e-3, _FAR_M),
        (covariance + covariance.T) / 2.0,
        _text(value["source"], f"{where}.source"),
        value["kind"],
    )


def _furnish(room: Room, entries: list[Any], products: Mapping[str, Product]) -> None:
    for index, entry in enumerate(entries):
        where = f"pieces[{index}]"
        _fields(entry, where, ("id", "product", "variant", "plane", "at_m", "yaw_rad", "lift_m", "on"))
        name, known = _text(entry["product"], f"{where}.product"), tuple(placed.id for placed in room.pieces)
        if name not in products and name not in catalog.names():
            raise UnknownNameError("product", name[:80], (*catalog.names(), *products))
        id_, on = _text(entry["id"], f"{where}.id"), entry["on"]
        if id_ in known or not id_:
            _wrong(f"{where}.id", "an id of its own", id_)
        if on is not None and on not in known:
            _wrong(f"{where}.on", "null or the id of a piece before it", on)
        variant = None if entry["variant"] is None else _text(entry["variant"], f"{where}.variant")
        plane = int(_number(entry["plane"], f"{where}.plane", 0, len(room.planes) - 1, whole=True))
        x, z = _numbers(entry["at_m"], 2, f"{where}.at_m", -_FAR_M, _FAR_M)
        placed = room.standing_at(
            products.get(name) or catalog.load(name),
            (x, z),
            name=id_,
            plane=plane,
            yaw_rad=math.remainder(_number(entry["yaw_rad"], f"{where}.yaw_rad", -1e3, 1e3), 2.0 * math.pi),
            variant=variant,
            lift_m=_number(entry["lift_m"], f"{where}.lift_m", 0.0, 20.0),
            on=on,
        )
        if behind_camera(placed, room.planes):
            raise InputError(f"{where}: the {placed.product.name} stands behind the camera; leave it out.")


def _fields(value: Any, where: str, names: tuple[str, ...]) -> None:
    """Exactly these fields, no more and no fewer."""
    if not isinstance(value, dict):
        _wrong(where, "an object", value)
    for name in names:
        if name not in value:
            raise InputError(f"{where}: '{name}' is missing; save the room again.")
    for name in value:
        if name not in names:
            raise InputError(f"{where}: unknown field {str(name)[:40]!r}; update tryon or save the room again.")


def _list(value: Any, where: str, most: int, *, least: int = 0) -> list[Any]:
    if not isinstance(value, list) or not least <= len(value) <= most:
        _wrong(where, f"a list of {least} to {most} entries", value)
    return value


def _number(value: Any, where: str, low: float, high: float, *, whole: bool = False) -> float:
    wanted = int if whole else int | float
    if isinstance(value, bool) or not isinstance(value, wanted) or not low <= value <= high:
        _wrong(where, f"a {'whole ' if whole else ''}number from {low:g} to {high:g}", value)
    return float(value)


def _numbers(value: Any, count: int, where: str, low: float, high: float) -> list[float]:
    return [_number(item, where, low, high) for item in _list(value, where, count, least=count)]


def _points(value: Any, width: int, where: str, most: float) -> NDArray[np.float64]:
    rows = _list(value, where, _MOST_OUTLINE, least=3)
    return np.array([_numbers(row, width, where, -most, most) for row in rows])


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or len(value) > _MOST_TEXT or _UNPRINTED.search(value):
        _wrong(where, f"a text of at most {_MOST_TEXT} letters", value)
    return value


def _wrong(where: str, expected: str, got: object) -> NoReturn:
    shown = repr(got) if not isinstance(got, list | dict) else f"{len(got)} entries"
    raise InputError(f"{where}: expected {expected}, got {shown[:60]}; save the room again.")
