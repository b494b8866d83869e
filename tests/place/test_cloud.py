"""Point clouds: read by Open3D, seen by a camera, refused before anything is allocated."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.place.made_depth import CAMERA, made_room
from tryon.errors import InputError
from tryon.place.cloud import depth_of_cloud, read_cloud
from tryon.place.depth_file import read_depth
from tryon.place.depth_points import rays_of
from tryon.place.planes_of import planes_of


def ply(points: np.ndarray) -> bytes:
    head = f"ply\nformat binary_little_endian 1.0\nelement vertex {len(points)}\n"
    head += "property float x\nproperty float y\nproperty float z\nend_header\n"
    return head.encode() + points.astype("<f4").tobytes()


@pytest.fixture(scope="module")
def points_m() -> np.ndarray:
    return (rays_of(CAMERA) * made_room().depth_m[..., None]).reshape(-1, 3)


@pytest.fixture
def open3d_ready() -> None:
    try:
        import open3d  # noqa: F401
    except ImportError as error:
        pytest.skip(f"no Open3D here: {error}")


def test_a_cloud_seen_by_its_camera_is_its_depth(points_m: np.ndarray) -> None:
    seen = depth_of_cloud(points_m, CAMERA)
    assert seen.shape[1] / seen.shape[0] == pytest.approx(4 / 3, abs=0.05)
    assert np.isfinite(seen).mean() > 0.9
    floor = planes_of(seen, CAMERA).planes[0]
    assert floor.distance_m == pytest.approx(1.4, abs=0.02)


@pytest.mark.usefixtures("open3d_ready")
@pytest.mark.parametrize("flipped", [False, True], ids=["OpenGL axes", "OpenCV axes"])
def test_a_ply_file_gives_the_floor_in_either_convention(tmp_path: Path, points_m: np.ndarray, flipped: bool) -> None:
    path = tmp_path / "room.ply"
    path.write_bytes(ply(points_m * [1, -1, -1] if flipped else points_m))
    frame = read_depth(path, camera=CAMERA)
    assert any("meters" in remark for remark in frame.remarks)
    assert any("OpenCV" in remark for remark in frame.remarks) == flipped
    assert planes_of(frame.depth_m, CAMERA).planes[0].distance_m == pytest.approx(1.4, abs=0.02)


@pytest.mark.usefixtures("open3d_ready")
def test_an_ascii_pcd_in_millimeters_is_read_when_the_unit_is_said(tmp_path: Path, points_m: np.ndarray) -> None:
    few = points_m[::7] * 1000.0
    head = f"VERSION .7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nCOUNT 1 1 1\nWIDTH {len(few)}\nHEIGHT 1\n"
    head += f"VIEWPOINT 0 0 0 1 0 0 0\nPOINTS {len(few)}\nDATA ascii\n"
    path = tmp_path / "room.pcd"
    path.write_text(head + "\n".join("{:.1f} {:.1f} {:.1f}".format(*point) for point in few))
    points, remarks = read_cloud(path, per_m=1000.0)
    assert remarks == ()
    assert points == pytest.approx(points_m[::7], abs=0.001)
    with pytest.raises(InputError, match="say the unit"):
        read_cloud(path)


@pytest.mark.usefixtures("open3d_ready")
def test_points_all_round_are_no_view(tmp_path: Path) -> None:
    path = tmp_path / "scan.ply"
    path.write_bytes(ply(np.random.default_rng(0).normal(0.0, 2.0, (500, 3))))
    with pytest.raises(InputError, match="all sides"):
        read_cloud(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"ply\nformat ascii 1.0\nelement vertex 99999999999\nend_header\n", "at most|too short"),
        (b"ply\nformat ascii 1.0\nelement vertex 900000\nend_header\n0 0 1\n", "too short"),
        (b"ply\nformat ascii 1.0\n", "count"),
        (b"# .PCD v.7\nVERSION .7\nFIELDS x y z\n", "count"),
        (b"# .PCD v.7\nVERSION .7\nPOINTS 40000000000\nDATA binary\n", "too short"),
    ],
)
def test_headers_that_promise_too_much_are_refused(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "cloud"
    path.write_bytes(content)
    with pytest.raises(InputError, match=words):
        read_cloud(path)


def test_a_cloud_needs_a_camera(tmp_path: Path, points_m: np.ndarray) -> None:
    path = tmp_path / "room.ply"
    path.write_bytes(ply(points_m[:100]))
    with pytest.raises(InputError, match="camera"):
        read_depth(path)
