import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper

from tryon.errors import DeviceError, MissingExtraError, ModelError, ParameterError, ShapeError, UnknownNameError
from tryon.runtime import device, open_session


@pytest.fixture
def doubling(tmp_path):
    """An ONNX file whose outputs are its input doubled and negated."""
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", 2]) for name in ("x", "double", "minus")]
    nodes = [helper.make_node("Add", ["x", "x"], ["double"]), helper.make_node("Neg", ["x"], ["minus"])]
    graph = helper.make_graph(nodes, "g", values[:1], values[1:])
    path = tmp_path / "doubling.onnx"
    path.write_bytes(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8).SerializeToString()
    )
    return path


def test_the_users_own_file_opens_and_runs_for_any_batch(doubling):
    session = open_session(doubling, device="cpu")
    assert (session.input_shape, session.input_range, session.device) == ((2,), None, "cpu")
    assert session.output_names == ("double", "minus")
    for count in (1, 3):
        x = np.arange(2 * count, dtype=np.float32).reshape(count, 2)
        double, minus = session.run(x)
        np.testing.assert_array_equal(double, 2 * x)
        np.testing.assert_array_equal(minus, -x)
    (minus,) = session.run(np.ones((1, 2), np.float32), outputs=["minus"])
    np.testing.assert_array_equal(minus, [[-1, -1]])


@pytest.mark.parametrize("batch", [np.ones((1, 3), np.float32), np.ones((1, 2)), np.ones(2, np.float32)])
def test_a_batch_of_another_shape_or_type_is_refused(doubling, batch):
    with pytest.raises(ShapeError, match=r"expected \(N, 2\) float32"):
        open_session(doubling).run(batch)


def test_an_output_that_is_not_there_is_one_sentence(doubling):
    with pytest.raises(ModelError, match="did not run") as caught:
        open_session(doubling).run(np.ones((1, 2), np.float32), outputs=["triple"])
    assert "\n" not in str(caught.value)


def test_one_session_serves_many_threads(doubling):
    session = open_session(doubling)
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda k: session.run(np.full((1, 2), k, np.float32))[0][0, 0], range(200)))
    assert results == [2 * k for k in range(200)]


def test_unknown_names_missing_files_and_damaged_ones_are_told_apart(tmp_path):
    with pytest.raises(UnknownNameError, match="face_mesh"):
        open_session("face_mash")
    with pytest.raises(ModelError, match="No model file"):
        open_session(tmp_path / "gone.onnx")
    damaged = tmp_path / "damaged.onnx"
    damaged.write_bytes(b"no model")
    with pytest.raises(ModelError, match="not an ONNX model"):
        open_session(str(damaged))
    with pytest.raises(ModelError, match=r"numpy\.load"):
        open_session("face_geometry")


def test_devices_and_threads_are_checked(doubling):
    with pytest.raises(ParameterError, match="cpu"):
        open_session(doubling, device="tpu")
    with pytest.raises(ParameterError, match="threads"):
        open_session(doubling, threads=0)


def has_cuda():
    import onnxruntime

    return "CUDAExecutionProvider" in onnxruntime.get_available_providers()


@pytest.mark.skipif(has_cuda(), reason="this onnxruntime has CUDA")
def test_the_cpu_build_without_cuda_is_one_clear_error_and_auto_takes_the_cpu(doubling):
    with pytest.raises(DeviceError, match="onnxruntime-gpu") as caught:
        open_session(doubling, device="cuda")
    assert "\n" not in str(caught.value)
    assert open_session(doubling, device="auto").device == "cpu"


@pytest.fixture
def cuda_build(monkeypatch):
    """An onnxruntime with CUDA on a machine that can be given or denied a driver."""
    import onnxruntime

    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CUDAExecutionProvider"])
    device._cuda_obstacle.cache_clear()
    yield monkeypatch
    device._cuda_obstacle.cache_clear()


def test_a_machine_without_a_driver_is_told_so_and_auto_takes_the_cpu(cuda_build, doubling):
    cuda_build.setattr(device, "_DRIVER", "libno-such-driver.so")
    with pytest.raises(DeviceError, match="no NVIDIA driver"):
        open_session(doubling, device="cuda")
    assert open_session(doubling, device="auto").device == "cpu"


def test_what_onnxruntime_prints_while_loading_goes_to_the_log(cuda_build, capsys, caplog):
    import onnxruntime

    cuda_build.setattr(device.ctypes, "CDLL", lambda name: None)
    cuda_build.setattr(onnxruntime, "preload_dlls", lambda: sys.stdout.write("Failed to load libcublas"), raising=False)
    assert device.providers("auto")[0][0] == "CUDAExecutionProvider"
    assert device.providers("auto")[1] == "CPUExecutionProvider"
    assert capsys.readouterr().out == ""
    assert "Failed to load libcublas" in caplog.text


@pytest.mark.gpu
def test_cuda_computes_what_the_cpu_computes(models_ready):
    if not has_cuda():
        pytest.skip("this onnxruntime has no CUDA")
    for name in ("face_mesh_attention", "face_mesh_v2", "face_detector_short"):
        on_cpu, on_gpu = (open_session(name, device=where) for where in ("cpu", "cuda"))
        batch = np.random.default_rng(0).random((4, *on_cpu.input_shape), dtype=np.float32)
        for want, got in zip(on_cpu.run(batch), on_gpu.run(batch), strict=True):
            assert np.abs(got - want).max() <= 1e-3 * max(1.0, np.abs(want).max())


def test_a_users_file_without_the_models_outputs_is_refused(doubling, monkeypatch):
    monkeypatch.setenv("TRYON_MODEL_FACE_MESH", str(doubling))
    with pytest.raises(ModelError, match="no output mesh, presence"):
        open_session("face_mesh")


def test_a_known_model_brings_its_range_and_output_names(models_ready):
    session = open_session("face_detector_short")
    assert session.input_range == (-1.0, 1.0)
    assert session.output_names == ("boxes", "scores")
    boxes, scores = session.run(np.zeros((2, *session.input_shape), np.float32))
    assert (boxes.shape, scores.shape) == ((2, 896, 16), (2, 896))


def test_without_onnxruntime_the_message_is_the_command_that_brings_it(doubling, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'tryon\[vision\]'"):
        open_session(doubling, device="cpu")


def fresh(program, **environment):
    """Standard output of a program in a process of its own."""
    command = [sys.executable, "-c", program]
    environment = {**os.environ, **environment}
    root = Path(__file__).parents[2]
    done = subprocess.run(command, capture_output=True, text=True, cwd=root, env=environment, check=True)
    return done.stdout.strip()


def test_without_onnx_the_message_is_the_command_that_brings_it(tmp_path):
    given = tmp_path / "own.tflite"
    given.write_bytes(b"x")
    program = """
import sys
sys.modules["onnx"] = None
from tryon import errors, models
try:
    models.path("face_mesh")
except errors.MissingExtraError as error:
    print(error)
"""
    said = fresh(program, TRYON_HOME=str(tmp_path), TRYON_MODEL_FACE_MESH=str(given))
    assert "pip install 'tryon[vision]'" in said


def test_importing_the_runtime_loads_no_inference_library():
    program = (
        "import sys, tryon.runtime, tryon.models; print({'onnx', 'onnxruntime', 'flatbuffers'} & set(sys.modules))"
    )
    assert fresh(program) == "set()"
