"""Whether the server lives, whether it is ready, and its numbers."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from tryon.server.problems import RefusedError, responses

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """A plain yes."""

    status: str = "ok"


@router.get("/api/health")
async def health() -> Health:
    """The process answers."""
    return Health()


@router.get("/api/ready", responses=responses(HTTPStatus.SERVICE_UNAVAILABLE))
def ready(request: Request) -> Health:
    """The database answers and the server is not about to stop, so requests may be sent here."""
    if request.app.state.lifetime.leaving:
        raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, "The server is stopping.")
    if not request.app.state.store.answers():
        raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, "The database does not answer.")
    return Health()


@router.get(
    "/metrics", response_class=Response, responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}
)
async def metrics(request: Request) -> Response:
    """Prometheus exposition."""
    return Response(request.app.state.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")
