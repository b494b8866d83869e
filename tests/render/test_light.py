"""Light from shading: closed-form Lambert surfaces of known sun."""

from __future__ import annotations

import numpy as np
import pytest

from tryon.color import codes_from_linear
from tryon.render.light import LightEstimator, mesh_normals, picture_light, skin_vertices
from tryon.render.light_fit import fit_lambert
from tryon.types import Camera, Face, FaceLandmarks, Frame, Head, Pose

SKIN = np.array([0.45, 0.29, 0.21])


def angle_rad(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.arccos(np.clip(a @ b / np.linalg.norm(a) / np.linalg.norm(b), -1, 1)))


def seen_sphere(count: int = 400) -> np.ndarray:
    rng = np.random.default_rng(3)
    normals = rng.normal(size=(count * 4, 3))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return normals[normals[:, 2] > 0.3][:count]


@pytest.mark.parametrize(
    "toward", [(0.0, 0.3, 1.0), (-0.8, 0.5, 0.4), (0.9, 0.0, 0.3), (0.2, 1.0, 0.2), (1.0, 0.2, -0.2)]
)
@pytest.mark.parametrize("sun", [0.3, 1.0])
def test_the_sun_on_a_sphere_is_found(toward: tuple[float, float, float], sun: float) -> None:
    normals = seen_sphere()
    truth = np.array(toward) / np.linalg.norm(toward)
    luminance = 0.2 + sun * np.clip(normals @ truth, 0, None)
    fit = fit_lambert(normals, luminance)
    assert angle_rad(fit.toward, truth) < np.radians(4)
    assert fit.sun == pytest.approx(sun, rel=0.12)
    assert fit.ambient == pytest.approx(0.2, abs=0.05 * sun + 0.01)
    assert fit.certainty > 0.95


def test_glints_moles_and_noise_do_not_turn_the_sun() -> None:
    normals = seen_sphere()
    truth = np.array([-0.6, 0.5, 0.62])
    rng = np.random.default_rng(1)
    luminance = (0.25 + 0.5 * np.clip(normals @ truth, 0, None)) * rng.normal(1, 0.05, len(normals))
    luminance[::9] *= 0.3
    luminance[4::23] = 1.0
    fit = fit_lambert(normals, luminance)
    assert angle_rad(fit.toward, truth) < np.radians(10)
    assert fit.sun == pytest.approx(0.5, rel=0.3)


def test_flat_light_has_no_certain_sun() -> None:
    normals = seen_sphere()
    luminance = np.full(len(normals), 0.4) * np.random.default_rng(0).normal(1, 0.03, len(normals))
    fit = fit_lambert(normals, luminance)
    assert fit.certainty < 0.2


def lambert_head(toward: np.ndarray, *, sun: float, ambient: float, yaw_rad: float = 0.0) -> tuple[Frame, Head]:
    """A head whose every vertex shows the color of its own closed-form shade, on a disc of picture around it."""
    from tryon import models

    _, triangles = skin_vertices()
    with np.load(models.path("face_geometry")) as stored:
        canonical = stored["vertices_cm"].astype(np.float64) / 100
    c, s = np.cos(yaw_rad), np.sin(yaw_rad)
    turn = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    mesh = canonical @ turn.T + [0, 0, -0.5]
    camera = Camera.assumed(960, 720)
    points = np.zeros((478, 3), np.float32)
    points[:468, :2] = camera.project(mesh)
    points[468:, :2] = points[[33, 133, 159, 145, 33, 263, 362, 386, 374, 263], :2]
    normals = mesh_normals(mesh, triangles)
    light = ambient + sun * np.clip(normals @ toward, 0, None)
    pixels = np.full((720, 960, 3), 110, np.uint8)
    order = np.argsort(mesh[:, 2])  # nearest last
    at = np.rint(points[:468, :2]).astype(int)
    for index in order:
        x, y = at[index]
        pixels[y - 2 : y + 3, x - 2 : x + 3] = codes_from_linear((SKIN * light[index]).astype(np.float32))
    pose = Pose(np.block([[turn, np.array([[0], [0], [-0.5]])], [np.zeros((1, 3)), np.ones((1, 1))]]))
    face = Face(1, FaceLandmarks(points, 1.0), pose=pose, mesh_m=mesh.astype(np.float32))
    head = Head.of(face)
    assert head is not None
    return Frame(pixels), head


@pytest.mark.usefixtures("models_ready")
@pytest.mark.parametrize("yaw_rad", [0.0, 0.5, -0.5])
@pytest.mark.parametrize("toward", [(-0.7, 0.4, 0.6), (0.5, 0.6, 0.6), (0.0, 0.5, 0.85)])
def test_the_sun_on_a_head_is_found(toward: tuple[float, float, float], yaw_rad: float) -> None:
    truth = np.array(toward) / np.linalg.norm(toward)
    frame, head = lambert_head(truth, sun=0.7, ambient=0.3, yaw_rad=yaw_rad)
    light = LightEstimator().estimate(frame, head)
    assert light.sun_direction is not None
    assert angle_rad(np.array(light.sun_direction), truth) < np.radians(8)
    sun, sky = np.array(light.sun_rgb)[1], np.array(light.rgb)[1]
    assert sun / sky == pytest.approx(0.7 / 0.3, rel=0.45)


@pytest.mark.usefixtures("models_ready")
def test_light_changes_smoothly_in_a_video() -> None:
    left, right = np.array([-0.7, 0.4, 0.6]), np.array([0.7, 0.4, 0.6])
    estimator = LightEstimator()
    frame, head = lambert_head(left / np.linalg.norm(left), sun=0.7, ambient=0.3)
    first = estimator.estimate(Frame(frame.pixels, 0.0, 0), head)
    frame, head = lambert_head(right / np.linalg.norm(right), sun=0.7, ambient=0.3)
    lights = [estimator.estimate(Frame(frame.pixels, (k + 1) / 30, k + 1), head) for k in range(120)]
    directions = np.array([light.sun_direction for light in (first, *lights)])
    weights = np.array([light.sun_rgb[1] for light in (first, *lights)])
    vectors = directions * weights[:, None]
    assert np.linalg.norm(np.diff(vectors, axis=0), axis=1).max() < 0.4
    assert angle_rad(directions[-1], right) < np.radians(12)


def test_without_a_face_the_picture_speaks() -> None:
    warm = np.full((48, 64, 3), (150, 120, 90), np.uint8)
    light = LightEstimator().estimate(Frame(warm), None)
    assert light.sun_direction is None
    assert light.rgb[0] > light.rgb[1] > light.rgb[2]
    dark = picture_light(Frame(warm // 3))
    assert dark[1] < light.rgb[1]
