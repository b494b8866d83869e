"""Errors as `application/problem+json` (RFC 9457), the same shape from every route."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from tryon.errors import TryOnError

MEDIA_TYPE = "application/problem+json"


class ProblemDetails(BaseModel):
    """RFC 9457: `title` names the kind of problem, `detail` says what to do about this one."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


class RefusedError(TryOnError):
    """A request that a route turns down with a status of its own."""

    def __init__(self, status: HTTPStatus, detail: str) -> None:
        super().__init__(detail)
        self.status = status


def problem(status: int, detail: str) -> JSONResponse:
    """A response with the problem as its body."""
    details = ProblemDetails(title=HTTPStatus(status).phrase, status=status, detail=detail)
    return JSONResponse(details.model_dump(), status, media_type=MEDIA_TYPE)


def responses(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """What a route that can fail so says about it in the API's description."""
    return {int(status): {"model": ProblemDetails, "description": status.phrase} for status in statuses}


def install(app: FastAPI) -> None:
    """Answer every error of the application this way."""

    async def refused(_: Request, error: Exception) -> JSONResponse:
        answer = problem(_status(error), str(error))
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            answer.headers["WWW-Authenticate"] = "Bearer"
        return answer

    async def invalid(_: Request, error: Exception) -> JSONResponse:
        faults = error.errors() if isinstance(error, RequestValidationError) else []
        told = "; ".join(f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in faults[:3])
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, told or "The request does not follow the API's description.")

    async def http(_: Request, error: Exception) -> JSONResponse:
        status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
        detail = str(error.detail) if isinstance(error, HTTPException) else "Unknown."
        answer = problem(status, detail)
        answer.headers.update((isinstance(error, HTTPException) and error.headers) or {})  # 405 names what is allowed
        return answer

    app.add_exception_handler(TryOnError, refused)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)


def _status(error: Exception) -> HTTPStatus:
    """An error's own status, else what the built-in it refines means here."""
    own = getattr(error, "status", None)
    if isinstance(own, HTTPStatus):
        return own
    if isinstance(error, PermissionError):
        return HTTPStatus.FORBIDDEN
    if isinstance(error, LookupError):
        return HTTPStatus.NOT_FOUND
    if isinstance(error, OSError | RuntimeError) and not isinstance(error, ValueError):
        return HTTPStatus.SERVICE_UNAVAILABLE  # files, database, GL: nothing the caller did
    return HTTPStatus.UNPROCESSABLE_ENTITY
