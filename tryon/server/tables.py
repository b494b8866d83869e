"""The database's tables. A change here needs a new file in `migrations/versions`."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Root of the tables."""


class Consent(Base):
    """One consent; no name, no address, no picture."""

    __tablename__ = "consents"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    given_s: Mapped[int] = mapped_column(BigInteger)
    language: Mapped[str] = mapped_column(String(8))
    text_sha256: Mapped[str] = mapped_column(String(64))
    withdrawn_s: Mapped[int | None] = mapped_column(BigInteger, default=None)


class Key(Base):
    """One brand's key to the API. The key itself is not kept: `digest` is its SHA-256, `prefix` tells it apart."""

    __tablename__ = "keys"

    prefix: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    scopes: Mapped[str] = mapped_column(String(40))
    digest: Mapped[str] = mapped_column(String(64))
    made_s: Mapped[int] = mapped_column(BigInteger)
    revoked_s: Mapped[int | None] = mapped_column(BigInteger, default=None)


class Photo(Base):
    """One photo that a shopper saved; the picture lies in the files under `id`.

    sha256: Of the stored bytes; stays after deletion, as what the proof of deletion is about.
    """

    __tablename__ = "photos"
    __table_args__ = (Index("photos_by_consent", "consent_id"), Index("photos_by_expiry", "deleted_s", "expires_s"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    consent_id: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(8))
    sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    saved_s: Mapped[int] = mapped_column(BigInteger)
    expires_s: Mapped[int] = mapped_column(BigInteger)
    deleted_s: Mapped[int | None] = mapped_column(BigInteger, default=None)
