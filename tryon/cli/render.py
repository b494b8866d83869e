"""`tryon render PRODUCT -o OUT`: a product photo, or a turn of 360°."""

from __future__ import annotations

import argparse
import math
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tryon.catalog import load, open_model
from tryon.color import parse_color
from tryon.errors import LookError, ParameterError
from tryon.types import Light

if TYPE_CHECKING:
    from tryon.cli.photo import Shot
    from tryon.render import Renderer

_STILLS = (".png", ".jpg", ".jpeg", ".webp", ".avif", ".tif", ".tiff")
_TURNS = (".mp4", ".m4v", ".mov", ".mkv", ".webp")
_MOST_PX = 8192


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser("render", help="a product photo, or a video of the product turning")
    parser.add_argument("product", help="a name from `tryon products`, a product.toml or a .glb")
    parser.add_argument("-o", "--output", type=Path, required=True, help=".png, .jpg or .webp; .mp4 or .webp to spin")
    parser.add_argument("--env", default="studio", metavar="NAME", help="light: studio, daylight, room or an .hdr file")
    parser.add_argument("--size", type=_size, default=(1024, 1024), metavar="WxH", help="pixels (1024x1024)")
    parser.add_argument("--variant", help="material variant; the product's own choice when not given")
    parser.add_argument("--kind", help="how a bare .glb stands: glasses, hat, ring and so on")
    parser.add_argument("--background", default="", metavar="COLOR", help="such as #fff, or transparent")
    parser.add_argument("--yaw", type=float, metavar="DEG", help="turn of a still; 0 is the front")
    parser.add_argument("--exposure", type=float, default=1.0, metavar="X", help="brightness of the light (1)")
    parser.add_argument("--spin", action="store_true", help="turn it; videos always do")
    parser.add_argument("--turns", type=float, default=1.0, metavar="N", help="turns in all (1)")
    parser.add_argument("--seconds", type=float, default=6.0, metavar="S", help="length of the video (6)")
    parser.add_argument("--fps", type=float, default=30.0, metavar="N", help="pictures a second (30)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the photo or the turn."""
    suffix = options.output.suffix.lower()
    turning = options.spin or suffix in set(_TURNS) - set(_STILLS)
    if suffix not in (_TURNS if turning else _STILLS):
        known = ", ".join(dict.fromkeys(_STILLS + _TURNS))
        raise ParameterError(f"'{options.output}': expected a name that ends in one of {known}; rename the output.")
    _check(options)
    background = _background(options.background, options.output)
    product = load(options.product)
    model = open_model(product, variant=options.variant)

    from tryon.cli.photo import Shot
    from tryon.render import Renderer

    yaw_rad = math.radians(-options.yaw) if options.yaw is not None else None
    shot = Shot.of(model, options.kind or product.kind, options.size, turning=turning, yaw_rad=yaw_rad)
    light = Light(environment=options.env, rgb=(options.exposure,) * 3)
    with Renderer() as renderer:
        if turning:
            _spin(shot, renderer, light, background, options)
        else:
            from tryon.encode import write_image

            sharpness = 2 if max(options.size) <= 2048 else 1
            frame = shot.frame(renderer, light=light, background=background, sharpness=sharpness)
            write_image(options.output, frame)
    for note in model.notes:
        print(f"note: {note}")
    print(f"Wrote {options.output} ({product.name}, {options.size[0]}×{options.size[1]}).")
    return 0


def _spin(
    shot: Shot,
    renderer: Renderer,
    light: Light,
    background: tuple[float, float, float] | None,
    options: argparse.Namespace,
) -> None:
    from dataclasses import replace

    from tryon.encode import Delivery, open_writer

    count = max(2, round(options.seconds * options.fps))
    with open_writer(options.output, Delivery(options.size, fps=options.fps)) as writer:
        for index, turn in enumerate(np.linspace(0.0, 2.0 * np.pi * options.turns, count, endpoint=False)):
            frame = shot.frame(renderer, light=light, background=background, turn_rad=float(turn))
            writer.write(replace(frame, time_s=index / options.fps, index=index))


def _check(options: argparse.Namespace) -> None:
    for name, low, high in (
        ("turns", 0.01, 100.0),
        ("seconds", 0.1, 600.0),
        ("fps", 1.0, 120.0),
        ("exposure", 0.01, 100.0),
    ):
        value = getattr(options, name)
        if not low <= value <= high:
            raise ParameterError(f"--{name}: expected {low:g} to {high:g}, got {value:g}.")


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,5})[x×](\d{1,5})", text)
    if match is None or not all(16 <= int(side) <= _MOST_PX for side in match.groups()):
        raise argparse.ArgumentTypeError(f"expected a size such as 1024x1024, 16 to {_MOST_PX} a side, got '{text}'")
    return int(match[1]), int(match[2])


def _background(text: str, output: Path) -> tuple[float, float, float] | None:
    """Linear RGB, or None for transparent. White when not given, transparent never where it cannot be kept."""
    keeps_alpha = output.suffix.lower() in (".png", ".webp", ".avif", ".tif", ".tiff")
    if text == "transparent":
        if not keeps_alpha:
            raise ParameterError(f"--background transparent: '{output.name}' keeps no alpha; name a .png or .webp.")
        return None
    try:
        red, green, blue = parse_color(text or "#ffffff").tolist()
    except LookError as error:
        raise ParameterError(f"--background: {error}") from None
    return red, green, blue
