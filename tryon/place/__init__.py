"""Furniture at 1:1: where the floor is and how large, and what stands on it."""

from tryon.place.evidence import SOURCES, Evidence, Refusal
from tryon.place.fuse import fuse
from tryon.place.length import height_above, length_between

__all__ = ["SOURCES", "Evidence", "Refusal", "fuse", "height_above", "length_between"]
