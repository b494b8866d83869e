"""Converted networks against LiteRT, the author's own runtime, on the published files.

LiteRT has no kernels for the custom operators of the attention mesh: its operators are checked against NumPy in
convert/test_operators.py, its agreement with the neighboring networks below, and its points against the published
face mesh pipeline in the parity benchmark.
"""

import cv2
import numpy as np
import pytest

from tryon import models
from tryon.models.manifest import manifest
from tryon.runtime import open_session

interpreter = pytest.importorskip("ai_edge_litert.interpreter")

NETWORKS = sorted(model.name for model in manifest().models.values() if model.kind == "tflite")
# The largest first-order difference allowed, as a part of the output's own range: float32 sums in another order.
TOLERANCE = 1e-3


def reference(name, item):
    content = (models.where() / "sources" / manifest().model(name).sha256).read_bytes()
    network = interpreter.Interpreter(model_content=content, num_threads=1)
    network.allocate_tensors()
    network.set_tensor(network.get_input_details()[0]["index"], item[None])
    network.invoke()
    return [network.get_tensor(detail["index"]) for detail in network.get_output_details()]


def batch(session, folder):
    """Noise, a smooth gradient and a real face, in the network's range."""
    low, high = session.input_range
    random = np.random.default_rng(7)
    if len(session.input_shape) != 3:
        points = random.uniform(200, 500, (3, *session.input_shape))
        return points.astype(np.float32)
    height, width, _ = session.input_shape
    noise = random.random(session.input_shape)
    ramp = np.stack(np.broadcast_arrays(*np.ogrid[0 : 1 : height * 1j, 0 : 1 : width * 1j], 0.5), axis=-1)
    photo = cv2.imread(str(folder / "faces" / "facerec_obama.jpg"))[76:490, 287:701, ::-1]
    face = cv2.resize(photo, (width, height), interpolation=cv2.INTER_AREA) / 255.0
    return (np.stack([noise, ramp, face]) * (high - low) + low).astype(np.float32)


@pytest.mark.parametrize("name", [name for name in NETWORKS if name not in {"face_mesh_attention"}])
def test_a_converted_network_computes_what_litert_computes(name, models_ready, shared_data):
    session = open_session(name, device="cpu")
    items = batch(session, shared_data)
    for item in items:
        for output, got, want in zip(session.output_names, session.run(item[None]), reference(name, item), strict=True):
            scale = max(1.0, float(np.abs(want).max()))
            difference = np.abs(got.reshape(-1) - want.reshape(-1)).max()
            assert difference <= TOLERANCE * scale, (name, output, difference, scale)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_batch_gives_what_its_items_give_alone(name, models_ready, shared_data):
    session = open_session(name, device="cpu")
    items = batch(session, shared_data)
    together = session.run(items)
    for index, item in enumerate(items):
        for got, want in zip(together, session.run(item[None]), strict=True):
            assert got.shape[0] == len(items)
            np.testing.assert_allclose(got[index], want[0], rtol=1e-5, atol=1e-4)


def test_the_attention_mesh_agrees_with_the_plain_mesh_on_a_face(models_ready, shared_data):
    attention, plain = (open_session(name, device="cpu") for name in ("face_mesh_attention", "face_mesh"))
    face = batch(attention, shared_data)[2:]
    mesh, lips, left_eye, right_eye, left_iris, right_iris, presence = attention.run(face)
    points, plain_presence = plain.run(face)
    assert presence[0] > 5
    assert plain_presence[0] > 5
    eyes_px = np.linalg.norm(mesh[0, 33, :2] - mesh[0, 263, :2])
    assert np.median(np.linalg.norm(mesh[0, :, :2] - points[0, :, :2], axis=1)) < 0.03 * eyes_px
    # Finer regions lie where the mesh has them: lip corners 61 and 291, eye corners 33 and 263.
    for region, corner in ((lips, 61), (lips, 291), (left_eye, 33), (right_eye, 263)):
        assert np.linalg.norm(region[0] - mesh[0, corner, :2], axis=1).min() < 0.05 * eyes_px
    for iris, eye in ((left_iris, left_eye), (right_iris, right_eye)):
        low, high = eye[0, :16].min(axis=0), eye[0, :16].max(axis=0)
        assert (low < iris[0, 0]).all()
        assert (iris[0, 0] < high).all()
