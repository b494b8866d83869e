"""A real plane in front of the camera, at its true distance, that says how sure it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tryon.errors import ParameterError, ShapeError
from tryon.types.camera import Camera

PlaneKind: TypeAlias = Literal["floor", "table", "wall", "ceiling"]


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """Points p (metres, camera space: +Y up, the camera looks down −Z) with normal · p + distance_m = 0.

    camera: The camera it was seen by; its focal length is the fourth uncertain number.
    normal: (3,) float64 unit vector toward the side the camera is on: up for a floor or table, down for a ceiling.
    distance_m: From the camera to the plane along the normal, above 0: the camera's height over a floor.
    covariance: (4, 4) float64 of (tilt about `tangents[0]` in radians, about `tangents[1]`, relative error of
        `distance_m`, relative error of the focal length). The correlations count: what a wrong focal length tilts, it
        also shifts, and a length near the reference hardly changes.
    source: What gave the scale, as shown to people: "A4 sheet", "bank card", "tag", "depth frame".
    """

    camera: Camera
    normal: NDArray[np.float64]
    distance_m: float
    covariance: NDArray[np.float64]
    source: str
    kind: PlaneKind = "floor"

    def __post_init__(self) -> None:
        if self.normal.shape != (3,):
            raise ShapeError("normal", expected=(3,), got=self.normal.shape)
        if self.covariance.shape != (4, 4):
            raise ShapeError("covariance", expected=(4, 4), got=self.covariance.shape)
        if abs(float(np.linalg.norm(self.normal)) - 1.0) > 1e-6 or not self.distance_m > 0.0:
            raise ParameterError(
                f"Plane: expected a unit normal and a distance above 0, got {self.normal.tolist()}, {self.distance_m}."
            )

    @property
    def tangents(self) -> NDArray[np.float64]:
        """(2, 3) unit vectors in the plane: the first to the picture's right, the second = normal × first, away from
        the camera on a floor."""
        right = np.array([1.0, 0.0, 0.0]) - self.normal[0] * self.normal
        if float(np.linalg.norm(right)) < 1e-3:  # a plane seen exactly from its side
            right = np.array([0.0, 0.0, -1.0]) - -self.normal[2] * self.normal
        right /= np.linalg.norm(right)
        return np.stack([right, np.cross(self.normal, right)])

    @property
    def camera_from_plane(self) -> NDArray[np.float64]:
        """(4, 4) of the plane's own frame: +Y its normal, +X `tangents[0]`, the origin below the camera."""
        right, along = self.tangents
        matrix = np.eye(4)
        matrix[:3, 0], matrix[:3, 1], matrix[:3, 2] = right, self.normal, -along
        matrix[:3, 3] = -self.distance_m * self.normal
        return matrix

    def points_at(self, pixels: ArrayLike) -> NDArray[np.float64]:
        """(N, 3) points in camera space that (N, 2) pixels show; NaN where the plane is not in front of the camera."""
        at = np.asarray(pixels, np.float64).reshape(-1, 2)
        rays = np.stack(
            [
                (at[:, 0] - self.camera.center_x_px) / self.camera.focal_x_px,
                -(at[:, 1] - self.camera.center_y_px) / self.camera.focal_y_px,
                -np.ones(len(at)),
            ],
            axis=1,
        )
        toward = rays @ self.normal
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = np.where(toward < -1e-9, -self.distance_m / toward, np.nan)
        return rays * reach[:, None]

    def moved(self, change: ArrayLike) -> Self:
        """The plane after a small change of the four numbers that `covariance` is about, in its order."""
        tilt_a, tilt_b, distance, focal = (float(value) for value in np.asarray(change, np.float64))
        first, second = self.tangents
        # A small rotation w turns the normal by w × normal.
        normal = self.normal + np.cross(tilt_a * first + tilt_b * second, self.normal)
        camera = replace(
            self.camera,
            focal_x_px=self.camera.focal_x_px * (1.0 + focal),
            focal_y_px=self.camera.focal_y_px * (1.0 + focal),
        )
        return replace(
            self, camera=camera, normal=normal / np.linalg.norm(normal), distance_m=self.distance_m * (1.0 + distance)
        )
