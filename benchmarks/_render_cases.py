"""Which models the renderer is judged on, and from where: real files, and grids of spheres that vary one property.

Every grid is written with `tryon.gltf.write`, so three.js reads the same bytes as we do.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tryon import gltf
from tryon.types.camera import Camera
from tryon.types.model import (
    Anisotropy,
    Clearcoat,
    Iridescence,
    Material,
    Model,
    Primitive,
    PunctualLight,
    Sheen,
    Specular,
    Texture,
    TextureUse,
    Transmission,
)

WIDTH = HEIGHT = 512
FOV_DEG = 30.0


@dataclass(frozen=True, slots=True)
class Case:
    """One picture. `toward` points from the model's middle to the eye."""

    name: str
    path: Path
    features: str
    toward: tuple[float, float, float] = (0.3, 0.25, 1.0)
    tone: str = "neutral"
    closer: float = 1.0

    def eye_target_radius(self, model: Model) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
        """Where the camera is and looks so that the model's sphere just fits, and that sphere's radius."""
        low, high = model.bounds_m
        target = (low + high) / 2.0
        radius = float(np.linalg.norm(high - low)) / 2.0
        direction = np.asarray(self.toward, np.float64)
        distance = radius / math.sin(math.radians(FOV_DEG) / 2.0) / self.closer
        return target + direction / np.linalg.norm(direction) * distance, target, radius


def camera() -> Camera:
    """The camera all cases share."""
    return Camera.of_focal(WIDTH, HEIGHT, HEIGHT / (2.0 * math.tan(math.radians(FOV_DEG) / 2.0)))


def camera_from_world(eye: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """(4, 4) view of a camera at `eye` that looks at `target`, +Y up."""
    back = (eye - target) / np.linalg.norm(eye - target)
    right = np.cross([0.0, 1.0, 0.0], back)
    right /= np.linalg.norm(right)
    view = np.eye(4)
    view[:3, :3] = np.stack([right, np.cross(back, right), back])
    view[:3, 3] = -view[:3, :3] @ eye
    return view


def real_cases(products: Path) -> Iterator[Case]:
    """Files made by others."""
    misc, wearables = products / "misc", products / "wearables"
    ahead = (0.0, 0.0, 1.0)
    yield Case("DamagedHelmet", misc / "DamagedHelmet/glTF/DamagedHelmet.gltf", "five maps")
    yield Case("ClearCoatTest", misc / "playcanvas_ClearCoatTest.glb", "clearcoat, coat normals", ahead, closer=1.3)
    yield Case(
        "AnisotropyStrength", misc / "playcanvas_AnisotropyStrengthTest.glb", "anisotropy", (0, 0, 1), closer=1.3
    )
    yield Case(
        "AnisotropyDisc", misc / "playcanvas_AnisotropyDiscTest.glb", "anisotropy textures", (0, 0, 1), closer=1.3
    )
    yield Case("Sunglasses", misc / "playcanvas_SunglassesKhronos.glb", "transmission, iridescence", (0.5, 0.3, 1))
    yield Case("AttenuationTest", misc / "playcanvas_AttenuationTest.glb", "volume", ahead, closer=1.3)
    yield Case(
        "TransmissionRoughness", misc / "playcanvas_TransmissionRoughnessTest.glb", "rough glass, ior", (0, 0, 1)
    )
    yield Case("TwoSidedPlane", misc / "playcanvas_TwoSidedPlane.glb", "double-sided, normal map", (0.4, -0.8, 1))
    yield Case("ClearcoatWicker", products / "avatars_misc/ClearcoatWicker.glb", "clearcoat, texture transform")
    yield Case("ChessBoard", misc / "playcanvas_chess-board.glb", "many maps, sheen of dielectrics", (0.3, 0.8, 1))
    yield Case("HeartDraco", misc / "playcanvas_heart_draco.glb", "Draco")
    yield Case("CheckShirt", wearables / "check_shirt.compressed.glb", "cloth, compressed", (0, 0, 1))
    yield Case("Earring", wearables / "mindar_earring/scene.gltf", "pearl, maps", (0.2, 0.1, 1))
    yield Case("Sneaker", misc / "objectron_sneaker.glb", "photo texture", (0.5, -0.8, 0.6))
    yield Case("Tree", misc / "playcanvas_low-poly-tree.glb", "masked foliage")


def grid_cases(folder: Path) -> Iterator[Case]:
    """Grids of spheres, written into `folder`."""
    for name, (build, features) in GRIDS.items():
        path = folder / f"{name}.glb"
        gltf.write(path, build())
        yield Case(name, path, features, (0.0, 0.0, 1.0), closer=1.25)


def sphere(radius_m: float, *, rings: int = 48, cap_rad: float = 0.0) -> Primitive:
    """A sphere with normals, tangents and texture coordinates, open within `cap_rad` of its poles."""
    down, round_it = np.linspace(cap_rad, np.pi - cap_rad, rings + 1), np.linspace(0, 2 * np.pi, 2 * rings + 1)
    polar, azimuth = np.meshgrid(down, round_it, indexing="ij")
    normals = np.stack([np.sin(polar) * np.sin(azimuth), np.cos(polar), np.sin(polar) * np.cos(azimuth)], -1)
    tangents = np.stack([np.cos(azimuth), 0 * azimuth, -np.sin(azimuth), 0 * azimuth + 1], -1)
    row, column = np.meshgrid(np.arange(rings), np.arange(2 * rings), indexing="ij")
    first = (row * (2 * rings + 1) + column).ravel()
    below = first + 2 * rings + 1
    triangles = np.concatenate([np.stack([first, below, first + 1], 1), np.stack([first + 1, below, below + 1], 1)])
    flat = normals.reshape(-1, 3).astype(np.float32)
    uv = np.stack([azimuth / (2 * np.pi), polar / np.pi], -1).reshape(-1, 2).astype(np.float32)
    return Primitive(
        flat * np.float32(radius_m),
        flat,
        triangles.astype(np.uint32),
        0,
        tangents=tangents.reshape(-1, 4).astype(np.float32),
        uv=(uv, uv * np.float32(2.0)),
    )


def _moved(primitive: Primitive, offset: tuple[float, float, float], material: int) -> Primitive:
    moved = primitive.positions_m + np.asarray(offset, np.float32)
    return dataclasses.replace(primitive, positions_m=moved, material=material)


def _grid(
    rows: int,
    columns: int,
    material: Callable[[float, float], Material],
    *,
    textures: tuple[Texture, ...] = (),
    tangents: bool = True,
    uv_across: float = 1.0,
    extra: tuple[Primitive, ...] = (),
    extra_materials: tuple[Material, ...] = (),
    lights: tuple[PunctualLight, ...] = (),
) -> Model:
    """Spheres of 9 cm in a grid of 10 cm; `material(row, column)` gets both as 0 to 1."""
    ball = sphere(0.045)
    if uv_across != 1.0:
        ball = sphere(0.045, cap_rad=0.6)
        ball = dataclasses.replace(ball, uv=(ball.uv[0] * np.float32([uv_across, 1.0]), ball.uv[1]))
    if not tangents:
        ball = dataclasses.replace(ball, tangents=None)
    primitives, materials = [], []
    for row in range(rows):
        for column in range(columns):
            place = ((column - (columns - 1) / 2) * 0.1, ((rows - 1) / 2 - row) * 0.1, 0.0)
            primitives.append(_moved(ball, place, len(materials)))
            materials.append(material(row / max(rows - 1, 1), column / max(columns - 1, 1)))
    for primitive, own in zip(extra, extra_materials, strict=True):
        primitives.append(dataclasses.replace(primitive, material=len(materials)))
        materials.append(own)
    return Model("grid", tuple(primitives), tuple(materials), textures, lights)


def _checker(colors: tuple[tuple[int, ...], tuple[int, ...]], squares: int = 8, size: int = 256) -> Texture:
    y, x = np.mgrid[:size, :size] * squares // size
    pixels = np.where(((x + y) % 2 == 0)[..., None], np.array(colors[0], np.uint8), np.array(colors[1], np.uint8))
    return Texture(np.ascontiguousarray(pixels))


def _wall(z_m: float, half_m: float) -> Primitive:
    corners = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]], np.float32) * np.float32(half_m)
    corners[:, 2] = z_m
    uv = np.array([[0, 1], [1, 1], [1, 0], [0, 0]], np.float32)
    normals = np.tile(np.array([[0, 0, 1]], np.float32), (4, 1))
    return Primitive(corners, normals, np.array([[0, 1, 2], [0, 2, 3]], np.uint32), 0, uv=(uv,))


def _plain(r: float, c: float) -> Material:
    return Material(base_color=(0.9, 0.55, 0.2, 1), metallic=round(r), roughness=c)


def _metallic_roughness() -> Model:
    return _grid(4, 5, lambda r, c: Material(base_color=(0.9, 0.55, 0.2, 1), metallic=r, roughness=c))


def _clearcoat() -> Model:
    return _grid(
        4,
        5,
        lambda r, c: Material(
            base_color=(0.5, 0.02, 0.04, 1), metallic=0.3, roughness=0.7, clearcoat=Clearcoat(r, None, c * 0.6)
        ),
    )


def _sheen() -> Model:
    return _grid(
        3,
        5,
        lambda r, c: Material(
            base_color=(0.08, 0.05, 0.25, 1),
            metallic=0.0,
            roughness=1.0,
            sheen=Sheen((1.0 - 0.8 * r, 0.6, 0.2 + 0.8 * r), None, 0.1 + 0.9 * c),
        ),
    )


def _iridescence() -> Model:
    return _grid(
        3,
        6,
        lambda r, c: Material(
            base_color=(0.8, 0.8, 0.8, 1),
            metallic=r,
            roughness=0.15,
            iridescence=Iridescence(1.0, None, 1.5, 100.0, 150.0 + 600.0 * c),
        ),
    )


def _specular() -> Model:
    return _grid(
        3,
        5,
        lambda r, c: Material(
            base_color=(0.05, 0.1, 0.3, 1),
            metallic=0.0,
            roughness=0.2,
            specular=Specular(c, None, (1.0, 1.0 - 0.7 * r, 1.0 - 0.9 * r)),
        ),
    )


def _ior() -> Model:
    return _grid(
        2,
        5,
        lambda r, c: Material(base_color=(0.1, 0.1, 0.1, 1), metallic=0, roughness=0.05 + 0.4 * r, ior=1 + 1.4 * c),
    )


def _anisotropy() -> Model:
    return _grid(
        4,
        5,
        lambda r, c: Material(
            base_color=(0.9, 0.7, 0.5, 1),
            metallic=1.0,
            roughness=0.2 + 0.3 * (r > 0.5),
            anisotropy=Anisotropy(c, math.pi * r),
        ),
    )


def _emissive() -> Model:
    return _grid(
        2,
        5,
        lambda r, c: Material(base_color=(0.1, 0.1, 0.1, 1), metallic=0, emissive=(4 * c, 2 * c * (1 - r), 0.5 * c)),
    )


def _alpha() -> Model:
    dots = np.zeros((256, 256, 4), np.uint8)
    y, x = np.mgrid[:256, :256]
    dots[..., :3] = (210, 60, 40)
    dots[..., 3] = np.where(((x % 32 - 16) ** 2 + (y % 32 - 16) ** 2) < 150, 255, 30)

    def material(r: float, c: float) -> Material:
        if r < 0.5:
            return Material(base_color=(0.2, 0.4, 0.9, 0.15 + 0.8 * c), metallic=0, roughness=0.3, alpha_mode="blend")
        return Material(
            base_color_texture=TextureUse(0),
            metallic=0,
            roughness=0.6,
            alpha_mode="mask",
            alpha_cutoff=0.2 + 0.6 * c,
            double_sided=True,
        )

    wall = Material(base_color_texture=TextureUse(1), metallic=0.0, roughness=0.9)
    textures = (Texture(dots), _checker(((230, 230, 230, 255), (90, 90, 90, 255))))
    return _grid(2, 4, material, textures=textures, extra=(_wall(-0.1, 0.25),), extra_materials=(wall,))


def _transform() -> Model:
    def material(r: float, c: float) -> Material:
        turn, size = c * 1.2, 1.0 + 2.0 * r
        rows = np.array(
            [
                [math.cos(turn) * size, math.sin(turn) * size, 0.1],
                [-math.sin(turn) * size, math.cos(turn) * size, 0.2 * c],
                [0, 0, 1],
            ]
        )
        return Material(
            base_color_texture=TextureUse(round(c * 2) % 3, uv_set=int(r > 0.5), uv_from_uv=rows),
            metallic=0.0,
            roughness=0.5,
        )

    board = _checker(((220, 60, 40, 255), (40, 60, 200, 255)), squares=4)
    textures = (
        board,
        dataclasses.replace(board, wrap_u="mirror", wrap_v="mirror"),
        dataclasses.replace(board, wrap_u="clamp"),
    )
    return _grid(3, 5, material, textures=textures)


def _vertex_colors() -> Model:
    model = _grid(2, 3, _plain)
    painted = []
    for primitive in model.primitives:
        wave = 0.5 + 0.5 * np.sin(primitive.normals * 7.0)
        colors = np.concatenate([wave, np.ones((len(wave), 1))], 1).astype(np.float32)
        painted.append(dataclasses.replace(primitive, colors=colors))
    return dataclasses.replace(model, primitives=tuple(painted))


def _unlit() -> Model:
    return _grid(2, 3, lambda r, c: Material(base_color=(c, r, 0.5, 1), unlit=True))


def _lights() -> Model:
    lamps = (
        PunctualLight("directional", (1.0, 0.9, 0.7), 2.0, (0, 0, 0), (-0.5, -0.7, -0.6)),
        PunctualLight("point", (0.3, 0.5, 1.0), 0.1, (-0.15, 0.1, 0.2), (0, 0, -1), 0.6),
        PunctualLight("spot", (1.0, 0.3, 0.3), 0.3, (0.2, -0.2, 0.3), (-0.45, 0.5, -0.75), math.inf, 0.2, 0.4),
    )
    return _grid(
        3, 5, lambda r, c: Material("m", (0.8, 0.8, 0.8, 1), metallic=r, roughness=0.1 + 0.9 * c), lights=lamps
    )


def _transmission() -> Model:
    wall = Material(base_color_texture=TextureUse(0), metallic=0.0, roughness=0.9)
    return _grid(
        3,
        4,
        lambda r, c: Material(
            base_color=(0.9, 0.95, 1.0, 1),
            metallic=0.0,
            roughness=0.5 * c,
            ior=1.0 + 0.5 * r,
            transmission=Transmission(1.0, None, 0.03, None, 0.05, (0.6, 0.9, 0.7)),
        ),
        textures=(_checker(((230, 210, 180, 255), (60, 90, 140, 255))),),
        extra=(_wall(-0.1, 0.25),),
        extra_materials=(wall,),
    )


def _bumps(size: int = 256) -> Texture:
    y, x = np.mgrid[:size, :size] / size * 2 * np.pi
    slope_x, slope_y = 0.5 * np.cos(8 * x) * np.sin(8 * y), 0.5 * np.sin(8 * x) * np.cos(8 * y)
    normal = np.stack([-slope_x, slope_y, np.ones_like(x)], -1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    pixels = np.full((size, size, 4), 255, np.uint8)
    pixels[..., :3] = np.rint((normal * 0.5 + 0.5) * 255)
    return Texture(pixels)


def _normals(*, tangents: bool) -> Model:
    """Texels are about square: where they are stretched, three.js derives tangents of unequal length from a
    file that has none, and glTF (MikkTSpace) asks for unit ones.
    """
    return _grid(
        2,
        3,
        lambda r, c: Material(
            base_color=(0.7, 0.7, 0.75, 1),
            metallic=r,
            roughness=0.1 + 0.4 * c,
            normal_texture=TextureUse(0, scale=0.5 + c),
        ),
        textures=(_bumps(),),
        tangents=tangents,
        uv_across=2.0,
    )


GRIDS: Mapping[str, tuple[Callable[[], Model], str]] = {
    "metallic_roughness": (_metallic_roughness, "metallic, roughness"),
    "clearcoat": (_clearcoat, "clearcoat"),
    "sheen": (_sheen, "sheen"),
    "iridescence": (_iridescence, "iridescence"),
    "specular": (_specular, "specular"),
    "ior": (_ior, "ior"),
    "anisotropy": (_anisotropy, "anisotropy"),
    "emissive": (_emissive, "emissive strength"),
    "alpha": (_alpha, "alpha blend, mask, double-sided"),
    "transform": (_transform, "texture transform, two UV sets, wraps"),
    "vertex_colors": (_vertex_colors, "vertex colors"),
    "unlit": (_unlit, "unlit"),
    "lights": (_lights, "directional, point, spot lights"),
    "transmission": (_transmission, "transmission, volume, ior, roughness"),
    "normal_tangents": (lambda: _normals(tangents=True), "normal map, tangents in the file"),
    "normal_derived": (lambda: _normals(tangents=False), "normal map, tangents derived"),
}
