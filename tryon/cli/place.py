"""`tryon place PRODUCT… PHOTO`: furniture at true size in a photo of a room."""

from __future__ import annotations

import argparse
import json
import math
import re
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tryon.errors import ParameterError, SourceMissingError

if TYPE_CHECKING:
    from tryon.session.room import Room
    from tryon.session.room_pieces import Placed
    from tryon.types import Measure

_MOST_PRODUCTS = 64
_SCALE = (
    "auto, a4, letter, card, tag[:0.10], depth:FILE, points:x,y,x,y,0.90, height:1.5, tile:0.6@x,y,x,y,x,y,x,y or "
    "door:0.86x2.03@x,y,x,y,x,y,x,y; several are weighed against each other"
)
_FORM = "NAME, NAME@x,y, NAME@x,y,DEGREES, and :VARIANT or +ID to stand on another"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser("place", help="furniture at true size in a photo of your room")
    parser.add_argument("product", nargs="*", help=f"from `tryon products`, or a path: {_FORM}; no x,y: a free place")
    parser.add_argument("photo", type=Path, help="a photo that shows the floor")
    parser.add_argument("-o", "--output", type=Path, help="the picture to write")
    parser.add_argument("--scale", action="append", default=[], metavar="SOURCE", help=_SCALE)
    parser.add_argument(
        "--corners", metavar="CORNERS", help="of the sheet or card as 'x,y x,y x,y x,y', when not found"
    )
    parser.add_argument("--on", choices=("floor", "table"), default="floor", help="what the sheet, card or tag lies on")
    parser.add_argument("--camera", type=Path, metavar="FILE", help="the camera by `tryon calibrate`; default: EXIF")
    parser.add_argument("--focal", type=float, metavar="PX", help="focal length in pixels, when known")
    parser.add_argument("--wall", action="append", default=[], metavar="x,y,x,y", help="two points of a wall's foot")
    parser.add_argument("--table", action="append", default=[], type=float, metavar="M", help="height of a table-top")
    parser.add_argument("--ceiling", type=float, metavar="M", help="height of the ceiling")
    parser.add_argument(
        "--remove",
        action="append",
        default=[],
        metavar="x,y[,x,y…]|MASK.png",
        help="take out what stands there, or is brushed",
    )
    parser.add_argument("--snap", action="store_true", help="put backs within half a metre of a wall against it")
    parser.add_argument("--dimensions", choices=("cm", "in"), help="draw true dimensions with their intervals")
    parser.add_argument("--fits", action="store_true", help="say whether each fits where it stands")
    parser.add_argument(
        "--measure", action="append", default=[], metavar="x,y,x,y", help="distance between two points of the floor"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--save", type=Path, metavar="FILE.json", help="write the room, to open it again with --room")
    parser.add_argument("--room", type=Path, metavar="FILE.json", help="a saved room of this photo, instead of --scale")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Place the products, write the picture, and say what is known and how surely."""
    if options.camera is not None and options.focal is not None:
        raise ParameterError("Expected --camera or --focal, got both; the camera's file knows its focal length.")
    if len(options.product) > _MOST_PRODUCTS:
        raise ParameterError(f"Expected at most {_MOST_PRODUCTS} products, got {len(options.product)}.")
    if options.save and (options.save.is_dir() or not options.save.absolute().parent.is_dir()):
        raise ParameterError(f"--save: expected a file name in an existing folder, got '{options.save}'.")
    wishes = [_wish(text) for text in options.product]
    lines = [_pixels(text, "--measure") for text in options.measure]
    begun_s = time.perf_counter()
    with ThreadPoolExecutor(1) as beside:  # what the picture needs is made ready beside finding the sheet and a place
        ready: list[Future[None]] = [beside.submit(_load_loops)] if options.output else []
        room = _saved(options) if options.room else _opened(options)
        _planes(room, options)
        for text in options.remove:
            _remove(room, text)
        seen_s = time.perf_counter()
        ready += [beside.submit(room.look)] if options.output else []
        placed = [room.add(**wish) for wish in wishes]
        if options.snap:
            placed = [_snapped(room, each) for each in placed]
        placed_s = time.perf_counter()
        for each in ready:
            each.result()
    lengths = [room.length_between(line[:2], line[2:]) for line in lines]
    if options.output:
        from tryon.encode import write_image

        write_image(options.output, room.render(dimensions=bool(options.dimensions), unit=options.dimensions or "cm"))
    drawn_s = time.perf_counter()
    if options.save:
        _save(room, options.save)
    stages = {"see": seen_s - begun_s, "place": placed_s - seen_s, "draw": drawn_s - placed_s}
    if options.json:
        print(json.dumps(_plain(room, placed, lengths, stages, options), ensure_ascii=False))
        return 0
    _say(room, placed, lengths, options)
    return 0


def _snapped(room: Room, placed: Placed) -> Placed:
    from tryon.place.snap import REACH_M

    if room.planes[placed.plane].kind not in ("floor", "table") or placed.on is not None:
        return placed
    return room.snap(placed.id, within_m=REACH_M)


def _opened(options: argparse.Namespace) -> Room:
    from tryon.session.room import Room

    return Room.open(
        options.photo,
        scale=options.scale,
        intrinsics=options.camera if options.camera is not None else options.focal,
        corners_px=_corners(options.corners) if options.corners else None,
        lying=options.on,
    )


def _saved(options: argparse.Namespace) -> Room:
    """A room of an earlier `--save`; its products come along."""
    from tryon.capture import read_image
    from tryon.session.room_state import MOST_BYTES, room_from

    given = [name for name in ("scale", "corners", "camera", "focal") if getattr(options, name)]
    if given:
        raise ParameterError(f"Expected --room alone, got --{given[0]} too; a saved room knows its scale.")
    try:
        with options.room.open("rb") as file:
            text = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SourceMissingError(f"No saved room at '{options.room}' ({error.strerror}); check the path.") from None
    return room_from(text, read_image(options.photo))


def _save(room: Room, path: Path) -> None:
    from tryon.atomic import replacing
    from tryon.session.room_state import write_state

    with replacing(path) as pending:
        pending.write_text(write_state(room), encoding="utf-8")


def _load_loops() -> None:
    """Have the renderer's modules loaded and numba's first compiled loop, which brings all of numba in."""
    import numpy as np

    import tryon.session.wardrobe  # noqa: F401
    from tryon.render.blend_kernel import encode_roots

    encode_roots(np.zeros((1, 1, 3), np.uint8), np.zeros(256, np.uint8), np.zeros((1, 1, 4), np.uint8))


def _planes(room: Room, options: argparse.Namespace) -> None:
    for text in options.wall:
        numbers = _pixels(text, "--wall")
        room.add_wall(numbers[:2], numbers[2:])
    for height_m in options.table:
        room.add_table(_height(height_m, "--table"))
    if options.ceiling is not None:
        room.add_ceiling(_height(options.ceiling, "--ceiling"))


def _remove(room: Room, text: str) -> None:
    if re.fullmatch(r"[-\d.,\s]+", text):
        numbers = [_number(number) for number in re.split(r"[,\s]+", text.strip())]
        known = [number for number in numbers if number is not None]
        if len(known) != len(numbers) or len(known) % 2 or len(known) > 2 * _MOST_PRODUCTS:
            raise ParameterError(f"--remove: expected x,y[,x,y…] or a mask picture, got '{text[:80]}'.")
        room.erase(room.mask_at(list(zip(known[::2], known[1::2], strict=True))))
        return
    from tryon.place.remove import read_mask

    room.erase(read_mask(text, room.frame))


def _say(room: Room, placed: list[Placed], lengths: list[Measure], options: argparse.Namespace) -> None:
    floor = room.planes[0]
    print(f"Scale by {floor.source}: the camera is {floor.distance_m:.2f} m over the {floor.kind}.")
    for each in placed:
        width, height, depth = (f"{length * 100:.0f}" for length in each.product.size_m)
        print(f"{each.product.name}: {width} × {depth} cm, {height} cm high, {_doubt(room, each)}.")
        if options.fits:
            print(room.fits(each.id).sentence)
        for note in each.model.notes:
            print(f"note: {note}")
    for length in lengths:
        print(f"Distance: {length.value_m * 100:.1f} cm ({length.low_m * 100:.1f} to {length.high_m * 100:.1f}, 95 %).")
    for remark in room.remarks:
        print(remark)
    if options.output:
        print(f"Wrote {options.output}.")


def _doubt(room: Room, placed: Placed) -> str:
    """How much larger or smaller it may be drawn than it is."""
    shares = [
        (line.shown.high_m - line.shown.low_m) / 2.0 / line.shown.value_m
        for line in room.dimensions(placed)
        if line.shown is not None and line.shown.value_m > 0.0
    ]
    return f"drawn true to ± {100 * max(shares):.1f} %" if shares else "drawn true to the scale"


def _plain(
    room: Room, placed: list[Placed], lengths: list[Measure], stages: dict[str, float], options: argparse.Namespace
) -> dict[str, Any]:
    from tryon.session.room_report import fit, length

    found = room.describe()
    if lengths:
        found["lengths"] = [length(each) for each in lengths]
    if options.fits:
        for piece, each in zip(found["pieces"], placed, strict=True):
            piece["fit"] = fit(room.fits(each.id))
    milliseconds = {name: round(seconds * 1e3, 1) for name, seconds in stages.items()}
    return {**found, "output": str(options.output) if options.output else None, "milliseconds": milliseconds}


def _wish(text: str) -> dict[str, Any]:
    """The arguments of `Room.add` that a text asks for."""
    match = re.fullmatch(r"(?P<name>.+?)(?:@(?P<at>[-\d.,]+))?(?::(?P<variant>[^:/\\]+))?(?:\+(?P<on>[\w.-]+))?", text)
    numbers = [_number(number) for number in match["at"].split(",")] if match and match["at"] else []
    if match is None or "@" in match["name"] or (match["at"] and (len(numbers) not in (2, 3) or None in numbers)):
        raise ParameterError(f"Expected {_FORM}; got '{text[:80]}'.")
    return {
        "product": match["name"],
        "at_px": tuple(numbers[:2]) if numbers else None,
        "yaw_rad": math.radians(numbers[2] or 0.0) if len(numbers) == 3 else 0.0,
        "variant": match["variant"],
        "on": match["on"],
    }


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) < 1e6 else None


def _pixels(text: str, option: str) -> list[float]:
    numbers = [_number(number) for number in re.split(r"[,\s]+", text.strip())]
    known = [number for number in numbers if number is not None]
    if len(known) != 4 or len(numbers) != 4:
        raise ParameterError(f"{option}: expected two pixel positions as x,y,x,y, got '{text[:80]}'.")
    return known


def _corners(text: str) -> list[tuple[float, float]]:
    numbers = [_number(number) for number in re.split(r"[,\s]+", text.strip())]
    known = [number for number in numbers if number is not None]
    if len(known) != 8 or len(numbers) != 8:
        raise ParameterError(f"--corners: expected four pixel positions 'x,y x,y x,y x,y', got '{text[:80]}'.")
    return list(zip(known[::2], known[1::2], strict=True))


def _height(value_m: float, option: str) -> float:
    if not 0.05 <= value_m <= 20.0:
        raise ParameterError(f"{option}: expected a height of 0.05 to 20 metres, got {value_m:g}.")
    return value_m
