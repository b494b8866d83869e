"""What a server remembers: consents, by number and time. SQLite in WAL mode by default, PostgreSQL by URL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, String, create_engine, event, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from tryon.errors import TryOnError


class StoreError(TryOnError, RuntimeError):
    """The database cannot be opened or asked."""


class _Base(DeclarativeBase):
    pass


class Consent(_Base):
    """One consent; no name, no address, no picture."""

    __tablename__ = "consents"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    given_s: Mapped[int] = mapped_column(BigInteger)
    language: Mapped[str] = mapped_column(String(8))
    text_sha256: Mapped[str] = mapped_column(String(64))
    withdrawn_s: Mapped[int | None] = mapped_column(BigInteger, default=None)


class Store:
    """The server's database."""

    def __init__(self, url: str) -> None:
        """Open it and make what is missing.

        Raises:
            StoreError: The URL leads nowhere.
        """
        try:
            self._engine = create_engine(url, pool_pre_ping=True)
            if self._engine.dialect.name == "sqlite":
                event.listen(self._engine, "connect", _write_ahead)
            _Base.metadata.create_all(self._engine)
        except (SQLAlchemyError, ImportError) as error:
            reason = str(error).splitlines()[0]
            raise StoreError(f"The database cannot be opened ({reason}); check TRYON_DATABASE.") from None

    def consent_given(self, number: str, given_s: int, language: str, text_sha256: str) -> None:
        """Remember a consent."""
        with Session(self._engine) as session, session.begin():
            session.add(Consent(id=number, given_s=given_s, language=language, text_sha256=text_sha256))

    def consent_holds(self, number: str) -> bool:
        """It was given and not withdrawn."""
        with Session(self._engine) as session:
            consent = session.get(Consent, number)
        return consent is not None and consent.withdrawn_s is None

    def consent_withdrawn(self, number: str, now_s: int) -> int:
        """End it and say when it ended."""
        with Session(self._engine) as session, session.begin():
            statement = update(Consent).where(Consent.id == number, Consent.withdrawn_s.is_(None))
            session.execute(statement.values(withdrawn_s=now_s))
            ended = session.scalar(select(Consent.withdrawn_s).where(Consent.id == number))
        return int(ended) if ended is not None else now_s

    def answers(self) -> bool:
        """The database can be asked now."""
        try:
            with self._engine.connect() as connection:
                connection.execute(select(1))
        except SQLAlchemyError:
            return False
        return True

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()


def _write_ahead(connection: Any, _: Any) -> None:  # the driver's own connection; its type depends on the driver
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.close()
