"""Operators that move values without changing them: reshape, transpose, slice, pad, concatenate, resize."""

from __future__ import annotations

import numpy as np

from tryon.models.convert.activation import fused
from tryon.models.convert.graph import NCHW_FROM_NHWC, NHWC_FROM_NCHW, Graph
from tryon.models.convert.schema import Operator
from tryon.models.convert.table import emits

_END = np.iinfo(np.int32).max
# Channels in a block of ONNX Runtime's convolutions on AVX-512; half of it on AVX2 and ARM.
_BLOCK = 16


@emits("RESHAPE", "SQUEEZE")
def _reshape(graph: Graph, operator: Operator) -> str:
    before, after = graph.shape(operator.inputs[0]), graph.shape(operator.outputs[0])
    if len(before) == len(after) == 4 and before[1:3] == after[1:3] == (1, 1):
        return graph.value(operator.inputs[0])
    target = list(after)
    if before[:1] == (1,) and after[:1] == (1,):
        target[0] = 0  # keep the batch
    elif before[:1] == (1,) and len(after) == 1:
        target = [0, *after]  # the file drops the batch; here it stays, so only element-wise may follow
    elif before[:1] != after[:1]:
        target[0] = -1  # the batch is folded into the first axis
    name = graph.add("Reshape", [graph.channels_last(operator.inputs[0]), graph.integers(target)])
    return graph.channels_first(name) if len(after) == 4 else name


@emits("TRANSPOSE")
def _transpose(graph: Graph, operator: Operator) -> str:
    order = [int(axis) for axis in graph.weight(operator.inputs[1])]
    x = graph.value(operator.inputs[0], len(order))
    if len(order) == 4:
        order = [NHWC_FROM_NCHW[order[axis]] for axis in NCHW_FROM_NHWC]
    return x if order == sorted(order) else graph.add("Transpose", [x], perm=order)


@emits("CONCATENATION")
def _concatenate(graph: Graph, operator: Operator) -> str:
    rank = graph.rank(operator.outputs[0])
    parts = [graph.value(tensor, rank) for tensor in operator.inputs]
    computed = [part for tensor, part in zip(operator.inputs, parts, strict=True) if graph.computed(tensor)]
    for position, tensor in enumerate(operator.inputs):
        if computed and not graph.computed(tensor):  # a learned token: repeated for every item of the batch
            parts[position] = _repeated(graph, parts[position], rank, like=computed[0])
    name = graph.add("Concat", parts, axis=graph.axis(operator.option(0), rank))
    return fused(graph, name, operator.flag(1))


def _repeated(graph: Graph, name: str, rank: int, *, like: str) -> str:
    batch = graph.add("Slice", [graph.add("Shape", [like]), graph.integers([0]), graph.integers([1])])
    target = graph.add("Concat", [batch, graph.integers([1] * (rank - 1))], axis=0)
    return graph.add("Expand", [name, target])


@emits("PAD")
def _pad(graph: Graph, operator: Operator) -> str:
    margins = graph.weight(operator.inputs[1])  # (rank, 2)
    name = graph.value(operator.inputs[0], len(margins))
    if len(margins) == 4 and not margins[:3].any():
        channels = graph.shape(operator.inputs[0])[3], *margins[3]
        if all(count % _BLOCK == 0 for count in channels):
            return _pad_channels(graph, name, *channels)
    if len(margins) == 4:
        margins = margins[list(NCHW_FROM_NHWC)]
    return graph.add("Pad", [name, graph.integers(margins.T.reshape(-1))])


def _pad_channels(graph: Graph, name: str, channels: int, before: int, after: int) -> str:
    """Zero channels, added by a 1×1 convolution that copies.

    Pad itself has no kernel for the blocked layout of ONNX Runtime's convolutions, and every residual sum after one
    would fall back to plain layout with a reordering on each side: 11 to 15 % of the meshes' time. Where blocks are
    only partly filled (24 to 28 channels in the short-range detector) the copy costs more than it saves.
    """
    copy = np.eye(before + channels + after, channels, k=-before, dtype=np.float32)
    return graph.add("Conv", [name, graph.constant(copy[:, :, None, None])], kernel_shape=[1, 1])


@emits("STRIDED_SLICE")
def _slice(graph: Graph, operator: Operator) -> str:
    tensor = operator.inputs[0]
    sizes, rank = graph.shape(tensor), graph.rank(tensor)
    begin, end, stride = (graph.weight(index).tolist() for index in operator.inputs[1:4])
    begin_mask, end_mask, shrink_mask = operator.option(0), operator.option(1), operator.option(4)
    cuts: list[tuple[int, int, int, int]] = []  # start, stop, axis, step
    dropped: list[int] = []
    for axis, size in enumerate(sizes[: len(begin)]):
        if axis == 0 and size == 1:
            continue  # the batch: one in the file, any number here, and kept even where the file drops it
        start = 0 if begin_mask >> axis & 1 else begin[axis]
        stop = _END if end_mask >> axis & 1 else end[axis]
        if shrink_mask >> axis & 1:
            stop = _END if start == -1 else start + 1
            dropped.append(axis)
        whole = start == 0 and stop >= size and stride[axis] == 1
        if not whole:
            cuts.append((start, stop, graph.axis(axis, rank), stride[axis]))
    name = graph.value(tensor, rank)
    if cuts:
        name = graph.add("Slice", [name, *(graph.integers(column) for column in zip(*cuts, strict=True))])
    if dropped:
        if rank == 4:
            name = graph.add("Transpose", [name], perm=NHWC_FROM_NCHW)
        name = graph.add("Squeeze", [name, graph.integers(dropped)])
    return name


@emits("DEPTH_TO_SPACE")
def _depth_to_space(graph: Graph, operator: Operator) -> str:
    return graph.add("DepthToSpace", [graph.value(operator.inputs[0])], blocksize=operator.option(0), mode="DCR")


@emits("RESIZE_BILINEAR")
def _resize_bilinear(graph: Graph, operator: Operator) -> str:
    return _resize(graph, operator, bool(operator.flag(2)), bool(operator.flag(3)), mode="linear")


@emits("RESIZE_NEAREST_NEIGHBOR")
def _resize_nearest(graph: Graph, operator: Operator) -> str:
    half_pixel = bool(operator.flag(1))
    # TFLite takes floor(i + ½ scaled), which at half pixels is a rounding that prefers the upper neighbor.
    nearest = "round_prefer_ceil" if half_pixel else "floor"
    return _resize(graph, operator, bool(operator.flag(0)), half_pixel, mode="nearest", nearest_mode=nearest)


def _resize(graph: Graph, operator: Operator, align_corners: bool, half_pixel: bool, **attributes: str) -> str:
    before, after = graph.shape(operator.inputs[0]), graph.shape(operator.outputs[0])
    scales = graph.constant([1, 1, after[1] / before[1], after[2] / before[2]])
    mapping = "align_corners" if align_corners else "half_pixel" if half_pixel else "asymmetric"
    inputs = [graph.value(operator.inputs[0]), "", scales]
    return graph.add("Resize", inputs, coordinate_transformation_mode=mapping, **attributes)
