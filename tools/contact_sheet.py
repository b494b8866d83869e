"""Shows every shipped look on one or more photos in one picture: `docs/looks.jpg` is made by this.

    python tools/contact_sheet.py [PHOTO…] [-o docs/looks.jpg] [--looks NAME…] [--tile 260] [--zoom face|eyes|lips]

Without a photo it takes scikit-image's astronaut (NASA, public domain).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon import Frame, Look, Session, Tracker
from tryon.capture import read_image
from tryon.encode import write_image
from tryon.types import Face

# Landmarks that frame a zoom, and how far round them it reaches, in distances between the outer eye corners.
_ZOOMS = {"face": ((10, 152, 234, 454), 0.55), "eyes": ((33, 263, 105, 334), 0.25), "lips": ((61, 291, 0, 17), 0.25)}


def main() -> None:
    """Write the sheet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", nargs="*", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=Path("docs/looks.jpg"))
    parser.add_argument("--looks", nargs="*", default=list(Look.names()))
    parser.add_argument("--tile", type=int, default=260)
    parser.add_argument("--columns", type=int, default=6, help="tiles a row with one photo")
    parser.add_argument("--zoom", choices=_ZOOMS, default="face")
    options = parser.parse_args()
    looks = [Look.load(name) for name in options.looks]
    photos = [read_image(path) for path in options.photos] or [_astronaut()]
    rows = [_tiles(photo, looks, tile=options.tile, zoom=options.zoom) for photo in photos]
    if len(rows) == 1:
        tiles = rows[0]
        blank = np.full_like(tiles[0], 255)
        tiles += [blank] * (-len(tiles) % options.columns)
        rows = [tiles[i : i + options.columns] for i in range(0, len(tiles), options.columns)]
    options.output.parent.mkdir(parents=True, exist_ok=True)
    write_image(options.output, Frame(np.vstack([np.hstack(row) for row in rows])), quality=88)
    print(options.output)


def _tiles(photo: Frame, looks: list[Look], *, tile: int, zoom: str) -> list[NDArray[np.uint8]]:
    """The bare face and then each look, cropped and labeled."""
    with Session(Tracker.load("face", quality="high"), looks[0]) as session:
        worn = []
        for look in looks:
            session.look = look
            worn.append((look.title, session.step(photo).pixels))
        faces = session.last.tracks.faces
    largest = max(faces, key=lambda face: np.ptp(face.landmarks.points_px[:, 0]), default=None)
    box = _box(largest, photo, zoom)
    return [_tile(pixels, box, title, tile) for title, pixels in [("bare", photo.pixels), *worn]]


def _box(face: Face | None, photo: Frame, zoom: str) -> tuple[int, int, int, int]:
    if face is None:
        return 0, 0, photo.width, photo.height
    indices, reach = _ZOOMS[zoom]
    points = face.landmarks.points_px[:, :2]
    margin = reach * float(np.hypot(*(points[33] - points[263])))
    low, high = points[list(indices)].min(0) - margin, points[list(indices)].max(0) + margin
    if zoom == "face":
        low[1] -= margin
    center, half = (low + high) / 2, float((high - low).max()) / 2
    x0, y0 = np.clip(center - half, 0, (photo.width, photo.height)).astype(int)
    x1, y1 = np.clip(center + half, 0, (photo.width, photo.height)).astype(int)
    return int(x0), int(y0), int(x1), int(y1)


def _tile(pixels: NDArray[np.uint8], box: tuple[int, int, int, int], title: str, size: int) -> NDArray[np.uint8]:
    x0, y0, x1, y1 = box
    crop = pixels[y0:y1, x0:x1]
    scale = size / max(crop.shape[:2])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small = cv2.resize(crop, (round(crop.shape[1] * scale), round(crop.shape[0] * scale)), interpolation=how)
    picture = np.full((size + 22, size, 3), 255, np.uint8)
    picture[: small.shape[0], : small.shape[1]] = small
    cv2.putText(picture, title, (4, size + 16), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (30, 30, 30), 1, cv2.LINE_AA)
    return picture


def _astronaut() -> Frame:
    from skimage.data import astronaut
    from skimage.transform import rescale

    head = astronaut()[0:230, 110:340]
    return Frame((rescale(head, 3, order=3, channel_axis=-1).clip(0, 1) * 255 + 0.5).astype(np.uint8))


if __name__ == "__main__":
    main()
