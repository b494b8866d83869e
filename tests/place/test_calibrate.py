"""Calibration against a camera that is known because it made the pictures, and against three real sets."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.place.pages import video
from tryon.cli.main import main
from tryon.errors import ParameterError
from tryon.place import Refusal
from tryon.place.board import BOARD, Board, board_page, charuco
from tryon.place.board_find import BoardView, find_board
from tryon.place.calibrate import calibrate
from tryon.place.intrinsics_file import read_camera
from tryon.place.intrinsics_undistort import matrix_of
from tryon.types import Camera, Plane

CAMERA = Camera(1280, 960, 1050.0, 1046.0, 650.0, 470.0)
BENT = (-0.12, 0.05, 0.0008, -0.0005, 0.0)
SETS = Path("/work/shared/data/rooms")


def views(count: int, *, noise: float = 0.15, tilted: bool = True, seed: int = 0) -> list[BoardView]:
    """Corners as the camera projects them; the oracle is OpenCV's projection, not its calibration."""
    cv2 = pytest.importorskip("cv2")
    rng = np.random.default_rng(seed)
    points = np.asarray(charuco(BOARD).getChessboardCorners(), np.float64)
    middle = points.mean(axis=0)
    found: list[BoardView] = []
    while len(found) < count:
        turn = rng.normal(0.0, 0.45 if tilted else 0.01, 3) * (1.0, 1.0, 0.3)
        shift = np.array([rng.uniform(-0.08, 0.08), rng.uniform(-0.05, 0.05), rng.uniform(0.28, 0.42)])
        pixels, _ = cv2.projectPoints(points - middle, turn, shift, matrix_of(CAMERA), np.array(BENT))
        pixels = pixels.reshape(-1, 2)
        inside = ((pixels > 3) & (pixels < (1276, 956))).all(axis=1)
        if inside.sum() < 30:
            continue
        seen = (pixels + rng.normal(0.0, noise, pixels.shape))[inside].astype(np.float32)
        found.append(BoardView(f"{len(found)}.jpg", (1280, 960), points[inside].astype(np.float32), seen))
    return found


def test_a_known_camera_is_found_within_its_doubt() -> None:
    found = calibrate(views(12))
    camera, sigma = found.intrinsics.camera, found.intrinsics.focal_sigma
    assert abs(math.log(camera.focal_x_px / CAMERA.focal_x_px)) < 2.5 * sigma
    assert sigma < 0.005
    assert camera.center_x_px == pytest.approx(CAMERA.center_x_px, abs=4.0)
    assert found.intrinsics.distortion[0] == pytest.approx(BENT[0], abs=0.02)
    assert found.rms_px == pytest.approx(0.15 * math.sqrt(2.0), rel=0.15)
    assert found.views == 12
    assert found.intrinsics.source == "ChArUco board"


def test_a_bad_view_is_left_out_and_named() -> None:
    good = views(9)
    wrong = replace(
        good[4], pixels=good[4].pixels + np.random.default_rng(1).normal(0, 4, good[4].pixels.shape).astype(np.float32)
    )
    found = calibrate([*good[:4], wrong, *good[5:]])
    assert found.views == 8
    assert "'4.jpg'" in found.rejected[0]
    assert "miss by" in found.rejected[0]


def test_views_of_another_size_and_twins_are_left_out() -> None:
    good = views(6)
    turned = replace(good[0], name="turned.jpg", size_px=(960, 1280))
    twin = replace(good[1], name="twin.jpg")
    found = calibrate([*good, turned, twin])
    assert found.views == 6
    said = " ".join(found.rejected)
    assert "hold the camera the same way" in said
    assert "shows the same as '1.jpg'" in said


def test_too_few_views_and_flat_views_are_refused() -> None:
    with pytest.raises(ParameterError, match="at least 4 good photos"):
        calibrate(views(3))
    with pytest.raises(ParameterError, match="at least 4 good photos"):
        calibrate([])
    with pytest.raises(ParameterError, match="tilted"):
        calibrate(views(8, tilted=False, noise=0.3))


def test_advice_says_where_the_board_was_not_seen() -> None:
    flat = [replace(one, pixels=one.pixels * np.float32(0.5)) for one in views(6)]
    advice = " ".join(calibrate(flat).advice)
    assert "bottom right" in advice
    assert "are few" in advice


def rendered(pitch_deg: float, yaw_rad: float) -> np.ndarray:
    module = video()
    camera = Camera.of_focal(800, 600, 700.0)
    floor: Plane = module.floor_below(camera, 0.32, pitch_deg)
    away = 0.32 / math.tan(math.radians(pitch_deg))
    light = module.PagePicture(board_page(), over=2).clean(floor, at_m=(0.0, away), yaw_rad=yaw_rad, blur_px=0.6)
    return module.developed(light, 2.0, np.random.default_rng(0))


def test_the_printed_board_is_found_with_its_corners_in_place() -> None:
    pixels = rendered(70.0, 0.3)
    view = find_board(pixels, "board.png")
    assert isinstance(view, BoardView)
    assert len(view.points_m) == 54
    cv2 = pytest.importorskip("cv2")
    ok, turn, shift = cv2.solvePnP(view.points_m, view.pixels, matrix_of(Camera.of_focal(800, 600, 700.0)), None)
    assert ok
    again, _ = cv2.projectPoints(view.points_m, turn, shift, matrix_of(Camera.of_focal(800, 600, 700.0)), None)
    assert float(np.sqrt(((again.reshape(-1, 2) - view.pixels) ** 2).sum(axis=1).mean())) < 0.12


def test_photos_without_a_whole_board_are_told_why() -> None:
    empty = find_board(np.full((480, 640, 3), 128, np.uint8), "empty.jpg")
    assert isinstance(empty, Refusal)
    assert "no board" in empty.reason
    pixels = rendered(70.0, 0.3)
    pixels[140:] = 90
    part = find_board(pixels, "part.jpg")
    assert isinstance(part, Refusal)
    assert "corners are seen" in part.reason or "too small" in part.reason


def test_impossible_boards_are_refused() -> None:
    with pytest.raises(ParameterError):
        Board(squares=(1, 1))
    with pytest.raises(ParameterError):
        Board(square_m=0.01, tag_m=0.02)
    with pytest.raises(ParameterError):
        Board(family="9x9")
    with pytest.raises(ParameterError, match="does not fit"):
        board_page(Board(squares=(12, 12)))


@pytest.mark.skipif(not SETS.exists(), reason="test data absent")
@pytest.mark.parametrize(("name", "focal_px"), [("pv_charuco_480", 679.36), ("pv_charuco_1280", 1127.49)])
def test_real_photos_give_the_focal_length_found_upstream(
    name: str, focal_px: float, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "camera.json"
    photos = [str(path) for path in sorted((SETS / name).glob("*.jpg"))]
    board = ["--squares", "8x8", "--square", "0.0254", "--tag", "0.01905", "--family", "4x4", "--first-id", "0"]
    assert main(["calibrate", *photos, *board, "-o", str(out)]) == 0
    assert "Focal length" in capsys.readouterr().out
    known = read_camera(out)
    assert abs(math.log(known.camera.focal_x_px / focal_px)) < 2.5 * known.focal_sigma
    assert known.camera.focal_x_px == pytest.approx(focal_px, rel=0.01)


def test_the_command_names_each_photo_it_cannot_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.jpg").write_bytes(b"nothing")
    assert main(["calibrate", str(tmp_path / "a.jpg"), str(tmp_path / "b.jpg"), "-o", str(tmp_path / "c.json")]) == 1
    said = capsys.readouterr()
    assert said.out.count("Left out") == 2
    assert "at least 4 good photos" in said.err
    assert main(["calibrate"]) == 1
    assert main(["calibrate", "x.jpg", "-o", "c.json", "--squares", "axb"]) == 1


def test_the_command_prints_a_board(tmp_path: Path) -> None:
    assert main(["calibrate", "--board", str(tmp_path / "board.png")]) == 0
    assert (tmp_path / "board.png").stat().st_size > 1000
    assert main(["calibrate", "--board", str(tmp_path / "board.txt")]) == 1
