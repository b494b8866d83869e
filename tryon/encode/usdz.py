"""A product as USDZ, the one format that iPhones place in a room: true metres, the same bytes for the same model."""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from pathlib import Path
from typing import Any  # OpenUSD's Python modules carry no types

import numpy as np
from numpy.typing import NDArray

from tryon.atomic import replacing
from tryon.encode.usdz_material import Materials
from tryon.errors import EncodeError, MissingExtraError
from tryon.types import Model, Primitive

_ALIGNED_BYTES = 64
_LOCAL_HEADER_BYTES = 30  # of a zip entry, before its name and its extra field
_PADDING_FIELD = 0x1986  # what OpenUSD's own writer calls it


def write_usdz(path: str | os.PathLike[str], model: Model) -> None:
    """Write a model; the file appears whole or not at all. See `usdz_bytes`.

    Raises:
        EncodeError: The model has no mesh, or the file cannot be written.
        MissingExtraError: OpenUSD is not installed.
    """
    data = usdz_bytes(model)
    with replacing(path) as pending:
        pending.write_bytes(data)


def usdz_bytes(model: Model) -> bytes:
    """The model as USDZ: one USD unit is one metre, +Y up, materials as UsdPreviewSurface, textures as JPEG.

    UsdPreviewSurface has no sheen, anisotropy, iridescence or light sources: those are left out. Shades baked into
    vertices become small textures where a material has no picture of its own, and one tint where it has.

    Raises:
        EncodeError: The model has no mesh.
        MissingExtraError: OpenUSD is not installed.

    Source: USDZ file format specification (stored zip entries that begin at multiples of 64 bytes, the root layer
    first) and UsdPreviewSurface; checked by OpenUSD's own validators in tests/encode/test_usdz.py.
    """
    if not model.primitives:
        raise EncodeError(f"{model.name}: expected a model with a mesh, got none; add one before writing.")
    pictures: dict[str, bytes] = {}
    layer = _layer(model, pictures)
    return _archive({"model.usdc": layer, **pictures})


def _layer(model: Model, pictures: dict[str, bytes]) -> bytes:
    """The scene as a binary USD layer; the pictures it names are put into `pictures`."""
    try:
        from pxr import Kind, Usd, UsdGeom, UsdShade
    except ImportError as error:
        raise MissingExtraError("usd-core", extra="usdz") from error
    stage = Usd.Stage.CreateInMemory("model.usda")
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.y)
    root = UsdGeom.Xform.Define(stage, "/Product")
    stage.SetDefaultPrim(root.GetPrim())
    Usd.ModelAPI(root.GetPrim()).SetKind(Kind.Tokens.component)
    root.GetPrim().SetMetadata("displayName", model.name)
    materials = Materials(stage, "/Product/Materials", model, pictures)
    for index, primitive in enumerate(model.primitives):
        mesh = UsdGeom.Mesh.Define(stage, f"/Product/Part_{index}")
        drawn = materials.of(primitive)
        _fill(mesh, primitive, double_sided=model.materials[primitive.material].double_sided)
        for name, uv in drawn.uv.items():
            _texture_coordinates(mesh, name, uv)
        UsdShade.MaterialBindingAPI.Apply(mesh.GetPrim()).Bind(drawn.material)
    with tempfile.TemporaryDirectory(prefix="tryon-usdz-") as folder:
        path = Path(folder) / "model.usdc"
        stage.GetRootLayer().Export(str(path))
        return path.read_bytes()


def _fill(mesh: Any, primitive: Primitive, *, double_sided: bool) -> None:
    """Points, normals and triangles of a mesh; no subdivision, its bounds written down."""
    from pxr import Gf, UsdGeom, Vt

    positions = np.ascontiguousarray(primitive.positions_m, np.float32)
    used = positions[np.unique(primitive.triangles)]
    mesh.CreatePointsAttr(Vt.Vec3fArray.FromNumpy(positions))
    mesh.CreateNormalsAttr(Vt.Vec3fArray.FromNumpy(np.ascontiguousarray(primitive.normals, np.float32)))
    mesh.SetNormalsInterpolation(UsdGeom.Tokens.vertex)
    count = len(primitive.triangles)
    mesh.CreateFaceVertexCountsAttr(Vt.IntArray.FromNumpy(np.full(count, 3, np.int32)))
    mesh.CreateFaceVertexIndicesAttr(Vt.IntArray.FromNumpy(primitive.triangles.reshape(-1).astype(np.int32)))
    mesh.CreateSubdivisionSchemeAttr(UsdGeom.Tokens.none)
    mesh.CreateDoubleSidedAttr(double_sided)
    mesh.CreateExtentAttr([Gf.Vec3f(*used.min(axis=0).tolist()), Gf.Vec3f(*used.max(axis=0).tolist())])


def _texture_coordinates(mesh: Any, name: str, uv: NDArray[np.float64]) -> None:
    """Texture coordinates in USD's sense: v grows upward."""
    from pxr import Sdf, UsdGeom, Vt

    flipped = np.ascontiguousarray(np.stack([uv[:, 0], 1.0 - uv[:, 1]], axis=1), np.float32)
    variable = UsdGeom.PrimvarsAPI(mesh).CreatePrimvar(name, Sdf.ValueTypeNames.TexCoord2fArray, UsdGeom.Tokens.vertex)
    variable.Set(Vt.Vec2fArray.FromNumpy(flipped))


def _archive(files: dict[str, bytes]) -> bytes:
    """A zip of stored files, each beginning at a multiple of 64 bytes, dated 1980 as zip's first day."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.create_system = 3  # the same file wherever it is written
            begins = target.tell() + _LOCAL_HEADER_BYTES + len(name) + 4
            room = -begins % _ALIGNED_BYTES
            entry.extra = _PADDING_FIELD.to_bytes(2, "little") + room.to_bytes(2, "little") + bytes(room)
            archive.writestr(entry, data)
    return target.getvalue()
