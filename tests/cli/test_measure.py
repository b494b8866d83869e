"""`tryon measure` as a person runs it."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tryon.cli.main import main
from tryon.encode import write_image
from tryon.types import Frame


@pytest.fixture(scope="module")
def portrait(tmp_path_factory):
    from skimage.data import astronaut

    path = tmp_path_factory.mktemp("photo") / "portrait.png"
    write_image(path, Frame(astronaut()[:300, 80:380].copy()))
    return path


def test_a_photo_gives_both_lengths_with_interval_and_source(portrait, capsys, models_ready):
    assert main(["measure", str(portrait)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("Pupillary distance: ")
    assert "by iris prior" in said[0]
    assert said[1].startswith("Face width: ")


def test_json_holds_numbers_and_the_focal_lengths_origin(portrait, capsys, models_ready):
    assert main(["measure", str(portrait), "--json", "--pd", "63"]) == 0
    found = json.loads(capsys.readouterr().out)
    pd = found["pupillary_distance"]
    assert pd["low_mm"] < pd["value_mm"] == 63.0 < pd["high_mm"]
    assert pd["source"] == "known PD"
    assert found["focal_source"] == "assumed"
    assert found["remarks"] == []


def test_a_focal_length_from_exif_is_used(tmp_path, capsys, models_ready):
    from PIL import Image
    from skimage.data import astronaut

    picture = Image.fromarray(astronaut()[:300, 80:380])
    exif = picture.getexif()
    exif.get_ifd(0x8769)[0xA405] = 50
    path = tmp_path / "photo.jpg"
    picture.save(path, exif=exif, quality=95)
    assert main(["measure", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["focal_source"] == "exif"
    assert found["focal_px"] == pytest.approx(50 / 43.267 * 300 * 2**0.5, abs=0.2)


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        (["--pd", "20"], "40 to 85 mm"),
        (["--focal", "-3"], "--focal above 0"),
        (["--card", "1,2 3"], "four pixel positions"),
        (["--source", "card"], "No bank card found"),
        (["--source", "ruler"], "known: card, depth, iris, known_pd"),
        (["--depth", "missing.png"], "No depth frame"),
    ],
)
def test_what_cannot_be_is_one_sentence(portrait, capsys, models_ready, extra, words):
    assert main(["measure", str(portrait), *extra]) == 1
    said = capsys.readouterr().err
    assert words in said
    assert said.startswith("tryon: ")
    assert said.count("\n") == 1


def test_no_face_and_several_faces_are_told_apart(tmp_path, capsys, models_ready):
    from skimage.data import astronaut

    one = astronaut()[:300, 80:380]
    plain, two = tmp_path / "plain.png", tmp_path / "two.png"
    write_image(plain, Frame(np.full((200, 300, 3), 120, np.uint8)))
    write_image(two, Frame(np.concatenate([one, one], axis=1)))
    assert main(["measure", str(plain)]) == 1
    assert "Found no face" in capsys.readouterr().err
    assert main(["measure", str(two)]) == 1
    assert "found 2" in capsys.readouterr().err
