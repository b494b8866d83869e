"""Which face is which."""

import numpy as np
import pytest

from tryon.track.crops import Square
from tryon.track.face_mesh import Found, face_square
from tryon.track.face_tracks import FaceTracks


@pytest.fixture(scope="module")
def face(models_ready):
    from tryon.track.smoothing import FaceModel

    return FaceModel().face * 100.0 * (1, -1, -1)


def seen(face, x, y=300.0, score=1.0, scale=1.0):
    points = (face * scale + (x, y, 0)).astype(np.float32)
    return Found(points, score, face_square(points), np.zeros((4, 4, 3), np.uint8))


@pytest.fixture
def tracks():
    return FaceTracks(None)


def ids(tracks):
    return [track.id for track in tracks.active]


def test_ids_count_up_and_stay(tracks, face):
    tracks.welcome(seen(face, 200), 0.0)
    tracks.welcome(seen(face, 700), 0.0)
    tracks.follow([seen(face, 210), seen(face, 690)], 0.03, min_score=0.3)
    assert tracks.missed(0.03) == []
    assert ids(tracks) == [0, 1]
    assert [track.square.center_x_px for track in tracks.active] == pytest.approx([210, 690], abs=1)


def test_a_lost_face_comes_back_under_its_id(tracks, face):
    tracks.welcome(seen(face, 200), 0.0)
    tracks.welcome(seen(face, 700), 0.0)
    tracks.follow([seen(face, 200, score=0.1), seen(face, 700)], 0.03, min_score=0.3)
    assert ids(tracks) == [1]
    assert [track.id for track in tracks.missed(0.03)] == [0]
    tracks.welcome(seen(face, 240), 0.3)
    assert ids(tracks) == [0, 1]


def test_each_lost_face_gets_its_own_id_back_whatever_the_order(tracks, face):
    for x in (200, 500):
        tracks.welcome(seen(face, x), 0.0)
    tracks.follow([seen(face, 200, score=0.0), seen(face, 500, score=0.0)], 0.03, min_score=0.3)
    tracks.welcome(seen(face, 520), 0.1)
    tracks.welcome(seen(face, 220), 0.1)
    assert {track.id: round(track.square.center_x_px) for track in tracks.active} == {0: 220, 1: 520}


@pytest.mark.parametrize("back", [{"x": 1200}, {"x": 200, "scale": 3.0}])
def test_a_face_elsewhere_or_of_another_size_is_a_new_one(tracks, face, back):
    tracks.welcome(seen(face, 200), 0.0)
    tracks.follow([seen(face, 200, score=0.0)], 0.03, min_score=0.3)
    tracks.welcome(seen(face, **back), 0.1)
    assert ids(tracks) == [1]


def test_a_face_lost_for_long_is_forgotten(tracks, face):
    tracks.welcome(seen(face, 200), 0.0)
    tracks.follow([seen(face, 200, score=0.0)], 0.03, min_score=0.3)
    tracks.follow([], 2.0, min_score=0.3)
    tracks.welcome(seen(face, 200), 2.0)
    assert ids(tracks) == [1]


def test_two_tracks_on_one_face_leave_the_older_one(tracks, face):
    tracks.welcome(seen(face, 200), 0.0)
    tracks.welcome(seen(face, 400), 0.0)
    tracks.follow([seen(face, 300), seen(face, 305)], 0.03, min_score=0.3)
    assert ids(tracks) == [0]


def test_the_square_rests_while_the_face_does(tracks, face):
    tracks.welcome(seen(face, 200), 0.0)
    for index in range(4):
        tracks.follow([seen(face, 200)], 0.03 * (index + 1), min_score=0.3)
    resting = tracks.active[0].square
    tracks.follow([seen(face, 200.5)], 0.2, min_score=0.3)
    assert tracks.active[0].square is resting
    tracks.follow([seen(face, 230)], 0.23, min_score=0.3)
    assert tracks.active[0].square.center_x_px == pytest.approx(Square(230, 0, 1).center_x_px, abs=1)
