"""The API's description (OpenAPI): FastAPI's own, with every error told as the problem+json it really is."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from tryon.server.problems import MEDIA_TYPE

_ANY = (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.TOO_MANY_REQUESTS)
_WITH_KEY = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_WITH_BODY = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_TIMEOUT)
_LOW, _HIGH = 400, 600


def describe(app: FastAPI, *, keys_required: bool) -> None:
    """Have `app` tell this description at /openapi.json."""

    def openapi() -> dict[str, Any]:  # any JSON
        if app.openapi_schema is None:
            schema = get_openapi(title=app.title, version=app.version, routes=app.routes, description=_TEXT)
            for path in schema["paths"].values():
                for operation in path.values():
                    _tell_errors(operation)
                    _tell_access(operation, keys_required=keys_required)
            for name in ("HTTPValidationError", "ValidationError"):
                schema["components"]["schemas"].pop(name, None)
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way


def _tell_errors(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    added = (
        *_ANY,
        *(_WITH_KEY if "security" in operation else ()),
        *(_WITH_BODY if "requestBody" in operation else ()),
    )
    for status in added:
        responses.setdefault(str(int(status)), {"description": status.phrase})
    # What the caller can send wrong is told even where FastAPI sees nothing to check, as in a picture's bytes.
    if "requestBody" in operation:
        responses.setdefault("422", {"description": HTTPStatus.UNPROCESSABLE_ENTITY.phrase})
    problem = {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}
    for status, response in responses.items():
        if status.isdigit() and _LOW <= int(status) < _HIGH:
            response["content"] = {MEDIA_TYPE: problem}


def _tell_access(operation: dict[str, Any], *, keys_required: bool) -> None:
    """Where a shopper's token would do, no keys are needed unless the settings say so."""
    ways = operation.get("security", [])
    if len(ways) > 1 and not keys_required:
        ways.append({})


_TEXT = """The mirror in the browser and its API.

Errors are `application/problem+json` (RFC 9457). Brands send `Authorization: Bearer tryon_…`; their shoppers'
pages send `X-Tryon-Token`. What looks at a person needs a consent in `X-Tryon-Consent`. The mirror itself is the
WebSocket `/api/mirror`."""
