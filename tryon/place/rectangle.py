"""The plane of a rectangle of known size, or of any flat pattern whose points are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tryon.errors import MissingExtraError, ParameterError, ShapeError
from tryon.place.flat_fit import Estimate, FlatFit, Pattern, Problem, plane_of, residuals, solve
from tryon.types import Intrinsics, Plane
from tryon.types.plane import PlaneKind

_FLIP = np.diag([1.0, -1.0, -1.0])  # OpenCV's camera axes to ours, and back
_LEAST_AREA = 1e-3  # of a quad by its longest side squared; flatter ones have no perspective to read
_SIDE_LEAN = 0.3  # people hold cameras level within this, sine of the floor's lean to one side
_CLEARLY = 9.0  # chi-squared by which one tilt must beat its mirror image to stand alone


def plane_from_rectangle(
    corners_px: ArrayLike,
    size_m: tuple[float, float],
    intrinsics: Intrinsics,
    *,
    corner_sigma_px: float | NDArray[np.float64] = 0.5,
    size_sigma_m: float | tuple[float, float] = 0.0,
    first_side_known: bool = False,
    up: NDArray[np.float64] | None = None,
    kind: PlaneKind = "floor",
    source: str = "rectangle",
) -> Plane:
    """The plane a rectangle lies on; see `fit_rectangle`."""
    return fit_rectangle(
        corners_px,
        size_m,
        intrinsics,
        corner_sigma_px=corner_sigma_px,
        size_sigma_m=size_sigma_m,
        first_side_known=first_side_known,
        up=up,
        kind=kind,
        source=source,
    ).plane


def fit_rectangle(
    corners_px: ArrayLike,
    size_m: tuple[float, float],
    intrinsics: Intrinsics,
    *,
    corner_sigma_px: float | NDArray[np.float64] = 0.5,
    size_sigma_m: float | tuple[float, float] = 0.0,
    first_side_known: bool = False,
    up: NDArray[np.float64] | None = None,
    kind: PlaneKind = "floor",
    source: str = "rectangle",
) -> FlatFit:
    """The plane a rectangle of known size lies on, and how well its four corners fit.

    Args:
        corners_px: (4, 2) in turn round it, either way.
        size_m: Its two sides.
        corner_sigma_px: Of each coordinate; one for all, or (4,).
        size_sigma_m: Of the sides, each on its own.
        first_side_known: Whether corner 0 to corner 1 is the side `size_m[0]`; else what fits better is taken.
        up: (3,) gravity's opposite in camera space, to tell mirrored tilts apart.
        kind: What the plane is, for the same end.

    Raises:
        ParameterError: Corners that cross, nearly lie on one line, or a size that is not above 0.
    """
    corners = np.array(corners_px, np.float64)
    if corners.shape != (4, 2) or not np.isfinite(corners).all():
        raise ShapeError("corners_px", expected="(4, 2) finite pixels", got=corners.shape)
    if not min(size_m) > 0.0:
        raise ParameterError(f"Expected a rectangle's sides above 0, got {size_m[0]:g} m by {size_m[1]:g} m.")
    sigmas = np.broadcast_to(np.asarray(corner_sigma_px, np.float64), (4,)).copy()
    corners, sigmas = _in_turn(corners, sigmas)
    sides = np.broadcast_to(np.asarray(size_sigma_m, np.float64), (2,))
    ways = [(size_m, sides)] if first_side_known else [(size_m, sides), (size_m[::-1], sides[::-1])]
    fits = []
    for (width, length), (width_sigma, length_sigma) in ways:
        unit = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
        modes = np.stack([unit * (width_sigma, 0.0), unit * (0.0, length_sigma)])
        pattern = Pattern(unit * (width, length), corners, sigmas)
        fits.append(fit_patterns([pattern], intrinsics, modes=[modes], up=up, kind=kind, source=source))
    return min(fits, key=lambda fit: fit.cost)


def plane_from_points(
    points_m: ArrayLike,
    pixels: ArrayLike,
    intrinsics: Intrinsics,
    *,
    sigma_px: float | NDArray[np.float64] = 0.3,
    scale_sigma: float = 0.0,
    up: NDArray[np.float64] | None = None,
    kind: PlaneKind = "floor",
    source: str = "points",
) -> FlatFit:
    """The plane of at least four known points on it.

    Args:
        points_m: (N, 2) in any frame of the plane, counterclockwise as seen.
        pixels: (N, 2).
        scale_sigma: Relative, of the pattern's size as a whole: how well a printer keeps to it.
    """
    points = np.asarray(points_m, np.float64).reshape(-1, 2)
    pattern = Pattern(points, np.asarray(pixels, np.float64).reshape(-1, 2), sigma_px)
    return fit_patterns([pattern], intrinsics, modes=[points[None] * scale_sigma], up=up, kind=kind, source=source)


def fit_patterns(
    patterns: Sequence[Pattern],
    intrinsics: Intrinsics,
    *,
    modes: Sequence[NDArray[np.float64]],
    up: NDArray[np.float64] | None = None,
    kind: PlaneKind = "floor",
    source: str,
) -> FlatFit:
    """The one plane that several flat patterns lie on, wherever on it each of them is.

    Of the two tilts that small patterns leave open (Collins and Bartoli, "Infinitesimal Plane-Based Pose Estimation",
    IJCV 2014) the one that fits the picture and a camera held upright better is taken; where both do, the covariance
    spans them.

    Raises:
        ParameterError: Points that give no pose.
    """
    largest = max(range(len(patterns)), key=lambda index: float(np.ptp(patterns[index].pixels, axis=0).sum()))
    problem = Problem(patterns, modes, intrinsics)
    found = []
    for rotation, shift in _starts(patterns[largest], intrinsics):
        start = _start(problem, rotation, shift)
        if start is None:
            continue
        estimate, normal_matrix, cost, pixel_cost = solve(problem, start)
        if estimate.distance_m > 1e-6 and np.linalg.cond(normal_matrix) < 1e18:
            lean = _lean(estimate.rotation[:, 2], up, kind)
            found.append((cost + lean, cost, pixel_cost, estimate, normal_matrix))
    if not found:
        raise ParameterError(
            f"{source}: expected points of a flat thing seen from above it, got points that no such thing projects"
            " to; check their order."
        )
    found.sort(key=lambda one: one[0])
    best = found[0]
    count = sum(len(pattern.points_m) for pattern in patterns)
    free = max(2 * count - 3 * len(patterns) - 3, 1)
    misfit = best[2] / free
    normal_matrix = _loosened(problem, best[3], misfit)
    plane = plane_of(best[3], normal_matrix, intrinsics, source)
    certain = True
    if len(found) > 1 and found[1][0] - best[0] < _CLEARLY:
        other = plane_of(found[1][3], found[1][4], intrinsics, source)
        apart = _between(plane, other)
        if float(apart @ np.linalg.solve(plane.covariance, apart)) > _CLEARLY:
            likely = 1.0 / (1.0 + float(np.exp((found[1][0] - best[0]) / 2.0)))
            certain = likely < 0.02
            plane = replace(plane, covariance=plane.covariance + likely * np.outer(apart, apart))
    plane = replace(plane, kind=kind)
    misses_px = _misses_px(problem, best[3])
    rms_px = float(np.sqrt((misses_px**2).sum(axis=1).mean()))
    doubt = np.asarray(np.linalg.inv(normal_matrix))
    return FlatFit(plane, rms_px, misfit, best[1], misses_px, best[3], doubt, certain)


def _in_turn(corners: NDArray[np.float64], sigmas: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """The corners counterclockwise as seen, the first side still first; refuses quads no rectangle projects to."""
    edges = np.roll(corners, -1, axis=0) - corners
    after = np.roll(edges, -1, axis=0)
    turns = edges[:, 0] * after[:, 1] - edges[:, 1] * after[:, 0]
    longest = float((edges**2).sum(axis=1).max())
    if not (np.abs(turns).min() > _LEAST_AREA * longest and (np.all(turns > 0) or np.all(turns < 0))):
        raise ParameterError(
            "Expected the corners of a rectangle in turn round it, got ones that cross, fold in or nearly lie on one"
            " line; mark the four corners again."
        )
    if turns[0] > 0:  # y runs down: a positive turn is clockwise as seen
        order = [1, 0, 3, 2]
        return corners[order], sigmas[order]
    return corners, sigmas


def _starts(pattern: Pattern, intrinsics: Intrinsics) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Both poses IPPE finds for one pattern: rotation and shift in our camera axes."""
    try:
        import cv2
    except ImportError as error:
        raise MissingExtraError("opencv-python-headless", extra="vision") from error
    camera = intrinsics.camera
    center = (camera.center_x_px, camera.center_y_px)
    rays = (pattern.pixels - center) / (camera.focal_x_px, camera.focal_y_px)
    middle = pattern.points_m.mean(axis=0)
    flat = np.column_stack([pattern.points_m - middle, np.zeros(len(pattern.points_m))])
    try:
        count, turns, shifts, _ = cv2.solvePnPGeneric(flat, rays[:, None], np.eye(3), None, flags=cv2.SOLVEPNP_IPPE)
    except cv2.error:  # points on one line
        return []
    starts = []
    for index in range(count):
        rotation = _FLIP @ np.asarray(cv2.Rodrigues(turns[index])[0], np.float64)
        shift = _FLIP @ np.asarray(shifts[index], np.float64).ravel()
        shift = shift - rotation[:, :2] @ middle
        if np.isfinite(rotation).all() and np.isfinite(shift).all():
            starts.append((rotation, shift))
    return starts


def _start(problem: Problem, rotation: NDArray[np.float64], shift: NDArray[np.float64]) -> Estimate | None:
    """An estimate from one pattern's pose; the others are laid where their pixels meet its plane."""
    normal = rotation[:, 2]
    distance_m = -float(normal @ shift)
    if not distance_m > 1e-6:
        return None  # the pattern's back
    plane = Plane(problem.intrinsics.camera, normal / np.linalg.norm(normal), distance_m, np.eye(4), "start")
    placings = []
    for pattern in problem.patterns:
        met = plane.points_at(pattern.pixels) + distance_m * plane.normal
        flat = met @ rotation[:, :2]
        if not np.isfinite(flat).all():
            return None
        own, there = pattern.points_m - pattern.points_m.mean(axis=0), flat - flat.mean(axis=0)
        turn = float(np.arctan2((own[:, 0] * there[:, 1] - own[:, 1] * there[:, 0]).sum(), (own * there).sum()))
        turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        placings.append([turn, *(flat.mean(axis=0) - turned @ pattern.points_m.mean(axis=0))])
    return Estimate(rotation, distance_m, 1.0, np.array(placings), np.zeros(len(problem.modes[0])))


def _lean(normal: NDArray[np.float64], up: NDArray[np.float64] | None, kind: PlaneKind) -> float:
    """How unlikely a plane's tilt is, as chi-squared: against gravity where known, else for a camera held upright."""
    if up is not None:
        rise = float(normal @ up) / float(np.linalg.norm(up))
        wanted = {"wall": 0.0, "ceiling": -1.0}.get(kind, 1.0)
        return min(((rise - wanted) / 0.1) ** 2 if kind == "wall" else abs(rise - wanted) / 5e-3, 30.0)
    if kind == "wall":
        return float((normal[1] / _SIDE_LEAN) ** 2)
    rise = -float(normal[1]) if kind == "ceiling" else float(normal[1])
    return float((normal[0] / _SIDE_LEAN) ** 2) + (float((rise / 0.1) ** 2) if rise < 0.0 else 0.0)


def _loosened(problem: Problem, estimate: Estimate, misfit: float) -> NDArray[np.float64]:
    """The normal matrix with pixels trusted only as far as they turned out to fit."""
    if misfit > 1.0:
        loose = float(np.sqrt(misfit))
        patterns = [replace(one, sigma_px=np.asarray(one.sigma_px) * loose) for one in problem.patterns]
        problem = replace(problem, patterns=patterns)
    slope = residuals(problem, estimate)[1]
    return np.asarray(slope.T @ slope)


def _misses_px(problem: Problem, estimate: Estimate) -> NDArray[np.float64]:
    sigmas = [np.broadcast_to(np.asarray(one.sigma_px, np.float64), (len(one.points_m),)) for one in problem.patterns]
    scale = np.concatenate(sigmas)[:, None]
    return np.asarray(residuals(problem, estimate)[0][: 2 * len(scale)].reshape(-1, 2) * scale)


def _between(base: Plane, other: Plane) -> NDArray[np.float64]:
    """(4,) change from one plane to another, in the order of `Plane.covariance`."""
    turn = np.cross(base.normal, other.normal)
    return np.array(
        [
            *(base.tangents @ turn),
            np.log(other.distance_m / base.distance_m),
            np.log(other.camera.focal_x_px / base.camera.focal_x_px),
        ]
    )
