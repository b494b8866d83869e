"""`tryon marker -o marker.pdf`."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser("marker", help="a page to print and lay on the floor, so that sizes are true")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the .pdf or .png to write")
    parser.add_argument("--size", type=float, default=0.15, metavar="M", help="edge of the black square, in metres")
    parser.add_argument("--paper", choices=("a4", "letter"), default="a4", help="the paper it is printed on")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the page and say how to print it."""
    from tryon.place.marker_page import marker_page
    from tryon.place.marker_print import write_page

    write_page(options.output, marker_page(options.size, options.paper))
    print(f"'{options.output}': print it at 100 % (no “fit to page”) and check its ruler: 100.0 mm.")
    return 0
