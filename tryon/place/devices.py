"""Phones whose sensors are public knowledge: what a written focal length in millimeters means in pixels."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain


@dataclass(frozen=True, slots=True)
class Lens:
    """One camera of a device as its full pictures are written.

    models: EXIF model names, or their beginnings where they end in `*`.
    focal_mm: As EXIF states it. pitch_um: Of a pixel of the full picture, after binning.
    size_px: Of the full picture, longer side first. equivalent_mm: The 35 mm equivalent EXIF states.
    """

    make: str
    models: tuple[str, ...]
    focal_mm: float
    pitch_um: float
    size_px: tuple[int, int]
    equivalent_mm: float

    @property
    def focal_px(self) -> float:
        """In the full picture."""
        return self.focal_mm / self.pitch_um * 1e3


_FULL = (4032, 3024)

# Pixel pitches from the makers' own specification pages (support.apple.com/specs, store.google.com, samsung.com), with
# 2×2 binning where the full picture is binned; focal lengths and equivalents as those phones write them. Only lenses
# whose two facts agree within 2 % are listed (tests/place/test_devices.py), so a slip of one of them would show.
LENSES = (
    Lens("Apple", ("iPhone 6", "iPhone 6 Plus"), 4.15, 1.5, (3264, 2448), 29.0),
    Lens("Apple", ("iPhone 6s", "iPhone 6s Plus", "iPhone SE"), 4.15, 1.22, _FULL, 29.0),
    Lens("Apple", ("iPhone 7", "iPhone 7 Plus", "iPhone 8", "iPhone 8 Plus"), 3.99, 1.22, _FULL, 28.0),
    Lens("Apple", ("iPhone X",), 4.0, 1.22, _FULL, 28.0),
    Lens("Apple", ("iPhone XS", "iPhone XS Max", "iPhone XR", "iPhone 11*"), 4.25, 1.4, _FULL, 26.0),
    Lens("Apple", ("iPhone 12", "iPhone 12 mini", "iPhone 12 Pro"), 4.2, 1.4, _FULL, 26.0),
    Lens("Apple", ("iPhone 12 Pro Max", "iPhone 13", "iPhone 13 mini"), 5.1, 1.7, _FULL, 26.0),
    Lens("Apple", ("iPhone 13 Pro*", "iPhone 14", "iPhone 14 Plus"), 5.7, 1.9, _FULL, 26.0),
    Lens("Apple", ("iPhone 14 Pro*",), 6.86, 2.44, _FULL, 24.0),
    # Its 13 mm is 24 mm / 1.7756 in macro pictures, which state both the zoom and the equivalent.
    Lens("Apple", ("iPhone 14 Pro*",), 2.22, 1.4, _FULL, 13.5),
    Lens("Apple", ("iPhone 15 Pro*",), 6.765, 2.44, _FULL, 24.0),
    Lens("Google", ("Pixel 4*", "Pixel 5"), 4.38, 1.4, (4032, 3024), 27.0),
    Lens("Google", ("Pixel 6", "Pixel 6 Pro", "Pixel 7", "Pixel 7 Pro"), 6.81, 2.4, (4080, 3072), 24.0),
    Lens("samsung", ("SM-G950*", "SM-G955*"), 4.25, 1.4, _FULL, 26.0),
    Lens("samsung", ("SM-G960*", "SM-G965*", "SM-G970*", "SM-G973*", "SM-G975*"), 4.3, 1.4, _FULL, 26.0),
    Lens("samsung", ("SM-G980*", "SM-G981*", "SM-G991*", "SM-G996*"), 5.4, 1.8, _FULL, 26.0),
    Lens("samsung", ("SM-S901*", "SM-S906*", "SM-S911*", "SM-S916*"), 5.4, 2.0, (4000, 3000), 23.0),
)

# Makers whose 35 mm equivalents compare diagonals, as CIPA DCG-001 has it for its members.
DIAGONAL_MAKERS = frozenset(
    chain(
        (lens.make.lower() for lens in LENSES),
        ("canon", "fujifilm", "nikon corporation", "nikon", "olympus corporation", "panasonic", "sony", "ricoh"),
    )
)


def lens_of(make: str, model: str, focal_mm: float) -> Lens | None:
    """The listed lens a picture was taken with, or None."""
    for lens in LENSES:
        if lens.make.lower() == make.lower() and abs(lens.focal_mm / focal_mm - 1.0) < 0.03 and _named(lens, model):
            return lens
    return None


def _named(lens: Lens, model: str) -> bool:
    return any(model.startswith(name[:-1]) if name.endswith("*") else model == name for name in lens.models)
