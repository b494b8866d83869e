"""A camera calibrated from photos of the board."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.errors import MissingExtraError, ParameterError
from tryon.place.board_find import BoardView
from tryon.types import Camera, Intrinsics

_LEAST_VIEWS = 4
_MOST_VIEWS = 200
_OUTLIER = 2.5  # times the median view's error
_LEAST_OUTLIER_PX = 0.6
_SAME = 0.01  # of the width: views whose corners moved less show nothing new
_WORST_SIGMA = 0.03
# Paper is not glass: bent by a millimetre a view, and printed a few parts in a thousand off square, real boards make
# the focal length less sure than their corners' scatter; halves of the test sets differ by this much more than stated
# (tests/place/test_calibrate.py).
_HONEST = 2.5
_LEAST_SIGMA = 0.001
# The sixth-order term of distortion must lower the error by this to be kept: few lenses need it, and where no corners
# were seen it bends the picture at will.
_WORTH = 0.9
_TILTED_RAD = math.radians(20.0)
_LEAST_TILT_RAD = math.radians(8.0)  # of two views at the least: straight on, a near board and a long lens look alike
_PLACES = (
    ("top left", "top", "top right"),
    ("left", "middle", "right"),
    ("bottom left", "bottom", "bottom right"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """A calibrated camera and what people should know about it.

    rms_px: Reprojection error over all corners. views: Photos that counted.
    rejected: Sentences, one for each photo that did not. advice: Sentences on what would make it better.
    """

    intrinsics: Intrinsics
    rms_px: float
    views: int
    rejected: tuple[str, ...]
    advice: tuple[str, ...]


def calibrate(views: Sequence[BoardView]) -> Calibration:
    """Focal length, axis and distortion from at least four different views of the board.

    Raises:
        ParameterError: Too few views, or ones from which the focal length does not follow.

    Source: Zhang, "A flexible new technique for camera calibration" (PAMI 2000), as OpenCV has it; the doubt from the
    normal matrix (`calibrateCameraExtended`).
    """
    kept, rejected = _usable(views)
    while True:
        if len(kept) < _LEAST_VIEWS:
            raise ParameterError(
                " ".join(
                    [
                        f"Expected at least {_LEAST_VIEWS} good photos of the board from different sides, got"
                        f" {len(kept)}; take 10 to 20.",
                        *rejected[:3],
                    ]
                )
            )
        found = _solved(kept, sixth_order=False)
        bent = _solved(kept, sixth_order=True)
        if bent.rms_px < _WORTH * found.rms_px:
            found = bent
        worst = int(np.argmax(found.errors_px))
        limit = max(_OUTLIER * float(np.median(found.errors_px)), _LEAST_OUTLIER_PX)
        if found.errors_px[worst] <= limit:
            break
        rejected.append(
            f"'{kept[worst].name}': its corners miss by {found.errors_px[worst]:.1f} px, the others by"
            f" {float(np.median(found.errors_px)):.1f} px; blurred, or the board was bent."
        )
        kept = [view for index, view in enumerate(kept) if index != worst]
    tilted = sum(tilt > _LEAST_TILT_RAD for tilt in _tilts(found.turns))
    if not found.focal_sigma <= _WORST_SIGMA or tilted < 2:
        sure = tilted >= 2 and math.isfinite(found.focal_sigma)
        within = f"within {196 * found.focal_sigma:.0f} % only" if sure else "hardly at all"
        raise ParameterError(
            f"The photos tell the focal length {within}; photograph the board tilted"
            " by 30° to 45° to every side, filling the picture."
        )
    width, height = kept[0].size_px
    matrix = found.matrix
    camera = Camera(width, height, float(matrix[0, 0]), float(matrix[1, 1]), float(matrix[0, 2]), float(matrix[1, 2]))
    distortion = tuple(float(value) for value in found.distortion[:5])
    intrinsics = Intrinsics(camera, found.focal_sigma, "ChArUco board", distortion)
    return Calibration(intrinsics, found.rms_px, len(kept), tuple(rejected), _advice(kept, found))


@dataclass(frozen=True, slots=True, eq=False)
class _Solved:
    """What OpenCV found. turns: (V, 3) rotation vectors; errors_px: (V,) of each view."""

    rms_px: float
    matrix: NDArray[np.float64]
    distortion: NDArray[np.float64]
    turns: NDArray[np.float64]
    errors_px: NDArray[np.float64]
    focal_sigma: float


def _solved(views: Sequence[BoardView], *, sixth_order: bool) -> _Solved:
    try:
        import cv2
    except ImportError as error:
        raise MissingExtraError("opencv-python-headless", extra="vision") from error
    try:
        rms, matrix, bent, turns, _, spread, _, errors = cv2.calibrateCameraExtended(
            [view.points_m for view in views],
            [view.pixels for view in views],
            views[0].size_px,
            np.eye(3),
            np.zeros(5),
            flags=0 if sixth_order else cv2.CALIB_FIX_K3,
        )
    except cv2.error as error:
        raise ParameterError(
            "The photos of the board contradict each other; photograph it flat, from different sides."
        ) from error
    focal, deviations = np.array([matrix[0, 0], matrix[1, 1]]), np.asarray(spread, np.float64).ravel()[:2]
    # Where nothing follows from the views, OpenCV's pseudo-inverse states no deviation at all.
    sigma = float(np.max(deviations / focal)) if np.all(focal > 0.0) and np.all(deviations > 0.0) else math.inf
    return _Solved(
        float(rms),
        np.asarray(matrix, np.float64),
        np.asarray(bent, np.float64).ravel(),
        np.asarray(turns, np.float64).reshape(-1, 3),
        np.asarray(errors, np.float64).ravel(),
        max(_HONEST * sigma, _LEAST_SIGMA) if math.isfinite(sigma) else math.inf,
    )


def _usable(views: Sequence[BoardView]) -> tuple[list[BoardView], list[str]]:
    """Views of the most common size that each show something new."""
    rejected = [f"'{view.name}': more than {_MOST_VIEWS} photos." for view in views[_MOST_VIEWS:]]
    views = views[:_MOST_VIEWS]
    if not views:
        return [], rejected
    sizes = [view.size_px for view in views]
    usual = max(sizes, key=sizes.count)
    kept: list[BoardView] = []
    for view in views:
        if view.size_px != usual:
            turned = " turned," if view.size_px == usual[::-1] else ""
            rejected.append(
                f"'{view.name}':{turned} {view.size_px[0]}×{view.size_px[1]} px, the others {usual[0]}×{usual[1]};"
                " hold the camera the same way for all."
            )
            continue
        twin = next((other for other in kept if _moved(view, other) < _SAME * usual[0]), None)
        if twin is not None:
            rejected.append(f"'{view.name}': shows the same as '{twin.name}'.")
            continue
        kept.append(view)
    return kept, rejected


def _moved(view: BoardView, other: BoardView) -> float:
    """Mean distance in pixels between the corners both show; infinite where they share none."""
    same = (np.abs(view.points_m[:, None] - other.points_m[None]) < 1e-6).all(axis=2)
    first, second = np.nonzero(same)
    if len(first) < 4:
        return math.inf
    return float(np.linalg.norm(view.pixels[first] - other.pixels[second], axis=1).mean())


def _advice(views: Sequence[BoardView], found: _Solved) -> tuple[str, ...]:
    width, height = views[0].size_px
    pixels = np.concatenate([view.pixels for view in views])
    column = np.clip((3 * pixels[:, 0] / width).astype(int), 0, 2)
    row = np.clip((3 * pixels[:, 1] / height).astype(int), 0, 2)
    counts = np.zeros((3, 3), int)
    np.add.at(counts, (row, column), 1)
    bare = [_PLACES[r][c] for r in range(3) for c in range(3) if counts[r, c] < 12]
    advice = []
    if bare:
        advice.append(f"The board was hardly seen at the picture's {', '.join(bare)}; add photos with it there.")
    tilts = [math.acos(min(1.0, abs(math.cos(angle)))) for angle in _tilts(found.turns)]
    if sum(tilt > _TILTED_RAD for tilt in tilts) < 3:
        advice.append("The board was hardly tilted; add photos from 30° to 45° to every side.")
    if len(views) < 8:
        advice.append(f"{len(views)} photos are few; 10 to 20 make the focal length surer.")
    if found.rms_px > 1.5 * width / 1280.0:
        advice.append(
            f"Corners miss by {found.rms_px:.1f} px; keep the board flat, the camera still and the focus fixed."
        )
    return tuple(advice)


def _tilts(turns: NDArray[np.float64]) -> list[float]:
    """Angle in radians between each board's normal and the camera's axis."""
    import cv2

    return [math.acos(max(-1.0, min(1.0, float(cv2.Rodrigues(turn)[0][2, 2])))) for turn in turns]
