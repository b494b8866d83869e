"""The pinned three.js: fetched once with npm, driven in a headless Chromium."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tryon.resources import home

THREE = "0.187.0"
PLAYWRIGHT = "1.65.1"
FLAGS = ("--use-gl=angle", "--use-angle=gl-egl")


def modules() -> Path:
    """Folder whose node_modules hold exactly the pinned packages; installed on first use."""
    folder = home() / "bench"
    wanted = {"three": THREE, "playwright-core": PLAYWRIGHT}
    manifest = folder / "package.json"
    for name, version in wanted.items():
        found = folder / "node_modules" / name / "package.json"
        if not found.is_file() or json.loads(found.read_text())["version"] != version:
            folder.mkdir(parents=True, exist_ok=True)
            manifest.write_text(json.dumps({"private": True, "dependencies": wanted}))
            subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--save-exact"], cwd=folder, check=True)
            break
    return folder


def chromium() -> str:
    """Path of the Chromium to drive."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    raise SystemExit("No Chromium found; apt install chromium.")


def render(
    tasks: Sequence[dict[str, Any]], folders: dict[str, Path], *, size: tuple[int, int]
) -> tuple[dict[str, tuple[NDArray[np.uint8], NDArray[np.uint8]]], dict[str, Any]]:
    """(with environment behind, without) RGBA pictures, row 0 up, by case name; and what the browser said of each."""
    width, height = size
    with tempfile.TemporaryDirectory() as out:
        plan = {
            "modules": str(modules()),
            "files": {prefix: str(folder) for prefix, folder in folders.items()},
            "out": out,
            "chromium": chromium(),
            "flags": FLAGS,
            "tasks": list(tasks),
        }
        path = Path(out) / "plan.json"
        path.write_text(json.dumps(plan))
        subprocess.run(["node", str(Path(__file__).parent / "three" / "drive.mjs"), str(path)], check=True)
        said = json.loads((Path(out) / "results.json").read_text())
        pictures = {}
        for name, result in said.items():
            if "error" in result:
                continue
            raw = [np.fromfile(Path(out) / f"{name}.{kind}.raw", np.uint8) for kind in ("shown", "alone")]
            shown, alone = (item.reshape(height, width, 4)[::-1].copy() for item in raw)
            pictures[name] = (shown, alone)
    return pictures, said
