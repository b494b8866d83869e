"""Which function emits which TFLite operator."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from tryon.models.convert.graph import Graph
from tryon.models.convert.schema import Operator

# Appends the nodes of one operator; the name of its output, or None when the output is a weight.
Emit: TypeAlias = Callable[[Graph, Operator], "str | None"]

EMITTERS: dict[str, Emit] = {}


def emits(*names: str) -> Callable[[Emit], Emit]:
    """Decorator that files an emitter under its TFLite operator names."""

    def file_under(emit: Emit) -> Emit:
        EMITTERS.update(dict.fromkeys(names, emit))
        return emit

    return file_under
