"""One network, open on one device."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tryon import models
from tryon.errors import DeviceError, MissingExtraError, ModelError, ParameterError, ShapeError
from tryon.runtime.device import Device, providers

if TYPE_CHECKING:
    import onnxruntime

Results: TypeAlias = tuple[NDArray[np.float32], ...]


class InferenceSession:
    """A network that turns a batch into its outputs; may be run from many threads at once.

    input_shape: one item's shape, without the batch axis: (height, width, 3) for pictures, RGB.
    input_range: lowest and highest input value, None for a file the manifest does not know.
    output_names: names of the outputs, in the order `run` returns them.
    device: "cpu" or "cuda", where it really runs.
    """

    def __init__(self, session: onnxruntime.InferenceSession, input_range: tuple[float, float] | None) -> None:
        self._session = session
        self._input_name: str = session.get_inputs()[0].name
        self.input_shape: tuple[int, ...] = tuple(session.get_inputs()[0].shape[1:])
        self.input_range = input_range
        self.output_names: tuple[str, ...] = tuple(output.name for output in session.get_outputs())
        self.device = "cuda" if session.get_providers()[0].startswith("CUDA") else "cpu"

    def run(self, batch: NDArray[np.float32], *, outputs: Sequence[str] | None = None) -> Results:
        """The outputs for a batch, each with the batch as first axis.

        Args:
            batch: (N, *input_shape) float32 within `input_range`.
            outputs: Names of the wanted outputs; what only the others need is not computed. All when None.

        Raises:
            ShapeError: Another shape or dtype.
        """
        if batch.shape[1:] != self.input_shape or batch.dtype != np.float32:
            expected = f"(N, {', '.join(map(str, self.input_shape))}) float32"
            raise ShapeError("batch", expected=expected, got=f"{batch.shape} {batch.dtype}")
        try:
            return tuple(self._session.run(outputs, {self._input_name: batch}))
        except Exception as error:  # onnxruntime raises its own exception types, which share no public base
            raise ModelError(f"The network did not run: {_first_line(error)}.") from error


def open_session(name: str | Path, *, device: Device = "auto", threads: int = 1) -> InferenceSession:
    """A session for a model of the manifest, or for the user's own ONNX file.

    Args:
        name: A manifest name, pulled on first use, or the path of an `.onnx` file (any `Path`, or a text with that
            ending).
        device: "auto" takes CUDA where it works and the CPU elsewhere.
        threads: Cores one run may use. One is the fastest for these small networks when several sessions run.

    Raises:
        UnknownNameError: Not in the manifest.
        ModelError: The weights cannot be had or opened.
        DeviceError: CUDA was demanded and is missing.
        MissingExtraError: onnxruntime is not installed.
    """
    if threads < 1:
        raise ParameterError(f"threads must be at least 1, got {threads}.")
    if isinstance(name, Path) or name.endswith(".onnx"):
        path = Path(name)
        if not path.is_file():
            raise ModelError(f"No model file '{path}'; correct the path or pass a name of `tryon models list`.")
        return InferenceSession(_open(path, device, threads), None)
    model = models.manifest().model(name)
    if model.kind != "tflite":
        raise ModelError(f"'{name}' holds arrays, not a network; open models.path('{name}') with numpy.load.")
    session = InferenceSession(_open(models.path(name), device, threads), model.input_range)
    missing = {output.name for output in model.outputs} - set(session.output_names)
    if missing:  # only the user's own file can lack one
        raise ModelError(f"The file given for '{name}' has no output {', '.join(sorted(missing))}; pass another one.")
    return session


def _open(path: Path, device: Device, threads: int) -> onnxruntime.InferenceSession:
    try:
        import onnxruntime
    except ModuleNotFoundError as error:
        raise MissingExtraError("onnxruntime", extra="vision") from error
    usable = providers(device)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # A spinning pool burns the cores the other stages need (measured in FACTS.md).
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Failures arrive as exceptions; the library's own log lines would reach the user's terminal as noise.
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(path, options, providers=usable)
    except Exception as error:  # onnxruntime raises its own exception types, which share no public base
        if device == "cuda":
            raise DeviceError(f"CUDA was demanded but the session did not open: {_first_line(error)}.") from error
        raise ModelError(f"'{path.name}' is not an ONNX model that opens here: {_first_line(error)}.") from error
    if device == "cuda" and not session.get_providers()[0].startswith("CUDA"):
        raise DeviceError(
            "CUDA was demanded but its libraries do not load: run pip install 'onnxruntime-gpu[cuda,cudnn]', "
            "or use device='cpu'."
        )
    return session


def _first_line(error: Any) -> str:  # any exception
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")[:200]
