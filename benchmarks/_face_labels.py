"""Hand-labelled faces of several data sets with one fixed map each from their points to the 478 face points.

A map lists, for every labelled point in order, the mesh point at the same place of the face, or −1 where the mesh has
none. 98 (WFLW) and 106 (LaPa) points are first reduced to the 68 of 300W, so that one map serves all of them.
Jaw points are ambiguous along the contour in every set; the map is the same for everybody who is measured.
"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# fmt: off
MESH_FROM_68 = np.array([
    127, 234, 93, 132, 58, 136, 150, 176, 152, 400, 379, 365, 288, 361, 323, 454, 356,  # jaw
    70, 63, 105, 66, 107, 336, 296, 334, 293, 300,  # brows
    168, 197, 5, 4, 98, 97, 2, 326, 327,  # nose
    33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380,  # eyes
    61, 40, 37, 0, 267, 270, 291, 321, 314, 17, 84, 91,  # outer lips
    78, 81, 13, 311, 308, 402, 14, 178,  # inner lips
])
_68_FROM_98 = np.array([
    *range(0, 33, 2), 33, 34, 35, 36, 37, 42, 43, 44, 45, 46, *range(51, 60),
    60, 61, 63, 64, 65, 67, 68, 69, 71, 72, 73, 75, *range(76, 96),
])
_68_FROM_106 = np.array([
    *range(0, 33, 2), 33, 34, 35, 36, 37, 42, 43, 44, 45, 46, 51, 52, 53, 54, 58, 59, 60, 61, 62,
    66, 67, 69, 70, 71, 73, 75, 76, 78, 79, 80, 82, *range(84, 104),
])
MESH_FROM_29 = np.array([
    70, 300, 107, 336, 105, 52, 334, 282, 33, 263, 133, 362, 159, 145, 386, 374, 468, 473,
    98, 327, 4, 2, 61, 291, 0, 13, 14, 17, 152,
])
MESH_FROM_19 = np.array([70, 105, 107, 336, 334, 300, 33, 468, 133, 362, 473, 263, 98, 1, 327, 61, 13, 291, 152])
# fmt: on
SETS = ("dlib", "300w", "300wlp", "300vw", "wflw", "cofw", "aflw", "aflw2000", "lapa")


@dataclass(frozen=True)
class Labelled:
    """One face of one picture: its labels and the mesh points they belong to.

    points_px: (K, 2) labelled positions. mesh: (K,) mesh indices. eyes_px: Distance between the outer eye corners.
    """

    set: str
    path: Path
    points_px: NDArray[np.float64]
    mesh: NDArray[np.int64]
    eyes_px: float

    def error(self, points_px: NDArray[np.floating]) -> float:
        """Mean distance of a (478, ≥2) face to the labels over the distance between the outer eye corners."""
        return float(np.linalg.norm(points_px[self.mesh, :2] - self.points_px, axis=1).mean() / self.eyes_px)


def labelled(folder: Path, *, sets: tuple[str, ...] = SETS) -> Iterator[Labelled]:
    """Every labelled face below `folder` whose outer eye corners are both labelled."""
    for name in sets:
        root = folder / name
        if name == "dlib":
            yield from _dlib(root)
        elif name == "aflw2000":
            yield from _aflw2000(root)
        else:
            for listing in sorted(root.glob("*open*.json")):
                yield from _coco(name, root, listing)


def _face(name: str, path: Path, points: NDArray[np.float64], known: NDArray[np.bool_]) -> Iterator[Labelled]:
    reduce = {98: _68_FROM_98, 106: _68_FROM_106}.get(len(points))
    if reduce is not None:
        points, known = points[reduce], known[reduce]
    mesh = {68: MESH_FROM_68, 29: MESH_FROM_29, 19: MESH_FROM_19}[len(points)]
    right, left = (int(np.flatnonzero(mesh == corner)[0]) for corner in (33, 263))
    if path.is_file() and known[right] and known[left]:
        eyes_px = float(np.linalg.norm(points[right] - points[left]))
        yield Labelled(name, path, points[known], mesh[known], eyes_px)


def _coco(name: str, root: Path, listing: Path) -> Iterator[Labelled]:
    content = json.loads(listing.read_text(encoding="utf-8"))
    files = {image["id"]: root / image["file_name"] for image in content["images"]}
    for annotation in content["annotations"]:
        rows = np.array(annotation["keypoints"], dtype=np.float64).reshape(-1, 3)
        yield from _face(name, files[annotation["image_id"]], rows[:, :2], rows[:, 2] > 0)


def _dlib(root: Path) -> Iterator[Labelled]:
    for listing in sorted(root.glob("*_with_face_landmarks_open.xml")):
        for image in ET.parse(listing).getroot().iter("image"):
            for box in image.iter("box"):
                points = np.array([(float(part.get("x", 0)), float(part.get("y", 0))) for part in box.iter("part")])
                if len(points) == 68:
                    yield from _face("dlib", root / image.get("file", ""), points, np.ones(68, dtype=bool))


def _aflw2000(root: Path) -> Iterator[Labelled]:
    from scipy.io import loadmat

    for path in sorted(root.glob("*.mat")):
        points = np.asarray(loadmat(path)["pt3d_68"], dtype=np.float64)[:2].T
        yield from _face("aflw2000", path.with_suffix(".jpg"), points, np.ones(68, dtype=bool))
