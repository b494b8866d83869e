import numpy as np
import pytest

from tests.place.shapes import floor
from tryon.errors import ParameterError
from tryon.place import length_between
from tryon.session.room_planes import ceiling_at, from_plane, on_plane, table_at, wall_on, wall_through

FLOOR = floor()


def marks(a, b):
    return FLOOR.camera.project(from_plane(FLOOR, [a, b]))


def test_a_wall_through_two_points_stands_upright_on_the_floor():
    wall = wall_through(FLOOR, *marks((-1.0, -3.0), (1.5, -3.4)))
    assert wall.kind == "wall"
    assert wall.normal @ FLOOR.normal == pytest.approx(0.0, abs=1e-9)
    ends = from_plane(FLOOR, [(-1.0, -3.0), (1.5, -3.4)])
    np.testing.assert_allclose(ends @ wall.normal + wall.distance_m, 0.0, atol=1e-9)
    assert wall.distance_m > 0.0


def test_the_order_of_the_points_does_not_matter():
    a, b = marks((-1.0, -3.0), (1.5, -3.4))
    np.testing.assert_allclose(wall_through(FLOOR, a, b).normal, wall_through(FLOOR, b, a).normal, atol=1e-12)


def test_a_length_on_the_wall_is_true_and_as_unsure_as_random_draws_make_it():
    a, b = marks((-1.0, -3.0), (1.5, -3.4))
    wall = wall_through(FLOOR, a, b)
    foot = from_plane(FLOOR, [(0.0, -3.16)])[0]
    top = foot + 0.7 * FLOOR.normal
    ends = FLOOR.camera.project([foot, top])
    measure = length_between(wall, *ends, click_sigma_px=0.0)
    assert measure.value_m == pytest.approx(0.7, abs=1e-6)
    random = np.random.default_rng(3)
    drawn = []
    for _ in range(400):
        moved = FLOOR.moved(random.multivariate_normal(np.zeros(4), FLOOR.covariance))
        clicks = np.array([a, b]) + random.normal(0.0, 0.7, (2, 2))
        drawn.append(length_between(wall_through(moved, *clicks), *ends, click_sigma_px=0.0).value_m)
    sigma = (measure.high_m - measure.value_m) / 1.96
    assert sigma == pytest.approx(np.std(drawn), rel=0.15)


def test_a_table_top_lies_between_floor_and_camera():
    table = table_at(FLOOR, 0.75, 0.01)
    assert table.kind == "table"
    assert table.distance_m == pytest.approx(0.65)
    # (1.4·0.005)² + 0.01² over 0.65²
    assert np.sqrt(table.covariance[2, 2]) == pytest.approx(np.hypot(1.4 * 0.005, 0.01) / 0.65, rel=1e-3)


def test_a_ceiling_looks_down():
    ceiling = ceiling_at(FLOOR, 2.5, 0.02)
    np.testing.assert_allclose(ceiling.normal, -FLOOR.normal)
    assert ceiling.distance_m == pytest.approx(1.1)


def test_a_wall_meets_the_floor_in_the_line_it_was_marked_by():
    a, b = (-1.0, -3.0), (1.5, -3.4)
    wall = wall_on(FLOOR, wall_through(FLOOR, *marks(a, b)), from_plane(FLOOR, [a, b]))
    for end in (a, b):
        assert (np.array(end) - wall.foot_m) @ wall.inward == pytest.approx(0.0, abs=1e-9)
    assert (np.zeros(2) - wall.foot_m) @ wall.inward > 0.0  # the camera's side is the room
    assert wall.span_m[1] - wall.span_m[0] == pytest.approx(np.hypot(2.5, 0.4), abs=1e-9)
    assert wall_on(FLOOR, FLOOR) is None


def test_points_go_to_the_plane_and_back():
    at = np.array([[0.3, -2.0], [-1.0, -0.4]])
    np.testing.assert_allclose(on_plane(FLOOR, from_plane(FLOOR, at, 0.4)), at, atol=1e-12)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: wall_through(FLOOR, (100, 10), (900, 700)), "horizon"),
        (lambda: wall_through(FLOOR, (600, 700), (600, 700.5)), "apart"),
        (lambda: wall_through(FLOOR, (639.5, 700), (639.5, 900)), "along this wall"),
        (lambda: table_at(FLOOR, 1.6, 0.01), "160 cm"),
        (lambda: ceiling_at(FLOOR, 1.2, 0.01), "below a camera"),
    ],
)
def test_what_cannot_be_is_one_sentence(make, words):
    with pytest.raises(ParameterError, match=words):
        make()
