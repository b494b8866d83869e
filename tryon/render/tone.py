"""Names of the curves from scene light to display light, and the define that picks each in the shaders."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from tryon.errors import UnknownNameError

Tone: TypeAlias = Literal["neutral", "aces", "none"]

_DEFINES = {"neutral": ("TONE_NEUTRAL",), "aces": ("TONE_ACES",), "none": ()}


def tone_defines(tone: str) -> tuple[str, ...]:
    """Shader defines of a curve: Khronos PBR Neutral, three.js' ACES filmic, or none (clipped at 1).

    Raises:
        UnknownNameError: There is no curve of that name.
    """
    if tone not in _DEFINES:
        raise UnknownNameError("tone curve", tone, get_args(Tone))
    return _DEFINES[tone]
