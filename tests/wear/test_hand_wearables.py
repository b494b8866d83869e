"""Watches, bracelets and rings on made hands: true size, true place, steady, and honest about the fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.wear.made_hand import CAMERA, LENGTH_M, made_hand, rotation, view_of
from tryon.errors import ParameterError, ProductError
from tryon.types import Model, Product
from tryon.wear import WEARABLES
from tryon.wear.hand import Hand
from tryon.wear.hand_proxy import hand_surfaces
from tryon.wear.loop_fit import ellipse_circumference

MODEL = Model("empty", (), ())
INSIDE = {"inner_width": 59.0, "inner_height": 49.0}


def product(kind: str, **fit_mm: float) -> Product:
    return Product("S", "Made", kind, Path("made.glb"), (0.06, 0.03, 0.05), fit_mm=fit_mm or INSIDE)


def wear(kind: str, *, length_m: float | None = LENGTH_M, **fit_mm: float):
    wearable = WEARABLES.get(kind)(product(kind, **fit_mm), MODEL)
    wearable.hand_length_m = length_m
    return wearable


def pose(wearable, *hands, **when) -> np.ndarray:
    (drawing,) = wearable.draw(view_of(*hands, **when))
    return drawing.items[0].camera_from_model


@pytest.mark.parametrize("kind", ["watch", "bracelet", "ring"])
def test_it_is_rigid_and_of_its_own_size(kind):
    wearable = wear(kind, **({"inner_diameter": 18.0} if kind == "ring" else {}))
    turn = pose(wearable, made_hand(turn=rotation(0.3, 0.7, 0.2))[0])[:3, :3]
    np.testing.assert_allclose(turn.T @ turn, np.eye(3), atol=1e-9)
    assert np.linalg.det(turn) == pytest.approx(1.0)


def test_nobody_in_view_draws_nothing():
    assert wear("watch").draw(view_of()) == ()
    assert wear("watch").fit(view_of()) == ()


def test_a_watch_lies_on_the_back_of_the_wrist_and_hangs_below_it():
    landmarks, true = made_hand(side="left", turn=rotation(y=np.pi))  # back of the hand to the camera
    camera_from_watch = pose(wear("watch"), landmarks)
    dial_mm = 1000 * (camera_from_watch @ [0, 0, 0.5 * 0.049, 1])[:3]  # inside of the case
    wrist_mm = 1000 * true[0]
    along = dial_mm - wrist_mm
    assert -32 < along[1] < -20  # below the wrist's crease
    assert along[2] == pytest.approx(0.5 * 0.230 * 1000 * LENGTH_M, abs=1.0)  # half the wrist's thickness
    assert camera_from_watch[2, 2] > 0.95  # the dial faces the camera
    assert camera_from_watch[1, 1] > 0.95  # +Y, three o'clock, toward the hand


def test_on_a_right_wrist_twelve_still_points_where_the_wearer_reads_it():
    landmarks, _ = made_hand(side="right", turn=rotation(y=np.pi))
    camera_from_watch = pose(wear("watch"), landmarks)
    assert camera_from_watch[2, 2] > 0.95
    assert camera_from_watch[1, 1] < -0.95


def test_left_wrists_come_first_and_right_ones_serve_alone():
    left, right = made_hand(side="left", identity=1)[0], made_hand(side="right", identity=2)[0]
    watch = wear("watch")
    assert [drawing.group for drawing in watch.draw(view_of(left, right))] == ["hand:1"]
    assert [drawing.group for drawing in watch.draw(view_of(right))] == ["hand:2"]
    watch.side = "both"
    assert len(watch.draw(view_of(left, right))) == 2


def test_a_bracelet_hangs_toward_the_ground():
    flat, _ = made_hand(turn=rotation(x=np.pi / 2))  # the forearm points away from the camera
    wide = pose(wear("bracelet", inner_width=75.0, inner_height=65.0), flat)
    close = pose(wear("bracelet", inner_width=60.0, inner_height=43.0), flat)
    assert 1000 * (close[1, 3] - wide[1, 3]) > 5.0
    assert abs(close[0, 3] - wide[0, 3]) < 0.002


@pytest.mark.parametrize("finger", ["index", "middle", "ring", "little", "thumb"])
def test_a_ring_is_round_its_own_finger(finger):
    from tryon.wear.hand_frames import FINGERS

    kind = WEARABLES.get("ring")
    ring = kind(product("ring", inner_diameter=18.0), MODEL, finger=finger)
    ring.hand_length_m = LENGTH_M
    landmarks, true = made_hand(bend_rad=0.3)
    place = pose(ring, landmarks)
    joints = true[list(FINGERS[finger])]
    a, b = (joints[1], joints[2]) if finger == "thumb" else (joints[0], joints[1])
    assert np.linalg.norm(place[:3, 3] - (a + 0.6 * (b - a))) < 0.003
    assert place[:3, 1] @ (b - a) / np.linalg.norm(b - a) > 0.98


def test_what_cannot_be_is_refused():
    with pytest.raises(ProductError, match=r"inner_diameter.*tryon fit"):
        WEARABLES.get("ring")(product("ring", band_width=2.0), MODEL)
    with pytest.raises(ProductError, match="inner_height"):
        WEARABLES.get("watch")(product("watch", inner_width=59.0), MODEL)
    with pytest.raises(ParameterError, match="little"):
        WEARABLES.get("ring")(product("ring", inner_diameter=18.0), MODEL, finger="pinky")


def test_the_surface_stays_inside_a_tight_ring_and_a_loose_one_leaves_it_alone():
    hand = Hand.of(made_hand()[0], CAMERA, length_m=LENGTH_M)
    for inner_mm in (15.0, 17.0, 18.4):
        ring = wear("ring", inner_diameter=inner_mm)
        frame = ring.camera_from_product(hand)
        own = (ring.surfaces(hand)["ring"].vertices_m - frame[:3, 3]) @ frame[:3, :3]
        near = own[np.abs(own[:, 1]) < 0.0005]
        radius_mm = 1000 * np.linalg.norm(near[:, [0, 2]], axis=1)
        assert len(near) >= 8
        assert radius_mm.max() < 0.5 * inner_mm
        assert radius_mm.min() > 0.4 * inner_mm
    loose = wear("ring", inner_diameter=21.0).surfaces(hand)["ring"]
    np.testing.assert_array_equal(loose.vertices_m, hand_surfaces(hand)["ring"].vertices_m)


def test_the_wrist_stays_inside_a_tight_band():
    hand = Hand.of(made_hand()[0], CAMERA, length_m=LENGTH_M)
    watch = wear("watch", inner_width=54.0, inner_height=40.0)
    frame = watch.loop_frame(hand)
    own = (watch.surfaces(hand)["forearm"].vertices_m - frame[:3, 3]) @ frame[:3, :3]
    near = own[np.abs(own[:, 1]) < 0.0005]
    assert len(near) >= 8
    assert ((near[:, 0] / 0.027) ** 2 + (near[:, 2] / 0.020) ** 2).max() < 1.0


def test_reports_say_loose_tight_and_how_sure():
    hand = made_hand()[0]
    (tight,) = wear("ring", inner_diameter=14.0).fit(view_of(hand))
    (right,) = wear("ring", inner_diameter=18.5).fit(view_of(hand))
    (loose,) = wear("ring", inner_diameter=23.5).fit(view_of(hand))
    assert tight.verdict.startswith("Tight")
    assert not tight.ok
    assert right.ok
    assert right.verdict.startswith("Fits: the ring is size 58")
    assert loose.verdict.startswith("Loose by 5.1 mm")
    assert loose.lengths_mm["finger_low"] < loose.lengths_mm["finger"] < loose.lengths_mm["finger_high"]
    (unsure,) = wear("ring", length_m=None, inner_diameter=17.0).fit(view_of(hand))
    assert unsure.verdict.startswith("Probably tight")
    (wrist,) = wear("watch").fit(view_of(hand))
    assert wrist.ok
    assert wrist.lengths_mm["spare"] == pytest.approx(wrist.lengths_mm["inside"] - wrist.lengths_mm["wrist"])


def test_an_ellipse_that_is_a_circle_has_its_circumference():
    assert ellipse_circumference(20.0, 20.0) == pytest.approx(20.0 * np.pi)
    angle = np.linspace(0, 2 * np.pi, 200_001)
    line = np.stack([30 * np.cos(angle), 20 * np.sin(angle)], axis=1)
    length = np.linalg.norm(np.diff(line, axis=0), axis=1).sum()
    assert ellipse_circumference(60.0, 40.0) == pytest.approx(length, rel=1e-5)


def test_a_resting_hand_holds_its_ring_still():
    rng = np.random.default_rng(0)
    ring, tracked, drawn = wear("ring", inner_diameter=18.0), [], []
    for index in range(90):
        noise = rng.normal(0.0, 0.25, (21, 2))
        landmarks, _ = made_hand(noise_px=noise)
        hand = Hand.of(landmarks, CAMERA, length_m=LENGTH_M)
        tracked.append(ring.camera_from_product(hand)[:3, 3])
        drawn.append(pose(ring, landmarks, index=index, time_s=index / 30)[:3, 3])
    steps = [
        1000 * np.linalg.norm(np.diff(np.array(path)[30:, :2], axis=0), axis=1).mean() for path in (tracked, drawn)
    ]
    assert steps[1] < 0.3 * steps[0]
    assert 1000 * np.array(drawn)[30:, :2].std(axis=0).max() < 0.15


def test_a_moving_hand_does_not_leave_its_watch_behind():
    watch = wear("watch")
    behind = []
    for index in range(30):
        landmarks, _ = made_hand(place_m=(-0.2 + 0.015 * index, -0.1, -0.6), side="left")  # 0.45 m/s
        place = pose(watch, landmarks, index=index, time_s=index / 30)
        behind.append(Hand.of(landmarks, CAMERA, length_m=LENGTH_M).points_m[0, 0] - place[0, 3])
    assert np.abs(np.array(behind[10:]) - behind[0]).max() < 0.004  # a quarter of one frame's way
