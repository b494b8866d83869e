"""`tryon serve`: the mirror in the browser."""

from __future__ import annotations

import argparse
import sys

from tryon.errors import DeviceError, MissingExtraError


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser("serve", help="serve the mirror page and its API")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (this machine only by default)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on")
    parser.add_argument("--migrate-only", action="store_true", help="bring the database up to this version and end")
    parser.add_argument("--log", action="store_true", help="log every request as a JSON line on standard error")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted; running frames finish first, connected pages are told."""
    try:
        from tryon.server import Settings, create_app, logs
        from tryon.server.serving import serve
        from tryon.server.store import Store
    except ImportError as error:
        raise MissingExtraError(error.name or "fastapi", extra="server") from None
    settings = Settings.from_environment()
    if options.migrate_only:
        Store(settings.database).close()
        print("The database is up to date.", file=sys.stderr)
        return 0
    logs.configure(requests=options.log)
    app = create_app(settings)
    print(f"The mirror: http://{options.host}:{options.port}/  (Ctrl-C ends it)", flush=True)
    try:
        serve(app, host=options.host, port=options.port)
    except SystemExit:
        raise DeviceError(f"Port {options.port} cannot be opened; choose another with --port.") from None
    return 0
