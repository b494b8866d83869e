"""A look and products on one photo, worked on by the same threads as the mirrors; nothing is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.errors import EncodeError, TryOnError
from tryon.filters import Look
from tryon.server.uploads import read_upload
from tryon.server.vision import Done, VisionPool
from tryon.server.wire import Kind, Packet
from tryon.session import Session
from tryon.track import Tracker
from tryon.types import Frame, Worn

MOST_SIDE_PX = 4096
_MOST_FACES = 5


class StillError(TryOnError, ValueError):
    """A photo that could not be worked on; the text says why."""


async def try_on(pool: VisionPool, data: bytes, look: str, wear: Sequence[Worn], *, intensity: float = 1.0) -> bytes:
    """The photo in `data` wearing all that, as PNG; one larger than 4096 px is scaled down to that.

    Raises:
        StillError: Not a picture, no such look or product, or nothing can be drawn here.
    """
    loop = asyncio.get_running_loop()
    finished: asyncio.Future[Done[Packet]] = loop.create_future()

    def work(packets: Sequence[Packet]) -> Packet:
        dressed = _dressed(read_upload(packets[0].payload).frame, look, wear, intensity)
        return replace(packets[0], payload=_png(dressed))

    def reply(done: Done[Packet]) -> None:
        with suppress(RuntimeError):  # the loop is gone when the server stops
            loop.call_soon_threadsafe(_finish, finished, done)

    seat = pool.open(work, reply, lambda: None)
    try:
        seat.offer(Packet(Kind.JPEG, data, 0, 0, 0, 0))  # only carries the bytes to the seat's thread
        done = await finished
    finally:
        seat.close()
    if done.packet is None:
        raise StillError(done.problem)
    return done.packet.payload


def _finish(finished: asyncio.Future[Done[Packet]], done: Done[Packet]) -> None:
    if not finished.done():  # the caller may have left
        finished.set_result(done)


def _dressed(frame: Frame, look: str, wear: Sequence[Worn], intensity: float) -> NDArray[np.uint8]:
    tracker = Tracker.load("face", max_faces=_MOST_FACES, blendshapes=False)
    with Session(tracker, Look.load(look), intensity=intensity, live=False, wear=wear) as session:
        worn = session.step(_scaled(frame))
    return worn.pixels


def _scaled(frame: Frame) -> Frame:
    longest = max(frame.width, frame.height)
    if longest <= MOST_SIDE_PX:
        return Frame(frame.pixels)
    size = tuple(max(1, round(side * MOST_SIDE_PX / longest)) for side in (frame.width, frame.height))
    return Frame(np.asarray(cv2.resize(frame.pixels, size, interpolation=cv2.INTER_AREA), np.uint8))


def _png(pixels: NDArray[np.uint8]) -> bytes:
    done, data = cv2.imencode(".png", np.ascontiguousarray(pixels[..., ::-1]), [cv2.IMWRITE_PNG_COMPRESSION, 3])
    if not done:
        raise EncodeError("The picture could not be written as PNG.")
    return data.tobytes()
