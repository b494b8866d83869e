"""Hands on faces, with made hands and made masks."""

import numpy as np
import pytest

from tryon.track.parts_hands import find_hands, hands_suspected, lay_hands, widen_hands
from tryon.types import Face, FaceLandmarks

_SAME = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def _hand(x: float, y: float, scale: float = 1.0) -> np.ndarray:
    """An open right hand, wrist at (x, y), fingers up, knuckles 30 px apart."""
    points = [(0, 0), (15, -12), (24, -24), (31, -33), (37, -41)]
    for base, tip in ((13, 62), (4, 68), (-6, 63), (-16, 52)):
        points += [(base, -(38 + (tip - 30) * k / 3)) for k in range(4)]
    return (np.array(points, np.float32) * scale + [x, y]).astype(np.float32)


def _skin(face: float = 0.9, body: float = 0.1) -> np.ndarray:
    planes = np.zeros((6, 200, 200), np.float32)
    planes[3], planes[2] = face, body
    return planes


@pytest.fixture
def face(canonical_points):
    return Face(0, FaceLandmarks((canonical_points * 7.0 + [100, 105, 0]).astype(np.float32), 1.0))


def test_bones_become_body_skin_and_far_skin_stays_face():
    planes = _skin()
    hand = _hand(100, 150)
    lay_hands(planes, [hand], _SAME)
    at = np.round(hand).astype(int)
    assert planes[2][at[:, 1], at[:, 0]].min() > 0.98
    assert planes[3, 20, 20] == pytest.approx(0.9)
    assert planes.sum(axis=0) == pytest.approx(np.ones((200, 200)), abs=1e-5)


def test_only_skin_turns_into_a_hand():
    planes = np.zeros((6, 200, 200), np.float32)
    planes[1] = 1.0
    lay_hands(planes, [_hand(100, 150)], _SAME)
    assert planes[1].min() == pytest.approx(1.0)


def test_the_hand_follows_the_map_into_the_mask():
    planes = _skin()
    half = np.array([[0.5, 0.0, 10.0], [0.0, 0.5, 0.0]])
    hand = _hand(100, 150)
    lay_hands(planes, [hand], half)
    knuckle = half @ [*hand[9], 1.0]
    assert planes[2, round(knuckle[1]), round(knuckle[0])] > 0.98
    assert planes[2, 150, 100] == pytest.approx(0.1)


def test_a_hand_far_outside_the_mask_does_no_harm():
    planes = _skin()
    lay_hands(planes, [_hand(1e6, -1e6)], _SAME)
    assert planes[3] == pytest.approx(np.full((200, 200), 0.9))


def test_no_hands_leave_every_bit(face):
    planes = _skin()
    before = planes.copy()
    lay_hands(planes, [], _SAME)
    assert np.array_equal(planes, before)


def test_body_skin_on_a_face_raises_suspicion_and_a_bare_face_does_not(face):
    bare = _skin(1.0, 0.0)
    assert hands_suspected(bare, [face], _SAME) == []
    covered = bare.copy()
    covered[2, 100:130, 80:120], covered[3, 100:130, 80:120] = 1.0, 0.0
    assert hands_suspected(covered, [face], _SAME) == [face]


def test_widening_moves_the_edge_of_a_hand_on_the_face_by_the_radius(face):
    planes = _skin(1.0, 0.0)
    planes[2, 90:110, 90:110], planes[3, 90:110, 90:110] = 1.0, 0.0
    widen_hands(planes, [face], _SAME, 3)
    assert planes[2, 100, 112] == 1.0
    assert planes[2, 100, 114] == 0.0
    assert planes.sum(axis=0) == pytest.approx(np.ones((200, 200)))


def test_widening_leaves_the_jaw_to_the_face(face):
    planes = _skin(1.0, 0.0)
    chin_row = int(face.landmarks.points_px[152, 1])
    planes[2, chin_row:], planes[3, chin_row:] = 1.0, 0.0
    widen_hands(planes, [face], _SAME, 3)
    assert planes[3, chin_row - 1, 100] == 1.0


def test_hands_are_sought_around_each_face(face):
    asked = []

    class Model:
        def search(self, image, squares):
            asked.extend(squares)
            return []

    assert find_hands(Model(), np.zeros((200, 200, 3), np.uint8), [face]) == []
    assert len(asked) == 1
    assert asked[0].side_px > np.ptp(face.landmarks.points_px[:, 1])
