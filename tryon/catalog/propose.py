"""Unit, axes, origin and anchors of any brand's file, with a sentence about each."""

from __future__ import annotations

from typing import Protocol

from tryon.catalog import propose_earring, propose_face_mask, propose_glasses, propose_hat, propose_loop
from tryon.catalog.cloud import Cloud
from tryon.catalog.kinds import WORN
from tryon.catalog.proposal import Axes, Finding, Known, Proposal, Shape, assemble, rotation_of
from tryon.errors import ParameterError
from tryon.types import Model


class _Finder(Protocol):
    """How one family of kinds is found, in a file `propose_<family>.py`."""

    def find_axes(self, cloud: Cloud, known: Known, kind: str) -> tuple[Axes, tuple[Finding, ...]]:
        """(up, front) of the file."""
        ...

    def find_shape(self, cloud: Cloud, known: Known, kind: str) -> Shape:
        """Origin, anchors and lengths of a cloud whose axes are right."""
        ...


_FINDERS: dict[str, _Finder] = {
    "glasses": propose_glasses,
    "hat": propose_hat,
    "earring": propose_earring,
    "face_mask": propose_face_mask,
}


def propose(model: Model, kind: str, *, known: Known | None = None) -> Proposal:
    """How a file of a worn kind lies, and where its anchors are.

    Args:
        model: As the file holds it: its own unit and axes.
        known: What the caller states; it is taken over as it is.

    Raises:
        ParameterError: Not a kind that is worn.
        ProductError: Something cannot be found; the message names the option that states it.
    """
    if kind not in WORN:
        raise ParameterError(f"--kind: expected one of {', '.join(WORN)}, got '{kind[:40]}'.")
    known = known or Known()
    finder = _FINDERS.get(kind, propose_loop)
    cloud = Cloud.of(model)
    axes, said = finder.find_axes(cloud, known, kind)
    shape = finder.find_shape(cloud.turned(rotation_of(*axes)), known, kind)
    return assemble(cloud, axes, shape, known, said)
