"""Random floors seen by random cameras, and what is drawn on them; the oracle is `Camera.project`."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.place import length_between
from tryon.types import Camera, Intrinsics, Plane

WIDTH, HEIGHT, FOCAL_PX = 1280, 960, 1000.0


@dataclass(frozen=True, eq=False)
class Floor:
    """A true floor and what is believed of its camera."""

    plane: Plane
    believed: Intrinsics

    def point(self, x_px: float, y_px: float) -> NDArray[np.float64]:
        """(2,) of the point a pixel shows, along the plane's tangents."""
        return self.plane.tangents @ self.plane.points_at([[x_px, y_px]])[0]

    def pixels(self, flat_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N, 2) pixels of (N, 2) points of the plane."""
        return self.plane.camera.project(self.space(flat_m))

    def space(self, flat_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N, 3) in camera space."""
        return flat_m @ self.plane.tangents - self.plane.distance_m * self.plane.normal


def random_floor(rng: np.random.Generator, focal_sigma: float = 0.02) -> Floor:
    """A floor 1 to 1.7 m below a camera that looks down by 20° to 60°; its focal length is off by the doubt stated."""
    pitch, roll = math.radians(rng.uniform(20.0, 60.0)), rng.normal(0.0, 0.05)
    normal = np.array([math.sin(roll) * math.cos(pitch), math.cos(roll) * math.cos(pitch), math.sin(pitch)])
    camera = Camera.of_focal(WIDTH, HEIGHT, FOCAL_PX * math.exp(rng.normal(0.0, focal_sigma)))
    plane = Plane(camera, normal / np.linalg.norm(normal), rng.uniform(1.0, 1.7), np.eye(4), "truth")
    return Floor(plane, Intrinsics(Camera.of_focal(WIDTH, HEIGHT, FOCAL_PX), focal_sigma, "test"))


def turned(points_m: NDArray[np.float64], angle_rad: float) -> NDArray[np.float64]:
    """(N, 2) points turned counterclockwise."""
    cosine, sine = math.cos(angle_rad), math.sin(angle_rad)
    return points_m @ np.array([[cosine, sine], [-sine, cosine]])


def rectangle_at(floor: Floor, size_m: tuple[float, float], rng: np.random.Generator) -> NDArray[np.float64]:
    """(4, 2) points of a rectangle lying anywhere in view, at any turn."""
    half = np.array(size_m) / 2.0
    unit = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    middle = floor.point(rng.uniform(380.0, 900.0), rng.uniform(560.0, 840.0))
    return turned(unit * half, rng.uniform(0.0, 2.0 * math.pi)) + middle


def checked_lengths(
    found: Plane, floor: Floor, rng: np.random.Generator, count: int = 2, click_sigma_px: float = 0.7
) -> list[tuple[float, bool]]:
    """Relative error of random lengths of 0.2 to 3 m on the plane, and whether the truth lies in their interval."""
    checked: list[tuple[float, bool]] = []
    for _ in range(200):
        ends_px = np.column_stack([rng.uniform(100.0, 1180.0, 2), rng.uniform(420.0, 940.0, 2)])
        ends = floor.plane.points_at(ends_px)
        truth = float(np.linalg.norm(ends[0] - ends[1]))
        if not (0.2 < truth < 3.0 and float(np.linalg.norm(ends, axis=1).max()) < 3.5):
            continue
        clicked = ends_px + rng.normal(0.0, click_sigma_px, (2, 2))
        measure = length_between(found, clicked[0], clicked[1])
        checked.append((measure.value_m / truth - 1.0, measure.low_m <= truth <= measure.high_m))
        if len(checked) == count:
            break
    return checked
