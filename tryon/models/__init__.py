"""Weights: what is known, where it is cached, and how it gets there. See `models/manifest.toml`."""

from tryon.models.manifest import Archive, Manifest, Model, Output, Source, manifest
from tryon.models.progress import Bar, Progress
from tryon.models.store import Check, cached, path, pull, verify, where

__all__ = [
    "Archive",
    "Bar",
    "Check",
    "Manifest",
    "Model",
    "Output",
    "Progress",
    "Source",
    "cached",
    "manifest",
    "path",
    "pull",
    "verify",
    "where",
]
