"""Photos that shoppers chose to save: kept as long as they said, deleted with a signed proof."""

from __future__ import annotations

import hashlib
import logging
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tryon.errors import TryOnError
from tryon.server.files import Files, FilesError
from tryon.server.seals import SealError, Seals
from tryon.server.store import Store
from tryon.server.tables import Photo
from tryon.server.uploads import MEDIA_TYPES, read_upload

_LOG = logging.getLogger(__name__)
LONGEST_HOURS = 30 * 24
MOST_EACH = 50  # photos of one consent
_PER_SWEEP = 500


class PhotoMissingError(TryOnError, LookupError):
    """No such photo: never saved, run out or deleted."""


class PhotosFullError(TryOnError, RuntimeError):
    """One consent holds as many photos as it may."""

    status = HTTPStatus.CONFLICT


@dataclass(frozen=True, slots=True)
class Deletion:
    """Proof that a photo is gone.

    sha256: Of the file that was kept. proof: The rest, signed; this server says later whether it is true.
    """

    id: str
    sha256: str
    deleted_s: int
    proof: str


@dataclass(frozen=True, slots=True)
class Saved:
    """A photo that was saved.

    link: Opens it for whoever has it. removal: Deletes it; for the shopper alone.
    """

    id: str
    link: str
    removal: str
    sha256: str
    size_bytes: int
    width: int
    height: int
    media_type: str
    expires_s: int


class Photos:
    """The saved photos of one server."""

    def __init__(self, secret: str, store: Store, files: Files) -> None:
        """Pictures go to `files`, everything else to `store`."""
        self._store, self._files = store, files
        self._links, self._removals = Seals(secret, "photo link 1"), Seals(secret, "photo removal 1")
        self._proofs = Seals(secret, "photo deletion 1")

    def save(self, consent_id: str, data: bytes, *, hours: int) -> Saved:
        """Keep the picture in `data` for that long; written anew, so that no metadata stays with it.

        Raises:
            InputError: Not a picture that is read here.
            PhotosFullError: This consent holds as many photos as it may.
            FilesError: The files do not answer.
        """
        upload = read_upload(data)
        written = upload.to_bytes()
        now_s = int(time.time())
        photo = Photo(
            id=secrets.token_urlsafe(16),
            consent_id=consent_id,
            kind=upload.kind,
            sha256=hashlib.sha256(written).hexdigest(),
            size_bytes=len(written),
            width=upload.frame.width,
            height=upload.frame.height,
            saved_s=now_s,
            expires_s=now_s + hours * 3600,
        )
        with self._store.transaction() as session:
            held = select(func.count()).where(Photo.consent_id == consent_id, Photo.deleted_s.is_(None))
            if (session.scalar(held) or 0) >= MOST_EACH:
                raise PhotosFullError(f"Expected at most {MOST_EACH} saved photos; delete one first.")
            session.add(photo)
        # The row comes first: a file that no row knows would never be deleted.
        try:
            self._files.write(photo.id, written)
        except FilesError:
            with self._store.transaction() as session:
                session.delete(session.get_one(Photo, photo.id))
            raise
        return self._told(photo)

    def read(self, link: str) -> tuple[bytes, str, int]:
        """The picture, its media type, and when it runs out.

        Raises:
            PhotoMissingError: A wrong link, or a photo that has run out or was deleted.
        """
        number = _opened(self._links, link)
        with self._store.transaction() as session:
            photo = session.get(Photo, number)
        held = photo is not None and photo.deleted_s is None and photo.expires_s > time.time()
        data = self._files.read(number) if held else None
        if photo is None or data is None:
            raise _missing()
        return data, MEDIA_TYPES[photo.kind], photo.expires_s  # type: ignore[index]  # written by `save`

    def remove(self, removal: str) -> Deletion:
        """Delete it now; again gives the first proof.

        Raises:
            PhotoMissingError: Nothing was saved under it.
            FilesError: The files do not answer; it is not deleted yet.
        """
        number = _opened(self._removals, removal)
        with self._store.transaction() as session:
            photo = session.get(Photo, number)
            if photo is None:
                raise _missing()
            return self._deleted(session, photo)

    def forget(self, consent_id: str) -> list[Deletion]:
        """Delete every photo of a consent. What the files refuse now is out of reach, and gone with the next sweep."""
        with self._store.transaction() as session:
            still = select(Photo).where(Photo.consent_id == consent_id, Photo.deleted_s.is_(None))
            photos = list(session.scalars(still))
            for photo in photos:
                photo.expires_s = 0  # out of reach at once, even when the files cannot be asked now
        return self._remove_each(photo.id for photo in photos)

    def sweep(self) -> int:
        """Delete what has run out; returns how many. What the files refuse is left to the next sweep."""
        with self._store.transaction() as session:
            over = select(Photo.id).where(Photo.deleted_s.is_(None), Photo.expires_s <= int(time.time()))
            numbers = list(session.scalars(over.limit(_PER_SWEEP)))
        return len(self._remove_each(numbers))

    def prove(self, proof: str) -> Deletion:
        """The deletion that `proof` is about.

        Raises:
            SealError: This server did not sign it.
        """
        value = self._proofs.open(proof)
        return Deletion(str(value["id"]), str(value["sha256"]), int(value["deleted_s"]), proof)

    def _remove_each(self, numbers: Iterable[str]) -> list[Deletion]:
        deletions = []
        for number in numbers:
            try:
                with self._store.transaction() as session:
                    deletions.append(self._deleted(session, session.get_one(Photo, number)))
            except FilesError as error:
                _LOG.warning("a photo waits for deletion: %s", error)
        return deletions

    def _deleted(self, session: Session, photo: Photo) -> Deletion:
        if photo.deleted_s is None:
            self._files.remove(photo.id)
            photo.deleted_s = int(time.time())
            session.flush()
        value = {"id": photo.id, "sha256": photo.sha256, "deleted_s": photo.deleted_s}
        return Deletion(photo.id, photo.sha256, photo.deleted_s, self._proofs.seal(value))

    def _told(self, photo: Photo) -> Saved:
        return Saved(
            id=photo.id,
            link=self._links.seal({"id": photo.id}),
            removal=self._removals.seal({"id": photo.id}),
            sha256=photo.sha256,
            size_bytes=photo.size_bytes,
            width=photo.width,
            height=photo.height,
            media_type=MEDIA_TYPES[photo.kind],  # type: ignore[index]  # written by `save`
            expires_s=photo.expires_s,
        )


def _opened(seals: Seals, text: str) -> str:
    try:
        return str(seals.open(text)["id"])
    except SealError:
        raise _missing() from None


def _missing() -> PhotoMissingError:
    return PhotoMissingError("No such photo: the link is wrong, or it has run out or was deleted.")
