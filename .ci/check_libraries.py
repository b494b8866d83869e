"""Loads every compiled package once; fetches the system libraries they miss, or names them.

Run by `make` after an install: `.venv/bin/python .ci/check_libraries.py`. The wheels bring nearly everything;
Debian's own C++ runtime and zlib are what a stripped image can lack.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PACKAGES = ("numpy", "cv2", "av", "PIL.Image", "onnxruntime", "numba")
DEBIAN = {
    "libstdc++.so": "libstdc++6",
    "libgcc_s.so": "libgcc-s1",
    "libz.so": "zlib1g",
    "libgomp.so": "libgomp1",
    "libGL.so": "libgl1",
    "libgthread-2.0.so": "libglib2.0-0",
}


# What drawing 3D products needs without a screen; makeup needs none of it.
DRAWING = ("libegl1", "libgl1", "libgles2", "libgl1-mesa-dri", "libegl-mesa0")
_DRAWS = "import moderngl; moderngl.create_standalone_context(backend='egl').release()"


def main() -> int:
    """0 when every package loads, 1 with one sentence otherwise; that nothing can be drawn in 3D is only said."""
    offer_drawing()
    failed = failures()
    wanted = sorted({name for message in failed.values() for file, name in DEBIAN.items() if file in message})
    if wanted and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *wanted], check=True)
        failed = failures()
    for package, message in failed.items():
        advice = f"run: sudo apt-get install {' '.join(wanted)}" if wanted else "reinstall it"
        print(f"Expected '{package}' to load, got: {message}; {advice}.", file=sys.stderr)
    return 1 if failed else 0


def offer_drawing() -> None:
    """Fetch the GL libraries where that is allowed; otherwise say what is missing."""
    if _runs(_DRAWS):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *DRAWING], check=False)
    if not _runs(_DRAWS):
        print(
            "3D products cannot be drawn here, looks can: expected an EGL driver; "
            f"run: sudo apt-get install {' '.join(DRAWING)}",
            file=sys.stderr,
        )


def _runs(program: str) -> bool:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 0


def failures() -> dict[str, str]:
    """Last line of what each package says that does not load. A fresh process each: a failed load is remembered."""
    found = {}
    for package in PACKAGES:
        done = subprocess.run([sys.executable, "-c", f"import {package}"], capture_output=True, text=True, check=False)
        if done.returncode:
            found[package] = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
    return found


if __name__ == "__main__":
    raise SystemExit(main())
