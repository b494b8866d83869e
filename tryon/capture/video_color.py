"""A decoded video frame as 8-bit sRGB, whatever matrix, range, transfer and primaries it was stored with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

# Code points of ITU-T H.273, which FFmpeg and PyAV share.
_BT709_PRIMARIES = 1
_WIDE_PRIMARIES = (9, 11, 12)  # BT.2020, DCI-P3, Display P3
_SRGB_TRANSFER = 13
_HDR_TRANSFERS = (16, 18)  # PQ, HLG
_UNSPECIFIED_MATRIX = 2
# Untagged video: the matrix follows the size, as players assume. Source: ITU-R BT.709 for HD, BT.601 below it.
_HD_WIDTH_PX, _HD_HEIGHT_PX = 1280, 577


class RgbConverter:
    """Turns the frames of one video into RGB or RGBA of one size; keeps FFmpeg's scaler between them."""

    def __init__(self, size: tuple[int, int]) -> None:
        from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

        self._width, self._height = size
        self._scaler = VideoReformatter()
        self._limited, self._full = int(ColorRange.MPEG), int(ColorRange.JPEG)
        self._bt709, self._bt601 = int(Colorspace.ITU709), int(Colorspace.ITU601)
        # Without the last two, swscale truncates (every channel comes out 1 to 2 levels dark) and repeats
        # chroma in pairs.
        self._exact = Interpolation.BILINEAR | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT

    def pixels(self, frame: VideoFrame) -> NDArray[np.uint8]:
        """(H, W, 3) uint8 sRGB, or (H, W, 4) with straight alpha for a format that has it.

        BT.709 pictures are taken as sRGB without a change of curve, as every player shows them. HDR (PQ, HLG)
        and wide primaries are converted to sRGB; what is brighter than diffuse white clips.
        """
        has_alpha = any(component.is_alpha for component in frame.format.components)
        options: dict[str, Any] = {}
        if frame.color_trc in _HDR_TRANSFERS or frame.color_primaries in _WIDE_PRIMARIES:
            if frame.color_trc not in _HDR_TRANSFERS:
                frame.color_trc = _SRGB_TRANSFER
            options = {"dst_color_trc": _SRGB_TRANSFER, "dst_color_primaries": _BT709_PRIMARIES}
        converted = self._scaler.reformat(
            frame,
            width=self._width,
            height=self._height,
            format="rgba" if has_alpha else "rgb24",
            src_colorspace=self._matrix(frame),
            src_color_range=self._range(frame),
            dst_color_range=self._full,
            interpolation=self._exact,
            **options,
        )
        return np.asarray(converted.to_ndarray(), dtype=np.uint8)

    def _matrix(self, frame: VideoFrame) -> int:
        if frame.colorspace != _UNSPECIFIED_MATRIX:
            return frame.colorspace
        is_hd = frame.width >= _HD_WIDTH_PX or frame.height >= _HD_HEIGHT_PX
        return self._bt709 if is_hd else self._bt601

    def _range(self, frame: VideoFrame) -> int:
        if frame.color_range in (self._limited, self._full):
            return frame.color_range
        is_full = frame.format.name.startswith(("yuvj", "rgb", "bgr", "gbr"))
        return self._full if is_full else self._limited
