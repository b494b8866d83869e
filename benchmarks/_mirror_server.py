"""The real server as a process of its own, for benchmarks of the mirror."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import tryon

_START_S = 180.0  # on a machine that does other things too


class MirrorServer:
    """The real server as a process of its own."""

    def __init__(self, folder: Path, port: int, *, core: int | None = None) -> None:
        """Serve on `port`, with a database in `folder`; `core` binds it to one core and one vision thread."""
        self.url = f"http://127.0.0.1:{port}"
        self._port, self._core = port, core
        self._log = folder / "server.log"
        self._environment = {**os.environ, "TRYON_DATABASE": f"sqlite:///{folder / 'tryon.db'}", "TRYON_RATE": "0"}
        if core is not None:
            self._environment |= {"TRYON_THREADS": "1", "TRYON_MOST_MIRRORS": "200"}

    def __enter__(self) -> MirrorServer:
        command = [str(Path(sys.executable).parent / "tryon"), "serve", "--port", str(self._port)]
        if self._core is not None:
            command = ["taskset", "-c", str(self._core), *command]
        self._file = self._log.open("w")
        self._process = subprocess.Popen(command, env=self._environment, stdout=self._file, stderr=subprocess.STDOUT)
        patience_s = time.monotonic() + _START_S
        while time.monotonic() < patience_s and self._process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.url}/api/health", timeout=10.0)
                return self
            except OSError:
                time.sleep(0.2)
        self._process.terminate()
        sys.exit(f"tryon {tryon.__version__}: the server did not start: {self._log.read_text()[-2000:]}")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(20)
        self._file.close()

    def metric(self, name: str) -> float:
        """The value of one of its metrics."""
        with urllib.request.urlopen(f"{self.url}/metrics", timeout=30.0) as answer:
            text = str(answer.read().decode())
        return float(text.split(f"\n{name} ")[1].split()[0])

    @property
    def cpu_s(self) -> float:
        """Processor time of all its threads so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def memory_mib(self) -> float:
        """Resident memory."""
        pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    @property
    def threads(self) -> int:
        """Threads of the process."""
        return sum(1 for _ in Path(f"/proc/{self._process.pid}/task").iterdir())

    @property
    def open_files(self) -> int:
        """Open files and sockets of the process."""
        return sum(1 for _ in Path(f"/proc/{self._process.pid}/fd").iterdir())
