"""The head behind the face is closed, smooth, the right size, and has its ears where ears are."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from tryon.geometry.face_mesh import FACE_OVAL
from tryon.wear.head_proxy import ear_points, head_surface
from tryon.wear.skull import Skull, in_head


def _edges(triangles):
    count = Counter()
    for a, b, c in triangles.tolist():
        for edge in ((a, b), (b, c), (c, a)):
            count[tuple(sorted(edge))] += 1
    return count


def test_the_head_is_closed_but_for_the_ears_and_the_foot_of_the_neck(make_head):
    surface = head_surface(make_head())
    once = [edge for edge, times in _edges(surface.triangles).items() if times == 1]
    assert max(_edges(surface.triangles).values()) == 2
    skull_end = 468 + 7 * 36 + 1
    assert all(min(edge) >= skull_end for edge in once)


def test_few_triangles_and_the_same_array_every_time(make_head):
    first, second = head_surface(make_head()), head_surface(make_head(yaw_rad=0.4))
    assert first.triangles is second.triangles
    assert len(first.triangles) <= 1500
    assert first.vertices_m.dtype == np.float32
    assert int(first.triangles.max()) == len(first.vertices_m) - 1


@pytest.mark.parametrize("wider", [0.95, 1.0, 1.08])
def test_the_joint_above_the_ears_bends_gently(make_head, wider):
    head = make_head(wider=wider)
    surface = head_surface(head)
    points_m = in_head(head, surface.vertices_m)
    corners_m = points_m[surface.triangles]
    normals = np.cross(corners_m[:, 1] - corners_m[:, 0], corners_m[:, 2] - corners_m[:, 0])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    border = [edge for edge in pairwise((*FACE_OVAL, FACE_OVAL[0])) if min(points_m[list(edge), 1]) > 0.0]
    for edge in border:
        one, other = (row for row, triangle in enumerate(surface.triangles) if set(edge) <= set(triangle.tolist()))
        assert abs(normals[one] @ normals[other]) > np.cos(np.radians(40))


def test_the_proxy_moves_rigidly_with_the_head(make_head):
    straight, turned = make_head(), make_head(yaw_rad=0.6, pitch_rad=-0.2, place_m=(0.1, -0.05, -0.9))
    for points_of in (lambda head: head_surface(head).vertices_m, lambda head: np.stack(_ears(head))):
        np.testing.assert_allclose(
            in_head(straight, points_of(straight)), in_head(turned, points_of(turned)), atol=2e-6
        )


def _ears(head):
    ears = ear_points(head)
    return ears.rest_left, ears.rest_right, ears.lobe_left, ears.lobe_right


def test_skull_and_circumference_are_an_adults(make_head):
    skull = Skull.of(make_head())
    assert 0.145 < skull.breadth_m < 0.162  # ANSUR 5th woman to 95th man, 136 to 161 mm, and flattened hair
    assert 0.185 < skull.length_m < 0.205
    around = skull.circumference
    assert 0.53 < around.low_m < around.value_m < around.high_m < 0.61
    # The canonical face is 153 mm wide, which only large adults are.
    assert around.value_m == pytest.approx(0.572, abs=2e-3)
    assert Skull.of(make_head(scale=0.143 / 0.1532)).circumference.value_m == pytest.approx(0.557, abs=1e-3)


def test_twice_the_head_is_twice_the_skull(make_head):
    small, large = make_head(), make_head(scale=2.0)
    np.testing.assert_allclose(head_surface(large).vertices_m, 2.0 * head_surface(small).vertices_m, atol=1e-6)


def test_heads_differ_less_than_faces(make_head):
    adult, child = (Skull.of(make_head(scale=width / 0.1532)).circumference.value_m for width in (0.143, 0.122))
    assert adult == pytest.approx(0.557, abs=2e-3)
    assert 0.51 < child < 0.535  # eight years: WHO and CDC medians 52 cm


def test_a_wider_face_has_a_wider_skull(make_head):
    assert Skull.of(make_head(wider=1.05)).breadth_m == pytest.approx(1.05 * Skull.of(make_head()).breadth_m, rel=1e-3)


def test_ears_mirror_each_other_and_lobes_hang_below_the_rests(make_head):
    head = make_head()
    rest_left, rest_right, lobe_left, lobe_right = in_head(head, np.stack(_ears(head)))
    np.testing.assert_allclose(rest_left, rest_right * [-1, 1, 1], atol=1e-5)
    np.testing.assert_allclose(lobe_left, lobe_right * [-1, 1, 1], atol=1e-5)
    assert 0.035 < rest_left[1] - lobe_left[1] < 0.07  # most of an ear's 63 mm
    assert 0.13 < rest_left[0] - rest_right[0] < 0.165
