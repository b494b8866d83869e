"""The database, of both kinds: made, moved on, opened by many at once, refused with a reason."""

from __future__ import annotations

import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from tryon.server.store import Store, StoreError
from tryon.server.tables import Base, Consent


def connected(url):
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://")).connect()


def test_the_migrations_make_what_the_tables_say(store, database):
    with connected(database) as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []
    connection.engine.dispose()


def test_a_database_from_before_the_migrations_is_taken_over(database):
    with connected(database) as connection:
        Base.metadata.tables["consents"].create(connection)
        connection.execute(text("INSERT INTO consents VALUES ('old', 1, 'en', 'x', NULL)"))
        connection.commit()
    connection.engine.dispose()
    for _ in range(2):  # the second finds nothing to do
        store = Store(database)
        with store.transaction() as session:
            assert session.get(Consent, "old").given_s == 1
        store.close()


def test_servers_that_start_together_make_the_tables_once(database):
    faults = []

    def start():
        try:
            Store(database).close()
        except StoreError as error:
            faults.append(error)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_a_database_of_a_newer_version_is_refused(store, database):
    with store.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="9999"):
        Store(database)


def test_a_transaction_that_raises_leaves_nothing(store):
    def fail():
        with store.transaction() as session:
            session.add(Consent(id="a", given_s=1, language="en", text_sha256="x"))
            session.flush()
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with store.transaction() as session:
        assert session.get(Consent, "a") is None


def test_sqlite_writes_ahead(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    with store.transaction() as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
    assert store.answers()
    store.close()


@pytest.mark.parametrize(
    "url", ["", "nonsense", "sqlite:////no/such/folder/x.db", "oracle://x", "postgresql://x@/y?host=/nowhere"]
)
def test_an_address_that_leads_nowhere_is_refused_in_one_sentence(url):
    with pytest.raises(StoreError, match="TRYON_DATABASE") as error:
        Store(url)
    assert "\n" not in str(error.value)
