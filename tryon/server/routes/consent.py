"""Consent: read the text, agree, withdraw."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from tryon.server.consent import TEXT
from tryon.server.problems import ProblemDetails

router = APIRouter(tags=["consent"])
Language = Literal["en", "zh"]


class ConsentText(BaseModel):
    """What the shopper is asked."""

    language: Language
    text: str


class Agreement(BaseModel):
    """The shopper agrees to the text in this language."""

    language: Language = "en"


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

    token: Annotated[str, Field(min_length=1, max_length=2048)]


class Withdrawn(BaseModel):
    """When the consent ended, in seconds since 1970."""

    withdrawn_s: int


@router.get("/api/consent")
async def text(language: Language = "en") -> ConsentText:
    """The text to agree to."""
    return ConsentText(language=language, text=TEXT[language])


@router.post("/api/consent", status_code=201)
def give(agreement: Agreement, request: Request) -> ConsentReceipt:
    """Agree; nothing is tracked before this."""
    receipt = request.app.state.consents.give(agreement.language)
    return ConsentReceipt(**{name: getattr(receipt, name) for name in ConsentReceipt.model_fields})


@router.post("/api/consent/withdraw", responses={403: {"model": ProblemDetails}})
def withdraw(withdrawal: Withdrawal, request: Request) -> Withdrawn:
    """Withdraw; open mirrors of this consent end within a second."""
    _, ended_s = request.app.state.consents.withdraw(withdrawal.token)
    return Withdrawn(withdrawn_s=ended_s)
