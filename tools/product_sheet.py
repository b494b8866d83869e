"""Contact sheet of the sample products as shop pictures: studio light, white ground.

    .venv/bin/python tools/product_sheet.py OUT.png [NAME…] [--side 480] [--columns 4] [--yaw -32] [--pitch 14]

Views: a three-quarter view each; `--front` looks straight at the product's front instead.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon import gltf, resources
from tryon.render import Renderer
from tryon.types import Camera, Item, Light, Model, Scene

_FOV_DEG = 20.0
# Looked at as a catalog shows them: flat things from above, worn loops from where their face is.
_PITCH_DEG = {"hat": 12.0, "watch": 8.0, "bracelet": 35.0, "ring": 28.0, "necklace": 38.0, "scarf": 25.0}


def picture(
    renderer: Renderer, model: Model, *, side: int, yaw_deg: float, pitch_deg: float, light: Light, zoom: float = 1.0
) -> NDArray[np.uint8]:
    """(side, side, 3) uint8 of a model that fills the frame."""
    low, high = model.bounds_m
    camera_from_model = turned(yaw_deg, pitch_deg)
    corners = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])
    middle = (low + high) / 2.0
    seen = (corners - middle) @ camera_from_model[:3, :3].T
    half = float(np.abs(seen[:, :2]).max()) * 1.08 / zoom
    away = half / np.tan(np.deg2rad(_FOV_DEG / 2.0)) + float(seen[:, 2].max()) * 0.6
    camera_from_model[:3, 3] = -camera_from_model[:3, :3] @ middle - [0.0, 0.0, away]
    camera = Camera.of_focal(side, side, side / (2.0 * np.tan(np.deg2rad(_FOV_DEG / 2.0))))
    scene = Scene((Item(model, camera_from_model),), light=light)
    return renderer.render(scene, camera, background=(1.0, 1.0, 1.0)).rgba[..., :3].copy()


def turned(yaw_deg: float, pitch_deg: float) -> NDArray[np.float64]:
    """(4, 4): the product turned about its Y axis, then tipped toward the camera."""
    yaw, pitch = np.deg2rad([yaw_deg, pitch_deg])
    about_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    result = np.eye(4)
    result[:3, :3] = about_x @ about_y
    return result


def kind_of(folder: Path) -> str:
    """The kind a product's file states."""
    lines = (folder / "product.toml").read_text(encoding="utf-8").splitlines()
    return next(line.split('"')[1] for line in lines if line.startswith("kind = "))


def main() -> None:
    """Writes the sheet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--side", type=int, default=480)
    parser.add_argument("--columns", type=int, default=4)
    parser.add_argument("--yaw", type=float, default=-32.0)
    parser.add_argument("--pitch", type=float)
    parser.add_argument("--zoom", type=float, default=1.0)
    parser.add_argument("--front", action="store_true")
    parser.add_argument("--variant")
    parser.add_argument("--environment", default="studio")
    asked = parser.parse_args()
    shelf = Path(str(resources.content("assets"))) / "products"
    names = asked.names or sorted(path.name for path in shelf.iterdir() if (path / "product.toml").is_file())
    light = Light(environment=asked.environment)
    tiles = []
    with Renderer(samples=4) as renderer:
        for name in names:
            pitch = 0.0 if asked.front else _PITCH_DEG.get(kind_of(shelf / name), 14.0)
            pitch = pitch if asked.pitch is None else asked.pitch
            model = gltf.read(shelf / name / f"{name}.glb", variant=asked.variant)
            yaw = 0.0 if asked.front else asked.yaw
            tile = picture(renderer, model, side=asked.side, yaw_deg=yaw, pitch_deg=pitch, light=light, zoom=asked.zoom)
            label = f"{name}  {model.triangle_count} triangles"
            cv2.putText(tile, label, (8, asked.side - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (90, 90, 90), 1, cv2.LINE_AA)
            tiles.append(tile)
    blank = np.full_like(tiles[0], 255)
    tiles += [blank] * (-len(tiles) % asked.columns)
    rows = [np.hstack(tiles[i : i + asked.columns]) for i in range(0, len(tiles), asked.columns)]
    cv2.imwrite(str(asked.out), np.vstack(rows)[..., ::-1])


if __name__ == "__main__":
    main()
