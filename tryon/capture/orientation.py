"""How a video's frames must be turned to stand upright, from the matrix its container holds."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Orientation:
    """One of the eight ways to show a picture with upright edges: turn, then mirror.

    quarter_turns: Counterclockwise turns by 90°, 0 to 3, as `np.rot90` counts.
    mirrored: Left and right change places after the turn.
    """

    quarter_turns: int = 0
    mirrored: bool = False

    @property
    def swaps_sides(self) -> bool:
        """Whether width and height change places."""
        return self.quarter_turns % 2 == 1

    def applied(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """(H, W, …) pixels turned upright, contiguous."""
        turned = np.rot90(pixels, self.quarter_turns) if self.quarter_turns else pixels
        return np.ascontiguousarray(turned[:, ::-1] if self.mirrored else turned)


def orientation_of(matrix: bytes) -> Orientation:
    """The orientation a 3×3 display matrix asks for; the plain one for a matrix that is none of the eight.

    Args:
        matrix: Nine 32-bit integers as FFmpeg hands them over, rows (a b u; c d v; x y w), 16.16 fixed point.
            A stored point (p, q) is shown at (a·p + c·q, b·p + d·q), y down.

    Source: ISO/IEC 14496-12 section 8.3.2 (track header matrix).
    """
    if len(matrix) < 36:
        return Orientation()
    a, b, _, c, d = struct.unpack("=5i", matrix[:20])
    size = max(abs(a), abs(b), abs(c), abs(d))
    if size == 0:
        return Orientation()
    signs = tuple(round(value / size) for value in (a, b, c, d))
    return _BY_SIGNS.get(signs, Orientation())


# (a, b, c, d) of each; derived by following the corners of a picture, checked in tests/capture/test_orientation.py.
_BY_SIGNS = {
    (1, 0, 0, 1): Orientation(),
    (0, 1, -1, 0): Orientation(3),
    (-1, 0, 0, -1): Orientation(2),
    (0, -1, 1, 0): Orientation(1),
    (-1, 0, 0, 1): Orientation(0, mirrored=True),
    (0, 1, 1, 0): Orientation(3, mirrored=True),
    (1, 0, 0, -1): Orientation(2, mirrored=True),
    (0, -1, -1, 0): Orientation(1, mirrored=True),
}
