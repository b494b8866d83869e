"""`tryon webcam`."""

from __future__ import annotations

import argparse
import sys

import cv2

from tryon.capture import open_source
from tryon.cli.stage import add_device, add_wear, share, worn_of
from tryon.errors import DeviceError, ParameterError
from tryon.filters import Look
from tryon.session import Session
from tryon.track import Tracker

_WINDOW = "tryon"
_KEYS = "n/p look   +/- strength   s split   space hold bare   q quit"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser("webcam", help="wear looks live in a window")
    parser.add_argument("look", nargs="?", default="rose", help="a name from `tryon looks`, or a path")
    parser.add_argument("--camera", type=int, default=0, metavar="N", help="which camera")
    parser.add_argument("--intensity", type=share, default=1.0, metavar="X", help="strength of the look, 0 to 1")
    parser.add_argument("--size", default="1280x720", metavar="WxH", help="wished picture size")
    add_wear(parser)
    add_device(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Show the mirrored camera picture wearing the look until q is pressed or the window is closed."""
    _need_window()
    look = Look.load(options.look)
    names = Look.names()
    position = names.index(look.name) if look.name in names else -1
    width, _, height = options.size.partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise ParameterError(f"Expected a size such as 1280x720, got '{options.size}'.")
    with (
        open_source(f"camera:{options.camera}", size=(int(width), int(height))) as source,
        Session(
            Tracker.load("face", device=options.device),
            look,
            intensity=options.intensity,
            wear=worn_of(options.wear),
            pd_mm=options.pd,
        ) as session,
    ):
        print(_KEYS)
        for frame in source:
            worn = session.step(frame)
            cv2.imshow(_WINDOW, _caption(worn.pixels[:, ::-1, ::-1].copy(), session))
            key = cv2.waitKey(1) & 0xFF
            if key in (ord("q"), 27) or cv2.getWindowProperty(_WINDOW, cv2.WND_PROP_VISIBLE) < 1:
                break
            if key in (ord("n"), ord("p")):
                position = (position + (1 if key == ord("n") else -1)) % len(names)
                session.look = Look.load(names[position])
            elif key in (ord("+"), ord("="), ord("-")):
                session.intensity = min(1.0, max(0.0, session.intensity + (-0.1 if key == ord("-") else 0.1)))
            elif key == ord("s"):
                session.split = None if session.split is not None else 0.5
            elif key == ord(" "):
                session.intensity = 0.0 if session.intensity > 0.0 else options.intensity
    cv2.destroyAllWindows()
    return 0


def _caption(pixels: cv2.typing.MatLike, session: Session) -> cv2.typing.MatLike:
    faces = session.last.tracks.faces
    advice = faces[0].quality.sentence if faces and faces[0].quality else "No face in view."
    total_ms = session.last.stage_ms.get("total", 0.0)
    text = f"{session.look.title}  {session.intensity:.0%}  {total_ms:.0f} ms  {advice}"
    for color, thickness in (((0, 0, 0), 3), ((255, 255, 255), 1)):
        cv2.putText(pixels, text, (12, pixels.shape[0] - 14), cv2.FONT_HERSHEY_SIMPLEX, 0.6, color, thickness, 16)
    return pixels


def _need_window() -> None:
    try:
        cv2.namedWindow(_WINDOW, cv2.WINDOW_NORMAL)
    except cv2.error:
        where = sys.executable
        raise DeviceError(
            f"No window can be opened: this OpenCV is headless or there is no screen; "
            f"run '{where} -m pip install opencv-python' on a desktop, or use 'tryon apply'."
        ) from None
