from __future__ import annotations

import pytest

pytest.importorskip("fastapi")
from fastapi.testclient import TestClient

from tryon.server import Settings, create_app


@pytest.fixture
def settings(tmp_path):
    return Settings(
        database=f"sqlite:///{tmp_path / 'tryon.db'}",
        secret="s" * 40,
        threads=1,
        files=str(tmp_path / "files"),
        rate=0.0,
    )


@pytest.fixture
def client(settings):
    with TestClient(create_app(settings)) as client:
        yield client
