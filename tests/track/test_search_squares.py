"""Where detectors look."""

import numpy as np
import pytest

from tryon.track.crops import whole
from tryon.track.search_squares import search_squares


def _image(height: int, width: int) -> np.ndarray:
    return np.zeros((height, width, 3), np.uint8)


def test_a_video_frame_is_searched_as_a_whole():
    image = _image(720, 1280)
    assert search_squares(image, closely=False) == [whole(image)]


@pytest.mark.parametrize("size", [(720, 1280), (1280, 720), (500, 500), (480, 520), (100, 1000), (1, 1)])
def test_tiles_cover_the_picture_and_stay_inside(size):
    image = _image(*size)
    squares = search_squares(image, closely=True)
    assert squares[0] == whole(image)
    covered = np.zeros(size, bool)
    for square in squares[1:]:
        left, top = square.center_x_px - square.side_px / 2, square.center_y_px - square.side_px / 2
        assert left >= -1e-6
        assert top >= -1e-6
        assert left + square.side_px <= size[1] + 1e-6
        assert top + square.side_px <= size[0] + 1e-6
        covered[int(top) : int(np.ceil(top + square.side_px)), int(left) : int(np.ceil(left + square.side_px))] = True
    assert covered.all()
