import io
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tryon import models
from tryon.errors import ModelError
from tryon.models.convert.face_geometry import geometry_to_npz


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def field(number, content):
    """One protobuf field, encoded from the specification."""
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    if isinstance(content, float):
        return varint(number << 3 | 5) + struct.pack("<f", content)
    return varint(number << 3 | 2) + varint(len(content)) + content


VERTICES = np.arange(15, dtype="<f4").reshape(3, 5) / 7
BASIS = b"".join(field(2, field(1, i) + field(2, w)) for i, w in ((2, 0.5), (300, 0.25)))


@pytest.mark.parametrize("packed", [True, False])
def test_packed_and_single_fields_read_the_same(packed):
    if packed:
        mesh = field(3, VERTICES.tobytes()) + field(4, b"".join(map(varint, (0, 1, 2))))
    else:
        mesh = b"".join(field(3, float(v)) for v in VERTICES.ravel()) + b"".join(field(4, i) for i in (0, 1, 2))
    arrays = np.load(io.BytesIO(geometry_to_npz(field(1, mesh) + BASIS)))
    np.testing.assert_array_equal(arrays["vertices_cm"], VERTICES[:, :3])
    np.testing.assert_array_equal(arrays["uv"], VERTICES[:, 3:])
    np.testing.assert_array_equal(arrays["triangles"], [[0, 1, 2]])
    np.testing.assert_array_equal(arrays["procrustes_index"], [2, 300])
    np.testing.assert_array_equal(arrays["procrustes_weight"], np.array([0.5, 0.25], np.float32))


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_one_sentence(content):
    with pytest.raises(ModelError) as caught:
        geometry_to_npz(content)
    assert "\n" not in str(caught.value)


def test_a_triangle_of_missing_vertices_is_refused():
    mesh = field(3, VERTICES.tobytes()) + field(4, b"".join(map(varint, (0, 1, 3))))
    with pytest.raises(ModelError, match="missing vertices"):
        geometry_to_npz(field(1, mesh) + BASIS)


@pytest.fixture(scope="module")
def face(models_ready):
    with np.load(models.path("face_geometry")) as arrays:
        return dict(arrays)


def test_the_canonical_face_is_a_head_wide_in_centimeters_and_symmetric(face):
    vertices = face["vertices_cm"]
    assert vertices.shape == (468, 3)
    width, height, _ = np.ptp(vertices, axis=0)
    assert 13 < width < 17  # adult bizygomatic breadth 12–15 cm, and the mesh reaches round the cheeks
    assert 15 < height < 20
    mirrored = vertices * [-1, 1, 1]
    nearest = np.linalg.norm(vertices[:, None] - mirrored[None], axis=2).min(axis=1)
    assert nearest.max() < 0.1


def test_the_canonical_face_is_one_sheet_that_faces_the_camera(face):
    triangles, vertices = face["triangles"], face["vertices_cm"]
    assert triangles.min() == 0
    assert triangles.max() == 467
    edges = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1)
    _, used = np.unique(edges, axis=0, return_counts=True)
    assert set(used) == {1, 2}  # an edge borders one triangle at a rim, two inside
    a, b, c = (vertices[triangles[:, k]] for k in range(3))
    normals = np.cross(b - a, c - a)
    assert (normals[:, 2] > 0).mean() > 0.95


def test_texture_coordinates_run_down_the_face_and_stay_inside_the_picture(face):
    uv, vertices = face["uv"], face["vertices_cm"]
    assert uv.min() >= 0
    assert uv.max() <= 1
    assert np.corrcoef(uv[:, 1], vertices[:, 1])[0, 1] < -0.95
    assert np.corrcoef(uv[:, 0], vertices[:, 0])[0, 1] > 0.95


def test_the_alignment_weights_name_points_of_the_mesh(face):
    assert len(face["procrustes_index"]) == len(face["procrustes_weight"]) == 33
    assert face["procrustes_index"].max() < 468
    assert (face["procrustes_weight"] > 0).all()
