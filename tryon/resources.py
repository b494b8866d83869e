"""The one place that knows where content ships and where this user's caches live."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Literal, TypeAlias

from tryon.errors import ParameterError

Content: TypeAlias = Literal["assets", "models", "scenes", "server"]

_PACKAGE = Path(__file__).resolve().parent


def content(folder: Content) -> Path:
    """Folder of shipped content: `tryon/_content/<folder>` in a wheel, `<folder>` in a checkout.

    Raises:
        ParameterError: Neither place holds that folder.
    """
    for root in (_PACKAGE / "_content", _PACKAGE.parent):
        if (root / folder).is_dir():
            return root / folder
    raise ParameterError(f"No content folder '{folder}' beside the package; reinstall tryon.")


def home() -> Path:
    """Folder of caches and data: `$TRYON_HOME`, else the platform's own cache folder. Not created here."""
    named = os.environ.get("TRYON_HOME")
    if named:
        return Path(named).expanduser().absolute()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "tryon"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "tryon"
    return Path(os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))) / "tryon"


def ensure_kernel_cache() -> None:
    """Give numba a folder for compiled kernels where it would find none, under `$TRYON_HOME`.

    numba looks for `$NUMBA_CACHE_DIR`, then beside the source, then in the user's cache folder, and raises on
    import of the first kernel when it may write to none, as in a container with a read-only image and a
    made-up user. Only then, and only when TRYON_HOME names a folder, the variable is set; a host's own
    setting always stands.
    """
    named = os.environ.get("TRYON_HOME")
    if not named or os.environ.get("NUMBA_CACHE_DIR") or os.access(_PACKAGE, os.W_OK):
        return
    user = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"))  # noqa: PTH111  # never raises
    nearest = next((folder for folder in (user, *user.parents) if folder.exists()), user)
    if not os.access(nearest, os.W_OK):
        os.environ["NUMBA_CACHE_DIR"] = str(home() / "kernels")
