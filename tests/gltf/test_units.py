"""Units and axes: files of known ones are told apart, and the sentence says what was found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tryon.gltf import read
from tryon.gltf.units import SIZES, guess_axes, guess_unit
from tryon.types import Material, Model, Primitive

_UNITS = {"metres": 1.0, "centimetres": 0.01, "millimetres": 0.001, "inches": 0.0254}


def _box(*size: float) -> Model:
    corners = np.array(np.meshgrid(*((0, side) for side in size))).reshape(3, -1).T.astype(np.float32)
    normals = np.tile(np.array([0, 0, 1], np.float32), (8, 1))
    triangles = np.array([[0, 1, 2], [3, 4, 5], [5, 6, 7]], np.uint32)
    return Model("box", (Primitive(corners, normals, triangles, 0),), (Material(),))


@pytest.mark.parametrize("unit", _UNITS)
@pytest.mark.parametrize("kind", sorted(SIZES))
def test_usual_sizes_are_recognized_in_every_unit(kind: str, unit: str) -> None:
    usual = SIZES[kind].usual_m / _UNITS[unit]
    found, sentence = guess_unit(_box(usual, usual / 3, usual / 4), kind)
    assert found == pytest.approx(_UNITS[unit])
    assert sentence.lower().startswith(unit)
    assert sentence.endswith(".")


def test_furniture_in_centimetres_is_recognized() -> None:
    assert guess_unit(_box(80, 95, 60), "chair")[0] == 0.01
    assert guess_unit(_box(0.8, 0.95, 0.6), "chair")[0] == 1.0


def test_a_size_of_no_unit_is_scaled_and_said() -> None:
    found, sentence = guess_unit(_box(8000, 3000, 2000), "ring")
    assert found == pytest.approx(SIZES["ring"].usual_m / 8000)
    assert "so state its true width" in sentence
    assert guess_unit(_box(0, 0, 0), "ring")[0] == 1.0


def test_real_files_of_odd_units_are_recognized(shared_data: Path) -> None:
    wearables = shared_data / "products" / "wearables"
    assert guess_unit(read(wearables / "mindar_glasses/scene.gltf"), "glasses")[0] == 0.001
    assert guess_unit(read(wearables / "mindar_earring/scene.gltf"), "earring")[0] == 0.01
    assert guess_unit(read(shared_data / "products/misc/playcanvas_SunglassesKhronos.glb"), "glasses")[0] == 1.0


@pytest.mark.parametrize(
    ("turn", "up", "front"),
    [
        (np.eye(3), "+y", "+z"),
        (np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]]), "+z", "-y"),  # Z-up, as CAD exports
        (np.array([[-1, 0, 0], [0, 1, 0], [0, 0, -1]]), "+y", "-z"),  # facing away
        (np.array([[0, 0, 1], [0, 1, 0], [-1, 0, 0]]), "+y", "+x"),  # turned sideways
    ],
)
def test_turned_glasses_tell_their_axes(shared_data: Path, turn: np.ndarray, up: str, front: str) -> None:
    model = read(shared_data / "products/misc/playcanvas_SunglassesKhronos.glb")
    turned = tuple(
        replace(entry, positions_m=(entry.positions_m @ turn.T).astype(np.float32)) for entry in model.primitives
    )
    found = guess_axes(replace(model, primitives=turned), "glasses")
    assert found[:2] == (up, front)
    assert found[2].endswith(".")


def test_furniture_standing_on_z_is_z_up(shared_data: Path) -> None:
    model = read(shared_data / "products/polyhaven/GreenChair_01/GreenChair_01_1k.gltf")
    assert guess_axes(model, "chair")[:2] == ("+y", "+z")
    turn = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]])
    turned = tuple(
        replace(entry, positions_m=(entry.positions_m @ turn.T).astype(np.float32)) for entry in model.primitives
    )
    assert guess_axes(replace(model, primitives=turned), "chair")[0] == "+z"


def test_shapeless_kinds_say_that_axes_are_assumed() -> None:
    assert guess_axes(_box(1, 1, 1), "ring")[:2] == ("+y", "+z")
    assert "assumed" in guess_axes(_box(1, 1, 1), "ring")[2]
