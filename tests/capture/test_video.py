import logging
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from tests.media import (
    BT601_LIMITED,
    BT709_FULL,
    BT709_LIMITED,
    ramp,
    set_display_matrix,
    write_sound,
    write_video,
)
from tryon.capture import open_source

PATCHES = np.array([(200, 80, 60), (30, 200, 90), (60, 70, 220), (245, 200, 170), (90, 55, 40), (5, 5, 5)], np.uint8)


def patches(*, width: int = 96, height: int = 32) -> np.ndarray:
    return np.broadcast_to(PATCHES.repeat(width // len(PATCHES), 0)[None], (height, width, 3)).copy()


def test_a_video_gives_every_frame_in_order(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", [ramp(level) for level in range(20, 220, 20)])
    with open_source(path) as source:
        frames = list(source)
    assert [round(float(frame.pixels.mean()) / 20) for frame in frames] == list(range(1, 11))
    assert [frame.index for frame in frames] == list(range(10))
    assert (source.size, source.fps, source.frame_count, source.is_still) == ((64, 48), 25.0, 10, False)


def test_a_video_starts_again_with_each_iteration(tmp_path: Path) -> None:
    source = open_source(write_video(tmp_path / "a.mkv", [ramp(30), ramp(90)]))
    assert next(iter(source)).pixels.mean() == pytest.approx(30, abs=1)
    assert [round(float(frame.pixels.mean()), -1) for frame in source] == [30, 90]


@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv"])
def test_a_variable_frame_rate_keeps_its_times(tmp_path: Path, suffix: str) -> None:
    times_s = [0.0, 0.04, 0.2, 0.21, 0.7, 1.5]
    pictures = [ramp(40 * index) for index in range(6)]
    path = write_video(tmp_path / f"a.{suffix}", pictures, times_s=times_s)
    assert [frame.time_s for frame in open_source(path)] == pytest.approx(times_s, abs=0.0006)  # Matroska counts in ms


def test_times_count_from_the_first_frame(tmp_path: Path) -> None:
    path = write_video(tmp_path / "late.mkv", [ramp(10), ramp(50)], first_pts_s=3.0)
    assert [frame.time_s for frame in open_source(path)] == pytest.approx([0.0, 0.04], abs=0.0006)


@pytest.mark.parametrize("color", [BT709_LIMITED, BT601_LIMITED, BT709_FULL])
def test_the_stored_matrix_and_range_are_honoured(tmp_path: Path, color: tuple[int, bool]) -> None:
    frame = next(iter(open_source(write_video(tmp_path / "a.mp4", [patches()], color=color))))
    error = frame.pixels[16, 8::16].astype(float) - PATCHES
    assert np.abs(error).max() <= 3
    assert abs(error.mean()) < 0.8


def test_an_untagged_small_video_is_bt601_and_a_large_one_bt709(tmp_path: Path) -> None:
    small = write_video(tmp_path / "small.mp4", [patches()], color=BT601_LIMITED, tagged=False)
    assert np.abs(next(iter(open_source(small))).pixels[16, 8::16].astype(int) - PATCHES).max() <= 3
    large = write_video(tmp_path / "large.mp4", [patches(width=1920, height=64)], tagged=False)
    assert np.abs(next(iter(open_source(large))).pixels[32, 160::320].astype(int) - PATCHES).max() <= 3


def test_high_dynamic_range_is_shown_at_its_diffuse_white(tmp_path: Path) -> None:
    """BT.2408: diffuse white, 203 cd/m², is the PQ signal 58 %, and 18 % grey of it (36.5 cd/m²) is 41 %."""
    path = tmp_path / "hdr.mkv"
    with av.open(path, "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 32, "yuv420p10le"
        context = stream.codec_context
        context.colorspace, context.color_range, context.color_primaries, context.color_trc = 9, 1, 9, 16
        frame = av.VideoFrame(64, 32, "yuv420p10le")
        luma = np.empty((32, frame.planes[0].line_size // 2), np.uint16)
        luma[:, :32], luma[:, 32:] = round(64 + 876 * 0.58), round(64 + 876 * 0.41)
        frame.planes[0].update(luma.tobytes())
        for plane in frame.planes[1:]:
            plane.update(np.full(plane.buffer_size // 2, 512, np.uint16).tobytes())
        frame.colorspace, frame.color_range, frame.color_primaries, frame.color_trc = 9, 1, 9, 16
        frame.pts, frame.time_base = 0, Fraction(1, 25)
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    pixels = next(iter(open_source(path))).pixels
    assert pixels[16, 10].min() > 248
    assert np.abs(pixels[16, 54].astype(int) - 118).max() < 8  # sRGB of 0.18


# The four numbers of the matrix, and what a player shows for a picture with a bright left half.
TURNS = {
    (1, 0, 0, 1): lambda stored: stored,
    (0, 1, -1, 0): lambda stored: np.rot90(stored, -1),
    (-1, 0, 0, -1): lambda stored: np.rot90(stored, 2),
    (0, -1, 1, 0): lambda stored: np.rot90(stored, 1),
    (-1, 0, 0, 1): lambda stored: stored[:, ::-1],
}


@pytest.mark.parametrize("matrix", TURNS)
def test_rotation_metadata_is_applied(tmp_path: Path, matrix: tuple[int, int, int, int]) -> None:
    stored = np.zeros((48, 64, 3), np.uint8)
    stored[:24, :32], stored[:24, 32:], stored[24:, :32] = (200, 0, 0), (0, 200, 0), (0, 0, 200)
    path = write_video(tmp_path / "a.mp4", [stored])
    set_display_matrix(path, *matrix)
    source = open_source(path)
    want = TURNS[matrix](stored)
    frame = next(iter(source))
    assert source.size == (want.shape[1], want.shape[0]) == (frame.width, frame.height)
    assert np.abs(frame.pixels[8::16, 8::16].astype(int) - want[8::16, 8::16]).max() < 8


def test_pixels_that_are_not_square_are_made_so(tmp_path: Path) -> None:
    path = tmp_path / "wide.mkv"
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 72, 48, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(4, 3)
        container.mux(stream.encode(av.VideoFrame.from_ndarray(ramp(90, width=72), format="rgb24")))
        container.mux(stream.encode(None))
    source = open_source(path)
    assert source.size == (96, 48)
    assert next(iter(source)).width == 96


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_an_empty_video_is_told(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"empty.{suffix}"
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        container.start_encoding()
    with pytest.raises(ValueError, match=rf"^'{path}': expected a whole video, got an empty, .* again\.$"):
        open_source(path)


def test_a_video_in_which_nothing_decodes_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "noise.mkv"
    with av.open(path, "w") as container:
        stream = container.add_stream("mjpeg", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuvj420p"
        container.start_encoding()
        for index in range(3):
            packet = av.Packet(b"no picture at all")
            packet.stream, packet.pts, packet.dts, packet.time_base = stream, index, index, Fraction(1, 25)
            container.mux(packet)
    with pytest.raises(ValueError, match=rf"^'{path}': expected a video, got one without any frame; .* again\.$"):
        open_source(path)
    assert "a damaged video frame is skipped" in caplog.text


def test_sound_without_pictures_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected a video with pictures, got sound only"):
        open_source(write_sound(tmp_path / "song.mp4", codec="aac"))
    with pytest.raises(ValueError, match="got a sound file"):
        open_source(write_sound(tmp_path / "song.wav", codec="pcm_s16le"))


def test_a_song_with_a_cover_is_no_video(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "song.mp4", codec="aac")
    with av.open(path) as song, av.open(tmp_path / "cover.m4a", "w", format="mp4") as container:
        sound = container.add_stream_from_template(song.streams.audio[0])
        cover = container.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 64, 48, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        for packet in song.demux(song.streams.audio[0]):
            if packet.dts is not None:
                packet.stream = sound
                container.mux(packet)
        picture = av.VideoFrame.from_ndarray(ramp(90), format="rgb24").reformat(format="yuvj420p")
        container.mux(cover.encode(picture))
        container.mux(cover.encode(None))
    with pytest.raises(ValueError, match="got sound only"):
        open_source(tmp_path / "cover.m4a")


def test_text_and_playlists_named_as_video_are_told(tmp_path: Path) -> None:
    """FFmpeg would follow a playlist to other files and hosts, and draws text as pictures."""
    good = write_video(tmp_path / "good.ts", [ramp(90)])
    lists = {
        "text.mp4": "Hello, this is a letter.\n" * 50,
        "list.mp4": f"#EXTM3U\n#EXTINF:1,\n{good}\n#EXT-X-ENDLIST\n",
        "concat.mp4": f"ffconcat version 1.0\nfile '{good}'\n",
        "sdp.mp4": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n",
    }
    for name, text in lists.items():
        (tmp_path / name).write_text(text)
        with pytest.raises(ValueError, match="got text; give another file"):
            open_source(tmp_path / name)


def test_a_playlist_that_begins_like_a_video_is_not_followed(tmp_path: Path) -> None:
    good = write_video(tmp_path / "good.ts", [ramp(90)])
    path = tmp_path / "sly.mp4"
    path.write_bytes(b"\0\0\0\x08free" + f"\n#EXTM3U\n#EXTINF:1,\n{good}\n".encode())
    with pytest.raises(ValueError, match="damaged or truncated"):
        open_source(path)


def test_a_truncated_mp4_is_told(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", [ramp(90)] * 30)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(ValueError, match=r"expected a whole video, got an empty, damaged or truncated one .* again\.$"):
        open_source(path)


def test_a_truncated_mkv_gives_what_is_there(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    pictures = [rng.integers(0, 255, (48, 64, 3), dtype=np.uint8) for _ in range(20)]
    path = write_video(tmp_path / "a.mkv", pictures)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert 3 < len(list(open_source(path))) < 20


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts"])
def test_flipped_bytes_give_frames_or_one_sentence(
    tmp_path: Path, suffix: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    rng = np.random.default_rng(4)
    path = write_video(tmp_path / f"a.{suffix}", [ramp(level) for level in (10, 90, 170)])
    whole = np.frombuffer(path.read_bytes(), np.uint8)
    for _ in range(40):
        damaged = whole.copy()
        places = rng.integers(0, len(whole), rng.integers(1, 8))
        damaged[places] = rng.integers(0, 256, len(places))
        path.write_bytes(damaged.tobytes())
        try:
            source = open_source(path)
            assert all((frame.width, frame.height) == source.size for frame in source)
        except ValueError as error:
            assert "\n" not in str(error)  # noqa: PT017  # either outcome is right; both are checked


def test_every_shared_video_opens_and_its_times_rise(shared_data: Path) -> None:
    paths = sorted((shared_data / "video").iterdir())
    assert len(paths) > 10
    for path in paths:
        source = open_source(path)
        times_s = []
        for frame in source:
            times_s.append(frame.time_s)
            assert (frame.width, frame.height) == source.size
            if len(times_s) == 20:
                break
        assert len(times_s) == 20
        assert all(later > earlier for earlier, later in pairwise(times_s))
