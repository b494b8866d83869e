"""Soft things: a wrapped scarf and a pleated face mask."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tools.products import materials, textures
from tools.products.crown import smooth
from tools.products.curve import eased, ellipse, spline
from tools.products.draft import Draft
from tools.products.mesh import Array, Mesh
from tools.products.shell import slab
from tools.products.sweep import sweep, tube

# Where each of the three pleats starts and ends, down from the upper edge.
_PLEATS = ((0.26, 0.46), (0.46, 0.66), (0.66, 0.84))


def scarf() -> Draft:
    """A woven wool scarf, 30 × 180 cm, once round the neck with both ends hanging."""
    draft = Draft("scarf", "TRY-SCF-180", "Checked scarf", "scarf")
    draft.description = "Brushed wool twill, fringed, 30 × 180 cm."
    draft.fit_mm = {"inner_width": 128.0, "inner_depth": 128.0, "length": 1800.0}
    weave, _ = textures.twill()
    wool = materials.cloth(
        "checked wool", "#ffffff", normal=draft.picture(weave, scale=0.7), picture=draft.picture(textures.checked()),
        sheen="#45403a", roughness=0.95, fuzz=0.55,
    )  # fmt: skip
    # the middle line, from the left end up, once and a half round the neck, and down to the right end
    way = np.array([
        [46, -318, 96], [45, -210, 99], [45, -120, 96], [56, -42, 78], [72, 8, 34], [66, 30, -24], [30, 38, -66],
        [-30, 38, -68], [-70, 28, -28], [-76, 4, 34], [-44, -26, 84], [6, -34, 100], [58, -18, 78], [88, 14, 14],
        [70, 34, -52], [20, 42, -88], [-34, 41, -86], [-80, 28, -42], [-92, 0, 22], [-68, -44, 84], [-52, -112, 106],
        [-50, -210, 107], [-50, -300, 102],
    ], float)  # fmt: skip
    count = 128
    path = spline(way, count)
    s = np.linspace(0.0, 1.0, count)
    hanging = np.maximum(1.0 - smooth(0.13, 0.24, s), smooth(0.78, 0.90, s))
    round_neck = path * [1.0, 0.0, 1.0] / np.linalg.norm(path * [1.0, 0.0, 1.0], axis=1, keepdims=True)
    neck_up = np.array([0.0, 1.0, 0.0]) - 0.25 * round_neck
    end_up = np.where(s[:, None] < 0.5, [-1.0, 0.0, 0.15], [1.0, 0.0, 0.15])
    up = neck_up * (1 - hanging[:, None]) + end_up * hanging[:, None]
    high = eased(s, [0, 0.08, 0.2, 0.3, 0.7, 0.82, 0.92, 1], [138, 118, 74, 78, 84, 78, 112, 132])
    thick = eased(s, [0, 0.08, 0.2, 0.3, 0.7, 0.82, 0.92, 1], [6, 9, 17, 18, 19, 17, 9, 6])
    wave = eased(s, [0, 0.15, 0.3, 0.7, 0.85, 1], [6.5, 6.0, 3.2, 3.4, 6.0, 7.0])
    ring = ellipse(2.0, 2.0, 30)
    rings = []
    for i in range(count):
        across = np.sign(ring[:, 1]) * np.abs(ring[:, 1]) ** 0.9
        drift = 5.0 * s[i] * np.pi
        fold = np.sin(across * 7.5 + 0.9 * np.sin(drift * 2.1) + drift) * (1 - 0.35 * np.abs(across))
        fold += 0.4 * np.sin(across * 15.0 - drift * 1.7)
        outer = 0.25 * np.cos(across * 21 + drift * 3.0) * (ring[:, 0] > 0)
        sheet = (
            ring[:, 0] * thick[i] / 2.0 * (1 + 0.25 * np.sin(across * 11 + drift)) + wave[i] * fold * 0.62 + outer * 2.0
        )
        rings.append(np.stack([sheet, across * high[i] / 2.0], axis=1))
    body = sweep(path, np.array(rings), up=up, tile_mm=110.0, rounding=1.0, steps=1)
    draft.add("cloth", body.textured([3.0, 1.0]), wool, crease_deg=80)
    yarn = materials.cloth("fringe", "#937a5e", sheen="#45403a", roughness=0.95)
    for end in (0, -1):
        _fringe(draft, path[end], up[end], high[end], rings[end], yarn)
    return draft


def _fringe(draft: Draft, at: Array, up: Array, wide: float, ring: Array, yarn: materials.Material) -> None:
    """Seventeen twisted strands under a hanging end, from where its folds lie."""
    along = up / np.linalg.norm(up)
    strands = []
    for k, share in enumerate(np.linspace(-0.47, 0.47, 17)):
        near = np.argsort(np.abs(ring[:, 1] - share * wide))[:2]
        out = np.array([0.0, 0.0, 1.0]) * float(ring[near, 0].mean()) * (1.0 if along[0] < 0 else -1.0) * -1.0
        start = at + along * share * wide + out + [0.0, 4.0, 0.0]
        sway = 2.2 * np.sin(k * 2.4)
        line = spline([start, start + [0.3 * sway, -30.0, 0.4 * sway], start + [sway, -62.0, 1.2 * np.cos(k * 1.9)]], 6)
        strands.append(tube(line, np.linspace(4.2, 2.8, 6), 5, rounding=1.0))
    draft.add("fringe", Mesh.merged(strands), yarn, crease_deg=100)


def surgical_mask() -> Draft:
    """A three-pleat mask of size 175 × 95 mm flat (EN 14683 type, adult), opened over nose and chin."""
    draft = Draft("surgical-mask", "TRY-MSK-95", "Pleated mask", "face_mask")
    draft.description = "Three-ply pleated mask, 175 × 95 mm, ear loops."
    crepe = draft.picture(textures.creased(), scale=0.7)
    folds = replace(draft.picture(_fold_shade(), repeat=False), uv_from_uv=np.diag([1.0, 45.0 / 125.0, 1.0]))
    cover = materials.cloth(
        "blue nonwoven", "#9cc4dc", normal=crepe, picture=folds, sheen="#303438", roughness=0.85, fuzz=0.4
    )
    white = materials.cloth("white binding", "#f2f4f5", sheen="#282828", roughness=0.85, fuzz=0.4)
    elastic = materials.cloth("elastic", "#f5f5f3", sheen="#282828", roughness=0.8, fuzz=0.4)
    draft.variants["Blue"] = {}
    draft.variants["Black"] = {
        "blue nonwoven": materials.cloth(
            "black nonwoven", "#17181a", normal=crepe, picture=folds, sheen="#2a2b2e", roughness=0.85
        ),
        "white binding": materials.cloth("black binding", "#141416", sheen="#2a2b2e", roughness=0.85),
        "elastic": materials.cloth("black elastic", "#161618", sheen="#2a2b2e", roughness=0.8),
    }
    u = np.linspace(-1.0, 1.0, 45)
    v, depth = _pleats()
    sheet = _worn(*np.meshgrid(u, v), depth=depth[:, None])
    uv = np.stack(np.broadcast_arrays(u[None] * 87.5 / 45.0, v[:, None] * 125.0 / 45.0), axis=2)
    draft.add("cover", slab(sheet, 0.7, uv=uv), cover, crease_deg=50)
    for low, high, thick in ((-0.004, 0.085, 1.3), (0.93, 1.004, 1.3)):
        hem = _worn(*np.meshgrid(np.linspace(-1.0, 1.0, 45), np.linspace(low, high, 4)))
        draft.add("hem", slab(hem, thick), white, crease_deg=60)
    side = _worn(*np.meshgrid(np.linspace(0.93, 1.02, 4), np.linspace(-0.005, 1.005, 24)))
    draft.pair("binding", slab(side, 1.7), white, crease_deg=60)
    wire = _worn(np.linspace(-0.55, 0.55, 25)[None], np.full((1, 25), 0.045))[0]
    draft.add("nose wire", tube(wire + [0, 0, 0.3], 2.0, 6, rounding=0.5), white, crease_deg=100)
    top, bottom = (_worn(np.array([[0.985]]), np.array([[at]]))[0, 0] for at in (0.03, 0.97))
    behind = np.array([[72.5, 24, -104], [76, 25, -122], [76.5, 8, -131], [74, -10, -126], [70, -24, -108]])
    loop = spline(
        np.concatenate([[top + [-2, -1, 3], top + [3.0, 2.0, -8]], behind, [bottom + [4, 5, -9], bottom + [-2, 2, 3]]]),
        44,
    )
    draft.pair("ear loop", tube(loop, 2.8, 8, rounding=0.8), elastic, crease_deg=100)
    return draft


def _fold_shade() -> textures.Pixels:
    """What the light leaves under each pleat's edge: renderers of light alone do not find it by themselves."""
    v = (np.arange(256) + 0.5) / 256.0
    shade = np.ones(256)
    for _, end in _PLEATS:
        below = np.where(v > end - 0.004, v - end, np.inf)
        shade *= 1.0 - 0.5 * np.exp(-np.maximum(below, 0.0) / 0.016) * (v > end - 0.004)
    return textures.gray(np.repeat(shade[:, None], 4, axis=1))


def _pleats() -> tuple[Array, Array]:
    """Rows from top (0) to bottom (1) and how far each stands off: layers that overlap like shingles, turned under."""
    v, depth = [np.linspace(0.0, 0.26, 8)], [np.zeros(8)]
    for start, end in _PLEATS:
        share = np.linspace(0.0, 1.0, 7)[1:]
        v += [start + (end - start) * share, np.array([end + 0.002, end - 0.012, end - 0.024])]
        depth += [2.6 * share**0.7, np.array([2.0, 0.9, 0.2])]
    v.append(np.linspace(0.84, 1.0, 6)[1:])
    depth.append(np.zeros(5))
    return np.concatenate(v), np.concatenate(depth)


def _worn(u: Array, v: Array, *, depth: Array | float = 0.0) -> Array:
    """(..., 3) where the mask's cloth lies on a face: u across (±1 at the bindings), v down (0 to 1).

    The tip of the nose is the origin; the upper edge crosses the bridge of the nose, the lower one goes under the
    chin. Half a face is about 63 mm wide at the cheeks; the tragus lies about 115 mm behind the nose's tip.
    """
    y_middle = np.interp(v, [0.0, 0.22, 0.5, 0.8, 1.0], [29.0, 4.0, -31.0, -66.0, -84.0])
    z_middle = np.interp(v, [0.0, 0.12, 0.22, 0.3, 0.5, 0.8, 1.0], [-16.0, -5.0, 1.2, 0.8, -5.0, -12.0, -25.0])
    y_side = 16.0 - 66.0 * v
    a = np.abs(u)
    toward = smooth(0.0, 1.0, a)
    y = y_middle * (1 - toward) + y_side * toward
    # a nose is a ridge, a chin is round: the cloth is a tent above and a bowl below
    ridge = 1.0 - smooth(0.15, 0.55, v)
    back = 72.0 * a ** (1.9 - 0.55 * ridge)
    z_side = -78.0
    z = z_middle * (1 - toward) + (z_side + 72.0) * toward - back
    x = np.sign(u) * (64.0 * np.sin(np.minimum(a, 1.05) * 1.25) / np.sin(1.25))
    off = depth * (1.0 - smooth(0.78, 0.93, a))
    z, y, x = z + off * (1 - 0.4 * toward), y - off * 0.3, x + np.sign(u) * off * 0.3 * toward
    crease = 0.5 * np.sin(u * 9.0 + v * 11.0) * (1 - a) * v
    return np.stack([x, y, z + crease], axis=-1)
