"""Face tracking on real photos and on videos made of them."""

import cv2
import numpy as np
import pytest

from tryon.errors import ParameterError
from tryon.track import Tracker
from tryon.types import Frame

FRAME_S = 1 / 30
# Index, x, y, z of points.
# fmt: off
FACEMESH_ASTRONAUT = [
    (1, 223.45, 130.02, -22.88), (4, 223.64, 125.77, -24.59), (10, 226.26, 71.69, -10.59), (33, 195.21, 100.92,
    4.53), (133, 213.35, 103.71, 1.07), (263, 255.76, 104.28, 3.99), (362, 237.03, 104.94, 0.83), (61, 201.81,
    139.22, 7.53), (291, 244.99, 140.99, 7.07), (13, 223.48, 143.24, -5.73), (14, 222.96, 150.08, -3.41), (0,
    223.62, 140.49, -9.31), (17, 222.71, 154.57, -4.66), (152, 221.27, 177.44, 7.54), (172, 184.89, 148.31,
    33.25), (397, 260.83, 152.86, 32.47), (70, 188.09, 91.09, 3.91), (105, 198.78, 86.90, -6.30), (336, 235.75,
    91.51, -12.26), (300, 262.78, 95.96, 3.24), (159, 202.83, 97.60, -1.17), (386, 248.31, 99.74, -1.56), (468,
    203.48, 101.10, 0.91), (473, 246.59, 103.47, 0.52), (234, 179.37, 109.95, 41.33), (454, 270.22, 115.46,
    40.25), (50, 190.27, 118.43, 2.23), (280, 258.43, 122.39, 1.57),
]
# fmt: on


@pytest.fixture(scope="module")
def photos(models_ready, shared_data):
    def read(name):
        return np.ascontiguousarray(cv2.imread(str(shared_data / "faces" / name))[..., ::-1])

    return read


@pytest.fixture(scope="module")
def portrait(photos):
    """One frontal face, about 200 px tall, in 512×512."""
    return photos("skimage_astronaut.png")


@pytest.fixture
def tracker(models_ready):
    with Tracker.load("face", device="cpu") as face_tracker:
        yield face_tracker


def video(tracker, pictures, start=0):
    return [
        tracker.track(Frame(pixels, time_s=(start + index) * FRAME_S, index=start + index)).faces
        for index, pixels in enumerate(pictures)
    ]


def eyes(face):
    return face.landmarks.points_px[[33, 263], :2].mean(axis=0)


def on_canvas(picture, size, places):
    canvas = np.full((*size, 3), 110, np.uint8)
    for left, top in places:
        canvas[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return canvas


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"quality": "best"}, "'fast' or 'high', got 'best'"),
        ({"max_faces": 0}, "max_faces of at least 1, got 0"),
        ({"focal_px": -1.0}, "focal_px above 0"),
        ({"device": "tpu"}, "device must be one of"),
        ({"landmarks": 468}, "no option 'landmarks'"),
    ],
)
def test_wrong_options_are_named(models_ready, options, message):
    with pytest.raises(ParameterError, match=message):
        Tracker.load("face", **options)


def test_no_face_is_an_empty_result(tracker):
    random = np.random.default_rng(0)
    for pixels in (np.zeros((48, 64, 3), np.uint8), random.integers(0, 256, (240, 320, 3), dtype=np.uint8)):
        assert tracker.track(Frame(pixels)).faces == ()
    assert video(tracker, [np.full((240, 320, 3), 90, np.uint8)] * 5) == [()] * 5


def test_dogs_are_no_faces(tracker, photos):
    assert tracker.track(Frame(photos("dlib_dogs_negative.jpg"))).faces == ()


def test_a_face_comes_with_points_pose_mesh_and_verdict(tracker, portrait):
    (face,) = tracker.track(Frame(portrait)).faces
    assert face.id == 0
    assert face.landmarks.score > 0.9
    assert face.quality is not None
    assert face.quality.ok
    assert face.quality.sentence == "Looks good."
    yaw, _, roll = face.pose.yaw_pitch_roll_rad
    assert abs(yaw) < 0.3
    assert abs(roll) < 0.3
    assert face.mesh_m.shape == (468, 3)
    assert 0.1 < -face.pose.camera_from_object[2, 3] < 2.0
    assert face.visible.min() >= 0.0
    assert face.blendshapes is None
    assert {"detect", "pose"} <= tracker.stage_ms.keys()


def test_what_was_not_asked_for_is_left_out(models_ready, portrait):
    bare = Tracker.load("face", device="cpu", pose=False, gate=False)
    (face,) = bare.track(Frame(portrait)).faces
    assert face.pose is None
    assert face.mesh_m is None
    assert face.quality is None


def test_points_equal_mediapipes(tracker, portrait):
    """Points of FaceMesh 0.10.21 (static mode, refined) on the same photo; see benchmarks/face_parity.py."""
    points = tracker.track(Frame(portrait)).faces[0].landmarks.points_px
    theirs = np.array(FACEMESH_ASTRONAUT)
    assert np.abs(points[theirs[:, 0].astype(int)] - theirs[:, 1:]).max() < 0.1


def test_the_high_quality_mesh_agrees_with_the_fast_one(models_ready, photos):
    pixels = photos("facerec_obama.jpg")
    fast, high = (
        Tracker.load("face", device="cpu", quality=quality).track(Frame(pixels)).faces[0].landmarks.points_px
        for quality in ("fast", "high")
    )
    eyes_px = np.linalg.norm(fast[33, :2] - fast[263, :2])
    assert np.linalg.norm(fast[:468, :2] - high[:468, :2], axis=1).mean() < 0.04 * eyes_px


def test_five_faces_are_found_and_the_largest_kept(models_ready, portrait):
    sizes = (300, 260, 220, 180, 150)
    lefts = np.cumsum((0, *sizes))
    canvas = np.full((320, int(lefts[-1]), 3), 110, np.uint8)
    for side, left in zip(sizes, lefts[:-1], strict=True):
        canvas[:side, left : left + side] = cv2.resize(portrait, (side, side), interpolation=cv2.INTER_AREA)
    with Tracker.load("face", device="cpu") as five, Tracker.load("face", device="cpu", max_faces=2) as two:
        assert len(five.track(Frame(canvas)).faces) == 5
        kept = sorted(eyes(face)[0] for face in two.track(Frame(canvas)).faces)
    assert lefts[0] < kept[0] < lefts[1] < kept[1] < lefts[2]


def test_a_face_of_40_px_is_found_in_a_720p_frame(tracker, portrait):
    small = cv2.resize(portrait, (140, 140), interpolation=cv2.INTER_AREA)
    (face,) = tracker.track(Frame(on_canvas(small, (720, 1280), [(830, 410)]))).faces
    points = face.landmarks.points_px
    assert np.ptp(points[:468, 1]) < 55
    assert 830 < eyes(face)[0] < 970
    assert face.quality.sentence == "Move closer."


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_turned_picture_is_found_with_the_same_points(tracker, portrait, turns):
    upright = tracker.track(Frame(portrait)).faces[0].landmarks.points_px
    turned = np.ascontiguousarray(np.rot90(portrait, turns))
    (face,) = tracker.track(Frame(turned)).faces
    side = portrait.shape[0] - 1
    x, y = face.landmarks.points_px[:, 0], face.landmarks.points_px[:, 1]
    back = {1: (side - y, x), 2: (side - x, side - y), 3: (y, side - x)}[turns]
    error = np.hypot(back[0] - upright[:, 0], back[1] - upright[:, 1]).mean()
    assert error < 0.05 * np.linalg.norm(upright[33, :2] - upright[263, :2])


def test_a_face_cut_by_the_border_is_found_and_asked_into_view(tracker, photos):
    (face,) = tracker.track(Frame(photos("facerec_obama_partial_face.jpg"))).faces
    assert face.landmarks.points_px[:, 0].min() < 0
    assert face.quality.sentence == "Move your whole face into the picture."


def test_an_8k_picture_gives_the_scaled_points(tracker, portrait):
    small = on_canvas(portrait, (540, 960), [(200, 10)])
    large = cv2.resize(small, (7680, 4320), interpolation=cv2.INTER_LINEAR)
    near, far = (tracker.track(Frame(pixels)).faces[0].landmarks.points_px for pixels in (small, large))
    assert np.linalg.norm(far[:, :2] / 8 - near[:, :2], axis=1).mean() < 2.0


def test_a_grey_picture_is_tracked_like_a_colored_one(tracker, portrait):
    gray = cv2.cvtColor(cv2.cvtColor(portrait, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    (face,) = tracker.track(Frame(gray)).faces
    assert face.landmarks.score > 0.9


def test_ids_stay_with_faces_that_pass_each_other(tracker, portrait):
    face = cv2.resize(portrait[:300, 60:360], (220, 220), interpolation=cv2.INTER_AREA)
    mirrored = np.ascontiguousarray(face[:, ::-1])
    frames = []
    for step in range(33):  # one above the other, and they change sides
        canvas = np.full((560, 900, 3), 110, np.uint8)
        canvas[20:240, 60 + step * 16 :][:, :220] = face
        canvas[300:520, 600 - step * 16 :][:, :220] = mirrored
        frames.append(canvas)
    results = video(tracker, frames)
    assert all([seen.id for seen in faces] == [0, 1] for faces in results)
    rows = [[eyes(seen)[1] < 270 for seen in faces] for faces in results]
    assert all(row == rows[0] for row in rows)
    assert (eyes(results[0][0])[0] < eyes(results[0][1])[0]) != (eyes(results[-1][0])[0] < eyes(results[-1][1])[0])


def test_a_face_that_leaves_and_comes_back_keeps_its_id(tracker, portrait):
    empty = np.full_like(portrait, 110)
    results = video(tracker, [portrait] * 3 + [empty] * 6 + [portrait] * 10)
    assert [len(faces) for faces in results[:3]] == [1, 1, 1]
    assert results[4] == ()
    assert [face.id for face in results[-1]] == [0]


def test_a_newcomer_is_noticed_within_a_second(tracker, portrait):
    face = cv2.resize(portrait[:300, 60:360], (240, 240), interpolation=cv2.INTER_AREA)
    alone = on_canvas(face, (300, 640), [(20, 30)])
    both = on_canvas(face, (300, 640), [(20, 30), (370, 30)])
    results = video(tracker, [alone] * 3 + [both] * 32)
    assert [face.id for face in results[-1]] == [0, 1]


def test_a_small_face_that_jumps_is_caught_in_the_same_frame(tracker, portrait):
    small = cv2.resize(portrait, (180, 180), interpolation=cv2.INTER_AREA)
    frames = [on_canvas(small, (720, 1280), [(400 + left, 300)]) for left in (0, 0, 0, 30, 60, 60)]
    results = video(tracker, frames)
    assert [[face.id for face in faces] for faces in results] == [[0]] * 6
    assert eyes(results[-1][0])[0] - eyes(results[0][0])[0] == pytest.approx(60, abs=3)


def test_frame_zero_starts_over(tracker, portrait):
    video(tracker, [portrait] * 3)
    empty = np.full_like(portrait, 110)
    assert tracker.track(Frame(empty)).faces == ()
    assert tracker.track(Frame(portrait)).faces[0].id == 0


def test_a_source_that_changes_its_size_starts_over(tracker, portrait):
    video(tracker, [portrait] * 3)
    half = cv2.resize(portrait, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    (face,) = tracker.track(Frame(half, time_s=0.1, index=3)).faces
    assert eyes(face)[0] < 256


def test_a_source_without_a_clock_is_tracked(tracker, portrait):
    results = [tracker.track(Frame(portrait, index=index)).faces for index in range(5)]
    assert all(len(faces) == 1 for faces in results)


def test_still_frames_of_a_noisy_camera_do_not_tremble(tracker, portrait):
    random = np.random.default_rng(0)
    noisy = [
        np.clip(np.rint(portrait + random.normal(0, 4, portrait.shape)), 0, 255).astype(np.uint8) for _ in range(60)
    ]
    points = np.array([faces[0].landmarks.points_px for faces in video(tracker, noisy)])[30:]
    eyes_px = np.linalg.norm(points[0, 33, :2] - points[0, 263, :2])
    assert np.sqrt(points[..., :2].var(axis=0).sum(axis=-1)).mean() < 0.001 * eyes_px


def test_the_same_frames_give_the_same_points(models_ready, portrait):
    frames = [portrait, np.roll(portrait, 4, axis=1), np.roll(portrait, 8, axis=1)]
    first, second = (
        np.array([faces[0].landmarks.points_px for faces in video(Tracker.load("face", device="cpu"), frames)])
        for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)


def test_blendshapes_read_the_expression(models_ready, photos):
    with Tracker.load("face", device="cpu", blendshapes=True) as tracker:
        (smiling,) = tracker.track(Frame(photos("facerec_obama.jpg"))).faces
    assert len(smiling.blendshapes) == 52
    assert all(0.0 <= value <= 1.0 for value in smiling.blendshapes.values())
    assert smiling.blendshapes["mouthSmileLeft"] > 0.5
    assert smiling.blendshapes["mouthSmileRight"] > 0.5
    assert smiling.blendshapes["eyeBlinkLeft"] < 0.5
