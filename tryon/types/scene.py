"""What to draw: models, what hides them, what catches their shadow, and the light on them. All in camera space."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tryon.types.model import Model


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """Soft things of the picture in front of an item: hair, a hand. They have no geometry, only a mask.

    mask: (h, w) uint8, 0 (nothing) to 255 (covered).
    mask_from_image: (2, 3) float64, mask pixel = mask_from_image @ (x, y, 1).
    beyond_m: Only what lies further than this from the camera (distance along −Z) is covered; fades in over 5 mm.
    """

    mask: NDArray[np.uint8]
    mask_from_image: NDArray[np.float64]
    beyond_m: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One model in its place.

    camera_from_model: (4, 4) float64: rotation, translation, uniform scale; a mirror (negative determinant) is fine.
    cover: What of the picture lies in front of it.
    casts_shadow: Whether catchers darken under it.
    """

    model: Model
    camera_from_model: NDArray[np.float64]
    cover: Cover | None = None
    casts_shadow: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """Real geometry that is seen in the picture itself: it hides items behind it and may catch their shadow.

    vertices_m: (N, 3) float32 in camera space. triangles: (M, 3) integers; both sides count.
    occludes: Hides what is behind it.
    catches_shadow: Items darken it, 0 (not at all) to 1 (fully, as an ideal diffuse surface would be).
    flat: All of it lies in one plane, as a floor or a wall does: it catches the whole shadow of furniture, however far
        it falls. Other surfaces catch what lies close to them.
    """

    vertices_m: NDArray[np.float32]
    triangles: NDArray[np.uint32]
    occludes: bool = True
    catches_shadow: float = 0.0
    flat: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Light:
    """Light on a scene.

    environment: Name of a map in `assets/environments`, or a path to an .hdr file.
    camera_from_environment: (3, 3) rotation of the map (its +Y up, its middle column looks along −Z).
    rgb: Linear RGB by which the map is multiplied; at (1, 1, 1) a white diffuser facing the key shows about white.
    sun_direction: Unit vector toward the strongest light in camera space, or None for a sky alone.
    sun_rgb: Linear RGB irradiance over π that the sun adds on a surface facing it.
    sun_softness_rad: Half angle of the sun as seen from the product: penumbra of its shadows.
    """

    environment: str = "studio"
    camera_from_environment: NDArray[np.float64] = field(default_factory=lambda: np.eye(3))
    rgb: tuple[float, float, float] = (1.0, 1.0, 1.0)
    sun_direction: tuple[float, float, float] | None = None
    sun_rgb: tuple[float, float, float] = (0.0, 0.0, 0.0)
    sun_softness_rad: float = 0.15


@dataclass(frozen=True, slots=True)
class Finish:
    """What the camera that took a picture did to all it saw, and drawn items get too.

    grain: Standard deviation of noise, in sRGB codes. blur_px: Standard deviation of the blur, pixels.
    """

    grain: float = 0.0
    blur_px: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Everything drawn in one go with one depth buffer."""

    items: tuple[Item, ...]
    surfaces: tuple[Surface, ...] = ()
    light: Light = field(default_factory=Light)
    finish: Finish = field(default_factory=Finish)


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """What a wearable wants drawn on one frame.

    group: Drawings of the same group share depth and are drawn together: "face:3", "hand:0", "body:1". Surfaces of
        one group are pooled under their names, so a head that three wearables bring is drawn once.
    retouch: Changes the picture before items are drawn over it: takes (H, W, 3) uint8 pixels and writes in place
        (hair pressed under a rim). None for most.
    """

    group: str
    items: tuple[Item, ...]
    surfaces: Mapping[str, Surface] = field(default_factory=dict)
    retouch: Callable[[NDArray[np.uint8]], None] | None = None
