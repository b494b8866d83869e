"""What gave the scale is known by its outline."""

import numpy as np
import pytest

from tests.place.floors import A4_M, Floor, Lying
from tests.place.pages import evidence, photo
from tryon.place import Evidence
from tryon.place.a4 import from_a4
from tryon.place.marker_page import marker_page
from tryon.place.tag import from_tag
from tryon.place.taken import taken_outlines
from tryon.types import Intrinsics


def test_a_sheet_found_by_itself_is_known_by_its_four_corners() -> None:
    floor = Floor((Lying(A4_M, turn_rad=0.3),))
    asked = Evidence(floor.frame(), Intrinsics(floor.camera, 0.0, "given"))
    assert taken_outlines(asked) == ()
    from_a4(asked)
    (outline,) = taken_outlines(asked)
    assert outline.shape == (4, 2)
    middle = floor.seen(np.array([Lying(A4_M).middle_m]))[0]
    assert outline.mean(axis=0) == pytest.approx(middle, abs=8.0)


def test_a_marker_page_is_taken_as_one_outline_that_no_light_is_read_from() -> None:
    pixels, floor = photo(marker_page())
    asked = evidence(pixels)
    from_tag(asked)
    (outline,) = taken_outlines(asked)
    assert outline.shape == (8, 2)  # four would be a blank sheet
    lengths = np.linalg.norm(np.diff(floor.points_at(outline[::2]), axis=0), axis=1)
    assert sorted(lengths[:2]) == pytest.approx([0.226, 0.302], rel=0.06)  # a little more than A4


def test_loose_tags_are_taken_one_by_one() -> None:
    pixels, _ = photo(marker_page(0.12))
    asked = evidence(pixels, tag_size_m=0.12)
    from_tag(asked)
    (outline,) = taken_outlines(asked)
    assert outline.shape == (8, 2)
