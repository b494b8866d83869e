"""A file that is there whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tryon.errors import EncodeError


class PendingFile:
    """A hidden file beside its target; `commit` puts it in the target's place, `discard` removes it.

    A reader of the target sees the old file or the new one, never a half of it. A link is followed: what it
    points to is replaced.

    Raises:
        EncodeError: The folder is missing or not writable, or the target is not a file.
    """

    def __init__(self, target: str | os.PathLike[str]) -> None:
        self.target = Path(target).expanduser()
        final = Path(os.path.realpath(self.target))
        folder = final.parent
        if not folder.is_dir():
            raise EncodeError(f"'{self.target}': expected an existing folder, '{folder}' is none; create it first.")
        if final.exists() and not final.is_file():
            raise EncodeError(f"'{self.target}': expected a file name, a folder or device is there; add a name.")
        self._final = final
        self.path = folder / f".{final.name[:100]}.{secrets.token_hex(4)}.part"
        try:
            # As `open` would create it: the user's umask decides who may read the result.
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except OSError as error:
            raise EncodeError(
                f"'{self.target}': cannot write there ({error.strerror}); choose another folder."
            ) from error

    def commit(self) -> None:
        """Put the written file in the target's place.

        Raises:
            EncodeError: The target cannot be replaced.
        """
        try:
            self.path.replace(self._final)
        except OSError as error:
            self.discard()
            raise EncodeError(
                f"'{self.target}': cannot be replaced ({error.strerror}); is it open elsewhere?"
            ) from error

    def discard(self) -> None:
        """Remove what was written; a target that was there before stays as it was."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)


@contextmanager
def replacing(target: str | os.PathLike[str]) -> Iterator[Path]:
    """Path to write to inside `with`; it takes the target's place on success and is removed on any error.

    Raises:
        EncodeError: As `PendingFile`, and for a disk that is full or taken away.
    """
    pending = PendingFile(target)
    try:
        yield pending.path
    except OSError as error:
        pending.discard()
        raise EncodeError(f"'{pending.target}': cannot be written ({error}); is the disk full?") from error
    except BaseException:
        pending.discard()
        raise
    pending.commit()
