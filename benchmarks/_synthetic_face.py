"""Faces whose skin, eyes, light and camera are known exactly: the canonical face painted with reflectances."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from _spectra import Camera, hemoglobin_bands, reflectance
from numpy.typing import NDArray

from tryon import models
from tryon.color import codes_from_linear, lab_from_lch, lab_from_linear, linear_from_lab, skin_albedo
from tryon.geometry import face_mesh as fm
from tryon.types import Face, FaceLandmarks, Frame, Tracks

WIDTH, HEIGHT, FACE_PX = 320, 384, 300.0
_SURFACE = 0.028  # what a spectrophotometer adds to the diffuse reflectance of skin; see tryon.color.skin


def canonical_tracks() -> Tracks:
    """A face that looks straight into the camera with its eyes open as people's are (a third as high as wide)."""
    with np.load(models.path("face_geometry")) as stored:
        mesh = stored["vertices_cm"].astype(np.float64) * [1, -1, -1]
    for loop in (fm.RIGHT_EYE, fm.LEFT_EYE):
        eye = mesh[list(loop)]
        middle = eye[[0, 8], 1].mean()
        mesh[list(loop), 1] = middle + (eye[:, 1] - middle) * 0.34 * np.ptp(eye[:, 0]) / np.ptp(eye[:, 1])
    irises = []
    for corners in ((33, 133), (362, 263)):
        center = mesh[list(corners)].mean(0) - [0, 0, 0.4]
        irises += [center, *(center + step for step in ([-0.58, 0, 0], [0, -0.58, 0], [0.58, 0, 0], [0, 0.58, 0]))]
    points = np.concatenate([mesh, irises]) * FACE_PX / np.ptp(mesh[:, 1]) + [WIDTH / 2, HEIGHT / 2, 0.0]
    return Tracks(faces=(Face(0, FaceLandmarks(points.astype(np.float32), 1.0)),))


@dataclass(frozen=True)
class Person:
    """One person's reflectances, (81,) each, and the skin's own color under D65."""

    albedo: NDArray[np.float64]
    skin: NDArray[np.float64]
    lips: NDArray[np.float64]
    sclera: NDArray[np.float64]


def person(melanin: float, rng: np.random.Generator, *, albedo: NDArray[np.float64] | None = None) -> Person:
    """Someone with that much melanin (0 to 1), or of exactly that skin color; the rest varies as people do.

    Lips follow measured ones: about half way from the skin's lightness to L* 30, sd 4 (514 women, Vergnaud 2024,
    Charton 2026, against ISSA faces). Whites of eyes: no survey under known light was found; 0.55 with sd 8 % in
    luminance and 3 % per channel is our assumption.
    """
    if albedo is None:
        albedo = skin_albedo(melanin, redness=rng.normal(0.0, 2.0), yellowness=rng.normal(0.0, 2.0))
    lightness = float(lab_from_linear(albedo + _SURFACE)[0])
    usual = lightness - max(0.0, (lightness - 30.0) / 2.0)
    chroma = max(4.0, 0.81 * usual - 10.8 + rng.normal(0.0, 3.0))
    lips = lab_from_lch([usual + rng.normal(0.0, 4.0), chroma, np.radians(31.9 - 0.375 * (usual - 46.0))])
    sclera = np.array([0.57, 0.54, 0.50]) * np.exp(rng.normal(0.0, 0.08) + rng.normal(0.0, 0.03, 3))
    return Person(
        albedo=albedo,
        skin=reflectance(albedo, feature=hemoglobin_bands(0.35 * (1.0 - melanin))),
        lips=reflectance(np.clip(linear_from_lab(lips), 0.005, 0.9), feature=hemoglobin_bands(0.3)),
        sclera=reflectance(sclera),
    )


@dataclass(frozen=True)
class Scene:
    """One picture and its truth.

    frame: What the camera stored. linear: (H, W, 3) before it was rounded and clipped.
    shade: (H, W) light at each pixel, pores included, over that on the face as a whole.
    white: (3,) what a white diffuser facing as the face does would show; skin: (3,) what the skin shows there.
    eyes: (H, W) share of each pixel that is eyeball.
    """

    frame: Frame
    linear: NDArray[np.float64]
    shade: NDArray[np.float64]
    white: NDArray[np.float64]
    skin: NDArray[np.float64]
    eyes: NDArray[np.float64]


def scene(who: Person, camera: Camera, exposure: float, tracks: Tracks, rng: np.random.Generator) -> Scene:
    """The face under side light of random strength, before a wall of random color; pores, mottles, shaded sockets."""
    points = tracks.faces[0].landmarks.points_px
    rows, columns = np.mgrid[:HEIGHT, :WIDTH].astype(np.float64)
    across = (columns - WIDTH / 2) / (FACE_PX / 2)
    shade = 1.0 + rng.uniform(-0.3, 0.3) * across
    shade *= 1.0 + rng.uniform(-0.15, 0.1) * (rows - HEIGHT / 2) / (FACE_PX / 2)
    for center in (fm.RIGHT_IRIS[0], fm.LEFT_IRIS[0]):
        away = np.hypot(columns - points[center, 0], rows - points[center, 1]) / (0.12 * FACE_PX)
        shade *= 1.0 - rng.uniform(0.12, 0.3) * np.exp(-0.5 * away**2)
    pores = cv2.GaussianBlur(rng.standard_normal((HEIGHT, WIDTH)), (0, 0), 0.8)
    shade = shade * np.exp(0.04 * pores / pores.std())
    mottle = cv2.GaussianBlur(rng.standard_normal((HEIGHT, WIDTH)), (0, 0), 3.0)

    background = np.exp(rng.normal(np.log(0.15), 0.6)) * np.exp(rng.normal(0.0, 0.2, 3))
    linear = np.full((HEIGHT, WIDTH, 3), background) * camera.white * exposure
    oval = _inside(points, fm.FACE_OVAL, grow=1.25)[..., None]
    skin = camera.see(who.skin) * exposure * np.exp(0.04 * mottle / mottle.std())[..., None] * shade[..., None]
    linear += oval * (skin - linear)
    lips = _inside(points, fm.LIPS_OUTER)[..., None]
    linear += lips * (camera.see(who.lips) * exposure * shade[..., None] - linear)
    eyes = np.zeros((HEIGHT, WIDTH))
    between_lids = rng.normal(0.82, 0.09)  # with the socket's shade about two thirds of the light is left
    for loop, iris in ((fm.RIGHT_EYE, fm.RIGHT_IRIS), (fm.LEFT_EYE, fm.LEFT_IRIS)):
        eye = _inside(points, loop)
        eyes += eye
        # Darkest under the upper lid and in the corners.
        hollow = cv2.GaussianBlur(eye, (0, 0), 0.02 * FACE_PX)
        hollow = between_lids * np.clip(hollow / hollow.max() * 1.25, 0.3, 1.0) * shade
        white = camera.see(who.sclera) * exposure * hollow[..., None]
        radius = np.hypot(*(points[list(iris[1:]), :2] - points[iris[0], :2]).T).mean()
        disc = np.clip(radius + 0.5 - np.hypot(columns - points[iris[0], 0], rows - points[iris[0], 1]), 0.0, 1.0)
        white += disc[..., None] * (0.04 * camera.white * exposure - white)
        linear += eye[..., None] * (white - linear)
    return Scene(
        Frame(codes_from_linear(linear)), linear, shade, camera.white * exposure, camera.see(who.skin) * exposure, eyes
    )


def _inside(points: NDArray[np.float32], loop: tuple[int, ...], *, grow: float = 1.0) -> NDArray[np.float64]:
    """(H, W) share of each pixel inside a landmark loop, scaled about its center."""
    outline = points[list(loop), :2]
    outline = outline.mean(0) + grow * (outline - outline.mean(0))
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.fillPoly(mask, [np.rint(outline * 256.0).astype(np.int32)], 255, cv2.LINE_AA, 8)
    return mask / 255.0
