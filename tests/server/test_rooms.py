"""A room over the API: its scale, furniture in it, lengths with their intervals, and everybody else kept out."""

from __future__ import annotations

import io
import json
import logging
import tempfile

import cv2
import numpy as np
import pytest

pytest.importorskip("fastapi")
from fastapi.testclient import TestClient
from PIL import Image

from tests.server.room_picture import A4_M, room_picture
from tryon.errors import ParameterError
from tryon.server import create_app
from tryon.server import rooms as rooms_module
from tryon.server.room_desk import SHOWN_PX, Desk

pytestmark = pytest.mark.usefixtures("gl_ready")


WIDTH, HEIGHT = 1000, 750


@pytest.fixture(scope="module")
def made():
    return room_picture(WIDTH, HEIGHT)


@pytest.fixture(autouse=True)
def cold(monkeypatch):
    """Nothing is prepared ahead: that would cost each test a second."""
    monkeypatch.setattr(Desk, "warm", lambda self: None)


@pytest.fixture
def consent(client):
    return agree(client)


@pytest.fixture
def room(client, made, consent):
    """A room whose sheet was marked by hand."""
    opened = client.post("/api/rooms", content=made.jpeg, headers=consent).json()
    answer = client.put(
        f"/api/rooms/{opened['id']}/scale", json={"kind": "a4", "corners": made.corners}, headers=consent
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def agree(client, subject="room"):
    token = client.post("/api/consent", json={"subject": subject}).json()["token"]
    return {"X-Tryon-Consent": token}


def pixels(answer):
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/jpeg"
    return cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR)[..., ::-1].astype(float)


def test_the_sheet_is_found_by_itself_once_it_is_said_which_it_is(client, consent):
    """And what EXIF tells of the lens makes its scale surer."""
    made = room_picture(1600, 1200)
    exif = Image.Exif()
    exif._ifds[0x8769] = {0xA405: 27}  # FocalLengthIn35mmFilm
    file = io.BytesIO()
    Image.open(io.BytesIO(made.jpeg)).save(file, "JPEG", exif=exif, quality=95)
    errors = []
    for data in (made.jpeg, file.getvalue()):
        opened = client.post("/api/rooms", content=data, headers=consent).json()
        assert opened["scale"] or "say which" in opened["reason"]
        told = client.put(f"/api/rooms/{opened['id']}/scale", json={"kind": "a4"}, headers=consent).json()
        assert told["scale"] == "A4 sheet", told
        found, true = np.array(told["corners"]), np.array(made.corners)
        far = np.linalg.norm((found[:, None] - true[None]) * (1600, 1200), axis=2).min(axis=1)
        assert far.max() < 3.0
        assert 0.0 < told["error"] < 0.05
        far_away = {"a": made.share_of(-0.8, -3.8), "b": made.share_of(0.8, -3.8)}
        length = client.post(f"/api/rooms/{opened['id']}/measure", json=far_away, headers=consent).json()
        assert length["low_mm"] < 1600 < length["high_mm"]
        errors.append(length["high_mm"] - length["low_mm"])
    assert errors[1] < errors[0]


def test_furniture_goes_in_is_moved_and_taken_out_again(client, made, consent, room):
    path = f"/api/rooms/{room['id']}"
    bare = pixels(client.get(f"{path}/picture", headers=consent))
    assert np.abs(bare - made.pixels).mean() < 3.0
    added = client.post(f"{path}/pieces", json={"product": "bar-stool", "at": [0.3, 0.7]}, headers=consent)
    assert added.status_code == 201, added.text
    piece = added.json()["pieces"][-1]
    assert piece["at"] == pytest.approx([0.3, 0.7], abs=0.002)
    with_it = pixels(client.get(f"{path}/picture", headers=consent))
    x, y = (np.mean(piece["outline"], axis=0) * (WIDTH, HEIGHT)).astype(int)
    around = slice(y - 30, y + 30), slice(x - 40, x + 40)
    assert np.abs(with_it[around] - bare[around]).max() > 40
    moved = client.patch(f"{path}/pieces/{piece['id']}", json={"at": [0.7, 0.75], "yaw_deg": 45}, headers=consent)
    piece = moved.json()["pieces"][-1]
    assert piece["at"] == pytest.approx([0.7, 0.75], abs=0.002)
    assert piece["yaw_deg"] == 45
    assert client.delete(f"{path}/pieces/{piece['id']}", headers=consent).json()["pieces"] == []
    assert np.abs(pixels(client.get(f"{path}/picture", headers=consent)) - bare).mean() < 0.01


def test_what_is_drawn_is_as_large_as_the_truth_says(client, made, consent, room):
    """The outline's feet, by the picture's own true camera, are as far apart as the product is wide."""
    path = f"/api/rooms/{room['id']}"
    at = made.share_of(0.0, -2.2)
    piece = client.post(f"{path}/pieces", json={"product": "coffee-table", "at": at}, headers=consent).json()["pieces"][
        -1
    ]
    corners = [made.share_of(x, -2.2 + z) for x in (-0.55, 0.55) for z in (-0.30, 0.30)]
    outline = np.array(piece["outline"])
    for corner in corners[1::2]:  # the near feet are on the outline
        assert np.linalg.norm((outline - corner) * (WIDTH, HEIGHT), axis=1).min() < 8


def test_a_drag_answers_with_the_part_that_changed(client, consent, room):
    path = f"/api/rooms/{room['id']}"
    added = client.post(f"{path}/pieces", json={"product": "bar-stool", "at": [0.3, 0.7]}, headers=consent).json()
    piece = added["pieces"][-1]["id"]
    before = pixels(client.get(f"{path}/picture", headers=consent))
    answer = client.post(f"{path}/pieces/{piece}/drag", json={"at": [0.36, 0.72]}, headers=consent)
    part = pixels(answer)
    x0, y0, x1, y1 = map(int, answer.headers["x-tryon-box"].split(","))
    assert part.shape[:2] == (y1 - y0, x1 - x0)
    assert (x1 - x0) * (y1 - y0) < 0.5 * before.shape[0] * before.shape[1]
    assert json.loads(answer.headers["x-tryon-piece"])["at"] == pytest.approx([0.36, 0.72], abs=0.002)
    after = pixels(client.get(f"{path}/picture", headers=consent))
    patched = before.copy()
    patched[y0:y1, x0:x1] = part
    assert np.percentile(np.abs(patched - after), 99.9) < 25  # two JPEGs of one drawing


def test_a_length_is_told_with_its_interval(client, made, consent, room):
    a, b = made.corners[0], made.corners[1]
    told = client.post(f"/api/rooms/{room['id']}/measure", json={"a": a, "b": b}, headers=consent).json()
    assert told["value_mm"] == pytest.approx(1e3 * A4_M[0], rel=0.02)
    assert told["low_mm"] < 1e3 * A4_M[0] < told["high_mm"]
    assert told["source"]


def test_a_wall_is_marked_and_then_hung_on_and_stood_against(client, made, consent, room):
    path = f"/api/rooms/{room['id']}"
    refused = client.post(f"{path}/pieces", json={"product": "wall-picture"}, headers=consent)
    assert refused.status_code == 422
    a, b = made.share_of(-1.5, -4.2), made.share_of(1.5, -4.2)
    assert client.post(f"{path}/walls", json={"a": a, "b": b}, headers=consent).json()["planes"] == ["floor", "wall"]
    hung = client.post(f"{path}/pieces", json={"product": "wall-picture"}, headers=consent)
    assert hung.json()["pieces"][-1]["plane"] == "wall", hung.text
    stood = client.post(f"{path}/pieces", json={"product": "sideboard", "at": [0.5, 0.7]}, headers=consent).json()
    piece = stood["pieces"][-1]
    snapped = client.patch(f"{path}/pieces/{piece['id']}", json={"snap": True}, headers=consent).json()["pieces"][-1]
    assert snapped["at"][1] < piece["at"][1]  # further away
    assert snapped["at"] == pytest.approx(made.share_of(0.0, -4.2 + 0.45 / 2), abs=0.02)


def test_whether_it_fits_is_told_by_its_sides(client, made, consent, room):
    path = f"/api/rooms/{room['id']}"
    for x in (-0.9, 0.9):
        ends = {"a": made.share_of(x, -3.5), "b": made.share_of(x, -2.0)}
        assert client.post(f"{path}/walls", json=ends, headers=consent).status_code == 201
    for product, expected in (("bar-stool", "fits"), ("sofa", None)):
        added = client.post(f"{path}/pieces", json={"product": product, "at": [0.5, 0.65]}, headers=consent)
        if expected is None:
            assert added.status_code == 422 or added.json()["pieces"]
            continue
        told = client.get(f"{path}/pieces/{added.json()['pieces'][-1]['id']}/fit", headers=consent).json()
        assert told["verdict"] == expected
        width = next(each for each in told["sides"] if each["side"] == "width")
        assert width["free"]["value_mm"] == pytest.approx(1800, rel=0.03), width


def test_the_saved_picture_has_its_own_size(client, consent):
    large = room_picture(2000, 1500)
    opened = client.post("/api/rooms", content=large.jpeg, headers=consent).json()
    assert (opened["width"], opened["height"]) == (SHOWN_PX, SHOWN_PX * 3 // 4)
    path = f"/api/rooms/{opened['id']}"
    client.put(f"{path}/scale", json={"kind": "a4", "corners": large.corners}, headers=consent)
    client.post(f"{path}/pieces", json={"product": "sofa", "at": [0.5, 0.7]}, headers=consent)
    whole = pixels(client.get(f"{path}/picture", params={"whole": True}, headers=consent))
    assert whole.shape == (1500, 2000, 3)
    shown = pixels(client.get(f"{path}/picture", headers=consent))
    assert np.abs(cv2.resize(whole, (SHOWN_PX, SHOWN_PX * 3 // 4), interpolation=cv2.INTER_AREA) - shown).mean() < 3.0


def test_a_picture_without_a_reference_says_so_and_lets_nothing_in(client, consent):
    bare = room_picture(800, 600, sheet=False)
    opened = client.post("/api/rooms", content=bare.jpeg, headers=consent).json()
    assert opened["scale"] == ""
    assert len(opened["reason"]) > 20
    answer = client.post(f"/api/rooms/{opened['id']}/pieces", json={"product": "sofa"}, headers=consent)
    assert answer.status_code == 422
    assert answer.json()["detail"]


@pytest.mark.parametrize("subject", [None, "mirror"])
def test_nothing_opens_without_consent_to_furnish(client, made, subject):
    headers = agree(client, subject) if subject else {}
    answer = client.post("/api/rooms", content=made.jpeg, headers=headers)
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_room_is_its_shoppers_alone(client, room):
    other = agree(client)
    for method, path in (("GET", ""), ("GET", "/picture"), ("DELETE", ""), ("POST", "/measure")):
        body = {"json": {"a": [0.1, 0.9], "b": [0.2, 0.9]}} if method == "POST" else {}
        answer = client.request(method, f"/api/rooms/{room['id']}{path}", headers=other, **body)
        assert answer.status_code == 404


def test_a_room_goes_with_its_consent(client, consent, room):
    assert client.post("/api/consent/withdraw", json={"token": consent["X-Tryon-Consent"]}).status_code == 200
    assert len(client.app.state.rooms) == 0
    assert client.get(f"/api/rooms/{room['id']}", headers=consent).status_code == 403


def test_a_room_that_is_looked_at_while_its_consent_ends_is_gone(client, made, consent, monkeypatch):
    def withdrawn(desk, wish):
        client.app.state.consents.withdraw(consent["X-Tryon-Consent"])
        return desk.state()

    monkeypatch.setattr(Desk, "look", withdrawn)
    assert client.post("/api/rooms", content=made.jpeg, headers=consent).status_code == 403
    assert len(client.app.state.rooms) == 0


def test_nothing_of_the_room_is_written_down(settings, made, tmp_path, monkeypatch, caplog, capfd):
    """The picture and what is drawn leave no trace on disk or in the logs, even where a request fails."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    caplog.set_level(logging.DEBUG)
    with TestClient(create_app(settings)) as client:
        consent = agree(client)
        opened = client.post("/api/rooms", content=made.jpeg, headers=consent).json()
        path = f"/api/rooms/{opened['id']}"
        client.put(f"{path}/scale", json={"kind": "a4", "corners": made.corners}, headers=consent)
        client.post(f"{path}/pieces", json={"product": "bar-stool", "at": [0.4, 0.7]}, headers=consent)
        drawn = client.get(f"{path}/picture", headers=consent).content
        client.post("/api/rooms", content=made.jpeg[: len(made.jpeg) // 2], headers=consent)
    traces = [data[at : at + 24] for data in (made.jpeg, drawn) for at in range(700, len(data) - 24, 997)]
    traces += [made.pixels[row, 100:124].tobytes() for row in range(0, HEIGHT, 50)]
    written = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert any(each.name == "tryon.db" for each in written)
    for each in written:
        assert not any(trace in each.read_bytes() for trace in traces), each
    told = (caplog.text + "".join(capfd.readouterr())).encode()
    assert not any(trace in told or trace.hex().encode() in told for trace in traces)
    assert consent["X-Tryon-Consent"].encode() not in told


def test_a_closed_room_is_gone(client, consent, room):
    assert client.delete(f"/api/rooms/{room['id']}", headers=consent).status_code == 204
    assert client.get(f"/api/rooms/{room['id']}", headers=consent).status_code == 404


def test_a_room_nobody_uses_is_swept(client, consent, room, monkeypatch):
    monkeypatch.setattr(rooms_module, "IDLE_S", -1.0)
    assert client.portal.call(client.app.state.rooms.sweep) == 1
    assert client.get(f"/api/rooms/{room['id']}", headers=consent).status_code == 404


def test_a_third_room_takes_the_first_ones_place(client, made, consent):
    small = room_picture(320, 240, sheet=False).jpeg
    ids = [client.post("/api/rooms", content=small, headers=consent).json()["id"] for _ in range(3)]
    found = [client.get(f"/api/rooms/{each}", headers=consent).status_code for each in ids]
    assert found == [404, 200, 200]


def test_no_more_rooms_than_there_is_memory_for(client, monkeypatch):
    monkeypatch.setattr(rooms_module, "MOST_ROOMS", 1)
    small = room_picture(320, 240, sheet=False).jpeg
    assert client.post("/api/rooms", content=small, headers=agree(client)).status_code == 201
    answer = client.post("/api/rooms", content=small, headers=agree(client))
    assert answer.status_code == 503


@pytest.mark.parametrize(
    "body",
    [b"", b"GIF89a", b"\xff\xd8\xff\xe0 broken", b"%PDF-1.4", b"\x89PNG\r\n\x1a\n" + bytes(100)],
    ids=["nothing", "gif", "half a jpeg", "pdf", "half a png"],
)
def test_what_is_no_picture_is_refused(client, consent, body):
    answer = client.post("/api/rooms", content=body, headers=consent)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(client.app.state.rooms) == 0


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(client, consent):
    bomb = cv2.imencode(".png", np.zeros((12_500, 60, 3), np.uint8))[1].tobytes()
    answer = client.post("/api/rooms", content=bomb, headers=consent)
    assert answer.status_code == 422
    assert "at most" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/pieces", {"product": "../../etc/passwd"}),
        ("POST", "/pieces", {"product": "sofa", "variant": "Plaid"}),
        ("POST", "/pieces", {"product": "sofa", "at": [0.5, 0.01]}),  # above the horizon
        ("POST", "/pieces", {"product": "sofa", "at": [0.5, 7]}),
        ("POST", "/pieces", {"product": "sofa", "at": [0.5]}),
        ("POST", "/pieces", {"product": "sofa", "more": 1}),
        ("POST", "/measure", {"a": [0.5, 0.01], "b": [0.5, 0.9]}),
        ("POST", "/measure", {"a": "x", "b": [0.5, 0.9]}),
        ("PUT", "/scale", {"kind": "a4", "corners": [[0.1, 0.1], [0.2, 0.2]]}),
        ("PUT", "/scale", {"kind": "a4", "corners": [[0.5, 0.5]] * 4}),
        ("PUT", "/scale", {"kind": "a4", "corners": [[0.4, 0.6], [0.6, 0.8], [0.6, 0.6], [0.4, 0.8]]}),
        ("PUT", "/scale", {"kind": "points", "corners": [[0.4, 0.6], [0.6, 0.8]]}),
        ("PUT", "/scale", {"kind": "tag"}),
        ("PUT", "/scale", {"kind": "ruler"}),
        ("PUT", "/scale", {"kind": "tag", "size_mm": 1e9}),
    ],
)
def test_wishes_that_cannot_be_are_refused_with_a_sentence(client, consent, room, method, path, body):
    answer = client.request(method, f"/api/rooms/{room['id']}{path}", json=body, headers=consent)
    assert answer.status_code in (404, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.json()["detail"]) > 10
    still = client.get(f"/api/rooms/{room['id']}", headers=consent).json()
    assert (still["scale"], still["pieces"]) == (room["scale"], [])


def test_where_nothing_is_free_a_piece_stands_in_the_way_to_be_dragged(client, consent, room, monkeypatch):
    monkeypatch.setattr("tryon.session.room.free_at", refusing)
    added = client.post(f"/api/rooms/{room['id']}/pieces", json={"product": "bar-stool"}, headers=consent)
    assert added.status_code == 201, added.text
    assert added.json()["pieces"][0]["at"] == pytest.approx([0.5, 0.8], abs=0.01)


def refusing(*_):
    raise ParameterError("No free part of the floor is in view.")


def test_a_number_that_is_none_is_refused(client, consent, room):
    for text in ('{"product": "sofa", "at": [NaN, 0.5]}', '{"product": "sofa", "yaw_deg": Infinity}', "[" * 5000):
        answer = client.post(
            f"/api/rooms/{room['id']}/pieces",
            content=text,
            headers={**consent, "Content-Type": "application/json"},
        )
        assert answer.status_code in (400, 422)


def test_a_room_holds_a_dozen_pieces(client, consent, room):
    path = f"/api/rooms/{room['id']}/pieces"
    answers = [client.post(path, json={"product": "rug", "at": [0.5, 0.8]}, headers=consent) for _ in range(13)]
    assert [answer.status_code for answer in answers] == [201] * 12 + [422]


def test_rooms_are_limited_by_rate(settings, made):
    import dataclasses

    with TestClient(create_app(dataclasses.replace(settings, rate=1.0))) as client:
        headers = agree(client)
        codes = [client.post("/api/rooms", content=b"x", headers=headers).status_code for _ in range(10)]
    assert codes[0] == 422
    assert codes[-1] == 429


def test_the_furniture_is_listed_and_nothing_worn(client):
    cards = client.get("/api/room/products").json()
    assert {"sofa", "rug", "bookshelf"} <= {card["product"] for card in cards}
    assert not {"glasses", "hat"} & {card["kind"] for card in cards}
