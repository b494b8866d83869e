"""A necklace goes under an open collar, over a neckline, and over clothes that show no skin at all."""

import numpy as np
import pytest

from tryon.types import PartsMask
from tryon.wear.collar import CollarMemory

AZIMUTH_RAD = np.abs(np.linspace(-1.8, 1.8, 73))
LOOP_PX = np.column_stack([50 + 30 * np.sin(np.linspace(-1.8, 1.8, 73)), 50 + 30 * np.cos(np.linspace(-1.8, 1.8, 73))])
CHIN_PX = np.array([50.0, 30.0])


def _parts(skin: np.ndarray) -> PartsMask:
    """Skin of the body where it is said, clothes everywhere else."""
    planes = np.zeros((len(PartsMask.CLASSES), 100, 100), np.uint8)
    planes[PartsMask.CLASSES.index("body_skin")] = 255 * skin
    planes[PartsMask.CLASSES.index("clothes")] = 255 * ~skin
    return PartsMask(planes, np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]))


ROWS, COLUMNS = np.mgrid[:100, :100]
CASES = {
    "open shirt": (np.abs(COLUMNS - 50) < 14, 1.0),
    "wide neckline": (ROWS < 75, 0.0),
    "rolled neck": (ROWS < 32, 0.0),
    "bare": (ROWS < 100, 0.0),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_seen_beside_and_between_says_how_it_is_worn(name):
    skin, wanted = CASES[name]
    assert CollarMemory().under(0, _parts(skin), LOOP_PX, AZIMUTH_RAD, CHIN_PX) == wanted


def test_it_changes_slowly_and_holds_while_nothing_is_known():
    memory = CollarMemory()
    memory.under(0, _parts(CASES["bare"][0]), LOOP_PX, AZIMUTH_RAD, CHIN_PX)
    first = memory.under(0, _parts(CASES["open shirt"][0]), LOOP_PX, AZIMUTH_RAD, CHIN_PX)
    assert 0.0 < first < 0.2
    assert memory.under(0, None, LOOP_PX, AZIMUTH_RAD, CHIN_PX) == first
    assert memory.under(0, _parts(CASES["bare"][0]), LOOP_PX + 500.0, AZIMUTH_RAD, CHIN_PX) == first
    memory.reset()
    assert memory.under(0, None, LOOP_PX, AZIMUTH_RAD, CHIN_PX) == 0.0
