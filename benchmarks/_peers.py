"""MediaPipe beside us: its two Python packages in environments of their own, run frame by frame over a pipe.

`legacy` is mediapipe 0.10.21, FaceMesh with refined landmarks; `tasks` is mediapipe 1.2.2, FaceLandmarker in VIDEO
mode, or IMAGE mode for stills. Neither is a dependency: the legacy one needs numpy < 2, the other posts telemetry.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from tryon import models
from tryon.resources import home

Name = Literal["legacy", "tasks"]
_PACKAGES = {"legacy": ["mediapipe==0.10.21"], "tasks": ["mediapipe==1.2.2"]}
_BUNDLE_SHA256 = "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"  # as models/manifest.toml
_WORKER = Path(__file__).with_name("_peer_worker.py")


class Peer:
    """One MediaPipe process that waits for work; frames go to it as a .npy file, once.

    Args:
        name: Which package.
        frames: (n, H, W, 3) uint8 RGB.
        still: Treat each frame as a picture of its own.
        most: Faces wanted.
        confidence: Minimum detection confidence of the legacy package.
    """

    def __init__(
        self, name: Name, frames: NDArray[np.uint8], *, still: bool = False, most: int = 1, confidence: float = 0.5
    ) -> None:
        folder = home() / "bench"
        folder.mkdir(parents=True, exist_ok=True)
        self._frames = folder / f"frames-{os.getpid()}-{id(self)}.npy"
        np.save(self._frames, frames)
        bundle = _face_bundle() if name == "tasks" else ""
        self._process = subprocess.Popen(
            [str(_python(name)), str(_WORKER), name, str(self._frames), str(int(still)), str(most), str(confidence),
             bundle],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1,
        )  # fmt: skip
        self._read()

    def run(self, index: int) -> tuple[float, list[NDArray[np.float32]]]:
        """Milliseconds the peer took for frame `index`, and each face's (478, 3) pixels."""
        return self._ask(str(index))

    def see(self, pixels: NDArray[np.uint8]) -> tuple[float, list[NDArray[np.float32]]]:
        """The same for a picture of any size that is not among the frames."""
        path = self._frames.with_suffix(".picture.npy")
        np.save(path, pixels)
        try:
            return self._ask(str(path))
        finally:
            path.unlink()

    def _ask(self, line: str) -> tuple[float, list[NDArray[np.float32]]]:
        if self._process.stdin is None:
            raise RuntimeError("the peer has no input pipe")
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        answer = self._read()
        return answer["ms"], [np.array(face, np.float32) for face in answer["faces"]]

    def close(self) -> None:
        """End the process and remove its frames."""
        self._process.kill()
        self._process.wait()
        self._frames.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self) -> dict[str, Any]:  # whatever JSON the worker wrote
        for line in self._process.stdout or ():
            if line.startswith("{"):
                answer: dict[str, Any] = json.loads(line)
                return answer
        raise RuntimeError(f"the peer ended with status {self._process.wait()}; run it by hand: {self._process.args}")


def _python(name: Name) -> Path:
    """The interpreter of the peer's environment, made on first use by pip."""
    folder = home() / "bench" / f"peer-{name}"
    python = folder / "bin" / "python"
    if not (folder / ".ready").exists():
        print(f"making {folder}", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *_PACKAGES[name]], check=True, stdout=sys.stderr)
        (folder / ".ready").touch()
    return python


def _face_bundle() -> str:
    """Path of face_landmarker.task, the bundle that our V2 mesh comes out of."""
    models.pull(["face_mesh_v2"])
    path = home() / "models" / "sources" / _BUNDLE_SHA256
    if not path.exists():
        raise FileNotFoundError(f"{path}: face_landmarker.task is not in the model cache")
    return str(path)
