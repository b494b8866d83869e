"""A shopper's own room with furniture in it at true size: a picture in, pieces moved about, pictures out."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from tryon import catalog
from tryon.catalog.kinds import PLACED
from tryon.errors import UnknownNameError
from tryon.server.admission import Furnishing, reader, shopper
from tryon.server.consent import ConsentError
from tryon.server.problems import RefusedError, responses
from tryon.server.room_desk import Desk
from tryon.server.room_state import FitState, Length, PieceChange, PieceWish, RoomState, ScaleWish, Span, WallWish
from tryon.server.rooms import Rooms
from tryon.server.routes.catalog import ProductCard, product_card
from tryon.server.routes.photos import PICTURE_BODY
from tryon.server.uploads import MEDIA_TYPES

router = APIRouter(tags=["rooms"])
Result = TypeVar("Result")
_BUSY = HTTPStatus.SERVICE_UNAVAILABLE
_SHOPPERS = [Depends(shopper)]
_REFUSED = responses(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_FAULTS = {**_REFUSED, **responses(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY, _BUSY)}
_JPEG: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}
}
Room = Annotated[str, Path(min_length=1, max_length=40)]
Piece = Annotated[str, Path(min_length=1, max_length=120)]


class FurnitureCard(ProductCard):
    """A piece in a list, and what it stands or hangs on: floor, table, wall, ceiling."""

    anchor: str


@router.get("/api/room/products", dependencies=[Depends(reader)], responses=_REFUSED)
def products() -> list[FurnitureCard]:
    """The sample products that can be placed in a room."""
    return [
        FurnitureCard(**card.model_dump(), anchor=catalog.load(card.product).anchor)
        for name in catalog.names()
        if (card := product_card(name)).kind in PLACED
    ]


@router.get(
    "/api/room/first/{ticket}",
    response_class=Response,
    responses={
        200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES.values()}},
        **responses(HTTPStatus.NOT_FOUND),
    },
)
async def first(ticket: Annotated[str, Path(min_length=1, max_length=40)], request: Request) -> Response:
    """The picture that `tryon room PHOTO` was given."""
    found = request.app.state.first_picture.open(ticket)
    if found is None:
        raise RefusedError(HTTPStatus.NOT_FOUND, "No such picture.")
    data, media_type = found
    return Response(data, media_type=media_type)


@router.post("/api/rooms", status_code=201, dependencies=_SHOPPERS, responses=_FAULTS, openapi_extra=PICTURE_BODY)
async def open_room(request: Request, consent: Furnishing) -> RoomState:
    """A room from the picture in the body; the sheet, card or tag in it is looked for.

    The picture stays in memory until half an hour after the last change. When nothing gives the scale, `reason` says
    why, and PUT …/scale tells what lies where.
    """
    if request.app.state.lifetime.leaving:
        raise RefusedError(_BUSY, "The server is being restarted; try again in a moment.")
    rooms = _rooms(request)
    name = await rooms.open(consent, await request.body())
    found = await rooms.look(name, consent, partial(Desk.look, wish=ScaleWish()))
    try:
        await run_in_threadpool(request.app.state.consents.check, request.headers["X-Tryon-Consent"], "room")
    except ConsentError:  # withdrawn while it was looked at
        rooms.forget(consent)
        raise
    return found


@router.get("/api/rooms/{room}", dependencies=_SHOPPERS, responses=_FAULTS)
async def state(room: Room, request: Request, consent: Furnishing) -> RoomState:
    """The room as it is."""
    return await _rooms(request).call(room, consent, Desk.state)


@router.delete("/api/rooms/{room}", status_code=204, dependencies=_SHOPPERS, responses=_FAULTS)
async def close(room: Room, request: Request, consent: Furnishing) -> None:
    """Forget the picture and everything in it now."""
    _rooms(request).close_room(room, consent)


@router.put("/api/rooms/{room}/scale", dependencies=_SHOPPERS, responses=_FAULTS)
async def scale(room: Room, wish: ScaleWish, request: Request, consent: Furnishing) -> RoomState:
    """Tell what lies on the floor, and where its corners are if they are not found."""
    return await _rooms(request).look(room, consent, partial(Desk.look, wish=wish))


@router.post("/api/rooms/{room}/walls", status_code=201, dependencies=_SHOPPERS, responses=_FAULTS)
async def wall(room: Room, wish: WallWish, request: Request, consent: Furnishing) -> RoomState:
    """Tell where a wall meets the floor: pieces keep out of it, stand against it and hang on it."""
    return await _rooms(request).call(room, consent, partial(Desk.wall, wish=wish))


@router.post("/api/rooms/{room}/pieces", status_code=201, dependencies=_SHOPPERS, responses=_FAULTS)
async def add(room: Room, wish: PieceWish, request: Request, consent: Furnishing) -> RoomState:
    """Put a product into the room; the last of `pieces` is the new one."""
    if wish.product not in (placed := _placed()):
        raise UnknownNameError("product", wish.product, placed)
    return await _rooms(request).call(room, consent, partial(Desk.add, wish=wish))


@router.patch("/api/rooms/{room}/pieces/{piece}", dependencies=_SHOPPERS, responses=_FAULTS)
async def change(room: Room, piece: Piece, wish: PieceChange, request: Request, consent: Furnishing) -> RoomState:
    """Move or turn a piece, or choose another finish."""
    return await _rooms(request).call(room, consent, partial(Desk.change, piece=piece, change=wish))


@router.post(
    "/api/rooms/{room}/pieces/{piece}/drag",
    response_class=Response,
    dependencies=_SHOPPERS,
    responses={**_JPEG, **_FAULTS},
)
async def drag(room: Room, piece: Piece, wish: PieceChange, request: Request, consent: Furnishing) -> Response:
    """The same while a finger moves: the part of the picture that changed, as JPEG.

    `X-Tryon-Box` says where it belongs (x0,y0,x1,y1 pixels), `X-Tryon-Piece` is the piece's new state as JSON. Send
    the newest place only once the last answer is there.
    """
    drawn, moved = await _rooms(request).call(room, consent, partial(Desk.drag, piece=piece, change=wish))
    headers = {
        "X-Tryon-Box": ",".join(str(edge) for edge in drawn.box),
        "X-Tryon-Piece": json.dumps(moved.model_dump(), separators=(",", ":")),  # ASCII, as headers must be
    }
    return Response(drawn.jpeg, media_type="image/jpeg", headers=headers)


@router.delete("/api/rooms/{room}/pieces/{piece}", dependencies=_SHOPPERS, responses=_FAULTS)
async def remove(room: Room, piece: Piece, request: Request, consent: Furnishing) -> RoomState:
    """Take a piece out."""
    return await _rooms(request).call(room, consent, partial(Desk.remove, piece=piece))


@router.get("/api/rooms/{room}/pieces/{piece}/fit", dependencies=_SHOPPERS, responses=_FAULTS)
async def fit(room: Room, piece: Piece, request: Request, consent: Furnishing) -> FitState:
    """Whether it fits where it stands, with room for its doors and drawers."""
    return await _rooms(request).call(room, consent, partial(Desk.fit, piece=piece))


@router.post("/api/rooms/{room}/measure", dependencies=_SHOPPERS, responses=_FAULTS)
async def measure(room: Room, span: Span, request: Request, consent: Furnishing) -> Length:
    """The true length between two points of the floor, with its interval."""
    return await _rooms(request).call(room, consent, partial(Desk.measure, span=span))


@router.get(
    "/api/rooms/{room}/picture",
    response_class=Response,
    dependencies=_SHOPPERS,
    responses={**_JPEG, **_FAULTS},
)
async def picture(
    room: Room,
    request: Request,
    consent: Furnishing,
    before: Annotated[bool, Query()] = False,
    dimensions: Annotated[bool, Query()] = False,
    whole: Annotated[bool, Query()] = False,
) -> Response:
    """The picture with everything in it, as JPEG.

    Args:
        before: Without the furniture. dimensions: With true dimensions drawn. whole: At the picture's own size.
    """
    work: Callable[[Desk], bytes] = partial(Desk.picture, before=before, dimensions=dimensions)
    if whole and not before:
        work = partial(Desk.keepsake, dimensions=dimensions)
    return Response(await _rooms(request).call(room, consent, work), media_type="image/jpeg")


@functools.cache
def _placed() -> tuple[str, ...]:
    """Sample products that stand or hang in a room."""
    return tuple(name for name in catalog.names() if catalog.load(name).kind in PLACED)


def _rooms(request: Request) -> Rooms:
    rooms: Rooms = request.app.state.rooms
    return rooms
