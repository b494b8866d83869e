import json

import numpy as np
import pytest

from tests.place.shapes import floor
from tryon.cli.main import main
from tryon.encode import write_image
from tryon.session.room_planes import from_plane
from tryon.types import Frame

SIZE = (640, 480)
FLOOR = floor(size=SIZE, focal_px=500.0)


def pixel(at, height_m=0.0):
    x, y = FLOOR.camera.project(from_plane(FLOOR, [at], height_m))[0]
    return f"{x:.3f},{y:.3f}"


TILE = "tile:0.6@" + " ".join(pixel(at) for at in ((-0.3, -2.0), (0.3, -2.0), (0.3, -2.6), (-0.3, -2.6)))


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "room.png"
    write_image(path, Frame(np.full((SIZE[1], SIZE[0], 3), 170, np.uint8)))
    return str(path)


def run(*words):
    return main(["place", *words])


def test_a_chair_is_placed_at_true_size_and_told_as_json(photo, capsys):
    assert run(f"armchair@{pixel((0.2, -2.4))},30", photo, "--scale", TILE, "--focal", "500", "--json", "--fits") == 0
    told = json.loads(capsys.readouterr().out)
    plane, piece = told["planes"][0], told["pieces"][0]
    assert plane["distance"]["low_mm"] < 1400.0 < plane["distance"]["high_mm"]
    assert plane["distance"]["value_mm"] == pytest.approx(1400.0, rel=0.005)
    assert piece["at_m"] == pytest.approx([0.2, -2.4], abs=0.02)
    assert piece["yaw_deg"] == pytest.approx(30.0)
    assert piece["size_mm"]["width"] == 760.0
    assert piece["fit"]["verdict"] == "cannot be told"
    assert set(told["milliseconds"]) == {"see", "place", "draw"}
    assert told["sources"] == ["tile"]


def test_the_picture_is_written_with_dimensions(photo, tmp_path, capsys, gl_ready):
    out = tmp_path / "out.png"
    words = ["--scale", TILE, "--focal", "500", "-o", str(out), "--dimensions", "cm", "--measure"]
    assert run(f"nightstand@{pixel((0.0, -2.4))}", photo, *words, f"{pixel((-0.5, -2.5))},{pixel((0.5, -2.5))}") == 0
    said = capsys.readouterr().out
    assert out.stat().st_size > 1000
    assert "Nightstand: 45 × 40 cm, 55 cm high, drawn true to ±" in said
    distance = next(line for line in said.splitlines() if line.startswith("Distance"))
    assert float(distance.split()[1]) == pytest.approx(100.0, abs=1.5)


def test_several_products_walls_and_stacking_go_together(photo, capsys):
    wall = f"{pixel((-2.0, -3.6))},{pixel((2.0, -3.6))}"
    words = [
        f"sideboard@{pixel((0.0, -3.2))}:Walnut",
        "potted-plant+sideboard-1",
        f"wall-picture@{pixel((0, -3.6), 1.3)}",
    ]
    assert run(*words, photo, "--scale", TILE, "--focal", "500", "--wall", wall, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [plane["kind"] for plane in told["planes"]] == ["floor", "wall"]
    assert [piece["plane"] for piece in told["pieces"]] == [0, 0, 1]
    assert told["pieces"][0]["variant"] == "Walnut"
    assert told["pieces"][1]["on"] == "sideboard-1"


def test_snap_puts_the_back_against_the_wall(photo, capsys):
    wall = f"{pixel((-2.0, -3.6))},{pixel((2.0, -3.6))}"
    words = [f"bookshelf@{pixel((0.0, -3.0))},20", photo, "--scale", TILE, "--focal", "500", "--wall", wall]
    assert run(*words, "--snap", "--json") == 0
    piece = json.loads(capsys.readouterr().out)["pieces"][0]
    assert piece["at_m"][1] == pytest.approx(-3.6 + 0.16, abs=0.03)
    assert piece["yaw_deg"] == pytest.approx(0.0, abs=0.5)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["armchair"], "A4"),
        (["armchair", "--scale", "a5"], "a4, letter, card"),
        (["armchair@1", "--scale", TILE], "NAME@x,y"),
        (["armchair@1,2,3,4", "--scale", TILE], "NAME@x,y"),
        (["armchair@x,y", "--scale", TILE], "NAME@x,y"),
        (["armchairs", "--scale", TILE], "Did you mean 'armchair'"),
        (["armchair@300,2", "--scale", TILE], "horizon"),
        (["armchair@nan,2", "--scale", TILE], "NAME@x,y"),
        (["armchair:Purple", "--scale", TILE], "Purple"),
        (["wall-picture@300,200", "--scale", TILE], "mark two points"),
        (["armchair", "--scale", TILE, "--corners", "1,2 3,4"], "--corners"),
        (["armchair", "--scale", TILE, "--wall", "1,2,3"], "--wall"),
        (["armchair", "--scale", TILE, "--table", "9"], "not seen from"),
        (["armchair", "--scale", TILE, "--ceiling", "-1"], "--ceiling"),
        (["armchair", "--scale", TILE, "--camera", "/nowhere.json"], "nowhere"),
        (["armchair", "--scale", "tag:x"], "length such as"),
        (["potted-plant+sofa-1", "--scale", TILE], "sofa-1"),
        (["armchair", "--scale", TILE, "-o", "out.xyz"], "rename the output"),
    ],
)
def test_what_cannot_be_is_one_line(photo, capsys, words, expected):
    focal = [] if "--camera" in words else ["--focal", "500"]
    product, *options = words
    assert run(product, photo, *options, *focal) == 1
    captured = capsys.readouterr()
    assert expected in captured.err, captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""


def test_camera_and_focal_exclude_each_other(photo, capsys):
    assert run("armchair", photo, "--camera", "x.json", "--focal", "500") == 1
    assert "got both" in capsys.readouterr().err


def test_no_photo_is_said(tmp_path, capsys):
    assert run("armchair", str(tmp_path / "none.jpg"), "--scale", TILE) == 1
    assert "none.jpg" in capsys.readouterr().err


def test_a_saved_room_comes_back_with_its_pieces(photo, tmp_path, capsys):
    saved = tmp_path / "room.json"
    first = [
        f"armchair@{pixel((0.2, -2.4))},30",
        photo,
        "--scale",
        TILE,
        "--focal",
        "500",
        "--save",
        str(saved),
        "--json",
    ]
    assert run(*first) == 0
    before = json.loads(capsys.readouterr().out)
    assert run(f"rug@{pixel((0.0, -3.0))}", photo, "--room", str(saved), "--json") == 0
    after = json.loads(capsys.readouterr().out)
    assert after["pieces"][0] == before["pieces"][0]
    assert [piece["name"] for piece in after["pieces"]] == ["Tub armchair", "Wool rug"]
    assert after["planes"] == before["planes"]


def test_a_saved_room_that_is_none_is_said(photo, tmp_path, capsys):
    (tmp_path / "bad.json").write_text("{}")
    for words in (["--room", str(tmp_path / "bad.json")], ["--room", str(tmp_path / "none.json")]):
        assert run("rug", photo, *words) == 1
        assert capsys.readouterr().err.count("\n") == 1
    assert run("rug", photo, "--room", "x.json", "--scale", "a4") == 1
    assert "alone" in capsys.readouterr().err
