"""The plane of a marker page or a tag at camera rate: still when the camera is, without delay when it moves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ParameterError
from tryon.place.flat_fit import Estimate, Pattern, Problem, plane_of, solve
from tryon.place.live_marker_pose import SteadyPose
from tryon.place.live_marker_tags import FollowedTags
from tryon.place.marker import CORNER_IDS, DEFAULT_SIZE_M, FAMILY, MIDDLE_ID, page_squares
from tryon.place.rectangle import fit_patterns
from tryon.place.tag_find import FAMILIES, Tag
from tryon.types import Frame, Intrinsics, Plane

_MISFIT = 60.0  # chi-squared by degrees of freedom of a pose that lost its marker: a hand over it, a blur
_STEPS = 4  # of the fit, from where the last frame left it


@dataclass(frozen=True, slots=True, eq=False)
class MarkerView:
    """Where the marker is in one frame.

    plane: What it lies on. camera_from_marker: (4, 4) of its own frame: the middle of the page (or of the tag), +X to
        its right, +Y up from the paper, −Z toward its top.
    tags: What was seen of it.
    """

    plane: Plane
    camera_from_marker: NDArray[np.float64]
    tags: tuple[Tag, ...]


class MarkerTracker:
    """Follows one marker page of `tryon marker`, or one tag of known size, from frame to frame.

    Args:
        intrinsics: Of the camera, distortion undone or none; its focal length is taken as it is, for a live picture
            must not breathe with it.
        tag_size_m: Edge of the black square of one loose tag; None for the page, which tells its size.
        families: Searched for a loose tag.
        steady: Smooth the pose; without it, each frame stands alone.

    Source: sides refitted where the last frame saw them (`refine_quads`); Levenberg–Marquardt over the plane and the
    page's place on it from the last pose; the 1€ filter of Casiez et al. on the pose in units of its own doubt.
    Figures: benchmarks/marker_live.py.
    """

    def __init__(
        self,
        intrinsics: Intrinsics,
        *,
        tag_size_m: float | None = None,
        families: tuple[str, ...] = (FAMILY,),
        steady: bool = True,
    ) -> None:
        if tag_size_m is not None and not 0.002 <= tag_size_m <= 5.0:
            raise ParameterError(f"Expected a tag's edge of 0.002 to 5 m, got {tag_size_m:g} m.")
        if not families or any(family not in FAMILIES for family in families):
            raise ParameterError(
                f"Expected tag families of {', '.join(FAMILIES)}, got {', '.join(families) or 'none'}."
            )
        self.intrinsics = intrinsics
        self._exact = replace(intrinsics, focal_sigma=0.0)
        self._edge = np.array([intrinsics.camera.width, intrinsics.camera.height], np.float64)
        self._size_m = tag_size_m
        if tag_size_m is None:
            self._places = {square.id: square.corners_m for square in page_squares()}
            wanted: frozenset[int] | None = frozenset((MIDDLE_ID, *CORNER_IDS))
        else:
            half = tag_size_m / 2.0
            self._square = np.array([[-half, half], [half, half], [half, -half], [-half, -half]])
            self._places, wanted = {}, None
        self._followed = FollowedTags(families if tag_size_m is not None else (FAMILY,), wanted)
        self._steady = SteadyPose() if steady else None
        self._estimate: Estimate | None = None

    @property
    def size_m(self) -> float:
        """Edge of the black square that is followed."""
        return self._size_m if self._size_m is not None else DEFAULT_SIZE_M

    def track(self, frame: Frame) -> MarkerView | None:
        """Where the marker is now; None while none is in view.

        Raises:
            ParameterError: A frame of another size than the camera's.
        """
        camera = self.intrinsics.camera
        if (frame.width, frame.height) != (camera.width, camera.height):
            raise ParameterError(
                f"Expected frames of {camera.width}×{camera.height} px as the camera's, got"
                f" {frame.width}×{frame.height}."
            )
        tags = self._followed.step(frame)
        if not tags:
            self.reset()
            return None
        problem = self._problem(tags)
        fitted = self._fitted(problem)
        if fitted is None:
            self.reset()
            return None
        self._estimate, information = fitted
        if self._places:
            self._expect(tags)
        shown = self._estimate
        if self._steady is not None:
            shown = self._steady.step(shown, information, frame.time_s)
        known = information.copy()
        known[3, 3] += max(self.intrinsics.focal_sigma, 1e-6) ** -2 - 1e12
        source = "tag" if self._size_m is not None else "marker page"
        plane = plane_of(shown, known, self._exact, source)
        return MarkerView(plane, camera_from_marker(shown), tags)

    def reset(self) -> None:
        """Forget where the marker was."""
        self._estimate = None
        self._followed.reset()
        if self._steady is not None:
            self._steady.reset()

    def close(self) -> None:
        """Let go of everything held between frames."""
        self.reset()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _expect(self, tags: tuple[Tag, ...]) -> None:
        """The page's other tags, where this pose shows them."""
        seen = {tag.id for tag in tags}
        if self._estimate is None or len(seen) == len(self._places):
            return
        numbers = [number for number in self._places if number not in seen]
        flat = np.concatenate([self._places[number] for number in numbers])
        matrix = camera_from_marker(self._estimate)
        points = flat[:, :1] * matrix[:3, 0] - flat[:, 1:] * matrix[:3, 2] + matrix[:3, 3]
        pixels = self.intrinsics.camera.project(points).reshape(-1, 4, 2)
        inside = (pixels.min(axis=(1, 2)) > 2.0) & (pixels.max(axis=1) < (self._edge - 3.0)).all(axis=1)
        self._followed.expect(FAMILY, {number: pixels[i] for i, number in enumerate(numbers) if inside[i]})

    def _problem(self, tags: tuple[Tag, ...]) -> Problem:
        points = [self._places.get(tag.id, None) if self._places else self._square for tag in tags]
        pattern = Pattern(
            np.concatenate([one for one in points if one is not None]),
            np.concatenate([tag.corners_px for tag in tags]),
            np.concatenate([tag.sigma_px for tag in tags]),
        )
        return Problem([pattern], [np.empty((0, len(pattern.points_m), 2))], self._exact)

    def _fitted(self, problem: Problem) -> tuple[Estimate, NDArray[np.float64]] | None:
        """The pose and its normal matrix; from scratch when the last one does not lead to it."""
        free = 2 * len(problem.patterns[0].points_m) - 6
        if self._estimate is not None:
            estimate, information, _, cost = solve(problem, self._estimate, steps=_STEPS)
            if cost < _MISFIT * free:
                return estimate, information
        try:
            fit = fit_patterns(problem.patterns, self._exact, modes=problem.modes, source="marker")
        except ParameterError:
            return None
        estimate, information, _, cost = solve(problem, fit.estimate)
        return (estimate, information) if cost < _MISFIT * free else None


def camera_from_marker(estimate: Estimate) -> NDArray[np.float64]:
    """(4, 4) of the marker's own frame in camera space, see `MarkerView`."""
    turn, shift_x, shift_y = estimate.placings[0]
    in_plane, normal = estimate.rotation[:, :2], estimate.rotation[:, 2]
    matrix = np.eye(4)
    matrix[:3, 0] = in_plane @ (np.cos(turn), np.sin(turn))
    matrix[:3, 1] = normal
    matrix[:3, 2] = -(in_plane @ (-np.sin(turn), np.cos(turn)))
    matrix[:3, 3] = in_plane @ (shift_x, shift_y) - estimate.distance_m * normal
    return matrix
