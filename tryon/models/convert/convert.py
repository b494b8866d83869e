"""TFLite bytes in, ONNX bytes out."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence

import onnx
from onnx import TensorProto, ValueInfoProto, helper

from tryon.errors import ModelError
from tryon.models.convert import activation, arithmetic, attention, convolution, layout  # noqa: F401  # fill the table
from tryon.models.convert.graph import Graph
from tryon.models.convert.schema import read_model
from tryon.models.convert.table import EMITTERS
from tryon.models.convert.twins import Twins
from tryon.models.manifest import Output

# The oldest opset with everything used here (GridSample is 16, all of it stable in 17), for old runtimes' sake.
_OPSET = 17
_IR_VERSION = 8
_BATCH = "batch"
_WEIGHTS = ("DEQUANTIZE", "DENSIFY")
# What reading and rebuilding a file with wrong offsets, sizes or values can raise; found by scrambling real files.
_DAMAGE = (struct.error, LookupError, TypeError, ValueError, ArithmeticError, onnx.checker.ValidationError)


def tflite_to_onnx(content: bytes, *, outputs: Sequence[Output] = ()) -> bytes:
    """An ONNX model (opset 17, float32, any batch size) that computes what the TFLite model computes.

    Shapes are the TFLite model's own with the first axis free: the input is `image`, (N, height, width, channels),
    or `input` when it is not an image. Inside, images run channels first.

    Args:
        outputs: Names and shapes for the model's outputs, in its order; its own when empty.

    Raises:
        ModelError: Not a TFLite model, or one with an operator that is not converted.
    """
    try:
        return _converted(content, outputs)
    except _DAMAGE as error:
        reason = " ".join(str(error).split())[:200]
        raise ModelError(f"The TFLite model is damaged ({reason}); pull the file again or pass another one.") from error


def _converted(content: bytes, outputs: Sequence[Output]) -> bytes:
    graph = Graph(read_model(content))
    inputs = [_input(graph, tensor) for tensor in graph.model.inputs]
    _emit(graph)
    results = _outputs(graph, outputs)
    onnx_graph = helper.make_graph(graph.nodes, "tryon", inputs, results, graph.initializers)
    model = helper.make_model(onnx_graph, opset_imports=[helper.make_opsetid("", _OPSET)], producer_name="tryon")
    model.ir_version = _IR_VERSION
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def _emit(graph: Graph) -> None:
    missing = sorted({operator.name for operator in graph.model.operators} - EMITTERS.keys())
    if missing:
        raise ModelError(f"The converter knows no {', '.join(missing)}; use an ONNX file of this model instead.")
    # Weights first, so that nothing stands between operators that may run as one.
    weights = [operator for operator in graph.model.operators if operator.name in _WEIGHTS]
    for operator in weights:
        EMITTERS[operator.name](graph, operator)
    twins = Twins(graph)
    for run in twins.runs([operator for operator in graph.model.operators if operator.name not in _WEIGHTS]):
        if not twins.emit(run):
            for operator in run:
                twins.release(operator)
                name = EMITTERS[operator.name](graph, operator)
                if name is not None:
                    graph.bind(operator.outputs[0], name)
            twins.begin(run)


def _input(graph: Graph, tensor: int) -> ValueInfoProto:
    shape = graph.shape(tensor)
    name = "image" if len(shape) == 4 else "input"
    graph.bind(tensor, graph.channels_first(name) if len(shape) == 4 else name)
    return _value(name, [_BATCH, *shape[1:]])


def _outputs(graph: Graph, wanted: Sequence[Output]) -> list[ValueInfoProto]:
    tensors = graph.model.outputs
    if wanted and len(wanted) != len(tensors):
        names = ", ".join(output.name for output in wanted)
        raise ModelError(f"Expected {len(wanted)} outputs ({names}), but the model has {len(tensors)}.")
    return [_output(graph, tensor, output) for tensor, output in zip(tensors, wanted or _own(graph), strict=True)]


def _own(graph: Graph) -> list[Output]:
    """Names and shapes as the file has them; a file without a batch axis here gains one, see `layout`."""
    tensors = [graph.model.tensors[tensor] for tensor in graph.model.outputs]
    return [Output(tensor.name, tensor.shape[1:] if tensor.shape[:1] == (1,) else tensor.shape) for tensor in tensors]


def _output(graph: Graph, tensor: int, output: Output) -> ValueInfoProto:
    values = math.prod(graph.shape(tensor))
    if math.prod(output.shape) != values:
        raise ModelError(
            f"Output '{output.name}' should have shape {output.shape}, but the model gives {values} values."
        )
    # 0 keeps the batch; with no shape after it, −1 flattens to it.
    shape = graph.integers([0, *output.shape] if output.shape else [-1])
    last = graph.channels_last(tensor)
    graph.nodes.append(helper.make_node("Reshape", [last, shape], [output.name], name=output.name))
    return _value(output.name, [_BATCH, *output.shape])


def _value(name: str, shape: Sequence[int | str | None]) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
