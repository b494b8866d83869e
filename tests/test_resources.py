import os
from pathlib import Path

import pytest

from tryon import resources


def test_content_is_found_in_the_checkout() -> None:
    assert (resources.content("models") / "manifest.toml").is_file()
    assert (resources.content("assets") / "looks").is_dir()


def test_content_in_the_package_wins_over_the_folder_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tryon" / "_content" / "assets").mkdir(parents=True)
    (tmp_path / "assets").mkdir()
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "tryon")
    assert resources.content("assets") == tmp_path / "tryon" / "_content" / "assets"


def test_absent_content_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "tryon")
    with pytest.raises(ValueError, match="No content folder 'assets' beside the package; reinstall tryon"):
        resources.content("assets")


def test_home_is_where_the_variable_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRYON_HOME", str(tmp_path / "caches"))
    assert resources.home() == tmp_path / "caches"
    assert not (tmp_path / "caches").exists()
    monkeypatch.delenv("TRYON_HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    assert resources.home() == tmp_path / "tryon"


@pytest.fixture
def sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which only TRYON_HOME may be written; tests run as root, whom no permission stops."""
    monkeypatch.setenv("TRYON_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", "/nonexistent")
    monkeypatch.setenv("NUMBA_CACHE_DIR", "")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(os, "access", lambda path, _: Path(path).is_relative_to(tmp_path))
    return tmp_path


def test_kernels_are_cached_under_tryon_home_where_nothing_else_is_writable(sealed: Path) -> None:
    resources.ensure_kernel_cache()
    assert os.environ["NUMBA_CACHE_DIR"] == str(sealed / "kernels")


def test_the_hosts_own_kernel_cache_stands(sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", "/host/cache")
    resources.ensure_kernel_cache()
    assert os.environ["NUMBA_CACHE_DIR"] == "/host/cache"


def test_a_usable_home_is_left_to_numba(sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(sealed / "user"))
    resources.ensure_kernel_cache()
    assert os.environ["NUMBA_CACHE_DIR"] == ""


def test_without_tryon_home_nothing_is_set(sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRYON_HOME")
    resources.ensure_kernel_cache()
    assert os.environ["NUMBA_CACHE_DIR"] == ""
