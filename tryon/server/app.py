"""The web application: pages, API and the mirror's socket."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from fastapi import FastAPI, Request, Response, WebSocket
from starlette.middleware.cors import CORSMiddleware

import tryon
from tryon.resources import home
from tryon.server import problems
from tryon.server.access import Access
from tryon.server.consent import Consents
from tryon.server.keys import Keys
from tryon.server.lifetime import Lifetime
from tryon.server.metrics import Metrics
from tryon.server.routes import catalog, consent, health, pages
from tryon.server.settings import Settings
from tryon.server.showcase import Showcase
from tryon.server.socket import mirror_socket
from tryon.server.store import Store
from tryon.server.vision import VisionPool

_MOST_BODY_BYTES = 64 * 1024
_FIRST_LOOK = "rose"


def create_app(settings: Settings | None = None) -> FastAPI:
    """The whole server as an ASGI application, to serve alone or to mount in a host's own.

    Raises:
        StoreError: The database cannot be opened.
    """
    chosen = settings or Settings.from_environment()
    store = Store(chosen.database)
    consents = Consents(chosen.secret, store)
    access = Access(chosen.secret, Keys(store), required=chosen.keys_required)
    lifetime = Lifetime()
    metrics = Metrics()
    pool = VisionPool(chosen.threads)
    showcase = Showcase(home() / "server" / "pictures")

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        showcase.close()
        pool.close()
        store.close()

    app = FastAPI(title="tryon", version=tryon.__version__, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.store, app.state.consents, app.state.metrics, app.state.pool = store, consents, metrics, pool
    app.state.showcase = showcase
    problems.install(app)
    _guard(app, chosen)
    for routes in (catalog, consent, health, pages):
        app.include_router(routes.router)

    @app.websocket("/api/mirror")
    async def mirror(socket: WebSocket) -> None:
        if not _own_page(socket, chosen.origins):
            await socket.close(4403)
            return
        await mirror_socket(
            socket,
            access=access,
            consents=consents,
            lifetime=lifetime,
            pool=pool,
            metrics=metrics,
            most_mirrors=chosen.most_mirrors,
            look=_FIRST_LOOK,
        )

    return app


def _own_page(socket: WebSocket, origins: tuple[str, ...]) -> bool:
    """Browsers send cookies and microphones to any site's socket; only our pages and listed shops may open one."""
    origin = socket.headers.get("origin")
    if origin is None:  # not a browser
        return True
    return origin.partition("://")[2] == socket.headers.get("host") or origin in origins


def _guard(app: FastAPI, settings: Settings) -> None:
    frames = " ".join(("'self'", *settings.origins))
    policy = (
        "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
        f"connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; frame-ancestors {frames}"
    )

    @app.middleware("http")
    async def guard(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
        length = request.headers.get("content-length", "0")
        if not length.isdigit() or int(length) > _MOST_BODY_BYTES:
            return problems.problem(413, f"Expected a body of at most {_MOST_BODY_BYTES // 1024} kB.")
        response = await call(request)
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
        return response

    if settings.origins:
        app.add_middleware(
            CORSMiddleware, allow_origins=list(settings.origins), allow_methods=["GET", "POST", "DELETE"]
        )
