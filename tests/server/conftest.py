from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import threading
import time
import uuid
from pathlib import Path

import pytest

pytest.importorskip("fastapi")
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text

from tryon.server import Settings, create_app
from tryon.server.store import Store


@pytest.fixture
def settings(tmp_path):
    return Settings(
        database=f"sqlite:///{tmp_path / 'tryon.db'}",
        secret="s" * 40,
        threads=1,
        files=str(tmp_path / "files"),
        rate=0.0,
    )


@pytest.fixture
def client(settings):
    with TestClient(create_app(settings)) as client:
        yield client


@contextlib.contextmanager
def running(app):
    """The application on a port of its own; gives the server and its address."""
    from tryon.server.serving import make_server

    server = make_server(app, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline_s = time.monotonic() + 120.0
    while not server.started and thread.is_alive() and time.monotonic() < deadline_s:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield server, f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(120.0)


@pytest.fixture(scope="session")
def serve():
    """`with serve(app) as (server, address)`: the application on a real port."""
    return running


@pytest.fixture(scope="session")
def postgres():
    """Address of a PostgreSQL of our own, in a folder of its own; skipped where Debian's is not installed."""
    pytest.importorskip("psycopg")
    bins = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = bins[-1].parent if bins else None
    if found is None and (beside := shutil.which("initdb")):
        found = Path(beside).parent
    if found is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    user = _unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="tryon-pg-"))
    shutil.chown(folder, user)
    data = folder / "data"
    as_user = {"user": user} if os.geteuid() == 0 else {}
    initdb = [found / "initdb", "-D", data, "-A", "trust", "-U", "tryon", "--no-sync", "--locale=C", "-E", "UTF8"]
    subprocess.run(initdb, check=True, capture_output=True, cwd=folder, **as_user)
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off -c max_connections=30"
    control = [found / "pg_ctl", "-D", data, "-w", "-s", "-l", folder / "log"]
    subprocess.run([*control, "-o", options, "start"], check=True, cwd=folder, **as_user)
    try:
        yield f"postgresql://tryon@/{{}}?host={folder}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, cwd=folder, **as_user)
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    """Address of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    template = request.getfixturevalue("postgres")
    name = f"t{uuid.uuid4().hex}"
    engine = create_engine(template.format("postgres").replace("://", "+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return template.format(name)


@pytest.fixture
def store(database):
    store = Store(database)
    yield store
    store.close()


@pytest.fixture(scope="session")
def bucket():
    """An S3 of our own (moto) with one bucket, known through the usual variables; skipped without moto."""
    server = pytest.importorskip("moto.server")
    from werkzeug.serving import make_server

    serving = make_server("127.0.0.1", 0, server.DomainDispatcherApplication(server.create_backend_app), threaded=True)
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    names = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{serving.server_port}",
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_REGION": "us-east-1",
    }
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(names)
    import urllib.request

    request = urllib.request.Request(f"{names['AWS_ENDPOINT_URL']}/photos", method="PUT")
    request.add_header("Authorization", "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request, Signature=x")
    urllib.request.urlopen(request).close()
    yield "s3://photos/shop"
    serving.shutdown()
    serving.server_close()
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)


def _unprivileged():
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)
