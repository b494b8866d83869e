from __future__ import annotations

import io
import struct
import subprocess
import sys
import zipfile

import numpy as np
import pytest

pytest.importorskip("pxr")
from PIL import Image
from pxr import Usd, UsdGeom, UsdShade, UsdUtils, UsdValidation

from tryon import catalog
from tryon.catalog.kinds import PLACED
from tryon.encode.usdz import usdz_bytes, write_usdz
from tryon.encode.usdz_shades import shades_of
from tryon.errors import EncodeError
from tryon.types import Material, Model, Primitive

_PLACED = [name for name in catalog.names() if catalog.load(name).kind in PLACED]


def triangle(material):
    positions = np.float32([[0, 0, 0], [1, 0, 0], [0, 2, 0]])
    normals = np.float32([[0, 0, 1]] * 3)
    return Model("Thing", (Primitive(positions, normals, np.uint32([[0, 1, 2]]), 0),), (material,))


def surface(stage, number=0):
    return UsdShade.Shader(stage.GetPrimAtPath(f"/Product/Materials/Material_{number}/Surface"))


@pytest.mark.parametrize("name", _PLACED)
def test_each_piece_of_furniture_is_valid_and_as_large_as_sold(name, tmp_path):
    product = catalog.load(name)
    path = tmp_path / f"{name}.usdz"
    write_usdz(path, catalog.open_model(product))
    stage = Usd.Stage.Open(str(path))
    assert UsdGeom.GetStageMetersPerUnit(stage) == 1.0
    assert UsdGeom.GetStageUpAxis(stage) == "Y"
    bounds = UsdGeom.BBoxCache(Usd.TimeCode.Default(), ["default"]).ComputeWorldBound(stage.GetDefaultPrim())
    size_m = np.array(bounds.ComputeAlignedRange().GetSize())
    assert np.abs(size_m - product.size_m).max() < 0.001
    validators = UsdValidation.ValidationRegistry().GetOrLoadAllValidators()
    assert len(validators) > 20
    faults = UsdValidation.ValidationContext(validators).Validate(stage)
    assert [fault.GetMessage() for fault in faults] == []


def test_every_picture_in_it_is_a_jpeg_that_a_material_names(tmp_path):
    path = tmp_path / "sofa.usdz"
    write_usdz(path, catalog.open_model(catalog.load("sofa")))
    with zipfile.ZipFile(path) as archive:
        pictures = [name for name in archive.namelist() if name != "model.usdc"]
        assert pictures
        assert {Image.open(io.BytesIO(archive.read(name))).format for name in pictures} == {"JPEG"}
    _, assets, unresolved = UsdUtils.ComputeAllDependencies(str(path))
    assert unresolved == []
    assert {each.partition("[")[2].rstrip("]") for each in assets} == set(pictures)


def test_entries_are_stored_begin_at_multiples_of_64_bytes_and_the_layer_comes_first():
    data = usdz_bytes(catalog.open_model(catalog.load("coffee-table")))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        assert archive.testzip() is None
    assert entries[0].filename == "model.usdc"
    for entry in entries:
        assert entry.compress_type == zipfile.ZIP_STORED
        name, extra = struct.unpack_from("<HH", data, entry.header_offset + 26)
        assert (entry.header_offset + 30 + name + extra) % 64 == 0


def test_the_same_model_gives_the_same_bytes_in_another_process():
    code = (
        "import hashlib; from tryon import catalog; from tryon.encode.usdz import usdz_bytes;"
        "print(hashlib.sha256(usdz_bytes(catalog.open_model(catalog.load('wall-mirror')))).hexdigest())"
    )
    once = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    assert len(once) == 1


def test_variants_differ():
    sofa = catalog.load("sofa")
    assert usdz_bytes(catalog.open_model(sofa, variant="Ochre")) != usdz_bytes(
        catalog.open_model(sofa, variant="Stone")
    )


def test_plain_materials_keep_their_numbers(tmp_path):
    path = tmp_path / "plain.usdz"
    write_usdz(path, triangle(material=Material(base_color=(0.2, 0.4, 0.6, 1.0), roughness=0.4, metallic=1.0)))
    stage = Usd.Stage.Open(str(path))
    shader = surface(stage)
    assert np.allclose(shader.GetInput("diffuseColor").Get(), (0.2, 0.4, 0.6))
    assert shader.GetInput("roughness").Get() == pytest.approx(0.4)
    assert shader.GetInput("metallic").Get() == 1.0


def test_a_clear_material_is_seen_through(tmp_path):
    path = tmp_path / "clear.usdz"
    write_usdz(path, catalog.open_model(catalog.load("coffee-table")))
    stage = Usd.Stage.Open(str(path))
    opacities = [
        surface(stage, number).GetInput("opacity").Get()
        for number in range(3)
        if surface(stage, number) and surface(stage, number).GetInput("opacity")
    ]
    assert min(opacities) < 0.5


def test_colors_of_vertices_come_back_out_of_the_shades():
    rng = np.random.default_rng(7)
    hues = np.array([[1.0, 0.2, 0.1], [0.1, 0.8, 1.0], [1.0, 1.0, 1.0], [0.3, 1.0, 0.2]])
    picked = rng.integers(0, 4, 400)
    colors = (hues[picked] * rng.uniform(0.02, 1.0, (400, 1))).astype(np.float32)
    shades = shades_of(colors, (1.0, 1.0, 1.0))
    rows, columns = shades.pixels.shape[:2]
    x = np.clip((shades.uv[:, 0] * columns).astype(int), 0, columns - 1)
    y = np.clip((shades.uv[:, 1] * rows).astype(int), 0, rows - 1)
    codes = shades.pixels[y, x].astype(np.float64) / 255.0
    linear = np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4)
    assert np.abs(linear - colors).max() < 0.03


def test_a_model_without_a_mesh_is_refused():
    with pytest.raises(EncodeError, match="expected a model with a mesh"):
        usdz_bytes(Model("Nothing", (), ()))
