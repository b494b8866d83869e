"""Fused planes against random draws of floors, cameras and what is seen of them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from tests.place.planes import Floor, checked_lengths, random_floor, rectangle_at
from tryon.errors import ScaleUnknownError
from tryon.place import fuse
from tryon.place.rectangle import plane_from_rectangle
from tryon.types import Plane

SIZES = ((0.210, 0.297), (0.6, 0.6), (0.15, 0.15))


def seen(floor: Floor, count: int, rng: np.random.Generator, sigma_px: float = 0.4) -> list[Plane]:
    planes = []
    for size in SIZES[:count]:
        corners = floor.pixels(rectangle_at(floor, size, rng)) + rng.normal(0.0, sigma_px, (4, 2))
        planes.append(
            plane_from_rectangle(corners, size, floor.believed, corner_sigma_px=sigma_px, source=f"{size[0]:g} m")
        )
    return planes


def test_one_plane_is_given_back_and_none_is_an_error() -> None:
    rng = np.random.default_rng(0)
    plane = seen(random_floor(rng), 1, rng)[0]
    assert fuse([plane]) == (plane, ())
    with pytest.raises(ScaleUnknownError, match="tryon marker"):
        fuse([])


def test_fused_planes_know_no_more_of_the_focal_length_than_its_one_source_told() -> None:
    """Planes that say nothing about the focal length of their own leave it as it was, however many they are."""
    rng = np.random.default_rng(1)
    floor = random_floor(rng, focal_sigma=0.05)
    plane = replace(floor.plane, camera=floor.believed.camera, covariance=np.diag([1e-4, 1e-4, 1e-4, 0.05**2]))
    fused, _ = fuse([plane, replace(plane), replace(plane)], floor.believed)
    assert math.sqrt(fused.covariance[3, 3]) == pytest.approx(0.05, rel=1e-3)
    assert fused.camera.focal_x_px == pytest.approx(floor.believed.camera.focal_x_px)
    assert math.sqrt(fused.covariance[2, 2]) == pytest.approx(0.01 / math.sqrt(3.0), rel=1e-3)


@pytest.mark.parametrize("told", [True, False])
def test_the_errors_of_fused_planes_are_as_large_as_stated(told: bool) -> None:
    rng = np.random.default_rng(2)
    scores, focal_scores, checked, alone = [], [], [], []
    for _ in range(35):
        floor = random_floor(rng, focal_sigma=0.03)
        planes = seen(floor, 3, rng)
        fused, remarks = fuse(planes, floor.believed if told else None)
        if remarks:
            continue
        scores.append(math.log(fused.distance_m / floor.plane.distance_m) / math.sqrt(fused.covariance[2, 2]))
        off = math.log(fused.camera.focal_x_px / floor.plane.camera.focal_x_px)
        focal_scores.append(off / math.sqrt(fused.covariance[3, 3]))
        checked += checked_lengths(fused, floor, rng)
        alone += checked_lengths(planes[0], floor, rng)
    assert 0.6 < float(np.sqrt(np.mean(np.square(scores)))) < 1.3
    assert 0.6 < float(np.sqrt(np.mean(np.square(focal_scores)))) < 1.3
    assert np.mean([hit for _, hit in checked]) >= 0.9
    assert np.median([abs(e) for e, _ in checked]) < 0.8 * np.median([abs(e) for e, _ in alone])


def test_planes_that_agree_are_seldom_said_to_disagree() -> None:
    rng = np.random.default_rng(3)
    said = 0
    for _ in range(40):
        floor = random_floor(rng, focal_sigma=0.03)
        said += bool(fuse(seen(floor, 2, rng), floor.believed)[1])
    assert said <= 3


def test_a_wrong_size_is_said_and_left_out() -> None:
    rng = np.random.default_rng(4)
    floor = random_floor(rng)
    planes = seen(floor, 3, rng)
    wrong = replace(planes[0], distance_m=planes[0].distance_m * 1.4, source="wrong one")
    fused, remarks = fuse([wrong, *planes[1:]], floor.believed)
    assert len(remarks) == 1
    assert "the wrong one" in remarks[0]
    assert "wrong one" not in fused.source
    assert fused.distance_m == pytest.approx(floor.plane.distance_m, rel=0.05)


def test_planes_that_lean_against_each_other_are_said_to() -> None:
    rng = np.random.default_rng(5)
    floor = random_floor(rng)
    planes = seen(floor, 2, rng)
    leaning = replace(planes[0].moved([0.4, 0.0, 0.0, 0.0]), distance_m=planes[1].distance_m, source="box's top")
    _, remarks = fuse([leaning, planes[1]], floor.believed)
    assert any("° apart" in remark for remark in remarks)


def test_the_order_does_not_matter() -> None:
    rng = np.random.default_rng(6)
    floor = random_floor(rng)
    planes = seen(floor, 3, rng)
    one, other = fuse(planes, floor.believed)[0], fuse(planes[::-1], floor.believed)[0]
    assert one.distance_m == pytest.approx(other.distance_m)
    assert one.covariance == pytest.approx(other.covariance)
