"""The commands as a person runs them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tryon.capture import open_source, read_image
from tryon.cli.main import main
from tryon.encode import VideoWriter, write_image
from tryon.filters import Look
from tryon.types import Frame


@pytest.fixture(scope="session")
def portrait(tmp_path_factory):
    from skimage.data import astronaut

    path = tmp_path_factory.mktemp("photo") / "portrait.png"
    write_image(path, Frame(astronaut()[:300, 80:380].copy()))
    return path


@pytest.fixture(scope="session")
def clip(tmp_path_factory, portrait):
    """Eight frames of the portrait sliding sideways, the sixth and later 0.2 s apart."""
    pixels = read_image(portrait).pixels
    path = tmp_path_factory.mktemp("video") / "clip.mp4"
    with VideoWriter(path, size=(300, 300)) as writer:
        for index in range(8):
            time_s = index / 30 if index < 6 else 5 / 30 + 0.2 * (index - 5)
            writer.write(Frame(np.ascontiguousarray(np.roll(pixels, index, axis=1)), time_s, index))
    return path


def test_looks_lists_every_look_and_prints_json(capsys):
    assert main(["looks"]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in Look.names())
    assert len(Look.names()) >= 12
    assert main(["looks", "--json"]) == 0
    assert [look["name"] for look in json.loads(capsys.readouterr().out)] == list(Look.names())


def test_apply_puts_a_look_on_a_photo_and_reports(portrait, tmp_path, capsys, models_ready):
    out = tmp_path / "worn.png"
    assert main(["apply", "red-carpet", str(portrait), "-o", str(out), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    face = report["faces"][0]
    assert face["quality"]["sentence"]
    assert abs(face["pose"]["yaw_deg"]) < 25
    assert {"track", "effects", "total"} <= set(report["stage_ms"])
    lipstick = next(color for color in report["colors"] if color["effect"] == "lipstick")
    assert lipstick["delta_e2000"] < 5
    assert (read_image(out).pixels != read_image(portrait).pixels).any()


def test_split_leaves_the_left_half_bare(portrait, tmp_path, models_ready):
    out = tmp_path / "worn.png"
    assert main(["apply", "rose", str(portrait), "-o", str(out), "--split", "--intensity", "0.8"]) == 0
    before, after = read_image(portrait).pixels, read_image(out).pixels
    assert np.array_equal(before[:, :140], after[:, :140])
    assert (before[:, 160:] != after[:, 160:]).any()


def test_a_video_keeps_its_times_and_the_same_input_gives_the_same_output(clip, tmp_path, models_ready):
    outs = [tmp_path / "a.mp4", tmp_path / "b.mp4"]
    for out in outs:
        assert main(["apply", "rose", str(clip), "-o", str(out)]) == 0
    with open_source(clip) as source, open_source(outs[0]) as worn, open_source(outs[1]) as again:
        for frame, first, second in zip(source, worn, again, strict=True):
            assert abs(frame.time_s - first.time_s) < 0.002
            # x264's threads round a few pixels differently from run to run; the painted frames are the same.
            assert np.abs(first.pixels.astype(int) - second.pixels).mean() < 0.3


def test_track_prints_one_line_of_json_a_frame_and_draws(clip, tmp_path, capsys, models_ready):
    out = tmp_path / "overlay.mp4"
    assert main(["track", str(clip), "--task", "face", "-o", str(out), "--json", "--blendshapes"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(lines) == 8
    assert len({line["faces"][0]["id"] for line in lines}) == 1
    assert len(lines[0]["faces"][0]["points_px"]) == 478
    assert len(lines[0]["faces"][0]["blendshapes"]) == 52
    assert out.exists()


@pytest.mark.parametrize("task", ["body", "hands", "person", "parts"])
def test_every_task_runs_on_a_photo(task, portrait, tmp_path, capsys, models_ready):
    out = tmp_path / "overlay.png"
    assert main(["track", str(portrait), "--task", task, "-o", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["frame"] == 0
    assert out.exists()


def test_no_face_is_said_and_the_picture_comes_back(tmp_path, capsys, models_ready):
    blank, out = tmp_path / "blank.png", tmp_path / "out.png"
    write_image(blank, Frame(np.full((200, 200, 3), 128, np.uint8)))
    assert main(["apply", "rose", str(blank), "-o", str(out)]) == 0
    assert "No face" in capsys.readouterr().out
    assert np.array_equal(read_image(out).pixels, read_image(blank).pixels)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["apply", "roze", "{photo}", "-o", "{out}.png"], ["roze", "rose"]),
        (["apply", "rose", "{photo}.gone", "-o", "{out}.png"], ["gone"]),
        (["apply", "rose", "{text}", "-o", "{out}.png"], ["text.jpg"]),
        (["apply", "rose", "{photo}", "-o", "{out}.mp4"], [".png"]),
        (["apply", "rose", "{photo}", "-o", "{photo}"], ["input itself"]),
        (["apply", "rose", "{photo}", "-o", "{folder}/none/out.png"], ["folder"]),
        (["apply", "rose", "camera:0", "-o", "{out}.mp4"], ["webcam"]),
        (["apply", "{bad}", "{photo}", "-o", "{out}.png"], ["tryon.look/9"]),
        (["track", "{photo}", "--task", "faces"], ["faces", "face"]),
    ],
)
def test_a_bad_call_is_one_line_on_stderr_and_leaves_nothing(arguments, words, portrait, tmp_path, capsys):
    text, bad = tmp_path / "text.jpg", tmp_path / "bad.json"
    text.write_text("not a picture")
    bad.write_text('{"format": "tryon.look/9"}')
    before = set(tmp_path.iterdir())
    names = {"photo": portrait, "out": tmp_path / "out", "text": text, "bad": bad, "folder": tmp_path}
    assert main([argument.format(**names) for argument in arguments]) == 1
    told = capsys.readouterr().err.strip()
    assert told.startswith("tryon: ")
    assert "\n" not in told
    for word in words:
        assert word in told
    assert set(tmp_path.iterdir()) == before


def test_webcam_without_a_screen_or_camera_is_one_clear_line(capsys):
    assert main(["webcam", "--camera", "77"]) == 1
    assert "\n" not in capsys.readouterr().err.strip()


def test_demo_writes_before_and_after(tmp_path, capsys, models_ready):
    out = tmp_path / "new" / "demo.png"
    assert main(["demo", "-o", str(out)]) == 0
    assert str(out) in capsys.readouterr().out
    pixels = read_image(out).pixels
    half = pixels.shape[1] // 2
    assert (pixels[:, :half] != pixels[:, half:]).any()


@pytest.mark.parametrize(
    "arguments",
    [
        ["place", "--camera", "x" * 300 + ".json", "photo.jpg"],
        ["place", "--room", "x" * 300 + ".json", "photo.jpg"],
        ["room", "x" * 300 + ".jpg"],
        ["place", "sofa", "photo.jpg", "--save", "no-such-folder/room.json"],
        ["calibrate", "--board", "board.pdf", "--first-id", "99999"],
    ],
)
def test_a_path_or_number_that_cannot_be_is_one_sentence(arguments, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 1
    said = capsys.readouterr().err
    assert said.startswith("tryon: ")
    assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["serve", "room", "demo"])
def test_a_port_that_is_none_is_refused_before_anything_starts(command, capsys):
    with pytest.raises(SystemExit):
        main([command, "--port", "99999"])
    assert "expected a port of 0 to 65535, got '99999'" in capsys.readouterr().err
