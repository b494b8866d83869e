"""`tryon looks`."""

from __future__ import annotations

import argparse
import json

from tryon.filters import Look, look_schema


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser("looks", help="list the ready-made looks")
    parser.add_argument("--json", action="store_true", help="print names, titles, tags and layers as JSON")
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of look files")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print every shipped look, or the schema that looks follow."""
    if options.schema:
        print(json.dumps(look_schema(), indent=2))
        return 0
    looks = [Look.load(name) for name in Look.names()]
    if options.json:
        print(json.dumps([look.to_json() for look in looks], indent=2))
        return 0
    width = max((len(look.name) for look in looks), default=0)
    for look in looks:
        print(f"{look.name:<{width}}  {look.title}: {look.description}")
    return 0
