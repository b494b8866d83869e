"""Element-wise arithmetic and reductions."""

from __future__ import annotations

from tryon.models.convert.activation import fused
from tryon.models.convert.graph import Graph
from tryon.models.convert.schema import Operator
from tryon.models.convert.table import emits

_UNARY = {"RELU": "Relu", "LOGISTIC": "Sigmoid", "HARD_SWISH": "HardSwish", "NEG": "Neg", "SQRT": "Sqrt"}
_BINARY = {"ADD": "Add", "SUB": "Sub", "MUL": "Mul", "DIV": "Div"}


@emits(*_UNARY)
def _unary(graph: Graph, operator: Operator) -> str:
    return graph.add(_UNARY[operator.name], [_first(graph, operator)])


@emits(*_BINARY)
def _binary(graph: Graph, operator: Operator) -> str:
    name, bounded = _pair(graph, operator, _BINARY[operator.name]), operator.flag(0) > 1
    if bounded and graph.rank(operator.outputs[0]) == 4:
        name = graph.blocked(name, graph.shape(operator.outputs[0])[3])
    return fused(graph, name, operator.flag(0))


@emits("RSQRT")
def _reciprocal_root(graph: Graph, operator: Operator) -> str:
    return graph.add("Reciprocal", [graph.add("Sqrt", [_first(graph, operator)])])


@emits("SQUARE")
def _square(graph: Graph, operator: Operator) -> str:
    x = _first(graph, operator)
    return graph.add("Mul", [x, x])


@emits("SQUARED_DIFFERENCE")
def _squared_difference(graph: Graph, operator: Operator) -> str:
    difference = _pair(graph, operator, "Sub")
    return graph.add("Mul", [difference, difference])


@emits("DEQUANTIZE", "DENSIFY")
def _widened(graph: Graph, operator: Operator) -> None:
    # Weights are widened and densified when read, so both operators only rename them.
    graph.bind_weight(operator.outputs[0], graph.weight(operator.inputs[0]))


@emits("MEAN")
def _mean(graph: Graph, operator: Operator) -> str:
    x, axes, keep = _reduction(graph, operator)
    if keep and sorted(axes) == [2, 3] and graph.rank(operator.inputs[0]) == 4:
        return graph.add("GlobalAveragePool", [x])
    return graph.add("ReduceMean", [x], axes=axes, keepdims=keep)  # opset 17: axes are an attribute


@emits("SUM")
def _sum(graph: Graph, operator: Operator) -> str:
    x, axes, keep = _reduction(graph, operator)
    return graph.add("ReduceSum", [x, graph.integers(axes)], keepdims=keep)


def _reduction(graph: Graph, operator: Operator) -> tuple[str, list[int], int]:
    """Value, axes in its layout, and whether the axes stay as ones."""
    tensor, keep = operator.inputs[0], operator.flag(0)
    rank = graph.rank(tensor)
    axes = [int(axis) % rank for axis in graph.weight(operator.inputs[1]).reshape(-1)]
    if rank == 4 and not keep:  # the result has no channel-first layout any more
        return graph.channels_last(tensor), axes, keep
    return graph.value(tensor, rank), [graph.axis(axis, rank) for axis in axes], keep


def _first(graph: Graph, operator: Operator) -> str:
    return graph.value(operator.inputs[0], graph.rank(operator.inputs[0]))


def _pair(graph: Graph, operator: Operator, onnx_name: str) -> str:
    rank = graph.rank(operator.outputs[0])
    return graph.add(onnx_name, [graph.value(tensor, rank) for tensor in operator.inputs])
