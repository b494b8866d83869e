"""Named groups of the 478 face points.

Index facts of the MediaPipe face mesh (Apache-2.0, `face_mesh_connections`). "Right" is the person's own right,
which is the picture's left. Loops go round once; arcs go from the person's right to the left, or from the inner
corner outward where said.
"""

from __future__ import annotations

from typing import Final

LIPS_OUTER: Final[tuple[int, ...]] = (
    61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146,
)  # fmt: skip
LIPS_INNER: Final[tuple[int, ...]] = (
    78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95,
)  # fmt: skip
LIP_CORNERS: Final = (61, 291, 78, 308)

# Lower lid first, from the outer corner to the inner, then back along the upper lid.
RIGHT_EYE: Final[tuple[int, ...]] = (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246)
LEFT_EYE: Final[tuple[int, ...]] = (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466)
EYE_CORNERS: Final = (33, 133, 263, 362)

# Lid edges from the outer corner to the inner.
RIGHT_UPPER_LID: Final[tuple[int, ...]] = (33, 246, 161, 160, 159, 158, 157, 173, 133)
LEFT_UPPER_LID: Final[tuple[int, ...]] = (263, 466, 388, 387, 386, 385, 384, 398, 362)
RIGHT_LOWER_LID: Final[tuple[int, ...]] = (33, 7, 163, 144, 145, 153, 154, 155, 133)
LEFT_LOWER_LID: Final[tuple[int, ...]] = (263, 249, 390, 373, 374, 380, 381, 382, 362)

# Brow outlines: upper edge from the tail inward, then the lower edge back to the tail.
RIGHT_BROW: Final[tuple[int, ...]] = (70, 63, 105, 66, 107, 55, 65, 52, 53, 46)
LEFT_BROW: Final[tuple[int, ...]] = (300, 293, 334, 296, 336, 285, 295, 282, 283, 276)

# Clockwise as seen in the picture, from the top of the forehead.
FACE_OVAL: Final[tuple[int, ...]] = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip

# Centre, then the rim: right, top, left, bottom in the picture.
RIGHT_IRIS: Final = (468, 469, 470, 471, 472)
LEFT_IRIS: Final = (473, 474, 475, 476, 477)

NOSE_TIP: Final = 1
CHIN: Final = 152
FOREHEAD_TOP: Final = 10
EYE_OUTER_CORNERS: Final = (33, 263)
