"""How true lengths come out on photos of real tags and boards.

Prints one JSON object; needs the test data (rooms/visp_apriltag, rooms/pv_charuco_*). No length that is measured
went into the plane by itself.

- `visp`: twelve AprilTags of 53 mm on one sheet of paper on a desk. `edges`: the 48 edges, each on the plane that the
  other eleven tags give. `from camera`: distance of each tag's middle on the plane of that tag alone, against the pose
  that comes with the photo. Paper and lens bend lines by about half a pixel here: edges are 30 to 90 px long.
- `charuco`: photos of three ChArUco boards. They show on a screen, whose true scale nobody measured, so ratios are
  what can be checked. `squares`: the plane of nine squares at one corner of the board; lengths of five squares and
  more across the rest. `tags`: the plane of all tags, said to be 0.75 of a square; a screen rounds 67.5 dots to 67 or
  68, which is 0.7 %, and each set's mean error is of that size, so each set stands alone.

- `rendered`: the marker page on floors seen by 150 random cameras (1280×960, 24 to 35 mm, 1 to 1.7 m high, looking down
  by 15° to 55°, page 0.8 to 3 m away, blur, noise, JPEG); random lengths of 0.2 to 3 m within 3 m of the camera. With
  the focal length exact, or off by a standard deviation of 1.5 % as EXIF's is.

Each row: median and 95th percentile of the error in percent, its mean with sign, and how often the truth lies in the
stated 95 % interval.

    .venv/bin/python benchmarks/place_tags.py [--data DIR]
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from _marker_video import PagePicture, developed, floor_below
from _report import report
from numpy.typing import NDArray

from tryon.capture import read_image
from tryon.errors import TryOnError
from tryon.place import Evidence, Refusal, length_between
from tryon.place.board import Board
from tryon.place.board_find import BoardView, find_board
from tryon.place.intrinsics_undistort import undistorted
from tryon.place.marker_page import marker_page
from tryon.place.rectangle import plane_from_points
from tryon.place.tag import from_tag
from tryon.place.tag_find import Tag, find_tags
from tryon.place.tag_plane import plane_of_tags
from tryon.types import Camera, Frame, Intrinsics, Plane

TAG_M = 0.053
SQUARE_M, CHARUCO_TAG_M = 0.0254, 0.01905
FOCAL_SIGMA = 0.005  # of cameras calibrated with care
FOUND_SIGMA_PX = 0.4  # of the ends of each length: found by a detector, bent by lens and paper


class Book:
    """Errors and hits by row."""

    def __init__(self) -> None:
        self.errors: dict[str, list[float]] = defaultdict(list)
        self.hits: dict[str, list[bool]] = defaultdict(list)
        self.refused: list[str] = []

    def add(self, row: str, plane: Plane, a_px: NDArray[np.float64], b_px: NDArray[np.float64], truth_m: float) -> None:
        """Measure one length."""
        try:
            measure = length_between(plane, a_px, b_px, click_sigma_px=FOUND_SIGMA_PX)
        except TryOnError as error:
            self.refused.append(f"{row}: {error}")
            return
        self.note(row, measure.value_m, truth_m, measure.low_m <= truth_m <= measure.high_m)

    def note(self, row: str, value_m: float, truth_m: float, hit: bool) -> None:
        """Keep one comparison."""
        self.errors[row].append(100.0 * (value_m / truth_m - 1.0))
        self.hits[row].append(hit)

    def rows(self) -> dict[str, Any]:
        """What is printed."""
        return {
            row: {
                "n": len(values),
                "median_percent": round(float(np.median(np.abs(values))), 3),
                "p95_percent": round(float(np.percentile(np.abs(values), 95)), 3),
                "mean_signed_percent": round(float(np.mean(values)), 3),
                "within_interval_percent": round(100.0 * float(np.mean(self.hits[row])), 1),
            }
            for row, values in self.errors.items()
        }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("shared/data"), help="folder with MANIFEST.json")
    options = parser.parse_args()
    data = options.data if options.data.exists() else Path(__file__).resolve().parents[2] / "shared" / "data"
    meta = {entry["path"]: entry.get("meta", {}) for entry in json.loads((data / "MANIFEST.json").read_text())}
    book = Book()
    tags = _visp(data / "rooms/visp_apriltag", book)
    photos = _charuco(data, meta, book)
    rng = np.random.default_rng(7)
    picture = PagePicture(marker_page())
    for _ in range(150):
        _rendered(picture, book, rng)
    report(
        "place_tags",
        input=f"rooms/visp_apriltag ({tags} of 12 tags found), {photos} photos of rooms/pv_charuco_*, 150 rendered",
        warm_up="none: no times",
        figures={**book.rows(), "refused": book.refused},
    )


def _visp(folder: Path, book: Book) -> int:
    camera = Camera(640, 480, 615.1674805, 615.1675415, 312.1889954, 243.4373779)
    known = Intrinsics(camera, FOCAL_SIGMA, "given")
    tags = find_tags(read_image(folder / "AprilTag.pgm").pixels, ("36h11",))
    lines = (folder / "ground_truth_pose.txt").read_text().split("\n")
    middles = {
        int(name.split("_")[-1]): np.array([float(value) for value in pose.split()])[:3]
        for name, pose in itertools.pairwise(lines)
        if "id" in name
    }
    for tag in tags:
        plane = _plane([other for other in tags if other is not tag], known, TAG_M, book, "visp")
        if plane is not None:
            for index in range(4):
                book.add("visp: edges", plane, tag.corners_px[index], tag.corners_px[(index + 1) % 4], TAG_M)
        alone = _plane([tag], known, TAG_M, book, f"visp tag {tag.id}")
        if alone is not None:
            away_m = float(np.linalg.norm(alone.points_at(_middle(tag))[0]))
            truth_m = float(np.linalg.norm(middles[tag.id]))
            reach_m = 1.96 * away_m * float(np.sqrt(alone.covariance[2, 2]))
            book.note("visp: from camera", away_m, truth_m, abs(away_m - truth_m) < reach_m)
    return len(tags)


def _charuco(data: Path, meta: dict[str, Any], book: Book) -> int:
    photos = 0
    for name in ("pv_charuco_1280", "pv_charuco_1280_old", "pv_charuco_480"):
        board = Board((8, 8), SQUARE_M, CHARUCO_TAG_M, "4x4", 0, legacy=name.endswith("old"))
        for path in sorted((data / "rooms" / name).glob("*.jpg")):
            known = _calibrated(meta[f"rooms/{name}/{path.name}"], path)
            frame, straight = undistorted(read_image(path), known)
            view = find_board(frame.pixels, path.name, board)
            tags = find_tags(frame.pixels, ("4x4",))
            if not isinstance(view, BoardView) or not tags:
                book.refused.append(f"{path.name}: {view.reason if isinstance(view, Refusal) else 'no tag'}")
                continue
            photos += 1
            plane = _plane(tags, straight, CHARUCO_TAG_M, book, path.name)
            patch = _patch(view)
            part = plane_from_points(
                view.points_m[patch, :2] * (1.0, -1.0), view.pixels[patch], straight, sigma_px=0.1, source="squares"
            ).plane
            for a, b in _far_pairs(view):
                truth = float(np.linalg.norm(view.points_m[a] - view.points_m[b]))
                ends = view.pixels[a].astype(np.float64), view.pixels[b].astype(np.float64)
                if plane is not None:
                    book.add(f"{name}: tags", plane, *ends, truth)
                book.add("charuco: squares", part, *ends, truth)
    return photos


def _rendered(picture: PagePicture, book: Book, rng: np.random.Generator) -> None:
    focal_px = rng.uniform(24.0, 35.0) / 43.267 * 1600.0
    camera = Camera.of_focal(1280, 960, focal_px)
    while True:
        floor = floor_below(camera, rng.uniform(1.0, 1.7), rng.uniform(15.0, 55.0), rng.normal(0.0, 3.0))
        spot = floor.points_at([[rng.uniform(200.0, 1080.0), rng.uniform(300.0, 860.0)]])[0]
        if np.isfinite(spot).all() and 0.8 < np.linalg.norm(spot) < 3.0:
            break
    light = picture.clean(
        floor,
        at_m=(float(floor.tangents[0] @ spot), float(floor.tangents[1] @ spot)),
        yaw_rad=float(rng.uniform(0.0, 6.28)),
        blur_px=float(rng.uniform(0.5, 1.2)),
    )
    pixels = developed(light, float(rng.uniform(1.0, 5.0)), rng)
    coded = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(80, 96))])[1]
    frame = Frame(np.ascontiguousarray(cv2.imdecode(coded, cv2.IMREAD_COLOR)[..., ::-1]))
    off = float(np.exp(rng.normal(0.0, 0.015)))
    believed = {
        "rendered: focal length exact": Intrinsics(camera, 0.0, "given"),
        "rendered: focal length as EXIF": Intrinsics(Camera.of_focal(1280, 960, focal_px * off), 0.015, "EXIF"),
    }
    for row, known in believed.items():
        plane = from_tag(Evidence(frame, known))
        if not isinstance(plane, Plane):
            book.refused.append(f"{row}: {'not found' if plane is None else plane.reason}")
            continue
        for _ in range(6):
            ends_px = np.column_stack([rng.uniform(40.0, 1240.0, 2), rng.uniform(200.0, 940.0, 2)])
            ends = floor.points_at(ends_px)
            truth = float(np.linalg.norm(ends[0] - ends[1]))
            if np.isfinite(ends).all() and np.linalg.norm(ends, axis=1).max() < 3.0 and 0.2 < truth < 3.0:
                clicked = ends_px + rng.normal(0.0, FOUND_SIGMA_PX, (2, 2))
                book.add(row, plane, clicked[0], clicked[1], truth)


def _plane(tags: list[Tag] | tuple[Tag, ...], known: Intrinsics, size_m: float, book: Book, what: str) -> Plane | None:
    found = plane_of_tags(tags, known, size_m=size_m)
    if isinstance(found, Refusal):
        book.refused.append(f"{what}: {found.reason}")
        return None
    return found


def _calibrated(meta: dict[str, Any], path: Path) -> Intrinsics:
    matrix = np.array(meta["recovered_K"])
    frame = read_image(path)
    camera = Camera(frame.width, frame.height, matrix[0, 0], matrix[1, 1], matrix[0, 2], matrix[1, 2])
    return Intrinsics(camera, FOCAL_SIGMA, "given", tuple(meta["recovered_dist"]))


def _patch(view: BoardView) -> NDArray[np.int64]:
    """The corners of up to nine squares in the corner of the board where most are seen."""
    steps = np.round(view.points_m[:, :2] / SQUARE_M).astype(int)
    low, high = steps.min(axis=0), steps.max(axis=0)
    patches = []
    for x, y in itertools.product((low[0], high[0] - 3), (low[1], high[1] - 3)):
        inside = (steps[:, 0] >= x) & (steps[:, 0] <= x + 3) & (steps[:, 1] >= y) & (steps[:, 1] <= y + 3)
        patches.append(np.flatnonzero(inside))
    return max(patches, key=len)


def _far_pairs(view: BoardView) -> list[tuple[int, int]]:
    """Pairs of corners at least five squares apart, every seventh of them."""
    count = len(view.points_m)
    pairs = [
        (a, b)
        for a, b in itertools.combinations(range(count), 2)
        if np.linalg.norm(view.points_m[a] - view.points_m[b]) >= 5 * SQUARE_M
    ]
    return pairs[::7]


def _middle(tag: Tag) -> NDArray[np.float64]:
    """(2,) where a tag's diagonals cross: its middle, in perspective too."""
    a, b, c, d = (np.array([*corner, 1.0]) for corner in tag.corners_px)
    cross = np.cross(np.cross(a, c), np.cross(b, d))
    return np.asarray(cross[:2] / cross[2])


if __name__ == "__main__":
    cv2.setNumThreads(1)
    main()
