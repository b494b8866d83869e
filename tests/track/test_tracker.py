"""The contract every tracker shares."""

import pytest

from tryon.errors import ParameterError, UnknownNameError
from tryon.track import TRACKERS, Stages, Tracker
from tryon.types import Frame, Tracks


class Counter(Tracker):
    def __init__(self, *, step: int = 1) -> None:
        self.step = step
        self.closed = 0

    def track(self, frame: Frame) -> Tracks:
        return Tracks()

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def counter(monkeypatch):
    TRACKERS.get("face")  # fill the registry before it is changed
    monkeypatch.setitem(TRACKERS._found, "counter", Counter)
    return Counter


def test_every_task_of_the_project_is_registered():
    assert {"face", "body", "hands", "person", "parts"} <= set(TRACKERS)


def test_an_unknown_task_lists_the_known_ones():
    with pytest.raises(UnknownNameError, match=r"No 'fase' tracker.*face.*Did you mean 'face'"):
        Tracker.load("fase")


def test_options_reach_the_tracker(counter):
    assert Tracker.load("counter", step=3).step == 3


def test_an_option_the_tracker_does_not_have_is_an_error_that_names_its_options(counter):
    with pytest.raises(ParameterError, match=r"no option 'stepp'; its options: step\."):
        Tracker.load("counter", stepp=3)


def test_a_tracker_that_runs_no_network_takes_any_device(counter):
    assert isinstance(Tracker.load("counter", device="cpu"), Counter)


def test_leaving_the_with_block_closes_the_tracker(counter):
    with Tracker.load("counter") as tracker:
        assert tracker.closed == 0
    assert tracker.closed == 1


def test_a_stage_marked_twice_adds_up():
    stages = Stages()
    stages.mark("mesh")
    first = stages.ms["mesh"]
    stages.mark("mesh")
    assert stages.ms.keys() == {"mesh"}
    assert stages.ms["mesh"] >= first
