"""Files in a folder and in an S3 bucket: the same promises."""

from __future__ import annotations

import pytest

from tryon.server.files import Files, FilesError


@pytest.fixture(params=["folder", "s3"])
def files(request, tmp_path):
    return Files(str(tmp_path / "new" / "files") if request.param == "folder" else request.getfixturevalue("bucket"))


def test_what_is_written_is_read_until_it_is_removed(files):
    files.write("a", b"1" * 100_000)
    files.write("a", b"2")
    assert files.read("a") == b"2"
    files.remove("a")
    files.remove("a")
    assert files.read("a") is None


def test_a_bucket_that_is_not_there_is_told(bucket):
    with pytest.raises(FilesError, match="later"):
        Files("s3://nobody/x").write("a", b"1")


@pytest.mark.parametrize("place", ["gopher://x", "/dev/null/x"])
def test_a_place_that_cannot_be_opened_is_refused(place):
    with pytest.raises(FilesError, match="TRYON_FILES"):
        Files(place)
