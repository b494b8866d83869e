"""Fixtures every test folder shares: the real test inputs, the weights, and a made face known exactly."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import numpy as np
import pytest

from tryon.types import Face, FaceLandmarks, Frame, Tracks

# How long one example takes says nothing on a machine that does other things too.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """A command or server run by a test sets up logging for its whole process; the next test finds it as it was."""
    root, own = logging.getLogger(), logging.getLogger("tryon")
    handlers, levels = list(root.handlers), (root.level, own.level)
    yield
    if root.handlers != handlers:
        root.handlers[:] = handlers
    for logger, level in zip((root, own), levels, strict=True):
        logger.setLevel(level)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real test inputs beside the checkout; the test is skipped where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no shared test inputs at {folder}")
    return folder


@pytest.fixture(scope="session")
def models_ready() -> None:
    """Every weight is converted and cached; the test is skipped, with the reason, where it cannot be."""
    from tryon import models
    from tryon.errors import TryOnError

    try:
        models.pull()
    except TryOnError as error:
        pytest.skip(f"weights are not available: {error}")


@pytest.fixture(scope="session")
def gl_ready() -> None:
    """A GL context can be made; the test is skipped, with the reason, where it cannot be."""
    from tryon.errors import TryOnError
    from tryon.render import Renderer

    try:
        Renderer().close()
    except TryOnError as error:
        pytest.skip(str(error))


MakeFace = Callable[..., tuple[Frame, Tracks]]


@pytest.fixture(scope="session")
def canonical_points() -> np.ndarray:
    """(478, 3) canonical face in centimetres, y down, z away from the camera, irises added."""
    from tryon import models
    from tryon.errors import TryOnError

    try:
        path = models.path("face_geometry")
    except TryOnError as error:
        pytest.skip(f"the canonical face is not available: {error}")
    with np.load(path) as stored:
        mesh = stored["vertices_cm"].astype(np.float64) * [1, -1, -1]
    irises = []
    for corners in ((33, 133), (362, 263)):
        center = mesh[list(corners)].mean(0) - [0, 0, 0.4]
        irises += [center, *(center + offset for offset in ([-0.58, 0, 0], [0, -0.58, 0], [0.58, 0, 0], [0, 0.58, 0]))]
    return np.concatenate([mesh, irises])


@pytest.fixture(scope="session")
def make_face(canonical_points: np.ndarray) -> MakeFace:
    """Builds (frame, tracks): a canonical face of a given size, turn and skin on a plain background."""

    def make(
        *,
        width: int = 480,
        height: int = 480,
        face_px: float = 280.0,
        yaw_rad: float = 0.0,
        skin: tuple[float, float, float] = (0.45, 0.28, 0.20),
        mouth_open_cm: float = 0.0,
        seed: int = 0,
    ) -> tuple[Frame, Tracks]:
        points = canonical_points.copy()
        if mouth_open_cm:
            lower = [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 146, 91, 181, 84, 17, 314, 405, 321, 375]
            points[lower[1:10], 1] += mouth_open_cm
            points[lower[11:], 1] += mouth_open_cm
        from tryon.color import codes_from_linear

        c, s = np.cos(yaw_rad), np.sin(yaw_rad)
        turned = points @ np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]).T
        scale = face_px / 15.3
        landmarks = turned * scale + [width / 2, height / 2, 0]
        rng = np.random.default_rng(seed)
        rows = np.linspace(1.1, 0.9, height)[:, None, None]
        texture = 1.0 + 0.05 * rng.standard_normal((height, width, 1))
        pixels = codes_from_linear(np.array(skin) * rows * texture)
        face = Face(0, FaceLandmarks(landmarks.astype(np.float32), 1.0))
        return Frame(pixels), Tracks(faces=(face,))

    return make
