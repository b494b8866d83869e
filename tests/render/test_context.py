"""Where nothing can be drawn: one sentence that says what to install."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tryon.errors import MissingExtraError, ParameterError, RenderError
from tryon.render import Renderer


def test_importing_the_package_needs_no_gl() -> None:
    code = (
        "import sys; sys.modules['moderngl'] = None; import tryon.render; "
        "assert not {'cv2', 'glcontext'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_missing_moderngl_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "moderngl", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'tryon\[render\]'"):
        Renderer()


def test_a_missing_library_names_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    moderngl = pytest.importorskip("moderngl")

    def refuse(**_: object) -> None:
        raise Exception("libEGL.so not loaded")  # glcontext raises just this

    monkeypatch.setattr(moderngl, "create_context", refuse)
    with pytest.raises(RenderError, match=r"libEGL.so not loaded.*apt install libegl1") as caught:
        Renderer()
    assert "\n" not in str(caught.value)


def test_a_device_that_is_not_there_is_refused(renderer: Renderer) -> None:
    del renderer
    with pytest.raises(RenderError, match="No off-screen GL"):
        Renderer(device=57)


def test_no_samples_are_refused() -> None:
    with pytest.raises(ParameterError, match="at least 1"):
        Renderer(samples=0)


def test_contexts_come_and_go(renderer: Renderer) -> None:
    del renderer
    for _ in range(5):
        with Renderer(samples=1) as made, made.current() as gl, made.current() as same:
            assert gl is same
            assert made.name
