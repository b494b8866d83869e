"""The file itself: GLB header and chunks, or JSON with files beside it, and what it demands of a reader."""

from __future__ import annotations

import json
import re
import struct
from dataclasses import dataclass
from pathlib import Path

from tryon.errors import ModelFileError, SourceMissingError
from tryon.gltf.fields import Fields, broken, shown
from tryon.gltf.limits import Limits

KNOWN_EXTENSIONS = frozenset(
    {
        "EXT_mesh_gpu_instancing",
        "EXT_meshopt_compression",
        "EXT_texture_avif",
        "EXT_texture_webp",
        "KHR_draco_mesh_compression",
        "KHR_lights_punctual",
        "KHR_materials_anisotropy",
        "KHR_materials_clearcoat",
        "KHR_materials_emissive_strength",
        "KHR_materials_ior",
        "KHR_materials_iridescence",
        "KHR_materials_pbrSpecularGlossiness",
        "KHR_materials_sheen",
        "KHR_materials_specular",
        "KHR_materials_transmission",
        "KHR_materials_unlit",
        "KHR_materials_variants",
        "KHR_materials_volume",
        "KHR_mesh_quantization",
        "KHR_meshopt_compression",
        "KHR_texture_basisu",
        "KHR_texture_transform",
    }
)
_JSON_CHUNK, _BINARY_CHUNK = 0x4E4F534A, 0x004E4942  # glTF 2.0, 4.4.3: "JSON", "BIN\0"

_EMBEDDED = re.compile(rb";base64,[A-Za-z0-9+/=]*")
_OTHER_FILES = {
    b"\xff\xd8\xff": "a JPEG picture",
    b"\x89PNG": "a PNG picture",
    b"PK\x03\x04": "a zip or USDZ archive",
    b"Kaydara FBX": "an FBX file",
    b"ply\n": "a PLY file",
    b"solid ": "an STL file",
    b"<": "XML or HTML text",
    b"version https://git-lfs": "a Git LFS pointer, not the file itself",
}


@dataclass(frozen=True, slots=True, eq=False)
class Container:
    """An opened file: its JSON, its binary chunk if it has one, and the folder its own files lie in."""

    name: str
    root: Fields
    binary: memoryview | None
    folder: Path | None
    size_bytes: int
    notes: tuple[str, ...]


def open_container(source: Path | str | bytes, limits: Limits) -> Container:
    """The JSON and binary chunk of a glTF or GLB file.

    Raises:
        SourceMissingError: No such file.
        ModelFileError: Not glTF 2.0, truncated, too large, or it requires an extension that cannot be drawn.

    Source: glTF 2.0 specification, section 4.4 (GLB) and 3.2.
    """
    name, data, folder = _load(source, limits)
    notes: list[str] = []
    if data[:4] == b"glTF":
        text, binary = _chunks(name, data, notes)
    else:
        text, binary = memoryview(data), None
    root = Fields(_parse(name, text, limits), name)
    _check_version(root)
    notes += _check_extensions(root)
    return Container(name, root, binary, folder, len(data), tuple(notes))


def _load(source: Path | str | bytes, limits: Limits) -> tuple[str, bytes, Path | None]:
    if isinstance(source, bytes | bytearray | memoryview):
        name, data, folder = "model", bytes(source), None
    else:
        path = Path(source)
        name, folder = path.name, path.parent
        try:
            if not path.is_file():
                raise SourceMissingError(f"No model file at {path}; expected a .glb or .gltf file.")
            size = path.stat().st_size
            if size > limits.file_bytes:
                raise _too_large(name, size, limits)
            data = path.read_bytes()
        except (OSError, ValueError) as error:
            if isinstance(error, SourceMissingError):
                raise
            raise ModelFileError(f"{name} cannot be read ({error}); check the path and its permissions.") from error
    if len(data) > limits.file_bytes:
        raise _too_large(name, len(data), limits)
    if not data.strip():
        raise broken(name, "a glTF 2.0 file", "an empty file")
    return name, data, folder


def _too_large(name: str, size: int, limits: Limits) -> ModelFileError:
    most = f"at most {limits.file_bytes / 2**20:.0f} MB"
    return broken(name, most, f"{size / 2**20:.1f} MB", step="compress or simplify the model")


def _chunks(name: str, data: bytes, notes: list[str]) -> tuple[memoryview, memoryview | None]:
    if len(data) < 12:
        raise broken(name, "a 12-byte GLB header", f"{len(data)} bytes", step="the file is cut off; fetch it again")
    _, version, length = struct.unpack_from("<4sII", data)
    if version != 2:
        raise broken(name, "glTF version 2", f"version {version}", step="export the model as glTF 2.0")
    if length > len(data):
        got = f"{len(data)} bytes"
        raise broken(name, f"{length} bytes as its header says", got, step="the file is cut off; fetch it again")
    if length < len(data):
        notes.append(f"{len(data) - length} bytes after the end that the GLB header states were left out.")
    view, offset = memoryview(data)[:length], 12
    chunks: list[tuple[int, memoryview]] = []
    while offset + 8 <= length:
        size, kind = struct.unpack_from("<II", data, offset)
        offset += 8
        if size > length - offset:
            got = f"{length - offset} left in the file"
            raise broken(f"{name} chunk {len(chunks)}", f"{size} bytes", got, step="fetch or export the file again")
        chunks.append((kind, view[offset : offset + size]))
        offset += size
    if not chunks or chunks[0][0] != _JSON_CHUNK:
        got = "a chunk of another kind" if chunks else "no chunk at all"
        raise broken(name, "a JSON chunk first", got, step="fetch or export the file again")
    binary = chunks[1][1] if len(chunks) > 1 and chunks[1][0] == _BINARY_CHUNK else None
    return chunks[0][1], binary


def _parse(name: str, text: memoryview, limits: Limits) -> dict[str, object]:
    embedded = sum(match.end() - match.start() for match in _EMBEDDED.finditer(text))
    if len(text) - embedded > limits.json_bytes:
        most = f"at most {limits.json_bytes / 2**20:.0f} MB of JSON besides embedded data"
        got = f"{(len(text) - embedded) / 2**20:.1f} MB"
        raise broken(name, most, got, step="store buffers and images as binary (GLB)")
    try:
        value = json.loads(str(text, "utf-8-sig"), parse_constant=_refuse_constant)
    except RecursionError:
        raise broken(name, "JSON nested as glTF is", "JSON nested too deep") from None
    except ValueError as error:
        got = _guessed_kind(bytes(text[:64])) or f"text that is not JSON ({shown(str(error))[1:-1]})"
        raise broken(name, "a glTF 2.0 file (.glb or .gltf)", got, step="export the model as GLB") from None
    if not isinstance(value, dict):
        raise broken(name, "a JSON object", shown(value))
    return value


def _guessed_kind(start: bytes) -> str:
    """What a file that is no glTF seems to be, by its first bytes; empty for text."""
    for mark, kind in _OTHER_FILES.items():
        if start.startswith(mark):
            return kind
    if start[:2] in (b"# ", b"v ", b"mt"):
        return "what looks like an OBJ file"
    return "" if start.isascii() and b"\0" not in start else "binary data"


def _refuse_constant(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON number")


def _check_version(root: Fields) -> None:
    asset = root.child("asset")
    if asset is None:
        raise broken(f"{root.where}.asset", "the glTF version", "nothing", step="export the model as glTF 2.0")
    needs = asset.text("minVersion", "2.0")
    if needs.split(".")[0] != "2" or asset.text("version").split(".")[0] != "2":
        got = f"version {shown(asset.text('version'))}"
        if "minVersion" in asset:
            got += f" with minVersion {shown(needs)}"
        raise broken(root.where, "glTF version 2", got, step="export the model as glTF 2.0")
    if needs not in ("2.0", "2"):
        raise broken(root.where, "glTF 2.0", f"a need for {shown(needs)}", step="export the model as glTF 2.0")


def _check_extensions(root: Fields) -> list[str]:
    named = {}
    for field in ("extensionsRequired", "extensionsUsed"):
        values = root.values(field)
        wrong = next((value for value in values if not isinstance(value, str)), None)
        if wrong is not None:
            raise broken(f"{root.where}.{field}", "names of extensions", shown(wrong))
        named[field] = {str(value) for value in values} - KNOWN_EXTENSIONS
    if named["extensionsRequired"]:
        names = ", ".join(shown(name)[1:-1] for name in sorted(named["extensionsRequired"])[:8])
        step = "export the model without it"
        raise broken(root.where, "only extensions this reader knows", f"required {names}", step=step)
    return [f"Extension {shown(name)[1:-1]} was left out." for name in sorted(named["extensionsUsed"])[:50]]
