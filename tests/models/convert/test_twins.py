"""Twin branches run as one give the numbers they give alone."""

import numpy as np
import onnx
import onnxruntime
import pytest

from tryon import models
from tryon.models.convert import twins
from tryon.models.convert.convert import tflite_to_onnx
from tryon.models.manifest import manifest


@pytest.fixture(scope="module")
def attention(models_ready):
    model = manifest().model("face_mesh_attention")
    return (models.where() / "sources" / model.sha256).read_bytes(), model.outputs


def results(content, batch):
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    return session.run(None, {"image": batch})


def test_merged_lips_and_eyes_equal_separate_ones(attention, monkeypatch):
    merged = tflite_to_onnx(attention[0], outputs=attention[1])
    monkeypatch.setattr(twins, "_MERGED", ())
    separate = tflite_to_onnx(attention[0], outputs=attention[1])
    batch = np.random.default_rng(3).random((2, 192, 192, 3)).astype(np.float32)
    for together, alone in zip(results(merged, batch), results(separate, batch), strict=True):
        np.testing.assert_allclose(together, alone, atol=1e-3)  # crop pixels
    nodes = [len(onnx.load_from_string(content).graph.node) for content in (merged, separate)]
    assert nodes[0] < 0.7 * nodes[1]


def test_a_network_without_twins_keeps_every_operator(models_ready, monkeypatch):
    model = manifest().model("face_detector_short")
    content = (models.where() / "sources" / model.sha256).read_bytes()
    merged = onnx.load_from_string(tflite_to_onnx(content, outputs=model.outputs))
    monkeypatch.setattr(twins, "_MERGED", ())
    separate = onnx.load_from_string(tflite_to_onnx(content, outputs=model.outputs))
    assert [node.op_type for node in merged.graph.node] == [node.op_type for node in separate.graph.node]
