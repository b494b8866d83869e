"""The list of known weights, read from `models/manifest.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from tryon.errors import ModelError, UnknownNameError
from tryon.resources import content

SCHEMA = "tryon.models/1"
ModelKind: TypeAlias = Literal["tflite", "face_geometry"]
ArchiveKind: TypeAlias = Literal["pypi", "npm", "bundle"]


@dataclass(frozen=True, slots=True)
class Source:
    """One place a file comes from: a URL, or a member of an archive."""

    url: str | None = None
    archive: str | None = None
    member: str | None = None

    def __str__(self) -> str:
        return self.url or f"{self.archive}:{self.member}"


@dataclass(frozen=True, slots=True)
class Archive:
    """A file that holds weights: a package of a registry, or a bundle with sources of its own."""

    name: str
    kind: ArchiveKind
    file: str
    size: int
    sha256: str
    license: str
    package: str = ""
    version: str = ""
    python: str = ""
    platform: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Output:
    """One result of a network: its name, and its shape after the batch axis."""

    name: str
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """One weight file: what it does, where it comes from, what it must hash to.

    input_range: lowest and highest value of the network's input. outputs: in the order the network gives them.
    card: what it expects, what it gives, what it is not for.
    """

    name: str
    title: str
    task: str
    kind: ModelKind
    file: str
    size: int
    sha256: str
    license: str
    author: str
    sources: tuple[Source, ...]
    card: str
    input_range: tuple[float, float] | None = None
    outputs: tuple[Output, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """Every known model and archive, by name."""

    models: Mapping[str, Model]
    archives: Mapping[str, Archive]

    def model(self, name: str) -> Model:
        """The model of that name.

        Raises:
            UnknownNameError: The message lists the known ones.
        """
        if name not in self.models:
            raise UnknownNameError("model", name, self.models)
        return self.models[name]

    def members(self, archive: str) -> dict[str, Model]:
        """Models that can come out of an archive, by member."""
        return {
            source.member: model
            for model in self.models.values()
            for source in model.sources
            if source.archive == archive and source.member
        }


@lru_cache(maxsize=1)
def manifest() -> Manifest:
    """The shipped manifest, read once.

    Raises:
        ModelError: The file has another schema or lacks a field.
    """
    return read_manifest((content("models") / "manifest.toml").read_text(encoding="utf-8"))


def read_manifest(text: str) -> Manifest:
    """A manifest from TOML text.

    Raises:
        ModelError: Another schema, a field that is missing or unknown, or a source that is not in the file.
    """
    try:
        table = tomllib.loads(text)
        if table.get("schema") != SCHEMA:
            raise ModelError(f"Expected a model manifest with schema '{SCHEMA}', got '{table.get('schema')}'.")
        archives = {name: _archive(name, entry) for name, entry in table["archives"].items()}
        models = {name: _model(name, entry) for name, entry in table["models"].items()}
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"The model manifest is damaged ({error}); reinstall tryon.") from error
    items: list[Archive | Model] = [*archives.values(), *models.values()]
    for item in items:
        for source in item.sources:
            if source.archive and source.archive not in archives:
                raise ModelError(f"'{item.name}' names an unknown archive '{source.archive}'; reinstall tryon.")
    return Manifest(MappingProxyType(models), MappingProxyType(archives))


def _archive(name: str, entry: dict[str, Any]) -> Archive:  # Any: parsed TOML, checked by the constructor's names
    sources = tuple(Source(**source) for source in entry.get("sources", ()))
    return Archive(name, **{**entry, "sources": sources})


def _model(name: str, entry: dict[str, Any]) -> Model:
    fields = {key: value for key, value in entry.items() if key not in ("input", "outputs", "sources", "card")}
    low_high = entry.get("input")
    return Model(
        name,
        sources=tuple(Source(**source) for source in entry["sources"]),
        input_range=(float(low_high[0]), float(low_high[1])) if low_high else None,
        outputs=tuple(Output(output["name"], tuple(output["shape"])) for output in entry.get("outputs", ())),
        card=entry["card"].strip(),
        **fields,
    )
