"""Shop pictures of products: each rendered once, then served from a folder."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tryon import catalog
from tryon.render import Renderer
from tryon.types import Camera, Item, Light, Model, Product, Scene

SIDE_PX = 224
_FOV_DEG = 20.0
_FILLED = 1.10  # the product's half size times this is half the picture
_OVERSIZE = 2  # drawn larger, so that the part that is kept is still sharp
_MARGIN = 1.08
_YAW_DEG = {"earring": -20.0, "face_mask": -24.0}
# Looked at as a catalog shows them: flat things from above, worn loops from where their face is.
_PITCH_DEG = {"hat": 12.0, "watch": 8.0, "bracelet": 35.0, "ring": 28.0, "necklace": 38.0, "scarf": 25.0}
_VERSION = 2


class Showcase:
    """Pictures of products on a clear ground, as WebP.

    One thread draws: a GL context belongs to the thread that made it. The renderer is closed again once nobody waits,
    so that a server that has all its pictures holds no second context.
    """

    def __init__(self, folder: Path) -> None:
        """Keep pictures in `folder`, made when the first one is."""
        self._folder = folder
        self._artist = ThreadPoolExecutor(max_workers=1, thread_name_prefix="tryon-showcase")
        self._renderer: Renderer | None = None
        self._waiting = 0

    def picture(self, product: Product, variant: str | None = None) -> Path:
        """The file with the product's picture; drawn now if there is none of this model yet.

        Raises:
            RenderError: There is no GL library, or no context can be made.
            ModelFileError: The model cannot be read, or has no such variant.
        """
        path = self._folder / f"{_digest(product, variant)}.webp"
        if not path.is_file():
            self._waiting += 1
            self._artist.submit(self._draw, product, variant, path).result()
        return path

    def close(self) -> None:
        """Stop the thread."""
        self._artist.shutdown(wait=True, cancel_futures=True)

    def _draw(self, product: Product, variant: str | None, path: Path) -> None:
        try:
            if path.is_file():  # somebody else asked for the same
                return
            self._renderer = self._renderer or Renderer(samples=4)
            rgba = render_product(self._renderer, product, catalog.open_model(product, variant=variant))
            self._folder.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(f".{os.getpid()}.part")
            part.write_bytes(_webp(rgba))
            part.replace(path)
        finally:
            self._waiting -= 1
            if self._waiting == 0 and self._renderer is not None:
                self._renderer.close()
                self._renderer = None


def render_product(renderer: Renderer, product: Product, model: Model, *, side_px: int = SIDE_PX) -> NDArray[np.uint8]:
    """(side_px, side_px, 4) uint8 sRGB, straight alpha: the product filling the picture, in studio light."""
    low, high = model.bounds_m
    camera_from_model = _turned(_YAW_DEG.get(product.kind, -32.0), _PITCH_DEG.get(product.kind, 14.0))
    corners = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])
    middle = (low + high) / 2.0
    seen = (corners - middle) @ camera_from_model[:3, :3].T
    half_m = float(np.abs(seen[:, :2]).max()) * _FILLED
    away_m = half_m / np.tan(np.deg2rad(_FOV_DEG / 2.0)) + float(seen[:, 2].max()) * 0.6
    camera_from_model[:3, 3] = -camera_from_model[:3, :3] @ middle - [0.0, 0.0, away_m]
    drawn_px = side_px * _OVERSIZE
    camera = Camera.of_focal(drawn_px, drawn_px, drawn_px / (2.0 * np.tan(np.deg2rad(_FOV_DEG / 2.0))))
    scene = Scene((Item(model, camera_from_model),), light=Light(environment="studio"))
    rgba = _filling(renderer.render(scene, camera).rgba, side_px)
    rgba[..., :3] = _straight(rgba)
    return rgba


def _filling(rgba: NDArray[np.uint8], side_px: int) -> NDArray[np.uint8]:
    """The square around what is drawn, as large as asked: bounds turned in space are larger than what they hold."""
    import cv2

    rows, columns = np.nonzero(rgba[..., 3] > 8)
    if not rows.size:
        return cv2.resize(rgba, (side_px, side_px)).astype(np.uint8)
    low, high = np.array([columns.min(), rows.min()]), np.array([columns.max(), rows.max()])
    half = float((high - low).max()) / 2.0 * _MARGIN + 1.0
    scale = side_px / (2.0 * half)
    left, top = (low + high) / 2.0 - half
    matrix = np.array([[scale, 0.0, -scale * left], [0.0, scale, -scale * top]])
    filled = cv2.warpAffine(rgba, matrix, (side_px, side_px), flags=cv2.INTER_AREA)
    return filled.astype(np.uint8)


def _straight(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Colors as they are where the picture is opaque: `Picture` multiplies them by alpha in linear light."""
    from tryon.color import codes_from_linear, linear_from_codes

    alpha = np.maximum(rgba[..., 3:].astype(np.float32) / 255.0, 1.0 / 255.0)
    straight: NDArray[np.uint8] = codes_from_linear(np.minimum(linear_from_codes(rgba[..., :3]) / alpha, 1.0))
    return straight


def _webp(rgba: NDArray[np.uint8]) -> bytes:
    import cv2

    done, data = cv2.imencode(".webp", cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGRA), [cv2.IMWRITE_WEBP_QUALITY, 88])
    return data.tobytes() if done else b""


def _digest(product: Product, variant: str | None) -> str:
    state = product.model_path.stat()
    named = (str(product.model_path), state.st_size, state.st_mtime_ns, variant, SIDE_PX, _VERSION)
    return hashlib.sha256(repr(named).encode()).hexdigest()[:24]


def _turned(yaw_deg: float, pitch_deg: float) -> NDArray[np.float64]:
    """(4, 4): turned about the product's Y axis, then tipped toward the camera."""
    yaw, pitch = np.deg2rad([yaw_deg, pitch_deg])
    about_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    matrix = np.eye(4)
    matrix[:3, :3] = about_x @ about_y
    return matrix
