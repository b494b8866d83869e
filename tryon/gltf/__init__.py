"""glTF 2.0 files: read with every cap and check an upload needs, and written for sample products."""

from tryon.gltf.asset import Asset, open_asset, read
from tryon.gltf.limits import Limits
from tryon.gltf.write import write

__all__ = ["Asset", "Limits", "open_asset", "read", "write"]
