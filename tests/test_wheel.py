"""The wheel as a host application meets it: installed beside its own `models.py` and `server/`."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def run(*command: str | Path, cwd: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command} said:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def build(kind: str, folder: Path, *, source: Path = ROOT) -> Path:
    run(sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", folder, cwd=source)
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def host(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an environment of its own, in `.venv`, and an application with clashing names."""
    folder = tmp_path_factory.mktemp("host")
    venv.create(folder / ".venv", symlinks=True)
    python = folder / ".venv" / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel, cwd=folder)
    # The packages tryon depends on come from this environment; a path file there does not load its own path files,
    # so the checkout this environment points to stays out.
    site_packages = Path(run(python, "-c", "import site; print(site.getsitepackages()[0])", cwd=folder).strip())
    (site_packages / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    (folder / "models.py").write_text("OWNER = 'host'\n")
    (folder / "server").mkdir()
    (folder / "server" / "__init__.py").write_text("OWNER = 'host'\n")
    return folder


def python_in(host: Path, script: str) -> str:
    (host / "app.py").write_text(script)
    return run(host / ".venv" / "bin" / "python", "-W", "error", "app.py", cwd=host)


def test_the_wheel_holds_the_content_and_nothing_beside_the_package(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"tryon"}
    assert "tryon/_content/models/manifest.toml" in names
    assert any(name.startswith("tryon/_content/assets/looks/") and name.endswith(".json") for name in names)
    assert "tryon/py.typed" in names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert not [name for name in names if name.endswith((".tflite", ".onnx", ".pyc", ".task"))]


def test_a_wheel_built_from_the_sdist_is_the_same(wheel: Path, tmp_path: Path) -> None:
    archive = build("sdist", tmp_path / "sdist")
    run("tar", "-xzf", archive, cwd=tmp_path)
    unpacked = tmp_path / archive.name.removesuffix(".tar.gz")
    again = build("wheel", tmp_path / "again", source=unpacked)
    assert sorted(zipfile.ZipFile(again).namelist()) == sorted(zipfile.ZipFile(wheel).namelist())


def test_the_host_keeps_its_own_models_and_server(host: Path) -> None:
    said = python_in(
        host,
        "import json, models, server, tryon\n"
        "import tryon.models\n"
        "from tryon.resources import content\n"
        "print(json.dumps([models.OWNER, server.OWNER, tryon.__file__, str(content('assets'))]))\n",
    )
    models, server, package, assets = json.loads(said)
    assert (models, server) == ("host", "host")
    assert Path(package).is_relative_to(host / ".venv")
    assert Path(assets).is_relative_to(host / ".venv")


def test_the_installed_command_lists_the_looks(host: Path) -> None:
    looks = json.loads(run(host / ".venv" / "bin" / "tryon", "looks", "--json", cwd=host))
    assert len(looks) == len(list((ROOT / "assets" / "looks").glob("*.json")))


def test_the_installed_package_opens_and_writes_a_picture(host: Path) -> None:
    said = python_in(
        host,
        "import numpy as np\n"
        "from tryon import Frame, open_source\n"
        "from tryon.encode import write_image\n"
        "write_image('a.png', Frame(np.full((4, 6, 3), 9, np.uint8)))\n"
        "print(next(iter(open_source('a.png'))).pixels.mean())\n",
    )
    assert float(said) == 9.0
