"""Filled depth: edges where the picture has them, holes closed from look-alikes, flat surfaces left alone."""

from __future__ import annotations

import numpy as np

from tryon.place.depth_fill import depth_edges, filled_depth


def step() -> tuple[np.ndarray, np.ndarray]:
    """A red board 1 m away before a blue wall at 3 m; the edge in the picture is at column 80."""
    pixels = np.zeros((120, 160, 3), np.uint8)
    pixels[:, :80], pixels[:, 80:] = (180, 40, 30), (40, 60, 190)
    depth = np.full((120, 160), 3.0, np.float32)
    depth[:, :80] = 1.0
    return depth, pixels


def test_a_ragged_edge_moves_to_the_pictures_edge() -> None:
    depth, pixels = step()
    ragged = depth.copy()
    rng = np.random.default_rng(0)
    for row in range(120):
        ragged[row, 80 : 80 + int(rng.integers(0, 3))] = 1.0
    filled = filled_depth(ragged, pixels)
    assert (ragged != depth).sum() > 60
    assert (np.abs(filled - depth) > 0.05).sum() < 6


def test_holes_take_the_depth_of_what_looks_alike() -> None:
    depth, pixels = step()
    holed = depth.copy()
    holed[40:70, 66:96] = 0.0  # over the edge: the shadow of structured light
    holed[10:14] = np.nan
    filled = filled_depth(holed, pixels)
    assert np.isfinite(filled).all()
    assert (np.abs(filled - depth) > 0.05).mean() < 0.002


def test_flat_surfaces_keep_the_sensors_own_numbers() -> None:
    depth, pixels = step()
    slanted = depth + np.linspace(0.0, 0.3, 120, dtype=np.float32)[:, None]
    filled = filled_depth(slanted, pixels)
    assert np.array_equal(filled[:, :60], slanted[:, :60])
    assert np.array_equal(filled[:, 100:], slanted[:, 100:])


def test_depth_of_another_size_is_brought_to_the_pictures() -> None:
    depth, pixels = step()
    filled = filled_depth(depth[1::2, 1::2], pixels)
    assert filled.shape == (120, 160)
    assert (np.abs(filled - depth) > 0.05).mean() < 0.005


def test_what_nothing_is_known_near_of_stays_open() -> None:
    _, pixels = step()
    assert np.isnan(filled_depth(np.zeros((120, 160), np.float32), pixels)).all()


def test_edges_are_jumps_not_slants() -> None:
    depth, _ = step()
    edges = depth_edges(depth)
    assert edges[:, 79:81].all()
    assert not edges[:, :78].any()
    slanted = np.linspace(1.0, 2.0, 160, dtype=np.float32)[None].repeat(120, axis=0)
    assert not depth_edges(slanted).any()
