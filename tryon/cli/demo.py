"""`tryon demo`: the first thing anyone runs: a picture before and after, then the mirror."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tryon.capture import read_image
from tryon.cli import serve
from tryon.cli.port import port
from tryon.encode import write_image
from tryon.errors import MissingExtraError, RenderError
from tryon.filters import Look
from tryon.session import Session
from tryon.track import Tracker
from tryon.types import Frame, Product

if TYPE_CHECKING:
    from tryon.wear import FitReport

_ZOOM = 2
_WORN = ("round-tortoise", "hoop-earrings")


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser("demo", help="put a look and products on a real photo, beside the bare face")
    parser.add_argument("--look", default="rose", help="a name from `tryon looks`, or a path")
    parser.add_argument("--photo", help="your own photo; scikit-image's astronaut when not given")
    parser.add_argument(
        "--wear", action="append", metavar="PRODUCT", help="products beside the look (glasses and earrings by default)"
    )
    parser.add_argument("-o", "--output", type=Path, default=Path("out/demo.png"), help="where the picture goes")
    parser.add_argument(
        "--serve", action="store_true", help="then serve the mirror page until Ctrl-C, as make demo does"
    )
    parser.add_argument("--port", type=port, default=8000, help="port of the mirror, or the next free one")
    parser.add_argument("--check", action="store_true", help="with --serve: stop once the page has answered")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the bare face, the look, and the look with products side by side; then serve the mirror where asked to."""
    _picture(options)
    if not options.serve:
        print("Next: tryon looks; tryon products; tryon apply LOOK PHOTO --wear PRODUCT -o OUT.png; tryon serve.")
        return 0
    if options.check:
        serve.check()
        print("The mirror page and /api/ready answer.")
        return 0
    return serve.listen("127.0.0.1", serve.free_port(options.port))


def _picture(options: argparse.Namespace) -> None:
    look = Look.load(options.look)
    photo = _photo() if options.photo is None else read_image(options.photo)
    panels = [photo.pixels]
    with Session(Tracker.load("face", quality="high"), look, live=False, record_colors=True) as session:
        panels.append(session.step(photo).pixels)
        step = session.last
        fits: tuple[tuple[Product, FitReport], ...] = ()
        if step.tracks.faces:
            try:
                session.wear = options.wear or _WORN
                panels.append(session.step(photo).pixels)
                fits = session.fit()
            except (MissingExtraError, RenderError) as error:
                print(f"Without products: {error}")
    options.output.parent.mkdir(parents=True, exist_ok=True)  # `main` says what is in the way
    write_image(options.output, Frame(np.concatenate(panels, axis=1)))
    if not step.tracks.faces:
        print(f"No face found in the photo; {options.output.resolve()} shows it as it is.")
        return
    print(f"Look '{look.title}' on {len(step.tracks.faces)} face(s), before and after: {options.output.resolve()}")
    for record in step.colors:
        print(f"  {record.effect}: achieved color within ΔE2000 {record.report.delta_e2000:.1f} of the prediction")
    for product, report in fits:
        print(f"  {product.name}: {report.verdict}")


def _photo() -> Frame:
    try:
        from skimage.data import astronaut
        from skimage.transform import rescale
    except ImportError:
        raise MissingExtraError("scikit-image", extra="demo") from None
    # The portrait of Eileen Collins (NASA, public domain), cropped to head and shoulders and doubled.
    portrait = astronaut()[0:300, 80:380]  # type: ignore[no-untyped-call]  # scikit-image ships no types for it
    return Frame((rescale(portrait, _ZOOM, order=3, channel_axis=-1).clip(0, 1) * 255 + 0.5).astype(np.uint8))
