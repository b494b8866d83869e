"""Hostile bytes: whatever a file holds, it reads or gives one sentence."""

from __future__ import annotations

import copy
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tryon.errors import ModelFileError
from tryon.gltf import Limits, open_asset

from .conftest import Quad, glb

_LIMITS = Limits(file_bytes=2**20, geometry_bytes=2**24, texture_bytes=2**24)
_ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 70_000),
    st.sampled_from([2**31, 2**53, 2**64, 10**400, 5121, 5123, 5126]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "x", "../x", "file:///x", "data:;base64,AA==", "VEC3", "SCALAR", "MAT4", "MASK"]),
    st.lists(st.integers(-1, 4), max_size=4),
    st.dictionaries(st.sampled_from(["index", "extensions", "mesh"]), st.integers(-1, 3), max_size=2),
)


def _rich() -> Quad:
    """A quad that is skinned, morphed, instanced, animated, textured and lit."""
    quad = Quad()
    rows = np.zeros((4, 3), "<f4")
    quad.primitive["targets"] = [{"POSITION": quad.accessor(rows + 0.1), "NORMAL": quad.accessor(rows)}]
    quad.primitive["attributes"]["JOINTS_0"] = quad.accessor(np.zeros((4, 4), "u1"))
    quad.primitive["attributes"]["WEIGHTS_0"] = quad.accessor(np.eye(4, dtype="<f4")[[0, 0, 0, 0]])
    quad.primitive["attributes"]["COLOR_0"] = quad.accessor(np.full((4, 4), 200, "u1"), normalized=True)
    inverse = quad.accessor(np.eye(4, dtype="<f4").reshape(1, 16))
    times, turns = quad.accessor(np.array([0, 1], "<f4")), quad.accessor(np.eye(4, dtype="<f4")[[3, 0]])
    moves = quad.accessor(np.zeros((2, 3), "<f4"))
    quad.root |= {
        "skins": [{"joints": [1], "inverseBindMatrices": inverse}],
        "animations": [
            {
                "channels": [{"sampler": 0, "target": {"node": 1, "path": "rotation"}}],
                "samplers": [{"input": times, "output": turns}],
            }
        ],
        "extensions": {
            "KHR_lights_punctual": {"lights": [{"type": "spot", "spot": {"innerConeAngle": 0.1}}]},
            "KHR_materials_variants": {"variants": [{"name": "a"}]},
        },
        "extensionsUsed": ["KHR_materials_clearcoat"],
        "images": [{"uri": "data:image/png;base64,iVBORw0KGgo="}],
        "samplers": [{"wrapS": 10497}],
        "textures": [{"sampler": 0}],
    }
    instancing = {"EXT_mesh_gpu_instancing": {"attributes": {"TRANSLATION": moves}}}
    quad.root["nodes"] = [
        {"mesh": 0, "skin": 0, "children": [1, 2, 3]},
        {"translation": [0, 1, 0], "rotation": [0, 0, 0, 1]},
        {"mesh": 0, "extensions": instancing, "weights": [0.5]},
        {"mesh": 0, "matrix": np.eye(4).ravel().tolist(), "extensions": {"KHR_lights_punctual": {"light": 0}}},
    ]
    moved = {"KHR_texture_transform": {"offset": [0, 0.1], "rotation": 0.3, "scale": [1, 2], "texCoord": 0}}
    quad.root["materials"] = [
        {
            "pbrMetallicRoughness": {"baseColorFactor": [1, 1, 1, 1]},
            "normalTexture": {"index": 0, "scale": 1.0, "extensions": moved},
            "alphaMode": "MASK",
            "extensions": {"KHR_materials_clearcoat": {"clearcoatFactor": 1.0}, "KHR_materials_ior": {"ior": 1.4}},
        }
    ]
    variant = {"KHR_materials_variants": {"mappings": [{"material": 0, "variants": [0]}]}}
    quad.primitive["extensions"] = variant
    return quad


_RICH = _rich()
_RICH_BYTES = _RICH.glb()


def _places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place] * bool(place) + [found for key, entry in entries for found in _places(entry, (*place, key))]


_PLACES = _places(json.loads(json.dumps(_RICH.root)))


def _reads_or_says_why(data: bytes) -> None:
    sentence = "."
    try:
        asset = open_asset(data, limits=_LIMITS)
        asset.model()
        if asset.animations:
            asset.model(time_s=0.5)
    except ModelFileError as error:
        sentence = str(error)
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_the_rich_quad_would_read_without_its_broken_picture() -> None:
    root = copy.deepcopy(_RICH.root)
    del root["materials"][0]["normalTexture"]  # its picture is broken: most changes would stop there
    root["buffers"][0]["byteLength"] = len(_RICH.binary)
    asset = open_asset(glb(root, bytes(_RICH.binary)))
    assert asset.model(variant="a", time_s=0.5).triangle_count == 2 + 4 + 2


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes=st.lists(st.tuples(st.sampled_from(_PLACES), _ODD), min_size=1, max_size=3), removed=st.booleans())
def test_json_of_any_wrong_kind_reads_or_says_why(changes: list[tuple[tuple[Any, ...], Any]], removed: bool) -> None:
    root = json.loads(json.dumps(_RICH.root))
    root["buffers"][0]["byteLength"] = len(_RICH.binary)
    del root["materials"][0]["normalTexture"]  # its picture is broken: most changes would stop there
    for place, value in changes:
        parent = root
        try:
            for key in place[:-1]:
                parent = parent[key]
            if removed and isinstance(parent, dict):
                del parent[place[-1]]
            else:
                parent[place[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took it away
    try:
        data = glb(root, bytes(_RICH.binary))
    except ValueError:
        return
    _reads_or_says_why(data)


@settings(max_examples=300, deadline=None)
@given(
    changes=st.lists(st.tuples(st.integers(0, len(_RICH_BYTES) - 1), st.integers(0, 255)), max_size=8),
    length=st.integers(0, len(_RICH_BYTES)),
    cut=st.booleans(),
)
def test_bytes_changed_anywhere_read_or_say_why(changes: list[tuple[int, int]], length: int, cut: bool) -> None:
    data = bytearray(_RICH_BYTES)
    for place, value in changes:
        data[place] = value
    _reads_or_says_why(bytes(data[:length] if cut else data))


@pytest.mark.parametrize(
    "text", [b"[" * 100_000, b'{"a":' * 50_000, b'{"asset":{"version":"2.0"},"x":1e999}', b"\0" * 64]
)
def test_json_bombs_are_refused(text: bytes) -> None:
    with pytest.raises(ModelFileError):
        open_asset(text).model()
