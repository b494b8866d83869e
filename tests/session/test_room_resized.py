from __future__ import annotations

import numpy as np
import pytest

from tryon.session.room import Room
from tryon.types import Camera, Frame, Plane


@pytest.fixture
def room():
    normal = np.array([0.0, np.cos(0.3), np.sin(0.3)])
    plane = Plane(Camera.assumed(800, 600), normal, 1.5, 1e-6 * np.eye(4), "A4 sheet")
    return Room(Frame(np.full((600, 800, 3), 160, np.uint8)), [plane])


@pytest.mark.parametrize("size", [(400, 300), (1600, 1200), (801, 601)])
def test_a_room_of_another_size_measures_the_same(room, size):
    other = room.resized(Frame(np.zeros((size[1], size[0], 3), np.uint8)))
    at = np.array([[0.4, 0.7], [0.6, 0.9]])
    spans = [each.length_between(*(at * (each.frame.width, each.frame.height) - 0.5)).value_m for each in (room, other)]
    assert spans[1] == pytest.approx(spans[0], rel=1e-9)


def test_what_stands_in_it_stands_there_too(room):
    placed = room.add("bar-stool", at_px=(400, 450), yaw_rad=0.4)
    other = room.resized(Frame(np.zeros((300, 400, 3), np.uint8)))
    assert other.pieces[0].id == placed.id
    corner = np.array([[0.1, 0.0, 0.1, 1.0]])
    pixels = [each.camera.project((corner @ each.pose(each.pieces[0]).T)[:, :3])[0] for each in (room, other)]
    assert (pixels[1] + 0.5) * 2 - 0.5 == pytest.approx(pixels[0], abs=1e-6)
    other.remove(placed.id)
    assert room.pieces


def test_another_finish_keeps_its_place(room):
    placed = room.add("sofa", at_px=(400, 450), yaw_rad=0.4, variant="Ochre")
    other = room.finish(placed.id, "Petrol")
    assert (placed.product.variant, other.product.variant) == ("Ochre", "Petrol")
    assert other.at_m == placed.at_m
    assert other.model is not placed.model
