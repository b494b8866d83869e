"""A model in product space: moved by a known unit, axes and origin, and measured against what is stated."""

from __future__ import annotations

import numpy as np
import pytest

from tests.catalog.glb import box, glb
from tryon.catalog import Placement, load, open_model, parse_product
from tryon.catalog.open_model import placed
from tryon.errors import ProductError
from tryon.types import Material, Model, Primitive, PunctualLight
from tryon.types.model import Transmission

CENTIMETRES_Z_UP = Placement(metres_per_unit=0.01, up="+z", front="-y", origin=(1.0, 2.0, 3.0))


def model() -> Model:
    positions, triangles = box((0, 0, 0), (2, 3, 4))
    normals = np.tile(np.array([0, 0, 1], np.float32), (8, 1))
    primitive = Primitive(
        positions.astype(np.float32),
        normals,
        triangles.astype(np.uint32),
        0,
        tangents=np.tile(np.array([1, 0, 0, -1], np.float32), (8, 1)),
    )
    glass = Material(transmission=Transmission(1.0, thickness_m=2.0, attenuation_distance_m=float("inf")))
    lamp = PunctualLight("point", (1, 1, 1), 100.0, (1.0, 2.0, 5.0), (0.0, -1.0, 0.0), range_m=10.0)
    return Model("box", (primitive,), (glass,), lights=(lamp,))


def test_points_directions_lights_and_depths_move_together():
    moved = placed(model(), CENTIMETRES_Z_UP.product_from_file)
    primitive = moved.primitives[0]
    low, high = moved.bounds_m
    np.testing.assert_allclose(high - low, [0.02, 0.04, 0.03], atol=1e-7)
    np.testing.assert_allclose(primitive.normals[0], [0, 1, 0], atol=1e-7)  # file +Z is up
    np.testing.assert_allclose(primitive.tangents[0], [1, 0, 0, -1], atol=1e-7)
    assert primitive.positions_m.dtype == primitive.normals.dtype == np.float32
    through = moved.materials[0].transmission
    assert through.thickness_m == pytest.approx(0.02)
    assert through.attenuation_distance_m == float("inf")
    lamp = moved.lights[0]
    np.testing.assert_allclose(lamp.position_m, [0, 0.02, 0], atol=1e-9)
    np.testing.assert_allclose(lamp.direction, [0, 0, 1], atol=1e-9)  # file −Y is the front
    assert lamp.range_m == pytest.approx(0.1)
    assert lamp.intensity / 0.02**2 == pytest.approx(100.0 / 2.0**2)  # as bright at the same place of the model


@pytest.mark.parametrize("up", ["+x", "-x", "+y", "-y", "+z", "-z"])
@pytest.mark.parametrize("front", ["+x", "-x", "+y", "-y", "+z", "-z"])
def test_every_pair_of_axes_is_a_turn_and_not_a_mirror(up, front):
    if up[1] == front[1]:
        with pytest.raises(ProductError):
            Placement(up=up, front=front)
        return
    rotation = Placement(up=up, front=front).product_from_file[:3, :3]
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3))
    assert np.linalg.det(rotation) == pytest.approx(1.0)


def shop(tmp_path, **size):
    (tmp_path / "box.glb").write_bytes(glb(*box((0, 0, 0), (0.02, 0.03, 0.04))))
    size_mm = {"width": 20, "height": 30, "depth": 40} | size
    data = {"schema": "tryon.product/1", "sku": "B", "name": "Box", "kind": "decor", "model": "box.glb"}
    return parse_product(data | {"size_mm": size_mm}, folder=tmp_path)


def test_a_size_within_two_percent_is_taken(tmp_path):
    opened = open_model(shop(tmp_path, height=30.5))
    assert opened.name == "Box"
    np.testing.assert_allclose(opened.bounds_m, [[0, 0, 0], [0.02, 0.03, 0.04]], atol=1e-6)


def test_a_size_that_lies_is_refused_with_both_numbers(tmp_path):
    with pytest.raises(ProductError) as caught:
        open_model(shop(tmp_path, height=31))
    assert "31.0 mm" in str(caught.value)
    assert "30.0 mm" in str(caught.value)


def test_an_unknown_variant_is_refused(tmp_path):
    product = parse_product(
        {
            "schema": "tryon.product/1",
            "sku": "B",
            "name": "Box",
            "kind": "decor",
            "model": "box.glb",
            "variants": ["Gold"],
            "size_mm": {"width": 20, "height": 30, "depth": 40},
        },
        folder=shop(tmp_path).model_path.parent,
    )
    with pytest.raises(ProductError, match="Gold"):
        open_model(product, variant="Silver")
    with pytest.raises(ProductError, match="Gold"):  # stated, but the file has none
        open_model(product)


def test_a_bare_file_is_an_object_of_its_own_size(tmp_path):
    shop(tmp_path)
    product = load(tmp_path / "box.glb")
    assert product.kind == "object"
    assert product.size_m == pytest.approx((0.02, 0.03, 0.04))
    open_model(product)
