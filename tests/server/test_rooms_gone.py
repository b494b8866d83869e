"""Rooms that go while somebody works on them or waits: nobody hangs, nothing is served, every picture goes."""

from __future__ import annotations

import asyncio
import threading

import pytest

pytest.importorskip("fastapi")
from tryon.server import rooms as rooms_module
from tryon.server.rooms import RoomMissingError, Rooms
from tryon.server.vision import VisionPool


class MadeDesk:
    """Stands in for a picture; knows whether it was let go."""

    expires_s = 0

    def __init__(self, name, data):
        self.closed = threading.Event()

    def warm(self):
        pass

    def close(self):
        self.closed.set()


@pytest.fixture
def rooms(monkeypatch):
    monkeypatch.setattr(rooms_module, "Desk", MadeDesk)
    pool = VisionPool(1)
    rooms = Rooms(pool)
    yield rooms
    pool.close()


async def opened(rooms):
    name = await rooms.open("me", b"")
    return name, rooms._entries[name].desk


def test_whoever_waits_for_a_room_that_goes_is_told_and_its_picture_goes(rooms):
    busy, go_on = threading.Event(), threading.Event()

    def hold(desk):
        busy.set()
        go_on.wait(60.0)

    async def go():
        name, desk = await opened(rooms)
        first = asyncio.create_task(rooms.call(name, "me", hold))
        await asyncio.to_thread(busy.wait, 60.0)
        second = asyncio.create_task(rooms.call(name, "me", lambda desk: "served"))
        await asyncio.sleep(0)
        rooms.forget("me")
        told = await asyncio.wait_for(asyncio.gather(first, second, return_exceptions=True), 60.0)
        assert not desk.closed.is_set()  # its thread still works on it
        go_on.set()
        assert all(isinstance(each, RoomMissingError) for each in told)
        assert await asyncio.to_thread(desk.closed.wait, 60.0)
        rooms.close()

    asyncio.run(go())


def test_a_room_that_goes_while_its_scale_is_looked_for_is_not_served(rooms):
    busy, go_on = threading.Event(), threading.Event()

    def search(desk):
        busy.set()
        go_on.wait(60.0)

    async def go():
        name, desk = await opened(rooms)
        looking = asyncio.create_task(rooms.look(name, "me", search))
        await asyncio.to_thread(busy.wait, 60.0)
        waiting = asyncio.create_task(rooms.call(name, "me", lambda desk: "served"))
        await asyncio.sleep(0)
        rooms.forget("me")
        go_on.set()
        told = await asyncio.wait_for(asyncio.gather(looking, waiting, return_exceptions=True), 60.0)
        assert all(isinstance(each, RoomMissingError) for each in told)
        assert desk.closed.is_set()
        rooms.close()

    asyncio.run(go())


def test_a_room_at_rest_gives_its_picture_back_at_once(rooms):
    async def go():
        name, desk = await opened(rooms)
        rooms.close_room(name, "me")
        assert desk.closed.is_set()
        rooms.close()

    asyncio.run(go())
