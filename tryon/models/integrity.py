"""Checks and writes that leave either the whole right file or none."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from tryon.errors import ModelError


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_bytes(data: bytes, *, what: str, sha256: str) -> None:
    """Pass when the bytes are the ones the manifest names.

    Raises:
        ModelError: They are not.
    """
    got = hashlib.sha256(data).hexdigest()
    if got != sha256:
        raise ModelError(f"'{what}' came with SHA-256 {got[:12]}…, expected {sha256[:12]}…; it was not kept.")


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a reader, or a crash, sees the old state or the new one and nothing between."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    staged = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes the file private; a cache is readable like any other file.
        staged.chmod(0o644)
        staged.replace(path)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise
