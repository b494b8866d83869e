"""Several scales of one head as one, and a word when they disagree."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

from tryon.measure.estimate import Estimate
from tryon.measure.eyes import Eyes

_DISAGREE = 2.6  # standard deviations; chance alone does that once in a hundred
_WORTH = 3.0  # times the surest one's deviation, beyond which a source would add a tenth of weight and a bias


def fuse(estimates: Sequence[Estimate], eyes: Eyes) -> tuple[Estimate, tuple[str, ...]]:
    """One estimate from at least one, each weighted by how sure its pupillary distance is; and sentences.

    Sources much less sure than the surest only serve to contradict it. Where two disagree beyond what both admit, the
    surest one stands alone, and a sentence says so.
    """
    surest = min(estimates, key=lambda one: one.pd_sigma)
    remarks = tuple(_remark(a, b, surest, eyes) for a, b in combinations(estimates, 2) if _apart(a, b))
    worth = [one for one in estimates if one.pd_sigma < _WORTH * surest.pd_sigma]
    agreed = [one for one in worth if one is surest or not _apart(one, surest)]
    if len(agreed) == 1:
        return surest, remarks
    weights = [1.0 / one.pd_sigma**2 for one in agreed]
    pd_m = math.exp(
        sum(w * math.log(eyes.pd_m(one.scale)) for w, one in zip(weights, agreed, strict=True)) / sum(weights)
    )
    # What all share, the eyes' own geometry, does not average out.
    shared = min(eyes.span_sigma, min(one.pd_sigma for one in agreed) * 0.99)
    own = [1.0 / max(one.pd_sigma**2 - shared**2, 1e-8) for one in agreed]
    pd_sigma = math.sqrt(1.0 / sum(own) + shared**2)
    scale_sigma = math.sqrt(1.0 / sum(1.0 / one.scale_sigma**2 for one in agreed))
    order = sorted(agreed, key=lambda one: one.pd_sigma)
    return (
        Estimate(eyes.scale_of(pd_m), scale_sigma, min(pd_sigma, surest.pd_sigma), " + ".join(o.source for o in order)),
        remarks,
    )


def _apart(a: Estimate, b: Estimate) -> bool:
    return abs(math.log(a.scale / b.scale)) > _DISAGREE * math.hypot(a.pd_sigma, b.pd_sigma)


def _remark(a: Estimate, b: Estimate, surest: Estimate, eyes: Eyes) -> str:
    says = f"The {a.source} says a pupillary distance of {eyes.pd_m(a.scale) * 1e3:.1f} mm, the {b.source} " + (
        f"{eyes.pd_m(b.scale) * 1e3:.1f} mm"
    )
    return f"{says}; they disagree, so the {surest.source} alone counts: check it."
