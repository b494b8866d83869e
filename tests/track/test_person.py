"""The person mask: where it lies, how steady it is, and its edge at full size."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tryon.errors import ParameterError
from tryon.track import Tracker
from tryon.track.person_alpha import person_alpha
from tryon.track.person_sample import Rectangle, fitted
from tryon.types import Frame, PersonMask


def _read(path: Path) -> np.ndarray:
    return np.ascontiguousarray(cv2.imread(str(path))[:, :, ::-1])


def _portrait(shared_data: Path) -> np.ndarray:
    return _read(shared_data / "faces/liveportrait_drv_d8.jpg")


def _at(alpha: np.ndarray, x: float, y: float) -> int:
    return int(alpha[int(y * alpha.shape[0]), int(x * alpha.shape[1])])


@pytest.mark.parametrize("shape", ["square", "landscape"])
def test_the_person_is_opaque_and_the_wall_is_clear(shape, shared_data, models_ready):
    image = _portrait(shared_data)
    with Tracker.load("person", shape=shape) as tracker:
        mask = tracker.track(Frame(image)).person
    for refined in (False, True):
        alpha = person_alpha(Frame(image), mask, refined=refined)
        assert alpha.shape == image.shape[:2]
        assert _at(alpha, 0.5, 0.5) > 240  # the face
        assert _at(alpha, 0.45, 0.95) > 240  # the shirt
        assert _at(alpha, 0.05, 0.1) < 15
        assert _at(alpha, 0.95, 0.1) < 15


def test_the_network_is_picked_by_the_pictures_aspect(shared_data, models_ready):
    image = _portrait(shared_data)
    wide = np.zeros((image.shape[0], 2 * image.shape[1], 3), np.uint8)
    wide[:, : image.shape[1]] = image
    with Tracker.load("person") as tracker:
        assert tracker.track(Frame(image)).person.alpha.shape == (256, 256)
        mask = tracker.track(Frame(wide)).person
    assert mask.alpha.shape == (144, 256)
    assert _at(person_alpha(Frame(wide), mask), 0.25, 0.5) > 240


def test_flicker_where_the_network_is_unsure_is_halved(shared_data, models_ready):
    image = cv2.resize(_portrait(shared_data), (360, 360))
    random = np.random.default_rng(0)
    frames = [np.clip(image + random.normal(0, 12, image.shape), 0, 255).astype(np.uint8) for _ in range(10)]
    change = {}
    for smooth in (0.0, 0.7):
        with Tracker.load("person", smooth=smooth) as tracker:
            masks = [tracker.track(Frame(f, k / 30, k)).person.alpha.astype(float) for k, f in enumerate(frames)]
        edge = (np.mean(masks, axis=0) > 25) & (np.mean(masks, axis=0) < 230)
        change[smooth] = np.abs(np.diff(masks[3:], axis=0))[:, edge].mean()
    assert change[0.7] < 0.7 * change[0.0]


def test_a_person_who_leaves_is_gone_at_once(shared_data, models_ready):
    image = _portrait(shared_data)
    with Tracker.load("person") as tracker:
        for index in range(3):
            tracker.track(Frame(image, index / 30, index))
        mask = tracker.track(Frame(np.full_like(image, 128), 0.1, 3)).person
    assert mask.alpha.mean() < 20


def test_nobody_is_an_empty_mask_and_one_pixel_is_no_error(models_ready):
    with Tracker.load("person") as tracker:
        for shape in ((240, 320, 3), (1, 1, 3), (1, 400, 3)):
            frame = Frame(np.full(shape, 128, np.uint8))
            mask = tracker.track(frame).person
            assert person_alpha(frame, mask).shape == shape[:2]
            assert mask.alpha.mean() < 60


def test_the_refined_edge_lies_on_the_pictures_edge():
    pixels = np.zeros((400, 400, 3), np.uint8)
    pixels[:, 200:] = 220
    coarse = np.zeros((64, 64), np.uint8)
    coarse[:, 33:] = 255  # two picture pixels off
    mask = PersonMask(coarse, np.array([[0.16, 0.0, -0.42], [0.0, 0.16, -0.42]]))
    frame = Frame(pixels)
    rough = person_alpha(frame, mask, refined=False).astype(int)
    fine = person_alpha(frame, mask).astype(int)
    assert fine[200, 203] - fine[200, 196] > 2 * (rough[200, 203] - rough[200, 196])
    assert fine[200, 20] == 0
    assert fine[200, 380] == 255


@pytest.mark.parametrize("options", [{"shape": "round"}, {"smooth": 1.0}, {"smooth": -0.1}])
def test_an_unknown_option_value_is_one_clear_sentence(options):
    with pytest.raises(ParameterError, match=r"expected .*, got .*\."):
        Tracker.load("person", **options)


@pytest.mark.parametrize("size", [(90, 160), (1440, 2560), (500, 300)])
def test_a_rectangle_maps_crop_pixels_to_the_pictures(size):
    y, x = np.mgrid[0 : size[0], 0 : size[1]]
    image = np.stack((255 * x / size[1], 255 * y / size[0], 0 * x), axis=-1).astype(np.uint8)
    rectangle = Rectangle.whole(image, 256 / 144)
    crop = fitted(image, rectangle, 256, 144).astype(float)
    columns, rows = np.meshgrid(np.arange(256), np.arange(144))
    at = np.stack((columns, rows, np.ones_like(rows)), axis=-1) @ rectangle.image_from_crop(256, 144).T
    inside = (at > 8).all(axis=-1) & (at[..., 0] < size[1] - 8) & (at[..., 1] < size[0] - 8)
    assert np.abs(crop[..., 0] - 255 * at[..., 0] / size[1])[inside].max() < 4
    assert np.abs(crop[..., 1] - 255 * at[..., 1] / size[0])[inside].max() < 4
