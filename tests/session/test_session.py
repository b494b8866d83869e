"""The session with stand-ins for its stages, and once for real."""

from __future__ import annotations

import numpy as np
import pytest

from tryon import Frame, Look, Session, Tracker, TryOnError
from tryon.errors import ParameterError, ShapeError
from tryon.types import Tracks

LOOK = Look.parse(
    {"format": "tryon.look/1", "name": "red", "layers": [{"effect": "lipstick", "color": "#b01030", "finish": "matte"}]}
)


class Given:
    """A tracker that knows the answer."""

    def __init__(self, tracks: Tracks) -> None:
        self.tracks = tracks
        self.closed = 0

    def track(self, frame: Frame) -> Tracks:
        return self.tracks

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def face(make_face):
    return make_face(face_px=300, skin=(0.5, 0.33, 0.25))


def test_the_hosts_own_tracker_will_do(face):
    frame, tracks = face
    with Session(Given(tracks), LOOK, parts="off") as session:
        worn = session.step(frame)
    assert worn.pixels.shape == frame.pixels.shape
    assert (worn.pixels != frame.pixels).any()
    assert session.last.tracks is tracks or session.last.tracks.faces == tracks.faces
    assert session.tracker.closed == 1


def test_a_bare_array_is_taken_and_a_frame_comes_back(face):
    frame, tracks = face
    with Session(Given(tracks), LOOK, parts="off") as session:
        first, second = session.step(frame.pixels), session.step(frame.pixels)
    assert isinstance(first, Frame)
    assert (first.index, second.index) == (0, 1)
    assert second.time_s > first.time_s


def test_intensity_zero_and_no_face_are_the_input_bit_for_bit(face):
    frame, tracks = face
    with Session(Given(tracks), LOOK, intensity=0.0, parts="off") as session:
        assert np.array_equal(session.step(frame).pixels, frame.pixels)
    with Session(Given(Tracks()), LOOK) as session:
        assert np.array_equal(session.step(frame).pixels, frame.pixels)


def test_look_intensity_and_split_change_from_the_next_step(face):
    frame, tracks = face
    with Session(Given(tracks), LOOK, parts="off") as session:
        full = session.step(frame).pixels
        session.intensity = 0.5
        half = session.step(frame).pixels
        session.intensity, session.split = 1.0, 0.5
        split = session.step(frame).pixels
    source = frame.pixels.astype(int)
    assert 0 < np.abs(half - source).sum() < np.abs(full - source).sum()
    middle = frame.width // 2
    assert np.array_equal(split[:, : middle - 2], frame.pixels[:, : middle - 2])
    assert np.array_equal(split[:, middle + 2 :], full[:, middle + 2 :])


def test_the_predicted_color_is_achieved_and_reported(face):
    frame, tracks = face
    with Session(Given(tracks), LOOK, parts="off", record_colors=True) as session:
        session.step(frame)
    record = session.last.colors[0]
    assert record.effect == "lipstick"
    assert record.report.delta_e2000 < 2.0


def test_numbers_out_of_range_and_wrong_arrays_are_refused(face):
    frame, tracks = face
    with pytest.raises(ParameterError, match="0 to 1"):
        Session(Given(tracks), LOOK, intensity=1.5)
    session = Session(Given(tracks), LOOK, parts="off")
    with pytest.raises(ParameterError, match="0 to 1"):
        session.split = -0.1
    for wrong in (frame.pixels[..., 0], frame.pixels.astype(np.float32), [[1, 2], [3, 4]]):
        with pytest.raises(ShapeError, match="uint8"):
            session.step(wrong)
    assert issubclass(ShapeError, TryOnError)


def test_a_real_portrait_wears_lipstick_on_the_lips_and_nowhere_else(models_ready):
    from skimage.data import astronaut

    frame = Frame(astronaut())
    with Session(Tracker.load("face"), LOOK) as session:
        worn = session.step(frame)
        face = session.last.tracks.faces[0]
    changed = (worn.pixels != frame.pixels).any(2)
    rows, columns = np.nonzero(changed)
    lips = face.landmarks.points_px[[61, 291, 0, 17], :2]
    low, high = lips.min(0) - 4, lips.max(0) + 4
    assert columns.min() >= low[0]
    assert columns.max() <= high[0]
    assert rows.min() >= low[1]
    assert rows.max() <= high[1]
    lower_lip = worn.pixels[int(lips[3, 1]) - 2, int(lips[3, 0])].astype(int)
    bare = frame.pixels[int(lips[3, 1]) - 2, int(lips[3, 0])].astype(int)
    assert lower_lip[1] < bare[1] - 20  # redder: green falls
