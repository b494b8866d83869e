"""A TCP port on the command line."""

from __future__ import annotations

import argparse


def port(text: str) -> int:
    """The number, 0 (any free one) to 65535; an argparse `type`."""
    if not (text.isascii() and text.isdigit() and int(text[:6]) <= 65_535 and len(text) <= 5):
        raise argparse.ArgumentTypeError(f"expected a port of 0 to 65535, got '{text[:20]}'")
    return int(text)
