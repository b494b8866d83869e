"""How close our renderer comes to three.js and to a path tracer on the same file, environment, camera and curve.

    .venv/bin/python benchmarks/render_fidelity.py                 # against three.js
    .venv/bin/python benchmarks/render_fidelity.py --path-tracer   # and both against Mitsuba 3 (pip install mitsuba)
    .venv/bin/python benchmarks/render_fidelity.py --only sheen --pictures out/

Object pixels: drawn (alpha above 0) by both renderers without a background, less a rim of one pixel, where the two
drivers place their samples differently. A pixel agrees when its ΔE2000 is at most 5. RMS is that of the sRGB values
over the object pixels, in dB of full scale. Both renderers show the environment behind the model.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from _render_cases import FOV_DEG, HEIGHT, WIDTH, Case, camera, camera_from_world, grid_cases, real_cases
from _report import report
from _three import THREE
from _three import render as render_three
from numpy.typing import NDArray

from tryon import gltf
from tryon.color.difference import delta_e2000
from tryon.color.lab import lab_from_linear
from tryon.color.srgb import linear_from_codes
from tryon.render import Renderer
from tryon.types.scene import Item, Light, Scene

_SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "products"
_ENVIRONMENT = "env/chinese_garden_1k.hdr"
# three.js looks along +X in the middle column of a panorama, we along −Z.
_WORLD_FROM_MAP = np.array([[0.0, 0.0, -1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])

_AGREES_BELOW = 5.0
_WANTED_SHARE = 0.95
_WANTED_DB = -22.0


def main() -> None:
    """Render, compare, report."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as made:
        cases = [*real_cases(_SHARED), *grid_cases(Path(made))]
        if arguments.only:
            cases = [case for case in cases if case.name in arguments.only]
        ours, times = _render_ours(cases)
        theirs, said = _render_three(cases, Path(made))
        traced = _trace(cases, arguments.samples) if arguments.path_tracer else {}
    figures: dict[str, Any] = {}
    for case in cases:
        if case.name not in theirs:
            figures[case.name] = {"error": said[case.name].get("error")}
            continue
        figures[case.name] = _figures(case, ours[case.name], theirs[case.name], traced.get(case.name))
        if arguments.pictures:
            _save(Path(arguments.pictures), case.name, ours[case.name], theirs[case.name], traced.get(case.name))
    passing = [name for name, row in figures.items() if row.get("passes")]
    drivers = {row.get("driver") for row in said.values()} - {None}
    report(
        "render_fidelity",
        input=f"{len(cases)} models at {WIDTH}×{HEIGHT}, {_ENVIRONMENT}",
        warm_up="two draws before the one compared",
        samples_ms=times,
        figures={"passing": f"{len(passing)} of {len(cases)}", "cases": figures},
        three=THREE,
        three_driver=sorted(drivers),
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", help="names of cases")
    parser.add_argument("--pictures", help="folder for ours, three.js, difference side by side")
    parser.add_argument("--path-tracer", action="store_true", help="also render with Mitsuba 3")
    parser.add_argument("--samples", type=int, default=128, help="paths per pixel")
    return parser.parse_args()


Pictures = tuple[NDArray[np.uint8], NDArray[np.uint8]]


def _render_ours(cases: list[Case]) -> tuple[dict[str, Pictures], dict[str, list[float]]]:
    found: dict[str, Pictures] = {}
    times: dict[str, list[float]] = {}
    with Renderer() as renderer:
        for case in cases:
            model = gltf.read(case.path)
            eye, target, _ = case.eye_target_radius(model)
            view = camera_from_world(eye, target)
            light = Light(str(_SHARED / _ENVIRONMENT), camera_from_environment=view[:3, :3] @ _WORLD_FROM_MAP)
            scene = Scene((Item(model, view),), light=light)
            shown = renderer.render(scene, camera(), tone=case.tone, background="environment")  # type: ignore[arg-type]
            alone = renderer.render(scene, camera(), tone=case.tone)  # type: ignore[arg-type]
            times[case.name] = []
            for _ in range(3):
                begun = time.perf_counter()
                renderer.render(scene, camera(), tone=case.tone)  # type: ignore[arg-type]
                times[case.name].append((time.perf_counter() - begun) * 1e3)
            found[case.name] = (shown.rgba, alone.rgba)
    return found, times


def _render_three(cases: list[Case], made: Path) -> tuple[dict[str, Pictures], dict[str, Any]]:
    tasks = []
    for case in cases:
        eye, target, radius = case.eye_target_radius(gltf.read(case.path))
        distance = float(np.linalg.norm(eye - target))
        prefix, root = ("/made/", made) if case.path.is_relative_to(made) else ("/products/", _SHARED)
        tasks.append(
            {
                "name": case.name,
                "model": prefix + case.path.relative_to(root).as_posix(),
                "environment": f"/products/{_ENVIRONMENT}",
                "width": WIDTH,
                "height": HEIGHT,
                "fov_deg": FOV_DEG,
                "near": max(distance - 1.01 * radius, distance * 0.01),
                "far": distance + 1.01 * radius,
                "eye": eye.tolist(),
                "target": target.tolist(),
                "tone": case.tone,
                "exposure": 1.0,
            }
        )
    return render_three(tasks, {"/made/": made, "/products/": _SHARED}, size=(WIDTH, HEIGHT))


def _trace(cases: list[Case], samples: int) -> dict[str, NDArray[np.uint8]]:
    from _mitsuba import traced

    found = {}
    for case in cases:
        model = gltf.read(case.path)
        eye, target, _ = case.eye_target_radius(model)
        picture = traced(model, eye, target, str(_SHARED / _ENVIRONMENT), samples=samples)
        if picture is not None:
            found[case.name] = picture
    return found


def _object(ours: Pictures, theirs: Pictures) -> NDArray[np.bool_]:
    both = ((ours[1][..., 3] > 0) & (theirs[1][..., 3] > 0)).astype(np.uint8)
    return cv2.erode(both, np.ones((3, 3), np.uint8)).astype(bool)


def _figures(case: Case, ours: Pictures, theirs: Pictures, traced: NDArray[np.uint8] | None) -> dict[str, Any]:
    where = _object(ours, theirs)
    row: dict[str, Any] = {"features": case.features, "object_pixels": int(where.sum())}
    row |= _compared(ours[0], theirs[0], where)
    row["silhouette_iou"] = round(
        float(((ours[1][..., 3] > 127) & (theirs[1][..., 3] > 127)).sum())
        / max(float(((ours[1][..., 3] > 127) | (theirs[1][..., 3] > 127)).sum()), 1.0),
        4,
    )
    row["passes"] = row["within"] >= _WANTED_SHARE and row["rms_db"] <= _WANTED_DB
    if traced is not None:
        from _mitsuba import halved

        small = where.reshape(HEIGHT // 2, 2, WIDTH // 2, 2).all(axis=(1, 3))
        row["ours_to_traced"] = _compared(halved(ours[0]), traced, small)
        row["three_to_traced"] = _compared(halved(theirs[0]), traced, small)
    return row


def _compared(a: NDArray[np.uint8], b: NDArray[np.uint8], where: NDArray[np.bool_]) -> dict[str, float]:
    one, other = a[..., :3][where], b[..., :3][where]
    distances = _distances(one, other)
    rms = float(np.sqrt(np.mean(((one.astype(np.float64) - other) / 255.0) ** 2)))
    return {
        "within": round(float((distances <= _AGREES_BELOW).mean()), 4),
        "median_de": round(float(np.median(distances)), 3),
        "p95_de": round(float(np.percentile(distances, 95)), 3),
        "rms_db": round(20.0 * float(np.log10(max(rms, 1e-6))), 2),
    }


def _distances(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> NDArray[np.float64]:
    return delta_e2000(lab_from_linear(linear_from_codes(a)), lab_from_linear(linear_from_codes(b)))


def _save(folder: Path, name: str, ours: Pictures, theirs: Pictures, traced: NDArray[np.uint8] | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    where = _object(ours, theirs)
    distances = _distances(ours[0][..., :3], theirs[0][..., :3])
    heat = np.clip(np.where(where, distances, 0.0) / 10.0 * 255.0, 0, 255).astype(np.uint8)
    tiles = [ours[0][..., :3], theirs[0][..., :3], cv2.applyColorMap(heat, cv2.COLORMAP_INFERNO)[..., ::-1]]
    if traced is not None:
        tiles.append(cv2.resize(traced, (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST))
    cv2.imwrite(str(folder / f"{name}.png"), np.concatenate(tiles, axis=1)[..., ::-1])


if __name__ == "__main__":
    main()
