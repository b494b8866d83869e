"""The parts tracker: what it finds, how its mask moves, and how its worker lives and dies."""

import threading
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from tryon.errors import ParameterError
from tryon.track import Tracker
from tryon.track.parts_scene import Scene
from tryon.types import Face, FaceLandmarks, Frame, PartsMask

_NAMES = PartsMask.CLASSES


def _read(path: Path) -> np.ndarray:
    return np.ascontiguousarray(cv2.imread(str(path))[:, :, ::-1])


def _class_at(mask: PartsMask, x: float, y: float) -> str:
    column, row = np.round(mask.mask_from_image @ [x, y, 1.0]).astype(int)
    assert column >= 0
    assert row >= 0
    return _NAMES[int(mask.probability[:, row, column].argmax())]


@pytest.fixture(scope="module")
def portrait(shared_data, models_ready):
    """A picture of 512 px and its face."""
    image = cv2.resize(_read(shared_data / "faces/liveportrait_drv_d19.jpg"), (512, 512), interpolation=cv2.INTER_AREA)
    with Tracker.load("face") as tracker:
        return image, tracker.track(Frame(image)).faces


def _shifted(faces: tuple[Face, ...], x: float, y: float) -> tuple[Face, ...]:
    shift = np.array([x, y, 0], np.float32)
    return tuple(Face(face.id, FaceLandmarks(face.landmarks.points_px + shift, 1.0)) for face in faces)


@pytest.mark.parametrize(("mode", "size"), [("still", 512), ("video", 256)])
def test_hair_face_throat_and_clothes_are_told_apart(mode, size, portrait):
    image, faces = portrait
    with Tracker.load("parts", mode=mode) as tracker:
        mask = tracker.track(Frame(image), faces=faces).parts
    assert mask.probability.shape == (6, size, size)
    points = faces[0].landmarks.points_px
    for point in (1, 13, 50, 280, 151, 159, 386):
        assert _class_at(mask, *points[point, :2]) == "face_skin"
    top = points[10, :2] + 0.2 * (points[10, :2] - points[152, :2])
    assert _class_at(mask, *top) == "hair"
    assert _class_at(mask, 230, 505) in ("clothes", "body_skin")
    assert _class_at(mask, 480, 30) == "background"


def test_the_planes_sum_to_255(portrait):
    image, faces = portrait
    for those in ((), faces):
        with Tracker.load("parts", mode="still") as tracker:
            total = tracker.track(Frame(image), faces=those).parts.probability.sum(axis=0, dtype=int)
        assert np.abs(total - 255).max() <= 3


def test_without_faces_the_whole_picture_is_masked(portrait):
    image, _ = portrait
    with Tracker.load("parts") as tracker:
        mask = tracker.track(Frame(image)).parts
    assert _class_at(mask, 256, 256) == "face_skin"
    corners = mask.mask_from_image @ np.array([[0, 511], [0, 511], [1, 1]])
    assert corners.min() >= -1
    assert corners.max() <= mask.probability.shape[1] + 1


def test_an_upside_down_face_gives_the_same_parts(portrait):
    image, faces = portrait
    turned = np.ascontiguousarray(image[::-1, ::-1])
    upside_down = tuple(
        Face(
            face.id,
            FaceLandmarks((face.landmarks.points_px * [-1, -1, 1] + [511, 511, 0]).astype(np.float32), 1.0),
        )
        for face in faces
    )
    with Tracker.load("parts", mode="video") as tracker:
        upright = tracker.track(Frame(image), faces=faces).parts
        other = tracker.track(Frame(turned), faces=upside_down).parts
    same = 0
    for x in range(32, 500, 24):
        for y in range(32, 500, 24):
            same += _class_at(upright, x, y) == _class_at(other, 511 - x, 511 - y)
    assert same > 0.95 * len(range(32, 500, 24)) ** 2


def test_between_runs_the_mask_moves_with_the_face(portrait):
    image, faces = portrait
    with Tracker.load("parts", mode="video", every=100) as tracker:
        first = tracker.track(Frame(image), faces=faces).parts
        moved = tracker.track(Frame(np.roll(image, (9, -14), (0, 1)), 0.03, 1), faces=_shifted(faces, -14, 9)).parts
    assert moved.probability is first.probability
    for x, y in ((250, 250), (200, 100), (300, 400)):
        assert moved.mask_from_image @ [x - 14, y + 9, 1] == pytest.approx(first.mask_from_image @ [x, y, 1], abs=0.02)


def test_the_network_runs_every_so_many_frames(portrait):
    image, faces = portrait
    with Tracker.load("parts", mode="video", every=3) as tracker:
        masks = [tracker.track(Frame(image, k / 30, k), faces=faces).parts.probability for k in range(7)]
    fresh = [k for k in range(1, 7) if masks[k] is not masks[k - 1]]
    assert fresh == [3, 6]


def test_a_face_never_seen_is_masked_at_once(portrait):
    image, faces = portrait
    stranger = tuple(Face(7, face.landmarks) for face in faces)
    with Tracker.load("parts", mode="video", every=100) as tracker:
        first = tracker.track(Frame(np.zeros_like(image))).parts
        second = tracker.track(Frame(image, 0.03, 1), faces=stranger).parts
    assert second.probability is not first.probability
    assert _class_at(second, *faces[0].landmarks.points_px[1, :2]) == "face_skin"


def test_another_picture_size_starts_over(portrait):
    image, faces = portrait
    with Tracker.load("parts", mode="video", every=100) as tracker:
        tracker.track(Frame(image), faces=faces)
        half = np.ascontiguousarray(image[:256])
        mask = tracker.track(Frame(half, 0.03, 1)).parts
    assert (mask.mask_from_image @ [0, 0, 1])[1] > 0  # the letterbox of a picture wider than high


class _Slow:
    """Stands in for the scene: waits to be let go, counts its runs."""

    def __init__(self) -> None:
        self.runs, self.running, self.most = 0, 0, 0
        self.go = threading.Event()
        self.error: Exception | None = None

    def look(self, image, faces, *, close, before):
        self.running += 1
        self.most = max(self.most, self.running)
        if self.runs > 0:
            assert self.go.wait(5.0)
        self.running -= 1
        self.runs += 1
        if self.error is not None and self.runs > 1:
            raise self.error
        planes = np.zeros((6, 4, 4), np.uint8)
        planes[0] = 255 - self.runs
        return Scene(PartsMask(planes, np.array([[1.0, 0, 0], [0, 1.0, 0]])), faces, image.shape, 1.0)


@pytest.fixture
def slow(models_ready):
    tracker = Tracker.load("parts", worker=True, every=1, hands=False)
    scene = _Slow()
    tracker._scene = scene
    yield tracker, scene
    scene.go.set()
    tracker.close()


def _run(tracker, index: int) -> int:
    return 255 - int(tracker.track(Frame(np.zeros((8, 8, 3), np.uint8), index / 30, index)).parts.probability[0, 0, 0])


def _until(condition) -> None:
    for _ in range(500):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it never happened")


def test_the_worker_never_holds_a_frame_up_and_queues_nothing(slow):
    tracker, scene = slow
    shown = [_run(tracker, index) for index in range(50)]
    assert shown == [1] * 50  # the first was waited for, the second is still running
    assert scene.most == 1
    scene.go.set()
    _until(lambda: scene.runs == 2)
    _until(lambda: _run(tracker, 50) >= 2)
    assert scene.runs <= 4  # the 49 frames in between have left no queue behind


def test_a_new_source_drops_the_run_in_flight(slow):
    tracker, scene = slow
    _run(tracker, 0)
    _run(tracker, 1)
    scene.go.set()
    _until(lambda: scene.runs == 2)
    assert _run(tracker, 0) == 3  # not 2, which belongs to the old source


def test_an_error_of_the_worker_reaches_the_caller(slow):
    tracker, scene = slow
    scene.error = ParameterError("Expected a test, got this.")
    _run(tracker, 0)
    _run(tracker, 1)
    scene.go.set()
    _until(lambda: scene.runs == 2 and scene.running == 0)
    with pytest.raises(ParameterError, match="Expected a test"):
        _until(lambda: _run(tracker, 2) < 0)


def test_the_host_may_draw_into_its_picture_while_the_worker_reads(slow):
    tracker, scene = slow
    seen = []
    look = scene.look
    scene.look = lambda image, *rest, **options: seen.append(image) or look(image, *rest, **options)
    picture = np.zeros((8, 8, 3), np.uint8)
    tracker.track(Frame(picture))
    tracker.track(Frame(picture, 0.03, 1))
    picture += 9
    _until(lambda: len(seen) == 2)
    assert seen[1].max() == 0


def test_closing_stops_the_worker_and_twice_is_no_harm(models_ready):
    before = {thread for thread in threading.enumerate() if thread.name.startswith("tryon-parts")}
    tracker = Tracker.load("parts", worker=True, every=1)
    for index in range(3):
        tracker.track(Frame(np.zeros((32, 32, 3), np.uint8), index / 30, index))
    tracker.close()
    tracker.close()
    after = {thread for thread in threading.enumerate() if thread.name.startswith("tryon-parts")}
    assert after <= before


@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 500, 3), (600, 3, 3)])
def test_strange_picture_sizes_are_no_error(shape, models_ready):
    with Tracker.load("parts") as tracker:
        assert tracker.track(Frame(np.full(shape, 90, np.uint8))).parts.probability.shape[0] == 6


@pytest.mark.parametrize("options", [{"mode": "fast"}, {"every": 0}])
def test_an_unknown_option_value_is_one_clear_sentence(options):
    with pytest.raises(ParameterError, match=r"expected .*, got .*\."):
        Tracker.load("parts", **options)


def test_hair_and_face_agree_with_human_masks(shared_data, models_ready):
    folder = shared_data / "parsing/celebamask_hq"
    with Tracker.load("face") as finder, Tracker.load("parts", mode="video") as tracker:
        for name, hair, face in (("0", 0.93, 0.95), ("1", 0.89, 0.94), ("2", 0.93, 0.95)):
            frame = Frame(_read(folder / f"{name}.jpg"))
            mask = tracker.track(frame, faces=finder.track(frame).faces).parts
            labels = cv2.imread(str(folder / f"{name}.png"), cv2.IMREAD_UNCHANGED)
            image_from_labels = np.array([[2.0, 0, 0.5], [0, 2.0, 0.5], [0, 0, 1]])
            affine = mask.mask_from_image @ image_from_labels
            flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
            best = np.argmax([cv2.warpAffine(p, affine, (512, 512), flags=flags) for p in mask.probability], axis=0)
            for index, ids, least in ((1, (13,), hair), (3, (1, 2, 3, 4, 5, 6, 7, 10, 11, 12), face)):
                one, other = best == index, np.isin(labels, ids)
                assert (one & other).sum() / (one | other).sum() > least, (name, _NAMES[index])
