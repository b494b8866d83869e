"""Heads of known truth: a photographed face on a metric mesh with true eyeballs, rendered under a known camera.

`head(pd_mm=63, yaw_deg=15, card="forehead")` gives the picture and everything about it: where the pupils are to the
hundredth of a pixel, every mesh point in meters, the pose, the bank card's corners, a depth map.

The skin is a real photo's, put on the mesh that was tracked in it; hair, ears and neck follow on a skirt behind the
face. Each eye is a sphere about its center of rotation with a flat iris disc, seen through the gap between the lids,
so that pupils, iris diameter and gaze are exact whatever the photo's own eyes did. Nothing of `tryon.render` is used.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from _head_raster import rasterize
from numpy.typing import NDArray

from tryon import models
from tryon.geometry import face_mesh as fm
from tryon.types import Camera, Frame

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "faces"
#: Photos whose faces look into the camera with open eyes; the last one ships with scikit-image.
PEOPLE = ("human_stock-emotions-a-3.jpg", "mediapipe_sergey.png", "liveportrait_s2.jpg", "facerec_obama.jpg")

CARD_M = (0.0856, 0.05398)  # ISO/IEC 7810 ID-1
CARD_CORNER_M, CARD_THICKNESS_M = 0.00318, 0.00076
ROTATION_M = 0.0105  # entrance pupil to the eye's center of rotation: 13.5 mm from the cornea less 3 mm of chamber
PUPIL_AHEAD_M = 0.0045  # of the middle of the eye's corners, toward the viewer
_LIMBUS_M = 0.0003  # half width of the limbus' soft edge
_SKIN, _RIGHT_EYE, _LEFT_EYE, _CARD, _THUMB = 1, 2, 3, 4, 5
_IRIS_RGB = ((0.10, 0.05, 0.025), (0.16, 0.22, 0.30), (0.16, 0.18, 0.10), (0.045, 0.025, 0.015))
# Barycentric places all over a triangle, for skin that touches between its corners.
_SHARES = np.array([(a, b, 6 - a - b) for a in range(7) for b in range(7 - a)]) / 6.0
_RINGS = ((1.0, 0.0), (1.06, 0.004), (1.14, 0.012), (1.3, 0.035), (1.6, 0.06), (2.3, 0.07))
_PHOTO_M = 1.5  # portraits are taken from about there; mesh and skirt are unprojected under a lens to match


@dataclass(frozen=True, eq=False)
class RenderedHead:
    """One picture and its truth. Camera space: meters, +Y up, the camera looks down −Z.

    pixels: (H, W, 3) uint8 sRGB. depth_m: (H, W) float32 along −Z, inf where there is nothing.
    pupils_px: (2, 2): the person's right pupil (mesh point 468), then the left (473). pupils_m: the same in space.
    pd_m: Between the eyes' centers of rotation, which is the pupils' distance when looking far away.
    mesh_m: (478, 3) true points, irises included. landmarks_px: (478, 2), their projections.
    camera_from_head: Rigid; axes and origin of the canonical face. scale: True size over the canonical one.
    card_corners_px: (4, 2) sharp corners of the card, top left first, clockwise as printed; None without a card.
    camera_from_card: Origin in the card's middle, +X its printed right, +Y its printed up, +Z out of its face.
    """

    pixels: NDArray[np.uint8]
    depth_m: NDArray[np.float32]
    camera: Camera
    pupils_px: NDArray[np.float64]
    pupils_m: NDArray[np.float64]
    pd_m: float
    iris_m: float
    face_width_m: float
    mesh_m: NDArray[np.float64]
    landmarks_px: NDArray[np.float64]
    camera_from_head: NDArray[np.float64]
    scale: float
    card_corners_px: NDArray[np.float64] | None = None
    camera_from_card: NDArray[np.float64] | None = None

    @property
    def frame(self) -> Frame:
        """The picture as a still."""
        return Frame(self.pixels)


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


@functools.lru_cache(maxsize=8)
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
    for grow, back_m in _RINGS:
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
    tracked = _moved(head_from_camera, mesh)
    symmetric = _symmetric(tracked, canonical)
    shift = np.tile((symmetric - tracked)[list(fm.FACE_OVAL)], (len(_RINGS), 1))  # the skirt stays sewn to the face
    return Person(
        linear=_linear(photo),
        points_px=points,
        mesh_m=symmetric,
        skirt_m=_moved(head_from_camera, np.concatenate(skirt)) + shift,
        skirt_px=np.concatenate(skirt_px),
        skirt_alpha=np.concatenate(alpha),
        triangles=triangles[~(inside[0] | inside[1])],
        windows=(triangles[inside[0]], triangles[inside[1]]),
    )


def head(
    *,
    pd_mm: float = 63.0,
    iris_mm: float = 11.7,
    yaw_deg: float = 0.0,
    pitch_deg: float = 0.0,
    roll_deg: float = 0.0,
    distance_m: float = 0.45,
    width: int = 960,
    height: int = 1280,
    focal_px: float = 1100.0,
    at: tuple[float, float] = (0.5, 0.5),
    gaze: Literal["camera", "far"] = "camera",
    relief: float = 1.0,
    pupil_ahead_m: float = PUPIL_AHEAD_M,
    card: Literal["forehead", "chin"] | None = None,
    card_tilt_deg: tuple[float, float, float] = (0.0, 0.0, 0.0),
    thumb: bool = True,
    noise: float = 2.0,
    blur_px: float = 0.6,
    jpeg: int | None = 92,
    who: str | None = None,
    seed: int = 0,
    samples: int = 3,
) -> RenderedHead:
    """A head of that size, turned so, that far away (pupils to camera along −Z), its pupils' middle at `at`.

    Args:
        pd_mm: Between the centers of rotation; the whole head grows with it. iris_mm stays what is asked for.
        yaw_deg, pitch_deg, roll_deg: As `Pose.yaw_pitch_roll_rad`.
        at: Where the pupils' middle is seen, as shares of width and height.
        gaze: At the camera (pupils converge and stay on it when the head turns), or straight ahead and far away.
        relief: Stretches the face along its own depth, about the pupils: noses and foreheads differ.
        pupil_ahead_m: How far the eyes stand out.
        card: A bank card held flat there, and its tilt in yaw, pitch, roll against that place; `thumb` covers a part.
        noise: Standard deviation in 8-bit codes. blur_px: Sigma. jpeg: Quality, or None.
        who: A photo of `PEOPLE`. seed: Noise, iris color, print of the card. samples: Per pixel along each axis.
    """
    rng = np.random.default_rng(seed)
    one = person(who)
    camera = Camera.of_focal(width, height, focal_px)
    turn = _rotation(math.radians(yaw_deg), math.radians(pitch_deg), math.radians(roll_deg))
    mesh, skirt = one.mesh_m.copy(), one.skirt_m.copy()
    centers, scale = _eye_centers(one, pd_mm / 1000.0, pupil_ahead_m)
    mesh *= scale
    skirt *= scale
    level = centers[:, 2].mean() + ROTATION_M
    for points in (mesh, skirt):
        points[:, 2] = level + (points[:, 2] - level) * relief
    middle = centers.mean(0) + np.array([0.0, 0.0, ROTATION_M])
    aim = np.array(
        [(at[0] * width - camera.center_x_px) / focal_px, -(at[1] * height - camera.center_y_px) / focal_px, -1.0]
    )
    camera_from_head = np.eye(4)
    camera_from_head[:3, :3] = turn
    camera_from_head[:3, 3] = aim * distance_m - turn @ middle
    mesh, skirt, centers = (_moved(camera_from_head, points) for points in (mesh, skirt, centers))
    looks = turn[:, 2] if gaze == "far" else None
    gazes = np.array([looks if looks is not None else -c / np.linalg.norm(c) for c in centers])
    pupils = centers + ROTATION_M * gazes
    irises = np.concatenate([_rim(p, g, turn, iris_mm / 2000.0) for p, g in zip(pupils, gazes, strict=True)])
    mesh478 = np.concatenate([mesh, irises])

    placed = _place_card(mesh, one.triangles, camera_from_head, scale, card, card_tilt_deg) if card else None
    pixels, depth_m = _draw(
        one, camera, mesh, skirt, centers, gazes, iris_mm / 2000.0, placed, thumb, card == "forehead", rng, samples
    )
    pixels = _photographed(pixels, rng, noise=noise, blur_px=blur_px, jpeg=jpeg)
    corners = _moved(placed, _card_corners()) if placed is not None else None
    return RenderedHead(
        pixels=pixels,
        depth_m=depth_m,
        camera=camera,
        pupils_px=camera.project(pupils),
        pupils_m=pupils,
        pd_m=pd_mm / 1000.0,
        iris_m=iris_mm / 1000.0,
        face_width_m=float(np.linalg.norm(mesh[234] - mesh[454])),
        mesh_m=mesh478,
        landmarks_px=camera.project(mesh478),
        camera_from_head=camera_from_head,
        scale=scale,
        card_corners_px=camera.project(corners) if corners is not None else None,
        camera_from_card=placed,
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


def _linear(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    codes = np.arange(256) / 255.0
    table = np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4).astype(np.float32)
    return table[pixels]


def _codes(linear: NDArray[np.float32]) -> NDArray[np.float32]:
    clipped = np.clip(linear, 0.0, 1.0)
    encoded = np.where(clipped <= 0.0031308, 12.92 * clipped, 1.055 * np.power(clipped, 1 / 2.4) - 0.055)
    return (255.0 * encoded).astype(np.float32)


def _moved(matrix: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    moved: NDArray[np.float64] = points @ matrix[:3, :3].T + matrix[:3, 3]
    return moved


def _symmetric(mesh: NDArray[np.float64], canonical: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mesh averaged with its mirror image: what the tracker got wrong of a photo's turn would stay in its depth."""
    mirror = np.array([-1.0, 1.0, 1.0])
    twin = np.linalg.norm(canonical[:, None] - canonical[None] * mirror, axis=2).argmin(1)
    averaged: NDArray[np.float64] = 0.5 * (mesh + mesh[twin] * mirror)
    return averaged


def _rotation(yaw: float, pitch: float, roll: float) -> NDArray[np.float64]:
    cy, sy, cp, sp, cr, sr = (f(a) for a in (yaw, pitch, roll) for f in (math.cos, math.sin))
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    about_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    turned: NDArray[np.float64] = about_y @ about_x @ about_z
    return turned


def _eye_centers(one: Person, pd_m: float, pupil_ahead_m: float) -> tuple[NDArray[np.float64], float]:
    """(2, 3) centers of rotation in head axes at true size, and by how much the head grows for them to be pd apart.

    Each lies behind the photo's own iris as seen head on, leveled so that both have one height and depth.
    """
    corners = np.array([one.mesh_m[[33, 133]].mean(0), one.mesh_m[[362, 263]].mean(0)])
    lids = np.array([one.mesh_m[[159, 145]].mean(0), one.mesh_m[[386, 374]].mean(0)])
    across = 0.5 * (corners[1, 0] - corners[0, 0])
    scale = pd_m / (2.0 * across)
    middle = corners[:, 0].mean()
    depth = corners[:, 2].mean() * scale + pupil_ahead_m - ROTATION_M
    rows = 0.5 * (corners[:, 1] + lids[:, 1]) * scale
    x = np.array([middle * scale - pd_m / 2.0, middle * scale + pd_m / 2.0])
    return np.stack([x, np.full(2, rows.mean()), np.full(2, depth)], 1), float(scale)


def _rim(
    pupil: NDArray[np.float64], gaze: NDArray[np.float64], turn: NDArray[np.float64], radius_m: float
) -> NDArray[np.float64]:
    """Pupil, then the iris' rim: right, top, left, bottom in the picture, as the mesh counts them."""
    up = turn[:, 1] - gaze * (turn[:, 1] @ gaze)
    up /= np.linalg.norm(up)
    right = np.cross(up, gaze)
    return pupil + radius_m * np.array([0 * up, right, up, -right, -up])


def _card_corners() -> NDArray[np.float64]:
    x, y = CARD_M[0] / 2, CARD_M[1] / 2
    return np.array([[-x, y, 0.0], [x, y, 0.0], [x, -y, 0.0], [-x, -y, 0.0]])


def _place_card(
    mesh: NDArray[np.float64],
    triangles: NDArray[np.int64],
    camera_from_head: NDArray[np.float64],
    scale: float,
    where: str,
    tilt_deg: tuple[float, float, float],
) -> NDArray[np.float64]:
    """The card's face in camera space: pushed against the skin until it touches, thickness added."""
    face = _moved(np.linalg.inv(camera_from_head), mesh)
    if where == "forehead":
        slope = math.atan2(face[9, 2] - face[151, 2], face[151, 1] - face[9, 1])  # above zero: leans back going up
        lean, middle_y = -slope, face[9, 1] + 0.033 * scale
    else:
        lean, middle_y = 0.0, face[17, 1] - 0.028 * scale
    yaw, pitch, roll = (math.radians(angle) for angle in tilt_deg)
    card = np.eye(4)
    card[:3, :3] = _rotation(0.0, lean, 0.0) @ _rotation(yaw, pitch, roll)
    card[:3, 3] = [face[[10, 152], 0].mean(), middle_y, face[:, 2].max()]
    near = _moved(np.linalg.inv(card), np.concatenate([share @ face[triangles] for share in _SHARES]))
    covered = (np.abs(near[:, 0]) < CARD_M[0] / 2) & (np.abs(near[:, 1]) < CARD_M[1] / 2)
    card[:3, 3] += card[:3, 2] * (near[covered, 2].max() + CARD_THICKNESS_M)
    placed: NDArray[np.float64] = camera_from_head @ card
    return placed


def _card_print(rng: np.random.Generator) -> NDArray[np.float32]:
    """(540 · 2, 856 · 2, 3) linear picture of a made-up card: gradient, waves, chip, numbers."""
    height, width = 1080, 1712
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    base = rng.uniform(20, 235, 3)
    if rng.random() < 0.35:
        base = np.full(3, rng.uniform(190, 245))
    other = np.clip(base + rng.uniform(-60, 60, 3), 5, 250)
    share = np.clip((columns / width + rows / height) / 2.0, 0, 1)[..., None]
    picture = base + (other - base) * share
    angle, pitch_px = rng.uniform(0, np.pi), rng.uniform(60, 300)
    waves = np.sin(2 * np.pi * (columns * np.cos(angle) + rows * np.sin(angle)) / pitch_px + 2 * np.sin(rows / 170.0))
    picture = np.ascontiguousarray(np.clip(picture + 10.0 * waves[..., None], 0, 255).astype(np.uint8))
    ink = (245, 245, 245) if base.mean() < 128 else (30, 30, 40)
    cv2.rectangle(picture, (170, 380), (400, 560), (205, 175, 95), -1)
    for y in (440, 500):
        cv2.line(picture, (170, y), (400, y), (120, 95, 40), 5)
    cv2.putText(picture, "4970 1012 3456 7890", (160, 720), cv2.FONT_HERSHEY_SIMPLEX, 3.6, ink, 12, cv2.LINE_AA)
    cv2.putText(picture, "A. N. OTHER   09/29", (160, 940), cv2.FONT_HERSHEY_SIMPLEX, 2.4, ink, 7, cv2.LINE_AA)
    cv2.putText(picture, "Bank", (1280, 210), cv2.FONT_HERSHEY_TRIPLEX, 4.2, ink, 12, cv2.LINE_AA)
    cv2.circle(picture, (1490, 900), 95, (200, 60, 50), -1, cv2.LINE_AA)
    cv2.circle(picture, (1400, 900), 95, (225, 160, 60), -1, cv2.LINE_AA)
    return _linear(picture)


def _card_outline() -> NDArray[np.float64]:
    """(52, 3) outline of the card's face with its rounded corners."""
    points = []
    for index, corner in enumerate(_card_corners()):
        center = corner - np.sign(corner) * CARD_CORNER_M
        start = math.pi - index * math.pi / 2
        angles = start + np.linspace(0.0, -math.pi / 2, 13)
        points.append(center + CARD_CORNER_M * np.stack([np.cos(angles), np.sin(angles), 0.0 * angles], 1))
    return np.concatenate(points)


def _thumb(
    rng: np.random.Generator, where: int, *, from_above: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A thumb from outside over the card's lower or upper edge, or a side.

    Returns (n, 3, 3) triangles in card axes, and where each corner lies across (−1 to 1) and along the thumb.
    """
    side = (where % 2) * 2 - 1
    if where < 2:
        tip, toward = np.array([side * rng.uniform(0.018, 0.03), -0.012]), np.array([side * 0.25, -1.0])
    else:
        tip, toward = np.array([side * 0.028, rng.uniform(-0.012, 0.004)]), np.array([side * 1.0, -0.45])
    flip = np.array([1.0, -1.0 if from_above else 1.0])
    tip, toward = tip * flip, toward * flip / np.linalg.norm(toward)
    across = np.array([-toward[1], toward[0]])
    radius, length = 0.0095, 0.075
    rows = [
        (tip + radius * (across * math.sin(angle) - toward * math.cos(angle)), math.sin(angle), -0.5)
        for angle in np.linspace(-math.pi / 2, math.pi / 2, 15)
    ]
    rows.append((tip + across * radius * 1.15 + toward * length, 1.0, 1.0))
    rows.append((tip - across * radius * 1.15 + toward * length, -1.0, 1.0))
    place = np.array([[*point, 0.002] for point, _, _ in rows])
    shade = np.array([[across_, along, 0.0] for _, across_, along in rows])
    hub = np.array([*(tip + toward * 0.012), 0.010])
    n = len(rows)
    triangles = np.array([[hub, place[i], place[(i + 1) % n]] for i in range(n)])
    shades = np.array([[[0.0, 0.0, 0.0], shade[i], shade[(i + 1) % n]] for i in range(n)])
    return triangles, shades


def _draw(
    one: Person,
    camera: Camera,
    mesh: NDArray[np.float64],
    skirt: NDArray[np.float64],
    centers: NDArray[np.float64],
    gazes: NDArray[np.float64],
    iris_radius_m: float,
    placed: NDArray[np.float64] | None,
    thumb: bool,
    from_above: bool,
    rng: np.random.Generator,
    samples: int,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(H, W, 3) linear light and (H, W) depth."""
    height, width = camera.height * samples, camera.width * samples
    intrinsics = np.array(
        [
            camera.focal_x_px * samples,
            camera.focal_y_px * samples,
            camera.center_x_px * samples + (samples - 1) / 2.0,
            camera.center_y_px * samples + (samples - 1) / 2.0,
        ]
    )
    photo, shrink = _prefiltered(one, camera, mesh, samples)
    points_uv = np.concatenate([one.points_px[:468] * shrink, np.ones((468, 1))], 1)
    skirt_uv = np.concatenate([one.skirt_px * shrink, one.skirt_alpha[:, None]], 1)
    count = len(fm.FACE_OVAL)
    steps = [
        corner
        for ring in range(len(_RINGS) - 1)
        for i in range(count)
        for corner in (
            (ring * count + i, ring * count + (i + 1) % count, (ring + 1) * count + i),
            (ring * count + (i + 1) % count, (ring + 1) * count + (i + 1) % count, (ring + 1) * count + i),
        )
    ]
    rows = np.array(steps)
    parts = [
        (mesh[one.triangles], points_uv[one.triangles], _SKIN),
        (mesh[one.windows[0]], points_uv[one.windows[0]], _RIGHT_EYE),
        (mesh[one.windows[1]], points_uv[one.windows[1]], _LEFT_EYE),
        (skirt[rows], skirt_uv[rows], _SKIN),
    ]
    if placed is not None:
        outline = _card_outline()
        card_uv = np.stack(
            [(outline[:, 0] / CARD_M[0] + 0.5) * 1711, (0.5 - outline[:, 1] / CARD_M[1]) * 1079, np.ones(len(outline))],
            1,
        )
        fan = np.array([(0, i, i + 1) for i in range(1, len(outline) - 1)])
        parts.append((_moved(placed, outline)[fan], card_uv[fan], _CARD))
        if thumb:
            finger, shades = _thumb(rng, int(rng.integers(4)), from_above=from_above)
            parts.append((_moved(placed, finger.reshape(-1, 3)).reshape(-1, 3, 3), shades, _THUMB))
    depth = np.full((height, width), np.inf, np.float32)
    uv = np.zeros((height, width, 3), np.float32)
    kind = np.zeros((height, width), np.uint8)
    rasterize(
        np.concatenate([part[0] for part in parts]).astype(np.float64),
        np.concatenate([part[1] for part in parts]).astype(np.float64),
        np.concatenate([np.full(len(part[0]), part[2], np.int64) for part in parts]),
        intrinsics,
        depth,
        uv,
        kind,
    )
    light = float(np.median(_cheeks(one)))
    wall = _wall(height, width, rng, light)
    skin = cv2.remap(photo, uv[..., 0], uv[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    alpha = np.where((kind >= _SKIN) & (kind <= _LEFT_EYE), uv[..., 2], 0.0)[..., None]
    picture = wall + alpha * (skin - wall)
    iris_rgb = np.array(_IRIS_RGB[int(rng.integers(len(_IRIS_RGB)))]) * light / 0.3
    for index, label in enumerate((_RIGHT_EYE, _LEFT_EYE)):
        _draw_eye(picture, kind == label, intrinsics, centers[index], gazes[index], iris_radius_m, iris_rgb, light, rng)
    if placed is not None:
        _draw_card(picture, kind, uv, _cheeks(one), light, rng)
    small = cv2.resize(picture, (camera.width, camera.height), interpolation=cv2.INTER_AREA)
    middle = samples // 2
    return small.astype(np.float32), depth[middle::samples, middle::samples].copy()


def _prefiltered(
    one: Person, camera: Camera, mesh: NDArray[np.float64], samples: int
) -> tuple[NDArray[np.float32], float]:
    """The photo at most as fine as it will be drawn, and its scale; coordinates shrink by the same factor about 0."""
    drawn = np.ptp(camera.project(mesh)[:, 0]) * samples
    shrink = min(1.0, 1.25 * drawn / np.ptp(one.points_px[:468, 0]))
    if shrink > 0.9:
        return one.linear, 1.0
    size = (max(1, round(one.linear.shape[1] * shrink)), max(1, round(one.linear.shape[0] * shrink)))
    return cv2.resize(one.linear, size, interpolation=cv2.INTER_AREA), shrink


def _cheeks(one: Person) -> NDArray[np.float32]:
    """(3,) linear light of the skin below the eyes."""
    places = np.rint(one.points_px[[50, 280, 205, 425]]).astype(int)
    patches = [one.linear[y - 3 : y + 4, x - 3 : x + 4].reshape(-1, 3) for x, y in places]
    return np.median(np.concatenate(patches), axis=0)


def _wall(height: int, width: int, rng: np.random.Generator, light: float) -> NDArray[np.float32]:
    rough = rng.uniform(0.3, 0.6, (4, 4, 3)).astype(np.float32) * light
    return cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC).clip(0.005, 1.0)


def _draw_eye(
    picture: NDArray[np.float32],
    window: NDArray[np.bool_],
    intrinsics: NDArray[np.float64],
    center: NDArray[np.float64],
    gaze: NDArray[np.float64],
    radius_m: float,
    iris_rgb: NDArray[np.float64],
    light: float,
    rng: np.random.Generator,
) -> None:
    """The eyeball through the gap between the lids: ray against sphere and iris disc, shaded toward the lids."""
    if not window.any():
        return
    rows, columns = np.nonzero(window)
    focal_x, focal_y, center_x, center_y = intrinsics
    ray = np.stack([(columns - center_x) / focal_x, -(rows - center_y) / focal_y, -np.ones(len(rows))], 1)
    ray /= np.linalg.norm(ray, axis=1, keepdims=True)
    sphere_m = math.hypot(ROTATION_M, radius_m)
    along = ray @ center
    gap = along**2 - (center @ center - sphere_m**2)
    hit = gap > 0.0
    point = ray * (along - np.sqrt(np.maximum(gap, 0.0)))[:, None]
    ahead = (point - center) @ gaze
    on_disc = hit & (ahead > ROTATION_M)
    reach = (ROTATION_M + center @ gaze) / (ray @ gaze)
    point = np.where(on_disc[:, None], ray * reach[:, None], point)
    offset = point - center
    offset = offset - (offset @ gaze)[:, None] * gaze
    radial = np.where(on_disc | (ahead > 0.0), np.linalg.norm(offset, axis=1), 1.0) / radius_m

    patch = window[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1].astype(np.uint8)
    inner = cv2.distanceTransform(cv2.copyMakeBorder(patch, 1, 1, 1, 1, cv2.BORDER_CONSTANT), cv2.DIST_L2, 5)
    near = inner[1:-1, 1:-1][rows - rows.min(), columns - columns.min()]
    px_per_m = focal_x / -center[2]
    lid = np.clip(near / (0.003 * px_per_m), 0.0, 1.0)
    shade = 0.45 + 0.55 * lid * (2.0 - lid)

    angle = np.arctan2(offset[:, 1], offset[:, 0])
    spokes = sum(rng.uniform(0.03, 0.1) * np.sin(k * angle + rng.uniform(0, 6)) for k in (7, 13, 23, 37))
    iris = iris_rgb * (1.0 + spokes)[:, None] * (1.15 - 0.5 * np.clip(radial, 0, 1) ** 3)[:, None]
    pupil = np.clip((0.34 - radial) / 0.03 + 0.5, 0.0, 1.0)[:, None]
    iris = iris * (1.0 - pupil) + 0.004 * pupil
    white = np.array([1.25, 1.15, 1.08]) * light * np.ones((len(rows), 1))
    edge = np.clip((radial - 1.0) * radius_m / (2.0 * _LIMBUS_M) + 0.5, 0.0, 1.0)
    edge = (edge * edge * (3.0 - 2.0 * edge))[:, None]
    color = (iris + edge * (white - iris)) * shade[:, None]
    glint = np.hypot(offset[:, 0] / radius_m + 0.2, offset[:, 1] / radius_m - 0.28)
    color += 1.2 * np.clip((0.10 - glint) / 0.04, 0.0, 1.0)[:, None] * on_disc[:, None]
    old = picture[rows, columns]
    color = np.where(hit[:, None], color, old * 0.6)
    seam = np.clip(near / (0.0006 * px_per_m), 0.0, 1.0)[:, None]  # lashes and the lids' wet edge
    picture[rows, columns] = old + seam * (color - old)


def _draw_card(
    picture: NDArray[np.float32],
    kind: NDArray[np.uint8],
    uv: NDArray[np.float32],
    skin: NDArray[np.float32],
    light: float,
    rng: np.random.Generator,
) -> None:
    on_card, on_thumb = kind == _CARD, kind == _THUMB
    printed = _card_print(rng)
    across = max(1.0, float(np.ptp(np.nonzero(on_card)[1])))
    shrink = min(1.0, 1.5 * across / printed.shape[1])
    size = (max(2, round(printed.shape[1] * shrink)), max(2, round(printed.shape[0] * shrink)))
    printed = cv2.resize(printed, size, interpolation=cv2.INTER_AREA)
    seen = cv2.remap(
        printed, uv[..., 0] * shrink, uv[..., 1] * shrink, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    gain = min(light / 0.4, 1.2)
    sheen = 0.03 * light * np.clip(np.sin(uv[..., 0] / 500.0 + rng.uniform(0, 6)), 0, 1)[..., None]
    np.copyto(picture, (seen * gain + sheen).astype(picture.dtype), where=on_card[..., None])
    rounded = (1.0 - 0.45 * uv[..., 0] ** 2)[..., None] * skin * 0.95
    np.copyto(picture, rounded.astype(picture.dtype), where=on_thumb[..., None])


def _photographed(
    linear: NDArray[np.float32], rng: np.random.Generator, *, noise: float, blur_px: float, jpeg: int | None
) -> NDArray[np.uint8]:
    if blur_px > 0.0:
        linear = cv2.GaussianBlur(linear, (0, 0), blur_px)
    codes = _codes(linear) + noise * rng.standard_normal(linear.shape, np.float32)
    pixels = np.clip(np.rint(codes), 0, 255).astype(np.uint8)
    if jpeg is None:
        return pixels
    written = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, jpeg])[1]
    return np.ascontiguousarray(cv2.imdecode(written, cv2.IMREAD_COLOR)[..., ::-1])
