"""Following several things, with a made detector and a made landmark network."""

from dataclasses import dataclass

import numpy as np
import pytest

from tryon.track.crops import Square
from tryon.track.follower import Follower

_SIDE = 100.0
_IMAGE = np.zeros((480, 640, 3), np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    points_px: np.ndarray
    score: float
    next_square: Square


class World:
    """Things at known places; both networks see them and count how often they are asked."""

    def __init__(self, *places: tuple[float, float]) -> None:
        self.places = list(places)
        self.searches = self.readings = 0
        self.blind = False

    def search(self, image, squares):
        self.searches += 1
        return [] if self.blind else [Square(x, y, _SIDE) for x, y in self.places]

    def read(self, image, square):
        self.readings += 1
        near = [at for at in self.places if np.hypot(at[0] - square.center_x_px, at[1] - square.center_y_px) < 60]
        if not near:
            return Reading(np.zeros((5, 3), np.float32), 0.1, square)
        x, y = min(near, key=lambda at: np.hypot(at[0] - square.center_x_px, at[1] - square.center_y_px))
        points = np.array([[x, y, 0], [x - 40, y, 0], [x + 40, y, 0], [x, y - 40, 0], [x, y + 40, 0]], np.float32)
        return Reading(points, 0.9, Square(x, y, _SIDE))


def _follow(world: World, **options) -> Follower:
    return Follower(world.read, world.search, **{"most": 4, **options})


def test_nothing_in_view_is_an_empty_result():
    assert _follow(World()).step(_IMAGE) == ()


def test_ids_stay_while_things_move_and_change_order():
    world = World((100.0, 100.0), (400.0, 100.0))
    follower = _follow(world)
    first = {thing.id: thing.reading.points_px[0, 0] for thing in follower.step(_IMAGE)}
    for step in range(1, 20):
        world.places = [(400.0 - 8 * step, 100.0), (100.0 + 8 * step, 300.0 if step > 5 else 100.0 + 40 * step)]
        shown = {thing.id: thing.reading.points_px[0, 0] for thing in follower.step(_IMAGE)}
    assert set(shown) == set(first)
    moved_right = next(name for name, x in first.items() if x == 100.0)
    assert shown[moved_right] == 100.0 + 8 * 19


def test_two_readings_of_one_thing_become_one():
    world = World((100.0, 100.0))
    follower = _follow(world)
    world.search = lambda image, squares: [Square(100.0, 100.0, _SIDE), Square(130.0, 110.0, 2.5 * _SIDE)]
    assert len(follower.step(_IMAGE)) == 1
    assert len(follower.step(_IMAGE)) == 1


def test_two_things_that_merge_leave_the_older_id():
    world = World((100.0, 100.0), (300.0, 100.0))
    follower = _follow(world)
    follower.step(_IMAGE)
    for x in range(300, 99, -20):
        world.places = [(100.0, 100.0), (float(x), 100.0)]
        shown = follower.step(_IMAGE)
    assert [thing.id for thing in shown] == [0]


def test_a_thing_lost_for_a_moment_keeps_its_id():
    world = World((100.0, 100.0))
    follower = _follow(world)
    follower.step(_IMAGE)
    world.places = []
    for _ in range(5):
        assert follower.step(_IMAGE) == ()
    world.places = [(130.0, 100.0)]
    assert [thing.id for thing in follower.step(_IMAGE)] == [0]


def test_a_thing_lost_for_long_comes_back_as_a_new_one():
    world = World((100.0, 100.0))
    follower = _follow(world)
    follower.step(_IMAGE)
    world.places = []
    for _ in range(40):
        follower.step(_IMAGE)
    world.places = [(100.0, 100.0)]
    assert [thing.id for thing in follower.step(_IMAGE)] == [1]


def test_no_more_than_the_most_are_shown():
    world = World(*((100.0 * k, 100.0) for k in range(1, 7)))
    assert len(_follow(world, most=2).step(_IMAGE)) == 2


@pytest.mark.parametrize(("most", "searches"), [(1, 1), (4, 3)])
def test_the_detector_runs_on_loss_and_now_and_then_while_places_are_free(most, searches):
    world = World((100.0, 100.0))
    follower = _follow(world, most=most, search_every=6)
    for _ in range(13):
        follower.step(_IMAGE)
    assert world.searches == searches


def test_forgetting_starts_the_ids_again():
    world = World((100.0, 100.0))
    follower = _follow(world)
    follower.step(_IMAGE)
    follower.forget()
    assert [thing.id for thing in follower.step(_IMAGE)] == [0]


def test_a_fast_thing_is_found_where_its_step_leads():
    world = World((50.0, 100.0))
    follower = _follow(world, most=1)
    follower.step(_IMAGE)
    for x in (95.0, 150.0, 215.0, 290.0):
        world.places, world.blind = [(x, 100.0)], True
        shown = follower.step(_IMAGE)
    assert [(thing.id, float(thing.reading.points_px[0, 0])) for thing in shown] == [(0, 290.0)]


def test_a_thing_too_small_to_be_true_is_not_shown():
    assert len(_follow(World((100.0, 100.0)), min_size_px=80.0).step(_IMAGE)) == 1
    assert _follow(World((100.0, 100.0)), min_size_px=81.0).step(_IMAGE) == ()


def test_a_loss_is_searched_for_at_once():
    world = World((100.0, 100.0), (300.0, 100.0))
    follower = _follow(world, search_every=100)
    follower.step(_IMAGE)
    world.places[1] = (420.0, 100.0)
    assert [thing.id for thing in follower.step(_IMAGE)] == [0, 1]
