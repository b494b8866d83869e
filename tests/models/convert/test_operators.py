"""Single operators against NumPy, written from their definitions; whole networks are in test_parity.py."""

import numpy as np
import onnxruntime
import pytest
from flatbuffers import flexbuffers
from onnx import TensorProto, helper

from tryon.errors import ModelError
from tryon.models.convert import activation, arithmetic, attention, convolution, layout  # noqa: F401
from tryon.models.convert.graph import NCHW_FROM_NHWC, NHWC_FROM_NCHW, Graph
from tryon.models.convert.schema import Model, Operator
from tryon.models.convert.table import EMITTERS


class FakeTensor:
    def __init__(self, shape, value=None):
        self.name = "tensor"
        self.shape = tuple(shape)
        self.value = value


class FakeOptions:
    def __init__(self, values):
        self.values = values

    def integer(self, slot, default=0):
        return self.values.get(slot, default)

    byte = integer


def run(name, inputs, result_shape, *, weights=(), options=None, custom=None):
    """Emit one operator, run it in onnxruntime, and return its result in TFLite's order.

    inputs: arrays whose stored batch is 1 (the first item is used for shapes). weights: constant inputs after them.
    """
    tensors = [FakeTensor((1, *array.shape[1:])) for array in inputs]
    tensors += [FakeTensor(np.shape(weight), np.asarray(weight)) for weight in weights]
    tensors.append(FakeTensor(result_shape))
    graph = Graph(Model(tuple(tensors), (), (), ()))
    feeds, infos = {}, []
    for index, array in enumerate(inputs):
        feed = array.transpose(NCHW_FROM_NHWC) if array.ndim == 4 else array
        feeds[f"in{index}"] = feed.astype(np.float32)
        infos.append(helper.make_tensor_value_info(f"in{index}", TensorProto.FLOAT, [None] * feed.ndim))
        graph.bind(index, f"in{index}")
    options = FakeOptions(options) if options else None
    count = len(tensors) - 1
    operator = Operator(name, tuple(range(count)), (count,), options, flexbuffers.Dumps(custom) if custom else b"")
    result = EMITTERS[name](graph, operator)
    out = [helper.make_tensor_value_info(result, TensorProto.FLOAT, None)]
    model = helper.make_model(
        helper.make_graph(graph.nodes, "one", infos, out, graph.initializers),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=8,
    )
    session = onnxruntime.InferenceSession(model.SerializeToString())
    (got,) = session.run(None, feeds)
    return got.transpose(NHWC_FROM_NCHW) if len(result_shape) == 4 else got


def noise(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


@pytest.mark.parametrize("slopes", [[0.25, -0.5, 1.0], [0.25, 3.0, -2.0], [0.1]])
def test_prelu_keeps_the_positive_and_scales_the_negative(slopes):
    x = noise(2, 4, 5, 3)
    want = np.where(x > 0, x, x * np.array(slopes, np.float32))
    got = run("PRELU", [x], (1, 4, 5, 3), weights=[np.array(slopes, np.float32)])
    np.testing.assert_allclose(got, want, atol=1e-6)


def test_a_slope_for_each_pixel_is_refused():
    with pytest.raises(ModelError, match="slopes for 3 channels"):
        run("PRELU", [noise(1, 2, 2, 3)], (1, 2, 2, 3), weights=[noise(2, 2, 3)])


@pytest.mark.parametrize(("align", "half"), [(False, False), (False, True)])
def test_nearest_resize_takes_the_pixel_tflite_takes(align, half):
    # TFLite's kernel: floor((i + ½ if half) · in / out).
    x = noise(1, 7, 9, 2)
    rows, columns = (np.floor((np.arange(n) + 0.5 * half) * (m / n)).astype(int) for n, m in ((5, 7), (12, 9)))
    got = run("RESIZE_NEAREST_NEIGHBOR", [x], (1, 5, 12, 2), options={0: int(align), 1: int(half)})
    np.testing.assert_array_equal(got, x[:, rows][:, :, columns])


def test_a_slice_keeps_any_batch_and_drops_the_axes_the_file_drops():
    x = noise(3, 4, 5, 6)
    # begin, end, stride, and the masks: axis 1 shrinks to its element 2, axis 3 is open at the end.
    weights = [np.array([0, 2, 1, 3]), np.array([1, 3, 4, 0]), np.array([1, 1, 2, 1])]
    got = run("STRIDED_SLICE", [x], (1, 2, 3), weights=weights, options={1: 0b1000, 4: 0b0010})
    np.testing.assert_array_equal(got, x[:, 2, 1:4:2, 3:])


def test_a_learned_token_is_repeated_for_every_item_of_a_batch():
    x, token = noise(3, 1, 4, 8), noise(1, 1, 1, 8, seed=1)
    got = run("CONCATENATION", [x], (1, 1, 5, 8), weights=[token], options={0: 2})
    np.testing.assert_array_equal(got, np.concatenate([x, np.repeat(token, 3, 0)], axis=2))


@pytest.mark.parametrize("keep", [0, 1])
def test_a_mean_over_rows_and_columns(keep):
    x = noise(2, 3, 4, 5)
    shape = (1, 1, 1, 5) if keep else (1, 5)
    got = run("MEAN", [x], shape, weights=[np.array([1, 2])], options={0: keep})
    np.testing.assert_allclose(got, x.mean((1, 2), keepdims=bool(keep)), atol=1e-6)


def test_an_image_is_reshaped_in_its_own_order_and_back():
    x = noise(2, 3, 4, 5)
    np.testing.assert_array_equal(run("RESHAPE", [x], (1, 60)), x.reshape(2, 60))
    np.testing.assert_array_equal(run("RESHAPE", [x], (1, 6, 2, 5)), x.reshape(2, 6, 2, 5))


@pytest.mark.parametrize(
    "margins",
    [
        [[0, 0], [1, 2], [0, 3], [0, 0]],
        [[0, 0], [0, 0], [0, 0], [0, 16]],
        [[0, 0], [0, 0], [0, 0], [16, 32]],
        [[0, 0], [0, 0], [0, 0], [1, 2]],
        [[0, 0], [1, 1], [0, 0], [0, 16]],
    ],
)
def test_padding_adds_zeros_and_changes_nothing_else(margins):
    x = noise(2, 3, 4, 16)
    want = np.pad(x, margins)
    got = run("PAD", [x], (1, *want.shape[1:]), weights=[np.array(margins)])
    np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize(("kind", "low", "high"), [(0, -99, 99), (1, 0, 99), (2, -1, 1), (3, 0, 6)])
def test_a_fused_activation_bounds_the_sum(kind, low, high):
    x, y = 5 * noise(2, 3, 4, 16), 5 * noise(2, 3, 4, 16, seed=1)
    got = run("ADD", [x, y], (1, 3, 4, 16), options={0: kind})
    np.testing.assert_array_equal(got, np.clip(x + y, low, high))


# ---- MediaPipe's attention operators ----

FIT = {
    "left_rotation_idx": [0],
    "right_rotation_idx": [1],
    "subset_idxs": [0, 1, 2, 3, 4],
    "target_rotation_radians": 0.0,
    "output_width": 16,
    "output_height": 8,
    "scale_x": 1.5,
    "scale_y": 2.0,
}


def fit(points):
    """The 4×4 of one face by trigonometry: turn by minus the angle, box, grow, turn back."""
    across = points[1] - points[0]
    angle = np.arctan2(across[1], across[0])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    upright = points @ turn  # each row turned by −angle
    low, high = upright.min(0), upright.max(0)
    size = (high - low) * [FIT["scale_x"], FIT["scale_y"]]
    center = turn @ ((low + high) / 2)
    matrix = np.eye(4)
    matrix[:2, :2] = turn @ np.diag(size / [FIT["output_width"], FIT["output_height"]])
    matrix[:2, 3] = center - matrix[:2, :2] @ [FIT["output_width"] / 2, FIT["output_height"] / 2]
    return matrix


def test_the_fitted_box_follows_the_points():
    points = noise(3, 5, 3) * 20 + 50
    got = run("Landmarks2TransformMatrix", [points], (1, 4, 4), custom=FIT)
    np.testing.assert_allclose(got, [fit(face[:, :2].astype(float)) for face in points], rtol=1e-4, atol=1e-4)


def test_another_target_rotation_is_refused():
    with pytest.raises(ModelError, match="target rotation"):
        run("Landmarks2TransformMatrix", [noise(1, 5, 3)], (1, 4, 4), custom={**FIT, "target_rotation_radians": 1.0})


@pytest.mark.parametrize("dimensions", [2, 3])
def test_landmarks_are_mapped_by_the_matrix_and_keep_their_depth(dimensions):
    points = noise(2, 6, dimensions)
    matrices = np.stack([fit(noise(5, 2, seed=seed).astype(float) * 9) for seed in (1, 2)]).astype(np.float32)
    want = points.copy()
    want[..., :2] = points[..., :2] @ matrices[:, :2, :2].transpose(0, 2, 1) + matrices[:, None, :2, 3]
    got = run("TransformLandmarks", [points, matrices], (1, 6, dimensions))
    np.testing.assert_allclose(got, want, atol=1e-4)


def test_the_sampled_crop_is_bilinear_at_pixel_centers_and_zero_outside():
    features = noise(2, 12, 10, 3)
    matrices = np.stack([np.eye(4), np.eye(4)]).astype(np.float32)
    matrices[0, :2, 3] = [2.0, 3.0]  # a whole-pixel shift: an exact copy
    matrices[1, :2, :2] = [[0.7, -0.4], [0.4, 0.7]]
    matrices[1, :2, 3] = [4.0, -1.0]
    shape = (1, 6, 5, 3)
    custom = {"output_height": 6, "output_width": 5}
    got = run("TransformTensorBilinear", [features, matrices], shape, custom=custom)
    np.testing.assert_allclose(got[0], features[0, 3:9, 2:7], atol=1e-5)
    padded = np.pad(features[1], ((9, 9), (9, 9), (0, 0)))
    for v in range(6):
        for u in range(5):
            x, y = matrices[1, :2, :2] @ [u + 0.5, v + 0.5] + matrices[1, :2, 3] - 0.5
            left, top = int(np.floor(x)), int(np.floor(y))
            wx, wy = x - left, y - top
            (a, b), (c, d) = padded[top + 9 : top + 11, left + 9 : left + 11]
            want = (1 - wy) * ((1 - wx) * a + wx * b) + wy * ((1 - wx) * c + wx * d)
            np.testing.assert_allclose(got[1, v, u], want, atol=1e-5)
