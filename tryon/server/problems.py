"""Errors as `application/problem+json` (RFC 9457), the same shape from every route."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from tryon.errors import TryOnError, UnknownNameError


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
    return JSONResponse(details.model_dump(), status, media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Answer every error of the application this way."""

    async def refused(_: Request, error: Exception) -> JSONResponse:
        if isinstance(error, RefusedError):
            return problem(error.status, str(error))
        missing = isinstance(error, UnknownNameError)
        return problem(HTTPStatus.NOT_FOUND if missing else HTTPStatus.UNPROCESSABLE_ENTITY, str(error))

    async def invalid(_: Request, error: Exception) -> JSONResponse:
        faults = error.errors() if isinstance(error, RequestValidationError) else []
        told = "; ".join(f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in faults[:3])
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, told or "The request does not follow the API's description.")

    async def http(_: Request, error: Exception) -> JSONResponse:
        status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
        detail = str(error.detail) if isinstance(error, HTTPException) else "Unknown."
        return problem(status, detail)

    app.add_exception_handler(TryOnError, refused)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
