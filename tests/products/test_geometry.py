"""Each part of each sample product is a sound body: closed, facing outward, without slivers turned over."""

from __future__ import annotations

import numpy as np
import pytest

trimesh = pytest.importorskip("trimesh")
pytest.importorskip("scipy")

from tools.products.draft import Draft  # noqa: E402
from tools.products.make import PRODUCTS  # noqa: E402


@pytest.fixture(scope="module", params=sorted(PRODUCTS))
def draft(request: pytest.FixtureRequest) -> Draft:
    return PRODUCTS[request.param]()


def test_every_solid_part_is_watertight_and_faces_outward(draft: Draft) -> None:
    for part in draft.parts:
        if part.solid:
            body = trimesh.Trimesh(part.mesh.points, part.mesh.triangles, process=False)
            body.merge_vertices(
                merge_tex=True, merge_norm=True, digits_vertex=3
            )  # a micrometre: parts of furniture meet at 1,000 mm
            _, shared = np.unique(np.sort(body.edges, axis=1), axis=0, return_counts=True)
            assert (shared % 2 == 0).all(), f"{part.name} is open"
            if (shared > 2).any():  # the pinched corners of a pillow, where its two sheets meet in one edge
                assert body.volume > 0, f"{part.name} is inside out"
                continue
            assert body.is_winding_consistent, f"{part.name} has triangles turned over"
            for piece in body.split(only_watertight=True):
                assert piece.volume > 0, f"{part.name} is inside out"


def test_normals_point_the_way_the_triangles_face(draft: Draft) -> None:
    for primitive in draft.model()[0].primitives:
        corners = primitive.positions_m[primitive.triangles].astype(np.float64)
        face = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        area = np.linalg.norm(face, axis=1)
        normals = primitive.normals[primitive.triangles].astype(np.float64)
        along = np.einsum("ij,ikj->ik", face / np.maximum(area, 1e-30)[:, None], normals)
        turned = (along < 0.0).any(axis=1) & (area > 1e-11)
        assert turned.mean() < 0.002, f"{primitive.mesh}: {turned.sum()} triangles shaded from behind"
        assert np.allclose(np.linalg.norm(primitive.normals, axis=1), 1.0, atol=1e-5)
