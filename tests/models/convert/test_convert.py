import numpy as np
import onnx
import pytest

from tryon import models
from tryon.errors import ModelError
from tryon.models.convert.convert import tflite_to_onnx
from tryon.models.manifest import Output, manifest


@pytest.fixture(scope="module")
def published(models_ready):
    """The smallest published file."""
    model = manifest().model("face_detector_short")
    return (models.where() / "sources" / model.sha256).read_bytes()


@pytest.mark.parametrize("content", [b"", b"TFL3", b"<html>not found</html>", bytes(1000)])
def test_something_else_is_not_a_model(content):
    with pytest.raises(ModelError, match="TFLite"):
        tflite_to_onnx(content)


@pytest.mark.parametrize("seed", range(60))
def test_a_cut_or_scrambled_file_is_refused_in_one_sentence_or_converted(published, seed):
    random = np.random.default_rng(seed)
    broken = bytearray(published)
    for at in random.integers(8, 6000, size=random.integers(0, 4)):  # the tables; what follows is mostly weights
        broken[at] = random.integers(256)
    if seed % 3 == 0:
        del broken[int(random.integers(8, len(broken))) :]
    try:
        tflite_to_onnx(bytes(broken))
    except ModelError as error:
        assert "\n" not in str(error)  # noqa: PT017  # either outcome is right, a crash is not


def test_the_same_file_converts_to_the_same_bytes(published):
    assert tflite_to_onnx(published) == tflite_to_onnx(published)


def test_outputs_are_named_and_shaped_as_asked(published):
    wanted = (Output("boxes", (896, 16)), Output("scores", (896,)))
    graph = onnx.load_from_string(tflite_to_onnx(published, outputs=wanted)).graph
    dims = {
        output.name: [d.dim_param or d.dim_value for d in output.type.tensor_type.shape.dim] for output in graph.output
    }
    assert dims == {"boxes": ["batch", 896, 16], "scores": ["batch", 896]}


@pytest.mark.parametrize(
    "wanted", [(Output("boxes", (896, 16)),), (Output("boxes", (896, 15)), Output("scores", (896,)))]
)
def test_outputs_that_do_not_fit_are_refused(published, wanted):
    with pytest.raises(ModelError, match=r"[Oo]utput"):
        tflite_to_onnx(published, outputs=wanted)


def test_no_model_keeps_the_slow_prelu_kernel(models_ready):
    for model in manifest().models.values():
        if model.kind == "tflite":
            graph = onnx.load(models.path(model.name), load_external_data=False).graph
            assert not any(node.op_type == "PRelu" for node in graph.node), model.name


def test_every_network_takes_any_batch(models_ready):
    for model in manifest().models.values():
        if model.kind == "tflite":
            graph = onnx.load(models.path(model.name), load_external_data=False).graph
            for value in (*graph.input, *graph.output):
                assert value.type.tensor_type.shape.dim[0].dim_param == "batch", (model.name, value.name)
