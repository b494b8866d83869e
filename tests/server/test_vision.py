"""The pool: newest wins, nothing piles up, a stream that fails takes no other along."""

from __future__ import annotations

import threading

import pytest

pytest.importorskip("fastapi")
from tryon.server.vision import VisionPool


@pytest.fixture
def pool():
    pool = VisionPool(1)
    yield pool
    pool.close()


def crowd(pool, keep):
    """What one slow stream was given after ten offers that came while it worked."""
    given, busy, go_on, finished = [], threading.Event(), threading.Event(), threading.Event()

    def work(items):
        given.append(list(items))
        busy.set()
        go_on.wait(60.0)
        return items[-1]

    seat = pool.open(work, lambda done: finished.set() if done.packet == 10 else None, lambda: None, keep=keep)
    seat.offer(0)
    busy.wait(60.0)
    for number in range(1, 11):
        seat.offer(number)
    go_on.set()
    assert finished.wait(60.0)
    return given, seat


def test_the_newest_wins_and_the_rest_is_counted(pool):
    given, seat = crowd(pool, 1)
    assert given == [[0], [10]]
    assert seat.dropped == 9


def test_packets_that_lean_on_one_another_wait_together_but_only_so_many(pool):
    given, _ = crowd(pool, 4)
    assert given == [[0], [7, 8, 9, 10]]


def test_a_stream_that_fails_takes_no_other_along(pool):
    replies, finished = [], threading.Event()

    def fail(items):
        raise RuntimeError(items)

    bad = pool.open(fail, replies.append, lambda: None)
    good = pool.open(lambda items: items[-1], lambda done: finished.set(), lambda: None)
    bad.offer(1)
    good.offer(2)
    assert finished.wait(60.0)
    assert replies[0].packet is None
    assert "could not be worked on" in replies[0].problem


def test_a_closed_seat_is_ended_once_and_takes_nothing_more(pool):
    ended = threading.Event()
    seat = pool.open(lambda items: items[-1], lambda done: None, ended.set)
    seat.close()
    seat.close()
    assert ended.wait(60.0)
    seat.offer(1)
    assert seat._waiting == []


def test_the_threads_end_with_the_pool():
    before = set(threading.enumerate())  # another test's server may still be ending its own
    pool = VisionPool(3)
    mine = set(threading.enumerate()) - before
    assert len([each for each in mine if each.name.startswith("tryon-vision")]) == 3
    pool.close()
    assert not [each for each in mine if each.is_alive()]
