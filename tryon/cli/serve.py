"""`tryon serve`: the mirror in the browser."""

from __future__ import annotations

import argparse
import contextlib
import socket
import sys

from tryon.cli.port import port
from tryon.errors import DeviceError, MissingExtraError


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser("serve", help="serve the mirror page and its API")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (this machine only by default)")
    parser.add_argument("--port", type=port, default=8000, help="port to listen on")
    parser.add_argument("--migrate-only", action="store_true", help="bring the database up to this version and end")
    parser.add_argument("--log", action="store_true", help="log every request as a JSON line on standard error")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted; running frames finish first, connected pages are told."""
    if options.migrate_only:
        try:
            from tryon.server import Settings
            from tryon.server.store import Store
        except ImportError as error:
            raise _missing(error) from None
        Store(Settings.from_environment().database).close()
        print("The database is up to date.", file=sys.stderr)
        return 0
    return listen(options.host, options.port, log_requests=options.log)


def listen(host: str, port: int, *, log_requests: bool = False) -> int:
    """Say where the mirror is and serve it until Ctrl-C.

    Raises:
        DeviceError: The port cannot be opened.
    """
    try:
        from tryon.server import create_app, logs
        from tryon.server.serving import serve
    except ImportError as error:
        raise _missing(error) from None
    logs.configure(requests=log_requests)
    app = create_app()
    print(f"The mirror: http://{_shown(host)}:{port}/  (opens with the webcam; Ctrl-C ends it)", flush=True)
    try:
        serve(app, host=host, port=port)
    except SystemExit:
        raise DeviceError(f"Port {port} cannot be opened; choose another with --port.") from None
    return 0


def check() -> None:
    """Return once the mirror's page and `/api/ready` have answered on a free port.

    Raises:
        TryOnError: They do not.
    """
    try:
        from tryon.server import create_app, logs
        from tryon.server.trial import try_out
    except ImportError as error:
        raise _missing(error) from None
    logs.configure(requests=False)
    try_out(create_app())


def free_port(wished: int) -> int:
    """The wished port, or the first free one of the nine after it; the wished one again when none is."""
    for number in range(wished, min(wished + 10, 65_536)):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                trial.bind(("127.0.0.1", number))
                return number
    return wished


def _shown(host: str) -> str:
    """A host as a browser takes it: cameras open on this machine's own name, and never on 0.0.0.0."""
    if host in ("", "0.0.0.0", "::"):  # noqa: S104  # compared with, not bound
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _missing(error: ImportError) -> MissingExtraError:
    return MissingExtraError(error.name or "fastapi", extra="server")
