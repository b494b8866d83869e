"""The front of an acetate frame: one slab with two apertures, rounded edges, moulded nose pads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline

from tools.products import outline as outlines
from tools.products.mesh import Array, Mesh, grid
from tools.products.shell import Front

# Share of the rounding's radius at which its arc is cut: fine where it turns most.
_ARC = np.array([0.0, 0.1, 0.4, 1.0])


@dataclass(frozen=True, slots=True)
class Rim:
    """Measures of a front in millimetres.

    widths: Of the rim at the temple, top, nose and bottom. bridge: Heights of its upper and lower edge at the nose.
    end: (x beyond the lens box, y, height) of the end piece. lift: How far the end piece rises beyond y.
    """

    widths: tuple[float, float, float, float]
    bridge: tuple[float, float]
    end: tuple[float, float, float]
    lift: float = 0.0
    thickness: float = 4.0
    rounding: float = 1.1
    fillet: float = 4.5
    pad: float = 2.6


def front_slab(aperture: Array, front: Front, rim: Rim, *, tile_mm: float = 62.0) -> Mesh:
    """The whole front as one closed solid; `aperture` (N, 2) about the box centre. Texture tiles are flat on it."""
    half = _half(aperture, front, rim, tile_mm)
    return Mesh.merged([half, half.mirrored().textured(1.0, (0.37, 0.21))]).outward()


def _half(aperture: Array, front: Front, rim: Rim, tile_mm: float) -> Mesh:
    # rays start level with the bridge: from there every point of the silhouette can be seen
    center = _eye(front, rim)
    ring = aperture + [front.center, 0.0]
    angles, joint, top = _rays(aperture, front, rim)
    toward = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    inner = center + toward * outlines.radius_at(ring - center, angles)[:, None]
    outer = center + toward * _reach(angles, aperture, front, rim)[:, None]
    outer[joint, 0] = 0.0
    # the silhouette runs from the bridge's lower corner round the lens to its upper corner
    silhouette = outer[: top + 1]
    across = _stations(np.linalg.norm(outer - inner, axis=1), rim.rounding)
    flat = inner[:, None] + (outer - inner)[:, None] * across[..., None]
    points = flat.reshape(-1, 2)
    to_inner, to_outer = outlines.distance(points, ring, closed=True), outlines.distance(points, silhouette)
    ahead = np.minimum(_rounded(to_inner, 0.7), _rounded(to_outer, rim.rounding)) + rim.thickness / 2.0
    behind = np.minimum(_rounded(to_inner, 0.5), _rounded(to_outer, rim.rounding * 0.8)) + rim.thickness / 2.0
    behind += _pad(points, to_outer, front, rim)
    uv = np.stack([flat[..., 0], -flat[..., 1]], axis=2) / tile_mm

    def placed(depth: Array) -> Array:
        return front(np.column_stack([points, depth])).reshape(*flat.shape[:2], 3)

    face, back, uv = _once_round(placed(ahead)), _once_round(placed(-behind)), _once_round(uv)
    edge_uv = np.repeat(uv[:, :1], 2, axis=1), np.repeat(uv[: top + 1, -1:], 2, axis=1)
    return Mesh.merged(
        [
            grid(face, uv=uv),
            grid(back, uv=uv).flipped(),
            grid(np.stack([back[:, 0], face[:, 0]], axis=1), uv=edge_uv[0]),
            grid(np.stack([face[: top + 1, -1], back[: top + 1, -1]], axis=1), uv=edge_uv[1]),
        ]
    )


def _once_round(rows: Array) -> Array:
    return np.concatenate([rows, rows[:1]])


def _rays(aperture: Array, front: Front, rim: Rim) -> tuple[Array, Array, int]:
    """Angles of the cuts round the lens, which of them end on the plane of symmetry, and the row of the upper corner.

    They run counterclockwise from the bridge's lower corner (row 0) round the lens to its upper, then down the joint.
    """
    y = np.linspace(-30.0, 30.0, 6001)
    solid = y[_field(np.column_stack([np.zeros_like(y), y]), aperture, front, rim) <= 0.0]
    low, high = solid.min(), solid.max()
    steps = np.concatenate([[0.0], rim.rounding * _ARC[1:]])
    middle = np.linspace(low + rim.rounding, high - rim.rounding, 4)[1:-1]
    heights = np.concatenate([low + steps, middle, (high - steps)[::-1]])
    eye = _eye(front, rim)
    at_joint = np.mod(np.arctan2(heights - eye[1], -eye[0]), 2.0 * np.pi)  # falls as the height grows
    around = np.mod(np.arctan2(aperture[:, 1] - eye[1], aperture[:, 0]), 2.0 * np.pi)
    gap = np.deg2rad(2.0)
    # the fillets under and over the bridge fill few degrees but bend the most
    fillets = np.concatenate([at_joint.min() - gap * np.arange(1, 12), at_joint.max() + gap * np.arange(1, 16)])
    around = np.concatenate([around[(around < fillets.min()) | (around > fillets.max())], fillets])
    around = np.sort(around)
    rest = np.concatenate([around[around > at_joint.max()], around[around < at_joint.min()]])
    angles = np.concatenate([[at_joint[0]], rest, at_joint[::-1][:-1]])
    joint = np.zeros(len(angles), bool)
    joint[0] = True
    joint[1 + len(rest) :] = True
    return angles, joint, 1 + len(rest)


def _eye(front: Front, rim: Rim) -> Array:
    return np.array([front.center, sum(rim.bridge) / 2.0])


def _field(points: Array, aperture: Array, front: Front, rim: Rim) -> Array:
    """Signed distance to the front's silhouette, bridge and end piece melted into the rim; negative within."""
    local = points - [front.center, 0.0]
    away = outlines.distance(local, aperture, closed=True)
    away = np.where(outlines.inside(local, aperture), -away, away)
    quarter = np.arange(5) * (np.pi / 2.0)
    width = CubicSpline(quarter, [*rim.widths, rim.widths[0]], bc_type="periodic")
    ring = away - width(np.mod(np.arctan2(local[:, 1], local[:, 0]), 2.0 * np.pi))
    top, bottom = rim.bridge
    half_box = front.lens_width / 2.0
    nose = np.array([[0.0, (top + bottom) / 2.0], [front.center - half_box, (top + bottom) / 2.0 - 0.6]])
    bridge = outlines.distance(points, nose) - (top - bottom) / 2.0
    beyond, end_y, height = rim.end
    end_x = front.center + half_box
    piece = np.array([[end_x - 8.0, end_y - 0.4], [end_x + beyond - height / 2.0, end_y + rim.lift]])
    end = outlines.distance(points, piece) - height / 2.0
    return _melted(_melted(ring, bridge, rim.fillet), end, rim.fillet * 0.8)


def _melted(a: Array, b: Array, k: float) -> Array:
    blend = np.maximum(k - np.abs(a - b), 0.0) / k
    return np.asarray(np.minimum(a, b) - blend * blend * k / 4.0)


def _reach(angles: Array, aperture: Array, front: Front, rim: Rim) -> Array:
    """How far from the lens centre the silhouette, or the plane of symmetry, lies along each ray."""
    eye = _eye(front, rim)
    start = outlines.radius_at(aperture + [front.center, 0.0] - eye, angles)
    toward = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    limit = np.where(toward[:, 0] < -1e-9, front.center / np.maximum(-toward[:, 0], 1e-9), 1e9)
    far = np.minimum(limit, start + 22.0)
    share = np.linspace(0.0, 1.0, 120)
    reach = start[:, None] + (far - start)[:, None] * share
    points = reach[..., None] * toward[:, None] + eye
    field = _field(points.reshape(-1, 2), aperture, front, rim).reshape(reach.shape)
    last = field.shape[1] - 1 - np.argmax(field[:, ::-1] <= 0.0, axis=1)
    rows = np.arange(len(angles))
    after = np.minimum(last + 1, field.shape[1] - 1)
    f0, f1 = field[rows, last], field[rows, after]
    fraction = np.where(after > last, f0 / np.where(np.abs(f0 - f1) < 1e-12, -1.0, f0 - f1), 0.0)
    return np.asarray(reach[rows, last] + fraction * (reach[rows, after] - reach[rows, last]))


def _stations(widths: Array, rounding: float) -> Array:
    """(A, K) shares across the rim: arcs at both edges, evenly between."""
    inner, outer = 0.7 * _ARC, rounding * _ARC
    narrow = np.minimum(1.0, 0.9 * widths / (inner[-1] + outer[-1]))[:, None]
    left = inner * narrow / widths[:, None]
    right = 1.0 - outer[::-1] * narrow / widths[:, None]
    middle = left[:, -1:] + (right[:, :1] - left[:, -1:]) * np.array([1 / 3, 2 / 3])
    return np.concatenate([left, middle, right], axis=1)


def _rounded(distance: Array, radius: float) -> Array:
    """Depth of a rounded edge below the face: −radius at the edge to 0 inside."""
    inward = np.clip(radius - distance, 0.0, radius)
    return np.sqrt(np.maximum(radius * radius - inward * inward, 0.0)) - radius


def _pad(points: Array, to_outer: Array, front: Front, rim: Rim) -> Array:
    """How far the moulded nose pads stand back: a swelling below the bridge on the nasal rim."""
    middle = np.array([front.center - front.lens_width / 2.0 - 1.5, -3.0])
    spread = np.exp(-(((points[:, 0] - middle[0]) / 3.8) ** 2) - ((points[:, 1] - middle[1]) / 6.0) ** 2)
    return np.asarray(rim.pad * spread * np.clip(0.35 + to_outer / 3.0, 0.0, 1.0))
