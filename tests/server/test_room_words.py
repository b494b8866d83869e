"""Every sentence about a room's scale and furniture is known to the page in Chinese."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest

pytest.importorskip("fastapi")

from tryon.place import card, fit, lying, paper, points, sheet
from tryon.server import room_desk, room_live, rooms
from tryon.session import room, room_free

_TOLD = (Path(__file__).parents[2] / "server" / "web" / "src" / "room" / "room_told.ts").read_text(encoding="utf-8")
_KNOWN = set(re.findall(r'^  "([^"]+)":\s', _TOLD, re.MULTILINE))
_PATTERNS = [re.compile(pattern) for pattern in re.findall(r"\[?\s*/(\^.+\$)/,", _TOLD)]
# Said to whoever programs, not to a shopper: a page cannot bring them about.
_OTHERS = re.compile(r"^(Room|yaw_rad|corners_px|Expected (?!an? |at most \d+ pieces)|Expected a known)")

_NOTES = {"What was found for evidence that is still in use, for A4 and Letter ask the same."}  # about a constant


def _sentences(module):
    """The sentences written in a module's code with a plain word for what is put in, docstrings aside."""
    tree = ast.parse(inspect.getsource(module))
    spoken = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    inner = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)} - {tree}
    for node in ast.walk(tree):
        if node in spoken:
            continue
        if isinstance(node, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else "7" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in inner:
            yield node.value


@pytest.mark.parametrize(
    "module",
    [card, fit, lying, paper, points, sheet, room, room_free, room_desk, room_live, rooms],
    ids=lambda each: each.__name__,
)
def test_every_sentence_about_a_room_is_translated(module):
    told = [each for each in _sentences(module) if re.fullmatch(r"[A-Z][^\n]* [^\n]*\.", each) and each not in _NOTES]
    asked = [each for each in told if not _OTHERS.match(each)]
    assert [each for each in asked if not _translated(each)] == []


def _translated(sentence):
    return sentence in _KNOWN or any(pattern.match(sentence) for pattern in _PATTERNS)
