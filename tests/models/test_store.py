import hashlib
import io
import os
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tryon.errors import ModelError
from tryon.models import store as store_module
from tryon.models.manifest import Archive, Manifest, Model, Source
from tryon.models.progress import silent
from tryon.models.store import Store

FILES = {"one": b"first weight", "two": b"second weight"}


def digest(data):
    return hashlib.sha256(data).hexdigest()


def wheel(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def listing(url=None, **tampered):
    first = (Source(url=url),) if url else ()
    models = {
        name: Model(
            name,
            title=name,
            task="face",
            kind="tflite",
            file=f"{name}.tflite",
            size=len(data),
            sha256=tampered.get(name, digest(data)),
            license="MIT",
            author="us",
            sources=(*first, Source(archive="box", member=name)),
            card=".",
        )
        for name, data in FILES.items()
    }
    archive = Archive("box", "pypi", "box.whl", 1, digest(wheel(FILES)), "MIT", "box", "1")
    return Manifest(models, {"box": archive})


class Registry:
    """Stands for pip: writes the archive, counts the downloads."""

    def __init__(self, content):
        self.content = content
        self.downloads = 0

    def __call__(self, archive, folder, progress):
        self.downloads += 1
        path = folder / archive.file
        path.write_bytes(self.content)
        return path


@pytest.fixture
def registry(monkeypatch):
    # "Conversion" marks its input, so that a test sees it happened, and once.
    monkeypatch.setattr(store_module, "_convert", lambda model, data: b"converted " + data)
    registry = Registry(wheel(FILES))
    monkeypatch.setattr(store_module, "download_package", registry)
    return registry


@pytest.fixture
def store(tmp_path, registry):
    return Store(tmp_path / "models", listing())


def leftovers(folder):
    return [path for path in folder.rglob("*") if path.name.startswith((".", "staging"))]


def test_one_download_serves_every_model_of_an_archive(store, registry):
    assert store.path("one", silent).read_bytes() == b"converted first weight"
    assert store.path("two", silent).read_bytes() == b"converted second weight"
    assert registry.downloads == 1


def test_a_cached_model_touches_no_network_even_in_another_process_later(store, registry, monkeypatch):
    store.pull(["one", "two"], silent)
    monkeypatch.setattr(store_module, "download_package", lambda *_: pytest.fail("the network was touched"))
    again = Store(store.folder, store.manifest)
    assert again.path("one", silent) == store.path("one", silent)
    again.pull(["one", "two"], silent)


def test_a_source_that_fails_gives_way_to_the_next(tmp_path, registry):
    store = Store(tmp_path / "models", listing(url="https://127.0.0.1:9/one"))
    assert store.path("one", silent).read_bytes() == b"converted first weight"


def test_another_file_than_listed_is_refused_and_nothing_is_kept(tmp_path, registry):
    store = Store(tmp_path / "models", listing(one=digest(b"something else")))
    with pytest.raises(ModelError, match=r"'one.tflite'.*SHA-256.*TRYON_MODEL_ONE") as caught:
        store.path("one", silent)
    assert "\n" not in str(caught.value)
    assert not store.converted(store.manifest.model("one")).exists()
    assert not (store.folder / "sources" / digest(b"something else")).exists()


def test_one_weight_that_cannot_be_had_does_not_keep_back_the_others(tmp_path, registry):
    store = Store(tmp_path / "models", listing(one=digest(b"something else")))
    with pytest.raises(ModelError, match=r"one\.tflite"):
        store.pull(["one", "two"], silent)
    assert store.converted(store.manifest.model("two")).is_file()


def test_an_interrupted_download_leaves_nothing_half_and_the_next_one_succeeds(store, registry, monkeypatch):
    def interrupted(archive, folder, progress):
        (folder / "half").write_bytes(b"ha")
        raise KeyboardInterrupt

    monkeypatch.setattr(store_module, "download_package", interrupted)
    with pytest.raises(KeyboardInterrupt):
        store.path("one", silent)
    assert [path for path in store.folder.rglob("*") if path.is_file()] == [store.folder / "lock"]
    monkeypatch.setattr(store_module, "download_package", registry)
    assert store.path("one", silent).is_file()


def test_what_a_killed_process_left_is_swept_by_the_next_pull(store, registry):
    (store.folder / "staging-dead" / "npm").mkdir(parents=True)
    (store.folder / "sources").mkdir()
    (store.folder / "sources" / ".half").write_bytes(b"ha")
    store.pull(["one"], silent)
    assert leftovers(store.folder) == []


def test_a_published_file_that_was_damaged_on_disk_is_fetched_again(store, registry):
    store.pull(["one"], silent)
    source = store.folder / "sources" / digest(FILES["one"])
    source.write_bytes(b"first we")
    store.path("one", silent).unlink()
    assert store.path("one", silent).read_bytes() == b"converted first weight"
    assert registry.downloads == 2


def test_many_threads_pulling_at_once_download_once(store, registry):
    paths = []
    threads = [threading.Thread(target=lambda: paths.append(store.path("one", silent))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(paths)) == 1
    assert registry.downloads == 1


PROCESS = """
import sys, time, pathlib
from tryon.models import lock
folder = pathlib.Path(sys.argv[1])
with lock.locked(folder / "lock"):
    inside = folder / "inside"
    assert not inside.exists()
    inside.touch()
    time.sleep(0.2)
    inside.unlink()
"""


def test_two_processes_are_never_in_the_cache_together(tmp_path):
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", PROCESS, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    running = [subprocess.Popen(command, env=environment) for _ in range(3)]
    assert [process.wait(timeout=60) for process in running] == [0, 0, 0]


def test_a_new_converter_or_output_makes_a_new_file(store, monkeypatch):
    model = store.manifest.model("one")
    before = store.converted(model)
    monkeypatch.setattr("tryon.models.convert.version.CONVERTER_VERSION", 10_000)
    assert store.converted(model) != before


def test_verify_finds_a_changed_file_on_either_side(store):
    store.pull(["one", "two"], silent)
    assert [check.ok for check in store.verify()] == [True, True]
    with store.path("one", silent).open("ab") as file:
        file.write(b"!")
    (store.folder / "sources" / digest(FILES["two"])).write_bytes(b"other")
    checks = {check.name: check for check in store.verify()}
    assert not checks["one"].ok
    assert "converted" in checks["one"].problem
    assert not checks["two"].ok
    assert "published" in checks["two"].problem


def test_the_environment_names_a_file_of_the_users_own(store, registry, tmp_path, monkeypatch):
    own = tmp_path / "mine.onnx"
    own.write_bytes(b"anything")
    monkeypatch.setenv("TRYON_MODEL_ONE", str(own))
    assert store.path("one", silent) == own
    published = tmp_path / "mine.tflite"
    published.write_bytes(b"mine")
    monkeypatch.setenv("TRYON_MODEL_ONE", str(published))
    assert store.path("one", silent).read_bytes() == b"converted mine"
    monkeypatch.setenv("TRYON_MODEL_ONE", str(tmp_path / "gone.onnx"))
    with pytest.raises(ModelError, match=r"No file .*gone.onnx"):
        store.path("one", silent)
    assert registry.downloads == 0


def test_the_cache_follows_tryon_home(tmp_path, monkeypatch):
    monkeypatch.setenv("TRYON_HOME", str(tmp_path))
    assert store_module.where() == tmp_path / "models"
    assert not store_module.cached("face_mesh")


def test_the_users_own_geometry_is_read_as_it_is(tmp_path):
    own = tmp_path / "face.npz"
    np.savez(own, vertices_cm=np.zeros((1, 3)))
    assert store_module.path("face_geometry", file=own) == own
