"""The three custom operators of MediaPipe's attention mesh (version 2), as ordinary ONNX operators.

The mesh network finds the face, then looks again at the lips and at each eye: a similarity transform is fitted to
some of its points, features are sampled under that transform, and the finer points are mapped back. Transforms are
4×4 as in the file: x and y in rows and columns 0 and 1, the shift in column 3, z untouched.
Source: our derivation from the operators' published options; checked point for point against the published face
mesh pipeline by the parity benchmark.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tryon.errors import ModelError
from tryon.models.convert.graph import Graph
from tryon.models.convert.schema import Operator
from tryon.models.convert.table import emits

# (4, 2) and (3, 4): rows and columns that carry a 2×3 similarity inside the 4×4.
_ROWS = np.eye(4, 2)
_COLUMNS = np.eye(4)[[0, 1, 3]]


@emits("Landmarks2TransformMatrix")
def _fit(graph: Graph, operator: Operator) -> str:
    """Transform from a crop's pixels to the network's pixels: the rotated box around a subset of the landmarks.

    The box is turned by the angle of the line from the left to the right rotation point and grown by a scale.
    """
    options = operator.custom_options()
    if abs(options.get("target_rotation_radians", 0.0)) > 1e-9:
        raise ModelError("Landmarks2TransformMatrix is converted for a target rotation of 0 only; use another model.")
    points = _xy(graph, graph.value(operator.inputs[0], 3))  # (N, points, 2)
    axes = _axes(graph, points, options)  # (N, 2, 2), columns are the box's x and y axis
    subset = graph.add("Gather", [points, graph.integers(options["subset_idxs"])], axis=1)
    along = graph.add("MatMul", [subset, axes])
    high = graph.add("ReduceMax", [along], axes=[1], keepdims=1)
    low = graph.add("ReduceMin", [along], axes=[1], keepdims=1)
    middle = graph.add("Mul", [graph.add("Add", [high, low]), graph.constant(0.5)])
    size = np.array([options["output_width"], options["output_height"]])
    grow = np.array([options["scale_x"], options["scale_y"]]) / size
    scale = graph.add("Mul", [graph.add("Sub", [high, low]), graph.constant(grow.reshape(1, 1, 2))])
    linear = graph.add("Mul", [axes, scale])
    # The middle of the box is the middle of the crop: shift = axes · middle − linear · size / 2.
    center = graph.add("MatMul", [axes, graph.add("Transpose", [middle], perm=[0, 2, 1])])
    corner = graph.add("MatMul", [linear, graph.constant(size.reshape(1, 2, 1) / 2)])
    similarity = graph.add("Concat", [linear, graph.add("Sub", [center, corner])], axis=2)
    spread = graph.add("MatMul", [graph.constant(_ROWS), graph.add("MatMul", [similarity, graph.constant(_COLUMNS)])])
    return graph.add("Add", [spread, graph.constant(np.diag([0.0, 0.0, 1.0, 1.0]))])


@emits("TransformTensorBilinear")
def _sample(graph: Graph, operator: Operator) -> str:
    """Features of the crop: bilinear samples at the transformed pixel centers, zero outside."""
    options = operator.custom_options()
    height, width = options["output_height"], options["output_width"]
    _, source_height, source_width, _ = graph.shape(operator.inputs[0])
    y, x = np.mgrid[0:height, 0:width] + 0.5
    centers = np.stack([x, y, np.ones_like(x)], axis=-1).reshape(1, -1, 3)
    similarity = _similarity(graph, graph.value(operator.inputs[1], 3))
    pixels = graph.add("MatMul", [graph.constant(centers), graph.add("Transpose", [similarity], perm=[0, 2, 1])])
    # GridSample wants −1…1 from edge to edge, not from first to last pixel center (align_corners=0).
    unit = graph.add("Mul", [pixels, graph.constant([2 / source_width, 2 / source_height])])
    grid = graph.add("Sub", [unit, graph.constant(1.0)])
    grid = graph.add("Reshape", [grid, graph.integers([-1, height, width, 2])])
    inputs = [graph.value(operator.inputs[0]), grid]
    sampled = graph.add("GridSample", inputs, mode="bilinear", padding_mode="zeros", align_corners=0)
    return graph.blocked(sampled, graph.shape(operator.outputs[0])[3])


@emits("TransformLandmarks")
def _map_back(graph: Graph, operator: Operator) -> str:
    """Landmarks of a crop in the network's pixels; a third coordinate passes through."""
    points = graph.value(operator.inputs[0], 3)
    similarity = _similarity(graph, graph.value(operator.inputs[1], 3))
    linear, shift = (_columns(graph, similarity, start, stop) for start, stop in ((0, 2), (2, 3)))
    flat = graph.shape(operator.inputs[0])[-1] == 2
    turned = graph.add(
        "MatMul", [points if flat else _xy(graph, points), graph.add("Transpose", [linear], perm=[0, 2, 1])]
    )
    moved = graph.add("Add", [turned, graph.add("Transpose", [shift], perm=[0, 2, 1])])
    return moved if flat else graph.add("Concat", [moved, _columns(graph, points, 2, 3)], axis=2)


def _axes(graph: Graph, points: str, options: dict[str, Any]) -> str:
    """Unit axes of the box, (N, 2, 2): x from the left to the right rotation point, y a quarter turn on."""
    left, right = (
        graph.add("Gather", [points, graph.integers(options[side])], axis=1)
        for side in ("left_rotation_idx", "right_rotation_idx")
    )
    # Indices are vectors of one, so the difference is (N, 1, 2).
    across = graph.add("Reshape", [graph.add("Sub", [right, left]), graph.integers([-1, 2])])
    squared = graph.add("ReduceSum", [graph.add("Mul", [across, across]), graph.integers([1])], keepdims=1)
    x_axis = graph.add("Div", [across, graph.add("Sqrt", [squared])])  # (cos, sin)
    # (N, 2) times (2, 4): the row-major matrix (cos, −sin; sin, cos).
    matrix = graph.add("MatMul", [x_axis, graph.constant([[1, 0, 0, 1], [0, -1, 1, 0]])])
    return graph.add("Reshape", [matrix, graph.integers([-1, 2, 2])])


def _similarity(graph: Graph, matrix: str) -> str:
    """(N, 2, 3) out of (N, 4, 4)."""
    rows = graph.add("MatMul", [graph.constant(_ROWS.T), matrix])
    return graph.add("MatMul", [rows, graph.constant(_COLUMNS.T)])


def _xy(graph: Graph, points: str) -> str:
    return _columns(graph, points, 0, 2)


def _columns(graph: Graph, name: str, start: int, stop: int) -> str:
    return graph.add("Slice", [name, *(graph.integers([value]) for value in (start, stop, 2))])
