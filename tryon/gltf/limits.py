"""What an uploaded model may cost before it is refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps that are checked before memory is taken; above one, the file is refused with its number.

    The defaults fit a phone's or a shop page's product ten times over.
    """

    file_bytes: int = 64 * 2**20  # the file and everything it points to
    json_bytes: int = 16 * 2**20
    nodes: int = 10_000
    objects: int = 100_000  # entries of any one list in the JSON
    triangles: int = 2_000_000
    geometry_bytes: int = 512 * 2**20  # decoded vertices and indices
    image_side_px: int = 8192
    texture_bytes: int = 1024 * 2**20  # decoded RGBA8
