"""The server's database: SQLite in WAL mode by default, PostgreSQL by URL; tables made and moved on by Alembic."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from tryon.errors import TryOnError

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_489_125  # any number; servers that start together on one PostgreSQL move it on one after the other


class StoreError(TryOnError, RuntimeError):
    """The database cannot be opened, moved on or asked."""


class Store:
    """The server's database."""

    def __init__(self, url: str) -> None:
        """Open it and move its tables on to this version.

        Raises:
            StoreError: The URL leads nowhere, or to a database of a newer version.
        """
        try:
            self._engine = _engine(url)
            _migrate(url)
        except (SQLAlchemyError, CommandError, ImportError, OSError) as error:
            reason = " ".join(str(error).splitlines()[0].split())
            raise StoreError(f"The database cannot be opened ({reason}); check TRYON_DATABASE.") from None

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A unit of work: committed at the end, undone when it raises."""
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session

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


def _engine(url: str, **options: Any) -> Engine:  # what create_engine takes
    parsed = make_url(url)
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")  # the driver of the extra `postgres`
    engine = create_engine(parsed, **(options or {"pool_pre_ping": True}))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _write_ahead)
    return engine


def _migrate(url: str) -> None:
    engine = _engine(url, poolclass=NullPool)
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with engine.connect() as connection:
        _lock(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
    engine.dispose()


def _lock(connection: Connection) -> None:
    """Servers that start together take turns."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})


def _write_ahead(connection: Any, _: Any) -> None:  # the driver's own connection; its type depends on the driver
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA secure_delete=ON")  # what a shopper withdraws leaves no trace in the file
    cursor.close()
