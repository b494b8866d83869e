from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tryon.errors import ParameterError
from tryon.measure import ScaleFollower
from tryon.types import Camera, Frame


def test_a_size_settles_and_then_stands_still_under_noise(render):
    truth, face = render(pd_mm=58.0, iris_mm=11.7, seed=3)
    rng = np.random.default_rng(0)
    follower = ScaleFollower()
    scales = []
    for index in range(60):
        noisy = np.clip(truth.pixels + rng.normal(0.0, 4.0, truth.pixels.shape), 0, 255).astype(np.uint8)
        found = follower.follow(Frame(noisy, index / 30, index), face, truth.camera)
        scales.append(found.true_from_canonical)
    assert np.ptp(scales[30:]) / scales[-1] < 0.002
    assert np.abs(np.diff(scales[10:])).max() / scales[-1] < 0.003
    assert found.pupillary_distance.low_m < truth.pd_m < found.pupillary_distance.high_m


def test_before_the_eyes_were_seen_an_average_face_stands_in(render):
    truth, face = render(pd_mm=58.0, iris_mm=11.7, seed=3)
    blurry = replace(face, quality=replace(face.quality, sharpness=0.1))
    found = ScaleFollower().follow(truth.frame, blurry, truth.camera)
    assert 0.95 < found.true_from_canonical * float(np.linalg.norm(face.mesh_m[234] - face.mesh_m[454])) / 0.143 < 1.06
    assert found.pupillary_distance.source == "average face"
    known = ScaleFollower(known_pd_mm=70.0).follow(truth.frame, blurry, truth.camera)
    assert known.true_from_canonical == pytest.approx(70.0 / 63.0)


def test_a_frame_that_cannot_be_measured_leaves_the_size_alone(render):
    truth, face = render(pd_mm=58.0, iris_mm=11.7, seed=3)
    follower = ScaleFollower()
    first = follower.follow(truth.frame, face, truth.camera)
    blurry = replace(face, quality=replace(face.quality, sharpness=0.1))
    second = follower.follow(replace(truth.frame, index=1), blurry, truth.camera)
    assert second is first


def test_a_known_distance_is_kept_and_an_absurd_one_refused(render):
    truth, face = render(pd_mm=58.0, iris_mm=11.7, seed=3)
    found = ScaleFollower(known_pd_mm=58.0).follow(truth.frame, face, truth.camera)
    assert found.pupillary_distance.value_m == pytest.approx(0.058, abs=1e-6)
    with pytest.raises(ParameterError):
        ScaleFollower(known_pd_mm=12.0)


def test_eyes_that_cannot_be_measured_are_looked_at_seldom(monkeypatch, make_face):
    from tryon.errors import ScaleUnknownError
    from tryon.measure import follower

    looks = []

    def shut(*_: object, **__: object) -> None:
        looks.append(1)
        raise ScaleUnknownError("The eyes are shut.")

    monkeypatch.setattr(follower, "measure", shut)
    frame, tracks = make_face()
    one = follower.ScaleFollower()
    camera = Camera.assumed(frame.width, frame.height)
    for index in range(100):
        one.follow(Frame(frame.pixels, index / 30.0, index), tracks.faces[0], camera)
    assert 7 <= len(looks) <= 15
