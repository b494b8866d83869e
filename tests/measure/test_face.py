from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tryon.errors import ParameterError, ScaleUnknownError, ShapeError
from tryon.measure import measure, measure_face
from tryon.types import Camera, Frame


def error_mm(found, truth):
    return (found.pupillary_distance.value_m - truth.pd_m) * 1e3


def test_irises_give_the_pupillary_distance_within_their_interval(render):
    truth, face = render(pd_mm=58.0, iris_mm=11.7, seed=3)
    found = measure_face(truth.frame, face, truth.camera, sources=("iris",), camera_known=True)
    pd = found.pupillary_distance
    assert pd.source == "iris prior"
    assert pd.low_m < truth.pd_m < pd.high_m
    assert 0.07 < pd.high_m / pd.value_m - 1.0 < 0.12
    assert abs(error_mm(found, truth)) < 1.5  # this iris is as wide as the prior says
    assert abs(found.face_width.value_m / truth.face_width_m - 1.0) < 0.06


def test_pupils_that_converge_on_a_near_camera_are_no_smaller_distance(render):
    """At 42 cm pupils are 2.5 % closer together than far away; the sizes found must not follow."""
    truth, face = render(pd_mm=58.0, iris_mm=11.7, seed=3)
    near_m = float(np.linalg.norm(truth.pupils_m[1] - truth.pupils_m[0]))
    assert near_m < 0.98 * truth.pd_m
    found = measure_face(truth.frame, face, truth.camera, known_pd_mm=58.0)
    depth_m = found.true_from_canonical * measure(truth.frame, face, truth.camera, sources=("iris",)).eyes.depth_m
    assert abs(depth_m / -truth.pupils_m[:, 2].mean() - 1.0) < 0.01


def test_a_known_distance_comes_back_as_it_was_given(render):
    truth, face = render(pd_mm=58.0, iris_mm=11.7, seed=3)
    found = measure_face(truth.frame, face, truth.camera, known_pd_mm=61.5)
    assert found.pupillary_distance.value_m == pytest.approx(0.0615, abs=1e-6)
    assert found.pupillary_distance.source == "known PD"


@pytest.mark.parametrize("pd_mm", [20.0, 100.0, float("nan")])
def test_an_absurd_known_distance_is_refused(render, pd_mm):
    truth, face = render(pd_mm=58.0, iris_mm=11.7, seed=3)
    with pytest.raises(ParameterError, match="40 to 85 mm"):
        measure_face(truth.frame, face, truth.camera, known_pd_mm=pd_mm)


def test_a_known_distance_far_from_the_irises_is_remarked(render):
    truth, face = render(pd_mm=58.0, iris_mm=11.7, seed=3)
    found = measure(truth.frame, face, truth.camera, known_pd_mm=78.0)
    assert any("disagree" in remark for remark in found.remarks)


def test_depth_gives_the_distance_and_holes_do_not_matter(render):
    truth, face = render(pd_mm=66.0, iris_mm=11.2, seed=5)
    depth = truth.depth_m.copy()
    depth[np.random.default_rng(0).random(depth.shape) < 0.3] = 0.0
    found = measure_face(truth.frame, face, truth.camera, depth=depth, sources=("depth",))
    assert abs(error_mm(found, truth)) < 1.0
    assert found.pupillary_distance.source == "depth frame"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda depth: np.zeros_like(depth), "holes"),
        (lambda depth: np.where(np.isfinite(depth), depth * 1000.0, 0.0).astype(np.float32), "millimeters"),
        (lambda depth: np.where(np.arange(len(depth))[:, None] < 60, 0.5, 0.0 * depth.clip(0, 1)), "hole where"),
    ],
)
def test_a_depth_frame_that_cannot_be_used_is_told(render, change, words):
    truth, face = render(pd_mm=66.0, iris_mm=11.2, seed=5)
    with pytest.raises(ScaleUnknownError, match=words):
        measure_face(truth.frame, face, truth.camera, depth=change(truth.depth_m), sources=("depth",))


def test_a_depth_frame_of_another_shape_is_refused(render):
    truth, face = render(pd_mm=66.0, iris_mm=11.2, seed=5)
    with pytest.raises(ShapeError, match="proportions"):
        measure_face(truth.frame, face, truth.camera, depth=np.ones((50, 200), np.float32))


def test_a_covered_eye_is_named(render):
    truth, face = render(pd_mm=58.0, iris_mm=11.7, seed=3)
    pixels = truth.pixels.copy()
    x, y = np.rint(truth.pupils_px[1]).astype(int)
    pixels[y - 45 : y + 45, x - 75 : x + 75] = (190, 140, 115)
    with pytest.raises(ScaleUnknownError, match="left one cannot be seen"):
        measure_face(Frame(pixels), face, truth.camera)


def test_a_face_tracked_under_another_camera_is_refused(render):
    truth, face = render(pd_mm=58.0, iris_mm=11.7, seed=3)
    with pytest.raises(ScaleUnknownError, match="tracked under this camera"):
        measure_face(truth.frame, face, Camera.of_focal(960, 1280, 700.0))


def test_a_blurry_picture_and_a_face_without_pose_are_refused(render):
    truth, face = render(pd_mm=58.0, iris_mm=11.7, seed=3)
    blurry = replace(face, quality=replace(face.quality, sharpness=0.1))
    with pytest.raises(ScaleUnknownError, match="blurry"):
        measure_face(truth.frame, blurry, truth.camera)
    with pytest.raises(ScaleUnknownError, match="pose"):
        measure_face(truth.frame, replace(face, pose=None), truth.camera)
