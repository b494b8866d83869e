"""`tryon keys add|list|revoke`: brands' keys to the server's API."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

from tryon.errors import MissingExtraError

if TYPE_CHECKING:
    from tryon.server.keys import KeyCard, Keys


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser("keys", help="make, list and revoke brands' keys to the server's API")
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="make a key; it is shown once")
    add.add_argument("name", help="whose key it is")
    add.add_argument(
        "--scope", action="append", choices=("read", "write"), help="what it may do; repeat for both (default: both)"
    )
    add.set_defaults(act=_add)
    actions.add_parser("list", help="show every key, without the keys themselves").set_defaults(act=_list)
    revoke = actions.add_parser("revoke", help="end a key and every shopper's token made with it")
    revoke.add_argument("prefix", help="the key's first letters, as `tryon keys list` shows them")
    revoke.set_defaults(act=_revoke)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Do it in the database that TRYON_DATABASE names."""
    try:
        from tryon.server import Settings
        from tryon.server.keys import Keys
        from tryon.server.store import Store
    except ImportError as error:
        raise MissingExtraError(error.name or "sqlalchemy", extra="server") from None
    store = Store(Settings.from_environment().database)
    try:
        options.act(Keys(store), options)
    finally:
        store.close()
    return 0


def _add(keys: Keys, options: argparse.Namespace) -> None:
    key = keys.add(options.name, options.scope or ("read", "write"))
    print("Keep this key now; it cannot be shown again:", file=sys.stderr)
    print(key)


def _list(keys: Keys, _: argparse.Namespace) -> None:
    for card in keys.list():
        print(_line(card))


def _revoke(keys: Keys, options: argparse.Namespace) -> None:
    print(_line(keys.revoke(options.prefix)))


def _line(card: KeyCard) -> str:
    state = "in use" if card.revoked_s is None else f"revoked {_day(card.revoked_s)}"
    return f"tryon_{card.prefix}…  {'+'.join(card.scopes):10}  made {_day(card.made_s)}  {state:18}  {card.name}"


def _day(time_s: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(time_s))
