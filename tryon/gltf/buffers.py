"""Bytes of a model: binary chunk, data URIs, files beside it, and compressed views."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from tryon.errors import ModelFileError
from tryon.gltf.container import Container
from tryon.gltf.fields import Fields, broken, shown
from tryon.gltf.limits import Limits


class MissingFileError(ModelFileError):
    """A file that the model points to is not there."""


class Buffers:
    """Buffers and buffer views of one file, loaded when first asked for and kept.

    Everything loaded counts toward `Limits.file_bytes`, everything decompressed toward `Limits.geometry_bytes`.
    """

    def __init__(self, container: Container, limits: Limits) -> None:
        self._container = container
        self._limits = limits
        self._loaded_bytes = container.size_bytes
        self._decoded_bytes = 0
        self._buffers: dict[int, memoryview] = {}
        self._decoded: dict[int, memoryview] = {}
        self._fields = container.root.children("buffers", most=limits.objects)
        self.views = container.root.children("bufferViews", most=limits.objects)

    def view(self, index: int) -> memoryview:
        """Bytes of one buffer view, decompressed."""
        fields = self.views[index]
        packed = fields.extension("EXT_meshopt_compression", "KHR_meshopt_compression")
        if packed is None:
            return self._slice(fields)
        if index not in self._decoded:
            from tryon.gltf import meshopt

            self.reserve(meshopt.size_bytes(packed), packed.where)
            self._decoded[index] = memoryview(meshopt.decode(packed, self._slice(packed)).data)
        return self._decoded[index]

    def stride(self, index: int) -> int | None:
        """Bytes from one element to the next, or None when they lie packed."""
        fields = self.views[index]
        packed = fields.extension("EXT_meshopt_compression", "KHR_meshopt_compression")
        fields = packed or fields
        return fields.whole("byteStride", low=1, high=256) if "byteStride" in fields else None

    def reserve(self, size: int, where: str) -> None:
        """Count decoded bytes before they are taken."""
        self._decoded_bytes += size
        if self._decoded_bytes > self._limits.geometry_bytes:
            most = f"at most {self._limits.geometry_bytes / 2**20:.0f} MB of geometry"
            raise broken(where, most, f"{self._decoded_bytes / 2**20:.0f} MB", step="simplify the model")

    def uri(self, uri: str, where: str) -> bytes:
        """Bytes of a data URI or of a file beside the model.

        Raises:
            MissingFileError: The file is not there.
            ModelFileError: The URI leaves the model's folder or its data is broken.
        """
        data = _data_uri(uri, where) if uri[:5].lower() == "data:" else self._beside(uri, where)
        self._loaded_bytes += len(data)
        self._check_loaded(where, 0)
        return data

    def _beside(self, uri: str, where: str) -> bytes:
        path = _path_inside(uri, self._container.folder, where)
        try:
            if not path.is_file():
                got = f"no file {shown(uri)}"
                raise MissingFileError(
                    f"{where}: expected a file beside the model, got {got}; add it or export as GLB."
                )
            self._check_loaded(where, path.stat().st_size)
            return path.read_bytes()
        except (OSError, ValueError) as error:
            if isinstance(error, ModelFileError):
                raise
            raise MissingFileError(f"{where}: {shown(uri)} cannot be read; check its permissions.") from error

    def _check_loaded(self, where: str, more: int) -> None:
        total = self._loaded_bytes + more
        if total > self._limits.file_bytes:
            most = f"at most {self._limits.file_bytes / 2**20:.0f} MB in all"
            raise broken(where, most, f"{total / 2**20:.1f} MB", step="compress or simplify the model")

    def _slice(self, fields: Fields) -> memoryview:
        index = fields.index("buffer", self._fields)
        if index is None:
            raise broken(f"{fields.where}.buffer", "the index of a buffer", "nothing")
        start, size = fields.whole("byteOffset", 0), fields.whole("byteLength", low=1)
        data = self._buffer(index)
        if start + size > len(data):
            got = f"bytes {start} to {start + size} of {len(data)}"
            raise broken(fields.where, f"bytes inside buffer {index}", got)
        return data[start : start + size]

    def _buffer(self, index: int) -> memoryview:
        if index not in self._buffers:
            self._buffers[index] = self._load(index)
        return self._buffers[index]

    def _load(self, index: int) -> memoryview:
        fields = self._fields[index]
        size = fields.whole("byteLength", low=1)
        if "uri" in fields:
            data = memoryview(self.uri(fields.text("uri"), fields.where))
        elif index == 0 and self._container.binary is not None:
            data = self._container.binary
        else:
            raise broken(fields.where, "a uri or a GLB binary chunk", "neither")
        if len(data) < size:
            step = "the data is cut off; fetch or export it again"
            raise broken(fields.where, f"{size} bytes", len(data), step=step)
        return data[:size]


def _data_uri(uri: str, where: str) -> bytes:
    head, comma, payload = uri.partition(",")
    if not comma or not head.lower().endswith(";base64"):
        raise broken(where, "a base64 data URI", shown(uri))
    try:
        return base64.b64decode(unquote(payload), validate=True)
    except (binascii.Error, ValueError):
        raise broken(where, "base64 data", "other characters or a cut-off end") from None


def _path_inside(uri: str, folder: Path | None, where: str) -> Path:
    """Path of a relative URI; anything that could lie outside the model's own folder is refused."""
    step = "export as GLB, or keep all files in the model's folder"
    name = unquote(uri)
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if ":" in name or "\0" in name or "\\" in name or not parts or name.startswith("/") or ".." in parts:
        raise broken(where, "a file inside the model's own folder", shown(uri), step=step)
    if folder is None:
        raise broken(where, "everything inside the given bytes", f"a file {shown(uri)}", step="export as GLB")
    path = folder / name
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        inside = False
    if not inside:
        raise broken(where, "a file inside the model's own folder", f"{shown(uri)}, which leads out", step=step)
    return path
