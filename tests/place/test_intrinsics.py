"""Cameras from EXIF, files and given values, against photos whose sheets tell the focal length by themselves."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tryon.errors import InputError, ParameterError, SourceMissingError
from tryon.place.devices import LENSES, lens_of
from tryon.place.exif import Shot, read_shot, shot_of
from tryon.place.exif_focal import Focal, focal_of
from tryon.place.intrinsics import ASSUMED_SIGMA, intrinsics_of, scaled
from tryon.place.intrinsics_file import read_camera, write_camera
from tryon.place.intrinsics_undistort import matrix_of, undistorted, undistorted_points
from tryon.types import Camera, Frame, Intrinsics

FEET = Path("/work/shared/data/rooms/letter_feet")
FILM = math.hypot(36.0, 24.0)


def focal(**tags: object) -> Focal:
    found = focal_of(Shot(**tags))  # type: ignore[arg-type]  # a table of fields
    assert isinstance(found, Focal)
    return found


@pytest.mark.parametrize("lens", LENSES, ids=lambda lens: f"{lens.models[0]} {lens.focal_mm}")
def test_each_listed_lens_has_a_pitch_and_an_equivalent_that_agree(lens) -> None:
    by_equivalent = lens.equivalent_mm / FILM * math.hypot(*lens.size_px)
    assert lens.focal_px == pytest.approx(by_equivalent, rel=0.02)


def test_models_are_told_apart_by_name_and_lens() -> None:
    assert lens_of("Apple", "iPhone 14 Pro Max", 6.86) is lens_of("Apple", "iPhone 14 Pro", 6.86)
    assert lens_of("Apple", "iPhone 14", 6.86) is None
    assert lens_of("apple", "iPhone 14 Pro", 2.22) is not lens_of("Apple", "iPhone 14 Pro", 6.86)
    assert lens_of("Nobody", "iPhone 14 Pro", 6.86) is None


@pytest.mark.skipif(not FEET.exists(), reason="test data absent")
@pytest.mark.parametrize("name", ["IMG_7338.jpg", "IMG_7339.jpg", "IMG_7342.jpg", "IMG_7347.jpg"])
def test_real_photos_have_the_focal_length_that_their_sheets_tell(name: str) -> None:
    """2796 px makes the corners of the Letter sheets of these photos rectangles of 215.9 by 279.4 mm within 0.4 %;
    IMG_7342 was zoomed by cutting and says so."""
    facts = intrinsics_of(FEET / name)
    assert facts.intrinsics.camera.focal_x_px == pytest.approx(2796.0, rel=0.01)
    assert facts.intrinsics.focal_sigma < 0.015
    assert facts.remarks == ()


def test_an_equivalent_compares_diagonals() -> None:
    found = focal(size_px=(3000, 4000), make="Canon", equivalent_mm=28.0)
    assert found.focal_px == pytest.approx(28.0 / FILM * 5000.0)
    assert found.source == "EXIF"
    assert 0.01 < found.sigma < 0.02


def test_an_unknown_maker_may_compare_widths_and_is_less_sure() -> None:
    known = focal(size_px=(4000, 3000), make="Canon", equivalent_mm=28.0)
    unknown = focal(size_px=(4000, 3000), make="Unheard Of", equivalent_mm=28.0)
    assert unknown.focal_px == known.focal_px
    by_width = 28.0 / 36.0 * 4000.0
    assert abs(math.log(by_width / unknown.focal_px)) < 2.0 * unknown.sigma
    assert unknown.sigma > 1.5 * known.sigma


def test_the_sensors_resolution_unmasks_a_maker_that_compares_widths() -> None:
    by_width = 28.0 / 36.0 * 4000.0
    found = focal(
        size_px=(4000, 3000), make="Unheard Of", equivalent_mm=28.0, focal_mm=5.0, plane_px_per_mm=by_width / 5.0
    )
    assert found.focal_px == pytest.approx(by_width)


def test_resized_photos_keep_their_field_of_view() -> None:
    whole = focal(size_px=(4000, 3000), make="Canon", equivalent_mm=28.0, written_px=(4000, 3000))
    small = focal(size_px=(1000, 750), make="Canon", equivalent_mm=28.0, written_px=(4000, 3000))
    assert small.focal_px == pytest.approx(whole.focal_px / 4.0)
    assert small.sigma == whole.sigma


def test_cut_photos_are_said_to_be_cut() -> None:
    cut = focal(size_px=(2000, 3000), make="Canon", equivalent_mm=28.0, written_px=(4000, 3000))
    assert cut.focal_px == pytest.approx(28.0 / FILM * 5000.0)
    assert "cut" in cut.remarks[0]
    assert cut.sigma > 0.025
    resized = focal(size_px=(500, 700), make="Canon", equivalent_mm=28.0, written_px=(4000, 3000))
    assert resized.sigma > 0.1
    odd = focal(size_px=(970, 2204), make="Canon", equivalent_mm=28.0)
    assert "proportions" in odd.remarks[0]


def test_a_wrong_equivalent_is_ignored_and_said() -> None:
    remarks = focal_of(Shot(size_px=(4000, 3000), make="X", equivalent_mm=1000.0))
    assert isinstance(remarks, tuple)
    assert "1000 mm" in remarks[0]
    assert focal_of(Shot(size_px=(4000, 3000), equivalent_mm=0.0)) == ()


def test_apps_that_multiply_the_equivalent_by_the_shrinking_are_seen_through() -> None:
    """developer.apple.com/forums/thread/745938: an iPhone 8 states 177 mm in pictures of 640×480."""
    found = focal(size_px=(640, 480), make="Apple", model="iPhone 8", focal_mm=3.99, equivalent_mm=177.0)
    assert found.focal_px == pytest.approx(3.99 / 1.22e-3 * 640 / 4032)
    assert "28 mm" in found.remarks[0]


def test_a_zoom_by_cutting_counts_whether_the_equivalent_holds_it_or_not() -> None:
    base = {"size_px": (4032, 3024), "make": "Apple", "model": "iPhone 12", "focal_mm": 4.2}
    plain = focal(**base, equivalent_mm=26.0)
    held = focal(**base, equivalent_mm=52.0, zoom=2.0)
    unsaid = focal(**base, equivalent_mm=52.0)
    apart = focal(**base, equivalent_mm=26.0, zoom=2.0)
    for zoomed in (held, unsaid, apart):
        assert zoomed.focal_px == pytest.approx(2.0 * plain.focal_px, rel=0.02)
    assert focal(**base, equivalent_mm=40.0, zoom=3.0).sigma >= 0.1


def test_sensor_resolution_serves_cameras_without_an_equivalent() -> None:
    found = focal(size_px=(4368, 2912), focal_mm=35.0, plane_px_per_mm=3898.0 / 25.4)
    assert found.focal_px == pytest.approx(35.0 * 3898.0 / 25.4)
    remarks = focal_of(Shot(size_px=(640, 480), focal_mm=85.0, plane_px_per_mm=6000 / 25.4))
    assert isinstance(remarks, tuple)
    assert "cannot have taken it" in remarks[0]


def test_damaged_exif_says_nothing() -> None:
    hostile = {0x920A: b"\xff\xff", 0xA405: "28", 0xA002: -4, 0xA003: float("nan"), 0x010F: 7, 0xA210: 99, 0x0112: "x"}
    shot = shot_of(hostile, (640, 480))
    assert shot.size_px == (640, 480)
    assert shot.make == ""
    assert shot.focal_mm == 0.0
    assert shot.written_px == (0, 0)


def test_a_turned_photo_is_measured_as_it_is_shown(tmp_path: Path) -> None:
    image = Image.new("RGB", (64, 48))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8769)[0xA405] = 28
    exif[0x010F] = "Canon"
    image.save(tmp_path / "turned.jpg", exif=exif)
    assert read_shot(tmp_path / "turned.jpg").size_px == (48, 64)
    camera = intrinsics_of(tmp_path / "turned.jpg").intrinsics.camera
    assert (camera.width, camera.height) == (48, 64)
    assert camera.focal_x_px == pytest.approx(28.0 / FILM * 80.0)


def test_files_that_are_no_pictures_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.jpg").write_bytes(b"no picture")
    with pytest.raises(InputError, match="expected a picture"):
        read_shot(tmp_path / "x.jpg")
    with pytest.raises(SourceMissingError):
        read_shot(tmp_path / "absent.jpg")


def test_without_any_word_a_usual_phone_is_assumed_and_said() -> None:
    facts = intrinsics_of(Frame(np.full((480, 640, 3), 90, np.uint8)))
    assert facts.intrinsics.source == "assumed"
    assert facts.intrinsics.focal_sigma == ASSUMED_SIGMA
    assert "does not say its focal length" in facts.remarks[-1]


def test_a_given_focal_length_camera_or_file_goes_first(tmp_path: Path) -> None:
    frame = Frame(np.zeros((48, 64, 3), np.uint8))
    assert intrinsics_of(frame, given=70.0).intrinsics.camera == Camera.of_focal(64, 48, 70.0)
    known = Intrinsics(Camera(128, 96, 140.0, 141.0, 63.0, 47.0), 0.004, "ChArUco board", (0.1, -0.2, 0.0, 0.0, 0.0))
    write_camera(tmp_path / "camera.json", known, rms_px=0.3, views=12)
    assert read_camera(tmp_path / "camera.json") == known
    camera = intrinsics_of(frame, given=tmp_path / "camera.json").intrinsics.camera
    assert camera.focal_x_px == pytest.approx(70.0)
    # The picture's corner, half a pixel outside the first pixel's middle, stays the corner.
    assert (known.camera.center_x_px + 0.5) / 128 == pytest.approx((camera.center_x_px + 0.5) / 64)
    with pytest.raises(ParameterError, match="about as large"):
        intrinsics_of(frame, given=0.5)
    with pytest.raises(ParameterError, match="same proportions"):
        scaled(known, 64, 64)
    with pytest.raises(ParameterError, match="same way up"):
        scaled(known, 96, 128)


GOOD = {
    "format": "tryon.camera/1", "width": 64, "height": 48, "focal_x_px": 60.0, "focal_y_px": 60.0,
    "center_x_px": 31.5, "center_y_px": 23.5, "focal_sigma": 0.01, "distortion": [],
}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"format": "tryon.camera/2"},
        {"format": None},
        {"width": 0},
        {"width": 3.5},
        {"width": True},
        {"height": 10**400},
        {"focal_x_px": -1.0},
        {"focal_x_px": "60"},
        {"focal_y_px": None},
        {"center_x_px": 1e9},
        {"focal_sigma": 2.0},
        {"distortion": [0.0]},
        {"distortion": [0.0, 0.0, 0.0, "a"]},
        {"distortion": {}},
        {"source": "x" * 100},
        {"source": 4},
        {"else": 1},
    ],
)
def test_a_camera_file_that_is_not_quite_one_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    (tmp_path / "c.json").write_text(json.dumps({**GOOD, **change}))
    with pytest.raises(InputError, match="tryon calibrate"):
        read_camera(tmp_path / "c.json")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"[" * 50_000, b"\xff\xfe", b'{"format": NaN}', b" " * 70_000, b"1e999"]
)
def test_hostile_camera_files_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "c.json").write_bytes(content)
    with pytest.raises(InputError):
        read_camera(tmp_path / "c.json")


def test_undone_distortion_puts_straight_lines_straight() -> None:
    cv2 = pytest.importorskip("cv2")
    camera = Camera.of_focal(320, 240, 260.0)
    known = Intrinsics(camera, 0.01, "given", (-0.25, 0.08, 0.0, 0.0))
    straight = np.column_stack([np.linspace(30.0, 290.0, 40), np.full(40, 40.0)])
    rays = np.column_stack([(straight - (159.5, 119.5)) / 260.0, np.ones(40)])
    bent, _ = cv2.projectPoints(rays, np.zeros(3), np.zeros(3), matrix_of(camera), np.array(known.distortion))
    assert np.ptp(bent[:, 0, 1]) > 2.0
    assert undistorted_points(bent.reshape(-1, 2), known) == pytest.approx(straight, abs=0.05)
    pixels = np.zeros((240, 320, 3), np.uint8)
    for x, y in bent.reshape(-1, 2):
        cv2.circle(pixels, (round(x), round(y)), 2, (255, 255, 255), -1)
    frame, straightened = undistorted(Frame(pixels), known)
    assert straightened.distortion == ()
    rows = np.nonzero(frame.pixels[:, 80:240, 0].max(axis=1) > 128)[0]
    assert abs(float(rows.mean()) - 40.0) < 1.0
    with pytest.raises(ParameterError, match="320×240"):
        undistorted(Frame(np.zeros((10, 10, 3), np.uint8)), known)


def test_a_picture_without_distortion_is_left_alone() -> None:
    frame = Frame(np.zeros((48, 64, 3), np.uint8))
    assert undistorted(frame, Intrinsics(Camera.of_focal(64, 48, 60.0), 0.0, "given"))[0] is frame
