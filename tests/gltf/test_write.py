"""Written models come back as they were."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tryon.errors import EncodeError, ParameterError
from tryon.gltf import read, write
from tryon.types import Material, Model, Primitive, PunctualLight, Texture, TextureUse
from tryon.types.model import Anisotropy, Clearcoat, Iridescence, Sheen, Specular, Transmission

Same = Callable[[object, object], None]


def _same(got: object, expected: object, place: str = "") -> None:
    """Equal in every field; numbers to single precision."""
    if dataclasses.is_dataclass(expected):
        assert type(got) is type(expected), place
        for field in dataclasses.fields(expected):
            _same(getattr(got, field.name), getattr(expected, field.name), f"{place}.{field.name}")
    elif isinstance(expected, np.ndarray):
        assert isinstance(got, np.ndarray)
        assert got.dtype == expected.dtype, place
        np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-7, err_msg=place)
    elif isinstance(expected, tuple):
        assert isinstance(got, tuple)
        assert len(got) == len(expected), place
        for number, (ours, theirs) in enumerate(zip(got, expected, strict=True)):
            _same(ours, theirs, f"{place}[{number}]")
    elif isinstance(expected, float):
        assert got == pytest.approx(expected, rel=1e-6, abs=1e-9), place
    else:
        assert got == expected, place


def _unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def rich() -> Model:
    """Two primitives with everything a model can hold."""
    rng = np.random.default_rng(3)
    noise = rng.integers(0, 256, (8, 4, 4)).astype(np.uint8)
    opaque = rng.integers(0, 256, (4, 8, 4)).astype(np.uint8)
    opaque[..., 3] = 255
    angle, su, sv = 0.4, 2.0, 3.0
    turned = np.array(
        [[np.cos(angle) * su, np.sin(angle) * sv, 0.1], [-np.sin(angle) * su, np.cos(angle) * sv, 0.2], [0, 0, 1]]
    )
    use, moved, scaled = TextureUse(0), TextureUse(1, 1, turned), TextureUse(1, 0, np.eye(3), 0.5)
    glass = Material(
        "glass",
        (0.1, 0.2, 0.3, 0.4),
        use,
        0.25,
        0.5,
        moved,
        scaled,
        scaled,
        (2.0, 4.0, 1.0),
        use,
        "mask",
        0.3,
        True,
        False,
        1.7,
        Clearcoat(0.9, use, 0.1, moved, scaled),
        Sheen((0.1, 0.2, 0.3), use, 0.4, use),
        Transmission(0.9, use, 0.002, use, 0.05, (0.5, 0.6, 0.7)),
        Specular(0.5, use, (1.5, 1.0, 0.5), moved),
        Iridescence(0.6, use, 1.4, 150.0, 450.0, use),
        Anisotropy(0.7, 1.1, use),
    )
    positions = rng.normal(size=(6, 3)).astype(np.float32) * 0.1
    tangents = np.concatenate([_unit(rng.normal(size=(6, 3))), [[1], [-1], [1], [-1], [1], [1]]], axis=1)
    first = Primitive(
        positions,
        _unit(rng.normal(size=(6, 3))),
        np.array([[0, 1, 2], [3, 4, 5]], np.uint32),
        0,
        tangents.astype(np.float32),
        (rng.random((6, 2)).astype(np.float32), rng.random((6, 2)).astype(np.float32) * 5),
        rng.random((6, 4)).astype(np.float32),
        "frame",
        "rim",
    )
    plain = replace(first, tangents=None, uv=(), colors=None, material=1, node="lens", mesh="lens")
    lights = (
        PunctualLight("spot", (1.0, 0.5, 0.2), 10.0, (1.0, 2.0, 3.0), (0.6, 0.0, -0.8), 5.0, 0.1, 0.6),
        PunctualLight("directional", (1.0, 1.0, 1.0), 3.0, (0.0, 0.0, 0.0), (0.0, 0.0, 1.0)),
    )
    textures = (Texture(noise, "clamp", "mirror", False, False), Texture(opaque))
    materials = (glass, Material("plain", unlit=True, ior=1.0e4))
    return Model("rich.glb", (first, plain), materials, textures, lights, (), (), {"maker": "tests", "size": [1, 2]})


def test_a_written_model_reads_back_the_same(rich: Model, tmp_path: Path) -> None:
    path = tmp_path / "rich.glb"
    write(path, rich)
    _same(read(path), rich)


def test_the_same_model_gives_the_same_bytes(rich: Model, tmp_path: Path) -> None:
    for name in ("a.glb", "b.glb"):
        write(tmp_path / name, rich, quantize=True, jpeg_quality=90)
    assert (tmp_path / "a.glb").read_bytes() == (tmp_path / "b.glb").read_bytes()


def test_a_quantized_model_is_near_and_smaller(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    count = 3000
    directions = _unit(rng.normal(size=(count, 3)))
    triangles = np.arange(count, dtype=np.uint32).reshape(-1, 3)
    uv = rng.random((count, 2)).astype(np.float32)
    ball = Primitive(directions * np.float32(0.07) + np.float32(0.5), directions, triangles, 0, uv=(uv,))
    model = Model("ball.glb", (ball,), (Material(),))
    write(tmp_path / "plain.glb", model)
    write(tmp_path / "small.glb", model, quantize=True)
    (got,) = read(tmp_path / "small.glb").primitives
    assert np.abs(got.positions_m - ball.positions_m).max() < 0.14 / 65534 * 1.1
    assert (got.normals * ball.normals).sum(axis=1).min() > np.cos(0.008)
    assert got.uv[0] == pytest.approx(uv, abs=1e-5)
    assert (tmp_path / "small.glb").stat().st_size < 0.62 * (tmp_path / "plain.glb").stat().st_size


def test_variants_come_back_by_name(rich: Model, tmp_path: Path) -> None:
    path = tmp_path / "variants.glb"
    write(path, rich, variants={"Clear": (0, 1), "Dark": (1, 1)})
    assert read(path).variants == ("Clear", "Dark")
    assert [entry.name for entry in read(path, variant="Clear").materials] == ["glass", "plain"]
    assert [entry.name for entry in read(path, variant="Dark").materials] == ["plain"]
    with pytest.raises(ParameterError, match="Variant 'Dark': expected one of 2 materials for each of 2 primitives"):
        write(path, rich, variants={"Dark": (1,)})


def test_real_products_survive_a_round_trip(shared_data: Path, tmp_path: Path) -> None:
    names = ("SunglassesKhronos", "AnisotropyStrengthTest", "ClearCoatTest", "TransmissionRoughnessTest", "heart_draco")
    for name in names:
        model = read(shared_data / f"products/misc/playcanvas_{name}.glb")
        path = tmp_path / model.name
        write(path, model)
        _same(read(path), replace(model, notes=(), extras={}) if not model.extras else model)


def test_what_gltf_cannot_say_is_refused(rich: Model, tmp_path: Path) -> None:
    sheared = TextureUse(0, 0, np.array([[1, 0.5, 0], [0, 1, 0], [0, 0, 1.0]]))
    material = replace(rich.materials[0], base_color_texture=sheared)
    with pytest.raises(EncodeError, match="got a shear"):
        write(tmp_path / "x.glb", replace(rich, materials=(material, rich.materials[1])))
    with pytest.raises(EncodeError, match="expected a model with primitives, got none"):
        write(tmp_path / "x.glb", replace(rich, primitives=()))
    with pytest.raises(EncodeError, match="cannot be written"):
        write(tmp_path / "no" / "folder.glb", rich)
    with pytest.raises(EncodeError, match="that JSON can hold"):
        write(tmp_path / "x.glb", replace(rich, extras={"when": object()}))


def test_a_texture_of_pure_grain_is_written_as_jpeg_too(tmp_path: Path) -> None:
    grain = np.random.default_rng(3).integers(0, 256, (96, 96, 4), dtype=np.uint8)
    grain[..., 3] = 255
    positions = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32)
    normals = np.tile(np.array([0, 0, 1], np.float32), (3, 1))
    triangle = Primitive(positions, normals, np.array([[0, 1, 2]], np.uint32), 0, uv=(positions[:, :2].copy(),))
    material = Material(base_color_texture=TextureUse(0))
    write(tmp_path / "grain.glb", Model("", (triangle,), (material,), (Texture(grain),)), jpeg_quality=92)
    back = read(tmp_path / "grain.glb").textures[0].pixels
    assert np.abs(back.astype(float) - grain).mean() < 12
