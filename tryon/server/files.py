"""Where saved photos lie: a local folder, or an S3 bucket by URL."""

from __future__ import annotations

from pathlib import Path

from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from tryon.errors import TryOnError


class FilesError(TryOnError, OSError):
    """The files cannot be reached, written or read."""

    __str__ = Exception.__str__


class Files:
    """Named bytes. S3 takes its keys and region from the usual `AWS_…` variables."""

    def __init__(self, place: str) -> None:
        """Open a folder (made when missing) or `s3://bucket/prefix`.

        Raises:
            FilesError: The URL is of a kind nobody reads, or the folder cannot be made.
        """
        try:
            if "://" in place:
                self._store = from_url(place)
            else:
                Path(place).mkdir(parents=True, exist_ok=True, mode=0o700)
                self._store = LocalStore(place)
        except (BaseError, ValueError, OSError) as error:
            raise FilesError(f"The files cannot be opened ({_reason(error)}); check TRYON_FILES.") from None

    def write(self, name: str, data: bytes) -> None:
        """Keep `data`; whole or not at all.

        Raises:
            FilesError: No room, or the bucket does not answer.
        """
        try:
            self._store.put(name, data)
        except (BaseError, OSError) as error:
            raise FilesError(f"The file cannot be kept now ({_reason(error)}); try again later.") from None

    def read(self, name: str) -> bytes | None:
        """The bytes, or None when there is no such file.

        Raises:
            FilesError: The bucket does not answer.
        """
        try:
            return bytes(self._store.get(name).bytes())
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise FilesError(f"The file cannot be read now ({_reason(error)}); try again later.") from None

    def remove(self, name: str) -> None:
        """Delete it; one that is not there is gone already.

        Raises:
            FilesError: The bucket does not answer.
        """
        try:
            self._store.delete(name)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise FilesError(f"The file cannot be deleted now ({_reason(error)}); try again later.") from None


def _reason(error: Exception) -> str:
    return type(error).__name__  # the text may hold addresses and keys
