"""Pictures of a floor with sheets on it, by ray and plane, so that every corner is known exactly."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.types import Camera, Frame

A4_M, LETTER_M, CARD_M = (0.297, 0.210), (0.2794, 0.2159), (0.0856, 0.05398)
_FINER = 3  # samples a pixel and axis


@dataclass(frozen=True)
class Lying:
    """A rectangle on the floor: sides, middle (right, away) in meters from below the camera, turn, color, corners."""

    size_m: tuple[float, float]
    middle_m: tuple[float, float] = (0.0, 0.9)
    turn_rad: float = 0.35
    rgb: tuple[float, float, float] = (0.8, 0.8, 0.79)
    round_m: float = 0.0
    fold_m: float = 0.0  # of one corner, cut off as if folded under


@dataclass(frozen=True)
class Floor:
    """A level floor seen by a camera that looks down by `pitch_rad`."""

    things: tuple[Lying, ...]
    height_m: float = 1.3
    pitch_rad: float = math.radians(48.0)
    width: int = 640
    height: int = 480
    focal_px: float = 560.0
    rgb: tuple[float, float, float] = (0.35, 0.24, 0.14)
    foot_m: tuple[float, float, float] | None = None  # right, away, radius of a round dark thing on everything
    shadow: bool = False
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(4))

    @property
    def camera(self) -> Camera:
        """The camera, exact."""
        return Camera.of_focal(self.width, self.height, self.focal_px)

    @property
    def normal(self) -> NDArray[np.float64]:
        """(3,) the floor's, in camera space."""
        return np.array([0.0, math.cos(self.pitch_rad), math.sin(self.pitch_rad)])

    def seen(self, at_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N, 2) pixels of (N, 2) floor points, right and away."""
        sin, cos = math.sin(self.pitch_rad), math.cos(self.pitch_rad)
        x, away, up = at_m[:, 0], at_m[:, 1], -self.height_m
        depth = away * cos - up * sin
        above = away * sin + up * cos
        return np.stack(
            [
                (self.width - 1) / 2 + self.focal_px * x / depth,
                (self.height - 1) / 2 - self.focal_px * above / depth,
            ],
            axis=1,
        )

    def corners_px(self, thing: Lying) -> NDArray[np.float64]:
        """(4, 2) where its sharp corners are seen."""
        long, short = thing.size_m
        cos, sin = math.cos(thing.turn_rad), math.sin(thing.turn_rad)
        flat = 0.5 * np.array([[-long, -short], [long, -short], [long, short], [-long, short]])
        return self.seen(flat @ np.array([[cos, sin], [-sin, cos]]) + thing.middle_m)

    def frame(self) -> Frame:
        """The picture: antialiased in linear light, a little blurred and noisy."""
        wide, high = self.width * _FINER, self.height * _FINER
        columns = (np.arange(wide) + 0.5) / _FINER - 0.5
        rows = (np.arange(high) + 0.5) / _FINER - 0.5
        x = ((columns - (self.width - 1) / 2) / self.focal_px)[None]
        y = (-(rows - (self.height - 1) / 2) / self.focal_px)[:, None]
        sin, cos = math.sin(self.pitch_rad), math.cos(self.pitch_rad)
        rise, ahead = y * cos - sin, y * sin + cos  # of each ray, in the world
        reach = np.where(rise < -1e-3, -self.height_m / np.minimum(rise, -1e-3), np.nan)
        right_m, away_m = x * reach, ahead * reach + 0.0 * x
        noise = self.rng.standard_normal((self.height, self.width)).astype(np.float32)
        grain = cv2.resize(cv2.GaussianBlur(noise, (0, 0), 3.0), (wide, high))
        light = np.asarray(self.rgb, np.float32) * np.exp(2.0 * grain)[..., None]
        for thing in self.things:
            light[self._inside(thing, right_m, away_m)] = thing.rgb
        if self.shadow:
            light[(right_m - 0.3 * away_m) > -0.25] *= 0.45
        if self.foot_m is not None:
            right, away, radius = self.foot_m
            light[np.hypot(right_m - right, away_m - away) < radius] = (0.2, 0.1, 0.07)
        small = light.reshape(self.height, _FINER, self.width, _FINER, 3).mean(axis=(1, 3))
        small = cv2.GaussianBlur(small, (0, 0), 0.7) + 0.004 * self.rng.standard_normal(small.shape)
        codes = np.clip(np.where(small < 0.0031308, 12.92 * small, 1.055 * np.abs(small) ** (1 / 2.4) - 0.055), 0, 1)
        return Frame(np.rint(255.0 * codes).astype(np.uint8))

    @staticmethod
    def _inside(thing: Lying, right_m: NDArray[np.float64], away_m: NDArray[np.float64]) -> NDArray[np.bool_]:
        cos, sin = math.cos(thing.turn_rad), math.sin(thing.turn_rad)
        x, y = right_m - thing.middle_m[0], away_m - thing.middle_m[1]
        u, v = x * cos + y * sin, -x * sin + y * cos
        half_u, half_v = thing.size_m[0] / 2, thing.size_m[1] / 2
        beyond_u = np.maximum(np.abs(u) - (half_u - thing.round_m), 0.0)
        beyond_v = np.maximum(np.abs(v) - (half_v - thing.round_m), 0.0)
        inside = (np.abs(u) < half_u) & (np.abs(v) < half_v)
        if thing.round_m:
            inside &= np.hypot(beyond_u, beyond_v) < thing.round_m
        if thing.fold_m:
            inside &= (half_u - u) + (half_v - v) > thing.fold_m
        return np.asarray(inside, np.bool_)
