"""The picture that `tryon room PHOTO` begins with: in memory, for the one page whose address names it."""

from __future__ import annotations

import secrets
from pathlib import Path

from tryon.errors import InputError, SourceMissingError
from tryon.server.uploads import MEDIA_TYPES, MOST_BYTES, read_upload


class FirstPicture:
    """At most one picture, given on the command line."""

    def __init__(self) -> None:
        self._ticket, self._data, self._media_type = "", b"", ""

    def leave(self, photo: Path) -> str:
        """Read it now; the ticket that opens it.

        Raises:
            SourceMissingError: No such file.
            InputError: Not a picture that is read here, or a file over 16 MB.
        """
        if not photo.is_file():
            raise SourceMissingError(f"No picture at {photo}; give the path of a JPEG, PNG or WebP file.")
        if photo.stat().st_size > MOST_BYTES:
            raise InputError(f"{photo}: expected at most {MOST_BYTES // 2**20} MB; scale the picture down first.")
        self._data = photo.read_bytes()
        self._media_type = MEDIA_TYPES[read_upload(self._data).kind]
        self._ticket = secrets.token_urlsafe(12)
        return self._ticket

    def open(self, ticket: str) -> tuple[bytes, str] | None:
        """The file and its media type; None for any other ticket."""
        if not self._ticket or not secrets.compare_digest(ticket.encode(), self._ticket.encode()):
            return None
        return self._data, self._media_type
