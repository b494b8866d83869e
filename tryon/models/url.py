"""A file from its author's own place on the web."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.parse
import urllib.request

from tryon.errors import ModelError
from tryon.models.progress import Progress

_TIMEOUT_S = 5.0
_CHUNK_BYTES = 1 << 16


class Downloader:
    """Reads https URLs into memory, and remembers hosts that did not answer so that each is tried once."""

    def __init__(self) -> None:
        self._silent_hosts: set[str] = set()

    def read(self, url: str, *, size: int, progress: Progress) -> bytes:
        """Content of a URL, at most `size` bytes.

        Raises:
            ModelError: No https, no answer within 5 s, an error status, or another size.
        """
        parts = urllib.parse.urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme != "https":
            raise ModelError(f"Weights are fetched over https only, got '{url}'; correct the manifest.")
        if host in self._silent_hosts:
            raise ModelError(f"{host} did not answer before")
        try:
            with urllib.request.urlopen(url, timeout=_TIMEOUT_S) as response:  # noqa: S310  # https, checked above
                return _read(response, url, size, progress)
        except urllib.error.HTTPError as error:
            error.close()
            raise ModelError(f"{host} answered {error.code} for {parts.path}") from error
        except (OSError, http.client.HTTPException) as error:
            self._silent_hosts.add(host)
            raise ModelError(f"{host} cannot be reached") from error


def _read(response: http.client.HTTPResponse, url: str, size: int, progress: Progress) -> bytes:
    label = urllib.parse.urlsplit(url).path.rpartition("/")[2]
    data = bytearray()
    while len(data) <= size:
        chunk = response.read(_CHUNK_BYTES)
        if not chunk:
            break
        data += chunk
        progress(label, len(data), size)
    if len(data) != size:
        raise ModelError(f"'{label}' should be {size} bytes, got {'more' if len(data) > size else len(data)}")
    return bytes(data)
