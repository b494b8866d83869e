import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tryon.models.convert.sparse import Dimension, densify


def encode(dense, order, block_map, block_sizes, compressed):
    """Sparse form of an array, written the slow and obvious way: walk the levels, keep only non-zero branches.

    Source: the TFLite schema's comment on SparsityParameters.
    """
    rank = dense.ndim
    sizes = [dense.shape[axis] for axis in range(rank)]
    for block, axis in enumerate(block_map):
        sizes[axis] //= block_sizes[block]
    sizes += block_sizes
    values, levels = [], [([0], []) for _ in order]

    def cell(coordinates):
        index = [coordinates[axis] for axis in range(rank)]
        for block, axis in enumerate(block_map):
            index[axis] = index[axis] * block_sizes[block] + coordinates[rank + block]
        return dense[tuple(index)]

    def occupied(fixed):
        free = [axis for axis in order if axis not in fixed]
        return any(
            cell({**fixed, **dict(zip(free, rest, strict=True))}) != 0
            for rest in itertools.product(*(range(sizes[axis]) for axis in free))
        )

    def walk(level, fixed):
        if level == len(order):
            values.append(cell(fixed))
            return
        axis = order[level]
        for position in range(sizes[axis]):
            child = {**fixed, axis: position}
            if level not in compressed:
                walk(level + 1, child)
            elif occupied(child):
                levels[level][1].append(position)
                walk(level + 1, child)
        if level in compressed:
            levels[level][0].append(len(levels[level][1]))

    walk(0, {})
    dimensions = [
        Dimension(0, np.array(segments), np.array(indices, np.int64))
        if level in compressed
        else Dimension(sizes[order[level]], None, None)
        for level, (segments, indices) in enumerate(levels)
    ]
    return np.array(values, dense.dtype), dimensions


@st.composite
def cases(draw):
    blocked = draw(st.booleans())
    block_map = [1] if blocked else []
    block_sizes = [draw(st.integers(1, 3))] if blocked else []
    shape = [draw(st.integers(1, 4)) for _ in range(3)]
    if blocked:
        shape[1] *= block_sizes[0]
    order = [*draw(st.permutations(range(3))), *([3] if blocked else [])]
    compressed = draw(st.sets(st.integers(0, 2)))
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    dense = np.where(random.random(shape) < draw(st.floats(0, 1)), random.random(shape), 0).astype(np.float32)
    return dense, order, block_map, block_sizes, compressed


@settings(max_examples=60, deadline=None)
@given(cases())
def test_an_array_comes_back_from_any_sparse_layout(case):
    dense, order, block_map, block_sizes, compressed = case
    values, dimensions = encode(dense, order, block_map, block_sizes, compressed)
    back = densify(values, dense.shape, np.array(order), np.array(block_map, int), dimensions)
    np.testing.assert_array_equal(back, dense)


def test_the_schemas_own_example_a_csr_matrix():
    dense = np.array([[0, 5, 0], [0, 0, 0], [7, 0, 9]], np.float32)
    rows = Dimension(3, None, None)
    columns = Dimension(0, np.array([0, 1, 1, 3]), np.array([1, 0, 2]))
    back = densify(np.array([5, 7, 9], np.float32), (3, 3), np.array([0, 1]), np.array([], int), [rows, columns])
    np.testing.assert_array_equal(back, dense)
