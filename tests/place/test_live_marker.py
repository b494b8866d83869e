"""The marker followed through a rendered video of known poses."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.place.pages import video
from tryon.errors import ParameterError
from tryon.place.flat_fit import Estimate
from tryon.place.live_marker import MarkerTracker
from tryon.place.live_marker_pose import SteadyPose, between
from tryon.place.marker_page import marker_page
from tryon.types import Camera, Frame, Intrinsics, Plane

CAMERA = Camera.of_focal(960, 540, 720.0)
KNOWN = Intrinsics(CAMERA, 0.01, "test")


@pytest.fixture(scope="module")
def picture():
    return video().PagePicture(marker_page(), over=2)


def shot(picture, *, at_m=(0.05, 1.2), pitch_deg=40.0, height_m=1.0, seed=0) -> tuple[np.ndarray, Plane]:
    module = video()
    floor = module.floor_below(CAMERA, height_m, pitch_deg)
    light = picture.clean(floor, at_m=at_m, yaw_rad=0.3, blur_px=0.7)
    return module.developed(light, 4.0, np.random.default_rng(seed)), floor


def middle(floor: Plane, at_m: tuple[float, float]) -> np.ndarray:
    return np.array(at_m) @ floor.tangents - floor.distance_m * floor.normal


def test_a_still_marker_stands_still(picture) -> None:
    module = video()
    floor = module.floor_below(CAMERA, 1.0, 40.0)
    light = picture.clean(floor, at_m=(0.05, 1.2), yaw_rad=0.3, blur_px=0.7)
    rng = np.random.default_rng(1)
    places = []
    with MarkerTracker(KNOWN) as tracker:
        for index in range(30):
            view = tracker.track(module.frame_of(module.developed(light, 4.0, rng), index))
            assert view is not None
            places.append(view.camera_from_marker[:3, 3])
    settled = np.array(places)[10:]
    assert settled.std(axis=0).max() < 0.001
    assert settled.mean(axis=0) == pytest.approx(middle(floor, (0.05, 1.2)), abs=0.004)
    assert np.sqrt(((CAMERA.project(settled) - CAMERA.project(settled.mean(axis=0))) ** 2).sum(axis=1).mean()) < 0.1


def test_a_moving_marker_is_followed_without_lag(picture) -> None:
    module = video()
    tracker = MarkerTracker(KNOWN)
    misses = []
    for index in range(16):
        at_m = (-0.15 + 0.02 * index, 1.2)  # 60 cm a second
        pixels, floor = shot(picture, at_m=at_m, seed=index)
        view = tracker.track(module.frame_of(pixels, index))
        assert view is not None
        drawn = CAMERA.project(view.camera_from_marker[:3, 3])
        misses.append(float(np.linalg.norm(drawn - CAMERA.project(middle(floor, at_m)))))
    assert max(misses[3:]) < 0.5
    tracker.close()


def test_after_a_jump_and_after_a_gap_it_is_found_again(picture) -> None:
    module = video()
    tracker = MarkerTracker(KNOWN)
    bare = np.full((540, 960, 3), 120, np.uint8)
    sequence = [(0.0, 1.2), (0.03, 1.2), (0.35, 1.0), None, (-0.2, 1.3)]
    for index, at_m in enumerate(sequence):
        if at_m is None:
            assert tracker.track(module.frame_of(bare, index)) is None
            continue
        pixels, floor = shot(picture, at_m=at_m, seed=index)
        view = tracker.track(module.frame_of(pixels, index))
        assert view is not None
        if index != 2:  # the frame right after the jump is drawn on its way
            assert view.camera_from_marker[:3, 3] == pytest.approx(middle(floor, at_m), abs=0.02)


def test_the_plane_is_the_pages_and_knows_its_doubt(picture) -> None:
    pixels, floor = shot(picture)
    view = MarkerTracker(KNOWN).track(Frame(pixels))
    assert view is not None
    assert view.plane.source == "marker page"
    assert view.plane.distance_m == pytest.approx(floor.distance_m, rel=0.01)
    assert float(view.plane.normal @ floor.normal) > math.cos(math.radians(0.5))
    assert 0.003 < math.sqrt(view.plane.covariance[2, 2]) < 0.02
    assert math.sqrt(view.plane.covariance[3, 3]) <= 0.0101
    rotation = view.camera_from_marker[:3, :3]
    assert rotation @ rotation.T == pytest.approx(np.eye(3), abs=1e-9)
    assert rotation[:, 1] == pytest.approx(view.plane.normal, abs=1e-9)


def test_a_loose_tag_is_followed_by_its_size() -> None:
    module = video()
    floor = module.floor_below(CAMERA, 1.0, 40.0)
    light = module.PagePicture(marker_page(0.12), over=2).clean(floor, at_m=(0.0, 1.2), yaw_rad=0.0, blur_px=0.7)
    pixels = module.developed(light, 3.0, np.random.default_rng(0))
    with MarkerTracker(KNOWN, tag_size_m=0.12) as tracker:
        view = tracker.track(Frame(pixels))
        assert view is not None
        assert view.plane.source == "tag"
        assert view.plane.distance_m == pytest.approx(1.0, rel=0.03)


def test_frames_of_another_size_and_impossible_tags_are_refused() -> None:
    with pytest.raises(ParameterError, match="960×540"):
        MarkerTracker(KNOWN).track(Frame(np.zeros((48, 64, 3), np.uint8)))
    with pytest.raises(ParameterError, match=r"0\.002"):
        MarkerTracker(KNOWN, tag_size_m=-1.0)
    with pytest.raises(ParameterError, match="families"):
        MarkerTracker(KNOWN, families=("nope",))


def pose(turn: float = 0.0, tilt: float = 0.7, distance_m: float = 1.2) -> Estimate:
    normal = np.array([0.05, math.cos(tilt), math.sin(tilt)])
    normal /= np.linalg.norm(normal)
    plane = Plane(CAMERA, normal, distance_m, np.eye(4), "test")
    first, second = plane.tangents
    axes = np.column_stack(
        [math.cos(turn) * first + math.sin(turn) * second, math.cos(turn) * second - math.sin(turn) * first, normal]
    )
    return Estimate(axes, distance_m, 1.0, np.array([[0.4, 0.1, 0.9]]), np.zeros(0))


def test_the_step_between_two_poses_leads_from_one_to_the_other() -> None:
    base, other = pose(), pose(turn=0.3, tilt=0.72, distance_m=1.23)
    step = between(base, other)
    moved = base.moved(np.array([*step[:3], 0.0, *step[3:]]))
    from tryon.place.live_marker import camera_from_marker

    assert camera_from_marker(moved) == pytest.approx(camera_from_marker(other), abs=2e-4)
    assert between(base, base) == pytest.approx(np.zeros(6), abs=1e-12)


def test_the_first_pose_is_taken_and_noise_is_held_back() -> None:
    steady, rng = SteadyPose(), np.random.default_rng(0)
    base, information = pose(), np.diag(np.full(7, 1e6))
    assert steady.step(base, information, 0.0) is base
    seen, shown = [], []
    for index in range(1, 120):
        noisy = base.moved(rng.normal(0.0, 1e-3, 7) * (1, 1, 1, 0, 1, 1, 1))
        seen.append(noisy.distance_m)
        shown.append(steady.step(noisy, information, index / 30.0).distance_m)
    assert np.std(shown[30:]) < 0.5 * np.std(seen[30:])
