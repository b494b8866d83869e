"""What a renderer hands back, composed and unmultiplied."""

from __future__ import annotations

import numpy as np
import pytest

from tryon.color.srgb import codes_from_linear
from tryon.errors import ShapeError
from tryon.render import Picture


def picture(coverage: float, linear: tuple[float, float, float]) -> Picture:
    rgba = np.zeros((2, 3, 4), np.uint8)
    rgba[..., :3] = codes_from_linear(np.array(linear) * coverage)
    rgba[..., 3] = round(coverage * 255)
    return Picture(rgba, np.ones((2, 3), np.float32), (0, 0, 3, 2))


def test_nothing_leaves_the_background_as_it_is() -> None:
    background = np.random.default_rng(0).integers(0, 256, (2, 3, 3)).astype(np.uint8)
    assert np.array_equal(picture(0.0, (0, 0, 0)).over(background), background)


def test_full_coverage_hides_the_background() -> None:
    over = picture(1.0, (0.2, 0.5, 0.8)).over(np.full((2, 3, 3), 255, np.uint8))
    assert (over == codes_from_linear([0.2, 0.5, 0.8])).all()


def test_half_coverage_mixes_light_and_not_codes() -> None:
    over = picture(0.5, (0.0, 0.0, 0.0)).over(np.full((2, 3, 3), 255, np.uint8))
    assert over[0, 0, 0] == pytest.approx(188, abs=1)


def test_straight_undoes_the_multiplication() -> None:
    straight = picture(0.5, (0.4, 0.2, 0.6)).straight()
    assert straight.shape == (2, 3, 4)
    assert np.abs(straight[0, 0, :3].astype(int) - codes_from_linear([0.4, 0.2, 0.6])).max() <= 2
    assert not picture(0.0, (0, 0, 0)).straight().any()


@pytest.mark.parametrize("background", [np.zeros((3, 3, 3), np.uint8), np.zeros((2, 3, 3), np.float32)])
def test_backgrounds_of_another_shape_are_refused(background: np.ndarray) -> None:
    with pytest.raises(ShapeError, match="background"):
        picture(1.0, (0, 0, 0)).over(background)
