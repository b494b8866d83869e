"""A whole head from a tracked face: the face mesh, the skull behind it, ears and a stub of neck.

The tracked mesh ends at the hairline, in front of the ears and at the jaw. From its border 36 meridians run over the
skull to the back of the head; near the border they keep the face's own shape, further back the skull's, so the joint
is smooth and nothing gapes. It hides what goes behind the head (temples, a far earring, the back of a necklace) and
catches shadows; nobody sees it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tryon import models
from tryon.geometry.face_mesh import FACE_OVAL
from tryon.types import Head, Surface
from tryon.wear.skull import CENTER_M, FACE_WIDTH_M, Skull, in_head, reach_m

_OVAL = np.array(FACE_OVAL)
# Where the rings lie from the face's border (0) to the back of the head (1).
_RINGS = (0.07, 0.16, 0.27, 0.40, 0.54, 0.69, 0.85)
_BACK = np.array([0.0, -0.15, -1.0]) / np.hypot(0.15, 1.0)
_BLEND_RAD = 0.75  # angle from the border over which the face's shape gives way to the skull's

# Outline of the upper two thirds of the left ear, (back, up) from the middle of its root, metres: the lobe is left
# out, since earrings lie on it. Ear height 63 mm, breadth 35 mm: ANSUR, as in `skull`.
_EAR_OUTLINE_M = np.array(
    [[0, 0.021], [0.006, 0.031], [0.018, 0.033], [0.029, 0.025], [0.033, 0.010], [0.029, -0.006], [0.018, -0.017],
     [0.004, -0.020]]
)  # fmt: skip
_EAR_OUT = 0.55  # tangent of the angle between an ear and the side of the head: 25° to 30° in adults
_EAR_ROOT_M = np.array([-0.002, 0.004, -0.012])  # from the mean of points 127 and 234, to the left ear's root
_TEMPLE_REST_M = np.array([-0.003, 0.022, -0.016])  # where a temple lies on the root, from the same

# Neck: a tapering tube of 130 mm by 120 mm. Neck circumference 317 to 380 mm: ANSUR.
_NECK_SIDES, _NECK_HALF_M = 10, (0.059, 0.056)
_NECK_TOP_M, _NECK_LOW_M = (0.0, -0.020, -0.055), (0.0, -0.125, -0.062)

_LOBE_M = np.array([0.0045, 0.0058, -0.0037])
"""From (x of 323, y of 361, z of 323) to where the left lobe is pierced; benchmarks/ear_lobes.py, 54 ears by hand."""


# Sine of the turn from which the far side of the mesh is trusted less, and from which it is not trusted at all.
_TRUSTED = (0.10, 0.35)


@dataclass(frozen=True, slots=True, eq=False)
class EarPoints:
    """Points of both ears in camera space, (3,) float64 metres.

    rest_left, rest_right: On top of the ear's root, where a temple lies (otobasion superius).
    lobe_left, lobe_right: Middle of the lobe, where it is pierced.
    """

    rest_left: NDArray[np.float64]
    rest_right: NDArray[np.float64]
    lobe_left: NDArray[np.float64]
    lobe_right: NDArray[np.float64]


def head_surface(head: Head, *, catches_shadow: float = 0.8) -> Surface:
    """The whole head as an occluder in camera space; wearables of a face share it under the name "head".

    The first 468 vertices are the face mesh. The triangles are the same array every time.
    """
    template = _template()
    skull = Skull.of(head)
    oval_m = in_head(head, head.mesh_m[_OVAL])
    offset_m = skull.center_m - np.array(CENTER_M) * skull.stretch
    behind_m = template.behind_m * skull.stretch + offset_m
    behind_m += template.from_oval @ (oval_m - (template.oval_m * skull.stretch + offset_m))
    turn, place_m = head.camera_from_head[:3, :3], head.camera_from_head[:3, 3]
    vertices_m = np.concatenate([head.mesh_m, (behind_m @ turn.T + place_m).astype(np.float32)])
    return Surface(vertices_m, template.triangles, catches_shadow=catches_shadow)


def ear_points(head: Head) -> EarPoints:
    """Where temples rest and earrings hang, both sides.

    The mesh is a guess on the side turned away, so there the other ear's mirror image takes over.
    """
    turn, place_m = head.camera_from_head[:3, :3], head.camera_from_head[:3, 3]
    points_m = in_head(head, head.mesh_m[[234, 127, 93, 132, 454, 356, 323, 361]])
    scale = float(points_m[4, 0] - points_m[0, 0]) / FACE_WIDTH_M
    own_m = np.empty((2, 2, 3))  # right and left; rest and lobe; all as if on the left
    for row, mirror in enumerate((-1.0, 1.0)):
        tragus, temple, below, jaw = points_m[4 * row : 4 * row + 4] * [mirror, 1.0, 1.0]
        own_m[row, 0] = 0.5 * (tragus + temple) + _TEMPLE_REST_M * scale
        own_m[row, 1] = np.array([below[0], jaw[1], below[2]]) + _LOBE_M * scale
    sideways = float(turn[:, 0] @ place_m) / max(float(np.linalg.norm(place_m)), 1e-9)  # sine; > 0: left is far
    far = min(max((abs(sideways) - _TRUSTED[0]) / (_TRUSTED[1] - _TRUSTED[0]), 0.0), 1.0)
    right, left = (0.0, far) if sideways > 0.0 else (far, 0.0)
    right_m = (own_m[0] + right * (own_m[1] - own_m[0])) * [-1.0, 1.0, 1.0] @ turn.T + place_m
    left_m = (own_m[1] + left * (own_m[0] - own_m[1])) @ turn.T + place_m
    return EarPoints(left_m[0], right_m[0], left_m[1], right_m[1])


@dataclass(frozen=True, slots=True, eq=False)
class _Template:
    """The average head behind the face, in head space.

    behind_m: (N, 3) skull, ears, neck. oval_m: (36, 3) the face's border.
    from_oval: (N, 36) how much of the border's displacement each vertex follows.
    triangles: (M, 3) uint32 over face and the rest.
    """

    behind_m: NDArray[np.float64]
    oval_m: NDArray[np.float64]
    from_oval: NDArray[np.float64]
    triangles: NDArray[np.uint32]


@cache
def _template() -> _Template:
    with np.load(models.path("face_geometry")) as stored:
        face_m = stored["vertices_cm"].astype(np.float64) / 100.0
        face_triangles = stored["triangles"].astype(np.int64)
    oval_m = face_m[_OVAL]
    skull_m, skull_follow, skull_triangles = _skull(oval_m, first=len(face_m))
    ears_m, ears_follow, ears_triangles = _ears(face_m, first=len(face_m) + len(skull_m))
    neck_m, neck_triangles = _neck(first=len(face_m) + len(skull_m) + len(ears_m))
    triangles = np.concatenate([face_triangles, skull_triangles, ears_triangles, neck_triangles]).astype(np.uint32)
    triangles.setflags(write=False)
    follow = np.concatenate([skull_follow, ears_follow, np.zeros((len(neck_m), 36))])
    return _Template(np.concatenate([skull_m, ears_m, neck_m]), oval_m, follow, triangles)


def _skull(
    oval_m: NDArray[np.float64], *, first: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Rings from the border to the back of the head, what they follow, and their triangles."""
    center_m = np.array(CENTER_M)
    arm_m = oval_m - center_m
    border_m = np.linalg.norm(arm_m, axis=1)
    start = arm_m / border_m[:, None]
    angle_rad = np.arccos(np.clip(start @ _BACK, -1.0, 1.0))
    points, follows = [], []
    around = np.arange(36)[:, None] - np.arange(36)
    around = (around + 18) % 36 - 18
    for share in _RINGS:
        turned = (
            np.sin((1.0 - share) * angle_rad)[:, None] * start + np.sin(share * angle_rad)[:, None] * _BACK
        ) / np.sin(angle_rad)[:, None]
        near = np.cos(0.5 * np.pi * np.clip(share * angle_rad / _BLEND_RAD, 0.0, 1.0)) ** 2
        spread = np.exp(-0.5 * (around / (0.2 + 6.0 * share)) ** 2)
        follows.append(near[:, None] * spread / spread.sum(axis=1, keepdims=True))
        radius_m = reach_m(turned) + near * (border_m - reach_m(start))
        points.append(center_m + turned * radius_m[:, None])
    points.append((center_m + _BACK * reach_m(_BACK[None]))[None])
    follows.append(np.zeros((1, 36)))
    rings = [_OVAL, *(first + 36 * ring + np.arange(36) for ring in range(len(_RINGS)))]
    triangles = [_band(inner, outer) for inner, outer in pairwise(rings)]
    last = rings[-1]
    pole = np.full(36, first + 36 * len(_RINGS))
    triangles.append(np.stack([last, pole, np.roll(last, -1)], axis=1))
    return np.concatenate(points), np.concatenate(follows), np.concatenate(triangles)


def _band(inner: NDArray[np.int64], outer: NDArray[np.int64]) -> NDArray[np.int64]:
    """Triangles of the band between two rings of the same number of vertices, facing out."""
    next_inner, next_outer = np.roll(inner, -1), np.roll(outer, -1)
    return np.concatenate(
        [np.stack([inner, outer, next_inner], axis=1), np.stack([next_inner, outer, next_outer], axis=1)]
    )


def _ears(
    face_m: NDArray[np.float64], *, first: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Two fans that stand off the sides of the head; each follows the border in front of it."""
    count = len(_EAR_OUTLINE_M)
    points, follows = [], []
    triangles: list[NDArray[np.int64]] = []
    for mirror, (tragus, temple) in ((1.0, (454, 356)), (-1.0, (234, 127))):
        root_m = 0.5 * (face_m[tragus] + face_m[temple]) + _EAR_ROOT_M * [mirror, 1.0, 1.0]
        back_m, up_m = _EAR_OUTLINE_M.T
        points.append(root_m + np.stack([mirror * _EAR_OUT * back_m, up_m, -back_m], axis=1))
        follow = np.zeros((count, 36))
        follow[:, [FACE_OVAL.index(tragus), FACE_OVAL.index(temple)]] = 0.5
        follows.append(follow)
        start = first + len(triangles) * count
        spokes = start + np.arange(1, count - 1)
        triangles.append(np.stack([np.full(count - 2, start), spokes, spokes + 1], axis=1))
    return np.concatenate(points), np.concatenate(follows), np.concatenate(triangles)


def _neck(*, first: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """An open tube from inside the head downward."""
    angle_rad = 2.0 * np.pi * np.arange(_NECK_SIDES) / _NECK_SIDES
    ring_m = np.stack(
        [_NECK_HALF_M[0] * np.cos(angle_rad), np.zeros(_NECK_SIDES), _NECK_HALF_M[1] * np.sin(angle_rad)], axis=1
    )
    upper, lower = first + np.arange(_NECK_SIDES), first + _NECK_SIDES + np.arange(_NECK_SIDES)
    return np.concatenate([ring_m + _NECK_TOP_M, ring_m + _NECK_LOW_M]), _band(upper, lower)
