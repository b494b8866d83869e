"""Vertices: accessors of every kind, strips and fans, morphs, skins, instances, mirrors, normals and tangents."""

from __future__ import annotations

import numpy as np
import pytest

from tryon.errors import ModelFileError, ParameterError
from tryon.gltf import Limits, open_asset, read
from tryon.types import Primitive

from .conftest import POSITIONS, Quad


def _only(quad: Quad, **options: str) -> Primitive:
    (primitive,) = read(quad.glb(), **options).primitives
    return primitive


def _area_normals(primitive: Primitive) -> np.ndarray:
    corners = primitive.positions_m[primitive.triangles].astype(float)
    return np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])


def test_normalized_and_plain_integers_are_dequantized(quad: Quad) -> None:
    padded = np.zeros((4, 4), "<i2")
    padded[:, :3] = np.rint(POSITIONS * 16383)
    view = quad.view(padded.tobytes(), byteStride=8)
    fields = {"bufferView": view, "componentType": 5122, "count": 4, "type": "VEC3", "normalized": True}
    quad.root["accessors"].append(fields)
    quad.primitive["attributes"]["POSITION"] = len(quad.root["accessors"]) - 1
    assert _only(quad).positions_m == pytest.approx(POSITIONS * 16383 / 32767, abs=1e-6)
    fields["normalized"] = False
    assert _only(quad).positions_m == pytest.approx(POSITIONS * 16383)


def test_interleaved_vertices_are_read_by_their_stride(quad: Quad) -> None:
    mixed = np.concatenate([POSITIONS, POSITIONS + 7], axis=1).astype("<f4")
    view = quad.view(mixed.tobytes(), byteStride=24)
    fields = {"bufferView": view, "byteOffset": 12, "componentType": 5126, "count": 4, "type": "VEC3"}
    quad.root["accessors"].append(fields)
    quad.primitive["attributes"]["POSITION"] = len(quad.root["accessors"]) - 1
    assert (_only(quad).positions_m == POSITIONS + 7).all()
    fields["byteOffset"] = 16
    with pytest.raises(ModelFileError, match=r"expected 4 elements inside bufferView 4 \(96 bytes\), got 100 bytes"):
        read(quad.glb())


def test_sparse_values_replace_those_of_the_base_or_of_zeros(quad: Quad) -> None:
    where, what = np.array([1, 3], "u1"), np.array([[9, 9, 9], [8, 8, 8]], "<f4")
    sparse = {
        "count": 2,
        "indices": {"bufferView": quad.view(where.tobytes()), "componentType": 5121},
        "values": {"bufferView": quad.view(what.tobytes())},
    }
    base = quad.root["accessors"][quad.primitive["attributes"]["POSITION"]]
    base["sparse"] = sparse
    assert _only(quad).positions_m[[1, 3]] == pytest.approx(what)
    assert _only(quad).positions_m[[0, 2]] == pytest.approx(POSITIONS[[0, 2]])
    del base["bufferView"]
    assert not _only(quad).positions_m[[0, 2]].any()
    del base["sparse"]
    with pytest.raises(
        ModelFileError, match="expected a bufferView or sparse values, got neither, so nothing is stored"
    ):
        read(quad.glb())


def test_strips_and_fans_become_triangles_of_the_same_side(quad: Quad) -> None:
    for mode, order in ((5, [0, 1, 3, 2]), (6, [0, 1, 2, 3])):
        quad.primitive.update(mode=mode, indices=quad.accessor(np.array(order, "u1")))
        primitive = _only(quad)
        assert len(primitive.triangles) == 2
        assert (_area_normals(primitive)[:, 2] > 0).all()


def test_points_and_lines_are_left_out_with_a_note(quad: Quad) -> None:
    quad.root["meshes"][0]["primitives"].append(quad.primitive | {"mode": 1})
    model = read(quad.glb())
    assert model.triangle_count == 2
    assert model.notes == ("model.meshes[0].primitives[1] is made of lines and was left out.",)


def test_indices_out_of_range_and_nan_vertices_are_refused(quad: Quad) -> None:
    good = quad.primitive["indices"]
    quad.primitive["indices"] = quad.accessor(np.array([0, 1, 4], "<u4"))
    with pytest.raises(ModelFileError, match="expected vertex indices below 4, got 4"):
        read(quad.glb())
    quad.primitive["indices"] = good
    bad = POSITIONS.copy()
    bad[2, 1] = np.nan
    quad.primitive["attributes"]["POSITION"] = quad.accessor(bad)
    with pytest.raises(
        ModelFileError, match="expected finite positions, got 1 vertices with NaN or infinity; clean the"
    ):
        read(quad.glb())


def test_nan_in_other_attributes_is_left_out_with_a_note(quad: Quad) -> None:
    quad.primitive["attributes"]["NORMAL"] = quad.accessor(np.full((4, 3), np.nan, "<f4"))
    model = read(quad.glb())
    assert model.primitives[0].normals == pytest.approx(np.tile([0, 0, 1], (6, 1)))
    assert "holds NaN" in model.notes[0]


def test_absent_normals_are_flat_and_vertices_are_not_shared(quad: Quad) -> None:
    quad.primitive["attributes"].pop("NORMAL")
    bent = POSITIONS.copy()
    bent[3] = [0, 1, 1]
    quad.primitive["attributes"]["POSITION"] = quad.accessor(bent)
    primitive = _only(quad)
    assert len(primitive.positions_m) == 6
    expected = _area_normals(primitive)
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    assert primitive.normals == pytest.approx(np.repeat(expected, 3, axis=0), abs=1e-6)


def test_a_mirroring_node_keeps_outside_outside(quad: Quad) -> None:
    quad.node["scale"] = [-1, 2, 1]
    tangents = np.tile(np.array([1, 0, 0, 1], "<f4"), (4, 1))
    quad.primitive["attributes"]["TANGENT"] = quad.accessor(tangents)
    primitive = _only(quad)
    assert (_area_normals(primitive)[:, 2] > 0).all()
    assert primitive.normals == pytest.approx(np.tile([0, 0, 1], (4, 1)))
    bitangent = np.cross(primitive.normals, primitive.tangents[:, :3]) * primitive.tangents[:, 3:]
    assert bitangent == pytest.approx(np.tile([0, 1, 0], (4, 1)))  # up in the picture is still up


def test_normals_stand_upright_under_uneven_scale(quad: Quad) -> None:
    slope = POSITIONS.copy()
    slope[:, 2] = -slope[:, 0]
    quad.primitive["attributes"]["POSITION"] = quad.accessor(slope)
    quad.primitive["attributes"]["NORMAL"] = quad.accessor(
        np.tile(np.array([1, 0, 1], "<f4") / np.sqrt(2), (4, 1)).astype("<f4")
    )
    quad.node.update(scale=[3, 1, 0.5], rotation=[0.5, 0.5, -0.5, 0.5])
    primitive = _only(quad)
    expected = _area_normals(primitive)[0]
    assert primitive.normals[0] == pytest.approx(expected / np.linalg.norm(expected), abs=1e-6)


def test_node_transforms_add_up_from_the_root(quad: Quad) -> None:
    half = np.sqrt(0.5)
    quad.root["nodes"] = [
        {"mesh": 0, "translation": [1, 0, 0]},
        {"children": [0], "rotation": [0, 0, half, half], "scale": [2, 2, 2]},
        {"children": [1], "matrix": [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 5, 1]},
    ]
    quad.root["scenes"][0]["nodes"] = [2]
    x, y = POSITIONS[:, 0], POSITIONS[:, 1]
    expected = np.stack([-2 * y, 2 * (x + 1), np.full(4, 5.0)], axis=1)  # a quarter turn about Z takes x to y
    assert _only(quad).positions_m == pytest.approx(expected, abs=1e-6)


def test_generated_tangents_follow_u_and_split_at_mirrored_halves(quad: Quad, make_png) -> None:
    quad.material["normalTexture"] = {"index": quad.texture(make_png(np.full((2, 2, 3), 128, np.uint8)))}
    primitive = _only(quad)
    assert primitive.tangents == pytest.approx(np.tile([1, 0, 0, 1], (4, 1)), abs=1e-6)
    mirrored = np.array([[0, 1], [1, 1], [1, 0], [2, 0]], "<f4")  # the second triangle reads the picture from behind
    quad.primitive["attributes"]["TEXCOORD_0"] = quad.accessor(mirrored)
    primitive = _only(quad)
    corners = primitive.tangents[primitive.triangles]
    uv = primitive.uv[0][primitive.triangles].astype(float)
    points = primitive.positions_m[primitive.triangles].astype(float)
    for triangle in range(2):
        edges = np.stack([points[triangle, 1] - points[triangle, 0], points[triangle, 2] - points[triangle, 0]])
        steps = np.stack([uv[triangle, 1] - uv[triangle, 0], uv[triangle, 2] - uv[triangle, 0]])
        along_u, along_v = np.linalg.solve(steps, edges)  # dP/du and dP/dv of the flat triangle
        tangent = corners[triangle, 0]
        assert tangent[:3] @ along_u > 0
        assert np.cross([0, 0, 1], tangent[:3]) @ -along_v * tangent[3] > 0  # v runs down, the bitangent up


def test_morph_targets_are_added_by_weight_and_name(quad: Quad) -> None:
    quad.primitive["targets"] = [{"POSITION": quad.accessor(np.tile(np.array([0, 0, 1], "<f4"), (4, 1)))}]
    quad.root["meshes"][0] |= {"weights": [0.25], "extras": {"targetNames": ["raise"]}}
    asset = open_asset(quad.glb())
    assert asset.morphs == ("raise",)
    for morphs, height in ((None, 0.25), ({"raise": 1.0}, 1.0), ([0.5], 0.5), ({}, 0.25)):
        assert asset.model(morphs=morphs).primitives[0].positions_m[:, 2] == pytest.approx(height)
    with pytest.raises(ParameterError, match="has no morph target 'lower'; known: raise"):
        asset.model(morphs={"lower": 1.0})


def test_a_skin_moves_vertices_by_its_joints_and_not_by_the_mesh_node(quad: Quad) -> None:
    quad.primitive["attributes"]["JOINTS_0"] = quad.accessor(np.array([[0, 1, 0, 0]] * 4, "u1"))
    weights = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0.5, 0.5, 0, 0], [0, 2, 0, 0]], "<f4")  # the last is not of sum 1
    quad.primitive["attributes"]["WEIGHTS_0"] = quad.accessor(weights)
    inverse = np.stack([np.eye(4), np.eye(4)])
    inverse[1, 3, :3] = [0, -1, 0]  # column-major: joint 1 rests at y = 1
    matrices = quad.accessor(inverse.astype("<f4"))
    quad.root["skins"] = [{"joints": [1, 2], "inverseBindMatrices": matrices}]
    quad.root["nodes"] = [
        {"mesh": 0, "skin": 0, "translation": [100, 0, 0]},
        {"children": [2]},
        {"translation": [0, 1, 3]},
    ]
    quad.root["scenes"][0]["nodes"] = [0, 1]
    expected = POSITIONS + np.array([[0, 0, 0], [0, 0, 3], [0, 0, 1.5], [0, 0, 3]])
    assert _only(quad).positions_m == pytest.approx(expected, abs=1e-6)


def test_an_animation_poses_nodes_between_and_beyond_its_keys(quad: Quad) -> None:
    half = np.float32(np.sqrt(0.5))
    times = quad.accessor(np.array([1, 3], "<f4"))
    turns = quad.accessor(np.array([[0, 0, 0, 1], [0, 0, half, half]], "<f4"))
    quad.root["animations"] = [
        {
            "name": "turn",
            "channels": [{"sampler": 0, "target": {"node": 0, "path": "rotation"}}],
            "samplers": [{"input": times, "output": turns}],
        }
    ]
    asset = open_asset(quad.glb())
    for time_s, angle in ((0.0, 0.0), (2.0, np.pi / 4), (9.0, np.pi / 2)):
        corner = asset.model(animation="turn", time_s=time_s).primitives[0].positions_m[1]
        assert corner == pytest.approx([2 * np.cos(angle), 2 * np.sin(angle), 0], abs=1e-5)
    with pytest.raises(ParameterError, match="no animation 'spin'; known: turn"):
        asset.model(animation="spin")


def test_instances_become_one_primitive_with_all_copies(quad: Quad) -> None:
    moves = np.array([[0, 0, 0], [0, 5, 0], [0, 0, 7]], "<f4")
    attributes = {"TRANSLATION": quad.accessor(moves)}
    quad.node["extensions"] = {"EXT_mesh_gpu_instancing": {"attributes": attributes}}
    primitive = _only(quad)
    assert len(primitive.triangles) == 6
    assert primitive.positions_m == pytest.approx(np.concatenate([POSITIONS + move for move in moves]))
    assert len(primitive.uv[0]) == 12


def test_three_channel_colors_become_opaque(quad: Quad) -> None:
    quad.primitive["attributes"]["COLOR_0"] = quad.accessor(
        np.array([[255, 0, 51, 0]] * 4, "u1")[:, :3].copy(), normalized=True
    )
    assert _only(quad).colors == pytest.approx(np.tile([1, 0, 0.2, 1], (4, 1)))


def test_too_much_geometry_is_refused_before_memory_is_taken(quad: Quad) -> None:
    indices = quad.root["accessors"][quad.primitive["indices"]]
    indices |= {"count": 12_000_000, "componentType": 5125}
    with pytest.raises(ModelFileError, match="expected at most 2000000 triangles, got 4000000; simplify the model"):
        read(quad.glb())
    indices |= {"count": 6, "componentType": 5123}
    moves = quad.accessor(np.zeros((50, 3), "<f4"))
    quad.node["extensions"] = {"EXT_mesh_gpu_instancing": {"attributes": {"TRANSLATION": moves}}}
    with pytest.raises(ModelFileError, match="at most 99 triangles, got 100"):
        read(quad.glb(), limits=Limits(triangles=99))
    with pytest.raises(ModelFileError, match=r"at most 0 MB of geometry"):
        read(quad.glb(), limits=Limits(geometry_bytes=100))
    empty = {"componentType": 5126, "count": 2**40, "type": "VEC3", "sparse": {}}
    quad.root["accessors"][quad.primitive["attributes"]["POSITION"]] = empty
    with pytest.raises(ModelFileError, match=r"at most 512 MB of geometry, got \d+ MB; simplify the model"):
        read(quad.glb())


def test_a_mirrored_skeleton_keeps_outside_outside(quad: Quad) -> None:
    quad.primitive["attributes"]["JOINTS_0"] = quad.accessor(np.zeros((4, 4), "u1"))
    quad.primitive["attributes"]["WEIGHTS_0"] = quad.accessor(np.tile(np.array([1, 0, 0, 0], "<f4"), (4, 1)))
    quad.root["skins"] = [{"joints": [1]}]
    quad.root["nodes"] = [{"mesh": 0, "skin": 0}, {"scale": [-1, 1, 1]}]
    quad.root["scenes"][0]["nodes"] = [0, 1]
    primitive = _only(quad)
    assert primitive.positions_m[:, 0].min() == -2
    assert (_area_normals(primitive)[:, 2] > 0).all()
    assert primitive.normals == pytest.approx(np.tile([0, 0, 1], (4, 1)))


def test_notes_are_counted_beyond_a_hundred(quad: Quad) -> None:
    quad.root["meshes"][0]["primitives"] += [quad.primitive | {"mode": 1} for _ in range(150)]
    notes = read(quad.glb()).notes
    assert len(notes) == 101
    assert notes[-1] == "50 more notes were left out."
