"""Test inputs for face tracking made from real photos and videos, so that the truth is known.

Photos get sensor noise or a known motion. Blinks are cut out of real videos: the eyes of each frame of a blink are
pasted onto the frame before it, so whatever else moves in the result is the tracker's own doing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

SIZE = (1280, 720)
STILLS = (
    "skimage_astronaut.png",
    "facerec_obama.jpg",
    "liveportrait_s9.jpg",
    "fairface_test_race_Black.jpg",
    "human_stock-emotions-a-3.jpg",
    "liveportrait_drv_d38.jpg",
)
_EYE_PARTS = ((33, 133), (263, 362))  # corners
_STEADY = [33, 133, 263, 362, 168, 6, 197, 122, 351]  # eye corners and nose bridge


def read(path: Path) -> Image:
    """RGB picture."""
    pixels = cv2.imread(str(path))
    if pixels is None:
        raise FileNotFoundError(path)
    return np.ascontiguousarray(pixels[..., ::-1])


def staged(path: Path) -> Image:
    """The photo at 1280×720: 720 rows, its borders repeated or its sides cut."""
    pixels = read(path)
    scale = SIZE[1] / pixels.shape[0]
    pixels = cv2.resize(
        pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    )
    spare = SIZE[0] - pixels.shape[1]
    if spare > 0:
        pixels = cv2.copyMakeBorder(pixels, 0, 0, spare // 2, spare - spare // 2, cv2.BORDER_REPLICATE)
    return np.ascontiguousarray(pixels[:, (pixels.shape[1] - SIZE[0]) // 2 :][:, : SIZE[0]])


def noisy(pixels: Image, sigma: float, generator: np.random.Generator) -> Image:
    """The picture with Gaussian noise."""
    return np.clip(np.rint(pixels + generator.normal(0.0, sigma, pixels.shape)), 0, 255).astype(np.uint8)


def motions(frames: int = 90) -> Iterator[tuple[str, list[NDArray[np.float64]]]]:
    """Named motions at 30 fps: per frame the (2, 3) affine that carries the photo's pixels into the frame."""
    time_s = np.arange(frames) / 30.0
    none, one = np.zeros(frames), np.ones(frames)
    stop_go = np.cumsum(np.where((np.arange(frames) // 15) % 2, 12.0, 0.0)) - 200.0
    for name, dx, turn_rad, scale in (
        ("fast sway, up to 25 px a frame", 120 * np.sin(2 * np.pi * time_s), none, one),
        ("stop and go, 12 px a frame", stop_go, none, one),
        ("fast tilt, up to 4° a frame", none, 0.4 * np.sin(2 * np.pi * 0.8 * time_s), one),
        ("fast approach, up to 4 % a frame", none, none, 1 + 0.25 * np.sin(2 * np.pi * 0.7 * time_s)),
        ("slow drift, 0.4 px a frame", 0.4 * np.arange(frames), none, one),
    ):
        center = (SIZE[0] / 2, SIZE[1] / 2)
        yield (
            name,
            [
                cv2.getRotationMatrix2D(center, np.degrees(a), s) + np.array([[0, 0, x], [0, 0, 0]])
                for x, a, s in zip(dx, turn_rad, scale, strict=True)
            ],
        )


def moved(pixels: Image, affine: NDArray[np.float64]) -> Image:
    """The photo under a motion."""
    return np.asarray(cv2.warpAffine(pixels, affine, SIZE, borderMode=cv2.BORDER_REPLICATE))


def decoded(path: Path, most: int = 300) -> tuple[list[Image], float]:
    """The first frames of a video and its frame rate."""
    import av

    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        rate = float(stream.average_rate or 30)
        frames = [frame.to_ndarray(format="rgb24") for frame, _ in zip(container.decode(stream), range(most))]  # noqa: B905
    return frames, rate


def openness(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N,) lid gap over eye width of (N, 478, ≥2) faces, mean of both eyes."""
    total = np.zeros(len(points), np.float32)
    for upper, lower, outer, inner in (
        ((159, 158, 160), (145, 153, 144), 33, 133),
        ((386, 385, 387), (374, 380, 373), 263, 362),
    ):
        gap = np.linalg.norm(points[:, upper, :2] - points[:, lower, :2], axis=-1).mean(axis=1)
        total += gap / np.linalg.norm(points[:, outer, :2] - points[:, inner, :2], axis=-1)
    return total / 2.0


def blinks(points: NDArray[np.float32], rate: float) -> list[tuple[int, int, int]]:
    """First, most closed and last frame of each blink: lids that close below 60 % and open again within 0.7 s."""
    gap, reach = openness(points), int(0.35 * rate)
    found = []
    for at in range(3, len(gap) - 3):
        before, after = gap[max(0, at - reach) : at + 1], gap[at : at + reach + 1]
        if gap[at] > min(before.min(), after.min()) or gap[at] > 0.6 * min(before.max(), after.max()):
            continue
        start = at - int(np.argmax(before[::-1] > 0.9 * before.max()))
        end = at + int(np.argmax(after > 0.9 * after.max()))
        if end - start < 0.7 * rate:
            found.append((start, at, end))
    return found


def pasted_blink(frames: list[Image], points: NDArray[np.float32]) -> list[Image]:
    """The first frame again and again, each time with the eyes of the next frame."""
    still, home = frames[0], points[0, :, :2]
    span = home[263] - home[33]
    eyes = float(np.linalg.norm(span))
    mask = np.zeros(still.shape[:2], np.float32)
    for outer, inner in _EYE_PARTS:
        middle = (home[outer] + home[inner]) / 2
        tilt = float(np.degrees(np.arctan2(span[1], span[0])))
        cv2.ellipse(mask, ((float(middle[0]), float(middle[1])), (0.44 * eyes, 0.27 * eyes), tilt), 1.0, -1)
    mask = cv2.GaussianBlur(mask, (0, 0), 0.02 * eyes)[..., None]
    pasted = []
    for frame, face in zip(frames, points, strict=True):
        affine, _ = cv2.estimateAffinePartial2D(face[_STEADY, :2], home[_STEADY], method=cv2.LMEDS)
        there = cv2.warpAffine(frame, affine, still.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
        pasted.append(np.rint(still * (1 - mask) + there * mask).astype(np.uint8))
    return pasted


def hand_passing(pixels: Image, points: NDArray[np.float32], frames: int = 35) -> Iterator[Image]:
    """A skin-coloured ellipse that crosses the chin from side to side."""
    eyes = float(np.linalg.norm(points[33, :2] - points[263, :2]))
    up = (points[10, :2] - points[152, :2]) / np.linalg.norm(points[10, :2] - points[152, :2])
    side = np.array([-up[1], up[0]])
    cheeks = np.rint(points[[50, 280, 205, 425], :2]).astype(int)
    skin = np.median(pixels[cheeks[:, 1], cheeks[:, 0]], axis=0) * 0.92
    for way in np.linspace(-1.0, 1.0, frames):
        middle = points[199, :2] + (side * way * 1.6 - up * 0.1) * eyes
        mask = np.zeros(pixels.shape[:2], np.float32)
        cv2.ellipse(mask, ((float(middle[0]), float(middle[1])), (eyes, 0.75 * eyes), 20.0), 1.0, -1)
        mask = cv2.GaussianBlur(mask, (0, 0), 1.2)[..., None]
        yield np.rint(pixels * (1 - mask) + skin * mask).astype(np.uint8)
