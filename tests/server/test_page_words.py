"""Every sentence the server says to a shopper is known to the page in Chinese."""

from __future__ import annotations

import ast
import inspect
import itertools
import re
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("fastapi")

from tryon.server import consent, stream
from tryon.track import face_gate
from tryon.types import Measure
from tryon.wear import glasses_fit, hat_seat, loop_fit

_TOLD = (Path(__file__).parents[2] / "server" / "web" / "src" / "told.ts").read_text(encoding="utf-8")
_KNOWN = set(re.findall(r'^  "([^"]+)":\s', _TOLD, re.MULTILINE))
_PATTERNS = [re.compile(pattern) for pattern in re.findall(r"\[?\s*/(\^.+\$)/,", _TOLD)]


def _literals(module):
    """The whole sentences written in a module's code, docstrings aside."""
    tree = ast.parse(inspect.getsource(module))
    spoken = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node not in spoken
        and re.fullmatch(r"[A-Z][^{}<>]* [^{}<>]*\.", node.value)
    ]


def _fits():
    for name, sign in itertools.product(glasses_fit._TOLERANCE_MM, (-7.4, 7.4)):
        yield glasses_fit._sentence(name, sign)
    wrist, thick = Measure(0.055, 0.050, 0.060, "test"), Measure(0.040, 0.036, 0.044, "test")
    for inner in (20.0, 40.0, 46.0, 49.5, 52.0, 56.0, 64.0, 90.0):
        yield loop_fit.wrist_report((1.2 * inner, inner), wrist, thick).verdict
    finger = Measure(0.0170, 0.0160, 0.0180, "test")
    for inner in (14.0, 16.2, 17.0, 17.9, 21.0):
        for name in ("thumb", "index", "middle", "ring", "little"):
            yield loop_fit.ring_report(inner, name, finger).verdict

    class Skull:
        circumference = Measure(0.57, 0.55, 0.59, "test")

    for half in np.array([0.080, 0.0905, 0.110]):
        yield hat_seat.hat_report(Skull(), (float(half), float(half))).verdict


def test_every_sentence_about_fit_is_translated():
    sentences = list(_fits())
    assert len(set(sentences)) > 30
    assert [each for each in sentences if not _translated(each)] == []


@pytest.mark.parametrize("module", [face_gate, stream], ids=["face", "overload"])
def test_every_sentence_of_guidance_is_translated(module):
    sentences = _literals(module)
    assert sentences
    assert [each for each in sentences if not _translated(each)] == []


def test_every_refusal_of_a_consent_is_translated():
    sentences = [each for each in _literals(consent) if "agree" in each and "on." in each]
    assert len(sentences) >= 3
    assert [each for each in sentences if not _translated(each)] == []


def _translated(sentence):
    return sentence in _KNOWN or any(pattern.match(sentence) for pattern in _PATTERNS)
