"""The pace under load, with made times."""

from __future__ import annotations

from tryon.server.stream import LEVELS, Pace


def run(pace, step_ms, seconds, start_s=0.0):
    now_s = start_s
    while now_s < start_s + seconds:
        pace.add(0.0, step_ms, now_s)
        now_s += max(step_ms / 1e3, 1 / pace.fps)
    return now_s


def test_light_work_keeps_the_wished_level():
    pace = Pace()
    run(pace, 12.0, 60.0)
    assert (pace.width, pace.fps, pace.notice) == (640, 30, "")


def test_slow_work_lowers_the_level_and_says_so():
    pace = Pace()
    run(pace, 45.0, 10.0)
    assert pace.fps < 30
    assert pace.notice


def test_the_level_comes_back_when_there_is_room():
    pace = Pace()
    end_s = run(pace, 60.0, 10.0)
    run(pace, 8.0, 120.0, end_s)
    assert pace.notice == ""


def test_a_slow_first_frame_changes_nothing():
    pace = Pace()
    pace.add(0.0, 900.0, 0.0)
    run(pace, 12.0, 5.0, 1.0)
    assert pace.fps == 30


def test_the_last_level_is_the_end():
    pace = Pace()
    run(pace, 5000.0, 600.0)
    assert (pace.width, pace.fps) == LEVELS[-1]
