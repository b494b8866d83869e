"""Arrays that one painting thread uses again for every frame."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


class Workspace:
    """Named scratch arrays that grow to the largest region seen and then stay.

    Fresh memory costs a page fault every 4 kB, which at 30 frames a second is a third of the painting time; so
    arrays are handed out again. Contents are undefined; one workspace belongs to one thread at a time.
    """

    def __init__(self) -> None:
        self._blocks: dict[str, NDArray[Any]] = {}  # of any dtype

    def array(self, name: str, shape: tuple[int, ...], dtype: DTypeLike = np.float32) -> NDArray[Any]:
        """A C-contiguous array of that shape, undefined inside; the same name gives the same memory."""
        size = math.prod(shape)
        block = self._blocks.get(name)
        if block is None or block.size < size or block.dtype != dtype:
            block = self._blocks[name] = np.empty(size, dtype)
        return block[:size].reshape(shape)

    def close(self) -> None:
        """Give the memory back."""
        self._blocks.clear()
