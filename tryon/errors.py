"""Every error the toolkit raises on purpose: one root, each also the built-in it refines.

A message holds what was expected, what came, and the next step. The CLI prints it as one line.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class TryOnError(Exception):
    """Root of every error raised on purpose; its text is one sentence a person can act on."""


class InputError(TryOnError, ValueError):
    """A picture, video or stream that cannot be used as it is."""


class SourceMissingError(InputError, FileNotFoundError):
    """A path or device that is not there."""

    # FileNotFoundError formats errno tuples; a plain sentence is wanted here.
    __str__ = Exception.__str__


class ShapeError(TryOnError, ValueError):
    """An array whose shape or dtype is not the one the callee states."""

    def __init__(self, name: str, *, expected: object, got: object) -> None:
        super().__init__(f"{name}: expected {expected}, got {got}.")


class ParameterError(TryOnError, ValueError):
    """A parameter outside its range or of the wrong kind."""


class LookError(TryOnError, ValueError):
    """A look file with an unknown version, effect, field or colour."""


class UnknownNameError(TryOnError, LookupError):
    """A name that is not registered; the message lists what is known."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        near = difflib.get_close_matches(name, names, n=1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        super().__init__(f"No '{name}' {kind}; known: {', '.join(names) or 'none'}.{hint}")
        self.name = name
        self.known = tuple(names)


class MissingExtraError(TryOnError, ImportError):
    """An optional package is needed; the message is the pip command that brings it."""

    def __init__(self, package: str, *, extra: str) -> None:
        super().__init__(f"'{package}' is not installed; run: pip install 'tryon[{extra}]'.")


class ModelError(TryOnError, RuntimeError):
    """A weight file that cannot be fetched, verified, converted or opened."""


class DeviceError(TryOnError, RuntimeError):
    """The demanded device (CUDA, a camera, a window) is not available."""


class EncodeError(TryOnError, OSError):
    """A result that cannot be written."""

    __str__ = Exception.__str__


class ModelFileError(InputError):
    """A glTF file that is broken, hostile, or uses what cannot be drawn."""


class ProductError(TryOnError, ValueError):
    """A product file with an unknown version, kind, field, or sizes that disagree."""


class RenderError(TryOnError, RuntimeError):
    """Nothing can be drawn here: no GL library, no context, or a context used from another thread."""


class ScaleUnknownError(TryOnError, ValueError):
    """A true length was asked for and nothing in view gives the scale."""
