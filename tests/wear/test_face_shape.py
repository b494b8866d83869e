"""What is learned of a face: symmetric, at rest, its midline found though the pose is turned against it."""

import numpy as np
import pytest

from tests.wear.worn_face import CAMERA, average_head, posed
from tryon.types import Head
from tryon.wear.face_shape import FaceShape, canonical_face

pytestmark = pytest.mark.usefixtures("models_ready")


def test_every_point_has_one_counterpart():
    mirror = canonical_face().mirror
    assert np.array_equal(mirror[mirror], np.arange(468))
    assert mirror[[33, 133, 234, 1]].tolist() == [263, 362, 454, 1]


def test_an_exact_face_comes_back_as_it_is():
    learned = FaceShape()
    learned.learn(average_head(posed(0.3)), CAMERA)
    shape = learned.shape()
    assert shape.vertices_m == pytest.approx(canonical_face().vertices_m, abs=2e-5)
    assert shape.head_from_midline == pytest.approx(np.eye(4), abs=2e-3)
    assert 2e3 * shape.pupils_m[1, 0] == pytest.approx(63.1, abs=0.2)
    assert shape.ears_m[0] == pytest.approx(shape.ears_m[1] * [-1, 1, 1])


def test_a_pose_turned_against_the_face_is_told_by_the_midline():
    exact = average_head()
    askew = Head(exact.face, 1.0, posed(0.05), exact.mesh_m)
    learned = FaceShape()
    learned.learn(askew, CAMERA)
    midline = askew.camera_from_head @ learned.shape().head_from_midline
    assert midline[:3, 0] == pytest.approx([1.0, 0.0, 0.0], abs=3e-3)


def test_frontal_frames_count_more_than_turned_ones():
    wide = canonical_face().vertices_m * [1.2, 1.0, 1.0]
    learned = FaceShape()
    for _ in range(5):
        learned.learn(average_head(posed(0.8), mesh_m=wide), CAMERA)
        learned.learn(average_head(), CAMERA)
    width = np.ptp(learned.shape().vertices_m[:, 0]) / np.ptp(canonical_face().vertices_m[:, 0])
    assert width < 1.03


def test_asking_before_learning_is_refused():
    with pytest.raises(RuntimeError, match="before any frame"):
        FaceShape().shape()
