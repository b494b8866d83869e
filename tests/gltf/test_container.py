"""GLB chunks, JSON, buffers and URIs: each fault is named in one sentence."""

from __future__ import annotations

import base64
import json
import struct
from pathlib import Path

import pytest

from tryon.errors import ModelFileError, SourceMissingError
from tryon.gltf import Limits, read

from .conftest import Quad, glb


def _refused(data: bytes | Path, pattern: str, **limits: int) -> None:
    with pytest.raises(ModelFileError, match=pattern):
        read(data, limits=Limits(**limits))


def test_a_cut_glb_is_refused_with_both_lengths(quad: Quad) -> None:
    data = quad.glb()
    _refused(
        data[:-40], rf"expected {len(data)} bytes as its header says, got {len(data) - 40} bytes; the file is cut off"
    )


def test_bytes_after_the_end_are_noted(quad: Quad) -> None:
    model = read(quad.glb() + b"tail")
    assert model.notes == ("4 bytes after the end that the GLB header states were left out.",)


def test_a_chunk_longer_than_the_file_is_refused(quad: Quad) -> None:
    data = bytearray(quad.glb())
    struct.pack_into("<I", data, 12, 2**31)
    _refused(bytes(data), "chunk 0: expected 2147483648 bytes")


def test_version_1_is_refused_by_its_version(quad: Quad) -> None:
    quad.root["asset"]["version"] = "1.0"
    _refused(quad.glb(), r"expected glTF version 2, got version '1.0'; export the model as glTF 2.0")


def test_a_file_that_is_no_gltf_is_called_what_it_is(tmp_path: Path) -> None:
    for data, name in (
        (b"\xff\xd8\xff\xe0" + b"\0" * 40, "JPEG"),
        (b"PK\3\4" + b"\0" * 40, "zip"),
        (b"# obj\nv 0 0 0\n", "OBJ"),
    ):
        path = tmp_path / "thing.glb"
        path.write_bytes(data)
        _refused(path, rf"thing.glb: expected a glTF 2.0 file \(.glb or .gltf\), got .*{name}")
    _refused(b"", "got an empty file")
    with pytest.raises(SourceMissingError, match=r"No model file at .*gone.glb"):
        read(tmp_path / "gone.glb")
    with pytest.raises(SourceMissingError):
        read(tmp_path)


def test_a_required_extension_that_is_unknown_is_refused_by_name(quad: Quad) -> None:
    quad.root["extensionsRequired"] = ["EXT_holograms"]
    _refused(quad.glb(), "only extensions this reader knows, got required EXT_holograms")


def test_a_used_extension_that_is_unknown_is_noted(quad: Quad) -> None:
    quad.root["extensionsUsed"] = ["EXT_holograms", "KHR_materials_sheen"]
    assert read(quad.glb()).notes == ("Extension EXT_holograms was left out.",)


@pytest.mark.parametrize(
    "uri",
    [
        "../secret.bin",
        "/etc/passwd",
        "http://a.b/c.bin",
        "file:///etc/passwd",
        "%2e%2e/secret.bin",
        "a\\..\\b",
        "C:/x",
        "",
    ],
)
def test_a_uri_out_of_the_folder_is_refused(quad: Quad, tmp_path: Path, uri: str) -> None:
    inside = tmp_path / "model"
    inside.mkdir()
    (tmp_path / "secret.bin").write_bytes(bytes(quad.binary))
    quad.root["buffers"] = [{"uri": uri, "byteLength": len(quad.binary)}]
    path = inside / "quad.gltf"
    path.write_text(json.dumps(quad.root))
    _refused(path, r"expected a file inside the model's own folder, got .*; export as GLB")


def test_a_link_out_of_the_folder_is_refused(quad: Quad, tmp_path: Path) -> None:
    inside = tmp_path / "model"
    inside.mkdir()
    (tmp_path / "secret.bin").write_bytes(bytes(quad.binary))
    (inside / "quad.bin").symlink_to(tmp_path / "secret.bin")
    quad.root["buffers"] = [{"uri": "quad.bin", "byteLength": len(quad.binary)}]
    (inside / "quad.gltf").write_text(json.dumps(quad.root))
    _refused(inside / "quad.gltf", "which leads out")


def test_files_beside_the_model_and_data_uris_are_read(quad: Quad, tmp_path: Path) -> None:
    size = len(quad.binary)
    (tmp_path / "my quad.bin").write_bytes(bytes(quad.binary))
    data_uri = "data:application/octet-stream;base64," + base64.b64encode(bytes(quad.binary)).decode()
    for uri in ("my%20quad.bin", "./my quad.bin", data_uri):
        quad.root["buffers"] = [{"uri": uri, "byteLength": size}]
        (tmp_path / "quad.gltf").write_text(json.dumps(quad.root))
        assert read(tmp_path / "quad.gltf").triangle_count == 2
    assert read(json.dumps(quad.root).encode()).triangle_count == 2
    quad.root["buffers"] = [{"uri": "my quad.bin", "byteLength": size}]
    _refused(json.dumps(quad.root).encode(), "expected everything inside the given bytes")
    quad.root["buffers"] = [{"uri": "data:;base64,A*==", "byteLength": size}]
    _refused(json.dumps(quad.root).encode(), "expected base64 data")


def test_a_missing_or_short_buffer_is_refused(quad: Quad, tmp_path: Path) -> None:
    path = tmp_path / "quad.gltf"
    quad.root["buffers"] = [{"uri": "quad.bin", "byteLength": len(quad.binary)}]
    path.write_text(json.dumps(quad.root))
    _refused(path, r"buffers\[0\]: expected a file beside the model, got no file 'quad.bin'")
    (tmp_path / "quad.bin").write_bytes(bytes(quad.binary[:50]))
    _refused(path, rf"buffers\[0\]: expected {len(quad.binary)} bytes, got 50; the data is cut off")


def test_a_file_above_the_cap_is_refused_before_it_is_read(quad: Quad, tmp_path: Path) -> None:
    path = tmp_path / "huge.glb"
    with path.open("wb") as stream:
        stream.truncate(80 * 2**20)
    _refused(path, r"huge.glb: expected at most 64 MB, got 80.0 MB; compress or simplify the model")
    _refused(quad.glb(), "at most 0 MB", file_bytes=100)


def test_node_faults_are_refused(quad: Quad) -> None:
    quad.root["nodes"] = [{"mesh": 0, "children": [1]}, {"children": [0]}]
    _refused(quad.glb(), "expected a tree of nodes, got a node that is its own ancestor")
    quad.root["nodes"] = [{"mesh": 0}] * 11
    _refused(quad.glb(), r"nodes: expected at most 10, got 11", nodes=10)
    quad.root["nodes"] = [{"mesh": 7}]
    _refused(quad.glb(), r"nodes\[0\].mesh: expected an index from 0 to 0, got 7")
    quad.root["nodes"] = [{"mesh": 0, "rotation": [0, 0, 0, 0]}]
    _refused(quad.glb(), "unit quaternion, got one of length zero")


def test_what_holds_nothing_to_draw_is_refused(quad: Quad) -> None:
    quad.root["buffers"][0]["byteLength"] = len(quad.binary)
    scale = {"mesh": 0, "scale": [0, 0, 0], "name": "flat"}
    for change in ({"nodes": [{}]}, {"scenes": [{}]}, {"nodes": [scale]}):
        _refused(glb(quad.root | change, bytes(quad.binary)), "holds nothing to draw")


def test_a_node_scaled_to_nothing_is_left_out_with_a_note(quad: Quad) -> None:
    quad.root["nodes"] = [{"mesh": 0}, {"mesh": 0, "scale": [0, 0, 0]}]
    quad.root["scenes"][0]["nodes"] = [0, 1]
    model = read(quad.glb())
    assert model.triangle_count == 2
    assert model.notes == ("model.nodes[1] is scaled to nothing and was left out.",)


def test_a_file_without_scenes_shows_its_root_nodes(quad: Quad) -> None:
    del quad.root["scene"], quad.root["scenes"]
    assert read(quad.glb()).triangle_count == 2


def test_embedded_data_does_not_count_as_json_but_junk_does(quad: Quad) -> None:
    padded = bytes(quad.binary) + bytes(100_000)
    uri = "data:;base64," + base64.b64encode(padded).decode()
    quad.root["buffers"] = [{"uri": uri, "byteLength": len(padded)}]
    assert read(json.dumps(quad.root).encode(), limits=Limits(json_bytes=4000)).triangle_count == 2
    quad.root["extras"] = "x" * 5000
    _refused(json.dumps(quad.root).encode(), "of JSON besides embedded data", json_bytes=4000)
