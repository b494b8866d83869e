"""The `tryon` command: parses, runs one subcommand, turns every error on purpose into one line."""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import sys
from collections.abc import Sequence

import tryon
from tryon.errors import TryOnError

_COMMANDS = (
    "demo",
    "apply",
    "track",
    "looks",
    "webcam",
    "serve",
    "keys",
    "measure",
    "marker",
    "calibrate",
    "products",
    "render",
    "place",
    "room",
    "fit",
    "models",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0, 1 for an error on purpose, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(prog="tryon", description="Try makeup on a photo, a video or your webcam.")
    parser.add_argument("--version", action="version", version=f"tryon {tryon.__version__}")
    parser.add_argument("-v", "--verbose", action="store_true", help="say what is being done")
    subparsers = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for name in _wanted(sys.argv[1:] if arguments is None else arguments):
        importlib.import_module(f"tryon.cli.{name}").add_parser(subparsers)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO if options.verbose else logging.WARNING, format="%(message)s")
    try:
        status: int = options.run(options)
    except TryOnError as error:
        print(f"tryon: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    except OSError as error:  # a name too long, a file of somebody else's: wherever a path is used
        if error.filename is None or isinstance(error, BrokenPipeError):
            raise
        named = f"'{str(error.filename)[:120]}': {error.strerror}"
        print(f"tryon: {named}; check the path and who may use it.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `tryon looks | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status


def _wanted(arguments: Sequence[str]) -> Sequence[str]:
    """The command asked for, alone, for loading all of them takes half a second; all where it is none of them."""
    first = next((text for text in arguments if not text.startswith("-")), "")
    return (first,) if first in _COMMANDS else _COMMANDS
