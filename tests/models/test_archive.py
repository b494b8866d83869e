import io
import tarfile
import zipfile

import pytest

from tryon.errors import ModelError
from tryon.models.archive import read_members

FILES = {"pack/a.bin": b"aaaa", "pack/b.bin": b"bb", "../escape.bin": b"out"}


def as_zip(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def as_tgz(files):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


@pytest.mark.parametrize("pack", [as_zip, as_tgz])
def test_the_named_members_come_out_and_nothing_touches_the_disk(pack, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "archive"
    file.write_bytes(pack(FILES))
    assert read_members(file, {"pack/a.bin": 4, "pack/b.bin": 2}, what="it") == {
        "pack/a.bin": b"aaaa",
        "pack/b.bin": b"bb",
    }
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("pack", [as_zip, as_tgz])
def test_a_missing_member_is_named(pack):
    with pytest.raises(ModelError, match=r"does not hold pack/c.bin"):
        read_members(pack(FILES), {"pack/a.bin": 4, "pack/c.bin": 4}, what="it")


@pytest.mark.parametrize("pack", [as_zip, as_tgz])
def test_a_member_that_unpacks_to_more_than_stated_is_refused(pack):
    bomb = pack({"bomb": bytes(5_000_000)})
    assert len(bomb) < 20_000
    with pytest.raises(ModelError, match="should be 100 bytes"):
        read_members(bomb, {"bomb": 100}, what="it")


def test_a_link_in_a_tar_is_not_a_member():
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        entry = tarfile.TarInfo("a")
        entry.type = tarfile.SYMTYPE
        entry.linkname = "/etc/passwd"
        archive.addfile(entry)
    with pytest.raises(ModelError, match="does not hold a"):
        read_members(buffer.getvalue(), {"a": 1}, what="it")


# Named cases: an archive holds the time it was made, so workers that start in two seconds would see two names.
@pytest.mark.parametrize(
    "data", [b"", b"no archive", as_zip(FILES)[:60], as_tgz(FILES)[:60]], ids=["empty", "text", "zip", "tgz"]
)
def test_something_else_or_half_an_archive_is_one_sentence(data):
    with pytest.raises(ModelError, match="'it'") as caught:
        read_members(data, {"pack/a.bin": 4}, what="it")
    assert "\n" not in str(caught.value)
