"""A GL context without a window, owned by the thread that made it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tryon.errors import MissingExtraError, RenderError

if TYPE_CHECKING:
    import moderngl

_INSTALL = "install the drivers (Debian, Ubuntu: apt install libegl1 libgl1 libgles2 libgl1-mesa-dri)"
_VERSION = 330


class OwnedContext:
    """An off-screen GL context; every use from another thread is refused, because GL would draw wrong pixels there.

    device: Which EGL device draws, counted from 0; None lets the driver choose (a GPU before llvmpipe).
    name: The driver's own name, such as "llvmpipe (LLVM 15.0.6, 256 bits)".

    Raises:
        MissingExtraError: moderngl is not installed.
        RenderError: No GL library, or none that gives a context of GL 3.3.
    """

    def __init__(self, *, device: int | None = None) -> None:
        opened = _open(device)
        self._gl: moderngl.Context | None = opened
        self._owner = threading.get_ident()
        self._depth = 0
        # Asked for while the new context is current; moderngl keeps the answer.
        self.name = str(opened.info["GL_RENDERER"])

    @property
    def gl(self) -> moderngl.Context:
        """The moderngl context; only inside `current()` is it the one that GL calls reach."""
        if self._gl is None:
            raise RenderError("This renderer is closed; make a new Renderer.")
        if threading.get_ident() != self._owner:
            raise RenderError("A renderer was used from a thread that did not make it; make one Renderer per thread.")
        return self._gl

    @contextmanager
    def current(self) -> Iterator[moderngl.Context]:
        """Makes the context current for the block and the one before it current again afterwards."""
        gl = self.gl
        if self._depth == 0:
            gl.mglo.__enter__()  # entered twice, it forgets which context was current before
        self._depth += 1
        try:
            yield gl
        finally:
            self._depth -= 1
            if self._depth == 0:
                gl.mglo.__exit__(None, None, None)

    def close(self) -> None:
        """Give the context and all it holds back; closing twice is fine."""
        if self._gl is None:
            return
        gl = self.gl
        self._gl = None
        gl.release()


def _open(device: int | None) -> moderngl.Context:
    try:
        import moderngl
    except ImportError as error:
        raise MissingExtraError("moderngl", extra="render") from error
    settings: dict[str, Any] = {"backend": "egl"} if sys.platform.startswith("linux") else {}
    if device is not None:
        settings["device_index"] = device
    try:
        return moderngl.create_context(standalone=True, require=_VERSION, **settings)
    except Exception as error:  # glcontext raises bare Exception for a missing library and for a refused context alike
        reason = " ".join(str(error).split()) or type(error).__name__
        raise RenderError(f"No off-screen GL 3.3 context ({reason}); {_INSTALL}.") from error
