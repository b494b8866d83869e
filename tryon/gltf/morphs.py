"""Morph targets: their names, and the weights a model asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tryon.errors import ParameterError
from tryon.gltf.fields import Fields, broken

Morphs = Mapping[str, float] | Sequence[float]
_MOST_TARGETS = 4096  # a face rig has 52; weights are read again for every node


def target_names(mesh: Fields) -> tuple[str, ...]:
    """Names of one mesh's targets: those exporters leave in its extras, or target_0, target_1, …"""
    extras = mesh.data.get("extras")
    named = extras.get("targetNames") if isinstance(extras, dict) else None
    count = max((len(primitive.values("targets")) for primitive in mesh.children("primitives")), default=0)
    if count > _MOST_TARGETS:
        raise broken(mesh.where, f"at most {_MOST_TARGETS} morph targets", count, step="simplify the model")
    if isinstance(named, list) and len(named) == count and all(isinstance(name, str) for name in named):
        return tuple(named)
    return tuple(f"target_{i}" for i in range(count))


def resting_weights(node: Fields, mesh: Fields, count: int) -> list[float]:
    """Weights of one node's mesh in the file: the node's own, else the mesh's, else none."""
    source = node if "weights" in node else mesh
    given = len(source.values("weights"))
    if given > _MOST_TARGETS:
        raise broken(f"{source.where}.weights", f"at most {_MOST_TARGETS} weights", given)
    weights = list(source.numbers("weights", (0.0,) * given))[:count]
    return weights + [0.0] * (count - len(weights))


def asked_weights(resting: Sequence[float], names: Sequence[str], morphs: Morphs | None) -> list[float]:
    """The resting weights with those that were asked for in their place."""
    weights = list(resting)
    if morphs is None:
        return weights
    asked = enumerate(morphs) if not isinstance(morphs, Mapping) else _by_number(names, morphs)
    for number, weight in asked:
        if number < len(weights):
            weights[number] = float(weight)
    return weights


def _by_number(names: Sequence[str], morphs: Mapping[str, float]) -> list[tuple[int, float]]:
    return [(number, morphs[name]) for number, name in enumerate(names) if name in morphs]


def refuse_unknown(morphs: Morphs | None, known: Sequence[str], file: str) -> None:
    """Raise when a named target is in no mesh of the file."""
    unknown = sorted(set(morphs) - set(known)) if isinstance(morphs, Mapping) else []
    if unknown:
        listed = ", ".join(known[:40]) or "none"
        raise ParameterError(f"{file} has no morph target '{unknown[0]}'; known: {listed}.")
