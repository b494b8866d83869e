"""Straight edges of a picture, and how they lie to a direction in space."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.errors import MissingExtraError
from tryon.types import Frame, Intrinsics

_WORKING_PX = 1024  # longer side: LSD takes 0.1 s at it, and room edges lose nothing
_LEAST_SHARE = 0.025  # of the longer side: shorter segments point anywhere
_MOST = 350


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """Line segments of one picture.

    ends: (S, 2, 2) pixels from the principal point at the working size, y up.
    lengths: (S,) in picture widths. focal_px: The assumed focal length at the working size.
    """

    ends: NDArray[np.float64]
    lengths: NDArray[np.float64]
    focal_px: float

    def normals(self, focals: NDArray[np.float64], picks: NDArray[np.int64]) -> NDArray[np.float64]:
        """(D, K, 3) unit normals of the planes through the camera and the picked (D, K) segments."""
        ends = self.ends[picks]
        away = np.broadcast_to(-(focals * self.focal_px)[:, None, None, None], (*ends.shape[:3], 1))
        rays = np.concatenate([ends, away], axis=3)
        normals = np.cross(rays[:, :, 0], rays[:, :, 1])
        return np.asarray(normals / np.linalg.norm(normals, axis=2, keepdims=True))

    def lean(self, directions: NDArray[np.float64], focals: NDArray[np.float64]) -> NDArray[np.float64]:
        """(D, S) angle between each segment and the line from its middle to a direction's vanishing point."""
        middles, spans = self.ends.mean(axis=1), self.ends[:, 1] - self.ends[:, 0]
        toward = self._toward(directions[:, None], focals[:, None], middles[None])
        cross = toward[..., 0] * spans[:, 1] - toward[..., 1] * spans[:, 0]
        size = np.linalg.norm(toward, axis=2) * np.linalg.norm(spans, axis=1)
        return np.asarray(np.arcsin(np.clip(np.abs(cross) / np.maximum(size, 1e-12), 0.0, 1.0)))

    def misses(self, used: NDArray[np.bool_], directions: NDArray[np.float64], focal: float) -> NDArray[np.float64]:
        """(U,) distance in working pixels of each used segment's end from the line to its direction's point."""
        middles, spans = self.ends[used].mean(axis=1), self.ends[used, 1] - self.ends[used, 0]
        toward = self._toward(directions, np.array([focal]), middles)
        cross = toward[:, 0] * spans[:, 1] - toward[:, 1] * spans[:, 0]
        return np.asarray(0.5 * cross / np.maximum(np.linalg.norm(toward, axis=1), 1e-12))

    def _toward(
        self, directions: NDArray[np.float64], focals: NDArray[np.float64], middles: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """From each middle to the vanishing point, up to scale and sign; finite also for points at infinity."""
        away = -directions[..., 2:3]
        return np.asarray((focals * self.focal_px)[..., None] * directions[..., :2] - away * middles)


def find_segments(frame: Frame, intrinsics: Intrinsics) -> Segments:
    """The longest straight edges of a picture without lens distortion.

    Source: LSD (von Gioi et al., "LSD: a Line Segment Detector", IPOL 2012) as OpenCV has it.
    """
    try:
        import cv2
    except ImportError as error:
        raise MissingExtraError("opencv-python-headless", extra="vision") from error
    camera = intrinsics.camera
    shrink = min(1.0, _WORKING_PX / max(frame.width, frame.height))
    grey = cv2.cvtColor(frame.pixels, cv2.COLOR_RGB2GRAY)
    if shrink < 1.0:
        size = (max(round(frame.width * shrink), 1), max(round(frame.height * shrink), 1))
        grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    found = cv2.createLineSegmentDetector().detect(grey)[0]
    lines = np.empty((0, 4)) if found is None else np.asarray(found, np.float64).reshape(-1, 4)
    ends = lines.reshape(-1, 2, 2)
    lengths = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1)
    longest = max(grey.shape)
    keep = np.argsort(-lengths)[:_MOST]
    keep = keep[lengths[keep] > _LEAST_SHARE * longest]
    center = np.array([(camera.center_x_px + 0.5) * shrink - 0.5, (camera.center_y_px + 0.5) * shrink - 0.5])
    centered = (ends[keep] - center) * (1.0, -1.0)
    return Segments(centered, lengths[keep] / longest, camera.focal_x_px * shrink)
