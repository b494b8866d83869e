"""What a route asks of its caller: a brand's key, a shopper's token, a consent."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from fastapi import Depends, Header, Request
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from tryon.server.access import Access
from tryon.server.consent import ConsentError, Consents, Subject
from tryon.server.keys import KeyCard, KeyRefusedError, Scope

_bearer = HTTPBearer(auto_error=False, description="A brand's key, from `tryon keys add`.")
_token = APIKeyHeader(name="X-Tryon-Token", auto_error=False, description="A shopper's token, from POST /api/tokens.")
_Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
_Token = Annotated[str | None, Depends(_token)]
_Consent = Annotated[str | None, Header(alias="X-Tryon-Consent", max_length=2048)]


def writer(request: Request, bearer: _Bearer) -> KeyCard:
    """A brand whose key may write; always asked for, whatever the settings.

    Raises:
        KeyRefusedError: No such key.
    """
    if bearer is None:
        raise KeyRefusedError("Expected a brand's key (Authorization: Bearer tryon_…), got none.")
    return _access(request).keys.check(bearer.credentials, "write")


def reader(request: Request, bearer: _Bearer, token: _Token) -> None:
    """A brand whose key may read, or its shopper; anybody where no keys are required."""
    _enter(request, bearer, token, "read")


def shopper(request: Request, bearer: _Bearer, token: _Token) -> None:
    """A shopper with a token, or a brand whose key may write; anybody where no keys are required."""
    _enter(request, bearer, token, "write")


def consenting(request: Request, consent: _Consent = None) -> str:
    """The id of the consent to be looked at that the request carries.

    Raises:
        ConsentError: None, or one that does not hold.
    """
    return _consented(request, consent, "mirror")


def furnishing(request: Request, consent: _Consent = None) -> str:
    """The id of the consent to furnish a room that the request carries. Raises ConsentError."""
    return _consented(request, consent, "room")


def keeping(request: Request, consent: _Consent = None) -> str:
    """The id of a consent to either, for what it takes to keep a picture. Raises ConsentError."""
    return _consented(request, consent, None)


def _consented(request: Request, consent: str | None, subject: Subject | None) -> str:
    if consent is None:
        raise ConsentError("Expected a consent (X-Tryon-Consent, from POST /api/consent), got none.")
    consents: Consents = request.app.state.consents
    return consents.check(consent, subject)


Writer: TypeAlias = Annotated[KeyCard, Depends(writer)]
Consenting: TypeAlias = Annotated[str, Depends(consenting)]
Furnishing: TypeAlias = Annotated[str, Depends(furnishing)]
Keeping: TypeAlias = Annotated[str, Depends(keeping)]


def _enter(request: Request, bearer: HTTPAuthorizationCredentials | None, token: str | None, scope: Scope) -> None:
    access = _access(request)
    if bearer is not None and token is None:
        access.keys.check(bearer.credentials, scope)
        return
    access.check(token, request.headers.get("origin"))


def _access(request: Request) -> Access:
    access: Access = request.app.state.access
    return access
