"""What furniture is made of, as glTF materials: woods, cloths, hides, lacquers, metals."""

from __future__ import annotations

from dataclasses import replace

from tools.products import grain, materials
from tools.products.draft import Draft
from tools.products.textures import linear_rgb
from tryon.types.model import Clearcoat, Material, Sheen, TextureUse

# Light parts of each planed and oiled, sRGB.
WOODS = {"oak": "#d3ad7c", "walnut": "#7f5b40", "ash": "#e0c7a0", "smoked oak": "#5b4637", "beech": "#dbb48a"}


def woods(draft: Draft, *names: str, size: int = 448) -> list[Material]:
    """Oiled woods that share one picture of grain."""
    figured = any(name in ("walnut", "smoked oak") for name in names[:1])
    pixels = grain.wood(size, rings=11.0, contrast=0.55, pores=0.3) if figured else grain.wood(size)
    picture = draft.picture(pixels)
    return [
        Material(name, (*linear_rgb(WOODS[name]), 1.0), picture, 0.0, 0.46, clearcoat=Clearcoat(0.12, roughness=0.4))
        for name in names
    ]


def painted(draft: Draft, name: str, color: str, *, like: Material) -> Material:
    """A wood stained or painted so that its grain only just shows."""
    return replace(like, name=name, base_color=(*linear_rgb(color), 1.0))


def cloths(draft: Draft, kind: str, colors: dict[str, str], *, depth: float = 1.0) -> list[Material]:
    """Upholstery of one structure in several colors: weave, boucle, linen or pile."""
    normal, shade = {"weave": grain.weave, "boucle": grain.boucle, "linen": grain.linen, "pile": grain.pile}[kind]()
    bumps, tone = draft.picture(normal, scale=depth), draft.picture(shade)
    return [_cloth(name, code, bumps, tone) for name, code in colors.items()]


def hides(draft: Draft, colors: dict[str, str]) -> list[Material]:
    """Leathers in several colors."""
    normal, shade = grain.hide()
    bumps, tone = draft.picture(normal, scale=0.6), draft.picture(shade)
    return [
        Material(
            name, (*linear_rgb(code), 1.0), tone, 0.0, 0.5, normal_texture=bumps,
            clearcoat=Clearcoat(0.22, roughness=0.38),
        )
        for name, code in colors.items()
    ]  # fmt: skip


def lacquer(name: str, color: str, roughness: float = 0.42) -> Material:
    """Satin paint on metal or board."""
    return materials.plastic(name, color, roughness)


def _cloth(name: str, code: str, bumps: TextureUse, tone: TextureUse) -> Material:
    red, green, blue = linear_rgb(code)
    # loose fiber ends catch light in a paler tone of the cloth's own color
    sheen = (0.04 + 0.22 * red, 0.04 + 0.22 * green, 0.04 + 0.22 * blue)
    return Material(
        name, (red, green, blue, 1.0), tone, 0.0, 0.92, normal_texture=bumps, sheen=Sheen(sheen, roughness=0.55)
    )
