"""Make the environment maps of assets/environments, our own designs, from a few lamps each.

    .venv/bin/python tools/make_environments.py [FOLDER]

Equirectangular, +Y up, the middle column looks along −Z and so lies behind a product that faces the viewer; the
lamps that light its front stand at +Z, at the picture's left and right ends. Every map is scaled, channel by channel,
so that a white diffuser that faces +Z shows exactly (1, 1, 1).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon import resources

HEIGHT = 256
_OVERSAMPLED = 3
_MOST_BYTES = 300_000
Rgb = tuple[float, float, float]
Picture = NDArray[np.float64]
WHITE: Rgb = (1.0, 1.0, 1.0)


class Sphere:
    """Radiance seen in every direction, painted lamp by lamp.

    directions: (h, w, 3) unit vectors. radiance: (h, w, 3) linear RGB.
    """

    def __init__(self, height: int) -> None:
        polar = (np.arange(height) + 0.5) / height * np.pi
        around = ((np.arange(2 * height) + 0.5) / (2 * height) - 0.5) * 2.0 * np.pi
        level = np.sin(polar)[:, None]
        self.directions = np.stack(
            [
                level * np.sin(around),
                np.broadcast_to(np.cos(polar)[:, None], (height, 2 * height)),
                -level * np.cos(around),
            ],
            axis=2,
        )
        self.radiance: Picture = np.zeros((height, 2 * height, 3))

    @property
    def height_up(self) -> Picture:
        """(h, w, 1) sine of the elevation: 1 at the zenith, −1 straight down."""
        return self.directions[..., 1:2]

    def wash(self, low: Rgb, horizon: Rgb, high: Rgb) -> None:
        """A gradient from straight down over the horizon to the zenith."""
        up = self.height_up
        above = np.sqrt(np.clip(up, 0.0, 1.0))
        below = np.sqrt(np.clip(-up, 0.0, 1.0))
        middle = np.asarray(horizon)
        self.radiance += np.where(up >= 0.0, middle + (np.asarray(high) - middle) * above, 0.0)
        self.radiance += np.where(up < 0.0, middle + (np.asarray(low) - middle) * below, 0.0)

    def softbox(
        self,
        toward: tuple[float, float, float],
        *,
        width_deg: float,
        height_deg: float,
        radiance: float,
        color: Rgb = WHITE,
        edge: float = 0.12,
        falloff: float = 0.35,
    ) -> None:
        """A lit rectangle that replaces what is behind it.

        Args:
            edge: Share of the half width over which it fades out.
            falloff: How much dimmer its corners are than its middle, as diffusion cloth shows.
        """
        middle = np.asarray(toward) / np.linalg.norm(toward)
        side = np.cross([0.0, 1.0, 0.0], middle)
        side /= np.linalg.norm(side)
        up = np.cross(middle, side)
        ahead = self.directions @ middle
        with np.errstate(divide="ignore", invalid="ignore"):
            x = np.where(ahead > 0.0, self.directions @ side / ahead, np.inf) / np.tan(np.radians(width_deg / 2.0))
            y = np.where(ahead > 0.0, self.directions @ up / ahead, np.inf) / np.tan(np.radians(height_deg / 2.0))
        narrow = min(1.0, width_deg / height_deg), min(1.0, height_deg / width_deg)
        cover = _fade(np.abs(x), edge / narrow[0] * min(narrow)) * _fade(np.abs(y), edge / narrow[1] * min(narrow))
        bright = radiance * (1.0 - falloff * np.clip((x**2 + y**2) / 2.0, 0.0, 1.0))
        lamp = np.where(np.isfinite(bright), bright, 0.0)[..., None] * np.asarray(color)
        self.radiance += (lamp - self.radiance) * cover[..., None]

    def disc(self, toward: tuple[float, float, float], *, radius_deg: float, radiance: Rgb, glow_deg: float) -> None:
        """A round source with a faint glow about it, added to what is there."""
        middle = np.asarray(toward) / np.linalg.norm(toward)
        angle_deg = np.degrees(np.arccos(np.clip(self.directions @ middle, -1.0, 1.0)))
        share = _fade(angle_deg / radius_deg, 0.25) + 0.004 * np.exp(-((angle_deg / glow_deg) ** 2))
        self.radiance += share[..., None] * np.asarray(radiance)


def _fade(distance: Picture, edge: float) -> Picture:
    t = np.clip((1.0 - distance) / edge + 0.5, 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t))


def studio(sphere: Sphere) -> None:
    """Product photography: a gray cove, a large key at the upper left, a fill, two rim strips, a light from above."""
    sphere.wash((0.22, 0.22, 0.22), (0.40, 0.40, 0.40), (0.10, 0.10, 0.10))
    sphere.softbox((-0.62, 0.62, 0.80), width_deg=62.0, height_deg=48.0, radiance=7.0)
    sphere.softbox((0.95, 0.16, 0.75), width_deg=44.0, height_deg=66.0, radiance=2.0, edge=0.3)
    sphere.softbox((-1.0, 0.15, -0.42), width_deg=12.0, height_deg=84.0, radiance=9.0)
    sphere.softbox((1.0, 0.20, -0.55), width_deg=12.0, height_deg=84.0, radiance=7.5)
    sphere.softbox((0.1, 1.0, -0.45), width_deg=66.0, height_deg=34.0, radiance=4.5)


def daylight(sphere: Sphere) -> None:
    """Outdoors on a clear morning: blue sky, a warm sun at the front left, pale ground, a bright horizon."""
    sphere.wash((0.24, 0.22, 0.19), (0.95, 1.02, 1.10), (0.26, 0.44, 0.80))
    ground = np.clip(-sphere.height_up * 18.0, 0.0, 1.0)
    sphere.radiance *= 1.0 - 0.62 * ground
    sphere.radiance += 0.13 * ground * np.array([1.0, 0.93, 0.82])
    _clouds(sphere)
    sphere.disc((-0.55, 0.72, 0.78), radius_deg=3.2, radiance=(290.0, 268.0, 232.0), glow_deg=16.0)


def _clouds(sphere: Sphere) -> None:
    """Soft bright bands low in the sky: sums of sines, so that no random stream can change them."""
    x, y, z = np.moveaxis(sphere.directions, 2, 0)
    field = sum(
        np.sin(a * x + b * y + c * z + d)
        for a, b, c, d in (
            (5.1, 17.0, 3.3, 0.4),
            (-7.9, 23.0, 6.1, 1.9),
            (3.7, 29.0, -9.2, 4.2),
            (12.0, 11.0, 10.0, 2.8),
        )
    )
    low = np.clip(1.0 - np.abs(y - 0.28) / 0.24, 0.0, 1.0)
    cover = np.clip((field - 0.3) / 2.2, 0.0, 1.0) * low
    sphere.radiance += cover[..., None] * (np.array([1.75, 1.75, 1.78]) - sphere.radiance)


def room(sphere: Sphere) -> None:
    """A living room: warm lamp overhead, a cool window at the front right, off-white walls, a wooden floor."""
    sphere.wash((0.20, 0.145, 0.10), (0.50, 0.46, 0.41), (0.74, 0.68, 0.58))
    floor = np.clip((-sphere.height_up - 0.32) * 12.0, 0.0, 1.0)
    sphere.radiance += floor * (np.array([0.20, 0.135, 0.085]) - sphere.radiance)
    sphere.softbox((0.0, -0.12, -1.0), width_deg=70.0, height_deg=28.0, radiance=0.16, color=(1.0, 0.8, 0.62), edge=0.4)
    for azimuth_deg in (20.0, 48.0):  # two panes and the bar between
        x, z = np.sin(np.radians(azimuth_deg)), np.cos(np.radians(azimuth_deg))
        sphere.softbox((x, 0.34, z), width_deg=23.0, height_deg=46.0, radiance=5.2, color=(0.88, 0.97, 1.12), edge=0.07)
    sphere.softbox((-0.2, 1.0, 0.15), width_deg=40.0, height_deg=40.0, radiance=6.5, color=(1.16, 0.98, 0.74), edge=0.5)
    sphere.disc((-1.0, 0.16, -0.35), radius_deg=9.0, radiance=(7.0, 5.2, 3.0), glow_deg=26.0)


ENVIRONMENTS: dict[str, Callable[[Sphere], None]] = {"studio": studio, "daylight": daylight, "room": room}


def make(name: str) -> NDArray[np.float32]:
    """(256, 512, 3) float32 linear RGB of one map, calibrated."""
    fine = Sphere(HEIGHT * _OVERSAMPLED)
    ENVIRONMENTS[name](fine)
    shape = (HEIGHT, _OVERSAMPLED, 2 * HEIGHT, _OVERSAMPLED, 3)
    radiance = fine.radiance.reshape(shape).mean(axis=(1, 3))
    return np.asarray(radiance / diffuser(radiance, (0.0, 0.0, 1.0)), np.float32)


def diffuser(radiance: NDArray[np.floating], facing: tuple[float, float, float]) -> NDArray[np.float64]:
    """(3,) linear RGB that a white diffuser shows: irradiance over π, summed over the map."""
    sphere = Sphere(len(radiance))
    cosine = np.clip(sphere.directions @ np.asarray(facing), 0.0, None)
    solid_angle = np.sqrt(1.0 - sphere.directions[..., 1] ** 2) * (np.pi / len(radiance)) ** 2
    return np.asarray(np.einsum("hwc,hw->c", radiance, cosine * solid_angle) / np.pi)


def main() -> None:
    """Write every map."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else resources.content("assets") / "environments"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ENVIRONMENTS:
        path = folder / f"{name}.hdr"
        cv2.imwrite(str(path), np.ascontiguousarray(make(name)[..., ::-1]))
        if path.stat().st_size > _MOST_BYTES:
            raise SystemExit(f"{path.name} has {path.stat().st_size} bytes; expected at most {_MOST_BYTES}")
        print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
