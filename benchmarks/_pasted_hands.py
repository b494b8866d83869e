"""Real hands pasted over real faces, so that every pixel of the hand is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from _parsing import DATA
from numpy.typing import NDArray

from tryon.runtime import shared_session
from tryon.track import Tracker
from tryon.track.crops import Square, cut, to_crop
from tryon.track.hand_model import BONES, HandModel, hand_square
from tryon.types import Frame

# Photos whose hand GrabCut parts cleanly from its background (looked at), and faces of all skins and ages.
_HANDS = (
    "mmpose_onehand10k/1402.jpg",
    "mmpose_onehand10k/784.jpg",
    "mmpose_freihand/00000355.jpg",
    "mediapipe_gesture/call/17b3aa02-dc4d-448d-8601-e2b67193d436.jpg",
    "mediapipe_gesture/none/0a4bc2da-f5b3-48cd-8f0d-c61dbd08ba53.jpg",
    "mediapipe_gesture/none/0a787971-9377-4888-803f-aef21863ef7d.jpg",
    "mediapipe_gesture/rock/026fd791-8f64-4fae-8cb0-0e01dc4362ce.jpg",
)
_FACES = (
    "facerec_obama.jpg", "facerec_biden.jpg", "fairface_test_race_Asian.jpg", "fairface_test_race_Black.jpg",
    "human_stock-emotions-a-3.jpg", "liveportrait_drv_d12.jpg", "liveportrait_drv_d19.jpg", "liveportrait_drv_d38.jpg",
    "mindar_face1.jpeg", "skimage_astronaut.png", "human_person-nicole.jpg", "3ddfa_JianzhuGuo.jpg",
)  # fmt: skip
_CUT_PX, _LONGEST_PX, _HANDS_EACH = 320, 1400, 4
_OVER = (152, 17, 205, 425)  # chin, lower lip, cheeks


@dataclass(frozen=True, slots=True, eq=False)
class Pasted:
    """A face with a hand on it.

    hand: (H, W) float32, how much of each pixel is the pasted hand.
    clean: The picture before.
    """

    name: str
    pixels: NDArray[np.uint8]
    clean: NDArray[np.uint8]
    hand: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class _Hand:
    name: str
    pixels: NDArray[np.uint8]
    alpha: NDArray[np.float32]
    points: NDArray[np.float32]


def pasted(seed: int = 3) -> Iterator[Pasted]:
    """48 pictures; in every other one the hand is tinted to the face's own mean color, the hardest case."""
    random = np.random.default_rng(seed)
    hands = [_cut_out(name) for name in _HANDS]
    finder = Tracker.load("face", smooth=False)
    for row, name in enumerate(_FACES):
        clean = _shrunk(_read(DATA / "faces" / name))
        points = finder.track(Frame(clean)).faces[0].landmarks.points_px
        for column in range(_HANDS_EACH):
            hand = hands[(row * _HANDS_EACH + column) % len(hands)]
            onto = points[_OVER[random.integers(len(_OVER))], :2]
            angle_rad, palm = random.uniform(-0.9, 0.9), random.uniform(0.4, 0.5)
            size_px = float(np.ptp(points[:, :2], axis=0).max())
            pixels = _tinted(hand, clean, points) if column % 2 == 0 else hand.pixels
            picture, alpha = _paste(clean, hand, pixels, onto, angle_rad, palm * size_px)
            yield Pasted(f"{hand.name} on {name}", picture, clean, alpha)


def _cut_out(name: str) -> _Hand:
    """The hand of a photo, parted from its background by GrabCut seeded with the hand's bones."""
    image = _read(DATA / "bodies" / "hands" / name)
    model = HandModel(shared_session("palm_detector"), shared_session("hand_full"))
    first = model.read(
        image, model.search(image, [Square(image.shape[1] / 2, image.shape[0] / 2, max(image.shape))])[0]
    )
    square = hand_square(first.points_px).scaled(1.05)
    crop = cut(image, square, _CUT_PX)
    points = to_crop(first.points_px, square, _CUT_PX)
    seeds = np.full(crop.shape[:2], cv2.GC_BGD, np.uint8)
    palm_px = float(np.hypot(*(points[5, :2] - points[17, :2])))
    for label, width in ((cv2.GC_PR_BGD, 0.9), (cv2.GC_PR_FGD, 0.5), (cv2.GC_FGD, 0.17)):
        _draw(seeds, points, label, width * palm_px)
    background, foreground = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(np.ascontiguousarray(crop[:, :, ::-1]), seeds, None, background, foreground, 6, cv2.GC_INIT_WITH_MASK)
    _, regions, stats, _ = cv2.connectedComponentsWithStats(
        np.isin(seeds, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    )
    whole = (regions == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))).astype(np.float32)
    # Half a pixel inside the cut: no rim of the old background comes along.
    alpha = np.clip((cv2.GaussianBlur(whole, (0, 0), 1.2) - 0.35) / 0.5, 0.0, 1.0)
    return _Hand(name.rsplit("/", 1)[-1][:8], crop, np.asarray(alpha, np.float32), points)


def _draw(seeds: NDArray[np.uint8], points: NDArray[np.float32], label: int, width_px: float) -> None:
    whole_px = np.round(points[:, :2]).astype(int)
    for start, end in BONES:
        cv2.line(seeds, whole_px[start].tolist(), whole_px[end].tolist(), label, max(2, round(width_px)))
    cv2.fillPoly(seeds, [whole_px[[0, 1, 5, 9, 13, 17]].astype(np.int32)], label)
    arm = whole_px[0] + (whole_px[0] - whole_px[9]) * 0.35
    cv2.line(seeds, whole_px[0].tolist(), arm.astype(int).tolist(), label, max(2, round(2 * width_px)))


def _tinted(hand: _Hand, picture: NDArray[np.uint8], points: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The hand with the mean Lab of the face's cheeks."""
    cheeks = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillConvexPoly(cheeks, cv2.convexHull(points[[50, 280, 205, 425, 195], :2].astype(np.int32)), 1)
    face = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB)[cheeks > 0].mean(axis=0)
    lab = cv2.cvtColor(hand.pixels, cv2.COLOR_RGB2LAB).astype(np.float32)
    lab += face - lab[hand.alpha > 0.9].mean(axis=0)
    return np.asarray(cv2.cvtColor(np.clip(lab, 0, 255).astype(np.uint8), cv2.COLOR_LAB2RGB))


def _paste(
    clean: NDArray[np.uint8],
    hand: _Hand,
    pixels: NDArray[np.uint8],
    onto: NDArray[np.float32],
    angle_rad: float,
    palm_px: float,
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """The picture with the hand's middle knuckle on a point, turned and as large as told."""
    points = hand.points[:, :2]
    own_px = max(np.hypot(*(points[9] - points[0])), 1.25 * np.hypot(*(points[5] - points[17])))
    scale = palm_px / float(own_px)
    cosine, sine = scale * np.cos(angle_rad), scale * np.sin(angle_rad)
    turn = np.array(((cosine, -sine), (sine, cosine)))
    affine = np.column_stack((turn, onto - turn @ points[9]))
    colored = pixels * hand.alpha[..., None]
    alpha = hand.alpha
    if scale < 0.6:
        colored, alpha = (cv2.GaussianBlur(plane, (0, 0), 0.35 / scale) for plane in (colored, alpha))
    size = clean.shape[1::-1]
    colored, alpha = cv2.warpAffine(colored, affine, size), cv2.warpAffine(alpha, affine, size)
    return np.clip(clean * (1.0 - alpha[..., None]) + colored, 0, 255).astype(np.uint8), np.asarray(alpha, np.float32)


def _read(path: object) -> NDArray[np.uint8]:
    return np.ascontiguousarray(cv2.imread(str(path), cv2.IMREAD_COLOR)[:, :, ::-1])


def _shrunk(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    scale = min(1.0, _LONGEST_PX / max(image.shape[:2]))
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
