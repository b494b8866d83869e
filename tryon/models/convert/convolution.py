"""Convolutions, transposed convolutions, pooling and the fully connected layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tryon.models.convert.activation import fused
from tryon.models.convert.graph import Graph
from tryon.models.convert.schema import Operator
from tryon.models.convert.table import emits

_SAME = 0


@emits("CONV_2D")
def _convolution(graph: Graph, operator: Operator) -> str:
    weight = graph.weight(operator.inputs[1])  # (out, height, width, in per group)
    groups = graph.shape(operator.inputs[0])[3] // weight.shape[3]
    name = _conv(graph, operator, weight.transpose(0, 3, 1, 2), groups)
    return fused(graph, name, operator.flag(3))


@emits("DEPTHWISE_CONV_2D")
def _depthwise(graph: Graph, operator: Operator) -> str:
    weight = graph.weight(operator.inputs[1])  # (1, height, width, out)
    name = _conv(graph, operator, weight.transpose(3, 0, 1, 2), graph.shape(operator.inputs[0])[3])
    return fused(graph, name, operator.flag(4))


def _conv(graph: Graph, operator: Operator, weight: NDArray[Any], groups: int) -> str:
    bias = graph.optional_weight(operator.inputs, 2)
    return convolve(graph, operator, graph.value(operator.inputs[0]), weight, bias, groups)


def convolve(
    graph: Graph, operator: Operator, name: str, weight: NDArray[Any], bias: NDArray[Any] | None, groups: int
) -> str:
    """A convolution of the value `name` with (out, in per group, height, width) weights, stepped as the operator is."""
    kernel, strides = weight.shape[2:], (operator.option(2, 1), operator.option(1, 1))  # the same slots in both kinds
    at = 6 if operator.name == "DEPTHWISE_CONV_2D" else 5
    dilations = (operator.option(at, 1), operator.option(at - 1, 1))
    return graph.add(
        "Conv",
        [name, graph.constant(weight)] + ([] if bias is None else [graph.constant(bias)]),
        kernel_shape=kernel,
        strides=strides,
        dilations=dilations,
        group=groups,
        pads=_pads(graph, operator, kernel, strides, dilations),
    )


@emits("TRANSPOSE_CONV")
def _transposed(graph: Graph, operator: Operator) -> str:
    _, tensor = operator.inputs[1:3]
    strides = (operator.option(2, 1), operator.option(1, 1))
    weight = graph.weight(operator.inputs[1])
    name = _conv_transpose(graph, operator, tensor, weight, strides, operator.flag(0) == _SAME, bias_at=3)
    return fused(graph, name, operator.flag(3))


@emits("Convolution2DTransposeBias")
def _transposed_with_bias(graph: Graph, operator: Operator) -> str:
    # MediaPipe's custom operator; its option blob is empty in these files, so the stride comes from the shapes.
    tensor = operator.inputs[0]
    before, after = graph.shape(tensor), graph.shape(operator.outputs[0])
    strides = (after[1] // before[1], after[2] // before[2])
    return _conv_transpose(graph, operator, tensor, graph.weight(operator.inputs[1]), strides, True, bias_at=2)


def _conv_transpose(
    graph: Graph,
    operator: Operator,
    tensor: int,
    weight: NDArray[Any],  # (out, height, width, in)
    strides: tuple[int, int],
    same: bool,
    *,
    bias_at: int,
) -> str:
    kernel, before, after = weight.shape[1:3], graph.shape(tensor)[1:3], graph.shape(operator.outputs[0])[1:3]
    spare = [
        max((size - 1) * stride + taps - result, 0) if same else 0
        for size, stride, taps, result in zip(before, strides, kernel, after, strict=True)
    ]
    return graph.add(
        "ConvTranspose",
        [graph.value(tensor), *_weights(graph, operator, weight.transpose(3, 0, 1, 2), bias_at)],
        kernel_shape=kernel,
        strides=strides,
        pads=[spare[0] // 2, spare[1] // 2, spare[0] - spare[0] // 2, spare[1] - spare[1] // 2],
    )


@emits("MAX_POOL_2D", "AVERAGE_POOL_2D")
def _pool(graph: Graph, operator: Operator) -> str:
    name = pool(graph, operator, graph.value(operator.inputs[0]))
    return fused(graph, name, operator.flag(5))


def pool(graph: Graph, operator: Operator, name: str) -> str:
    """The value `name` pooled as the operator pools."""
    kernel, strides = (operator.option(4), operator.option(3)), (operator.option(2), operator.option(1))
    if operator.name == "AVERAGE_POOL_2D" and kernel == graph.shape(operator.inputs[0])[1:3]:
        return graph.add("GlobalAveragePool", [name])
    onnx_name = "MaxPool" if operator.name == "MAX_POOL_2D" else "AveragePool"
    pads = _pads(graph, operator, kernel, strides, (1, 1))
    return graph.add(onnx_name, [name], kernel_shape=kernel, strides=strides, pads=pads)


@emits("FULLY_CONNECTED")
def _fully_connected(graph: Graph, operator: Operator) -> str:
    weight = graph.weight(operator.inputs[1])  # (out, in)
    rows = graph.add("Reshape", [graph.channels_last(operator.inputs[0]), graph.integers([-1, weight.shape[1]])])
    name = graph.add("Gemm", [rows, *_weights(graph, operator, weight, 2)], transB=1)
    result = graph.shape(operator.outputs[0])
    if len(result) == 4:
        name = graph.add("Reshape", [name, graph.integers([-1, result[3], result[1], result[2]])])
    return fused(graph, name, operator.flag(0))


def _weights(graph: Graph, operator: Operator, weight: NDArray[Any], bias_at: int) -> list[str]:
    bias = graph.optional_weight(operator.inputs, bias_at)
    return [graph.constant(weight)] + ([] if bias is None else [graph.constant(bias)])


def _pads(
    graph: Graph,
    operator: Operator,
    kernel: Sequence[int],
    strides: Sequence[int],
    dilations: Sequence[int],
) -> list[int]:
    """Explicit top, left, bottom, right padding; TFLite's SAME puts the odd pixel at the end."""
    if operator.flag(0) != _SAME:
        return [0, 0, 0, 0]
    before, after = graph.shape(operator.inputs[0])[1:3], graph.shape(operator.outputs[0])[1:3]
    total = np.maximum(
        (np.array(after) - 1) * strides + (np.array(kernel) - 1) * np.array(dilations) + 1 - np.array(before), 0
    )
    first = total // 2
    return [int(pad) for pad in (*first, *(total - first))]
