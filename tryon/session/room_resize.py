"""A photo's camera and people as they are in the photo at another size."""

from __future__ import annotations

import dataclasses

import numpy as np

from tryon.session.room_people import People
from tryon.types import Camera


def resized_camera(camera: Camera, across: float, down: float) -> Camera:
    """The camera of the picture scaled; integer coordinates stay pixel centres."""
    return Camera(
        max(1, round(camera.width * across)),
        max(1, round(camera.height * down)),
        camera.focal_x_px * across,
        camera.focal_y_px * down,
        (camera.center_x_px + 0.5) * across - 0.5,
        (camera.center_y_px + 0.5) * down - 0.5,
    )


def resized_people(people: People | None, across: float, down: float) -> People | None:
    """The people of the picture scaled: their masks stay, where these lie in the picture changes."""
    if people is None:
        return None
    own = people.mask_from_image
    factor = own[[0, 1], [0, 1]] / (across, down)
    # Pixel centres are integers: the picture's edge, at -0.5, stays in place.
    shift = own[:, 2] - 0.5 * own[[0, 1], [0, 1]] + 0.5 * factor
    placed = np.array([[factor[0], 0.0, shift[0]], [0.0, factor[1], shift[1]]])
    return dataclasses.replace(people, mask_from_image=placed)
