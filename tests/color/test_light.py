import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tryon.color import FaceLight, estimate_light, follow, illuminant_linear, skin_albedo
from tryon.errors import ShapeError

SCLERA = np.array([0.37, 0.36, 0.34])
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
channel = st.floats(0.0, 1.0)
rgb = st.tuples(channel, channel, channel)


@pytest.mark.parametrize("melanin", [0.0, 0.25, 0.5, 0.75, 1.0])
@pytest.mark.parametrize("level", [0.6, 1.0, 1.5])
def test_light_of_a_face_with_open_eyes_comes_back_for_every_skin(melanin, level):
    light = level * np.array([1.05, 1.0, 0.9])
    found = estimate_light(skin_albedo(melanin) * light, sclera_linear=SCLERA * light)
    assert np.abs(np.log(found.rgb / light)).max() < 0.28
    assert np.abs(np.log(found.skin_albedo / skin_albedo(melanin))).max() < 0.28


def test_light_and_reflectance_multiply_to_the_skin_seen():
    skin = np.array([0.5, 0.3, 0.2])
    found = estimate_light(skin, sclera_linear=(0.4, 0.4, 0.4), frame_mean=(0.2, 0.2, 0.2))
    np.testing.assert_allclose(found.rgb * found.skin_albedo, skin, rtol=1e-5)


def test_brighter_pictures_have_brighter_light_without_eyes_too():
    skin = skin_albedo(0.3)
    levels = [float(estimate_light(skin * level).rgb @ LUMINANCE) for level in (0.02, 0.1, 0.7, 1.2, 2.0)]
    assert (np.diff(levels) > 0.0).all()


@pytest.mark.parametrize("temperature_k", [2856.0, 4000.0, 9000.0])
def test_colored_light_is_seen_as_colored(temperature_k):
    light = 0.9 * illuminant_linear(temperature_k)
    found = estimate_light(skin_albedo(0.3) * light, sclera_linear=SCLERA * light, frame_mean=0.15 * light)
    wanted = float(np.log(light[0] / light[2]))
    assert float(np.log(found.rgb[0] / found.rgb[2])) == pytest.approx(wanted, abs=0.25 * abs(wanted) + 0.05)


def test_eyes_in_shade_do_not_darken_the_light_as_much_as_they_are_dark():
    skin = skin_albedo(0.2)
    clear = estimate_light(skin, sclera_linear=SCLERA)
    shaded = estimate_light(skin, sclera_linear=SCLERA * 0.25)
    assert np.log(clear.rgb / shaded.rgb).max() < 0.2


def test_more_evidence_gives_more_confidence():
    skin = skin_albedo(0.2)
    blind = estimate_light(skin)
    seeing = estimate_light(skin, sclera_linear=SCLERA)
    assert 0.0 < blind.confidence < seeing.confidence < 1.0


@given(rgb, st.none() | rgb, st.none() | rgb)
def test_no_picture_gives_an_absurd_light(skin, sclera, frame):
    found = estimate_light(skin, sclera_linear=sclera, frame_mean=frame)
    assert np.isfinite(found.rgb).all()
    assert found.rgb.min() >= 0.0199
    assert found.rgb.max() <= 4.001
    assert 0.0 <= found.confidence <= 1.0


@given(rgb, rgb)
def test_a_small_change_of_input_is_a_small_change_of_light(skin, sclera):
    first = estimate_light(np.maximum(skin, 0.02), sclera_linear=np.maximum(sclera, 0.02))
    second = estimate_light(np.maximum(skin, 0.02) * 1.01, sclera_linear=np.maximum(sclera, 0.02) * 0.99)
    assert np.abs(np.log(first.rgb / second.rgb)).max() < 0.15


@pytest.mark.parametrize("skin", [(0.1, 0.2), 0.5, (np.nan, 0.1, 0.1), np.zeros((3, 3))])
def test_what_is_not_a_color_is_refused(skin):
    with pytest.raises(ShapeError, match="skin_linear"):
        estimate_light(skin)


def test_following_keeps_a_still_face_and_forgets_nothing_at_once():
    light = estimate_light((0.5, 0.3, 0.2), sclera_linear=SCLERA)
    same = follow(light, light, elapsed_s=0.03)
    np.testing.assert_allclose(same.rgb, light.rgb, rtol=1e-5)
    blink = estimate_light((0.5, 0.3, 0.2), sclera_linear=(0.1, 0.05, 0.04))
    after = follow(light, blink, elapsed_s=0.033)
    assert np.abs(np.log(after.rgb / light.rgb)).max() < 0.1 * np.abs(np.log(blink.rgb / light.rgb)).max()


def test_following_takes_a_lamp_switched_off_within_half_a_second():
    bright = FaceLight(np.ones(3, np.float32), np.float32([0.4, 0.25, 0.2]), 0.5)
    dim = estimate_light(bright.skin_albedo * 0.5)
    light = bright
    for _ in range(15):
        light = follow(light, dim, elapsed_s=1 / 30)
    np.testing.assert_allclose(light.rgb, 0.5, rtol=0.2)


def test_following_for_long_ends_at_what_is_seen():
    start = FaceLight(np.float32([2, 2, 2]), np.float32([0.2, 0.1, 0.1]), 0.5)
    now = estimate_light((0.5, 0.3, 0.2), sclera_linear=SCLERA)
    light = start
    for _ in range(400):
        light = follow(light, now, elapsed_s=1 / 30)
    np.testing.assert_allclose(light.rgb, now.rgb, rtol=0.02)
