"""A product's model in product space."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ProductError
from tryon.types import Material, Model, Primitive, Product, PunctualLight

_TOLERANCE = 0.02
_TOLERANCE_M = 0.0002  # a stud 8 mm across is stated to a tenth of a millimetre


def open_model(product: Product, *, variant: str | None = None) -> Model:
    """The product's model in product space: unit, axes and origin of the file undone, sizes checked.

    Args:
        variant: Material variant; the product's own choice when not given.

    Raises:
        ModelFileError: The file cannot be drawn.
        ProductError: No such variant, or the stated size is more than 2 % off the mesh.
    """
    from tryon.gltf import read  # decoders of pictures and meshes: listing products needs none of them

    chosen = variant if variant is not None else product.variant
    if chosen is not None and product.variants and chosen not in product.variants:
        raise ProductError(f"{product.name}: no variant '{chosen[:80]}'; it comes in {', '.join(product.variants)}.")
    model = placed(read(product.model_path, variant=chosen), product.product_from_file)
    absent = [name for name in product.variants if name not in model.variants]
    if absent:
        known = ", ".join(model.variants) or "none"
        raise ProductError(
            f"{product.name}: variant '{absent[0]}' is not in {product.model_path.name}, which has {known}."
        )
    _check_size(product, model)
    return replace(model, name=product.name)


def placed(model: Model, product_from_file: NDArray[np.float64]) -> Model:
    """The model moved by rotation, uniform scale and translation: points, directions, lights and material depths."""
    scale = float(np.cbrt(np.linalg.det(product_from_file[:3, :3])))
    rotation = product_from_file[:3, :3] / scale
    return replace(
        model,
        primitives=tuple(_primitive(primitive, product_from_file, rotation) for primitive in model.primitives),
        materials=tuple(_material(material, scale) for material in model.materials),
        lights=tuple(_light(light, product_from_file, rotation, scale) for light in model.lights),
    )


def _primitive(primitive: Primitive, matrix: NDArray[np.float64], rotation: NDArray[np.float64]) -> Primitive:
    tangents = primitive.tangents
    if tangents is not None:
        turned = tangents[:, :3].astype(np.float64) @ rotation.T
        tangents = np.concatenate([turned, tangents[:, 3:]], axis=1).astype(np.float32)
    positions = primitive.positions_m.astype(np.float64) @ matrix[:3, :3].T + matrix[:3, 3]
    normals = primitive.normals.astype(np.float64) @ rotation.T
    return replace(
        primitive,
        positions_m=positions.astype(np.float32),
        normals=normals.astype(np.float32),
        tangents=tangents,
    )


def _material(material: Material, scale: float) -> Material:
    through = material.transmission
    if through is None or scale == 1.0:
        return material
    return replace(
        material,
        transmission=replace(
            through,
            thickness_m=through.thickness_m * scale,
            attenuation_distance_m=through.attenuation_distance_m * scale,
        ),
    )


def _light(
    light: PunctualLight, matrix: NDArray[np.float64], rotation: NDArray[np.float64], scale: float
) -> PunctualLight:
    x, y, z = (matrix[:3, :3] @ np.asarray(light.position_m) + matrix[:3, 3]).tolist()
    dx, dy, dz = (rotation @ np.asarray(light.direction)).tolist()
    # Candela light a point `scale` times nearer 1/scale² as brightly, as in the file's own units.
    intensity = light.intensity if light.kind == "directional" else light.intensity * scale**2
    return replace(
        light, position_m=(x, y, z), direction=(dx, dy, dz), range_m=light.range_m * scale, intensity=intensity
    )


def _check_size(product: Product, model: Model) -> None:
    low, high = model.bounds_m
    for axis, stated_m, mesh_m in zip(("width", "height", "depth"), product.size_m, high - low, strict=True):
        if abs(mesh_m - stated_m) > max(_TOLERANCE * stated_m, _TOLERANCE_M):
            raise ProductError(
                f"{product.name}: size_mm.{axis} says {stated_m * 1000:.1f} mm but {product.model_path.name} measures "
                f"{mesh_m * 1000:.1f} mm; correct the size, or the unit and axes under [file]."
            )
