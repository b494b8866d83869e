"""What `import tryon` costs a host, and that every module says what it is."""

import ast
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEAVY = ("PIL", "av", "cv2", "fastapi", "flatbuffers", "llvmlite", "mediapipe", "numba", "onnx", "onnxruntime", "scipy")


def modules_after(statement: str) -> set[str]:
    script = f"{statement}\nimport sys, json\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout))


def test_import_tryon_loads_numpy_and_nothing_heavier() -> None:
    outside = modules_after("import tryon") - modules_after("import numpy")
    third_party = {name.split(".")[0] for name in outside} - set(sys.stdlib_module_names)
    assert third_party == {"numpy", "tryon"}  # numpy.typing is not part of `import numpy`


def test_the_heavy_list_of_this_test_would_be_noticed() -> None:
    assert "cv2" in modules_after("import tryon.capture.camera as c; c._cv2()")


def test_the_public_nouns_load_on_use() -> None:
    import tryon

    for noun in tryon.__all__:
        assert getattr(tryon, noun) is not None


def test_layers_under_the_stages_load_nothing_heavier_than_numpy() -> None:
    loaded = modules_after("import tryon.errors, tryon.types, tryon.registry, tryon.resources, tryon.geometry")
    assert not loaded & set(HEAVY)


def test_every_module_has_a_docstring() -> None:
    paths = sorted((ROOT / "tryon").rglob("*.py"))
    assert len(paths) > 20
    without = [path for path in paths if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert without == []


def test_content_folders_hold_no_python() -> None:
    for folder in ("assets", "models", "scenes", "server"):
        assert list((ROOT / folder).rglob("*.py")) == []
