"""The first look at a file: is it there, is it a file, what do its first bytes say."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from tryon.errors import InputError, SourceMissingError

#: Enough for every signature used here; MPEG-TS repeats its sync byte every 188.
HEAD_BYTES = 768

# Signatures of things people hand over by mistake, so that the sentence can name them.
_KNOWN = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"glTF", "a 3D model (GLB)"),
    (b"ID3", "a sound file"),
    (b"fLaC", "a sound file"),
    (b"\xff\xfb", "a sound file"),
    (b"8BPS", "a Photoshop file"),
    (b"<svg", "an SVG drawing"),
)


def checked_file(path: str | os.PathLike[str]) -> Path:
    """The path of a regular, readable, non-empty file.

    Raises:
        SourceMissingError: Nothing is there.
        InputError: It is a folder, a device, empty or not readable.
    """
    found = Path(os.path.expanduser(path))  # noqa: PTH111  # Path.expanduser raises RuntimeError for unknown users
    try:
        status = found.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise SourceMissingError(f"'{found}': expected a picture or video, found nothing; check the path.") from None
    except (OSError, ValueError) as error:  # a NUL in the name, a name too long, a folder one may not enter
        raise InputError(f"'{found}': expected a readable file, got: {error}.") from error
    if stat.S_ISDIR(status.st_mode):
        raise InputError(f"'{found}': expected a picture or video, got a folder; name one file in it.")
    if stat.S_ISCHR(status.st_mode) and found.name.startswith("video"):
        raise InputError(f"'{found}': expected a file, got a camera; say camera:{found.name.removeprefix('video')}.")
    if not stat.S_ISREG(status.st_mode):
        raise InputError(f"'{found}': expected a picture or video, got a device or pipe; save it to a file first.")
    if status.st_size == 0:
        raise InputError(f"'{found}': expected a picture or video, got an empty file; copy or download it again.")
    if not os.access(found, os.R_OK):
        raise InputError(f"'{found}': expected a readable file, this user may not read it; change its permissions.")
    return found


def describe(head: bytes) -> str:
    """What the first bytes of an unusable file look like, in words."""
    for signature, words in _KNOWN:
        if head.startswith(signature):
            return words
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "a sound file"
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The cut at the end of `head` may split one character; anything earlier is not text.
        if error.start < len(head) - 3:
            return "data of an unknown kind"
        text = head[: error.start].decode("utf-8")
    return "text" if all(character.isprintable() or character.isspace() for character in text) else "unknown data"
