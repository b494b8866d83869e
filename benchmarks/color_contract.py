"""Figure 6: painted products against what those pigments would really look like.

    python benchmarks/color_contract.py [--people N] [--quick]

Ten skins × four lights × every matte product, on a synthetic face whose spectra are known. The truth mixes the
skin's and the pigment's spectra at the coverage painted, lights them with the lamp's spectrum and looks through a
camera with a stated white balance. The picture is painted by the real effects, once told the light and once left to
estimate it from the picture. The figure is CIEDE2000 between the mean colors of the painted region.

Skins are the measured range of human faces in ten even steps of melanin (ISSA medians, `tryon.color.skin`) with
random redness and undertone. The Monk scale's own swatches are a second run: four of them (L* 88 to 94) are lighter
than any skin measured (L* 72), so as reflectances they are a stress test and not people.

Exposure: "fixed" puts a white card at 0.9 of full scale for everyone; "metered" lifts deep skin and lowers fair skin
by about a third of the way, ± 15 %, as cameras that expose for the face do.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from typing import Any

import numpy as np
from _report import pin_to_one_core, report
from _spectra import LIGHTS, Camera, reflectance
from _synthetic_face import Scene, canonical_tracks, person, scene
from numpy.typing import NDArray

from tryon.color import FaceLight, delta_e2000, lab_from_linear, linear_from_codes, parse_color
from tryon.effects import EFFECTS, Effect, Workspace, wear
from tryon.effects.canvas import Canvas
from tryon.effects.lighting import LightSource, measure_light
from tryon.resources import content
from tryon.types import Tracks

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])

# Realistic shades, our own choice: from nude to plum lipsticks, blushes for fair to deep skin, everyday eyeshadows.
SHADES: dict[str, tuple[str, ...]] = {
    "lipstick": (
        "#a8283c", "#7b1e3a", "#c4746a", "#e86a5c", "#5a1a24", "#b3364a",
        "#d4505e", "#8e3b46", "#c0392b", "#9c5a52", "#d98880", "#6e2436",
    ),
    "blush": ("#d06a62", "#e08a80", "#c0504d", "#e59a86", "#a84448", "#d97a8a"),
    "eyeshadow": ("#8a5a44", "#3b2a5a", "#c8a070", "#0f5a50", "#6b4a3a", "#b08a78"),
}  # fmt: skip
MONK = ("#f6ede4", "#f3e7db", "#f7ead0", "#eadaba", "#d7bd96", "#a07e56", "#825c43", "#604134", "#3a312a", "#292420")
"""Monk Skin Tone scale, Ellis Monk, 2022, skintone.google, CC BY 4.0."""


@dataclasses.dataclass(frozen=True)
class Product:
    """A matte product: the effect that paints it, its spectrum (81,), the same effect in black, and what both share."""

    effect: Effect
    name: str
    pigment: NDArray[np.float64]
    black: Effect
    shape: str


def products() -> list[Product]:
    """Every shade above and every matte layer of the shipped looks, for the effects that exist."""
    wanted = {f"{effect} {shade}": (effect, shade, {}) for effect, shades in SHADES.items() for shade in shades}
    for path in sorted(content("assets").joinpath("looks").glob("*.json")):
        for layer in json.loads(path.read_text(encoding="utf-8"))["layers"]:
            effect = layer["effect"]
            if effect not in SHADES or effect not in EFFECTS:
                continue
            finish = layer.get("finish", EFFECTS.get(effect).parse({}).finish)  # type: ignore[attr-defined]  # all have it
            given = layer.get("color", layer.get("colors", []))
            for shade in [given] if isinstance(given, str) else given:
                if finish == "matte":
                    wanted[f"{effect} {shade}"] = (effect, shade, _shape(layer))
    return [
        _product(name, EFFECTS.get(effect), shade, shape)
        for name, (effect, shade, shape) in wanted.items()
        if effect in EFFECTS
    ]


def _shape(layer: dict[str, Any]) -> dict[str, Any]:
    """How thickly a look's layer paints; each pan by itself, over the effect's usual place."""
    return {key: value for key, value in layer.items() if key == "coverage"}


def _product(name: str, kind: type[Effect], shade: str, shape: dict[str, Any]) -> Product:
    fields = {field.name for field in dataclasses.fields(kind)}  # type: ignore[arg-type]  # effects are dataclasses

    def parameters(color: str) -> dict[str, Any]:
        values: dict[str, Any] = {"colors": [color]} if "colors" in fields else {"color": color}
        # As it comes from the pan: a shade that acts as a stain on deeper skin is another contract.
        return {**values, **shape, "finish": "matte", **({"translucency": 0.0} if "translucency" in fields else {})}

    black = parameters("#000000")
    return Product(
        effect=kind.parse(parameters(shade)),
        name=name,
        pigment=reflectance(parse_color(shade)),
        black=kind.parse(black),
        shape=json.dumps([kind.name, black], sort_keys=True),
    )


def coverage(picture: Scene, black: Effect, tracks: Tracks) -> NDArray[np.float64]:
    """(H, W) share of skin hidden, found by painting black: nothing of the painter is assumed."""
    light = _told(picture.white, picture.skin)
    painted = linear_from_codes(wear(picture.frame, tracks, [(black, 1.0)], light=lambda canvas: light).pixels)
    before = linear_from_codes(picture.frame.pixels)
    share = 1.0 - painted.sum(axis=2) / np.maximum(before.sum(axis=2), 1e-3)
    return np.asarray(np.clip(share, 0.0, 1.0), dtype=np.float64)


def _told(white: NDArray[np.float64], skin: NDArray[np.float64]) -> FaceLight:
    return FaceLight(white.astype(np.float32), (skin / white).astype(np.float32), 1.0)


def differences(picture: Scene, wares: list[Product], camera: Camera, tracks: Tracks) -> NDArray[np.float64]:
    """(2, products) ΔE2000 between the mean color painted and what the pigment would show: light told, estimated."""
    workspace = Workspace()
    told = _told(picture.white, picture.skin)
    exposure = float(picture.white @ _LUMINANCE) / float(camera.white @ _LUMINANCE)
    sources: tuple[LightSource, LightSource] = (lambda canvas: told, _Once())
    shares: dict[str, NDArray[np.float64]] = {}
    result = np.zeros((2, len(wares)))
    for j, ware in enumerate(wares):
        if ware.shape not in shares:
            shares[ware.shape] = coverage(picture, ware.black, tracks)
        share = shares[ware.shape]
        core = (share > 0.5 * share.max()) & (picture.eyes == 0.0)  # paint on skin; lid edges are half eye
        weight = share[core] / share[core].sum()
        lit = camera.see(ware.pigment) * exposure * picture.shade[core][:, None]
        truth = picture.linear[core] + share[core][:, None] * (lit - picture.linear[core])
        wanted = lab_from_linear(weight @ np.clip(truth, 0.0, 1.0))
        for k, source in enumerate(sources):
            after = wear(picture.frame, tracks, [(ware.effect, 1.0)], light=source, workspace=workspace)
            result[k, j] = delta_e2000(lab_from_linear(weight @ linear_from_codes(after.pixels[core])), wanted)
    return result


class _Once:
    """Measures the light in the first picture it is asked about, which all products share."""

    def __init__(self) -> None:
        self._light: FaceLight | None = None

    def __call__(self, canvas: Canvas) -> FaceLight:
        self._light = self._light or measure_light(canvas)
        return self._light


def measure(
    wares: list[Product], tracks: Tracks, *, metered: bool, people: int, monk: bool = False
) -> NDArray[np.float64]:
    """(2, tones, people, lights, products) ΔE2000, light told and estimated."""
    rng = np.random.default_rng(6)
    cameras = [Camera(light) for light in LIGHTS]
    result = np.zeros((2, 10, people, len(LIGHTS), len(wares)))
    for tone, melanin in enumerate(np.linspace(0.0, 1.0, 10)):
        albedo = parse_color(MONK[tone]).astype(np.float64) if monk else None
        for which in range(people):
            who = person(float(melanin), rng, albedo=albedo)
            for k, camera in enumerate(cameras):
                exposure = 0.9
                if metered:
                    exposure = (0.2 / float(who.albedo @ _LUMINANCE)) ** 0.35 * float(np.exp(rng.normal(0.0, 0.15)))
                picture = scene(who, camera, exposure, tracks, rng)
                result[:, tone, which, k] = differences(picture, wares, camera, tracks)
    return result


def summary(errors: NDArray[np.float64], wares: list[Product]) -> dict[str, Any]:
    """The figure and what it is made of."""
    tones = np.median(errors, axis=(1, 2, 3))
    kinds = {kind: [ware.name.startswith(kind) for ware in wares] for kind in SHADES}
    return {
        "median_delta_e2000": round(float(np.median(errors)), 2),
        "gap_lightest_darkest": round(abs(float(tones[0] - tones[-1])), 2),
        "p95": round(float(np.percentile(errors, 95)), 2),
        "by_tone_light_to_deep": np.round(tones, 2).tolist(),
        "by_light": {light.name: round(float(np.median(errors[:, :, k])), 2) for k, light in enumerate(LIGHTS)},
        "by_effect": {
            kind: round(float(np.median(errors[..., chosen])), 2) for kind, chosen in kinds.items() if any(chosen)
        },
    }


def main() -> None:
    """Measure and print the figure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, default=6, help="people per skin tone")
    parser.add_argument("--quick", action="store_true", help="without the Monk swatches")
    arguments = parser.parse_args()
    pin_to_one_core()
    tracks = canonical_tracks()
    wares = products()
    runs: dict[str, dict[str, bool]] = {"fixed exposure": {"metered": False}, "metered exposure": {"metered": True}}
    if not arguments.quick:
        runs["Monk swatches as reflectances"] = {"metered": False, "monk": True}
    figures = {}
    for name, run in runs.items():
        told, estimated = measure(wares, tracks, people=arguments.people, **run)
        figures[f"{name}, light known"] = summary(told, wares)
        figures[f"{name}, light estimated"] = summary(estimated, wares)
    report(
        "color_contract",
        input=f"synthetic faces: 10 tones × {arguments.people} people × {len(LIGHTS)} lights × {len(wares)} products",
        warm_up="none: colors, not times",
        figures=figures,
        balance={light.name: light.balance for light in LIGHTS},
        products=[ware.name for ware in wares],
    )


if __name__ == "__main__":
    main()
