"""Where in the picture lies what gave the scale, so that nothing is put on it unasked."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.place.card import seen_card
from tryon.place.evidence import Evidence
from tryon.place.paper import seen_paper
from tryon.place.tag import seen_tags
from tryon.place.tag_find import Tag

_PAGE_MARGIN, _TAG_MARGIN = 1.2, 1.35  # of paper about a page's tags, and of the quiet zone about a loose one
_MOST = 8


def taken_outlines(evidence: Evidence) -> tuple[NDArray[np.float64], ...]:
    """Outlines of the sheet, the card and the tags that sources found for this very evidence, at most 8.

    A sheet or card is (4, 2); tags are (8, 2), corners and middles of sides, for they are no blank paper.
    """
    flat = (evidence.corners_px,) if evidence.corners_px is not None else (seen_paper(evidence), seen_card(evidence))
    tags, page = seen_tags(evidence)
    printed = [_around(tags, _PAGE_MARGIN)] if page and tags else [_around([tag], _TAG_MARGIN) for tag in tags]
    # Paper that tags are printed on is the page itself, and not white.
    blank = [one for one in flat if one is not None and not any(_within(one, tag) for tag in tags)]
    return (*blank, *printed)[:_MOST]


def _within(outline: NDArray[np.float64], tag: Tag) -> bool:
    x, y = tag.corners_px.mean(axis=0)
    return cv2.pointPolygonTest(np.asarray(outline, np.float32), (float(x), float(y)), measureDist=False) > 0.0


def _around(tags: Sequence[Tag], margin: float) -> NDArray[np.float64]:
    """(8, 2) the four-sided outline about tags that lie side by side, somewhat larger than they are."""
    points = np.concatenate([tag.corners_px for tag in tags])
    middle = points.mean(axis=0)
    # In the first tag's own axes, which lie along the page's, the page's corners are the outermost points.
    along = tags[0].corners_px[[1, 3]] - tags[0].corners_px[0]
    own = (points - middle) @ np.linalg.inv(along)
    corners = np.array([points[np.argmax(own @ toward)] for toward in ((-1, -1), (1, -1), (1, 1), (-1, 1))])
    corners = middle + margin * (corners - middle)
    return np.stack([corners, 0.5 * (corners + np.roll(corners, -1, axis=0))], axis=1).reshape(8, 2)
