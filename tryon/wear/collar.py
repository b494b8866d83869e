"""Whether a necklace goes under what its wearer has on: under an open shirt, over a jersey or a rolled neck.

A chain comes from the nape over the sides of the neck to the front. Where an open collar stands, cloth lies on both
sides and skin shows between them: the chain is under the cloth and seen in the opening alone. Where both sides are
bare, cloth further down is a neckline, and the chain hangs over it. Where no skin shows at all, nobody can tell, and
it lies over, so that something is seen of it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tryon.types import PartsMask

_CLOTHES = PartsMask.CLASSES.index("clothes")
_SKINS = (PartsMask.CLASSES.index("body_skin"), PartsMask.CLASSES.index("face_skin"))
_SIDE_RAD, _SIDE_END_RAD = 0.75, 1.75  # around the neck from the front: where a collar stands beside a chain
_CLOTH, _OPEN = 0.55, 0.30  # share of cloth at the sides, of skin between them
_BELOW_CHIN = np.linspace(0.35, 0.9, 8)  # of the way from the chin to the front of the chain
_SETTLE = 0.1


class CollarMemory:
    """How far under its wearer's clothes a necklace lies, 0 to 1, settled over a second for each person."""

    def __init__(self) -> None:
        self._under: dict[int, float] = {}

    def reset(self) -> None:
        """Forget everybody."""
        self._under.clear()

    def under(
        self, key: int, parts: PartsMask | None, loop_px: NDArray[np.float64], azimuth_rad: NDArray[np.float64],
        chin_px: NDArray[np.float64],
    ) -> float:  # fmt: skip
        """Share of the clothes that is in front.

        loop_px: (N, 2) points of the loop in the picture; azimuth_rad: (N,) around the neck from the front, absolute.
        chin_px: (2,).
        """
        seen = _under(parts, loop_px, azimuth_rad, chin_px) if parts is not None else None
        if seen is None:
            return self._under.get(key, 0.0)
        before = self._under.get(key, seen)
        now = self._under[key] = before + _SETTLE * (seen - before)
        return now


def _under(
    parts: PartsMask, loop_px: NDArray[np.float64], azimuth_rad: NDArray[np.float64], chin_px: NDArray[np.float64]
) -> float | None:
    """1 under an open collar, 0 over anything else; None when too little of the neck is in the picture."""
    sides = loop_px[(azimuth_rad > _SIDE_RAD) & (azimuth_rad < _SIDE_END_RAD)]
    front = loop_px[azimuth_rad < 0.3]
    if not len(sides) or not len(front):
        return None
    low = front.mean(axis=0)
    throat = chin_px + _BELOW_CHIN[:, None] * (low - chin_px)
    beside, between = _seen(parts, sides), _seen(parts, throat)
    if beside is None or between is None:
        return None
    cloth = float((beside[0] / np.maximum(beside.sum(axis=0), 0.05)).mean())
    skin = float((between[1] / np.maximum(between.sum(axis=0), 0.05)).mean())
    return 1.0 if cloth > _CLOTH and skin > _OPEN else 0.0


def _seen(parts: PartsMask, at_px: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """(2, N) probabilities of cloth and of skin at places of the picture; None when most lie outside the mask."""
    matrix = parts.mask_from_image
    column, row = np.rint(at_px @ matrix[:, :2].T + matrix[:, 2]).astype(int).T
    height, width = parts.probability.shape[1:]
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    if inside.mean() < 0.5:
        return None
    seen = parts.probability[:, row[inside], column[inside]].astype(np.float64) / 255.0
    return np.stack([seen[_CLOTHES], seen[list(_SKINS)].sum(axis=0)])
