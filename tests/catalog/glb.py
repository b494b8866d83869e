"""A minimal GLB of one mesh, written by hand so that tests do not lean on our own writer."""

from __future__ import annotations

import json
import struct

import numpy as np


def glb(
    positions: np.ndarray, triangles: np.ndarray, *, node: dict | None = None, materials: list | None = None
) -> bytes:
    points = np.ascontiguousarray(positions, np.float32)
    indices = np.ascontiguousarray(triangles, np.uint32)
    body = points.tobytes() + indices.tobytes()
    primitive: dict = {"attributes": {"POSITION": 0}, "indices": 1}
    if materials:
        primitive["material"] = 0
    document = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, **(node or {})}],
        "meshes": [{"primitives": [primitive]}],
        "buffers": [{"byteLength": len(body)}],
        "bufferViews": [
            {"buffer": 0, "byteOffset": 0, "byteLength": points.nbytes},
            {"buffer": 0, "byteOffset": points.nbytes, "byteLength": indices.nbytes},
        ],
        "accessors": [
            {
                "bufferView": 0,
                "componentType": 5126,
                "count": len(points),
                "type": "VEC3",
                "min": points.min(axis=0).tolist(),
                "max": points.max(axis=0).tolist(),
            },
            {"bufferView": 1, "componentType": 5125, "count": indices.size, "type": "SCALAR"},
        ],
    }
    if materials:
        document["materials"] = materials
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    total = 12 + 8 + len(text) + 8 + len(body)
    head = struct.pack("<4sII", b"glTF", 2, total)
    return head + struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(body), b"BIN\0") + body


def box(low: tuple, high: tuple) -> tuple[np.ndarray, np.ndarray]:
    """(8, 3) corners and (12, 3) triangles, counterclockwise from outside."""
    corners = np.array([[(low, high)[(i >> a) & 1][a] for a in range(3)] for i in range(8)], np.float64)
    quads = [(0, 4, 6, 2), (1, 3, 7, 5), (0, 1, 5, 4), (2, 6, 7, 3), (0, 2, 3, 1), (4, 5, 7, 6)]
    return corners, np.array([t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))])
