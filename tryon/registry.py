"""Finds implementations by name: built-ins in a package, third-party ones by entry point."""

from __future__ import annotations

import importlib
import importlib.metadata
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from tryon.errors import UnknownNameError

T = TypeVar("T")
U = TypeVar("U")


class Registry(Generic[T]):
    """Names to objects for one group, such as `Registry[Effect]("tryon.effects", "effect")`.

    A built-in registers itself with `@REGISTRY.register("name")` in a file of that name in the package `group`,
    which is imported on look-up; other modules are searched only when that fails. A third party publishes an entry
    point in the group of the same name; its object is loaded only when asked for. A built-in wins over an entry
    point.
    """

    def __init__(self, group: str, noun: str) -> None:
        self.group = group
        self.noun = noun
        self._found: dict[str, T] = {}
        self._scanned = False

    def register(self, name: str) -> Callable[[U], U]:
        """Decorator that files its object under `name`."""

        def file_under(item: U) -> U:
            self._found[name] = item  # type: ignore[assignment]  # U is T or builds one; the decorator must keep U
            return item

        return file_under

    def get(self, name: str) -> T:
        """The object of that name.

        Raises:
            UnknownNameError: Nothing of that name; the message lists the known ones.
        """
        if name not in self._found:
            self._import_namesake(name)
        if name not in self._found:
            self._scan()
        if name in self._found:
            return self._found[name]
        for entry in self._entry_points():
            if entry.name == name:
                item: Any = entry.load()
                return self._found.setdefault(name, item)
        raise UnknownNameError(self.noun, name, self)

    def __iter__(self) -> Iterator[str]:
        self._scan()
        names = set(self._found) | {entry.name for entry in self._entry_points()}
        return iter(sorted(names))

    def __contains__(self, name: object) -> bool:
        return name in set(self)

    def _import_namesake(self, name: str) -> None:
        """Import the module of that name, where a built-in usually lives, so that one look-up need not load all."""
        package = importlib.import_module(self.group)
        if name in {module.name for module in pkgutil.iter_modules(package.__path__)}:
            importlib.import_module(f"{self.group}.{name}")

    def _entry_points(self) -> importlib.metadata.EntryPoints:
        return importlib.metadata.entry_points(group=self.group)

    def _scan(self) -> None:
        if self._scanned:
            return
        package = importlib.import_module(self.group)
        for module in pkgutil.iter_modules(package.__path__):
            if not module.name.startswith("_"):
                importlib.import_module(f"{self.group}.{module.name}")
        self._scanned = True
