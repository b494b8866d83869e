"""Shoppers' tokens: a shop's own server makes one for each page view."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from tryon.server.access import LONGEST_MINUTES, Access
from tryon.server.admission import Writer
from tryon.server.problems import responses

router = APIRouter(tags=["tokens"])


class TokenWish(BaseModel):
    """For whose pages, and for how long."""

    model_config = ConfigDict(extra="forbid")

    origin: Annotated[str, Field(min_length=8, max_length=300, examples=["https://shop.example"])]
    minutes: Annotated[int, Field(ge=1, le=LONGEST_MINUTES)] = 60


class Token(BaseModel):
    """Give it to the page: `<try-on-mirror token="…">`, or the header X-Tryon-Token."""

    token: str
    origin: str
    expires_s: int


@router.post("/api/tokens", status_code=201, responses=responses(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN))
def mint(wish: TokenWish, request: Request, key: Writer) -> Token:
    """A token that opens the mirror on one site's pages, for a short time."""
    access: Access = request.app.state.access
    made = access.mint(key, wish.origin, wish.minutes)
    return Token(token=made.token, origin=made.origin, expires_s=made.expires_s)
