"""Proposals undo known units, axes and offsets, find real brands' files, and ask for what they cannot find."""

from __future__ import annotations

import numpy as np
import pytest

from tests.catalog.glb import box
from tryon.catalog import Placement, load, open_model, parse_product
from tryon.catalog.drawing import draw_views
from tryon.catalog.open_model import placed
from tryon.catalog.proposal import Known
from tryon.catalog.propose import propose
from tryon.catalog.write_toml import product_toml
from tryon.errors import ParameterError, ProductError
from tryon.gltf import read
from tryon.types import Material, Model, Primitive

CENTIMETRES_Z_UP = Placement(0.01, "+z", "-y", (3.0, -7.0, 12.0))
INCHES_BACKWARD = Placement(0.0254, "+y", "-z", (1.0, 2.0, 3.0))
MILLIMETRES_ON_ITS_SIDE = Placement(0.001, "-x", "+y", (40.0, 10.0, -25.0))


def distorted(name: str, placement: Placement) -> Model:
    return placed(open_model(load(name)), np.linalg.inv(placement.product_from_file))


def model_of(*meshes: tuple[np.ndarray, np.ndarray]) -> Model:
    parts = tuple(
        Primitive(points.astype(np.float32), np.zeros(points.shape, np.float32), triangles.astype(np.uint32), 0)
        for points, triangles in meshes
    )
    return Model("made", parts, (Material(),))


def tube(radius: float, height: float, count: int = 96) -> tuple[np.ndarray, np.ndarray]:
    """An open cylinder about Z."""
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    ring = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    points = np.concatenate([np.c_[ring, np.full(count, z)] for z in (-height / 2, height / 2)])
    i = np.arange(count)
    j = (i + 1) % count
    return points, np.concatenate([np.c_[i, j, j + count], np.c_[i, j + count, i + count]])


@pytest.mark.parametrize(
    ("name", "placement"),
    [
        ("aviator", CENTIMETRES_Z_UP),
        ("square-black", INCHES_BACKWARD),
        ("round-gold", MILLIMETRES_ON_ITS_SIDE),
        ("rimless", Placement()),
    ],
)
def test_glasses_are_found_however_they_lie(name, placement):
    truth = load(name)
    found = propose(distorted(name, placement), "glasses")
    assert found.placement.metres_per_unit == pytest.approx(placement.metres_per_unit)
    assert (found.placement.up, found.placement.front) == (placement.up, placement.front)
    np.testing.assert_allclose(found.size_m, truth.size_m, rtol=0.02)
    for anchor in ("lens_left", "lens_right", "bridge", "ear_left", "ear_right"):
        away_mm = 1000.0 * np.linalg.norm(np.subtract(found.anchors_m[anchor], truth.anchors[anchor]))
        assert away_mm < (2.6 if anchor.startswith("ear") else 2.0), anchor
    for pad in ("pad_left", "pad_right"):
        assert 1000.0 * np.linalg.norm(np.subtract(found.anchors_m[pad], truth.anchors[pad])) < 5.0
    for length in ("lens_width", "lens_height", "bridge"):
        assert found.fit_mm[length] == pytest.approx(truth.fit_mm[length], abs=1.5)


def test_a_cap_is_turned_up_and_forward_by_its_opening_and_visor():
    found = propose(distorted("baseball-cap", CENTIMETRES_Z_UP), "hat")
    assert found.placement.metres_per_unit == 0.01
    assert (found.placement.up, found.placement.front) == ("+z", "-y")
    truth = load("baseball-cap").fit_mm
    assert found.fit_mm["inner_width"] == pytest.approx(truth["inner_width"], abs=8.0)


def test_a_ring_gives_its_axis_stone_and_diameter():
    found = propose(distorted("solitaire", MILLIMETRES_ON_ITS_SIDE), "ring")
    assert found.placement.metres_per_unit == 0.001
    assert found.placement.up[1] == "x"  # either end of the axis is right: nothing tells them apart
    assert found.placement.front == "+y"
    assert found.fit_mm["inner_diameter"] == pytest.approx(load("solitaire").fit_mm["inner_diameter"], abs=0.3)


def test_a_tube_of_known_radius_is_measured():
    found = propose(model_of(tube(0.9, 0.4)), "ring")  # centimetres
    assert found.placement.metres_per_unit == 0.01
    assert found.placement.up == "+z"
    assert found.fit_mm["inner_diameter"] == pytest.approx(18.0, abs=0.1)


def test_an_odd_scale_is_asked_for_and_taken_when_stated():
    model = model_of(tube(0.037, 0.02))  # 74 mm in metres; 0.74 mm in centimetres: no finger
    with pytest.raises(ProductError, match="--unit or --width"):
        propose(model, "ring")
    found = propose(model, "ring", known=Known(width_m=0.0185))
    assert found.fit_mm["inner_diameter"] == pytest.approx(18.5, abs=0.1)
    assert found.findings[0].sure == "stated"


@pytest.mark.parametrize(("kind", "option"), [("ring", "--up"), ("hat", "--origin")])
def test_a_box_is_no_product_and_the_option_is_named(kind, option):
    with pytest.raises(ProductError, match=option):
        propose(model_of(box((0, 0, 0), (0.14, 0.05, 0.15))), kind)


def test_a_front_without_temples_asks_for_the_ears():
    front = model_of(box((-0.07, -0.02, 0.0), (0.07, 0.02, 0.004)))
    with pytest.raises(ProductError, match="--anchor ear_left"):
        propose(front, "glasses", known=Known(up="+y", front="+z"))
    ears = {"ear_left": (0.068, 0.0, -0.1), "ear_right": (-0.068, 0.0, -0.1)}
    found = propose(front, "glasses", known=Known(up="+y", front="+z", anchors_m=ears))
    assert found.anchors_m["ear_left"] == ears["ear_left"]


def test_what_is_not_worn_and_what_has_no_surface_are_refused():
    with pytest.raises(ParameterError, match="glasses"):
        propose(model_of(box((0, 0, 0), (1, 1, 1))), "sofa")
    with pytest.raises(ProductError, match="empty"):
        propose(model_of((np.zeros((3, 3)), np.array([[0, 1, 2]]))), "ring")


def test_the_written_toml_reads_back_to_the_proposal(tmp_path):
    import tomllib

    found = propose(distorted("aviator", INCHES_BACKWARD), "glasses")
    (tmp_path / "a.glb").write_bytes(b"")
    about = {"sku": "A", "name": 'Quote " and é \x7f'.replace("\x7f", ""), "kind": "glasses", "model": "a.glb"}
    product = parse_product(tomllib.loads(product_toml(found, about, ["Gold"])), folder=tmp_path)
    np.testing.assert_allclose(product.product_from_file, found.placement.product_from_file, atol=1e-6)
    np.testing.assert_allclose(product.size_m, found.size_m, rtol=1e-4)
    for name, at in found.anchors_m.items():
        np.testing.assert_allclose(product.anchors[name], at, atol=1e-5)


def test_the_picture_marks_every_anchor():
    model = distorted("aviator", Placement())
    found = propose(model, "glasses")
    marked = draw_views(model, found)
    bare = draw_views(model, type(found)(found.placement, found.size_m, {}, {}))
    assert marked.shape == bare.shape == (520, 1560, 3)
    assert (marked != bare).any(axis=2).sum() > 500


def test_real_files_of_other_makers_are_understood(shared_data):
    products = shared_data / "products"
    khronos = propose(read(products / "misc" / "playcanvas_SunglassesKhronos.glb"), "glasses")
    assert khronos.placement.metres_per_unit == 1.0
    assert 60 < 1000 * (khronos.anchors_m["lens_left"][0] - khronos.anchors_m["lens_right"][0]) < 80
    low_poly = propose(read(products / "wearables" / "mindar_glasses" / "scene.gltf"), "glasses")
    assert low_poly.placement.metres_per_unit == 0.001
    assert low_poly.placement.up == "+y"
    assert low_poly.placement.front == "+z"
    with pytest.raises(ProductError, match="--width"):  # a jester's hat in no usual unit
        propose(read(products / "wearables" / "mindar_hat" / "scene.gltf"), "hat")
