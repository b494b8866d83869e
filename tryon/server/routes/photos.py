"""Photos a shopper saves: kept as long as they say, opened by a link, deleted with a proof."""

from __future__ import annotations

import dataclasses
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from tryon.server.admission import Keeping, shopper
from tryon.server.consent import ConsentError
from tryon.server.photos import LONGEST_HOURS, Photos
from tryon.server.problems import responses
from tryon.server.uploads import MEDIA_TYPES

router = APIRouter(tags=["photos"])
PICTURE_BODY = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES.values()},
    }
}
_PICTURE: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES.values()}}
}
_UNREACHED = HTTPStatus.SERVICE_UNAVAILABLE
Sealed = Annotated[str, Path(min_length=1, max_length=2048)]


class SavedPhoto(BaseModel):
    """A saved photo. `url` opens it for whoever has it; `removal_url` deletes it and is the shopper's alone."""

    id: str
    url: str
    removal_url: str
    sha256: str
    size_bytes: int
    width: int
    height: int
    media_type: str
    expires_s: int


class DeletionProof(BaseModel):
    """Signed: the file with this digest was deleted at that time, in seconds since 1970."""

    id: str
    sha256: str
    deleted_s: int
    proof: str


class Proof(BaseModel):
    """A proof from a deletion."""

    model_config = ConfigDict(extra="forbid")

    proof: Annotated[str, Field(min_length=1, max_length=2048)]


@router.post(
    "/api/photos",
    status_code=201,
    dependencies=[Depends(shopper)],
    responses=responses(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT, _UNREACHED),
    openapi_extra=PICTURE_BODY,
)
async def save(
    request: Request, consent: Keeping, hours: Annotated[int, Query(ge=1, le=LONGEST_HOURS)] = 24
) -> SavedPhoto:
    """Save the picture in the body for that many hours. Its metadata (place, camera) is not kept."""
    data = await request.body()
    photos = _photos(request)
    saved = await run_in_threadpool(photos.save, consent, data, hours=hours)
    try:
        await run_in_threadpool(request.app.state.consents.check, request.headers["X-Tryon-Consent"], None)
    except ConsentError:  # withdrawn while it was being saved
        await run_in_threadpool(photos.remove, saved.removal)
        raise
    values = {name: value for name, value in dataclasses.asdict(saved).items() if name not in ("link", "removal")}
    return SavedPhoto(url=f"/api/photos/{saved.link}", removal_url=f"/api/photos/{saved.removal}", **values)


@router.get(
    "/api/photos/{seal}",
    response_class=Response,
    responses={**_PICTURE, **responses(HTTPStatus.NOT_FOUND, _UNREACHED)},
)
def picture(seal: Sealed, request: Request) -> Response:
    """The saved picture."""
    data, media_type, _ = _photos(request).read(seal)
    return Response(data, media_type=media_type, headers={"Cache-Control": "private, no-store"})


@router.delete("/api/photos/{seal}", responses=responses(HTTPStatus.NOT_FOUND, _UNREACHED))
def remove(seal: Sealed, request: Request) -> DeletionProof:
    """Delete it now. Again gives the first proof once more."""
    return DeletionProof(**dataclasses.asdict(_photos(request).remove(seal)))


@router.post("/api/photos/proof", responses=responses(HTTPStatus.FORBIDDEN))
def prove(proof: Proof, request: Request) -> DeletionProof:
    """What a proof says, if this server signed it."""
    return DeletionProof(**dataclasses.asdict(_photos(request).prove(proof.proof)))


def _photos(request: Request) -> Photos:
    photos: Photos = request.app.state.photos
    return photos
