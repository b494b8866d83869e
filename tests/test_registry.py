"""Names to implementations."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tryon.errors import UnknownNameError
from tryon.registry import Registry


def test_a_built_in_is_found_by_its_files_name_without_loading_the_others():
    code = (
        "import sys; from tryon.capture import SOURCES; SOURCES.get('image'); "
        "from tryon.effects import EFFECTS; EFFECTS.get('lipstick'); "
        "print('tryon.effects.eyeshadow' in sys.modules, 'tryon.effects.lipstick' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.split() == ["False", "True"]


def test_an_unknown_name_lists_the_known_and_the_nearest():
    registry: Registry[type] = Registry("tryon.effects", "effect")
    with pytest.raises(UnknownNameError, match="No 'nothing' effect"):
        registry.get("nothing")
    with pytest.raises(LookupError):
        registry.get("../secret")


def test_a_third_partys_entry_point_is_loaded_only_when_asked_for(monkeypatch):
    import importlib.metadata

    loaded = []

    class Entry:
        name = "glow_paint"

        def load(self):
            loaded.append(self.name)
            return int

    registry: Registry[type] = Registry("tryon.effects", "effect")
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: [Entry()] if group == "tryon.effects" else [])
    assert "glow_paint" in set(registry)
    assert loaded == []
    assert registry.get("glow_paint") is int
    assert loaded == ["glow_paint"]


def test_a_registered_name_wins_over_an_entry_point():
    registry: Registry[type] = Registry("tryon.effects", "effect")
    registry.register("mine")(str)
    assert registry.get("mine") is str
