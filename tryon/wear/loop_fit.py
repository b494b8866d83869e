"""How a loop of true size goes round a wrist or a finger: where it comes to rest, and what to tell the shopper."""

from __future__ import annotations

from tryon.types import Measure
from tryon.wear.wearable import FitReport

# A bracelet or strap is comfortable with up to 20 mm to spare in circumference, a ring within one and a half sizes.
_WRIST_SPARE_MM = (0.0, 22.0)
_RING_SPARE_MM = (-0.5, 0.6)


def wrist_report(inner_mm: tuple[float, float], wrist: Measure, thickness: Measure) -> FitReport:
    """Loose, tight or right, from circumferences: of the opening, and of the wrist with its 95 % interval."""
    opening = ellipse_circumference(*inner_mm)
    around = [
        ellipse_circumference(1000.0 * a, 1000.0 * b) for a, b in zip(_three(wrist), _three(thickness), strict=True)
    ]
    spare = opening - around[0]
    low, high = _WRIST_SPARE_MM
    sized = f"your wrist is taken to be {around[0]:.0f} mm round ({around[1]:.0f} to {around[2]:.0f})"
    if spare < low:
        verdict = f"{_surely('Tight', opening < around[1] + low)}: {opening:.0f} mm inside, {sized}."
    elif spare > high:
        verdict = f"{_surely('Loose', opening > around[2] + high)} by {spare:.0f} mm: {sized}."
    else:
        verdict = f"Fits: {spare:.0f} mm to spare, {sized}."
    lengths = {"inside": opening, "wrist": around[0], "wrist_low": around[1], "wrist_high": around[2], "spare": spare}
    return FitReport(verdict, lengths, low <= spare <= high)


def _surely(word: str, sure: bool) -> str:
    """The word, or "Probably" before it when the interval of the measure also holds hands that it fits."""
    return word if sure else f"Probably {word.lower()}"


def ring_report(inner_mm: float, finger: str, diameter: Measure) -> FitReport:
    """Loose, tight or right, from diameters; sizes are circumferences in millimetres (ISO 8653)."""
    value, least, most = (1000.0 * length for length in _three(diameter))
    spare = inner_mm - value
    low, high = _RING_SPARE_MM
    sized = f"your {finger} finger is taken to be {value:.1f} mm across ({least:.1f} to {most:.1f})"
    size = f"size {3.14159265 * inner_mm:.0f}"
    if spare < low:
        verdict = f"{_surely('Tight', inner_mm < least + low)}: the ring is {size}, {inner_mm:.1f} mm inside; {sized}."
    elif spare > high:
        verdict = f"{_surely('Loose', inner_mm > most + high)} by {spare:.1f} mm: the ring is {size}; {sized}."
    else:
        verdict = f"Fits: the ring is {size}; {sized}."
    lengths = {"inside": inner_mm, "finger": value, "finger_low": least, "finger_high": most, "spare": spare}
    return FitReport(verdict, lengths, low <= spare <= high)


def ellipse_circumference(width: float, height: float) -> float:
    """Circumference of an ellipse of these diameters. Source: Ramanujan's second approximation."""
    a, b = 0.5 * width, 0.5 * height
    h = ((a - b) / (a + b)) ** 2
    return float(3.14159265358979 * (a + b) * (1.0 + 3.0 * h / (10.0 + (4.0 - 3.0 * h) ** 0.5)))


def part_of(length: Measure, part: float, *, spread: float) -> Measure:
    """A length that is that part of another, among people within `spread` (one standard deviation, of the length)."""
    half = ((length.high_m - length.low_m) / 2.0 * part) ** 2 + (1.96 * spread * part * length.value_m) ** 2
    value = part * length.value_m
    return Measure(value, value - half**0.5, value + half**0.5, length.source)


def _three(measure: Measure) -> tuple[float, float, float]:
    return measure.value_m, measure.low_m, measure.high_m
