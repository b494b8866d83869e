"""Activations, fused and free-standing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ModelError
from tryon.models.convert.graph import Graph
from tryon.models.convert.schema import Operator
from tryon.models.convert.table import emits

_NONE, _RELU, _RELU_N1_TO_1, _RELU6 = range(4)
_BOUNDS = {_RELU_N1_TO_1: (-1.0, 1.0), _RELU6: (0.0, 6.0)}


def fused(graph: Graph, name: str, kind: int) -> str:
    """`name` after the activation a TFLite operator carries inside itself."""
    if kind == _NONE:
        return name
    if kind == _RELU:
        return graph.add("Relu", [name])
    if kind in _BOUNDS:
        low, high = _BOUNDS[kind]
        return graph.add("Clip", [name, graph.constant(low), graph.constant(high)])
    raise ModelError(f"Fused activation {kind} is not converted; use another model or report it.")


@emits("RELU6")
def _relu6(graph: Graph, operator: Operator) -> str:
    return fused(graph, graph.value(operator.inputs[0], graph.rank(operator.inputs[0])), _RELU6)


@emits("SOFTMAX")
def _softmax(graph: Graph, operator: Operator) -> str:
    rank = graph.rank(operator.inputs[0])
    return graph.add("Softmax", [graph.value(operator.inputs[0], rank)], axis=graph.axis(-1, rank))


@emits("PRELU")
def _prelu(graph: Graph, operator: Operator) -> str:
    tensor, slopes = operator.inputs[0], graph.weight(operator.inputs[1])
    channels = graph.shape(tensor)[-1]
    if slopes.size not in (1, channels):
        raise ModelError(f"PRelu has {slopes.size} slopes for {channels} channels; only one a channel is converted.")
    return prelu(graph, graph.value(tensor), np.broadcast_to(slopes.reshape(-1), channels).astype(np.float32))


def prelu(graph: Graph, x: str, slope: NDArray[np.float32]) -> str:
    """PRelu without the PRelu kernel, which took two thirds of the mesh's time on ONNX Runtime's CPU provider.

    With slope a, PRelu(x) = x + max(0, −(1−a)·x) where a ≤ 1, and x + (1−a)·max(0, −x) for any a. The products are
    1×1 depthwise convolutions because those stay in the blocked layout the convolutions around them use.
    Source: our derivation; measured in FACTS.md (attention mesh 63–68 % of its time in PRelu before).

    Args:
        slope: One per channel.
    """
    if slope.max() <= 1:
        return graph.add("Add", [graph.add("Relu", [_scaled(graph, x, slope - 1)]), x])
    negative = graph.add("Relu", [_scaled(graph, x, -np.ones_like(slope))])
    return graph.add("Add", [_scaled(graph, negative, 1 - slope), x])


def _scaled(graph: Graph, name: str, factors: NDArray[np.float32]) -> str:
    weights = graph.constant(factors.reshape(-1, 1, 1, 1))
    return graph.add("Conv", [name, weights], group=len(factors), kernel_shape=[1, 1])
