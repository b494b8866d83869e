from __future__ import annotations

import numpy as np
import pytest

from tryon.types import PartsMask, Tracks
from tryon.wear.on_head import hair_in_front

CLASSES = PartsMask.CLASSES


@pytest.fixture
def tracks() -> Tracks:
    """A row of six pixels, each surely of one class, in the order of the classes."""
    planes = np.zeros((6, 1, 6), np.uint8)
    planes[np.arange(6), 0, np.arange(6)] = 255
    return Tracks(parts=PartsMask(planes, np.array([[1.0, 0, 0], [0, 1, 0]])))


@pytest.mark.parametrize(
    ("asked", "in_front"),
    [
        ({}, {"hair"}),
        ({"skin": True}, {"hair", "face_skin", "body_skin"}),
        ({"face": True}, {"hair", "face_skin"}),
        ({"body_only": True}, {"hair", "background"}),
    ],
)
def test_exactly_what_is_asked_for_lies_in_front(tracks, asked, in_front):
    cover = hair_in_front(tracks, **asked)
    assert {CLASSES[column] for column in np.flatnonzero(cover.mask[0])} == in_front


def test_half_hair_and_half_cheek_leave_no_gap_between_them(tracks):
    planes = tracks.parts.probability.copy()
    planes[:, 0, 0] = 0
    planes[[CLASSES.index("hair"), CLASSES.index("face_skin")], 0, 0] = 127
    between = Tracks(parts=PartsMask(planes, tracks.parts.mask_from_image))
    assert hair_in_front(between, face=True).mask[0, 0] > 250


def test_a_cover_counts_only_beyond_its_distance(tracks):
    assert hair_in_front(tracks, beyond_m=0.6, skin=True).beyond_m == pytest.approx(0.6)
