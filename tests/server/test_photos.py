"""Saved photos through the API: kept as long as said, opened by link, deleted with proof."""

from __future__ import annotations

import hashlib
import io
import time
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image
from sqlalchemy import update

from tests.server.test_uploads import claims, picture
from tryon.server import Settings, create_app
from tryon.server.files import FilesError
from tryon.server.photos import MOST_EACH
from tryon.server.tables import Photo


def agree(client):
    return client.post("/api/consent", json={"language": "en"}).json()["token"]


def save(client, token, data=None, **query):
    headers = {"X-Tryon-Consent": token, "Content-Type": "image/png"}
    return client.post("/api/photos", params=query, content=data or picture("png"), headers=headers)


def kept(settings):
    return list(Path(settings.files).iterdir())


def age(client, seconds):
    with client.app.state.store.transaction() as session:
        session.execute(update(Photo).values(expires_s=Photo.expires_s - seconds))


def test_a_photo_is_kept_and_opened_by_its_link(client, settings):
    saved = save(client, agree(client), hours=2).json()
    assert saved["expires_s"] == pytest.approx(time.time() + 7200, abs=60)
    answer = client.get(saved["url"])
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("image/png", "private, no-store")
    assert hashlib.sha256(answer.content).hexdigest() == saved["sha256"]
    assert len(answer.content) == saved["size_bytes"]
    assert [path.name for path in kept(settings)] == [saved["id"]]


def test_a_deletion_comes_with_a_proof_that_the_server_confirms(client, settings):
    saved = save(client, agree(client)).json()
    proof = client.delete(saved["removal_url"]).json()
    assert (proof["sha256"], proof["id"]) == (saved["sha256"], saved["id"])
    assert kept(settings) == []
    assert client.get(saved["url"]).status_code == 404
    assert client.delete(saved["removal_url"]).json()["deleted_s"] == proof["deleted_s"]
    assert client.post("/api/photos/proof", json={"proof": proof["proof"]}).json() == proof
    assert client.post("/api/photos/proof", json={"proof": proof["proof"][:-1]}).status_code == 403


def test_a_link_that_was_shared_deletes_nothing(client):
    saved = save(client, agree(client)).json()
    assert client.delete(saved["url"]).status_code == 404
    assert client.get(saved["removal_url"]).status_code == 404
    assert client.get(f"/api/photos/{saved['id']}").status_code == 404
    assert client.get(saved["url"]).status_code == 200


def test_a_photo_runs_out(client, settings):
    saved = save(client, agree(client), hours=1).json()
    age(client, 3601)
    assert client.get(saved["url"]).status_code == 404  # at once, whenever the sweeper comes
    assert client.app.state.photos.sweep() == 1
    assert kept(settings) == []
    assert client.app.state.photos.sweep() == 0


def test_photos_go_with_their_consent(client, settings):
    token, other = agree(client), agree(client)
    saved = [save(client, token).json() for _ in range(3)]
    stays = save(client, other).json()
    withdrawn = client.post("/api/consent/withdraw", json={"token": token}).json()
    assert {each["id"] for each in withdrawn["deleted"]} == {each["id"] for each in saved}
    assert [path.name for path in kept(settings)] == [stays["id"]]
    assert save(client, token).status_code == 403


def test_files_that_do_not_answer_leave_no_photo_within_reach(client, settings, monkeypatch):
    token = agree(client)
    saved = save(client, token).json()
    photos = client.app.state.photos

    def fail(*_):
        raise FilesError("The file cannot be deleted now; try again later.")

    with monkeypatch.context() as broken:
        broken.setattr(photos._files, "remove", fail)
        broken.setattr(photos._files, "write", fail)
        assert client.delete(saved["removal_url"]).status_code == 503
        assert save(client, token).status_code == 503
        assert client.post("/api/consent/withdraw", json={"token": token}).json()["deleted"] == []
        assert client.get(saved["url"]).status_code == 404
        assert photos.sweep() == 0
    assert photos.sweep() == 1
    assert kept(settings) == []


def test_one_consent_holds_only_so_many(client):
    token = agree(client)
    first = save(client, token)
    with client.app.state.store.transaction() as session:
        row = session.get_one(Photo, first.json()["id"])
        for number in range(MOST_EACH - 1):
            values = {column.name: getattr(row, column.name) for column in Photo.__table__.columns}
            session.add(Photo(**{**values, "id": f"n{number}"}))
    assert save(client, token).status_code == 409


@pytest.mark.parametrize(
    ("data", "query", "status"),
    [
        (b"text", {}, 422),
        (claims(30_000, 30_000), {}, 422),
        (b"x" * (16 * 1024 * 1024 + 1), {}, 413),
        (None, {"hours": 721}, 422),
        (None, {"hours": 0}, 422),
    ],
)
def test_bad_wishes_are_refused_with_a_reason(client, settings, data, query, status):
    answer = save(client, agree(client), data, **query)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].strip()
    assert kept(settings) == []


@pytest.mark.parametrize("token", [None, "x", "é"])
def test_nothing_is_saved_without_consent(client, token):
    headers = {} if token is None else {"X-Tryon-Consent": token.encode()}
    assert client.post("/api/photos", content=picture("png"), headers=headers).status_code == 403


def test_photos_lie_in_a_bucket_and_their_rows_in_postgresql(bucket, postgres, request, tmp_path):
    from sqlalchemy import create_engine, text

    engine = create_engine(postgres.format("postgres").replace("://", "+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE shop"))
    engine.dispose()
    settings = Settings(database=postgres.format("shop"), secret="s" * 40, threads=1, files=bucket, rate=0.0)
    with TestClient(create_app(settings)) as client:
        saved = save(client, agree(client), picture("jpeg")).json()
        assert hashlib.sha256(client.get(saved["url"]).content).hexdigest() == saved["sha256"]
        assert client.delete(saved["removal_url"]).json()["id"] == saved["id"]
        assert client.get(saved["url"]).status_code == 404


def test_a_picture_of_many_megabytes_arrives_whole(client):
    pixels = np.random.default_rng(0).integers(0, 256, (1500, 1500, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=0)
    saved = save(client, agree(client), file.getvalue()).json()
    assert (saved["width"], saved["height"]) == (1500, 1500)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(client.get(saved["url"]).content))), pixels)
