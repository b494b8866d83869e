"""Light from everywhere: .hdr maps by name or path, prefiltered once and kept."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tryon.errors import InputError, SourceMissingError, UnknownNameError
from tryon.render.prefilter import Levels, prefilter
from tryon.resources import content, home

if TYPE_CHECKING:
    import moderngl

    from tryon.render.programs import Programs

_log = logging.getLogger(__name__)

# Part of the cached files' names: raise it when prefiltering changes.
_CACHE_VERSION = 4
_KEPT = 4


class Environment:
    """A prefiltered map on the GPU.

    texture: Octahedral, mip level l for roughness 1 − √(1 − l/last_level).
    """

    def __init__(self, gl: moderngl.Context, levels: Levels, path: Path) -> None:
        import moderngl

        self._gl = gl
        self._path = path
        self._sky: moderngl.Texture | None = None
        size = levels[0].shape[0]
        self.texture = gl.texture((size, size), 4, dtype="f2")
        self.texture.build_mipmaps(max_level=len(levels) - 1)
        for level, texels in enumerate(levels):
            self.texture.write(texels.tobytes(), level=level)
        self.texture.filter = (moderngl.LINEAR_MIPMAP_NEAREST, moderngl.LINEAR)
        self.texture.repeat_x = self.texture.repeat_y = False
        self.last_level = len(levels) - 1
        self.log2_size = size.bit_length() - 1

    @property
    def sky(self) -> moderngl.Texture:
        """The panorama as it is, for backgrounds; uploaded on first use."""
        import moderngl

        if self._sky is None:
            texels = panorama(_bytes(self._path), self._path)
            height, width = texels.shape[:2]
            self._sky = self._gl.texture((width, height), 3, texels.astype(np.float16).tobytes(), dtype="f2")
            self._sky.filter = (moderngl.LINEAR, moderngl.LINEAR)
            self._sky.repeat_x, self._sky.repeat_y = True, False
        return self._sky

    def release(self) -> None:
        """Give the textures back."""
        self.texture.release()
        if self._sky is not None:
            self._sky.release()


class Environments:
    """Maps of one context by name or path; the last few stay on the GPU."""

    def __init__(self, gl: moderngl.Context, programs: Programs) -> None:
        self._gl = gl
        self._programs = programs
        self._kept: dict[str, Environment] = {}

    def get(self, name: str) -> Environment:
        """The map of that name in `assets/environments`, or of the .hdr file at that path.

        Raises:
            UnknownNameError: No such name; the message lists the known ones.
            SourceMissingError: No such file.
            InputError: Not a Radiance .hdr panorama.
        """
        environment = self._kept.pop(name, None)
        if environment is None:
            path = find(name)
            environment = Environment(self._gl, self._levels(path), path)
            while len(self._kept) >= _KEPT:
                self._kept.pop(next(iter(self._kept))).release()
        self._kept[name] = environment
        return environment

    def release(self) -> None:
        """Give all maps back."""
        for environment in self._kept.values():
            environment.release()
        self._kept.clear()

    def _levels(self, path: Path) -> Levels:
        data = _bytes(path)
        digest = hashlib.sha256(data).hexdigest()[:24]
        kept = home() / "environments" / f"{digest}-{_CACHE_VERSION}.npz"
        levels = _load(kept)
        if levels is None:
            levels = prefilter(self._gl, self._programs, panorama(data, path))
            _store(kept, levels)
        return levels


def find(name: str) -> Path:
    """Where a map lies: a path when it ends in .hdr or holds a folder, else a name in `assets/environments`."""
    if name.lower().endswith(".hdr") or "/" in name or os.sep in name:
        return Path(name)
    folder = content("assets") / "environments"
    path = folder / f"{name}.hdr"
    if not path.is_file():
        known = (item.stem for item in folder.glob("*.hdr")) if folder.is_dir() else ()
        raise UnknownNameError("environment", name, known)
    return path


def panorama(data: bytes, path: Path) -> NDArray[np.float32]:
    """(H, 2H, 3) float32 linear RGB of a Radiance .hdr file; row 0 is up, negative and broken values are 0.

    Raises:
        InputError: Not such a file, or not twice as wide as high.
    """
    import cv2

    if not data.startswith((b"#?RADIANCE", b"#?RGBE")):
        raise InputError(f"'{path}': expected a Radiance .hdr panorama, got another kind of file.")
    try:
        bgr = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        bgr = None
    if bgr is None or bgr.ndim != 3 or bgr.dtype != np.float32:
        raise InputError(f"'{path}': the .hdr panorama is broken; export it again.")
    height, width = bgr.shape[:2]
    if abs(width - 2 * height) > 2 or height < 4:
        raise InputError(f"'{path}': expected a panorama twice as wide as high, got {width}×{height}.")
    rgb = np.nan_to_num(bgr[..., 2::-1], nan=0.0, posinf=65000.0, neginf=0.0)
    return np.ascontiguousarray(np.clip(rgb, 0.0, 65000.0), np.float32)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceMissingError(f"'{path}': the environment map cannot be read ({error.strerror}).") from error


def _load(path: Path) -> Levels | None:
    try:
        with np.load(path, allow_pickle=False) as stored:
            return tuple(stored[f"arr_{index}"] for index in range(len(stored.files)))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError) as error:
        _log.warning("The cached environment %s is broken (%s); it is made again.", path, error)
        return None


def _store(path: Path, levels: Levels) -> None:
    """Keep the levels; a folder that cannot be written only costs the time to make them again."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            np.savez(file, *levels)
        Path(file.name).replace(path)
    except OSError as error:
        _log.warning("The prefiltered environment cannot be kept in %s (%s).", path.parent, error)
