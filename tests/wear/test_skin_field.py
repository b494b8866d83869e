"""The height field agrees with planes, says where there is no skin, and takes the outermost of two layers."""

import numpy as np
import pytest

from tryon.wear.skin_field import SkinField

SQUARE = np.array([[0, 1, 2], [0, 2, 3]], np.uint32)


def _sloped(rise: float, base_m: float = 0.0) -> np.ndarray:
    corners = np.array([[-0.02, -0.02], [0.02, -0.02], [0.02, 0.02], [-0.02, 0.02]])
    return np.column_stack([corners, base_m + rise * corners[:, 0]])


def test_a_slope_is_met_exactly():
    field = SkinField(_sloped(0.7, 0.01), SQUARE)
    x, y = np.random.default_rng(0).uniform(-0.018, 0.018, (2, 50))
    assert field.z_m(x, y) == pytest.approx(0.01 + 0.7 * x, abs=1e-9)


def test_beside_the_mesh_there_is_no_skin():
    field = SkinField(_sloped(0.0), SQUARE)
    assert (field.z_m(np.array([0.03, -0.5, 0.0]), np.array([0.0, 0.0, 0.4])) == -1.0).all()


def test_the_outer_of_two_layers_counts():
    both = np.concatenate([_sloped(0.0, 0.0), _sloped(0.0, 0.005)])
    field = SkinField(both, np.concatenate([SQUARE + 4, SQUARE]).astype(np.uint32))
    assert field.z_m(np.zeros((1, 1)), np.zeros((1, 1))).tolist() == [[0.005]]
