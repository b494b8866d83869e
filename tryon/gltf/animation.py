"""Node poses at a time of an animation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ParameterError
from tryon.gltf.accessors import Accessors
from tryon.gltf.fields import Fields, broken
from tryon.gltf.nodes import Nodes, Pose

_WIDTHS = {"translation": 3, "rotation": 4, "scale": 3, "weights": 1}


def animation_names(root: Fields, most: int) -> tuple[str, ...]:
    """Names of the animations; those without one are called by their number."""
    listed = root.children("animations", most=most)
    return tuple(fields.text("name") or f"animation_{i}" for i, fields in enumerate(listed))


def animated_pose(root: Fields, accessors: Accessors, nodes: Nodes, name: str | None, time_s: float) -> Pose:
    """Values that an animation gives to nodes at a time; before its start and after its end it holds still.

    Source: glTF 2.0 specification, 3.11 and appendix C (interpolation).
    """
    names = animation_names(root, 2**53)
    if not names or (name is not None and name not in names):
        raise ParameterError(
            f"{root.where} has no animation '{name or 'at all'}'; known: {', '.join(names) or 'none'}."
        )
    fields = root.children("animations")[names.index(name) if name is not None else 0]
    samplers = fields.children("samplers")
    pose: dict[int, dict[str, NDArray[np.float64]]] = {}
    for channel in fields.children("channels"):
        target = channel.child("target")
        node = target.index("node", nodes.fields) if target is not None else None
        if target is None or node is None or target.text("path") not in _WIDTHS:
            continue
        index = channel.index("sampler", samplers)
        if index is None:
            raise broken(f"{channel.where}.sampler", "the index of a sampler", "nothing")
        path = target.text("path")
        pose.setdefault(node, {})[path] = _sampled(samplers[index], accessors, path, time_s)
    return pose


def _sampled(fields: Fields, accessors: Accessors, path: str, time_s: float) -> NDArray[np.float64]:
    source, output = fields.index("input", accessors.fields), fields.index("output", accessors.fields)
    if source is None or output is None:
        raise broken(fields.where, "an input and an output", "one of them missing")
    times = accessors.finite(source, 1)[:, 0]
    values = accessors.finite(output, _WIDTHS[path])
    kind = fields.text("interpolation", "LINEAR")
    each = 3 if kind == "CUBICSPLINE" else 1
    keyed = len(times) * each
    if len(values) % keyed or (path != "weights" and len(values) != keyed):
        raise broken(fields.where, f"{each} values for each of {len(times)} times", len(values))
    return _between(times, values.reshape(len(times), each, -1), kind, path, time_s)


def _between(
    times: NDArray[np.float64], keys: NDArray[np.float64], kind: str, path: str, time_s: float
) -> NDArray[np.float64]:
    each = keys.shape[1]
    found: NDArray[np.float64]
    after = int(np.searchsorted(times, time_s, side="right"))
    if after == 0 or after == len(times):
        found = keys[0 if after == 0 else -1, each // 2]
        return found
    span = max(times[after] - times[after - 1], 1e-9)
    t = (time_s - times[after - 1]) / span
    if kind == "STEP":
        found = keys[after - 1, 0]
        return found
    if kind == "CUBICSPLINE":
        return _spline(keys[after - 1], keys[after], t, span)
    if path == "rotation":
        return _slerp(keys[after - 1, 0], keys[after, 0], t)
    found = keys[after - 1, 0] * (1 - t) + keys[after, 0] * t
    return found


def _spline(start: NDArray[np.float64], end: NDArray[np.float64], t: float, span: float) -> NDArray[np.float64]:
    """Hermite curve; a key is (in-tangent, value, out-tangent)."""
    t2, t3 = t * t, t * t * t
    curve: NDArray[np.float64] = (
        (2 * t3 - 3 * t2 + 1) * start[1]
        + span * (t3 - 2 * t2 + t) * start[2]
        + (3 * t2 - 2 * t3) * end[1]
        + span * (t3 - t2) * end[0]
    )
    return curve


def _slerp(a: NDArray[np.float64], b: NDArray[np.float64], t: float) -> NDArray[np.float64]:
    a, b = a / max(float(np.linalg.norm(a)), 1e-12), b / max(float(np.linalg.norm(b)), 1e-12)
    cosine = float(a @ b)
    if cosine < 0.0:
        b, cosine = -b, -cosine
    if cosine > 0.9995:
        return a * (1 - t) + b * t
    angle = np.arccos(cosine)
    mixed: NDArray[np.float64] = (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)
    return mixed
