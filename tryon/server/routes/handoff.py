"""Products for a phone's own AR, at their true size."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse

from tryon import catalog
from tryon.errors import UnknownNameError
from tryon.server.handoff import MEDIA_TYPES, HandoffKind
from tryon.server.problems import responses

router = APIRouter(tags=["hand-off"])
_FAULTS = responses(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE)
Variant = Annotated[str | None, Query(min_length=1, max_length=80)]


def _file(kind: HandoffKind) -> dict[int | str, dict[str, Any]]:
    content = {MEDIA_TYPES[kind]: {"schema": {"type": "string", "format": "binary"}}}
    return {200: {"content": content}, **_FAULTS}


@router.get("/api/products/{name}/model.glb", response_class=FileResponse, responses=_file("glb"))
def glb(name: str, request: Request, variant: Variant = None) -> FileResponse:
    """The product as GLB: one unit is one metre, +Y up, its front toward +Z. For WebXR and Android's Scene Viewer."""
    return _answer(name, "glb", request, variant)


@router.get("/api/products/{name}/model.usdz", response_class=FileResponse, responses=_file("usdz"))
def usdz(name: str, request: Request, variant: Variant = None) -> FileResponse:
    """The product as USDZ: metersPerUnit 1, +Y up. For Quick Look on iPhones and iPads."""
    return _answer(name, "usdz", request, variant)


def _answer(name: str, kind: HandoffKind, request: Request, variant: str | None) -> FileResponse:
    if name not in catalog.names():
        raise UnknownNameError("product", name[:80], catalog.names())
    product = catalog.load(name)
    if variant is not None and variant not in product.variants:
        raise UnknownNameError("variant", variant, product.variants)
    path = request.app.state.handoff.file(product, kind, variant)
    shown = f"{name}.{kind}"  # phones show it, and Quick Look goes by the suffix
    headers = {"Cache-Control": "public, max-age=86400"}
    return FileResponse(
        path, media_type=MEDIA_TYPES[kind], filename=shown, content_disposition_type="inline", headers=headers
    )
