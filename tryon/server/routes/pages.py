"""The built web client."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, Response

from tryon.resources import content
from tryon.server.problems import RefusedError

router = APIRouter(include_in_schema=False)
_KEPT = {"Cache-Control": "public, max-age=31536000, immutable", "Access-Control-Allow-Origin": "*"}
_NOT_BUILT = (
    "<!doctype html><meta charset=utf-8><title>tryon</title><p>The page is not built yet; in a checkout run: make web."
    " The API is described at <a href=/openapi.json>/openapi.json</a>."
)


@router.get("/")
@router.get("/photo")
@router.get("/embed")
def page() -> Response:
    """The mirror, its twin for a picture of one's own, and the one for a shop's frame; the address decides."""
    index = _folder() / "index.html"
    if not index.is_file():
        return HTMLResponse(_NOT_BUILT, status_code=HTTPStatus.SERVICE_UNAVAILABLE)
    return FileResponse(index, media_type="text/html", headers={"Cache-Control": "no-cache"})


@router.get("/room")
def room() -> Response:
    """Furniture in a picture of one's own room."""
    index = _folder() / "room.html"
    if not index.is_file():
        return HTMLResponse(_NOT_BUILT, status_code=HTTPStatus.SERVICE_UNAVAILABLE)
    return FileResponse(index, media_type="text/html", headers={"Cache-Control": "no-cache"})


@router.get("/assets/{name}")
def asset(name: str) -> Response:
    """A file of the bundle; names carry a hash, so browsers may keep them for good."""
    folder = (_folder() / "assets").resolve()
    path = (folder / name).resolve()
    if path.parent != folder or not path.is_file():
        raise RefusedError(HTTPStatus.NOT_FOUND, "No such file.")
    return FileResponse(path, headers=_KEPT)


@router.get("/try-on-mirror.js")
def component() -> Response:
    """The mirror as a web component, for a shop's own page."""
    path = _folder() / "try-on-mirror.js"
    if not path.is_file():
        raise RefusedError(HTTPStatus.NOT_FOUND, "The web client is not built.")
    return FileResponse(path, headers={"Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*"})


def _folder() -> Path:
    return content("server") / "web" / "dist"
