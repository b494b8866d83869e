"""Where the face ends in the parts mask, checked on the canonical face."""

import numpy as np
import pytest

from tryon.track.parts_face import end_faces, filled, outline
from tryon.types import Face, FaceLandmarks

_SIZE = 200
_SAME = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


@pytest.fixture
def face(canonical_points):
    return _face(canonical_points, 0.0)


def _face(canonical_points: np.ndarray, yaw_rad: float) -> Face:
    c, s = np.cos(yaw_rad), np.sin(yaw_rad)
    points = canonical_points @ np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]).T * 5.0 + [100, 110, 0]
    return Face(0, FaceLandmarks(points.astype(np.float32), 1.0))


def _all_face_skin() -> np.ndarray:
    planes = np.zeros((6, _SIZE, _SIZE), np.float32)
    planes[3] = 1.0
    return planes


def test_the_outline_holds_the_landmarks_and_has_the_faces_height(face):
    oval, height = outline(face, _SAME)
    assert oval.shape == (36, 2)
    points = face.landmarks.points_px
    assert height == pytest.approx(np.hypot(*(points[10, :2] - points[152, :2])))
    area = filled(oval, _SIZE, _SIZE)
    inner = np.round(points[[1, 33, 263, 13, 50, 280], :2]).astype(int)
    assert area[inner[:, 1], inner[:, 0]].all()


def test_ears_and_throat_become_body_skin_while_cheeks_and_forehead_stay_face(face):
    planes = _all_face_skin()
    end_faces(planes, [face], _SAME)
    points = face.landmarks.points_px
    ear = (points[234, :2] + [-12, 0]).astype(int)
    throat = (points[152, :2] + [0, 10]).astype(int)
    hairline = (points[10, :2] + [0, -15]).astype(int)
    for x, y in (ear, throat):
        assert planes[3, y, x] == 0.0
        assert planes[2, y, x] == 1.0
    for x, y in (hairline, points[50, :2].astype(int), points[1, :2].astype(int)):
        assert planes[3, y, x] == 1.0


def test_the_planes_still_sum_to_one(face):
    random = np.random.default_rng(0)
    planes = random.dirichlet(np.ones(6), (_SIZE, _SIZE)).astype(np.float32).transpose(2, 0, 1).copy()
    end_faces(planes, [face], _SAME)
    assert planes.sum(axis=0) == pytest.approx(np.ones((_SIZE, _SIZE)), abs=1e-5)
    assert planes.min() >= 0.0


def test_the_skin_of_a_person_without_landmarks_stays_face(face):
    planes = _all_face_skin()
    end_faces(planes, [face], np.array([[0.2, 0.0, 0.0], [0.0, 0.2, 0.0]]))  # the known face is small, at the left
    assert planes[3, 150, 150] == 1.0


def test_the_far_side_of_a_turned_head_is_left_to_the_network(canonical_points):
    turned = _face(canonical_points, 0.9)
    planes = _all_face_skin()
    end_faces(planes, [turned], _SAME)
    points = turned.landmarks.points_px
    nose, middle = points[1, 0], points[[234, 454], 0].mean()
    far = 1 if nose > middle else -1
    edge = points[:468, 0].max() if far > 0 else points[:468, 0].min()
    row = int(points[1, 1])
    assert planes[3, row, int(edge + far * 8)] == 1.0
    near_edge = points[:468, 0].min() if far > 0 else points[:468, 0].max()
    assert planes[3, row, int(near_edge - far * 8)] == 0.0


def test_no_face_changes_nothing():
    planes = _all_face_skin()
    end_faces(planes, [], _SAME)
    assert planes[3].min() == 1.0
