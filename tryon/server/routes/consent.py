"""Consent: read the text, agree, withdraw."""

from __future__ import annotations

import dataclasses
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from tryon.server.admission import shopper
from tryon.server.consent import TEXTS, Subject
from tryon.server.problems import responses
from tryon.server.routes.photos import DeletionProof

router = APIRouter(tags=["consent"])
Language = Literal["en", "zh"]


class ConsentText(BaseModel):
    """What the shopper is asked."""

    language: Language
    text: str


class Agreement(BaseModel):
    """The shopper agrees to the text in this language."""

    model_config = ConfigDict(extra="forbid")

    language: Language = "en"
    subject: Subject = "mirror"


class ConsentReceipt(BaseModel):
    """Proof of what was agreed to; the token opens the mirror."""

    id: str
    given_s: int
    expires_s: int
    language: Language
    text: str
    text_sha256: str
    token: str


class Withdrawal(BaseModel):
    """The receipt's token."""

    model_config = ConfigDict(extra="forbid")

    token: Annotated[str, Field(min_length=1, max_length=2048)]


class Withdrawn(BaseModel):
    """When the consent ended, in seconds since 1970, and proofs for the saved photos that went with it."""

    withdrawn_s: int
    deleted: list[DeletionProof] = []


@router.get("/api/consent")
async def text(language: Language = "en", subject: Subject = "mirror") -> ConsentText:
    """The text to agree to."""
    return ConsentText(language=language, text=TEXTS[subject][language])


@router.post(
    "/api/consent",
    status_code=201,
    dependencies=[Depends(shopper)],
    responses=responses(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN),
)
def give(agreement: Agreement, request: Request) -> ConsentReceipt:
    """Agree; nothing is tracked before this."""
    receipt = request.app.state.consents.give(agreement.language, agreement.subject)
    return ConsentReceipt(**{name: getattr(receipt, name) for name in ConsentReceipt.model_fields})


@router.post("/api/consent/withdraw", responses=responses(HTTPStatus.FORBIDDEN))
async def withdraw(withdrawal: Withdrawal, request: Request) -> Withdrawn:
    """Withdraw; open mirrors of this consent end within a second, its rooms and saved photos are deleted now."""
    state = request.app.state
    number, ended_s = await run_in_threadpool(state.consents.withdraw, withdrawal.token)
    state.rooms.forget(number)
    forgotten = await run_in_threadpool(state.photos.forget, number)
    deleted = [DeletionProof(**dataclasses.asdict(deletion)) for deletion in forgotten]
    return Withdrawn(withdrawn_s=ended_s, deleted=deleted)
