from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.media import ramp, write_sound, write_video
from tryon.encode import Delivery, VideoWriter, open_writer
from tryon.types import Frame


def frames(count: int, *, width: int = 64, height: int = 48, fps: float = 25.0) -> Iterator[Frame]:
    for index in range(count):
        yield Frame(ramp((20 + 10 * index) % 256, width=width, height=height), time_s=index / fps, index=index)


def packets(path: Path, kind: str) -> list[bytes]:
    with av.open(path) as container:
        stream = next(stream for stream in container.streams if stream.type == kind)
        return [bytes(packet) for packet in container.demux(stream) if packet.size]


def times_s(path: Path, kind: str = "video") -> list[float]:
    with av.open(path) as container:
        return [frame.time for frame in container.decode(**{kind: 0})]


def test_frames_come_back_in_order_and_close_in_color(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "a.mp4", size=(64, 48), fps=25) as writer:
        for frame in frames(8):
            writer.write(frame)
    with av.open(tmp_path / "a.mp4") as container:
        means = [frame.to_ndarray(format="rgb24").mean() for frame in container.decode(video=0)]
    assert means == pytest.approx([20 + 10 * index for index in range(8)], abs=2)


def test_the_stream_says_what_it_is(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "a.mp4", size=(64, 48)) as writer:
        writer.write(next(frames(1)))
    with av.open(tmp_path / "a.mp4") as container:
        context = container.streams.video[0].codec_context
        assert (context.name, context.pix_fmt, context.width, context.height) == ("h264", "yuv420p", 64, 48)
        assert (context.colorspace, context.color_primaries, context.color_trc, context.color_range) == (1, 1, 1, 1)


def test_colors_are_stored_by_the_bt709_formula(tmp_path: Path) -> None:
    patches = np.array([(200, 80, 60), (30, 200, 90), (60, 70, 220), (250, 250, 250)], np.uint8)
    picture = np.broadcast_to(patches.repeat(32, 0)[None], (64, 128, 3)).copy()
    with VideoWriter(tmp_path / "a.mp4", size=(128, 64), crf=1) as writer:
        writer.write(Frame(picture))
    with av.open(tmp_path / "a.mp4") as container:
        planes = next(container.decode(video=0)).to_ndarray()
    red, green, blue = (patches / 255.0).T
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    assert planes[32, 16:128:32] == pytest.approx(16 + 219 * luma, abs=1.5)
    chroma_blue = planes[64:80].reshape(32, 64)[16, 8::16]
    assert chroma_blue == pytest.approx(128 + 224 * (blue - luma) / 1.8556, abs=1.5)


@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv"])
def test_a_variable_frame_rate_keeps_its_times(tmp_path: Path, suffix: str) -> None:
    wanted_s = [0.0, 0.04, 0.2, 0.21, 0.7, 1.5]
    with VideoWriter(tmp_path / f"a.{suffix}", size=(64, 48), fps=25) as writer:
        for index, time_s in enumerate(wanted_s):
            writer.write(Frame(ramp(30 * index), time_s=time_s + 7.0))
    assert times_s(tmp_path / f"a.{suffix}") == pytest.approx(wanted_s, abs=0.0006)  # Matroska counts in ms


def test_frames_without_times_follow_at_the_nominal_rate(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "a.mp4", size=(64, 48), fps=30000 / 1001) as writer:
        for _ in range(5):
            writer.write(Frame(ramp(90)))
    assert times_s(tmp_path / "a.mp4") == pytest.approx([index * 1001 / 30000 for index in range(5)], abs=1e-5)


@pytest.mark.parametrize("size", [(65, 48), (64, 47), (1, 1), (333, 251)])
def test_odd_sizes_double_their_last_column_and_row(
    tmp_path: Path, size: tuple[int, int], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="tryon")
    width, height = size
    x = np.linspace(40, 200, width).astype(np.uint8)
    picture = np.broadcast_to(x[None, :, None], (height, width, 3)).copy()
    with VideoWriter(tmp_path / "a.mp4", size=size, crf=1) as writer:
        assert writer.size == (width + width % 2, height + height % 2)
        writer.write(Frame(picture))
    assert "is written as" in caplog.text
    with av.open(tmp_path / "a.mp4") as container:
        back = next(container.decode(video=0)).to_ndarray(format="rgb24").astype(int)
    assert back.shape[:2] == writer.size[::-1]
    assert np.abs(back[:height, :width] - picture).max() < 8
    assert np.abs(back[:height, -1] - picture[:, -1]).max() < 8


def test_the_index_stands_in_front_of_the_pictures(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "a.mp4", size=(64, 48)) as writer:
        for frame in frames(5):
            writer.write(frame)
    data = (tmp_path / "a.mp4").read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize(("suffix", "codec"), [("mp4", "aac"), ("mov", "pcm_s16le"), ("mkv", "libopus")])
def test_sound_that_fits_is_copied_packet_by_packet(tmp_path: Path, suffix: str, codec: str) -> None:
    rate = 48_000 if codec == "libopus" else 44_100
    pictures = [ramp(9 * index) for index in range(25)]
    source = write_video(tmp_path / f"in.{suffix}", pictures, sound_s=1.0, sound_codec=codec, sound_rate_hz=rate)
    with VideoWriter(tmp_path / f"out.{suffix}", size=(64, 48), fps=25, audio_from=source) as writer:
        for frame in frames(25):
            writer.write(frame)
    want, got = packets(source, "audio"), packets(tmp_path / f"out.{suffix}", "audio")
    assert len(want) > 5
    assert b"".join(got) == b"".join(want)
    assert times_s(tmp_path / f"out.{suffix}", "audio")[0] == pytest.approx(times_s(source, "audio")[0], abs=0.002)


@pytest.mark.parametrize("codec", ["pcm_s16le", "flac", "mp2"])
def test_sound_that_does_not_fit_becomes_aac(tmp_path: Path, codec: str) -> None:
    source = write_video(tmp_path / "in.mkv", [ramp(9 * i) for i in range(25)], sound_s=1.0, sound_codec=codec)
    with VideoWriter(tmp_path / "out.mp4", size=(64, 48), fps=25, audio_from=source) as writer:
        for frame in frames(25):
            writer.write(frame)
    with av.open(tmp_path / "out.mp4") as container:
        assert container.streams.audio[0].codec_context.name == "aac"
        sound = np.concatenate([frame.to_ndarray().mean(axis=0) for frame in container.decode(audio=0)])
    assert len(sound) / 44_100 == pytest.approx(1.0, abs=0.08)
    loudest_hz = np.argmax(np.abs(np.fft.rfft(sound[4096:36864]))) * 44_100 / 32_768
    assert loudest_hz == pytest.approx(440, abs=2)


def test_sound_of_a_transport_stream_plays_from_an_mp4(tmp_path: Path) -> None:
    """There AAC carries its parameters in every packet (ADTS), in MP4 once in front."""
    source = write_video(tmp_path / "in.ts", [ramp(9 * index) for index in range(25)], sound_s=1.0)
    with VideoWriter(tmp_path / "out.mp4", size=(64, 48), fps=25, audio_from=source) as writer:
        for frame in frames(25):
            writer.write(frame)
    assert times_s(tmp_path / "out.mp4", "audio")[-1] == pytest.approx(1.0, abs=0.1)


def test_sound_stays_with_pictures_that_begin_late(tmp_path: Path) -> None:
    """Pictures start 0.4 s into the sound: the first 0.4 s of sound have no picture and go."""
    pictures = [ramp(9 * index) for index in range(15)]
    source = write_video(tmp_path / "in.mkv", pictures, sound_s=1.0, first_pts_s=0.4)
    with VideoWriter(tmp_path / "out.mp4", size=(64, 48), fps=25, audio_from=source) as writer:
        for frame in frames(15):
            writer.write(frame)
    sound_s = times_s(tmp_path / "out.mp4", "audio")
    assert abs(sound_s[0]) < 0.12
    assert sound_s[-1] == pytest.approx(times_s(source, "audio")[-1] - 0.4, abs=0.03)


def test_sound_ends_with_pictures_that_end_early(tmp_path: Path) -> None:
    source = write_video(tmp_path / "in.mp4", [ramp(90)] * 50, sound_s=2.0)
    with VideoWriter(tmp_path / "out.mp4", size=(64, 48), fps=25, audio_from=source) as writer:
        for frame in frames(10):
            writer.write(frame)
    assert times_s(tmp_path / "out.mp4", "audio")[-1] == pytest.approx(0.4, abs=0.05)


def test_a_source_without_sound_is_silent(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (8, 8)).save(tmp_path / "a.gif")
    for source in (write_video(tmp_path / "mute.mp4", [ramp(90)]), tmp_path / "a.gif"):
        with VideoWriter(tmp_path / "out.mp4", size=(64, 48), audio_from=source) as writer:
            writer.write(next(frames(1)))
        with av.open(tmp_path / "out.mp4") as container:
            assert len(container.streams) == 1


def test_a_song_can_be_put_under_pictures(tmp_path: Path) -> None:
    song = write_sound(tmp_path / "song.mp3", codec="libmp3lame", length_s=1.0)
    with VideoWriter(tmp_path / "out.mp4", size=(64, 48), fps=25, audio_from=song) as writer:
        for frame in frames(25):
            writer.write(frame)
    with av.open(tmp_path / "out.mp4") as container:
        assert container.streams.audio[0].codec_context.codec.canonical_name == "mp3"


def test_an_absent_sound_source_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="expected a file with sound, found none"):
        VideoWriter(tmp_path / "a.mp4", size=(64, 48), audio_from=tmp_path / "absent.mp4")
    assert list(tmp_path.iterdir()) == []


def test_an_error_in_the_middle_leaves_the_old_file_alone(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"old")

    def interrupted() -> None:
        with VideoWriter(tmp_path / "a.mp4", size=(64, 48)) as writer:
            writer.write(next(frames(1)))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]
    assert (tmp_path / "a.mp4").read_bytes() == b"old"


def test_nothing_stands_at_the_path_before_the_end(tmp_path: Path) -> None:
    writer = VideoWriter(tmp_path / "a.mp4", size=(64, 48))
    writer.write(next(frames(1)))
    assert not (tmp_path / "a.mp4").exists()
    writer.close()
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]
    writer.close()
    writer.abort()
    assert (tmp_path / "a.mp4").stat().st_size > 0


def test_a_video_without_frames_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="expected at least one frame, got none; nothing is written"):
        VideoWriter(tmp_path / "a.mp4", size=(64, 48)).close()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    """A limit on the file size stands for the full disk: writing beyond it fails the same way."""
    import resource
    import signal

    def write_noise(path: Path) -> None:
        rng = np.random.default_rng(1)
        with VideoWriter(path, size=(256, 256), crf=5) as writer:
            for _ in range(40):
                writer.write(Frame(rng.integers(0, 255, (256, 256, 3), dtype=np.uint8)))

    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(OSError, match=r"a.mp4': cannot be written \(.*\); is the disk full\?"):
            write_noise(tmp_path / "a.mp4")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert list(tmp_path.iterdir()) == []


def test_a_frame_of_another_size_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(ValueError, match="expected 64×48 as at the start, got 32×48"),
        VideoWriter(tmp_path / "a.mp4", size=(64, 48)) as writer,
    ):
        writer.write(Frame(ramp(9, width=32)))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"size": (0, 4)}, "size: expected 1 to 16384"),
        ({"fps": 0.0}, "fps: expected more than 0"),
        ({"fps": float("nan")}, "fps: expected more than 0"),
        ({"crf": 52}, "crf: expected 0 to 51"),
        ({"preset": "quick"}, "preset: expected one of ultrafast"),
    ],
)
def test_values_out_of_range_are_told(wrong: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Delivery(**({"size": (64, 48)} | wrong))  # type: ignore[arg-type]


def test_the_suffix_decides_the_writer(tmp_path: Path) -> None:
    with open_writer(tmp_path / "a.MOV", Delivery((64, 48))) as writer:
        assert isinstance(writer, VideoWriter)
        writer.write(next(frames(1)))
    assert (tmp_path / "a.MOV").is_file()
    with pytest.raises(ValueError, match=r"expected a name that ends in one of .*\.mp4.*; rename the output"):
        open_writer(tmp_path / "a.wmv", Delivery((64, 48)))


def test_a_thousand_pictures_do_not_make_the_sound_drift(tmp_path: Path) -> None:
    """29.97 fps over 20 s: picture and sound end together to within one picture."""
    fps = Fraction(30_000, 1001)
    count = 600
    pictures_s = [float(index / fps) for index in range(count)]
    source = write_video(tmp_path / "in.mp4", [ramp(90)] * count, times_s=pictures_s, sound_s=count * 1001 / 30_000)
    with VideoWriter(tmp_path / "out.mp4", size=(64, 48), fps=float(fps), audio_from=source) as writer:
        for time_s in pictures_s:
            writer.write(Frame(ramp(90), time_s=time_s))
    assert times_s(tmp_path / "out.mp4") == pytest.approx(pictures_s, abs=1e-4)
    assert times_s(tmp_path / "out.mp4", "audio") == pytest.approx(times_s(source, "audio"), abs=1e-4)
