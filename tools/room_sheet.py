"""Furniture in real rooms on one sheet, to look at: feet on the floor, true size, light from the right side.

    python tools/room_sheet.py OUT.png [--only NAME] [--bare]

The rooms are the test data beside the checkout (`shared/data/rooms`): for looking only, never to be published.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.capture import read_image
from tryon.errors import TryOnError
from tryon.session.room import Room
from tryon.types import Camera

_DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "rooms"
_WIDTH, _COLUMNS = 640, 3


@dataclass(frozen=True)
class Case:
    """One photo. camera: (fx, fy, cx, cy). scale: As `--scale`. pieces: (product, at_px, yaw in degrees)."""

    photo: str
    camera: tuple[float, float, float, float]
    scale: tuple[str, ...]
    pieces: tuple[tuple[str, tuple[float, float], float], ...]
    up: tuple[float, float, float] | None = None
    corners_px: tuple[tuple[float, float], ...] | None = None
    lying: str = "floor"
    finish: dict[str, str] = field(default_factory=dict)


_NYU = (518.86, 519.47, 325.58, 253.74)
_FR3 = (535.4, 539.2, 320.1, 247.6)
_SLAM = (518.0, 519.0, 325.5, 253.5)
_PRIME = (525.0, 525.0, 319.5, 239.5)
CASES = {
    "cellar": Case(
        "nyu_demo/rgb_00000.jpg", _NYU, ("depth:nyu_demo/depth_00000.png",), (("armchair", (430, 400), -20),)
    ),
    "laundry": Case(
        "nyu_demo/rgb_00100.jpg", _NYU, ("depth:nyu_demo/depth_00100.png",), (("dining-chair", (470, 420), -30),)
    ),
    "office": Case(
        "open3d_other/TUM_color.png", _FR3, ("depth:open3d_other/TUM_depth.png",), (("bar-stool", (300, 440), 0),)
    ),
    "hall": Case(
        "slambook_room/color_3.png", _SLAM, ("depth:slambook_room/depth_3.pgm",), (("nightstand", (330, 350), 25),)
    ),
    "parlor": Case(
        "slambook_room/color_4.png", _SLAM, ("depth:slambook_room/depth_4.pgm",), (("armchair", (230, 400), 20),)
    ),
    "dining": Case(
        "slambook_room/color_1.png", _SLAM, ("depth:slambook_room/depth_1.pgm",), (("floor-lamp", (200, 300), 0),)
    ),
    "sunroom": Case(
        "open3d_rgbd/color_00000.jpg",
        _PRIME,
        ("depth:open3d_rgbd/depth_00000.png",),
        (("potted-plant", (180, 375), 0),),
    ),
    "corridor": Case(
        "scannet_pairs/scene0721_00_frame-000375.jpg",
        (1165.37, 1166.11, 650.86, 488.6),
        ("height:1.45",),
        (("nightstand", (640, 800), 0),),
    ),
    "kitchen": Case(
        "scannet_pairs/scene0743_00_frame-000000.jpg",
        (1165.72, 1165.74, 649.1, 484.8),
        ("height:1.4",),
        (("bar-stool", (640, 640), 0),),
    ),
    "den": Case(
        "scannet_pairs/scene0747_00_frame-000000.jpg",
        (1161.75, 1159.1, 658.0, 486.5),
        ("height:1.4",),
        (("dining-chair", (640, 800), 0),),
    ),
    "billiards": Case(
        "scannet_pairs/scene0806_00_frame-000225.jpg",
        (1165.4, 1166.1, 650.9, 488.6),
        ("height:1.5",),
        (("bar-stool", (250, 850), 0),),
        up=(0.05, 0.86, 0.5),
    ),
}


def drawn(name: str, case: Case, *, bare: bool = False) -> NDArray[np.uint8]:
    """(h, 640, 3) RGB of a case, with what told its light written below."""
    frame = read_image(_DATA / case.photo)
    camera = Camera(frame.width, frame.height, *case.camera)
    scale = [f"depth:{_DATA / text[6:]}" if text.startswith("depth:") else text for text in case.scale]
    known = {} if case.up is None else {"up": np.asarray(case.up, np.float64)}
    begin = time.perf_counter()
    room = Room.open(frame, scale=scale, intrinsics=camera, corners_px=case.corners_px, lying=case.lying, **known)  # type: ignore[arg-type]  # Literal
    opened = time.perf_counter()
    light = room.light
    lit = time.perf_counter()
    if not bare:
        for product, at_px, yaw_deg in case.pieces:
            room.add(product, at_px=at_px, yaw_rad=float(np.radians(yaw_deg)))
    pixels = room.render().pixels
    done = time.perf_counter()
    toward = (
        np.zeros(3) if light.sun_direction is None else room.planes[0].camera_from_plane[:3, :3].T @ light.sun_direction
    )
    print(
        f"{name}: open {opened - begin:.2f} s, light {lit - opened:.2f} s, draw {done - lit:.2f} s; "
        f"light from {np.degrees(np.arctan2(toward[0], -toward[2])):.0f}° right of ahead, "
        f"{np.degrees(np.arcsin(np.clip(toward[1], -1, 1))):.0f}° up, sun {max(light.sun_rgb):.2f}, "
        f"sky {max(light.rgb):.2f}, {room.remarks}"
    )
    height = round(_WIDTH * frame.height / frame.width)
    shown = np.asarray(cv2.resize(pixels, (_WIDTH, height), interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.putText(shown, name, (8, 22), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (255, 60, 60), 2), np.uint8)


def main() -> int:
    """Draw the sheet."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", nargs="*", default=list(CASES))
    parser.add_argument("--bare", action="store_true", help="the rooms alone")
    wanted = parser.parse_args()
    cells = []
    for name in wanted.only:
        try:
            cells.append(drawn(name, CASES[name], bare=wanted.bare))
        except TryOnError as error:
            print(f"{name}: {error}", file=sys.stderr)
    high = max(cell.shape[0] for cell in cells if cell.shape[0] < 700) if len(cells) > 1 else cells[0].shape[0]
    fitted = [cv2.copyMakeBorder(cell[:high], 0, high - len(cell[:high]), 0, 0, cv2.BORDER_CONSTANT) for cell in cells]
    while len(fitted) % _COLUMNS and len(fitted) > 1:
        fitted.append(np.zeros_like(fitted[0]))
    columns = min(_COLUMNS, len(fitted))
    rows = [np.hstack(fitted[index : index + columns]) for index in range(0, len(fitted), columns)]
    cv2.imwrite(str(wanted.out), np.vstack(rows)[..., ::-1])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
