"""`tryon room`: furniture in a picture of one's own room, in the browser."""

from __future__ import annotations

import argparse
from pathlib import Path

from tryon.cli.port import port
from tryon.errors import DeviceError, MissingExtraError


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser("room", help="put furniture into a picture of your room, in the browser")
    parser.add_argument("photo", nargs="?", help="the picture to begin with; without one the page asks")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (this machine only by default)")
    parser.add_argument("--port", type=port, default=8000, help="port to listen on")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted.

    Raises:
        InputError, SourceMissingError: The picture cannot be read.
        DeviceError: The port cannot be opened.
    """
    try:
        from tryon.server import Settings, create_app, logs
        from tryon.server.serving import serve
    except ImportError as error:
        raise MissingExtraError(error.name or "fastapi", extra="server") from None
    app = create_app(Settings.from_environment())
    path = "/room"
    if options.photo is not None:
        path += f"#{app.state.first_picture.leave(Path(options.photo))}"
    logs.configure(requests=False)
    print(f"Your room: http://{options.host}:{options.port}{path}  (Ctrl-C ends it)", flush=True)
    try:
        serve(app, host=options.host, port=options.port)
    except SystemExit:
        raise DeviceError(f"Port {options.port} cannot be opened; choose another with --port.") from None
    return 0
