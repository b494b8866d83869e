import argparse
import json

import pytest

from tryon import models
from tryon.cli import models as command
from tryon.errors import MissingExtraError, UnknownNameError


@pytest.fixture
def tryon(capsys):
    """Run `tryon models …`; its exit status, standard output and standard error."""

    def call(*arguments):
        parser = argparse.ArgumentParser()
        command.add_parser(parser.add_subparsers())
        options = parser.parse_args(["models", *arguments])
        status = options.run(options)
        return status, *capsys.readouterr()

    return call


def test_list_names_every_model_and_says_that_none_is_here(tryon, tmp_path, monkeypatch):
    monkeypatch.setenv("TRYON_HOME", str(tmp_path))
    status, text, _ = tryon("list")
    assert status == 0
    assert [line.split()[0] for line in text.splitlines()] == list(models.manifest().models)
    assert "ready" not in text
    assert list(tmp_path.iterdir()) == []


def test_list_as_json_gives_source_licence_and_card(tryon, tmp_path, monkeypatch):
    monkeypatch.setenv("TRYON_HOME", str(tmp_path))
    _, text, _ = tryon("list", "--json")
    entry = next(entry for entry in json.loads(text) if entry["name"] == "face_mesh")
    assert entry["license"] == "Apache-2.0"
    assert entry["outputs"] == {"mesh": [468, 3], "presence": []}
    assert entry["sources"][-1].startswith("mediapipe-wheel:")
    assert entry["cached"] is False
    assert entry["path"] is None


def test_where_prints_the_folder(tryon, tmp_path, monkeypatch):
    monkeypatch.setenv("TRYON_HOME", str(tmp_path))
    assert tryon("where") == (0, f"{tmp_path / 'models'}\n", "")


def test_pull_takes_the_named_models_or_all_and_warms_up(tryon, monkeypatch):
    pulled, warmed = [], []
    monkeypatch.setattr(models, "pull", lambda names, progress: pulled.append(names))
    monkeypatch.setattr(command, "WARM_UP_MODULES", ("tryon.effects", "tryon.errors"))
    monkeypatch.setattr("tryon.effects.warm_up", lambda: warmed.append("effects"), raising=False)
    assert tryon("pull", "iris", "parts")[0] == 0
    assert tryon("pull")[0] == 0
    assert pulled == [["iris", "parts"], None]
    assert warmed == ["effects", "effects"]


def test_pull_without_the_effects_extra_still_pulls(tryon, monkeypatch):
    def missing():
        raise MissingExtraError("numba", extra="vision")

    monkeypatch.setattr(models, "pull", lambda names, progress: None)
    monkeypatch.setattr(command, "WARM_UP_MODULES", ("tryon.effects",))
    monkeypatch.setattr("tryon.effects.warm_up", missing, raising=False)
    status, _, error = tryon("pull")
    assert status == 0
    assert "tryon[vision]" in error


def test_pull_of_an_unknown_model_lists_the_known_ones(tryon):
    with pytest.raises(UnknownNameError, match="face_mesh"):
        tryon("pull", "face_mash")


def test_verify_passes_whole_files_and_fails_a_changed_one(tryon, models_ready, tmp_path, monkeypatch):
    assert tryon("verify")[0] == 0
    good = models.path("face_geometry")
    monkeypatch.setenv("TRYON_HOME", str(tmp_path))
    assert "tryon models pull" in tryon("verify")[1]
    folder = tmp_path / "models" / "converted"
    folder.mkdir(parents=True)
    (folder / good.name).write_bytes(good.read_bytes() + b"!")
    status, text, _ = tryon("verify")
    assert status == 1
    assert "face_geometry" in text
