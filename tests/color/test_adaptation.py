import numpy as np
import pytest

from tryon.color import WHITE_XYZ, adapt, adaptation_matrix


@pytest.mark.parametrize("method", ["bradford", "cat16"])
def test_the_white_becomes_the_other_white(method):
    np.testing.assert_allclose(
        adapt(WHITE_XYZ["D65"], WHITE_XYZ["D65"], WHITE_XYZ["D50"], method=method), WHITE_XYZ["D50"], atol=1e-12
    )


def test_bradford_d65_to_d50_is_the_published_matrix():
    # The matrix of the ICC's own sRGB profile (chad tag) and CSS Color 4's sample code, four digits.
    published = [[1.0479, 0.0229, -0.0502], [0.0296, 0.9904, -0.0171], [-0.0092, 0.0151, 0.7519]]
    np.testing.assert_allclose(adaptation_matrix(WHITE_XYZ["D65"], WHITE_XYZ["D50"]), published, atol=3e-4)


def test_degree_zero_changes_nothing_and_there_and_back_is_the_start():
    there = adaptation_matrix(WHITE_XYZ["D65"], WHITE_XYZ["D50"], method="cat16")
    back = adaptation_matrix(WHITE_XYZ["D50"], WHITE_XYZ["D65"], method="cat16")
    np.testing.assert_allclose(back @ there, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(adaptation_matrix([0.9, 1, 0.5], [1, 1, 1], degree=0.0), np.eye(3), atol=1e-12)
