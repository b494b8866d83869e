"""The web application: pages, API and the mirror's socket."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI, WebSocket
from starlette.middleware.cors import CORSMiddleware

import tryon
from tryon.resources import home
from tryon.server import problems
from tryon.server.access import Access
from tryon.server.consent import Consents
from tryon.server.description import describe
from tryon.server.files import Files
from tryon.server.handoff import Handoff
from tryon.server.keys import Keys
from tryon.server.lifetime import Lifetime
from tryon.server.limiter import Limiter
from tryon.server.limits import Buckets
from tryon.server.metrics import Metrics
from tryon.server.photos import Photos
from tryon.server.recorder import Recorder
from tryon.server.room_first import FirstPicture
from tryon.server.room_live_socket import live_socket
from tryon.server.rooms import Rooms
from tryon.server.routes import catalog, consent, handoff, health, pages, photos, rooms, tokens, webrtc
from tryon.server.routes import tryon as try_on
from tryon.server.settings import Settings
from tryon.server.showcase import Showcase
from tryon.server.socket import mirror_socket
from tryon.server.store import Store
from tryon.server.vision import VisionPool

_LOG = logging.getLogger(__name__)
_FIRST_LOOK = "rose"
_SWEEP_S = 60.0
# FastAPI can trace addresses, bodies and texts of errors to wherever the environment says; nothing may.
_TELEMETRY: Any = {  # its type came with FastAPI 0.165
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
_HEADERS = ["Authorization", "Content-Type", "X-Tryon-Consent", "X-Tryon-Token"]


def create_app(settings: Settings | None = None) -> FastAPI:
    """The whole server as an ASGI application, to serve alone or to mount in a host's own.

    Raises:
        StoreError: The database cannot be opened.
        FilesError: The files cannot be opened.
    """
    chosen = settings or Settings.from_environment()
    app = FastAPI(
        title="tryon",
        version=tryon.__version__,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        telemetry=_TELEMETRY,
    )
    _furnish(app, chosen)
    problems.install(app)
    describe(app, keys_required=chosen.keys_required)
    _guard(app, chosen)
    for routes in (catalog, consent, handoff, health, pages, photos, rooms, tokens, try_on, webrtc):
        app.include_router(routes.router)
    app.add_api_websocket_route("/api/mirror", _mirror)
    app.add_api_websocket_route("/api/room/live", _live)
    return app


def _furnish(app: FastAPI, settings: Settings) -> None:
    """Everything the routes work with."""
    state = app.state
    state.settings = settings
    state.store = Store(settings.database)
    state.metrics = Metrics()
    state.lifetime = Lifetime()
    state.consents = Consents(settings.secret, state.store)
    state.access = Access(settings.secret, Keys(state.store), required=settings.keys_required)
    files = Files(settings.files or str(home() / "server" / "files"))
    state.photos = Photos(settings.secret, state.store, files)
    state.pool = VisionPool(settings.threads)
    state.rooms = Rooms(state.pool)
    state.first_picture = FirstPicture()
    state.showcase = Showcase(home() / "server" / "pictures")
    state.handoff = Handoff(home() / "server" / "models")


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    state = app.state
    sweeper = asyncio.create_task(_sweep(state.photos, state.metrics, state.rooms))
    yield
    await state.lifetime.leave()  # again without harm where `serve` said so already
    sweeper.cancel()
    await asyncio.gather(sweeper, return_exceptions=True)
    if (calls := getattr(state, "calls", None)) is not None:
        await calls.close()
    state.rooms.close()
    for part in (state.showcase, state.pool, state.store):
        await asyncio.to_thread(part.close)


async def _sweep(photos: Photos, metrics: Metrics, rooms: Rooms) -> None:
    """Delete photos and rooms as they run out, whatever happens to one round."""
    while True:
        rooms.sweep()
        try:
            metrics.photos_swept.inc(await asyncio.to_thread(photos.sweep))
        except Exception:
            _LOG.exception("photos could not be swept")
        await asyncio.sleep(_SWEEP_S)


async def _welcome(socket: WebSocket) -> bool:
    """Whether the socket may go on; closed otherwise."""
    state = socket.app.state
    if not _own_page(socket, state.settings.origins):
        state.metrics.refused.labels("origin").inc()
        await socket.close(4403)
        return False
    if state.lifetime.leaving:
        await socket.close(1012)
        return False
    return True


async def _live(socket: WebSocket) -> None:
    if not await _welcome(socket):
        return
    state = socket.app.state
    await live_socket(
        socket,
        access=state.access,
        consents=state.consents,
        lifetime=state.lifetime,
        pool=state.pool,
        metrics=state.metrics,
        most=state.settings.most_mirrors,
    )


async def _mirror(socket: WebSocket) -> None:
    if not await _welcome(socket):
        return
    state = socket.app.state
    settings: Settings = state.settings
    await mirror_socket(
        socket,
        access=state.access,
        consents=state.consents,
        lifetime=state.lifetime,
        pool=state.pool,
        metrics=state.metrics,
        most_mirrors=settings.most_mirrors,
        look=_FIRST_LOOK,
    )


def _own_page(socket: WebSocket, origins: tuple[str, ...]) -> bool:
    """Browsers send cookies and microphones to any site's socket; only our pages and listed shops may open one."""
    origin = socket.headers.get("origin")
    if origin is None:  # not a browser
        return True
    return origin.partition("://")[2] == socket.headers.get("host") or origin in origins


def _guard(app: FastAPI, settings: Settings) -> None:
    """The layers around the routes; the last one added is the outermost."""
    metrics: Metrics = app.state.metrics
    app.add_middleware(Limiter, buckets=Buckets(settings.rate), metrics=metrics)
    if settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.origins),
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=_HEADERS,
            expose_headers=["Retry-After", "X-Request-Id", "X-Tryon-Box", "X-Tryon-Piece"],
        )
    app.add_middleware(Recorder, metrics=metrics, origins=settings.origins)
