"""The light read from pictures of faces whose light is known, and followed from frame to frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tryon.effects import LightFollower, Workspace
from tryon.effects.canvas import Canvas
from tryon.effects.lighting import measure_light

SKIN = np.array([0.45, 0.28, 0.20])


@pytest.fixture
def canvas_of(make_face):
    """Canvas of a face at a moment; gain is how bright the picture is."""

    def make(*, gain: float = 1.0, index: int = 0, fps: float = 30.0) -> Canvas:
        frame, tracks = make_face(skin=tuple(SKIN * gain), seed=index)
        frame = replace(frame, time_s=index / fps, index=index)
        return Canvas(frame, frame.pixels.copy(), tracks.faces[0], tracks, workspace=Workspace())

    return make


def test_light_times_reflectance_is_the_skin_painted(canvas_of):
    light = measure_light(canvas_of())
    np.testing.assert_allclose(light.rgb * light.skin_albedo, SKIN, rtol=0.08)


def test_a_still_face_keeps_its_light_to_a_percent(canvas_of):
    follow = LightFollower()
    lights = np.log([follow(canvas_of(index=k)).rgb for k in range(12)])
    assert np.abs(np.diff(lights, axis=0)).max() < 0.01


def test_a_lamp_that_dims_is_followed_within_half_a_second(canvas_of):
    follow = LightFollower()
    for k in range(10):
        bright = follow(canvas_of(index=k))
    for k in range(10, 26):
        dim = follow(canvas_of(gain=0.5, index=k))
    np.testing.assert_allclose(dim.rgb / bright.rgb, 0.5, rtol=0.25)


def test_a_new_video_forgets_the_last_one(canvas_of):
    follow = LightFollower()
    for k in range(6):
        follow(canvas_of(gain=0.3, index=k))
    np.testing.assert_allclose(follow(canvas_of()).rgb, measure_light(canvas_of()).rgb)
