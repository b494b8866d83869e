"""A baseball cap of six panels, sized as fitted caps are (58 cm is 7¼)."""

from __future__ import annotations

import numpy as np

from tools.products import materials, textures
from tools.products.crown import Opening, hat, rows, smooth, surface
from tools.products.draft import Draft
from tools.products.lathe import ball, ring
from tools.products.mesh import Array, Mesh, placed
from tools.products.shell import slab
from tools.products.stitching import dashes, stitch_strip
from tryon.types.model import Material


def cap() -> Draft:
    """A six-panel fitted baseball cap, size 58 (7¼), 70 mm curved visor."""
    opening = Opening.of_size(58)
    draft = hat("baseball-cap", "TRY-CAP-58", "Baseball cap", "hat", opening)
    draft.description = "Six panels of washed cotton twill, curved visor with eight rows of stitches."
    bumps, shade = textures.twill()
    use, picture = draft.picture(bumps, scale=0.4), draft.picture(shade)
    twill = materials.cloth("navy twill", "#22304f", normal=use, picture=picture, sheen="#121824", roughness=0.92)
    stitch = draft.picture(dashes("#ffffff"))
    thread = materials.printed("thread", stitch, "#5d6d8f")
    draft.variants["Navy"] = {}
    draft.variants["Red"] = {
        "navy twill": (red := materials.cloth("red twill", "#8f1d22", normal=use, picture=picture, sheen="#2a0e10")),
        "navy twill inside": materials.unlit_side(red),
        "thread": materials.printed("red thread", stitch, "#b5484a"),
    }
    draft.variants["Stone"] = {
        "navy twill": (
            stone := materials.cloth("stone twill", "#b5a88f", normal=use, picture=picture, sheen="#2a2722")
        ),
        "navy twill inside": materials.unlit_side(stone),
        "thread": materials.printed("stone thread", stitch, "#e2d9c6"),
    }
    outer = [
        (1.0, 3.2, 0), (1.0, 4.0, 28), (0.98, 4.0, 52), (0.90, 4, 77), (0.75, 3.5, 96), (0.5, 3, 109), (0.22, 2, 115),
        (0.0, 0, 116.5),
    ]  # fmt: skip
    inner = [(share, max(beyond - 2.6, 0.0), height - 1.8) for share, beyond, height in outer[::-1]]
    inner[-1] = (1.0, 0.4, 0.0)
    edge = [(1.0, 0.4, 0.0), (1.0, 1.8, -1.0), (1.0, 3.2, 0.0)]
    sheets = [surface(opening, rows(s, n), 72, uv_mm=34.0) for s, n in ((inner, 10), (edge, 3), (outer, 20))]
    inside, outside = (Mesh.merged(part).bent(_structured) for part in (sheets[:1], sheets[1:]))
    if Mesh.merged([inside, outside]).volume_mm3() < 0.0:
        inside, outside = inside.flipped(), outside.flipped()
    draft.add("lining", inside, materials.unlit_side(twill), crease_deg=60, solid=False)
    draft.add("crown", outside, twill, crease_deg=60, solid=False)
    _visor(draft, opening, twill, thread)
    for seam in range(6):
        angle = np.deg2rad(30.0 + 60.0 * seam)
        line = rows([*outer[:-1], (0.06, 0.5, 116.3)], 26)
        for apart in (-2.6, 2.6):
            draft.add("seam", _meridian(opening, line, angle, apart), thread, solid=False)
    top = _structured(np.array([[0.0, 116.5, 0.0]]))[0]
    button = ball(15.0, 4).scaled([1.0, 0.42, 1.0]).moved(top + [0, 0.6, 0]).textured(0.8)
    draft.add("button", button, twill, crease_deg=80)
    for panel in range(6):
        angle = np.deg2rad(60.0 * panel)
        at, out = _on_crown(opening, rows(outer, 80), angle, 91.0)
        draft.add("eyelet", ring(7.5, 3.2, 1.0, 0.4, 14).turned(placed(at - out * 0.35, z=out)), twill, crease_deg=60)
    return draft


def _structured(points: Array) -> Array:
    """A cap's crown: the front panels stand up, the back falls, the front's edge arches over the visor."""
    x, y, z = points.T
    front = smooth(10.0, 95.0, z)
    up = smooth(0.0, 95.0, y)
    arch = 12.0 * np.exp(-((x / 52.0) ** 2)) * front * (1.0 - smooth(0.0, 60.0, y))
    stand = z + 5.0 * front * up * (1.0 - smooth(90.0, 117.0, y))
    return np.stack(
        [x, y + arch + 2.0 * front * up - 6.0 * smooth(0, 90, -z) * up * smooth(0.0, 60.0, y), stand], axis=1
    )


def _visor(draft: Draft, opening: Opening, twill: Material, thread: Material) -> None:
    across, out = np.linspace(-1.0, 1.0, 33), np.linspace(0.0, 1.0, 9)

    def at(s: Array, t: Array, lift: float = 0.0) -> Array:
        angle = s * np.deg2rad(66.0)
        inner = np.stack(
            [(opening.width / 2 + 2.0) * np.sin(angle), (opening.depth / 2 + 2.0) * np.cos(angle)], axis=-1
        )
        reach = 72.0 * np.clip(1.0 - np.abs(s) ** 3.2, 0.0, 1.0) ** 0.62
        x = inner[..., 0] * (1.0 - 0.03 * t)
        z = inner[..., 1] + t * reach
        t = t * reach / 72.0  # the drop fades with the reach, so that the corners run out under the crown
        base = _structured(
            np.stack([inner[..., 0].ravel(), np.zeros(inner[..., 0].size), inner[..., 1].ravel()], axis=1)
        )[:, 1]
        y = base.reshape(x.shape) * (1 + 0.25 * t) - 16.0 * (x / 78.0) ** 2 * t - 9.0 * t * t + lift
        return np.stack([x, y, z], axis=-1)

    s, t = np.meshgrid(across, out)
    sheet = at(s, t)
    visor = slab(sheet, 3.4, uv=sheet[..., [0, 2]] / 34.0)
    draft.add("visor", visor, twill, crease_deg=50)
    line = np.linspace(-0.97, 0.97, 40)
    for row in range(8):
        depth = np.full_like(line, 0.10 + 0.115 * row)
        path = at(line, depth, 1.78)
        draft.add("visor stitches", stitch_strip(path, [0, 1, 0], 1.1, 3.4), thread, solid=False)


def _meridian(opening: Opening, line: Array, angle: float, apart: float) -> Mesh:
    """A line of stitches up the crown beside a seam."""
    t = angle
    oval = np.array([opening.width / 2 * np.cos(t), opening.depth / 2 * np.sin(t)])
    normal = oval / np.array([opening.width, opening.depth]) ** 2
    normal /= np.linalg.norm(normal)
    flat = line[:, :1] * oval + (line[:, 1:2] + 0.3) * normal
    beside = np.array([-normal[1], normal[0]]) * apart
    path = _structured(np.column_stack([flat[:, 0] + beside[0], line[:, 2] + 0.25, flat[:, 1] + beside[1]]))
    middle = np.array([0.0, 30.0, 0.0])
    return stitch_strip(path, path - middle, 1.1, 3.4)


def _on_crown(opening: Opening, line: Array, angle: float, height: float) -> tuple[Array, Array]:
    row = line[np.argmin(np.abs(line[:, 2] - height))]
    oval = np.array([opening.width / 2 * np.cos(angle), opening.depth / 2 * np.sin(angle)])
    flat = row[0] * oval * (1.0 + row[1] / 92.0)
    at = _structured(np.array([[flat[0], row[2], flat[1]]]))[0]
    out = np.array([flat[0] / opening.width**2, (row[2] - 20) / 230.0**2, flat[1] / opening.depth**2])
    return at, out / np.linalg.norm(out)
