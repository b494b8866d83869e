"""A decoded video frame as 8-bit sRGB, whatever matrix, range, transfer and primaries it was stored with."""

from __future__ import annotations

from typing import Any

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, Interpolation, VideoReformatter
from numpy.typing import NDArray

# Without these two, swscale truncates (every channel comes out 1 to 2 levels dark) and repeats chroma in pairs.
_EXACT = Interpolation.BILINEAR | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT

_UNSPECIFIED = 2
_HDR = (ColorTrc.SMPTE2084, ColorTrc.ARIB_STD_B67)
_WIDE = (ColorPrimaries.BT2020, ColorPrimaries.SMPTE431, ColorPrimaries.SMPTE432)
# Untagged video: the matrix follows the size, as players assume. Source: ITU-R BT.709 for HD, BT.601 below it.
_HD_WIDTH_PX, _HD_HEIGHT_PX = 1280, 577


class RgbConverter:
    """Turns the frames of one video into RGB or RGBA of one size; keeps FFmpeg's scaler between them."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._width, self._height = size
        self._scaler = VideoReformatter()

    def pixels(self, frame: VideoFrame) -> NDArray[np.uint8]:
        """(H, W, 3) uint8 sRGB, or (H, W, 4) with straight alpha for a format that has it.

        BT.709 pictures are taken as sRGB without a change of curve, as every player shows them. HDR (PQ, HLG)
        and wide primaries are converted to sRGB; what is brighter than diffuse white clips.
        """
        has_alpha = any(component.is_alpha for component in frame.format.components)
        options: dict[str, Any] = {"src_colorspace": self._matrix(frame), "src_color_range": _range(frame)}
        if frame.color_trc in _HDR or frame.color_primaries in _WIDE:
            if frame.color_trc not in _HDR:
                frame.color_trc = ColorTrc.IEC61966_2_1
            options |= {"dst_color_trc": ColorTrc.IEC61966_2_1, "dst_color_primaries": ColorPrimaries.BT709}
        converted = self._scaler.reformat(
            frame,
            width=self._width,
            height=self._height,
            format="rgba" if has_alpha else "rgb24",
            interpolation=_EXACT,
            dst_color_range=ColorRange.JPEG,
            **options,
        )
        return np.asarray(converted.to_ndarray(), dtype=np.uint8)

    @staticmethod
    def _matrix(frame: VideoFrame) -> int:
        if frame.colorspace != _UNSPECIFIED:
            return frame.colorspace
        is_hd = frame.width >= _HD_WIDTH_PX or frame.height >= _HD_HEIGHT_PX
        return int(Colorspace.ITU709 if is_hd else Colorspace.ITU601)


def _range(frame: VideoFrame) -> int:
    if frame.color_range in (ColorRange.MPEG, ColorRange.JPEG):
        return int(frame.color_range)
    return int(ColorRange.JPEG if frame.format.name.startswith(("yuvj", "rgb", "bgr", "gbr")) else ColorRange.MPEG)
