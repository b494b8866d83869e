"""`tryon place PRODUCT… PHOTO`: furniture at true size in a photo of a room."""

from __future__ import annotations

import argparse
import json
import math
import re
import time
from pathlib import Path

from tryon.errors import ParameterError


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser("place", help="furniture at true size in a photo of your room")
    parser.add_argument("product", nargs="+", help="a name from `tryon products`, or NAME@x,y or NAME@x,y,DEG")
    parser.add_argument("photo", type=Path, help="a photo that shows the floor")
    parser.add_argument("-o", "--output", type=Path, help="the picture to write")
    parser.add_argument("--scale", action="append", default=[], metavar="SOURCE", help="auto, a4, letter, card, …")
    parser.add_argument("--corners", metavar="CORNERS", help="corners of the sheet or card as 'x,y x,y x,y x,y'")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Place the products and write the picture."""
    from tryon.encode import write_image
    from tryon.session.room import Room

    begun_s = time.perf_counter()
    corners = [[float(v) for v in pair.split(",")] for pair in options.corners.split()] if options.corners else None
    room = Room.open(options.photo, scale=options.scale, corners_px=corners)
    for wish in options.product:
        name, at_px, yaw_rad = _wish(wish)
        room.add(name, at_px=at_px, yaw_rad=yaw_rad)
    if options.output:
        write_image(options.output, room.render())
    if options.json:
        print(json.dumps({**room.describe(), "milliseconds": round((time.perf_counter() - begun_s) * 1e3)}))
    return 0


def _wish(text: str) -> tuple[str, tuple[float, float] | None, float]:
    match = re.fullmatch(r"(.+)@(-?[\d.]+),(-?[\d.]+)(?:,(-?[\d.]+))?", text)
    if match is None:
        if "@" in text:
            raise ParameterError(f"Expected NAME@x,y or NAME@x,y,DEGREES, got '{text}'.")
        return text, None, 0.0
    return match[1], (float(match[2]), float(match[3])), math.radians(float(match[4] or 0.0))
