"""Predicted against achieved color of what was painted."""

from __future__ import annotations

from dataclasses import dataclass

from tryon.color.report import ColorReport


@dataclass(frozen=True, slots=True)
class ColorRecord:
    """One material on one face.

    face_id: The face.
    effect: Name of the effect that painted.
    report: Its predicted and achieved color and their difference.
    """

    face_id: int
    effect: str
    report: ColorReport
