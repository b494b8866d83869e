"""A focal length in pixels, with its doubt, from what a picture says about its camera."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tryon.place.devices import DIAGONAL_MAKERS, Lens, lens_of
from tryon.place.exif import Shot

_FILM_DIAGONAL_MM = math.hypot(36.0, 24.0)
_LEAST_MM, _MOST_MM = 8.0, 400.0  # equivalents that rooms are photographed with
_ROUNDING_MM = 1.0 / math.sqrt(12.0)  # equivalents are whole millimeters
_DEVICE_SIGMA = 0.012  # pitches and focal lengths are stated to two digits; focusing breathes by about as much
_DIAGONAL_SIGMA = 0.01
_CONVENTION_SIGMA = 0.025  # width-based equivalents lie 4 to 5 % beside diagonal ones, at 4:3 below, at 16:9 above
_CROPPED_SIGMA = 0.15
_SAME = 0.06  # two ways to the same number agree within this
_COMMON_ASPECTS = (4 / 3, 3 / 2, 16 / 9, 1.0, 5 / 4, 18 / 9, 19.5 / 9, 20 / 9)


@dataclass(frozen=True, slots=True)
class Focal:
    """A focal length in pixels of the picture as shown; sigma is relative; source and remarks are for people."""

    focal_px: float
    sigma: float
    source: str
    remarks: tuple[str, ...] = ()


def focal_of(shot: Shot) -> Focal | tuple[str, ...]:
    """The focal length, or sentences about what is wrong with what was written; none when nothing was.

    Source: EXIF 2.32 section 4.6.5; CIPA DCG-001 for the equivalent by diagonals. The order of trust is our own: the
    table of devices, the 35 mm equivalent, the sensor's stated resolution. On 7 photos with a sheet or card the
    answer lies within 1 % of what the sheet's own proportions say (tests/place/test_intrinsics.py).
    """
    remarks: list[str] = []
    equivalent_mm = shot.equivalent_mm
    lens = lens_of(shot.make, shot.model, shot.focal_mm) if shot.focal_mm > 0.0 else None
    scale, cut_sigma = _scale(shot, remarks)
    if lens is not None:
        return _by_device(shot, lens, cut_sigma, remarks)
    if equivalent_mm > 0.0 and not _LEAST_MM <= equivalent_mm <= _MOST_MM:
        remarks.append(
            f"The photo's EXIF gives a 35 mm focal length of {equivalent_mm:g} mm, which no phone or room camera has;"
            " it is ignored."
        )
        equivalent_mm = 0.0
    if equivalent_mm > 0.0:
        return _by_equivalent(shot, equivalent_mm, scale, cut_sigma, remarks)
    if shot.plane_px_per_mm > 0.0 and shot.focal_mm > 0.0:
        focal_px = shot.focal_mm * shot.plane_px_per_mm * scale * shot.zoom
        longest = max(shot.size_px)
        if 0.25 * longest < focal_px < 12.0 * longest:
            return Focal(focal_px, math.hypot(0.03, cut_sigma), "EXIF sensor resolution", tuple(remarks))
        remarks.append("The photo's EXIF gives a sensor that cannot have taken it; it is ignored.")
    return tuple(remarks)


def _scale(shot: Shot, remarks: list[str]) -> tuple[float, float]:
    """Picture pixels per pixel as the camera wrote them, and the doubt that cutting adds."""
    longer, shorter = max(shot.size_px), min(shot.size_px)
    full_longer, full_shorter = shot.written_px
    if not full_longer or abs((longer / shorter) / (full_longer / full_shorter) - 1.0) < 0.01:
        scale = longer / full_longer if full_longer else 1.0
        if min(abs(longer / shorter / aspect - 1.0) for aspect in _COMMON_ASPECTS) < 0.02:
            return scale, 0.0
        remarks.append(
            "The photo's proportions are no camera's, so it was probably cut; lengths far from the reference are"
            " less sure. Use the whole photo."
        )
        return scale, _CROPPED_SIGMA
    remarks.append(
        f"The photo is {shot.size_px[0]}×{shot.size_px[1]} px, its EXIF says {full_longer}×{full_shorter}: it was cut,"
        " so its focal length is unsure. Use the whole photo."
    )
    if {longer, shorter} & {full_longer, full_shorter} and longer <= full_longer and shorter <= full_shorter:
        return 1.0, 0.03  # cut and not resized; where the lens's axis went is not known
    return max(longer / full_longer, shorter / full_shorter), _CROPPED_SIGMA


def _by_device(shot: Shot, lens: Lens, cut_sigma: float, remarks: list[str]) -> Focal:
    full = shot.written_px if shot.written_px[0] else (max(shot.size_px), min(shot.size_px))
    scale = _to_picture(shot) * full[0] / lens.size_px[0]
    sigma = _DEVICE_SIGMA
    if abs((full[0] / full[1]) / (lens.size_px[0] / lens.size_px[1]) - 1.0) > 0.01:
        sigma = 0.03  # another shape cut out in the camera: the full width as a rule
    zoom = shot.zoom if shot.zoom > 1.02 else 1.0
    ratio = shot.equivalent_mm / lens.equivalent_mm
    # Apps that take small pictures on iOS get an equivalent too large by the share of the width they leave.
    shrunk = lens.size_px[0] / full[0]
    if ratio > 0.0 and abs(ratio / zoom - 1.0) > _SAME:
        if zoom > 1.0 and abs(ratio - 1.0) < _SAME:
            pass  # stated without its zoom
        elif zoom == 1.0 and shrunk > 1.0 + _SAME and abs(ratio / shrunk - 1.0) < _SAME:
            remarks.append(
                f"The photo's EXIF gives a 35 mm focal length of {shot.equivalent_mm:g} mm; an {shot.model} has"
                f" {lens.equivalent_mm:g} mm, which is taken."
            )
        elif zoom == 1.0 and ratio > 1.0:
            zoom, sigma = ratio, math.hypot(sigma, _ROUNDING_MM / shot.equivalent_mm)  # zoomed by cutting, not said
        else:
            remarks.append(
                f"The photo's EXIF gives a 35 mm focal length of {shot.equivalent_mm:g} mm and a zoom of {zoom:g};"
                f" with the lens of an {shot.model} that does not add up, so lengths are less sure."
            )
            sigma = 0.1
    focal_px = lens.focal_px * zoom * scale
    if shot.equivalent_mm > 0.0 and abs(ratio / zoom - 1.0) < _SAME and sigma == _DEVICE_SIGMA:
        # Two independent roundings of the same lens: their weighted mean.
        by_equivalent = shot.equivalent_mm / _FILM_DIAGONAL_MM * math.hypot(*full) * _to_picture(shot)
        rounding = math.hypot(_ROUNDING_MM / shot.equivalent_mm, _DIAGONAL_SIGMA)
        share = rounding**2 / (sigma**2 + rounding**2)
        focal_px, sigma = share * focal_px + (1.0 - share) * by_equivalent, sigma * math.sqrt(share)
    return Focal(focal_px, math.hypot(sigma, cut_sigma), "device table", tuple(remarks))


def _by_equivalent(shot: Shot, equivalent_mm: float, scale: float, cut_sigma: float, remarks: list[str]) -> Focal:
    full = shot.written_px if shot.written_px[0] else shot.size_px
    scale = _to_picture(shot) if shot.written_px[0] else scale
    focal_px = equivalent_mm / _FILM_DIAGONAL_MM * math.hypot(*full) * scale
    sigma = math.hypot(_ROUNDING_MM / equivalent_mm, _DIAGONAL_SIGMA)
    if shot.make.lower() not in DIAGONAL_MAKERS:
        sigma = math.hypot(sigma, _CONVENTION_SIGMA)
        by_sensor = shot.focal_mm * shot.plane_px_per_mm * scale
        by_width = equivalent_mm / 36.0 * max(full) * scale
        if by_sensor > 0.0 and abs(by_sensor / by_width - 1.0) < 0.015 < abs(by_sensor / focal_px - 1.0):
            focal_px = by_width  # its maker compares widths
    if shot.zoom > 1.02:
        sigma = math.hypot(sigma, 0.3 * min(shot.zoom - 1.0, 1.0))
        remarks.append(
            f"The photo was zoomed {shot.zoom:.2g}× by cutting, and its EXIF does not say whether the focal length"
            " counts that; take it without zoom."
        )
    return Focal(focal_px, min(math.hypot(sigma, cut_sigma), 0.5), "EXIF", tuple(remarks))


def _to_picture(shot: Shot) -> float:
    """Picture pixels per written pixel, as `_scale` has it, without its remarks."""
    return _scale(shot, [])[0]
