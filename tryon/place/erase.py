"""A photo without an item that stands in it: what was behind is guessed from what is beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.errors import ParameterError, ShapeError
from tryon.place.erase_view import EraseView, Surroundings, views_of
from tryon.place.inpaint import ShiftMap, base_of, detail_of, familiar, shift_map, strangeness
from tryon.place.inpaint_tone import in_tone_of, outward, tone_steps
from tryon.place.planes_of import SeenPlane
from tryon.types import Frame, Plane

NOTE = "What was behind the removed item is made up from what is beside it; the real floor and wall may look different."
_MOST = 0.6  # share of the photo that may be erased: something must be left to go by
_GROW = 1 / 250  # of the longest side, by which masks grow: brushes and depth miss soft edges
_AROUND = 1.6  # of the hole's size that is looked at on every side
_WORK_PX = 1100
_MEETS = 2.5  # strangeness up to which a fill's tone must meet what is beside the hole
_BASE = 0.2  # width of what counts as slow change of tone, as a share of the hole's size


@dataclass(frozen=True, slots=True, eq=False)
class Erased:
    """The photo after erasing, and the sentence to show beside it.

    mask: (h, w) bool, the pixels that were made up.
    """

    frame: Frame
    note: str
    mask: NDArray[np.bool_]


def erase(
    frame: Frame, mask: NDArray[np.bool_] | NDArray[np.uint8], planes: Sequence[Plane | SeenPlane] = ()
) -> Erased:
    """The photo with the masked item replaced by what its surroundings suggest.

    What lies on a plane is filled as seen from straight above that plane, so boards and tiles keep their perspective;
    grain and fine texture come from the full photo.

    Args:
        mask: (h, w), where the item and its shadow are: True, or above 0.
        planes: The photo's floor and walls, when known; with `SeenPlane` only what was seen of each is copied.

    Raises:
        ShapeError: A mask of another size than the photo.
        ParameterError: An empty mask, or one that leaves too little of the photo.
    """
    if mask.shape != (frame.height, frame.width):
        raise ShapeError("mask", expected=(frame.height, frame.width), got=mask.shape)
    item = np.asarray(mask).astype(np.bool_).astype(np.uint8)
    share = float(item.mean())
    if share == 0.0:
        raise ParameterError("mask: expected some pixels to erase, got none; brush over the item.")
    if share > _MOST:
        raise ParameterError(
            f"mask: expected at most {_MOST:.0%} of the photo, got {share:.0%}; brush over the item alone."
        )
    grow = max(round(max(mask.shape) * _GROW), 1)
    shape = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * grow + 1, 2 * grow + 1))
    hole = np.asarray(cv2.dilate(item, shape), np.uint8)
    around = _surroundings(frame, hole)
    pixels = frame.pixels.copy()
    for view in views_of(around, planes):
        _fill(pixels, frame.pixels, hole, around, view)
    _feather(pixels, frame.pixels, item, hole, grow)
    return Erased(frame.with_pixels(pixels), NOTE, hole > 0)


def _surroundings(frame: Frame, hole: NDArray[np.uint8]) -> Surroundings:
    x, y, width, height = cv2.boundingRect(hole)
    margin = round(_AROUND * float(np.sqrt(width * height)))
    x0, y0 = max(x - margin, 0), max(y - margin, 0)
    x1, y1 = min(x + width + margin, frame.width), min(y + height + margin, frame.height)
    factor = min(_WORK_PX / max(x1 - x0, y1 - y0), 1.0)
    size = max(round((x1 - x0) * factor), 1), max(round((y1 - y0) * factor), 1)
    across, down = (x1 - x0) / size[0], (y1 - y0) / size[1]
    small = np.asarray(cv2.resize(frame.pixels[y0:y1, x0:x1], size, interpolation=cv2.INTER_AREA), np.uint8)
    # One pixel wider than the hole itself, so that nothing of the item is taken for its surroundings.
    covered = cv2.resize(hole[y0:y1, x0:x1].astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.0
    photo_from_small = np.array(
        [[across, 0.0, x0 + 0.5 * across - 0.5], [0.0, down, y0 + 0.5 * down - 0.5], [0.0, 0.0, 1.0]]
    )
    return Surroundings(small, np.asarray(covered), photo_from_small, (frame.width, frame.height))


def _fill(
    pixels: NDArray[np.uint8],
    original: NDArray[np.uint8],
    hole: NDArray[np.uint8],
    around: Surroundings,
    view: EraseView,
) -> None:
    """Write the view's part of the hole into `pixels`."""
    if not view.source.any():
        return
    seen = view.picture.astype(np.float32)
    strange = strangeness(seen, view.hole, view.source)
    source = _usual(view, strange)
    base = base_of(seen, source, max(_BASE * float(np.sqrt(view.hole.sum())), 3.0))
    detail = np.where(source[..., None], detail_of(seen, base), np.float32(0.0))
    chosen = shift_map(detail, base, view.hole, source, strange, view.blur)
    rim = source | (view.valid & (strange < _MEETS))  # the surface, also where depth did not see it
    added = tone_steps(seen, base, chosen, view.hole, rim)
    part = _warped(view.part.astype(np.float32), around.photo_from_small, hole.shape, None)
    x, y, width, height = cv2.boundingRect(((part > 0.5) & (hole > 0)).astype(np.uint8))
    if not width:
        return
    box = slice(y, y + height), slice(x, x + width)
    mask = (part[box] > 0.5) & (hole[box] > 0)
    filled = _composed(original, base, chosen, added, view.view_from_photo, box)
    filled += _grain(original, hole, box, _warped_label(chosen, view, box))
    pixels[box] = np.where(mask[..., None], np.clip(np.rint(filled), 0.0, 255.0), pixels[box]).astype(np.uint8)


def _usual(view: EraseView, strange: NDArray[np.float32]) -> NDArray[np.bool_]:
    """What may be copied: strictly what goes all round the hole where most of the view does, less strictly else."""
    strict = view.source & familiar(strange, view.hole, flat=True)
    if view.flat or strict.sum() > 0.5 * view.source.sum():
        usual = strict
    else:
        usual = view.source & familiar(strange, view.hole, flat=False)
    return usual if usual.sum() > 0.25 * view.hole.sum() else view.source


def _composed(
    original: NDArray[np.uint8],
    base: NDArray[np.float32],
    chosen: ShiftMap,
    added: Mapping[int, NDArray[np.float32]],
    view_from_photo: NDArray[np.float64],
    box: tuple[slice, slice],
) -> NDArray[np.float32]:
    """(h, w, 3) of a box of the photo: for every shift, full-size pixels from there in the tone of here."""
    shape = box[0].stop - box[0].start, box[1].stop - box[1].start
    view_from_box = view_from_photo @ _moved(box[1].start, box[0].start)
    box_from_view = _inverse(view_from_box)
    tone = _warped(base, box_from_view, shape, None, cv2.BORDER_REPLICATE)
    labels = outward(chosen.labels, 5)  # so that the blur below finds some beyond the rim as well
    total, weights = np.zeros((*shape, 3), np.float32), np.zeros(shape, np.float32)
    for label, step in added.items():
        share = cv2.GaussianBlur((labels == label).astype(np.float32), (0, 0), 1.2)
        own = _touched(share, box_from_view, shape)
        if own is None:
            continue
        there = view_from_box @ _moved(own[1].start, own[0].start)
        beyond = _moved(*chosen.shifts[label]) @ there
        size = own[0].stop - own[0].start, own[1].stop - own[1].start
        weight = _warped(share, _inverse(there), size, None)
        own_from_photo = _inverse(beyond) @ view_from_photo
        copied = _warped(original, own_from_photo, size, cv2.INTER_CUBIC, cv2.BORDER_REFLECT)
        copied_base = _warped(base, _inverse(beyond), size, None, cv2.BORDER_REPLICATE)
        toned = in_tone_of(copied, copied_base, tone[own]) if label else tone[own].copy()
        toned += _warped(step, _inverse(there), size, None, cv2.BORDER_REPLICATE)
        total[own] += weight[..., None] * toned
        weights[own] += weight
    missing = np.clip(1.0 - weights, 0.0, 1.0)
    return np.asarray((total + missing[..., None] * tone) / (weights + missing)[..., None], np.float32)


def _grain(
    original: NDArray[np.uint8], hole: NDArray[np.uint8], box: tuple[slice, slice], blank: NDArray[np.float32]
) -> NDArray[np.float32]:
    """(h, w, 3) noise as strong as the photo's own beside the hole, where `blank` says that nothing was copied."""
    if not (blank > 0.0).any():
        return np.zeros((*blank.shape, 3), np.float32)
    near = original[box].astype(np.float32)
    rest = near - cv2.GaussianBlur(near, (0, 0), 1.5)
    known = hole[box] == 0
    strength = 1.4826 * np.median(np.abs(rest[known]), axis=0) if known.any() else np.zeros(3)
    noise = np.random.default_rng(0).standard_normal((*blank.shape, 1)).astype(np.float32)
    # Cameras smooth their noise; a little blur, then back to unit strength.
    smooth = np.asarray(cv2.GaussianBlur(noise, (0, 0), 0.7), np.float32)[..., None]
    smooth /= max(float(smooth.std()), 1e-6)
    return np.asarray(smooth * strength * blank[..., None], np.float32)


def _warped_label(chosen: ShiftMap, view: EraseView, box: tuple[slice, slice]) -> NDArray[np.float32]:
    """(h, w) of the box: how much of each pixel is toned only."""
    blank = cv2.GaussianBlur((chosen.labels == 0).astype(np.float32), (0, 0), 1.2)
    shape = box[0].stop - box[0].start, box[1].stop - box[1].start
    return _warped(blank, _inverse(view.view_from_photo @ _moved(box[1].start, box[0].start)), shape, None)


def _inverse(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.inv(matrix), np.float64)


def _moved(x: float, y: float) -> NDArray[np.float64]:
    return np.array([[1.0, 0.0, float(x)], [0.0, 1.0, float(y)], [0.0, 0.0, 1.0]])


def _touched(
    share: NDArray[np.float32], box_from_view: NDArray[np.float64], shape: tuple[int, int]
) -> tuple[slice, slice] | None:
    """The part of the box that a patch of the view can reach."""
    x, y, width, height = cv2.boundingRect((share > 0.004).astype(np.uint8))
    corners = np.array([[x - 1, y - 1, 1], [x + width, y - 1, 1], [x - 1, y + height, 1], [x + width, y + height, 1]])
    at = corners @ box_from_view.T
    if not width or (at[:, 2] * at[0, 2] <= 0.0).any():
        return (slice(0, shape[0]), slice(0, shape[1])) if width else None
    at = at[:, :2] / at[:, 2:]
    low = np.clip(np.floor(at.min(axis=0)), 0, [shape[1], shape[0]]).astype(int)
    high = np.clip(np.ceil(at.max(axis=0)) + 1, 0, [shape[1], shape[0]]).astype(int)
    return (slice(low[1], high[1]), slice(low[0], high[0])) if (high > low).all() else None


def _warped(
    values: NDArray[np.uint8] | NDArray[np.float32],
    to_from_values: NDArray[np.float64],
    shape: tuple[int, ...],
    flags: int | None,
    border: int = cv2.BORDER_CONSTANT,
) -> NDArray[np.float32]:
    """Values on another grid; bilinear unless said otherwise."""
    way = cv2.INTER_LINEAR if flags is None else flags
    warped = cv2.warpPerspective(values, to_from_values, shape[1::-1], flags=way, borderMode=border)
    return np.asarray(warped, np.float32)


def _feather(
    pixels: NDArray[np.uint8],
    original: NDArray[np.uint8],
    item: NDArray[np.uint8],
    hole: NDArray[np.uint8],
    grow_px: int,
) -> None:
    """Fade into the photo between the item's own mask and the hole's rim: nothing of the item itself comes back."""
    x, y, width, height = cv2.boundingRect(hole)
    box = slice(y, y + height), slice(x, x + width)
    away_px = cv2.distanceTransform(1 - item[box], cv2.DIST_L2, 3)
    made = np.clip(1.0 - (away_px - 1.0) / grow_px, 0.0, 1.0)[..., None] * hole[box][..., None]
    mixed = original[box] + made * (pixels[box].astype(np.float32) - original[box])
    pixels[box] = np.rint(mixed).astype(np.uint8)
