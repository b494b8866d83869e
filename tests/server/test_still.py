"""One photo in, the same photo wearing a look out."""

from __future__ import annotations

import io
import time

import cv2
import numpy as np
import pytest
from PIL import Image
from skimage.data import astronaut

from tests.server.test_uploads import claims, picture


def face():
    file = io.BytesIO()
    Image.fromarray(astronaut()[0:300, 80:380]).save(file, "PNG")
    return file.getvalue()


def seats_left(client):
    """Seats close on their own thread, a moment after the answer."""
    deadline_s = time.monotonic() + 60.0
    while client.app.state.pool.seats and time.monotonic() < deadline_s:
        time.sleep(0.01)
    return client.app.state.pool.seats


def ask(client, data, **query):
    consent = client.post("/api/consent", json={}).json()["token"]
    return client.post("/api/tryon/photo", params=query, content=data, headers={"X-Tryon-Consent": consent})


def test_a_photo_comes_back_wearing_the_look(client, models_ready, settings, tmp_path):
    answer = ask(client, face(), look="red-carpet")
    assert answer.headers["content-type"] == "image/png"
    worn = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR)[..., ::-1].astype(int)
    bare = astronaut()[0:300, 80:380].astype(int)
    difference = np.abs(worn - bare).max(2)
    assert difference.max() > 40
    assert (difference == 0).mean() > 0.3  # the background is untouched
    assert seats_left(client) == 0
    assert list((tmp_path / "files").iterdir()) == []


def test_no_strength_is_no_change(client, models_ready):
    answer = ask(client, face(), look="red-carpet", intensity=0)
    worn = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    assert np.array_equal(worn, astronaut()[0:300, 80:380])


def test_a_picture_without_a_face_comes_back_as_it_is(client, models_ready):
    data = picture("png")
    worn = cv2.imdecode(np.frombuffer(ask(client, data, look="rose").content, np.uint8), cv2.IMREAD_COLOR)
    assert np.array_equal(worn, cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR))


@pytest.mark.parametrize(
    ("data", "query", "status"),
    [
        (b"", {"look": "rose"}, 422),
        (claims(30_000, 30_000), {"look": "rose"}, 422),
        (b"x", {"look": "no-such"}, 404),
        (b"x", {"look": "../etc"}, 422),
        (b"x", {"wear": "no-such"}, 404),
        (b"x", {"wear": ["a"] * 9}, 422),
        (b"x", {"intensity": 2}, 422),
    ],
)
def test_bad_wishes_are_refused_with_a_reason(client, data, query, status):
    answer = ask(client, data, **query)
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_nothing_is_tracked_without_consent(client):
    assert client.post("/api/tryon/photo", content=face()).status_code == 403
