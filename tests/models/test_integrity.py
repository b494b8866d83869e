import hashlib
import os

import pytest

from tryon.errors import ModelError
from tryon.models.integrity import check_bytes, sha256_of, write_whole


def test_a_written_file_is_whole_and_hashes_to_its_content(tmp_path):
    path = tmp_path / "deep" / "file"
    write_whole(path, b"content")
    assert path.read_bytes() == b"content"
    assert sha256_of(path) == hashlib.sha256(b"content").hexdigest()
    assert list(path.parent.iterdir()) == [path]


def test_a_write_that_is_cut_off_leaves_the_old_file_and_no_half_one(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_whole(path, b"old")

    def cut_off(descriptor):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", cut_off)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_other_bytes_than_expected_are_refused():
    with pytest.raises(ModelError, match="not kept"):
        check_bytes(b"x", what="it", sha256=hashlib.sha256(b"y").hexdigest())
