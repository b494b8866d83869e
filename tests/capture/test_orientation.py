import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tryon.capture.orientation import Orientation, orientation_of


def matrix_bytes(a: float, b: float, c: float, d: float) -> bytes:
    values = [a, b, 0, c, d, 0, 0, 0, 16384]
    return struct.pack("=9i", *(round(value * 65536) for value in values))


@pytest.mark.parametrize(
    ("a", "b", "c", "d"),
    [
        (1, 0, 0, 1),
        (0, 1, -1, 0),
        (-1, 0, 0, -1),
        (0, -1, 1, 0),
        (-1, 0, 0, 1),
        (1, 0, 0, -1),
        (0, 1, 1, 0),
        (0, -1, -1, 0),
    ],
)
def test_every_pixel_lands_where_the_matrix_sends_it(a: int, b: int, c: int, d: int) -> None:
    """Oracle: move each pixel by (p, q) → (a·p + c·q, b·p + d·q), then shift to start at zero."""
    stored = np.arange(15, dtype=np.uint8).reshape(3, 5)
    q, p = np.mgrid[:3, :5]
    x, y = a * p + c * q, b * p + d * q
    x, y = x - x.min(), y - y.min()
    shown = np.zeros((y.max() + 1, x.max() + 1), np.uint8)
    shown[y, x] = stored
    orientation = orientation_of(matrix_bytes(a, b, c, d))
    assert np.array_equal(orientation.applied(stored[..., None])[..., 0], shown)
    assert orientation.swaps_sides == (shown.shape != stored.shape)


@given(st.binary(max_size=40))
def test_any_bytes_give_some_orientation(data: bytes) -> None:
    assert orientation_of(data).quarter_turns in range(4)


def test_a_matrix_that_is_no_quarter_turn_is_ignored() -> None:
    assert orientation_of(matrix_bytes(0.8, 0.6, -0.6, 0.8)) in (
        Orientation(),
        orientation_of(matrix_bytes(1, 0, 0, 1)),
    )
    assert orientation_of(matrix_bytes(0, 0, 0, 0)) == Orientation()
