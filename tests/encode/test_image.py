import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from tryon.encode import write_image
from tryon.types import Frame


def scene() -> np.ndarray:
    x, y = np.meshgrid(np.linspace(0, 1, 64), np.linspace(0, 1, 48))
    pixels = np.stack([255 * x, 255 * y, 255 * (1 - x)], axis=-1).astype(np.uint8)
    pixels[20:28, 10:54] = (200, 20, 40)  # a hard edge of color, as lipstick has
    return pixels


def straight_alpha() -> np.ndarray:
    return np.linspace(0, 255, 48 * 64).reshape(48, 64).astype(np.uint8)


@pytest.mark.parametrize("suffix", ["png", "tif", "TIFF"])
def test_lossless_formats_give_every_pixel_back(tmp_path: Path, suffix: str) -> None:
    write_image(tmp_path / f"a.{suffix}", Frame(scene()))
    assert np.array_equal(cv2.imread(str(tmp_path / f"a.{suffix}"))[..., ::-1], scene())


@pytest.mark.parametrize("suffix", ["jpg", "jpeg", "webp", "avif"])
def test_lossy_formats_come_close(tmp_path: Path, suffix: str) -> None:
    write_image(tmp_path / f"a.{suffix}", Frame(scene()))
    back = np.asarray(Image.open(tmp_path / f"a.{suffix}").convert("RGB")).astype(int)
    assert np.abs(back - scene()).mean() < 3.0


def test_high_quality_jpeg_keeps_a_color_edge_sharp(tmp_path: Path) -> None:
    """4:2:0 would smear the red bar's chroma into the rows beside it."""
    write_image(tmp_path / "sharp.jpg", Frame(scene()), quality=95)
    back = cv2.imread(str(tmp_path / "sharp.jpg"))[..., ::-1].astype(int)
    assert np.abs(back - scene())[18:30].max() < 20


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_alpha_is_kept_with_the_color_under_it(tmp_path: Path, suffix: str) -> None:
    write_image(tmp_path / f"a.{suffix}", Frame(scene(), alpha=straight_alpha()))
    back = np.asarray(Image.open(tmp_path / f"a.{suffix}"))
    assert np.array_equal(back, np.dstack([scene(), straight_alpha()]))


def test_webp_keeps_alpha_and_at_full_quality_every_pixel(tmp_path: Path) -> None:
    write_image(tmp_path / "a.webp", Frame(scene(), alpha=straight_alpha()), quality=100)
    assert np.array_equal(np.asarray(Image.open(tmp_path / "a.webp")), np.dstack([scene(), straight_alpha()]))


def test_transparent_parts_become_white_in_a_jpeg(tmp_path: Path) -> None:
    write_image(tmp_path / "a.jpg", Frame(np.zeros((32, 32, 3), np.uint8), alpha=np.zeros((32, 32), np.uint8)))
    assert np.asarray(Image.open(tmp_path / "a.jpg")).min() > 250


@pytest.mark.parametrize("name", ["a.doc", "a", "a.gif.exe", ".jpg"])
def test_an_unknown_suffix_lists_the_known_ones(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match=r"expected a name that ends in one of .*\.png.*; rename the output\.$"):
        write_image(tmp_path / name, Frame(scene()))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("quality", [0, 101])
def test_a_quality_out_of_range_is_told(tmp_path: Path, quality: int) -> None:
    with pytest.raises(ValueError, match="quality: expected 1 to 100"):
        write_image(tmp_path / "a.jpg", Frame(scene()), quality=quality)


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"expected an existing folder, .* is none; create it first"):
        write_image(tmp_path / "absent" / "a.png", Frame(scene()))


def test_a_folder_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.png").mkdir()
    with pytest.raises(OSError, match="a folder or device is there"):
        write_image(tmp_path / "a.png", Frame(scene()))


def test_a_failure_keeps_the_old_file_and_leaves_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.png").write_bytes(b"old")

    def half_then_full_disk(image: Image.Image, path: Path, **_: object) -> None:
        Path(path).write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", half_then_full_disk)
    with pytest.raises(OSError, match=r"cannot be written \(.*No space left on device\); is the disk full\?"):
        write_image(tmp_path / "a.png", Frame(scene()))
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
    assert (tmp_path / "a.png").read_bytes() == b"old"


def test_the_file_gets_the_rights_the_user_asked_for(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_image(tmp_path / "a.png", Frame(scene()))
    finally:
        os.umask(before)
    assert (tmp_path / "a.png").stat().st_mode & 0o777 == 0o640


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link.png").symlink_to(tmp_path / "real" / "a.png")
    write_image(tmp_path / "link.png", Frame(scene()))
    assert (tmp_path / "link.png").is_symlink()
    assert (tmp_path / "real" / "a.png").is_file()
