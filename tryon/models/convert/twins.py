"""Twin branches of a network, run as one.

The attention mesh looks at the lips and at each eye with networks of one and the same make but other weights, and at
2×2 to 16×16 features each of their hundred operators costs more to start than to compute. Here twins are laid side by
side as channels: three (later five) depthwise convolutions become one, pointwise ones become one with groups, and so
on. The numbers are the same; the attention mesh takes a tenth less time on one CPU core.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tryon.models.convert.activation import prelu
from tryon.models.convert.convolution import convolve, pool
from tryon.models.convert.graph import Graph
from tryon.models.convert.schema import Operator

_SEED = "TransformTensorBilinear"  # where twins begin: one crop each out of common features
_MERGED = ("CONV_2D", "DEPTHWISE_CONV_2D", "ADD", "PRELU", "MAX_POOL_2D", "PAD")
_FUSED_AT = {"CONV_2D": 3, "DEPTHWISE_CONV_2D": 4, "ADD": 0, "MAX_POOL_2D": 5}  # slot of the fused activation


class Twins:
    """Emits runs of twin operators as one each, and takes the twins apart again where something else reads them."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        # Where a TFLite tensor lies: a value of equal slices along the channels, and which slice of it.
        self._slices: dict[int, tuple[tuple[int, ...], int]] = {}
        self._values: dict[tuple[int, ...], str] = {}

    def runs(self, operators: Sequence[Operator]) -> Iterator[list[Operator]]:
        """The operators by their distance from the input, those of one distance and one make together."""
        depth: dict[int, int] = {}
        keyed = []
        for operator in operators:
            below = 1 + max((depth.get(tensor, 0) for tensor in operator.inputs), default=0)
            depth.update(dict.fromkeys(operator.outputs, below))
            shapes = [self._graph.shape(tensor) for tensor in operator.inputs + operator.outputs if tensor >= 0]
            keyed.append(((below, operator.name, shapes), operator))
        for _, run in itertools.groupby(sorted(keyed, key=itemgetter(0)), key=itemgetter(0)):
            yield [operator for _, operator in run]

    def emit(self, run: Sequence[Operator]) -> bool:
        """Emit a run as one operator; False when these are no twins and nothing was done."""
        first = run[0]
        if len(run) < 2 or first.name not in _MERGED or (first.name in _FUSED_AT and first.flag(_FUSED_AT[first.name])):
            return False
        sides = [[operator.inputs[0] for operator in run]]
        if first.name == "ADD":
            sides.append([operator.inputs[1] for operator in run])
        if not all(tensor in self._slices for side in sides for tensor in side):
            return False
        inputs = [self._side_by_side(side) for side in sides]
        self._file([operator.outputs[0] for operator in run], self._merged(run, inputs))
        return True

    def begin(self, run: Sequence[Operator]) -> None:
        """Lay the outputs of a run of emitted crops side by side, if it is one."""
        if len(run) > 1 and run[0].name == _SEED:
            tensors = [operator.outputs[0] for operator in run]
            parts = [self._graph.value(tensor) for tensor in tensors]
            self._file(tensors, self._graph.add("Concat", parts, axis=1))

    def release(self, operator: Operator) -> None:
        """Make sure that the operator finds its inputs as values of their own."""
        for tensor in operator.inputs:
            if tensor in self._slices and not self._graph.computed(tensor):
                together, _ = self._slices[tensor]
                names = self._graph.split(self._values[together], len(together))
                for member, name in zip(together, names, strict=True):
                    self._graph.bind(member, name)

    def _file(self, tensors: Sequence[int], name: str) -> None:
        together = tuple(tensors)
        self._values[together] = name
        for index, tensor in enumerate(together):
            self._slices[tensor] = (together, index)

    def _side_by_side(self, tensors: Sequence[int]) -> str:
        """The value that holds these tensors in this order; gathered where branches part."""
        wanted = tuple(tensors)
        if wanted in self._values:
            return self._values[wanted]
        together, _ = self._slices[wanted[0]]
        channels = self._graph.shape(wanted[0])[3]
        index = np.concatenate([self._slices[tensor][1] * channels + np.arange(channels) for tensor in wanted])
        name = self._graph.add("Gather", [self._values[together], self._graph.integers(index)], axis=1)
        self._values[wanted] = self._graph.blocked(name, len(index))
        return self._values[wanted]

    def _merged(self, run: Sequence[Operator], inputs: Sequence[str]) -> str:
        first, graph = run[0], self._graph
        if first.name == "ADD":
            return graph.add("Add", list(inputs))
        if first.name == "PRELU":
            return prelu(graph, inputs[0], np.concatenate([self._slopes(operator) for operator in run]))
        if first.name == "PAD":
            before, after = graph.weight(first.inputs[1])[3]
            channels = graph.shape(first.inputs[0])[3]
            copy = np.eye(before + channels + after, channels, k=-before, dtype=np.float32)[..., None, None]
            weights = graph.constant(np.tile(copy, (len(run), 1, 1, 1)))
            return graph.add("Conv", [inputs[0], weights], group=len(run), kernel_shape=[1, 1])
        if first.name == "MAX_POOL_2D":
            return pool(graph, first, inputs[0])
        return self._convolved(run, inputs[0])

    def _slopes(self, operator: Operator) -> NDArray[np.float32]:
        slopes = self._graph.weight(operator.inputs[1]).reshape(-1)
        return np.broadcast_to(slopes, self._graph.shape(operator.inputs[0])[3]).astype(np.float32)

    def _convolved(self, run: Sequence[Operator], name: str) -> str:
        axes = (3, 0, 1, 2) if run[0].name == "DEPTHWISE_CONV_2D" else (0, 3, 1, 2)
        weights: list[NDArray[Any]] = [self._graph.weight(operator.inputs[1]).transpose(axes) for operator in run]
        biases = [self._graph.optional_weight(operator.inputs, 2) for operator in run]
        groups = len(run) * (self._graph.shape(run[0].inputs[0])[3] // weights[0].shape[1])
        known = [bias for bias in biases if bias is not None]
        bias = np.concatenate(known) if len(known) == len(run) else None
        return convolve(self._graph, run[0], name, np.concatenate(weights), bias, groups)
