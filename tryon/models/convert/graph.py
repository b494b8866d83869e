"""The ONNX graph under construction: nodes, weights, and which value stands for which TFLite tensor.

Rank-4 activations are kept in NCHW, the layout the CPU and CUDA kernels are fast in; every other rank keeps its
TFLite order. Inputs and outputs of the finished model are in TFLite's own order (NHWC).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

from tryon.errors import ModelError
from tryon.models.convert.schema import Model

NCHW_FROM_NHWC = (0, 3, 1, 2)
NHWC_FROM_NCHW = (0, 2, 3, 1)


class Graph:
    """Collects ONNX nodes; value names are unique, weights become initializers."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.nodes: list[NodeProto] = []
        self.initializers: list[TensorProto] = []
        self._names: dict[int, str] = {}
        self._weights: dict[int, NDArray[Any]] = {}

    def add(self, operator: str, inputs: Sequence[str], **attributes: Any) -> str:  # ONNX attributes are untyped
        """Append a node with one output; its name."""
        name = f"{operator}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], name=name, **attributes))
        return name

    def split(self, name: str, parts: int) -> list[str]:
        """An NCHW value cut into equal slices along the channels; their names."""
        names = [f"Split_{len(self.nodes)}_{part}" for part in range(parts)]
        self.nodes.append(helper.make_node("Split", [name], names, name=f"Split_{len(self.nodes)}", axis=1))
        return names

    def constant(self, value: ArrayLike, dtype: type[np.generic] = np.float32) -> str:
        """File an array as a weight; its name. A scalar stays a scalar."""
        name = f"weight_{len(self.initializers)}"
        # order="C" copies without promoting a scalar to one dimension, as np.ascontiguousarray would.
        self.initializers.append(numpy_helper.from_array(np.array(value, dtype=dtype, order="C"), name))
        return name

    def integers(self, values: ArrayLike) -> str:
        """File indices, axes or a shape."""
        return self.constant(values, np.int64)

    def shape(self, tensor: int) -> tuple[int, ...]:
        """Shape of a TFLite tensor, in TFLite's order."""
        return self.model.tensors[tensor].shape

    def rank(self, tensor: int) -> int:
        """Number of dimensions of a TFLite tensor."""
        return len(self.shape(tensor))

    def bind(self, tensor: int, name: str) -> None:
        """Say that the ONNX value `name` stands for a TFLite tensor."""
        self._names[tensor] = name

    def bind_weight(self, tensor: int, value: NDArray[Any]) -> None:
        """Say that a TFLite tensor is this weight (dequantized or densified)."""
        self._weights[tensor] = value

    def computed(self, tensor: int) -> bool:
        """True for a tensor computed at run time, False for a weight."""
        return tensor in self._names

    def weight(self, tensor: int) -> NDArray[Any]:
        """Values of a weight in TFLite's order.

        Raises:
            ModelError: The tensor is computed at run time.
        """
        value = self._weights.get(tensor, self.model.tensors[tensor].value)
        if value is None:
            name = self.model.tensors[tensor].name
            raise ModelError(f"Expected '{name}' to be a weight, but it is computed at run time; use another model.")
        return value

    def optional_weight(self, inputs: Sequence[int], position: int) -> NDArray[Any] | None:
        """The weight at `position` of an operator's inputs, or None when it is omitted."""
        return self.weight(inputs[position]) if len(inputs) > position and inputs[position] >= 0 else None

    def value(self, tensor: int, rank: int = 4) -> str:
        """ONNX value of a TFLite tensor; a weight is filed so that it broadcasts against `rank` dimensions."""
        if tensor in self._names:
            return self._names[tensor]
        weight = self.weight(tensor)
        if rank == 4 and weight.ndim > 0:
            full = weight.reshape((1,) * (4 - weight.ndim) + weight.shape)
            weight = full.transpose(NCHW_FROM_NHWC)
        return self.constant(weight)

    def blocked(self, name: str, channels: int) -> str:
        """A copy of an NCHW value in the blocked layout of ONNX Runtime's convolutions, made by one that copies.

        After an operator that has no kernel for that layout, every residual sum to come would otherwise run in plain
        layout, with a reordering on each side.
        """
        ones = self.constant(np.ones((channels, 1, 1, 1)))
        return self.add("Conv", [name, ones], group=channels, kernel_shape=[1, 1])

    def channels_last(self, tensor: int) -> str:
        """ONNX value of a TFLite tensor in TFLite's own order."""
        name = self.value(tensor, self.rank(tensor))
        return self.add("Transpose", [name], perm=NHWC_FROM_NCHW) if self.rank(tensor) == 4 else name

    def channels_first(self, name: str) -> str:
        """An NHWC value as NCHW."""
        return self.add("Transpose", [name], perm=NCHW_FROM_NHWC)

    def axis(self, axis: int, rank: int) -> int:
        """Where a TFLite axis lies in the layout kept here."""
        axis %= rank
        return NHWC_FROM_NCHW[axis] if rank == 4 else axis
