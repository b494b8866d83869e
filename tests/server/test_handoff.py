"""What phones get: the same product at the same true size as GLB and as USDZ."""

from __future__ import annotations

import io
import json
import struct

import numpy as np
import pytest

pytest.importorskip("fastapi")
pytest.importorskip("trimesh")

import trimesh

from tryon import catalog
from tryon.catalog.kinds import PLACED

_PLACED = [name for name in catalog.names() if catalog.load(name).kind in PLACED]


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("TRYON_HOME", str(tmp_path))


@pytest.mark.parametrize("name", _PLACED)
def test_the_glb_is_as_large_as_sold_for_another_reader_too(client, name):
    answer = client.get(f"/api/products/{name}/model.glb")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "model/gltf-binary"
    scene = trimesh.load(io.BytesIO(answer.content), file_type="glb")
    assert np.abs(scene.extents - catalog.load(name).size_m).max() < 0.001


def test_the_glb_asks_for_nothing_scene_viewer_lacks(client):
    data = client.get("/api/products/sofa/model.glb").content
    head = json.loads(data[20 : 20 + struct.unpack_from("<I", data, 12)[0]])
    assert head.get("extensionsRequired", []) == []
    assert "KHR_mesh_quantization" not in head.get("extensionsUsed", [])
    assert {image["mimeType"] for image in head["images"]} <= {"image/jpeg", "image/png"}


def test_the_usdz_is_served_as_quick_look_wants_it(client):
    pytest.importorskip("pxr")
    answer = client.get("/api/products/sofa/model.usdz", params={"variant": "Ochre"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "model/vnd.usdz+zip"
    assert answer.headers["content-disposition"] == 'inline; filename="sofa.usdz"'
    assert answer.content[:4] == b"PK\x03\x04"


def test_a_file_is_written_once(client, monkeypatch):
    first = client.get("/api/products/rug/model.glb").content
    monkeypatch.setattr(catalog, "open_model", lambda *_, **__: pytest.fail("written again"))
    assert client.get("/api/products/rug/model.glb").content == first


@pytest.mark.parametrize("path", ["nothing/model.glb", "nothing/model.usdz", "..%2F..%2Fetc/model.glb"])
def test_an_unknown_product_is_not_found(client, path):
    answer = client.get(f"/api/products/{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("variant", ["Plaid", "../../x", "x" * 200, ""])
def test_an_unknown_finish_is_refused(client, variant):
    assert client.get("/api/products/sofa/model.usdz", params={"variant": variant}).status_code in (404, 422)
