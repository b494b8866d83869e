"""Which face points the camera sees."""

import numpy as np
import pytest

from tryon.track.face_visible import FaceVisibility


@pytest.fixture(scope="module")
def face(models_ready):
    from tryon.track.smoothing import FaceModel

    return FaceModel().face


def turned(face, yaw_rad):
    cosine, sine = np.cos(yaw_rad), np.sin(yaw_rad)
    points = face @ np.array([[cosine, 0, sine], [0, 1, 0], [-sine, 0, cosine]]).T
    return (points * 100 * (1, -1, -1) + 300).astype(np.float32)


def test_a_frontal_face_is_seen(face):
    visible = FaceVisibility().see(turned(face, 0.0))
    assert visible.shape == (478,)
    assert visible.dtype == np.float32
    assert np.mean(visible > 0.9) > 0.95


def test_the_far_side_of_a_turned_head_is_hidden(face):
    # Turned to the picture's right, the person's left cheek and eye go out of sight.
    visible = FaceVisibility().see(turned(face, 1.2))
    assert visible[[356, 454, 323, 345]].max() < 0.2
    assert visible[[127, 234, 93, 116]].min() > 0.9
    assert visible[473] < visible[468]


def test_the_two_sides_mirror_each_other(face):
    left, right = (FaceVisibility().see(turned(face, yaw)) for yaw in (0.9, -0.9))
    assert left[234] == pytest.approx(right[454], abs=0.05)
    assert left[468] == pytest.approx(right[473], abs=0.05)
