"""Anchor centres of single-shot detectors."""

from __future__ import annotations

import itertools
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


@lru_cache(maxsize=16)
def anchor_centers(input_px: int, strides: tuple[int, ...], anchors_per_layer: int) -> NDArray[np.float32]:
    """(N, 2) centres in 0 to 1, in the order the detector's outputs have.

    Neighbouring layers of equal stride share one grid whose cells hold all their anchors, row by row. Anchors have
    no size of their own here: the BlazeFace family regresses against the input's.

    Args:
        input_px: Side of the square input.
        strides: One per layer, such as (8, 16, 16, 16).
        anchors_per_layer: 2 where a layer adds an in-between scale, else 1.

    Source: Liu et al., SSD (ECCV 2016), section 2.2; layouts from MediaPipe's published graph options.
    """
    grids = []
    for stride, layers in itertools.groupby(strides):
        cells = -(-input_px // stride)
        axis = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        y, x = np.meshgrid(axis, axis, indexing="ij")
        cell_centers = np.stack((x, y), axis=-1).reshape(-1, 2)
        grids.append(np.repeat(cell_centers, anchors_per_layer * len(list(layers)), axis=0))
    centers: NDArray[np.float32] = np.concatenate(grids).astype(np.float32)
    centers.setflags(write=False)
    return centers
