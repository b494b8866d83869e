import io
import socket
import time
import urllib.error
import urllib.request

import pytest

from tryon.errors import ModelError
from tryon.models.progress import silent
from tryon.models.url import Downloader


@pytest.fixture
def closed_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def test_a_host_that_does_not_answer_is_tried_once(closed_port, monkeypatch):
    downloader = Downloader()
    with pytest.raises(ModelError, match=r"127\.0\.0\.1 cannot be reached"):
        downloader.read(f"https://127.0.0.1:{closed_port}/a", size=1, progress=silent)
    monkeypatch.setattr(urllib.request, "urlopen", lambda *_, **__: pytest.fail("the network was tried again"))
    with pytest.raises(ModelError, match="did not answer before"):
        downloader.read(f"https://127.0.0.1:{closed_port}/b", size=1, progress=silent)


def test_a_server_that_accepts_and_stays_silent_is_given_up_within_seconds(monkeypatch):
    monkeypatch.setattr("tryon.models.url._TIMEOUT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        start_s = time.monotonic()
        with pytest.raises(ModelError, match="cannot be reached"):
            Downloader().read(f"https://127.0.0.1:{server.getsockname()[1]}/a", size=1, progress=silent)
        assert time.monotonic() - start_s < 60


@pytest.mark.parametrize("url", ["http://example.org/a", "file:///etc/passwd"])
def test_only_https_is_read(url):
    with pytest.raises(ModelError, match="https only"):
        Downloader().read(url, size=1, progress=silent)


def test_a_refusal_does_not_condemn_the_host(monkeypatch):
    answers = [urllib.error.HTTPError("https://host/a", 403, "no", {}, io.BytesIO()), io.BytesIO(b"data")]

    def answer(*_, **__):
        got = answers.pop(0)
        if isinstance(got, Exception):
            raise got
        return got

    monkeypatch.setattr(urllib.request, "urlopen", answer)
    downloader = Downloader()
    with pytest.raises(ModelError, match="host answered 403 for /a"):
        downloader.read("https://host/a", size=4, progress=silent)
    assert downloader.read("https://host/b", size=4, progress=silent) == b"data"


@pytest.mark.parametrize("body", [b"", b"dat", b"data and more", bytes(10_000_000)])
def test_another_size_than_stated_is_refused_without_reading_on(body, monkeypatch):
    stream = io.BytesIO(body)
    monkeypatch.setattr(urllib.request, "urlopen", lambda *_, **__: stream)
    seen = []
    with pytest.raises(ModelError, match="should be 4 bytes"):
        Downloader().read("https://host/a", size=4, progress=lambda *report: seen.append(report))
    assert sum(done for _, done, _ in seen) < 200_000
