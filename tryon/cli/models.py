"""`tryon models`."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Callable
from typing import Final

from tryon import models
from tryon.errors import MissingExtraError

# Modules whose `warm_up()` prepares on disk what would slow down the first picture, such as compiled kernels.
WARM_UP_MODULES: Final = ("tryon.track", "tryon.filters", "tryon.session")


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser("models", help="list, fetch and check the weights")
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="every known weight, and whether it is here")
    listing.add_argument("--json", action="store_true", help="print everything the manifest says as JSON")
    listing.set_defaults(run=_list)
    pull = actions.add_parser("pull", help="fetch and convert weights, and prepare the first look")
    pull.add_argument("names", nargs="*", metavar="NAME", help="models to pull (all when none is named)")
    pull.set_defaults(run=_pull)
    actions.add_parser("verify", help="check every cached weight again").set_defaults(run=_verify)
    actions.add_parser("where", help="print the cache folder").set_defaults(run=_where)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the chosen action."""
    action: Callable[[argparse.Namespace], int] = options.run
    return action(options)


def _list(options: argparse.Namespace) -> int:
    known = models.manifest().models.values()
    if options.json:
        print(json.dumps([_entry(model) for model in known], indent=2))
        return 0
    width = max(len(model.name) for model in known)
    for model in known:
        state = "ready" if models.cached(model.name) else "-"
        print(f"{model.name:<{width}}  {model.task:<6}  {model.size / 1e6:5.1f} MB  {state:<5}  {model.title}")
    return 0


def _pull(options: argparse.Namespace) -> int:
    models.pull(options.names or None, progress=models.Bar())
    for name in WARM_UP_MODULES:
        warm_up: Callable[[], None] | None = getattr(importlib.import_module(name), "warm_up", None)
        if warm_up is None:
            continue
        try:
            warm_up()
        except MissingExtraError as error:  # weights alone are a use of their own, on a server for instance
            print(f"tryon: {error}", file=sys.stderr)
    print(models.where())
    return 0


def _verify(options: argparse.Namespace) -> int:
    checks = models.verify()
    for check in checks:
        print(f"{check.name}: {'ok' if check.ok else check.problem} ({check.path})")
    if not checks:
        print(f"No model is cached in {models.where()}; run: tryon models pull.")
    return 0 if all(check.ok for check in checks) else 1


def _where(options: argparse.Namespace) -> int:
    print(models.where())
    return 0


def _entry(model: models.Model) -> dict[str, object]:
    return {
        "name": model.name,
        "title": model.title,
        "task": model.task,
        "file": model.file,
        "size": model.size,
        "sha256": model.sha256,
        "license": model.license,
        "author": model.author,
        "sources": [str(source) for source in model.sources],
        "input_range": model.input_range,
        "outputs": {output.name: output.shape for output in model.outputs},
        "card": model.card,
        "cached": models.cached(model.name),
        "path": str(models.path(model.name)) if models.cached(model.name) else None,
    }
