"""Products as files that phones place in a room themselves: GLB for Android and WebXR, USDZ for iPhones."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path
from typing import Literal, TypeAlias

from tryon import catalog, gltf
from tryon.encode.usdz import write_usdz
from tryon.types import Product

HandoffKind: TypeAlias = Literal["glb", "usdz"]
MEDIA_TYPES: dict[HandoffKind, str] = {"glb": "model/gltf-binary", "usdz": "model/vnd.usdz+zip"}
_VERSION = 1
_JPEG_QUALITY = 92


class Handoff:
    """Files of products in true metres, +Y up, each written once and then served from a folder."""

    def __init__(self, folder: Path) -> None:
        """Keep files in `folder`, made when the first one is."""
        self._folder = folder
        self._writing = threading.Lock()

    def file(self, product: Product, kind: HandoffKind, variant: str | None = None) -> Path:
        """The file of a product in one finish; written now if there is none of this model yet.

        Unit, axes and origin of the seller's own file are undone and its size is checked against the one sold, so
        that a phone which takes one unit for one metre shows it at its true size. The GLB needs no extension that
        Scene Viewer lacks: plain floats, no variants, no compression.

        Raises:
            ModelFileError: The model cannot be read.
            ProductError: No such variant, or the stated size is more than 2 % off the mesh.
            EncodeError: The folder cannot be written to.
            MissingExtraError: OpenUSD is not installed.
        """
        path = self._folder / f"{_digest(product, variant)}.{kind}"
        if path.is_file():
            return path
        with self._writing:
            if not path.is_file():  # somebody else asked for the same
                model = catalog.open_model(product, variant=variant)
                self._folder.mkdir(parents=True, exist_ok=True)
                part = path.with_suffix(f".{os.getpid()}.part")
                if kind == "usdz":
                    write_usdz(part, model)
                else:
                    gltf.write(part, model, jpeg_quality=_JPEG_QUALITY)
                part.replace(path)
        return path


def _digest(product: Product, variant: str | None) -> str:
    state = product.model_path.stat()
    named = (str(product.model_path), state.st_size, state.st_mtime_ns, variant, product.size_m, _VERSION)
    return hashlib.sha256(repr(named).encode()).hexdigest()[:24]
