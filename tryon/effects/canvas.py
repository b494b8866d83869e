"""One face's region of a frame, ready to be painted on."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tryon.color import LINEAR_TO_SRGB, SRGB_TO_LINEAR
from tryon.color.light import FaceLight
from tryon.color.pigment import predict
from tryon.color.report import ColorReport, compare
from tryon.effects import paint, raster
from tryon.effects.lighting import LightSource, measure_light
from tryon.effects.lip_contour import LipContour, fit_contour
from tryon.effects.masks import Mask
from tryon.effects.material import Material
from tryon.effects.topology import TEXTURE_SIZE, topology
from tryon.effects.visibility import visibility
from tryon.effects.workspace import Workspace
from tryon.types import Face, Frame, PartsMask, Tracks

Box: TypeAlias = tuple[int, int, int, int]
"""x0, y0, x1, y1 in region pixels, ends excluded."""

Patch: TypeAlias = "tuple[Box, NDArray[np.float32]]"
"""A box and the (h, w) float32 coverage in it, 0 to 1."""

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])  # Rec. 709, as sRGB uses
_EYES_APART = 0.37  # outer eye corners in the face texture, as a share of its width
_LIT_RANGE = 0.35, 1.4  # beyond these it is a beard, a shadow's core or a highlight rather than the skin's light
_MAY_BE_HAIR = 8  # of 255; what is less sure takes no dye that anyone would see
_CORE = 0.95  # color is reported where the mask is all but full, so that soft edges do not count as error


class Canvas:
    """One face's region of the output picture, in linear light, with everything an effect may ask about it.

    Effects change `linear` through `paint`, or in place together with `touched`; only touched pixels are written
    back, so the rest of the picture stays bit for bit what it was.

    frame: The picture as it came.
    face: The face painted on.
    workspace: Scratch arrays; take your own by a name no one else uses.
    tracks: All that was tracked in the frame; masks of parts among it.
    x0, y0, width, height: The region in frame pixels.
    source: (h, w, 3) uint8, the region as it came (a view; do not write).
    linear: (h, w, 3) float32, the region's linear light, changed by each layer in turn.
    touched: (h, w) uint8, 1 where a layer changed a pixel.
    u, v: (h, w) float32 position in the face texture, 0 to 1; u is −1 off the face.
    points_px: (478, 3) float32 landmarks in region pixels.
    dense_px: (n, 3) float32 points of the dense mesh in region pixels.
    mouth, eyes: (h, w) float32 share of each pixel that lies in the open mouth, and between the lids.
    visible: (h, w) float32, 0 where hair, a hand, glasses or another thing covers the face.
    skin: (h, w) float32: visible and neither mouth nor eye; what most paint is allowed on.
    reports: When a list, every painted material's predicted and achieved color is added to it.
    scale_px: Distance between the outer eye corners, the ruler for every size in pixels.
    """

    def __init__(
        self,
        frame: Frame,
        pixels: NDArray[np.uint8],
        face: Face,
        tracks: Tracks,
        *,
        workspace: Workspace,
        reach: str = "face",
        light: LightSource = measure_light,
    ) -> None:
        self.frame, self.face, self.tracks = frame, face, tracks
        self.workspace = workspace
        self._pixels = pixels
        points = np.asarray(face.landmarks.points_px, np.float32)
        shape = topology()
        control = shape.control(points).astype(np.float32)
        dense = workspace.array("dense", (len(shape.uv), 3))
        rows = shape.subdivision
        raster.refine(rows.start, rows.index, rows.weight, control, dense)
        self.x0, self.y0, self.width, self.height = _region(dense, frame, reach, tracks.parts)
        offset = np.array([self.x0, self.y0, 0], np.float32)
        dense -= offset
        self.dense_px = dense
        self.points_px = points - offset
        self.scale_px = float(np.hypot(*(points[33, :2] - points[263, :2])))
        size = (self.height, self.width)
        self.source = frame.pixels[self.y0 : self.y0 + self.height, self.x0 : self.x0 + self.width]
        self.linear = workspace.array("linear", (*size, 3))
        paint.decode(pixels, self.x0, self.y0, SRGB_TO_LINEAR, self.linear)
        self.touched = workspace.array("touched", size, np.uint8)
        self.touched.fill(0)
        self.u, self.v = workspace.array("u", size), workspace.array("v", size)
        self._depth = workspace.array("depth", size)
        raster.rasterize(dense, shape.uv, shape.triangles, self.u, self.v, self._depth)
        self.mouth = self._opening("mouth", shape.mouth)
        self.eyes = self._opening("eyes", shape.right_eye, shape.left_eye)
        self.visible = visibility(self)
        self.skin = workspace.array("skin", size)
        np.subtract(1.0, self.mouth, out=self.skin)
        self.skin -= self.eyes
        self.skin *= self.visible
        self._light = light
        self.reports: list[ColorReport] | None = None

    @functools.cached_property
    def light(self) -> FaceLight:
        """Light on this face; measured once, when the first effect asks."""
        return self._light(self)

    @functools.cached_property
    def lips(self) -> LipContour:
        """The lips' outline fitted to the picture; worked out once, when the first effect asks."""
        shape = topology()
        return fit_contour(self.source, self.dense_px[shape.lips_outer, :2], self.dense_px[shape.mouth, :2])

    def box(self, points: NDArray[np.floating], *, margin_px: float = 2.0) -> Box:
        """The box round (n, 2 or more) region points, inside the region; may be empty."""
        return self._inside(raster.extent(np.ascontiguousarray(points, np.float32)), margin_px)

    def _inside(self, extent: tuple[float, float, float, float], margin_px: float) -> Box:
        x_low, y_low, x_high, y_high = extent
        x0, y0 = max(0, math.floor(x_low - margin_px)), max(0, math.floor(y_low - margin_px))
        x1 = max(x0, min(self.width, math.ceil(x_high + margin_px) + 1))
        return x0, y0, x1, max(y0, min(self.height, math.ceil(y_high + margin_px) + 1))

    def sample(self, mask: Mask) -> list[Patch]:
        """Each patch's box and its (h, w) float32 coverage there."""
        patches = []
        for vertices in mask.patches:
            x0, y0, x1, y1 = box = self._inside(raster.extent_of(self.dense_px, vertices), 2.0)
            if x1 <= x0 or y1 <= y0:
                continue
            coverage = np.empty((y1 - y0, x1 - x0), np.float32)
            paint.sample_mask(self.u, self.v, mask.texture, mask.origin_x, mask.origin_y, TEXTURE_SIZE, box, coverage)
            patches.append((box, coverage))
        return patches

    def paint(
        self, mask: Mask, material: Material, strength: float, *, allow: NDArray[np.float32] | None = None
    ) -> None:
        """Lay a material where the mask says, as far as `allow` (the visible skin when not given) lets it."""
        self.paint_patches(self.sample(mask), material, strength, allow=allow)

    def paint_patches(
        self,
        patches: list[Patch],
        material: Material,
        strength: float,
        *,
        allow: NDArray[np.float32] | None = None,
        lit: float | None = None,
    ) -> None:
        """`paint` for coverage that the effect has worked out itself, patch by patch.

        Args:
            lit: Light on this region relative to the face's `light`, as `lit_around` gives it; where not given it is
                read from the region's own skin. Lips and brows are darker than skin of themselves and must give it.
        """
        allowed = self.skin if allow is None else allow
        total, mean = self.mean_color(patches, allow=allowed)
        if total <= 0.0 or strength <= 0.0:
            return
        lit = self._lit_under(patches, allowed) if lit is None else lit
        luminance = float(mean @ _LUMINANCE) / lit
        vector, light = material.vector(self.scale_px / _EYES_APART), np.asarray(self.light.rgb, np.float32)
        before = self._core(patches, allowed) if self.reports is not None else None
        for box, coverage in patches:
            paint.paint(
                self.linear, self.touched, allowed, coverage, self.u, self.v, box, vector, light, luminance, strength
            )
        if self.reports is not None and before is not None:
            self.reports.append(self._compare(before, self._core(patches, allowed), material, luminance, strength))

    def mean_color(
        self, patches: list[Patch], *, allow: NDArray[np.float32] | None = None
    ) -> tuple[float, NDArray[np.float64]]:
        """Total weight in pixels and mean linear RGB (3,) of the region under a mask's patches as it is now."""
        allowed = self.skin if allow is None else allow
        sums = np.zeros(4)
        for box, coverage in patches:
            sums += paint.weigh(self.linear, allowed, coverage, box)
        return float(sums[0]), sums[1:] / max(float(sums[0]), 1e-6)

    def _core(self, patches: list[Patch], allowed: NDArray[np.float32]) -> NDArray[np.float64] | None:
        """(3,) mean linear RGB now where the coverage is all but full; None where it nowhere is."""
        inner = [(box, (coverage > _CORE).astype(np.float32)) for box, coverage in patches]
        total, mean = self.mean_color(inner, allow=(allowed > _CORE).astype(np.float32))
        return mean if total > 0.0 else None

    def _compare(
        self,
        before: NDArray[np.float64],
        after: NDArray[np.float64] | None,
        material: Material,
        luminance: float,
        strength: float,
    ) -> ColorReport:
        shading = float(before @ _LUMINANCE) / max(luminance, 1e-6)
        share = material.coverage * strength
        wanted = predict(before, material.color, share, self.light, shading=shading)
        return compare(wanted, before if after is None else after)

    def lit_around(self, indices: Sequence[int]) -> float:
        """Light on the skin round some landmarks relative to the face's `light`, 1 where it is the same."""
        columns, rows = np.rint(self.points_px[list(indices), :2]).astype(np.intp).T
        seen = (columns >= 0) & (rows >= 0) & (columns < self.width) & (rows < self.height)
        if not seen.any():
            return 1.0
        luminance = np.sort(SRGB_TO_LINEAR[self.source[rows[seen], columns[seen]]] @ _LUMINANCE)
        return self._lit(float(luminance[len(luminance) // 2]))

    def _lit_under(self, patches: list[Patch], allowed: NDArray[np.float32]) -> float:
        """Light on the skin under the patches relative to the face's, from the picture as it came."""
        total = luminance = 0.0
        for box, coverage in patches:
            weight, sum_luminance = paint.weigh_source(self.source, SRGB_TO_LINEAR, allowed, coverage, box)
            total += weight
            luminance += sum_luminance
        return self._lit(luminance / total) if total > 0.0 else 1.0

    def _lit(self, luminance: float) -> float:
        skin = float((self.light.rgb * self.light.skin_albedo) @ _LUMINANCE)
        return min(max(luminance / max(skin, 1e-4), _LIT_RANGE[0]), _LIT_RANGE[1])

    def flush(self) -> None:
        """Write what was touched into the output picture."""
        paint.encode(self.linear, self.touched, LINEAR_TO_SRGB, self.x0, self.y0, self._pixels)

    def _opening(self, name: str, *loops: NDArray[np.int32]) -> NDArray[np.float32]:
        coverage = self.workspace.array(name, (self.height, self.width))
        coverage.fill(0.0)
        for loop in loops:
            raster.fill_polygon(np.ascontiguousarray(self.dense_px[loop]), 0, 0, coverage)
        return coverage


def _region(dense: NDArray[np.float32], frame: Frame, reach: str, parts: PartsMask | None) -> tuple[int, int, int, int]:
    """x0, y0, width, height of the face's region; a "head" reach takes in hair above, beside and below."""
    x_low, y_low, x_high, y_high = raster.extent(dense)
    x_low, y_low, x_high, y_high = x_low - 3, y_low - 3, x_high + 4, y_high + 4
    if reach == "head":
        width, height = x_high - x_low, y_high - y_low
        hair = _hair_extent(parts)
        x_low, x_high = min(x_low, max(hair[0], x_low - 0.9 * width)), max(x_high, min(hair[2], x_high + 0.9 * width))
        y_low, y_high = min(y_low, max(hair[1], y_low - 0.7 * height)), max(y_high, min(hair[3], y_high + 1.8 * height))
    x0, y0 = int(min(max(x_low, 0), frame.width)), int(min(max(y_low, 0), frame.height))
    x1, y1 = int(min(max(x_high, x0), frame.width)), int(min(max(y_high, y0), frame.height))
    return x0, y0, x1 - x0, y1 - y0


def _hair_extent(parts: PartsMask | None) -> tuple[float, float, float, float]:
    """Least x, least y, greatest x, greatest y in frame pixels of everything that may be hair; empty without any."""
    nothing = (math.inf, math.inf, -math.inf, -math.inf)
    if parts is None:
        return nothing
    hair = parts.plane("hair") > _MAY_BE_HAIR
    columns, rows = np.flatnonzero(hair.any(0)), np.flatnonzero(hair.any(1))
    if columns.size == 0:
        return nothing
    # A mask pixel reaches half its width past its centre, and linear sampling as much again.
    left, right, top, bottom = columns[0] - 1, columns[-1] + 1, rows[0] - 1, rows[-1] + 1
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float64)
    image_from_mask = np.linalg.inv(np.vstack([parts.mask_from_image, [0.0, 0.0, 1.0]]))
    return raster.extent((corners @ image_from_mask[:2, :2].T + image_from_mask[:2, 2]).astype(np.float32))
