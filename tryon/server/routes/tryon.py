"""Try on one photo: a picture in, the same picture wearing it out, nothing kept."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from tryon import catalog
from tryon.errors import UnknownNameError
from tryon.filters import Look
from tryon.server.admission import Consenting, shopper
from tryon.server.problems import RefusedError, responses
from tryon.server.routes.photos import PICTURE_BODY
from tryon.server.still import try_on
from tryon.types import Worn

router = APIRouter(tags=["try-on"])
_NAME = r"^[a-z0-9][a-z0-9-]{0,63}$"
_WISH = r"^[a-z0-9][a-z0-9-]{0,63}(:.{1,80})?$"
_PNG: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}}
}
_BUSY = HTTPStatus.SERVICE_UNAVAILABLE


@router.post(
    "/api/tryon/photo",
    response_class=Response,
    dependencies=[Depends(shopper)],
    responses={**_PNG, **responses(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, _BUSY)},
    openapi_extra=PICTURE_BODY,
)
async def photo(
    request: Request,
    _: Consenting,
    look: Annotated[str, Query(pattern=_NAME)] = "none",
    wear: Annotated[list[Annotated[str, Query(pattern=_WISH)]], Query(max_length=8)] = [],  # noqa: B006  # FastAPI's way
    intensity: Annotated[float, Query(ge=0.0, le=1.0)] = 1.0,
) -> Response:
    """The picture in the body wearing a look and products (`product` or `product:variant`), as PNG.

    Nothing is stored; a picture over 4096 px a side comes back scaled down to that.
    """
    state = request.app.state
    if look != "none" and look not in Look.names():
        raise UnknownNameError("look", look, Look.names())
    worn = [_worn(wish) for wish in wear]
    if state.lifetime.leaving:
        raise RefusedError(_BUSY, "The server is being restarted; try again in a moment.")
    if state.pool.seats >= state.settings.most_mirrors:
        raise RefusedError(_BUSY, "All mirrors are taken; try again in a minute.")
    data = await request.body()
    png = await try_on(state.pool, data, look, worn, intensity=intensity)
    return Response(png, media_type="image/png")


def _worn(wish: str) -> Worn:
    name, _, variant = wish.partition(":")
    if name not in catalog.names():
        raise UnknownNameError("product", name, catalog.names())
    return Worn(name, variant or None)
