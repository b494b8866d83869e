"""People for rendered heads: a photographed face, its mesh at a metric size, and a skirt of hair, ears and neck."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from _head_space import linear, moved
from numpy.typing import NDArray

from tryon import models
from tryon.geometry import face_mesh as fm
from tryon.types import Camera, Frame

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "faces"
#: Photos whose faces look into the camera with open eyes. What is tuned is tuned on these.
PEOPLE = ("human_stock-emotions-a-3.jpg", "mediapipe_sergey.png", "liveportrait_s2.jpg", "facerec_obama.jpg")
TUNING = (
    *PEOPLE, "facerec_biden.jpg", "fairface_test_race_Asian.jpg", "human_person-nicole.jpg", "liveportrait_drv_d38.jpg",
)  # fmt: skip
#: Never looked at when a number is chosen: bearded, with hair over the brow, with a scarf, a child.
HELD_OUT = (
    "fdt_landmark-ex1.jpg", "fdt_mesh-ex1.jpeg", "liveportrait_drv_d19.jpg",
    "fairface_detected_faces_race_Middle_Eastern_face0.jpg", "fdt_iris-detection-ex1.jpg",
    "fairface_test_race_Black.jpg",
)  # fmt: skip

RINGS = ((1.0, 0.0), (1.06, 0.004), (1.14, 0.012), (1.3, 0.035), (1.6, 0.06), (2.3, 0.07))
_PHOTO_M = 1.5  # portraits are taken from about there; mesh and skirt are unprojected under a lens to match


@dataclass(frozen=True, eq=False)
class Person:
    """A face taken from a photo.

    linear: (h, w, 3) float32 photo in linear light. points_px: (478, 2) its landmarks.
    mesh_m: (468, 3) in the head's axes at the canonical size; depth in particular is the face tracker's guess.
    skirt_m, skirt_px, skirt_alpha: Rings of 36 points around the face: where, where on the photo, how opaque.
    triangles: Of the face without its eyes. windows: Triangles of the gaps between the lids, right then left.
    """

    linear: NDArray[np.float32]
    points_px: NDArray[np.float64]
    mesh_m: NDArray[np.float64]
    skirt_m: NDArray[np.float64]
    skirt_px: NDArray[np.float64]
    skirt_alpha: NDArray[np.float64]
    triangles: NDArray[np.int64]
    windows: tuple[NDArray[np.int64], NDArray[np.int64]]


@functools.lru_cache(maxsize=16)
def person(name: str | None = None) -> Person:
    """The face in a photo of `DATA`, by file name; None is the first there, or scikit-image's astronaut."""
    from tryon.track import Tracker

    photo = _photo(name)
    with Tracker.load("face", device="cpu", max_faces=1) as tracker:
        seen = tracker.track(Frame(photo)).faces[0].landmarks.points_px
    photo = _centered(photo, 0.5 * (seen[:468, :2].min(0) + seen[:468, :2].max(0)))
    focal_px = _PHOTO_M * float(np.linalg.norm(seen[33, :2] - seen[263, :2])) / 0.0889  # canonical outer corners
    with Tracker.load("face", device="cpu", max_faces=1, focal_px=focal_px) as tracker:
        face = tracker.track(Frame(photo)).faces[0]
    assert face.pose is not None
    assert face.mesh_m is not None
    points = face.landmarks.points_px[:, :2].astype(np.float64)
    head_from_camera = np.linalg.inv(face.pose.camera_from_object)
    mesh = face.mesh_m.astype(np.float64)
    camera = Camera.of_focal(photo.shape[1], photo.shape[0], focal_px)

    oval = points[list(fm.FACE_OVAL)]
    middle = oval.mean(0)
    away = -mesh[list(fm.FACE_OVAL), 2]
    skirt_px, skirt, alpha = [], [], []
    for grow, back_m in RINGS:
        ring = middle + grow * (oval - middle)
        # Behind the oval's own depth at first, then toward one plane, as a head does behind a face.
        deep = (away + back_m) * (1.6 - min(grow, 1.6)) / 0.6 + (away.mean() + back_m) * (min(grow, 1.6) - 1.0) / 0.6
        x = (ring[:, 0] - camera.center_x_px) / camera.focal_x_px
        y = -(ring[:, 1] - camera.center_y_px) / camera.focal_y_px
        skirt.append(np.stack([x * deep, y * deep, -deep], 1))
        skirt_px.append(ring)
        alpha.append(np.full(len(ring), 0.0 if grow > 2.0 else 1.0))

    with np.load(models.path("face_geometry")) as stored:
        triangles = stored["triangles"].astype(np.int64)
        canonical = stored["vertices_cm"].astype(np.float64)
    loops = [set(fm.RIGHT_EYE), set(fm.LEFT_EYE)]
    inside = [np.array([set(row) <= loop for row in triangles.tolist()]) for loop in loops]
    tracked = moved(head_from_camera, mesh)
    symmetric = _symmetric(tracked, canonical)
    shift = np.tile((symmetric - tracked)[list(fm.FACE_OVAL)], (len(RINGS), 1))  # the skirt stays sewn to the face
    return Person(
        linear=linear(photo),
        points_px=points,
        mesh_m=symmetric,
        skirt_m=moved(head_from_camera, np.concatenate(skirt)) + shift,
        skirt_px=np.concatenate(skirt_px),
        skirt_alpha=np.concatenate(alpha),
        triangles=triangles[~(inside[0] | inside[1])],
        windows=(triangles[inside[0]], triangles[inside[1]]),
    )


def _photo(name: str | None) -> NDArray[np.uint8]:
    from tryon.capture.picture import read_image

    names = [name] if name else list(PEOPLE)
    for each in names:
        if (DATA / each).is_file():
            return read_image(DATA / each).pixels
    import skimage.data

    astronaut: NDArray[np.uint8] = skimage.data.astronaut()
    return astronaut


def _centered(photo: NDArray[np.uint8], middle_px: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The photo with more border where it takes that to bring the face to its middle.

    A face tracker says how a face is turned against the line of sight to it; only in the middle is that the axis.
    """
    height, width = photo.shape[:2]
    right, down = round(2 * float(middle_px[0]) - width), round(2 * float(middle_px[1]) - height)
    edges = (max(0, -down), max(0, down), max(0, -right), max(0, right))
    grown: NDArray[np.uint8] = cv2.copyMakeBorder(photo, *edges, cv2.BORDER_REPLICATE)
    return grown


def _symmetric(mesh: NDArray[np.float64], canonical: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mesh averaged with its mirror image: what the tracker got wrong of a photo's turn would stay in its depth."""
    mirror = np.array([-1.0, 1.0, 1.0])
    twin = np.linalg.norm(canonical[:, None] - canonical[None] * mirror, axis=2).argmin(1)
    averaged: NDArray[np.float64] = 0.5 * (mesh + mesh[twin] * mirror)
    return averaged


def cheeks(one: Person) -> NDArray[np.float32]:
    """(3,) linear light of the skin below the eyes."""
    places = np.rint(one.points_px[[50, 280, 205, 425]]).astype(int)
    patches = [one.linear[y - 3 : y + 4, x - 3 : x + 4].reshape(-1, 3) for x, y in places]
    return np.median(np.concatenate(patches), axis=0)
