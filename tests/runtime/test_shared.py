import gc
import threading
import weakref

import numpy as np
import pytest

from tryon.runtime import shared
from tryon.runtime.shared import SessionPool, shared_session


class Opened:
    """Stands for an open session."""


@pytest.fixture
def opened(monkeypatch, tmp_path):
    """Every opening, as (name, device, threads)."""
    calls = []

    def opens(name, *, device, threads):
        calls.append((name, device, threads))
        return Opened()

    monkeypatch.setattr(shared, "open_session", opens)
    return calls


def test_the_same_model_device_and_threads_is_one_session(opened, tmp_path):
    pool = SessionPool()
    first = pool.get(tmp_path / "a.onnx")
    assert pool.get(tmp_path / "a.onnx") is first
    assert pool.get(tmp_path / "a.onnx", threads=2) is not first
    assert pool.get(tmp_path / "b.onnx") is not first
    assert len(opened) == 3


def test_many_threads_asking_at_once_open_it_once(opened, tmp_path):
    pool, got = SessionPool(), []
    threads = [threading.Thread(target=lambda: got.append(pool.get(tmp_path / "a.onnx"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, got))) == 1
    assert len(opened) == 1


def test_a_session_is_freed_when_its_last_user_lets_go(opened, tmp_path):
    pool = SessionPool()
    session = pool.get(tmp_path / "a.onnx")
    gone = weakref.ref(session)
    del session
    gc.collect()
    assert gone() is None
    pool.get(tmp_path / "a.onnx")
    assert len(opened) == 2


def test_another_file_by_environment_is_another_session(models_ready, monkeypatch, tmp_path):
    from tryon import models

    first = shared_session("face_detector_short", device="cpu")
    assert shared_session("face_detector_short", device="cpu") is first
    own = tmp_path / "own.onnx"
    own.write_bytes(models.path("face_detector_short").read_bytes())
    monkeypatch.setenv("TRYON_MODEL_FACE_DETECTOR_SHORT", str(own))
    other = shared_session("face_detector_short", device="cpu")
    assert other is not first
    item = np.zeros((1, *first.input_shape), np.float32)
    np.testing.assert_array_equal(first.run(item)[0], other.run(item)[0])
