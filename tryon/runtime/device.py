"""Which device a session may use."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal, TypeAlias

from tryon.errors import DeviceError, MissingExtraError, ParameterError

Device: TypeAlias = Literal["auto", "cpu", "cuda"]
DEVICES = ("auto", "cpu", "cuda")

_CPU = "CPUExecutionProvider"
_CUDA = "CUDAExecutionProvider"
# Landmarks are read to a fraction of a pixel, so full float32; and the batch changes from call to call, where the
# default exhaustive search would time every convolution anew for each size.
_CUDA_OPTIONS = {"use_tf32": "0", "cudnn_conv_algo_search": "HEURISTIC"}


def providers(device: Device) -> list[Any]:  # onnxruntime takes names and (name, options) pairs
    """onnxruntime's providers for a device, best first.

    Raises:
        ParameterError: Not a device.
        DeviceError: CUDA was demanded and this onnxruntime has none.
        MissingExtraError: onnxruntime is not installed.
    """
    if device not in DEVICES:
        raise ParameterError(f"device must be one of {', '.join(DEVICES)}, got '{device}'.")
    if device == "cpu":
        return [_CPU]
    if _has_cuda():
        return [(_CUDA, _CUDA_OPTIONS), _CPU]
    if device == "cuda":
        raise DeviceError(
            "CUDA was demanded but this onnxruntime has no CUDA; run: pip install onnxruntime-gpu, or use device='cpu'."
        )
    return [_CPU]


@lru_cache(maxsize=1)
def _has_cuda() -> bool:
    try:
        import onnxruntime
    except ModuleNotFoundError as error:
        raise MissingExtraError("onnxruntime", extra="vision") from error
    if _CUDA not in onnxruntime.get_available_providers():
        return False
    preload = getattr(onnxruntime, "preload_dlls", None)
    if preload is not None:  # finds the CUDA libraries that pip installs beside onnxruntime-gpu
        preload()
    return True
