"""What an optician would say of a pair of glasses on one face, in millimetres."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tryon.types import Product
from tryon.wear.face_shape import Shape
from tryon.wear.frame_parts import FrameParts
from tryon.wear.nose_contact import Seat
from tryon.wear.wearable import FitReport

_TEMPLES = (139, 368)  # where the face is as wide as between the cheekbones, 137 mm on the average adult
# How far each may be off before a wearer minds, millimetres: opticians' rules of thumb. Most frames set lenses 2 to 6
# mm outside the pupils, and the lens is ground for it. Temples are bent to the ear, whose depth one photo shows to
# about 15 mm.
_TOLERANCE_MM = {
    "frame_minus_face": 9.0,
    "lens_aside_of_pupil": 7.5,
    "lens_below_pupil": 5.0,
    "temple_beyond_ear": 25.0,
    "vertex_beyond_usual": 5.0,
    "nose_gap": 2.0,
    "touching_cheeks": 1.0,
}
_USUAL_VERTEX_MM = 14.0


def glasses_report(
    product: Product, parts: FrameParts, shape: Shape, seat: Seat, ear_m: NDArray[np.float64]
) -> FitReport:
    """Sizes and differences of a seat; the verdict names what is worst.

    Lengths: `frame_minus_face` across the temples, `lens_aside_of_pupil` (outward positive) and `lens_below_pupil`,
    `temple_beyond_ear` (negative: the bend does not reach the ear), `vertex` from eye to lens, `nose_gap` between
    pads and skin, `touching_cheeks`: how deep cheeks or brows would have to give way.
    """
    right, left = _TEMPLES
    face_width_m = float(shape.vertices_m[left, 0] - shape.vertices_m[right, 0])
    frame_width_m = max(product.size_m[0], 2.0 * parts.half_width_m)
    pupil_m = shape.pupils_m[1]
    lengths_mm = {
        "frame_width": 1e3 * frame_width_m,
        "face_width": 1e3 * face_width_m,
        "frame_minus_face": 1e3 * (frame_width_m - face_width_m),
        "pupillary_distance": 2e3 * float(pupil_m[0]),
        "lens_aside_of_pupil": 1e3 * float(parts.lens_m[1, 0] - pupil_m[0]),
        "lens_below_pupil": 1e3 * seat.drop_m,
        "vertex": 1e3 * seat.vertex_m,
        "nose_gap": 1e3 * seat.floating_m,
        "temple_beyond_ear": 1e3 * float(ear_m[2] - seat.bend_m[2]),
        "touching_cheeks": 1e3 * seat.touching_m,
    }
    off_mm = lengths_mm | {"vertex_beyond_usual": lengths_mm["vertex"] - _USUAL_VERTEX_MM}
    worst = max(_TOLERANCE_MM, key=lambda name: abs(off_mm[name]) / _TOLERANCE_MM[name])
    ok = abs(off_mm[worst]) <= _TOLERANCE_MM[worst]
    rounded = {name: round(float(value), 1) for name, value in lengths_mm.items()}
    return FitReport("Fits." if ok else _sentence(worst, off_mm[worst]), rounded, ok)


def _sentence(name: str, off_mm: float) -> str:
    """What is wrong, as one would say it in a shop."""
    mm = f"{abs(off_mm):.0f} mm"
    said = {
        "frame_minus_face": (f"{mm} too wide for your face.", f"{mm} too narrow for your face."),
        "lens_aside_of_pupil": (
            f"The lenses are too far apart: your eyes sit {mm} toward the nose.",
            f"The lenses are too close together: your eyes sit {mm} toward the temples.",
        ),
        "lens_below_pupil": (f"Sits low: the lenses are {mm} below your eyes.", f"Sits high: {mm} above your eyes."),
        "temple_beyond_ear": (f"The temples are {mm} too long for your ears.", f"The temples are {mm} too short."),
        "vertex_beyond_usual": (
            f"The bridge is too narrow: it pinches and holds the lenses {mm} too far out.",
            f"Sits {mm} too close to your eyes.",
        ),
        "nose_gap": (f"The bridge is too wide: it hangs {mm} off your nose and will slide.",) * 2,
        "touching_cheeks": (f"The lower rims press {mm} into your cheeks.",) * 2,
    }
    return said[name][0 if off_mm > 0.0 else 1]
