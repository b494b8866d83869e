import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from tests.capture.icc import (
    ADOBE_GAMMA,
    ADOBE_RGB_D50,
    SRGB_D50,
    cmyk_profile,
    grey_profile,
    matrix_profile,
    srgb_from_linear,
)
from tryon.capture import open_source, read_image

# Top row red then green, bottom row blue then white: every turn and mirror of it differs.
CORNERS = np.array([[(200, 0, 0), (0, 200, 0)], [(0, 0, 200), (250, 250, 250)]], np.uint8).repeat(8, 0).repeat(16, 1)


def gradient(*, height: int = 32, width: int = 48) -> np.ndarray:
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    return np.stack([255 * x, 255 * y, 255 * (1 - x)], axis=-1).astype(np.uint8)


def saved(path: Path, pixels: np.ndarray | Image.Image, **options: object) -> Path:
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(path, **options)
    return path


def test_a_png_comes_back_bit_for_bit(tmp_path: Path) -> None:
    frame = read_image(saved(tmp_path / "a.png", gradient()))
    assert np.array_equal(frame.pixels, gradient())
    assert frame.alpha is None


# How each EXIF orientation is undone, from the standard's words (EXIF 2.32, tag 0x0112) and not from a decoder.
STORED_AS = {
    1: lambda upright: upright,
    2: lambda upright: upright[:, ::-1],
    3: lambda upright: upright[::-1, ::-1],
    4: lambda upright: upright[::-1],
    5: lambda upright: upright.transpose(1, 0, 2),
    6: lambda upright: np.rot90(upright, 1),
    7: lambda upright: upright[::-1, ::-1].transpose(1, 0, 2),
    8: lambda upright: np.rot90(upright, 3),
}


@pytest.mark.parametrize("orientation", STORED_AS)
@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
def test_exif_rotation_is_undone(tmp_path: Path, orientation: int, suffix: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = np.ascontiguousarray(STORED_AS[orientation](CORNERS))
    path = saved(tmp_path / f"turned.{suffix}", stored, exif=exif, quality=95)
    pixels = read_image(path).pixels
    assert pixels.shape == CORNERS.shape
    assert np.abs(pixels[4::8, 8::16].astype(int) - CORNERS[4::8, 8::16]).max() < 12


def test_a_damaged_exif_block_leaves_the_picture_as_stored(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", CORNERS, exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\x01")
    assert np.array_equal(read_image(path).pixels, CORNERS)


def test_grey_becomes_equal_channels(tmp_path: Path) -> None:
    grey = gradient()[..., 0]
    pixels = read_image(saved(tmp_path / "grey.png", grey)).pixels
    assert np.array_equal(pixels, np.repeat(grey[..., None], 3, axis=2))


def test_a_bitmap_of_one_bit_becomes_black_and_white(tmp_path: Path) -> None:
    pixels = read_image(saved(tmp_path / "one.png", Image.fromarray(gradient()[..., 0]).convert("1"))).pixels
    assert set(np.unique(pixels)) == {0, 255}


def test_a_palette_keeps_its_colors_and_its_transparent_entry(tmp_path: Path) -> None:
    image = Image.new("P", (4, 2), 1)
    image.putpalette([10, 20, 30, 200, 100, 50])
    image.putpixel((0, 0), 0)
    frame = read_image(saved(tmp_path / "palette.png", image, transparency=0))
    assert frame.pixels[0, 0].tolist() == [10, 20, 30]
    assert frame.pixels[1, 3].tolist() == [200, 100, 50]
    assert frame.alpha is not None
    assert frame.alpha[0].tolist() == [0, 255, 255, 255]


@pytest.mark.parametrize("suffix", ["png", "tif", "webp"])
def test_alpha_is_kept_straight(tmp_path: Path, suffix: str) -> None:
    alpha = np.linspace(0, 255, 32 * 48).reshape(32, 48).astype(np.uint8)
    rgba = np.dstack([gradient(), alpha])
    path = saved(tmp_path / f"a.{suffix}", rgba, **({"lossless": True, "exact": True} if suffix == "webp" else {}))
    frame = read_image(path)
    assert np.array_equal(frame.pixels, gradient())
    assert np.array_equal(frame.alpha, alpha)


def test_alpha_that_hides_nothing_is_left_out(tmp_path: Path) -> None:
    rgba = np.dstack([gradient(), np.full((32, 48), 255, np.uint8)])
    assert read_image(saved(tmp_path / "a.png", rgba)).alpha is None


def test_grey_with_alpha_keeps_both(tmp_path: Path) -> None:
    grey, alpha = gradient()[..., 0], gradient()[..., 1]
    frame = read_image(saved(tmp_path / "la.png", np.dstack([grey, alpha])))
    assert np.array_equal(frame.pixels[..., 2], grey)
    assert np.array_equal(frame.alpha, alpha)


@pytest.mark.parametrize("suffix", ["png", "tiff"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_16_bit_is_scaled_to_8(tmp_path: Path, suffix: str, channels: int) -> None:
    values = np.random.default_rng(1).integers(0, 65536, (40, 30, channels), dtype=np.uint16)
    values[0, 0], values[0, 1] = 0, 65535
    bgr = values[..., [2, 1, 0, 3][:channels]] if channels > 1 else values[..., 0]
    assert cv2.imwrite(str(tmp_path / f"deep.{suffix}"), bgr)
    frame = read_image(tmp_path / f"deep.{suffix}")
    difference = frame.pixels.astype(float) - values[..., : min(channels, 3)] / 257.0
    assert np.abs(difference).max() <= (0.5 if channels == 1 else 1.0)
    assert abs(difference.mean()) < 0.1
    assert (frame.alpha is not None) == (channels == 4)


def test_floating_point_pixels_are_refused_in_one_sentence(tmp_path: Path) -> None:
    path = saved(tmp_path / "float.tif", np.linspace(0, 1, 64, dtype=np.float32).reshape(8, 8))
    with pytest.raises(ValueError, match=r"expected 8 or 16 bits a channel, got floating-point .* export it as 8-bit"):
        read_image(path)


def test_a_cmyk_jpeg_with_and_without_the_adobe_marker_looks_the_same(tmp_path: Path) -> None:
    """Inks by the plain formula R = (255 − C)(255 − K)/255; Adobe stores them inverted, others do not."""
    inks = np.zeros((32, 32, 4), np.uint8)
    inks[:, :16] = (0, 200, 100, 20)
    inks[:, 16:] = (180, 0, 30, 60)
    adobe = saved(tmp_path / "adobe.jpg", Image.frombytes("CMYK", (32, 32), inks.tobytes()), quality=100)
    want = (255.0 - inks[..., :3]) * (255.0 - inks[..., 3:]) / 255.0
    assert np.abs(read_image(adobe).pixels - want).max() < 6

    plain = saved(tmp_path / "plain.jpg", Image.frombytes("CMYK", (32, 32), (255 - inks).tobytes()), quality=100)
    plain.write_bytes(_without_adobe_marker(plain.read_bytes()))
    assert np.abs(read_image(plain).pixels - want).max() < 6


def test_a_cmyk_profile_decides_what_the_inks_look_like(tmp_path: Path) -> None:
    inks = np.zeros((32, 32, 4), np.uint8)
    inks[:, 16:, 0] = 255  # "cyan", which this profile prints as sRGB red (Lab 53.2, 80.1, 67.2 under D65)
    red_cyan = cmyk_profile({"C": (54.29, 80.81, 69.89)})  # the same red under D50, by Lindbloom's calculator
    path = saved(
        tmp_path / "a.jpg", Image.frombytes("CMYK", (32, 32), inks.tobytes()), quality=100, icc_profile=red_cyan
    )
    pixels = read_image(path).pixels
    assert pixels[16, 4].min() > 250
    assert pixels[16, 28, 0] > 245
    assert pixels[16, 28, 1:].max() < 25


def test_adobe_rgb_is_converted_by_its_matrix_and_gamma(tmp_path: Path) -> None:
    stored = np.random.default_rng(2).integers(60, 200, (16, 16, 3), dtype=np.uint8)
    path = saved(tmp_path / "a.png", stored, icc_profile=matrix_profile(ADOBE_RGB_D50, ADOBE_GAMMA))
    linear = (stored / 255.0) ** ADOBE_GAMMA @ (np.linalg.inv(SRGB_D50) @ ADOBE_RGB_D50).T
    inside = ((linear > 0) & (linear < 1)).all(axis=-1)
    difference = np.abs(read_image(path).pixels - srgb_from_linear(linear))[inside]
    assert inside.sum() > 50
    assert difference.max() < 2.0


def test_the_alpha_of_a_profiled_picture_is_not_color_managed(tmp_path: Path) -> None:
    rgba = np.dstack([gradient(), gradient()[..., 1]])
    path = saved(tmp_path / "a.png", rgba, icc_profile=matrix_profile(ADOBE_RGB_D50, ADOBE_GAMMA))
    frame = read_image(path)
    assert np.array_equal(frame.alpha, gradient()[..., 1])
    assert not np.array_equal(frame.pixels, gradient())


def test_a_grey_profile_is_applied(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", np.full((4, 4), 128, np.uint8), icc_profile=grey_profile(1.0))
    want = srgb_from_linear(np.array(128 / 255))
    assert np.abs(read_image(path).pixels - want).max() < 2.0


def test_an_srgb_profile_changes_nothing(tmp_path: Path) -> None:
    from PIL import ImageCms

    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = saved(tmp_path / "a.png", gradient(), icc_profile=icc)
    assert np.array_equal(read_image(path).pixels, gradient())


@pytest.mark.parametrize("icc", [b"not a profile", matrix_profile(SRGB_D50, 2.2)[:200], grey_profile(2.2)])
def test_a_damaged_or_foreign_profile_is_ignored(tmp_path: Path, icc: bytes) -> None:
    path = saved(tmp_path / "a.png", gradient(), icc_profile=icc)
    assert np.array_equal(read_image(path).pixels, gradient())


def test_a_picture_8k_wide_opens(tmp_path: Path) -> None:
    wide = np.broadcast_to(np.linspace(0, 255, 7680).astype(np.uint8)[None, :, None], (4320, 7680, 3))
    frame = read_image(saved(tmp_path / "8k.jpg", np.ascontiguousarray(wide), quality=80))
    assert (frame.width, frame.height) == (7680, 4320)
    assert np.abs(frame.pixels[::500, ::500].astype(int) - wide[::500, ::500]).max() < 5


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (15_000, 12_000), (31_000, 10)])
def test_a_decompression_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, width: int, height: int) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(_png_header(width, height) + _chunk(b"IDAT", zlib.compress(bytes(1000))) + _chunk(b"IEND", b""))
    with pytest.raises(ValueError, match=r"at most 178 megapixels and 30000 px a side, got .*; scale the picture down"):
        read_image(path)


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "gif", "tif", "avif"])
def test_a_truncated_picture_is_told_in_one_sentence(tmp_path: Path, suffix: str) -> None:
    noise = np.random.default_rng(3).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    path = saved(tmp_path / f"a.{suffix}", noise)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    one_sentence = r"expected a whole picture, got a damaged or truncated one [^\n]* again\.$"
    with pytest.raises(ValueError, match=one_sentence):
        read_image(path)


@pytest.mark.parametrize("opener", [read_image, open_source])
def test_files_that_are_no_picture_are_told_apart(tmp_path: Path, opener: object) -> None:
    assert callable(opener)
    cases = {
        "text.jpg": (b"This is not a picture. \xc3\xa9t\xc3\xa9\n", "got text; give another"),
        "document.png": (b"%PDF-1.7\n", "got a PDF"),
        "archive.jpg": (b"PK\x03\x04rest", "got a zip archive"),
        "noise.jpg": (bytes(range(128, 256)), "got data of an unknown kind"),
        "model.jpg": (b"glTF\x02\0\0\0", "got a 3D model"),
        "empty.jpg": (b"", "got an empty file"),
    }
    for name, (content, words) in cases.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ValueError, match=words):
            opener(tmp_path / name)


def test_paths_that_are_no_file_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="found nothing; check the path"):
        read_image(tmp_path / "absent.jpg")
    with pytest.raises(ValueError, match="got a folder; name one file in it"):
        read_image(tmp_path)
    with pytest.raises(ValueError, match="got a device or pipe"):
        read_image("/dev/null")
    with pytest.raises(ValueError, match="expected a readable file"):
        read_image("a" * 5000)
    with pytest.raises(ValueError, match="expected a readable file"):
        read_image("nul\0.jpg")


def test_a_heic_without_its_decoder_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    path = tmp_path / "phone.heic"
    path.write_bytes(struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"mif1heic" + bytes(64))
    with pytest.raises(ValueError, match=r"got HEIC, .*save it as JPEG, or run: pip install pillow-heif"):
        read_image(path)


def test_a_multi_picture_jpeg_is_its_first_picture(tmp_path: Path) -> None:
    """Phones store a depth or HDR gain map as the second picture."""
    second = Image.new("L", (24, 16), 128)
    path = saved(
        tmp_path / "phone.jpg", Image.fromarray(gradient()), format="MPO", save_all=True, append_images=[second]
    )
    source = open_source(path)
    assert source.is_still
    assert np.abs(next(iter(source)).pixels.astype(int) - gradient()).mean() < 8


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "gif", "tif", "bmp", "avif"])
@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow warns about damaged metadata, and then reads the picture
def test_flipped_bytes_give_a_picture_or_one_sentence(tmp_path: Path, suffix: str) -> None:
    rng = np.random.default_rng(4)
    path = saved(tmp_path / f"a.{suffix}", gradient(height=24, width=24))
    whole = np.frombuffer(path.read_bytes(), np.uint8)
    for _ in range(60):
        damaged = whole.copy()
        places = rng.integers(0, len(whole), rng.integers(1, 6))
        damaged[places] = rng.integers(0, 256, len(places))
        path.write_bytes(damaged.tobytes())
        try:
            frame = read_image(path)
        except ValueError as error:
            assert "\n" not in str(error)  # noqa: PT017  # either outcome is right; both are checked
        else:
            assert frame.pixels.dtype == np.uint8


def test_every_shared_face_opens(shared_data: Path) -> None:
    paths = sorted((shared_data / "faces").iterdir())
    assert len(paths) > 50
    for path in paths:
        with Image.open(path) as oracle:
            size = oracle.size
        frame = read_image(path)
        assert sorted((frame.width, frame.height)) == sorted(size)


def test_every_malformed_picture_opens_or_is_told(shared_data: Path) -> None:
    paths = [path for path in (shared_data / "malformed").rglob("*") if path.suffix in (".png", ".jpg", ".webp")]
    assert paths
    for path in paths:
        try:
            assert read_image(path).width > 0
        except ValueError as error:
            assert str(path) in str(error)  # noqa: PT017  # either outcome is right; both are checked


def _without_adobe_marker(jpeg: bytes) -> bytes:
    start = jpeg.index(b"\xff\xee")
    length = int.from_bytes(jpeg[start + 2 : start + 4], "big")
    return jpeg[:start] + jpeg[start + 2 + length :]


def _png_header(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
