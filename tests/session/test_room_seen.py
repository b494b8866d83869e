"""A room knows what lay on its floor for scale."""

import cv2
import numpy as np
import pytest

from tests.place.floors import A4_M, Floor, Lying
from tests.place.pages import CAMERA, photo
from tryon.place.marker_page import marker_page
from tryon.render.room_light import estimate_room_light
from tryon.session import room_light
from tryon.session.room import Room
from tryon.session.room_pieces import Placed, standing
from tryon.session.room_planes import from_plane
from tryon.types import Frame


def _apart(room: Room, placed: Placed, outline: np.ndarray) -> bool:
    points = from_plane(room.planes[0], standing(placed).outline(placed.solid.outline_m))
    seen = cv2.convexHull(room.camera.project(points).astype(np.float32))
    return float(cv2.intersectConvexConvex(seen, cv2.convexHull(outline.astype(np.float32)))[0]) == 0.0


def test_nothing_is_put_on_a_sheet_found_by_itself_and_light_is_read_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    floor = Floor((Lying(A4_M),))
    room = Room.open(floor.frame(), intrinsics=floor.camera)
    (sheet,) = room.taken_px
    assert _apart(room, room.add("floor-lamp"), sheet)
    given = []
    estimate = estimate_room_light

    def noted(*arguments, sheet_px, **options):  # type: ignore[no-untyped-def]  # passes all on
        given.append(sheet_px)
        return estimate(*arguments, sheet_px=sheet_px, **options)

    monkeypatch.setattr(room_light, "estimate_room_light", noted)
    assert room.light is not None
    assert given[0] is sheet


def test_nothing_is_put_on_the_marker_page_and_it_is_no_white_sheet() -> None:
    pixels, _ = photo(marker_page())
    room = Room.open(Frame(pixels), intrinsics=CAMERA)
    (page,) = room.taken_px
    assert _apart(room, room.add("floor-lamp"), page)
    assert not room_light._is_paper(page, room.planes[0])
