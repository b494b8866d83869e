"""The plane that tags lie on, from the page whose layout is known or from tags whose size somebody says."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ParameterError
from tryon.place.board import BOARD, board_corners_m
from tryon.place.evidence import Refusal
from tryon.place.flat_fit import FlatFit, Pattern
from tryon.place.marker import CORNER_IDS, DEFAULT_SIZE_M, FAMILY, MIDDLE_ID, PRINT_SIGMA, page_squares
from tryon.place.rectangle import fit_patterns
from tryon.place.tag_find import Tag
from tryon.types import Intrinsics, Plane

# Chi-squared by degrees of freedom: corners are trusted to about 0.1 px, and real lenses and paper bend by several
# times that; beyond, and beyond this share of a tag's side, it is not what it was taken for.
_MISFIT = 30.0
_MISS_SHARE = 0.02
_TAG_MISFIT, _TAG_MISS_SHARE = 9.0, 0.035  # the same of one tag among others
_MOST = 24
_ANY_LENS = 0.5
_PULL, _LEAST_PULL = 5.0, 0.01  # sigmas, and a share that flat paper's waves may pull by anyway


def plane_of_tags(
    tags: Sequence[Tag],
    intrinsics: Intrinsics,
    *,
    size_m: float | None = None,
    up: NDArray[np.float64] | None = None,
) -> Plane | Refusal:
    """The plane under the tags: the page of `tryon marker` or the calibration board where seen, else tags of one size.

    Args:
        size_m: Edge of the tags' black squares; of the page's middle one, where it was not printed at 100 %.
    """
    if size_m is not None and not 0.002 <= size_m <= 5.0:
        raise ParameterError(f"Expected a tag's edge of 0.002 to 5 m, got {size_m:g} m.")
    page = [tag for tag in tags if tag.family == FAMILY and tag.id in (MIDDLE_ID, *CORNER_IDS)]
    if page:
        return _of_page(page, intrinsics, size_m, up)
    board = [tag for tag in tags if tag.family == BOARD.family and tag.id in BOARD.ids]
    if len(board) >= 2 and size_m is None:
        return _of_board(board, intrinsics, up)
    if size_m is None:
        return Refusal(
            "A tag is in view, but not how large it is; say the edge of its black square in metres, such as"
            " --scale tag:0.10."
        )
    return _of_loose(list(tags)[:_MOST], intrinsics, size_m, up)


def _of_page(
    page: Sequence[Tag], intrinsics: Intrinsics, size_m: float | None, up: NDArray[np.float64] | None
) -> Plane | Refusal:
    if len({tag.id for tag in page}) < len(page):
        return Refusal("Two marker pages are in view; cover one of them.")
    scale = 1.0 if size_m is None else size_m / DEFAULT_SIZE_M
    places = {square.id: square.corners_m * scale for square in page_squares()}
    pattern = Pattern(
        np.concatenate([places[tag.id] for tag in page]),
        np.concatenate([tag.corners_px for tag in page]),
        np.concatenate([tag.sigma_px for tag in page]),
    )
    fit = _fit([pattern], intrinsics, up, "marker page")
    if _misfits(fit, page) or _other_lens(fit, intrinsics):
        return _why(fit, [pattern], page, intrinsics, up, "marker page")
    return fit.plane


def _of_board(board: Sequence[Tag], intrinsics: Intrinsics, up: NDArray[np.float64] | None) -> Plane | Refusal:
    pattern = Pattern(
        np.concatenate([board_corners_m(tag.id) for tag in board]),
        np.concatenate([tag.corners_px for tag in board]),
        np.concatenate([tag.sigma_px for tag in board]),
    )
    fit = _fit([pattern], intrinsics, up, "calibration board")
    if _misfits(fit, board) or _other_lens(fit, intrinsics):
        return _why(fit, [pattern], board, intrinsics, up, "calibration board")
    return fit.plane


def _why(
    fit: FlatFit,
    patterns: Sequence[Pattern],
    tags: Sequence[Tag],
    intrinsics: Intrinsics,
    up: NDArray[np.float64] | None,
    source: str,
) -> Refusal:
    """Whether a lens other than the one stated explains what does not fit, or nothing flat does."""
    # From where the picture has pulled it already: from afar the fit may stop on its way.
    free = _fit(patterns, replace(intrinsics, camera=fit.plane.camera, focal_sigma=_ANY_LENS), up, source)
    if not _misfits(free, tags):
        ratio = free.plane.camera.focal_x_px / intrinsics.camera.focal_x_px
        return Refusal(
            f"The {source} looks as if seen with a focal length {ratio:.2f} times the one known by"
            f" {intrinsics.source}; send the photo as it was taken, or give"
            f" --focal {free.plane.camera.focal_x_px:.0f}."
        )
    return Refusal(f"The {source} is folded or bent; lay it flat, all of it in view.")


def _of_loose(
    tags: Sequence[Tag], intrinsics: Intrinsics, size_m: float, up: NDArray[np.float64] | None
) -> Plane | Refusal:
    name = "tag" if len(tags) == 1 else "tags"
    half = size_m / 2.0
    square = np.array([[-half, half], [half, half], [half, -half], [-half, -half]])
    patterns = [Pattern(square, tag.corners_px, tag.sigma_px) for tag in tags]
    fit = _fit(patterns, intrinsics, up, name)
    if not _misfits(fit, tags):
        return fit.plane
    if len(tags) == 1:
        return Refusal("The tag is folded or bent; lay it flat.")
    alone = [_fit([pattern], intrinsics, up, name) for pattern in patterns]
    if any(_misfits(one, [tag]) for one, tag in zip(alone, tags, strict=True)):
        return Refusal("One of the tags in view is folded or bent; lay it flat or cover it.")
    sized = _fit(patterns, intrinsics, up, name, sizes_free=True)
    if not _misfits(sized, tags):
        return Refusal("The tags in view are not all of one size; cover all but those of the size you gave.")
    return Refusal("The tags in view do not all lie on one plane; cover those that are not on the floor.")


def _fit(
    patterns: Sequence[Pattern],
    intrinsics: Intrinsics,
    up: NDArray[np.float64] | None,
    source: str,
    *,
    sizes_free: bool = False,
) -> FlatFit:
    """Tags come from one printer: one doubt about their scale, or one each to see whether that explains them."""
    shared = [pattern.points_m[None] * PRINT_SIGMA for pattern in patterns]
    if sizes_free:
        shared = [
            np.stack([pattern.points_m * (0.5 if index == own else 0.0) for index in range(len(patterns))])
            for own, pattern in enumerate(patterns)
        ]
    fit = fit_patterns(patterns, intrinsics, modes=shared, up=up, source=source)
    return replace(fit, plane=replace(fit.plane, source=source))


def _other_lens(fit: FlatFit, intrinsics: Intrinsics) -> bool:
    """Whether the picture pulls the focal length far beyond the doubt that was stated about it."""
    pulled = abs(math.log(fit.plane.camera.focal_x_px / intrinsics.camera.focal_x_px))
    return pulled > _PULL * intrinsics.focal_sigma + _LEAST_PULL


def _misfits(fit: FlatFit, tags: Sequence[Tag]) -> bool:
    """Whether the tags as a whole, or one of them, lie where a flat thing could not have them."""
    sides = np.array(
        [np.linalg.norm(np.roll(tag.corners_px, -1, axis=0) - tag.corners_px, axis=1).mean() for tag in tags]
    )
    if fit.misfit > _MISFIT and fit.rms_px > max(_MISS_SHARE * float(sides.mean()), 0.5):
        return True
    own = (fit.misses_px.reshape(-1, 4, 2) ** 2).sum(axis=2).mean(axis=1)
    sigmas = np.array([float((tag.sigma_px**2).mean()) for tag in tags])
    return bool(((own > _TAG_MISFIT * sigmas) & (np.sqrt(own) > np.maximum(_TAG_MISS_SHARE * sides, 1.0))).any())
