"""One look at a picture with the parts network: which squares, how they become one mask, what refines it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.track.crops import Square
from tryon.track.guided_filter import guided_filter, luminance
from tryon.track.hand_model import HandModel
from tryon.track.parts_crops import Head, face_square, heads_square, largest, pixels_of
from tryon.track.parts_face import end_faces
from tryon.track.parts_hands import find_hands, hands_suspected, lay_hands, widen_hands
from tryon.track.parts_model import SIZE, PartsModel, normalized
from tryon.track.parts_motion import carried, inverse, resampled
from tryon.types import Face, PartsMask

_HAIR = 1
# Stills: side of the mask, and how many faces get a run of their own.
_CLOSE_PX, _MOST_CLOSE_PX, _CLOSE_FACES = 512, 768, 4
# A closer square is worth a run when it is smaller than this share of the wide one.
_CLOSER = 0.75
_CLOSE_WEIGHT, _CLOSE_FEATHER = 0.75, 0.12
# Guided filter: radius as a share of the face, and the variance of an edge. Best of 2–16 px and 1e-4–1e-2 on parsing.
_GUIDE_RADIUS, _GUIDE_EDGE = 1.0 / 60.0, 1e-2
# How far paint stops before a hand, in face sizes. Of all paint on 48 faces with pasted hands this much lies on the
# hand: 1.0 % without the hand networks, 0.22 % at a rim of 0.006, 0.18 % at 0.012, 0.07 % at 0.02, where a bare halo
# begins to show (benchmarks/parts_hands.py).
_HAND_RIM = 0.012
# Between two runs the mask jitters where the network is unsure; a change by more than this is a real one.
_STEADY, _REAL = 0.15, 0.5
# Hair that fills more than this share of a mask border goes on beyond it.
_CUT_HAIR, _REACH_STEP, _MOST_REACH = 0.04, 1.25, 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A mask with what it was made from.

    faces: The faces then.
    shape: Of the picture's pixels.
    reach: How wide the next look should be; see `heads_square`.
    """

    mask: PartsMask
    faces: tuple[Face, ...]
    shape: tuple[int, ...]
    reach: float


class PartsScene:
    """Looks at pictures with the parts network, and with the hand networks where hands cover faces."""

    def __init__(self, model: PartsModel, hands: HandModel | None) -> None:
        self._model = model
        self._hands = hands

    def look(self, image: NDArray[np.uint8], faces: tuple[Face, ...], *, close: bool, before: Scene | None) -> Scene:
        """The mask of one picture.

        Args:
            close: Look at each face from near by as well and make a finer mask: two more runs for one face.
            before: The scene a few frames ago, to steady the mask with.
        """
        heads = [Head.of(face) for face in faces]
        reach = before.reach if before is not None else 1.0
        square = heads_square(image, heads, reach=reach)
        size = _mask_size(square, heads) if close else SIZE
        mask_from_image = inverse(square.image_from_crop(size))
        planes = self._planes(image, square, size, heads if close else [])
        covered = self._lay_hands(planes, image, faces, mask_from_image)
        end_faces(planes, faces, mask_from_image)
        self._refine(planes, pixels_of(image, square, size), square, heads)
        if covered:
            radius_px = round(_HAND_RIM * largest(heads).size_px * size / square.side_px)
            widen_hands(planes, covered, mask_from_image, max(1, radius_px))
        mask = PartsMask(_bytes(planes), mask_from_image)
        if before is not None:
            mask = _steadied(mask, carried(before.mask, before.faces, faces))
        return Scene(mask, faces, image.shape, _next_reach(mask, reach))

    def _planes(
        self, image: NDArray[np.uint8], square: Square, size: int, heads: Sequence[Head]
    ) -> NDArray[np.float32]:
        """(6, size, size) float32 probabilities over the square, finer around the given heads."""
        closer = [face_square(image, head) for head in sorted(heads, key=lambda head: -head.size_px)]
        closer = [near for near in closer[:_CLOSE_FACES] if near.side_px < _CLOSER * square.side_px]
        planes = self._model.probability(image, square, both_ways=bool(heads) and not closer)
        if size == SIZE:
            return planes
        planes = np.stack([_enlarged(plane, size) for plane in planes])
        for near in closer:
            detail = self._model.probability(image, near, both_ways=len(closer) == 1)
            _blend_in(planes, detail, near, square)
        return planes

    def _lay_hands(
        self,
        planes: NDArray[np.float32],
        image: NDArray[np.uint8],
        faces: Sequence[Face],
        mask_from_image: NDArray[np.float64],
    ) -> list[Face]:
        """Mark hands near the faces as body skin, in place; returns the faces that something of skin may cover."""
        if self._hands is None:
            return []
        suspects = hands_suspected(planes, faces, mask_from_image)
        if suspects:
            lay_hands(planes, find_hands(self._hands, image, suspects), mask_from_image)
        return suspects

    @staticmethod
    def _refine(planes: NDArray[np.float32], pixels: NDArray[np.uint8], square: Square, heads: Sequence[Head]) -> None:
        """Pull the planes' edges onto the picture's, in place."""
        face_share = largest(heads).size_px / square.side_px if heads else 0.3
        radius_px = max(1, round(face_share * planes.shape[1] * _GUIDE_RADIUS))
        guide = luminance(pixels)
        for plane in planes:
            np.maximum(guided_filter(guide, plane, radius_px, _GUIDE_EDGE), 1e-4, out=plane)
        normalized(planes)


def _mask_size(square: Square, heads: Sequence[Head]) -> int:
    """Side of a still's mask in pixels: fine enough to hold what a closer look at a face sees."""
    if not heads:
        return _CLOSE_PX
    wanted = SIZE * square.side_px / (1.9 * largest(heads).size_px)
    return int(min(max(wanted, _CLOSE_PX), _MOST_CLOSE_PX)) // 2 * 2


def _enlarged(plane: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """The plane of a square at another size; crop coordinates scale from the corner, as `Square` has it."""
    scale = plane.shape[0] / size
    source_from_target = np.array(((scale, 0.0, 0.0), (0.0, scale, 0.0)))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(plane, source_from_target, (size, size), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    )


def _blend_in(planes: NDArray[np.float32], detail: NDArray[np.float32], near: Square, square: Square) -> None:
    """Mix a closer look into the planes of the wide square, in place, fading out towards its border."""
    size = planes.shape[1]
    ramp = np.minimum(np.arange(SIZE) + 0.5, SIZE - 0.5 - np.arange(SIZE)) / (_CLOSE_FEATHER * SIZE)
    ramp = np.minimum(ramp, 1.0)
    weight = (_CLOSE_WEIGHT * np.minimum.outer(ramp, ramp)).astype(np.float32)
    image_from_near = np.vstack((near.image_from_crop(SIZE), (0.0, 0.0, 1.0)))
    mask_from_near = inverse(square.image_from_crop(size)) @ image_from_near
    share = cv2.warpAffine(weight, mask_from_near, (size, size), flags=cv2.INTER_LINEAR)
    for plane, finer in zip(planes, detail, strict=True):
        moved = cv2.warpAffine(
            finer, mask_from_near, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        plane += share * (moved - plane)


def _steadied(mask: PartsMask, before: PartsMask) -> PartsMask:
    """The mask, half way to the one before where they differ little; where they differ much it is the new one."""
    size = mask.probability.shape[1:]
    old = resampled(before, mask.mask_from_image, (size[0], size[1])).astype(np.float32)
    new = mask.probability.astype(np.float32)
    change = np.abs(new - old).max(axis=0) / np.float32(255.0)
    share = 0.5 + 0.5 * np.clip((change - _STEADY) / (_REAL - _STEADY), 0.0, 1.0)
    return PartsMask(np.round(old + share * (new - old)).astype(np.uint8), mask.mask_from_image)


def _next_reach(mask: PartsMask, reach: float) -> float:
    """How wide to look next, from whether hair is cut off by the mask's sides or lower border."""
    hair = mask.plane("hair") > 127
    cut = max(float(hair[-2].mean()), float(hair[:, 1].mean()), float(hair[:, -2].mean()))
    if cut > _CUT_HAIR:
        return min(reach * _REACH_STEP, _MOST_REACH)
    inner = hair.shape[0] // 6
    free = not (hair[-inner:].any() or hair[:, :inner].any() or hair[:, -inner:].any())
    return max(reach / _REACH_STEP, 1.0) if free else reach


def _bytes(planes: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.round(planes * np.float32(255.0)).astype(np.uint8)
