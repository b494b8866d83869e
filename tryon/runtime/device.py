"""Which device a session may use."""

from __future__ import annotations

import contextlib
import ctypes
import io
import logging
import sys
from functools import lru_cache
from typing import Any, Literal, TypeAlias

from tryon.errors import DeviceError, MissingExtraError, ParameterError

Device: TypeAlias = Literal["auto", "cpu", "cuda"]
DEVICES = ("auto", "cpu", "cuda")

_LOG = logging.getLogger(__name__)
_CPU = "CPUExecutionProvider"
_CUDA = "CUDAExecutionProvider"
_DRIVER = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"
# Landmarks are read to a fraction of a pixel, so full float32; and the batch changes from call to call, where the
# default exhaustive search would time every convolution anew for each size.
_CUDA_OPTIONS = {"use_tf32": "0", "cudnn_conv_algo_search": "HEURISTIC"}


def providers(device: Device) -> list[Any]:  # onnxruntime takes names and (name, options) pairs
    """onnxruntime's providers for a device, best first.

    Raises:
        ParameterError: Not a device.
        DeviceError: CUDA was demanded and this machine or this onnxruntime has none.
        MissingExtraError: onnxruntime is not installed.
    """
    if device not in DEVICES:
        raise ParameterError(f"device must be one of {', '.join(DEVICES)}, got '{device}'.")
    if device == "cpu":
        return [_CPU]
    obstacle = _cuda_obstacle()
    if not obstacle:
        return [(_CUDA, _CUDA_OPTIONS), _CPU]
    if device == "cuda":
        raise DeviceError(f"CUDA was demanded but {obstacle}, or use device='cpu'.")
    return [_CPU]


@lru_cache(maxsize=1)
def _cuda_obstacle() -> str:
    """What keeps CUDA from being tried and how to change it; empty when nothing does."""
    try:
        import onnxruntime
    except ModuleNotFoundError as error:
        raise MissingExtraError("onnxruntime", extra="vision") from error
    if _CUDA not in onnxruntime.get_available_providers():
        return "this onnxruntime is the CPU build: run pip install 'onnxruntime-gpu[cuda,cudnn]'"
    try:
        # Asked first, because onnxruntime writes a page to the terminal when it meets a machine without a driver.
        ctypes.CDLL(_DRIVER)
    except OSError:
        return "this machine has no NVIDIA driver: install it"
    _load_libraries(onnxruntime)
    return ""


def _load_libraries(onnxruntime: Any) -> None:  # the module, imported by the caller
    """Load the CUDA libraries that pip installs beside onnxruntime-gpu (since 1.21); what it prints goes to the log."""
    preload = getattr(onnxruntime, "preload_dlls", None)
    if preload is None:
        return
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        preload()
    if said.getvalue():
        _LOG.warning("CUDA libraries: %s", said.getvalue().strip())
