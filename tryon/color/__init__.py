"""Color science the effects stand on: sRGB, Lab, difference, adaptation, light on a face, pigments. Numpy only."""

from tryon.color.adaptation import adapt, adaptation_matrix
from tryon.color.difference import delta_e2000
from tryon.color.gamut import fit_gamut
from tryon.color.illuminant import daylight_xy, illuminant_linear, linear_from_xy, planckian_xy, temperature_from_xy
from tryon.color.lab import (
    RGB_FROM_XYZ,
    WHITE_XYZ,
    XYZ_FROM_RGB,
    White,
    lab_from_lch,
    lab_from_linear,
    lab_from_xyz,
    lch_from_lab,
    linear_from_lab,
    linear_from_xyz,
    xyz_from_lab,
    xyz_from_linear,
)
from tryon.color.light import FaceLight, estimate_light, follow
from tryon.color.parse import Swatch, parse_color, parse_swatch
from tryon.color.pigment import pigment_under, predict, stain, transmittance
from tryon.color.report import ColorReport, compare, report_color
from tryon.color.skin import skin_albedo
from tryon.color.srgb import (
    LINEAR_TO_SRGB,
    SRGB_TO_LINEAR,
    codes_from_linear,
    linear_from_codes,
    linear_from_srgb,
    srgb_from_linear,
)

__all__ = [
    "LINEAR_TO_SRGB",
    "RGB_FROM_XYZ",
    "SRGB_TO_LINEAR",
    "WHITE_XYZ",
    "XYZ_FROM_RGB",
    "ColorReport",
    "FaceLight",
    "Swatch",
    "White",
    "adapt",
    "adaptation_matrix",
    "codes_from_linear",
    "compare",
    "daylight_xy",
    "delta_e2000",
    "estimate_light",
    "fit_gamut",
    "follow",
    "illuminant_linear",
    "lab_from_lch",
    "lab_from_linear",
    "lab_from_xyz",
    "lch_from_lab",
    "linear_from_codes",
    "linear_from_lab",
    "linear_from_srgb",
    "linear_from_xy",
    "linear_from_xyz",
    "parse_color",
    "parse_swatch",
    "pigment_under",
    "planckian_xy",
    "predict",
    "report_color",
    "skin_albedo",
    "srgb_from_linear",
    "stain",
    "temperature_from_xy",
    "transmittance",
    "xyz_from_lab",
    "xyz_from_linear",
]
