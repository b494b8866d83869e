"""`tryon serve`: the mirror in the browser."""

from __future__ import annotations

import argparse

from tryon.errors import DeviceError, MissingExtraError


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser("serve", help="serve the mirror page and its API")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (this machine only by default)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted; running frames finish first."""
    try:
        import uvicorn

        from tryon.server import create_app
    except ImportError as error:
        raise MissingExtraError(error.name or "fastapi", extra="server") from None
    app = create_app()
    config = uvicorn.Config(
        app,
        host=options.host,
        port=options.port,
        log_level="warning",
        access_log=False,
        ws_max_size=4 * 1024 * 1024,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=5,
    )
    print(f"The mirror: http://{options.host}:{options.port}/  (Ctrl-C ends it)")
    try:
        uvicorn.Server(config).run()
    except SystemExit:
        raise DeviceError(f"Port {options.port} cannot be opened; choose another with --port.") from None
    return 0
