"""One renderer for all tests of the folder; they are skipped, with the reason, where nothing can be drawn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.render.shapes import write_map
from tryon.errors import TryOnError
from tryon.render import Renderer


@pytest.fixture(scope="session")
def renderer() -> Iterator[Renderer]:
    """A renderer of four samples."""
    pytest.importorskip("moderngl")
    try:
        made = Renderer()
    except TryOnError as error:
        pytest.skip(f"nothing can be drawn here: {error}")
    with made:
        yield made


@pytest.fixture(scope="session")
def white_sky(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A map that shines 1 from everywhere."""
    return write_map(Path(tmp_path_factory.mktemp("maps")) / "white.hdr", np.ones((32, 64, 3)))


@pytest.fixture(scope="session")
def black_sky(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A map without light."""
    return write_map(Path(tmp_path_factory.mktemp("maps")) / "black.hdr", np.zeros((32, 64, 3)))
