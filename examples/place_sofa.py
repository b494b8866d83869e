"""A sofa and a table at true size on a floor whose scale two marked points give. Run: python examples/place_sofa.py

Writes room.png. The picture is made here, so that nothing is downloaded: a floor of tiles of 60 cm before a wall, seen
by a camera 1.5 m high. With your own photo and a sheet of A4 on the floor it is
`Room.open("photo.jpg", scale=["a4"])`.
"""

from pathlib import Path

import cv2
import numpy as np

from tryon import Frame
from tryon.encode import write_image
from tryon.session.room import Room
from tryon.types import Camera, Intrinsics

SIZE, FOCAL_PX, HEIGHT_M, PITCH_RAD, TILE_M = (1280, 960), 1000.0, 1.5, 0.3, 0.6


def floor_pixel(x_m: float, away_m: float) -> tuple[float, float]:
    """Where the camera sees a point of the floor."""
    cosine, sine = np.cos(PITCH_RAD), np.sin(PITCH_RAD)
    depth_m = away_m * cosine + HEIGHT_M * sine
    down_m = HEIGHT_M * cosine - away_m * sine
    return SIZE[0] / 2 - 0.5 + FOCAL_PX * x_m / depth_m, SIZE[1] / 2 - 0.5 + FOCAL_PX * down_m / depth_m


def photo() -> Frame:
    """A made room: gray tiles, a warm wall from 4.8 m on."""
    pixels = np.full((SIZE[1], SIZE[0], 3), (226, 218, 205), np.uint8)
    for row in range(1, 8):
        for column in range(-8, 8):
            x, z = column * TILE_M, row * TILE_M
            corners = [floor_pixel(*at) for at in ((x, z), (x + TILE_M, z), (x + TILE_M, z + TILE_M), (x, z + TILE_M))]
            gray = 176 + 14 * ((row + column) % 2)
            cv2.fillConvexPoly(pixels, np.rint(corners).astype(np.int32), (gray, gray - 4, gray - 10), cv2.LINE_AA)
    return Frame(pixels)


corners = [floor_pixel(*at) for at in ((0.0, 1.8), (0.6, 1.8), (0.6, 2.4), (0.0, 2.4))]
tile = "tile:0.6@" + ",".join(f"{number:.2f}" for corner in corners for number in corner)
lens = Intrinsics(Camera.of_focal(*SIZE, FOCAL_PX), 0.01, "given")

room = Room.open(photo(), scale=[tile], intrinsics=lens)
room.add_wall(floor_pixel(-2.0, 4.8), floor_pixel(2.0, 4.8))
sofa = room.snap(room.add("sofa", at_px=floor_pixel(0.0, 4.2)).id)
room.add("coffee-table", at_px=floor_pixel(0.1, 3.1))
between_plants = room.length_between(floor_pixel(-1.3, 4.4), floor_pixel(1.3, 4.4))
print(f"Free: {between_plants.low_m * 100:.0f} to {between_plants.high_m * 100:.0f} cm, by {between_plants.source}.")
print(room.fits(sofa.id, free={"width": between_plants}).sentence)
write_image(Path("room.png"), room.render(dimensions=True))
