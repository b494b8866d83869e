"""What the sample products are made of, as glTF materials. Metals: F0 of the clean metal in linear sRGB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tools.products.textures import linear_rgb
from tryon.types.model import Anisotropy, Clearcoat, Iridescence, Material, Sheen, Specular, TextureUse, Transmission

# Normal-incidence reflectance from published n, k at 630, 532, 465 nm (Palik), as renderers commonly list it.
METALS: dict[str, tuple[float, float, float]] = {
    "gold": (1.0, 0.71, 0.29),
    "rose gold": (0.96, 0.60, 0.45),
    "silver": (0.95, 0.93, 0.88),
    "steel": (0.58, 0.57, 0.55),
    "titanium": (0.54, 0.50, 0.45),
    "gunmetal": (0.16, 0.16, 0.17),
    "platinum": (0.67, 0.64, 0.59),
}


def metal(kind: str, roughness: float = 0.16, *, brushed: float = 0.0, rotation_rad: float = 0.0) -> Material:
    """Polished metal; brushed above 0 stretches the highlight across the brush strokes."""
    anisotropy = Anisotropy(brushed, rotation_rad) if brushed else None
    name = f"{'brushed ' if brushed else ''}{kind}"
    return Material(name, (*METALS[kind], 1.0), metallic=1.0, roughness=roughness, anisotropy=anisotropy)


def acetate(name: str, color: str, picture: TextureUse | None = None, *, roughness: float = 0.3) -> Material:
    """Polished cellulose acetate (n = 1.48): color deep under a clear gloss."""
    return Material(
        name, (*linear_rgb(color), 1.0), picture, 0.0, roughness, ior=1.48, clearcoat=Clearcoat(1.0, roughness=0.04)
    )


def plastic(name: str, color: str, roughness: float = 0.4) -> Material:
    """Moulded plastic or lacquer."""
    return Material(name, (*linear_rgb(color), 1.0), metallic=0.0, roughness=roughness)


def silicone() -> Material:
    """Nose pads: clear, a little milky."""
    return Material(
        "silicone",
        (0.9, 0.89, 0.86, 1.0),
        metallic=0.0,
        roughness=0.3,
        ior=1.41,
        transmission=Transmission(0.8),
    )


def ground_glass() -> Material:
    """The edge of a drilled lens, ground and polished: it gathers light, so a rimless lens shows as a fine line."""
    return Material("lens edge", (0.86, 0.91, 0.9, 1.0), metallic=0.0, roughness=0.2, transmission=Transmission(0.92))


def glass(
    name: str, tint: Sequence[float] | str = (1.0, 1.0, 1.0), picture: TextureUse | None = None, *, ior: float = 1.5,
    coated: bool = False,
) -> Material:  # fmt: skip
    """A thin lens; `tint` is the light it lets through, linear RGB or hex.

    coated: An antireflex leaves about 1 % of the light, greenish: the reflectance of an index of 1.25, tinted.
    """
    through = linear_rgb(tint) if isinstance(tint, str) else (float(tint[0]), float(tint[1]), float(tint[2]))
    return Material(
        name,
        (*through, 1.0),
        picture,
        0.0,
        0.0,
        ior=1.25 if coated else ior,
        transmission=Transmission(1.0),
        specular=Specular(1.0, color=(0.6, 1.0, 0.75)) if coated else None,
    )


def mirror(name: str, picture: TextureUse, share: float = 0.7) -> Material:
    """A flash-coated lens: `share` of it reflects as a metal of the picture's color, the rest lets tinted light in."""
    return Material(
        name, (1.0, 1.0, 1.0, 1.0), picture, share, 0.02, ior=1.6, transmission=Transmission(1.0),
        iridescence=Iridescence(0.6, ior=1.7, thickness_min_nm=280.0, thickness_max_nm=420.0),
    )  # fmt: skip


def cloth(
    name: str, color: str, *, normal: TextureUse | None = None, picture: TextureUse | None = None,
    sheen: str = "#404040", roughness: float = 0.9, fuzz: float = 0.5, double_sided: bool = False,
) -> Material:  # fmt: skip
    """Woven, knitted or felted fiber."""
    return Material(
        name, (*linear_rgb(color), 1.0), picture, 0.0, roughness, normal_texture=normal,
        sheen=Sheen(linear_rgb(sheen), roughness=fuzz), double_sided=double_sided,
    )  # fmt: skip


def unlit_side(outside: Material, light: float = 0.2) -> Material:
    """The same inside a crown that somebody wears: the head lets a fifth of the light in, which is baked here."""
    red, green, blue, alpha = outside.base_color
    dim = (light * red, light * green, light * blue, alpha)
    return replace(
        outside, name=f"{outside.name} inside", base_color=dim, sheen=None, clearcoat=None, specular=Specular(light)
    )


def leather(name: str, color: str, *, normal: TextureUse | None = None, picture: TextureUse | None = None) -> Material:
    """Finished calf leather."""
    return Material(
        name, (*linear_rgb(color), 1.0), picture, 0.0, 0.48, normal_texture=normal,
        clearcoat=Clearcoat(0.15, roughness=0.35),
    )  # fmt: skip


def gem(name: str, *, ior: float = 2.42) -> Material:
    """The clear outside of a cut stone, to be seen with its `glints` below; diamond 2.42, cubic zirconia 2.17."""
    return Material(name, (1.0, 1.0, 1.0, 1.0), metallic=0.0, roughness=0.0, ior=ior, transmission=Transmission(1.0))


def glints(name: str) -> Material:
    """Mirrors inside a stone; a thin film splits their light into colors as dispersion does."""
    film = Iridescence(0.35, ior=1.9, thickness_min_nm=380.0, thickness_max_nm=520.0)
    return Material(name, (0.97, 0.98, 1.0, 1.0), metallic=1.0, roughness=0.03, iridescence=film)


def pearl(name: str = "pearl", color: str = "#fbf5ee") -> Material:
    """Nacre: half of its luster is a mirror's, from layers below the surface; thin films play pink and green in it."""
    return Material(
        name, (*linear_rgb(color), 1.0), metallic=0.35, roughness=0.27, ior=1.55,
        clearcoat=Clearcoat(1.0, roughness=0.05), sheen=Sheen((0.16, 0.12, 0.13), roughness=0.5),
        iridescence=Iridescence(0.8, ior=1.45, thickness_min_nm=340.0, thickness_max_nm=400.0),
    )  # fmt: skip


def printed(name: str, picture: TextureUse, color: str = "#ffffff") -> Material:
    """Foil or ink stamped on a surface: only where the picture's alpha is."""
    return Material(name, (*linear_rgb(color), 1.0), picture, metallic=0.0, roughness=0.4, alpha_mode="blend")
