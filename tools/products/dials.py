"""Faces of watches: drawn once from above (12 o'clock up, square, `side_mm` wide) and used for dial and bezel alike."""

from __future__ import annotations

import cv2
import numpy as np

from tools.products.mesh import Array
from tools.products.textures import Pixels, color, linear_rgb

_SIZE = 512
_OVER = 4  # drawn this much larger, then shrunk


class Face:
    """A square drawing in millimetres, x right and y up from its middle."""

    def __init__(self, side_mm: float, ground: str) -> None:
        self.side_mm = side_mm
        self.picture = np.empty((_SIZE * _OVER, _SIZE * _OVER, 3), np.float32)
        self.picture[:] = linear_rgb(ground)

    def sunburst(self, radius: float, inner: str, outer: str) -> None:
        """A disk that darkens outward, with the fine rays a brushed dial shows."""
        x, y = self._axes()
        r, angle = np.hypot(x, y), np.arctan2(y, x)
        share = np.clip(r / radius, 0, 1)[..., None] ** 1.6
        rays = 1.0 + 0.05 * np.sin(angle * 180) + 0.04 * np.sin(angle * 97 + 1.0)
        tone = np.array(linear_rgb(inner)) * (1 - share) + np.array(linear_rgb(outer)) * share
        self.picture = np.where((r < radius)[..., None], tone * rays[..., None], self.picture).astype(np.float32)

    def disk(self, radius: float, ink: str, at: tuple[float, float] = (0.0, 0.0)) -> None:
        """A filled circle."""
        cv2.circle(self.picture, self._px(*at), round(radius * self._scale), linear_rgb(ink), -1, cv2.LINE_AA)

    def line(self, a: Array, b: Array, wide: float, ink: str) -> None:
        """A bar with square ends."""
        along = (b - a) / np.linalg.norm(b - a)
        across = np.array([-along[1], along[0]]) * wide / 2.0
        self.shape(np.array([a + across, b + across, b - across, a - across]), ink)

    def shape(self, corners: Array, ink: str) -> None:
        """A filled polygon."""
        points = np.array([self._px(*corner) for corner in corners], np.int32)
        cv2.fillPoly(self.picture, [points], linear_rgb(ink), cv2.LINE_AA)

    def ticks(self, inner: float, outer: float, wide: float, ink: str, *, count: int = 60, skip: int = 0) -> None:
        """Strokes round the dial; every `skip`-th is left out."""
        for i in range(count):
            if skip and i % skip == 0:
                continue
            angle = 2 * np.pi * i / count
            out = np.array([np.sin(angle), np.cos(angle)])
            self.line(out * inner, out * outer, wide, ink)

    def text(self, words: str, at: tuple[float, float], high: float, ink: str, *, turned_deg: float = 0.0) -> None:
        """Words centred at a point, `high` millimetres tall, turned clockwise."""
        font, scale = cv2.FONT_HERSHEY_DUPLEX, high * self._scale / 21.0
        thick = max(1, round(scale * 2.0))
        (wide, _), _ = cv2.getTextSize(words, font, scale, thick)
        side = int(max(wide + 20 * scale, 36 * scale)) | 1
        stamp = np.zeros((side, side), np.uint8)
        cv2.putText(
            stamp, words, ((side - wide) // 2, round(side / 2 + 10.5 * scale)), font, scale, 255, thick, cv2.LINE_AA
        )
        about = cv2.getRotationMatrix2D((side / 2, side / 2), -turned_deg, 1.0)
        stamp = cv2.warpAffine(stamp, about, (side, side))
        x, y = self._px(*at)
        x0, y0 = x - side // 2, y - side // 2
        if x0 < 0 or y0 < 0 or x0 + side > len(self.picture) or y0 + side > len(self.picture):
            raise ValueError(f"'{words}' at {at} runs off the face; move it inward or make it smaller")
        patch = self.picture[y0 : y0 + side, x0 : x0 + side]
        share = stamp[..., None].astype(np.float32) / 255.0
        patch[:] = patch * (1 - share) + np.array(linear_rgb(ink), np.float32) * share

    def pixels(self) -> Pixels:
        """(512, 512, 4)."""
        return color(cv2.resize(self.picture, (_SIZE, _SIZE), interpolation=cv2.INTER_AREA))

    def uv(self, points: Array) -> Array:
        """(N, 2) where points (x, y, …) of the watch seen from above lie in the picture."""
        return np.stack([0.5 + points[:, 0] / self.side_mm, 0.5 - points[:, 1] / self.side_mm], axis=1)

    @property
    def _scale(self) -> float:
        return _SIZE * _OVER / self.side_mm

    def _px(self, x: float, y: float) -> tuple[int, int]:
        half = _SIZE * _OVER / 2.0
        return round(half + x * self._scale), round(half - y * self._scale)

    def _axes(self) -> tuple[Array, Array]:
        at = ((np.arange(_SIZE * _OVER) + 0.5) / (_SIZE * _OVER) - 0.5) * self.side_mm
        x, y = np.meshgrid(at, -at)
        return x, y


def diver() -> Face:
    """A blue sunburst dial with a minute track, and the numbers of a 60-minute bezel round it."""
    face = Face(41.0, "#0b0d12")
    for minute in range(10, 60, 10):
        angle = np.deg2rad(6.0 * minute)
        at = (17.15 * float(np.sin(angle)), 17.15 * float(np.cos(angle)))
        face.text(str(minute), at, 1.75, "#dfe3e8", turned_deg=6.0 * minute)
    for minute in range(5, 60, 10):
        angle = np.deg2rad(6.0 * minute)
        out = np.array([np.sin(angle), np.cos(angle)])
        face.line(out * 16.1, out * 18.3, 0.8, "#dfe3e8")
    for minute in range(1, 20):
        if minute % 5:
            out = np.array([np.sin(np.deg2rad(6.0 * minute)), np.cos(np.deg2rad(6.0 * minute))])
            face.line(out * 17.4, out * 18.3, 0.28, "#dfe3e8")
    face.shape(np.array([[-1.3, 18.3], [1.3, 18.3], [0.0, 16.0]]), "#dfe3e8")
    face.sunburst(15.2, "#1d4a8c", "#07142c")
    face.ticks(13.9, 14.7, 0.16, "#e8ecef", skip=5)
    face.ticks(13.4, 14.7, 0.34, "#e8ecef", count=12)
    face.text("TRYON", (0.0, 6.6), 1.35, "#eef1f4")
    face.text("AUTOMATIC", (0.0, 4.9), 0.62, "#d4d9df")
    face.text("200 m / 660 ft", (0.0, -6.2), 0.70, "#e05a3c")
    return face


def dress() -> Face:
    """A silvered dial with a printed minute track and a small seconds dial at six."""
    face = Face(36.0, "#e9e7e1")
    face.sunburst(16.8, "#f1efe9", "#dcd9d1")
    face.ticks(15.3, 15.9, 0.10, "#2a2a2c", skip=5)
    face.ticks(15.1, 15.9, 0.24, "#2a2a2c", count=12)
    face.disk(4.1, "#d6d2c8", (0.0, -7.6))
    face.disk(3.9, "#e4e1d9", (0.0, -7.6))
    for i in range(12):
        out = np.array([np.sin(np.pi * i / 6), np.cos(np.pi * i / 6)])
        face.line(np.array([0.0, -7.6]) + out * 3.0, np.array([0.0, -7.6]) + out * 3.7, 0.12, "#2a2a2c")
    face.text("TRYON", (0.0, 7.2), 1.25, "#26262a")
    return face
