"""A product as a look or a command names it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Worn:
    """One product worn beside the makeup.

    product: A sample product's name, or a path to a product; a look file may give names only.
    variant: Name of a material variant, or None for the product's own.
    """

    product: str
    variant: str | None = None
