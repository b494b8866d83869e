"""Masks of items: clicked in a made room's depth, and brushed."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.place.made_depth import CAMERA, MadeRoom, made_room
from tryon.errors import InputError, ParameterError, SourceMissingError
from tryon.place.planes_of import planes_of
from tryon.place.remove import mask_from_click, read_mask
from tryon.types import Frame

BOXES = ((-0.5, 0.2, 1.9, 2.4, 0.6), (0.5, 1.0, 2.2, 2.7, 0.8))


@pytest.fixture(scope="module")
def room() -> MadeRoom:
    return made_room(boxes=BOXES, noise=0.5)


@pytest.fixture(scope="module")
def frame(room: MadeRoom) -> Frame:
    colors = np.array([[150, 120, 90], [200, 200, 210], [170, 190, 170], [120, 30, 30], [30, 60, 120]], np.uint8)
    return Frame(colors[room.hit])


def test_a_click_takes_the_whole_item_and_no_other(room: MadeRoom, frame: Frame) -> None:
    planes = planes_of(room.depth_m, CAMERA).planes
    mask = mask_from_click(room.depth_m, CAMERA, frame, room.pixel_of(-0.1, 0.4, 1.9), planes)
    assert mask[room.hit == 3].mean() > 0.97
    assert mask[room.hit == 4].mean() < 0.05
    assert mask[(room.hit == 0) | (room.hit == 1)].mean() < 0.06


def test_several_clicks_take_several_parts(room: MadeRoom, frame: Frame) -> None:
    planes = planes_of(room.depth_m, CAMERA).planes
    clicks = np.stack([room.pixel_of(-0.1, 0.4, 1.9), room.pixel_of(0.8, 0.4, 2.2)])
    mask = mask_from_click(room.depth_m, CAMERA, frame, clicks, planes)
    assert mask[room.hit >= 3].mean() > 0.95


def test_clicks_on_the_floor_or_outside_are_refused(room: MadeRoom, frame: Frame) -> None:
    planes = planes_of(room.depth_m, CAMERA).planes
    with pytest.raises(ParameterError, match="the floor"):
        mask_from_click(room.depth_m, CAMERA, frame, room.pixel_of(-1.0, 0.0, 2.4), planes)
    with pytest.raises(ParameterError, match="outside"):
        mask_from_click(room.depth_m, CAMERA, frame, (-3.0, 5.0), planes)


def png(values: np.ndarray) -> bytes:
    return bytes(cv2.imencode(".png", values)[1])


def test_brushed_masks_are_read_bright_or_opaque(tmp_path: Path, frame: Frame) -> None:
    path = tmp_path / "mask.png"
    grey = np.zeros((120, 160), np.uint8)
    grey[30:60, 40:80] = 255
    path.write_bytes(png(grey))
    mask = read_mask(path, frame)
    assert mask.shape == (240, 320)
    assert mask[64:116, 84:156].all()
    assert mask.sum() == pytest.approx(60 * 80, rel=0.05)
    path.write_bytes(png(np.dstack([np.zeros((120, 160, 3), np.uint8), grey])))
    assert np.array_equal(read_mask(path, frame), mask)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"GIF89a", "PNG"),
        (png(np.zeros((100, 100), np.uint8)), "shape"),
        (png(np.zeros((120, 160), np.uint16)), "8-bit"),
        (png(np.full((120, 160), 7, np.uint8))[:45], "whole"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\xff\xff\xff\0\xff\xff\xff\x08\0", "shape"),
    ],
)
def test_masks_that_cannot_be_used_get_one_sentence(tmp_path: Path, frame: Frame, content: bytes, words: str) -> None:
    path = tmp_path / "mask.png"
    path.write_bytes(content)
    with pytest.raises(InputError, match=words):
        read_mask(path, frame)
    with pytest.raises(SourceMissingError):
        read_mask(tmp_path / "none.png", frame)
