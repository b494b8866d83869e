"""Every example runs as its first lines say, on bundled data, without a window."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from skimage.data import astronaut

from tryon.encode import Delivery, open_writer
from tryon.types import Frame

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_example_runs(example: Path, models_ready: None, gl_ready: None, tmp_path: Path) -> None:
    arguments: list[str] = []
    if example.stem == "video":
        arguments = ["clip.mp4", "worn.mp4"]
        with open_writer(tmp_path / "clip.mp4", Delivery((300, 300), fps=30.0)) as writer:
            for count in range(4):
                writer.write(Frame(np.ascontiguousarray(astronaut()[0:300, 80:380]), count / 30.0, count))
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-W", "error", example, *arguments],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 6
