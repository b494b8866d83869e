"""Fixtures every test folder shares: the real test inputs and the weights."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real test inputs beside the checkout; the test is skipped where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no shared test inputs at {folder}")
    return folder


@pytest.fixture(scope="session")
def models_ready() -> None:
    """Every weight is converted and cached; the test is skipped, with the reason, where it cannot be."""
    from tryon import models
    from tryon.errors import TryOnError

    try:
        models.pull()
    except TryOnError as error:
        pytest.skip(f"weights are not available: {error}")
