"""What there is to wear."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel

from tryon import catalog
from tryon.errors import UnknownNameError
from tryon.filters import Look
from tryon.server.admission import reader
from tryon.server.problems import responses
from tryon.wear import WEARABLES

router = APIRouter(tags=["catalog"])
_READERS = [Depends(reader)]
_REFUSED = responses(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


class LayerCard(BaseModel):
    """One layer of a look as a slider and a swatch."""

    index: int
    effect: str
    opacity: float
    color: str | None


class LookCard(BaseModel):
    """A look in a list."""

    name: str
    title: str
    description: str
    tags: tuple[str, ...]
    layers: tuple[LayerCard, ...]


class ProductCard(BaseModel):
    """A product in a list."""

    product: str
    name: str
    kind: str
    description: str
    variants: tuple[str, ...]
    size_mm: tuple[float, float, float]


@router.get("/api/looks", dependencies=_READERS, responses=_REFUSED)
def looks() -> list[LookCard]:
    """The shipped looks."""
    return [_card(name) for name in Look.names()]


@router.get("/api/looks/{name}", dependencies=_READERS, responses={**_REFUSED, **responses(HTTPStatus.NOT_FOUND)})
def look(name: str) -> LookCard:
    """One look."""
    if name not in Look.names():
        raise UnknownNameError("look", name[:80], Look.names())
    return _card(name)


@router.get("/api/products", dependencies=_READERS, responses=_REFUSED)
def products() -> list[ProductCard]:
    """The sample products that can be worn."""
    return [card for name in catalog.names() if (card := product_card(name)).kind in WEARABLES]


@router.get(
    "/api/products/{name}/picture",
    response_class=FileResponse,
    responses={
        200: {"content": {"image/webp": {"schema": {"type": "string", "format": "binary"}}}},
        **responses(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE),
    },
)
def picture(
    name: str, request: Request, variant: Annotated[str | None, Query(min_length=1, max_length=80)] = None
) -> FileResponse:
    """A product's picture on a clear ground; drawn at the first request, from a file afterwards."""
    if name not in catalog.names():
        raise UnknownNameError("product", name[:80], catalog.names())
    product = catalog.load(name)
    if variant is not None and variant not in product.variants:
        raise UnknownNameError("variant", variant, product.variants)
    path = request.app.state.showcase.picture(product, variant)
    return FileResponse(path, media_type="image/webp", headers={"Cache-Control": "public, max-age=86400"})


@lru_cache(maxsize=256)
def _card(name: str) -> LookCard:
    look = Look.load(name)
    layers = []
    for index, layer in enumerate(look.layers):
        color = layer.parameters.get("color") or next(iter(layer.parameters.get("colors", ())), None)
        shown = color if isinstance(color, str) and color.startswith("#") else None
        layers.append(LayerCard(index=index, effect=layer.effect, opacity=layer.opacity, color=shown))
    return LookCard(name=name, title=look.title, description=look.description, tags=look.tags, layers=tuple(layers))


@lru_cache(maxsize=1024)
def product_card(name: str) -> ProductCard:
    """A product as a list shows it."""
    product = catalog.load(name)
    width, height, depth = (round(1e3 * side, 1) for side in product.size_m)
    return ProductCard(
        product=name,
        name=product.name,
        kind=product.kind,
        description=product.description,
        variants=product.variants,
        size_mm=(width, height, depth),
    )
