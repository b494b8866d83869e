"""Sample furniture stands as it is sold: nominal sizes, feet on the floor, seats and gaps where norms have them."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")
pytest.importorskip("cv2")

from tools.products import make
from tools.products.furniture import Piece
from tools.products.joinery import block, leg, mitered
from tools.products.mesh import Mesh
from tools.products.occlusion import Occluder
from tools.products.upholstery import cushion, pillow
from tryon import gltf
from tryon.types import Model

# Width, height, depth as a catalogue states them, millimetres; None: what soft or grown things come to.
NOMINAL_MM: dict[str, tuple[float | None, float | None, float | None]] = {
    "armchair": (760, 750, 760),
    "bar-stool": (370, 650, 370),
    "bookshelf": (800, 1800, 320),
    "coffee-table": (1100, 400, 600),
    "desk": (1400, 740, 700),
    "dining-chair": (490, 800, 520),
    "dining-table": (1800, 750, 900),
    "double-bed": (None, 1015, None),
    "floor-lamp": (420, 1550, 420),
    "nightstand": (450, 550, 400),
    "potted-plant": (None, 1300, None),
    "rug": (2300, 12, 1600),
    "sideboard": (1600, 750, 450),
    "sofa": (2120, 820, 900),
    "wall-mirror": (700, 700, 30),
    "wall-picture": (500, 700, 28),
}
NAMES = sorted(NOMINAL_MM)
ON_WALL = {"wall-mirror", "wall-picture"}


def model_of(name: str) -> Model:
    return gltf.read(make.ASSETS / name / f"{name}.glb")


@pytest.mark.parametrize("name", NAMES)
def test_it_has_the_size_it_is_sold_by(name: str) -> None:
    low, high = model_of(name).bounds_m * 1000.0
    for length, nominal in zip(high - low, NOMINAL_MM[name], strict=True):
        assert nominal is None or length == pytest.approx(nominal, abs=0.5)


@pytest.mark.parametrize("name", NAMES)
def test_it_stands_on_the_floor_or_hangs_on_the_wall_about_its_origin(name: str) -> None:
    low, high = model_of(name).bounds_m * 1000.0
    down = 2 if name in ON_WALL else 1
    assert low[down] == pytest.approx(0.0, abs=0.1)
    for axis in {0, 1, 2} - {down}:
        assert low[axis] + high[axis] == pytest.approx(0.0, abs=0.2)


@pytest.mark.parametrize("name", sorted(set(NAMES) - ON_WALL - {"rug", "potted-plant", "floor-lamp"}))
def test_feet_touch_the_floor_at_all_four_corners(name: str) -> None:
    points = np.concatenate([primitive.positions_m for primitive in model_of(name).primitives]) * 1000.0
    feet = points[points[:, 1] < 0.2]
    for x in (-1.0, 1.0):
        for z in (-1.0, 1.0):
            assert ((feet[:, 0] * x > 0) & (feet[:, 2] * z > 0)).any()


@pytest.mark.parametrize(
    ("name", "part", "low", "high"),
    [
        ("dining-chair", "seat", 440.0, 470.0),
        ("armchair", "seat", 400.0, 460.0),
        ("sofa", "seat 0", 420.0, 480.0),
        ("bar-stool", "seat", 630.0, 670.0),
        ("double-bed", "mattress", 450.0, 550.0),
    ],
)
def test_people_sit_and_lie_at_a_usual_height(name: str, part: str, low: float, high: float) -> None:
    seat = next(each for each in make.PRODUCTS[name]().parts if each.name == part)
    assert low <= seat.mesh.points[:, 1].max() <= high


def test_doors_and_drawers_are_two_to_three_millimetres_apart() -> None:
    fronts = [part for part in make.PRODUCTS["sideboard"]().parts if part.name.split()[0] in ("door", "drawer")]
    boxes = {part.name: np.stack([part.mesh.points.min(axis=0), part.mesh.points.max(axis=0)]) for part in fronts}
    gaps = [boxes["drawer 1"][0, 1] - boxes["drawer 0"][1, 1], boxes["drawer 0"][0, 0] - boxes["door 0"][1, 0]]
    gaps += [boxes["door 1"][0, 0] - boxes["drawer 2"][1, 0]]
    assert all(2.0 <= gap <= 3.2 for gap in gaps), gaps


@pytest.mark.parametrize("name", ["bookshelf", "sofa"])
def test_baked_shading_is_darker_inside_than_outside(name: str) -> None:
    points, colors, normals = (
        np.concatenate([np.asarray(getattr(primitive, field)) for primitive in model_of(name).primitives])
        for field in ("positions_m", "colors", "normals")
    )
    assert colors.min() >= 0.0
    assert colors.max() <= 1.0
    low, high = points.min(axis=0), points.max(axis=0)
    upward = normals[:, 1] > 0.95
    outer = upward & (points[:, 1] > high[1] - 0.03)
    inner = upward & (points[:, 1] < 0.35 * high[1]) & (points[:, 2] < (low[2] + high[2]) / 2.0)
    assert colors[inner, 1].mean() < 0.8 * colors[outer, 1].mean()


def test_a_floor_half_hides_the_sky_and_an_open_point_sees_all_of_it() -> None:
    slab = block((1000.0, 20.0, 1000.0), cuts=(4, 1, 4)).moved([0.0, -10.0, 0.0])
    up = np.array([[0.0, 1.0, 0.0]])
    above = Occluder(slab, on_floor=False)
    assert above.open_share(np.array([[0.0, 0.0, 0.0]]), up)[0] == pytest.approx(1.0, abs=0.02)
    side = above.open_share(np.array([[0.0, 60.0, 0.0]]), np.array([[1.0, 0.0, 0.0]]))[0]
    # form factor of an upright point 60 over the middle of a floor that reaches 500 forward and to each side
    # (Howell, catalogue of configuration factors, B-4); what bounces back fills 1 / (1 − 0.4 · hidden) of the rest
    reach, height = 1.0, 60.0 / 500.0
    slant = 1.0 / np.hypot(reach, height)
    hidden = (np.arctan(1.0 / height) - slant * height * np.arctan(slant)) / np.pi
    assert side == pytest.approx((1.0 - hidden) / (1.0 - 0.4 * hidden), abs=0.04)


def test_a_point_in_a_deep_slot_sees_as_much_as_its_opening() -> None:
    walls = [block((20.0, 400.0, 2000.0), cuts=(1, 4, 8)).moved([x, 200.0, 0.0]) for x in (-110.0, 110.0)]
    share = Occluder(Mesh.merged(walls), on_floor=False).open_share(np.zeros((1, 3)), np.array([[0.0, 1.0, 0.0]]))[0]
    # two parallel walls: the form factor of a slot 200 wide and 400 deep is the sine of its half angle
    seen = np.sin(np.arctan2(100.0, 400.0))
    assert share == pytest.approx(seen / (1.0 - 0.4 * (1.0 - seen)), abs=0.1)


def test_boards_legs_and_cushions_are_closed_and_as_large_as_said() -> None:
    board = block((600.0, 20.0, 300.0), bevel=2.0, cuts=(3, 1, 2))
    assert np.allclose(np.ptp(board.points, axis=0), [600.0, 20.0, 300.0])
    assert board.volume_mm3() == pytest.approx(600 * 20 * 300, rel=0.003)
    square = leg([0, 700, 0], [0, 0, 0], 60.0, 40.0, bevel=1.0)
    frustum = 700.0 / 3.0 * (60.0**2 + 40.0**2 + 60.0 * 40.0)
    assert square.volume_mm3() == pytest.approx(frustum, rel=0.01)
    assert cushion((600.0, 150.0, 600.0), crown=20.0, name="c").volume_mm3() > 0.9 * 600 * 150 * 600
    soft = pillow(500.0, 500.0, 160.0, name="p")
    assert 0.35 < soft.volume_mm3() / (500 * 500 * 160) < 0.8


def test_a_mitred_frame_has_the_area_of_its_section_all_round() -> None:
    section = np.array([[0.0, 0.0], [20.0, 0.0], [20.0, 10.0], [0.0, 10.0]])
    volume = sum(mesh.volume_mm3() for mesh in mitered(500.0, 700.0, section))
    assert volume == pytest.approx(10.0 * (500.0 * 700.0 - 460.0 * 660.0), rel=1e-6)


def test_a_piece_far_off_its_stated_size_is_not_stretched_to_it() -> None:
    piece = Piece("box", "B-1", "Box", "object")
    piece.add("box", block((100.0, 100.0, 100.0)), make.PRODUCTS["plain-band"]().parts[0].material)
    with pytest.raises(ValueError, match="4 %"):
        piece.settle(110.0, 100.0, 100.0)
