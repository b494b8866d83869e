"""How true floors and distances from depth are, on real RGB-D frames and a stereo pair, and what erasing costs.

Prints one JSON object. The truth is the manifest's: planes and point pairs computed from the same depth by another
program (RANSAC, orthogonal residuals); the frames' own sensor error of 1 to 2 % is in neither.

- `pairs`: distance between listed points by `depth_between`, error in percent; how often the listed distance lies in
  the 95 % interval; and every one over 3 % with its interval.
- `floor`: angle and camera height against the listed floor, and by how much the two planes differ where the floor is in
  view, which is what furniture stands on; where camera and floor are far from each other in the picture, a tilt that
  does not matter moves the height by centimeters.
- `open3d`: the same floor by Open3D's `segment_plane` on the same points (2 cm, 1,000 samples), where it is installed.
- `stereo`: Middlebury motorcycle, depth from its disparities: floor against one fitted by least squares to points that
  were marked by hand as floor, and the depths the manifest lists.
- `erase`: one sheet of paper erased from a 12-megapixel photo.

    .venv/bin/python benchmarks/place_depth.py [--pictures FOLDER]
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from _report import report

from tryon.place.depth_file import read_depth
from tryon.place.depth_length import depth_between
from tryon.place.depth_points import clean_depth, rays_of
from tryon.place.erase import erase
from tryon.place.occluder import occluders_from_depth
from tryon.place.planes_of import DepthPlanes, planes_of
from tryon.types import Camera, Frame, Plane

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
_DEPTH_OF = {
    "open3d_rgbd": ("color", "depth", ".png"),
    "slambook_room": ("color", "depth", ".pgm"),
    "tum_fr1": ("1", "1_depth", ".png"),
    "nyu_demo": ("rgb", "depth", ".png"),
    "open3d_other": ("color", "depth", ".png"),
}
_COLORS = {"floor": (40, 200, 40), "table": (255, 160, 0), "wall": (40, 120, 255), "ceiling": (200, 0, 200)}
STEREO_FLOOR_PX = ((60, 470), (330, 480), (560, 470), (690, 440), (120, 440), (620, 490))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=Path, help="write what was found, drawn on each frame, to this folder")
    options = parser.parse_args()
    pairs: list[dict[str, Any]] = []
    floors: dict[str, dict[str, Any]] = {}
    times: dict[str, list[float]] = {"planes": [], "occluders": []}
    for entry in json.loads((DATA / "MANIFEST.json").read_text(encoding="utf-8")):
        meta = entry.get("meta", {})
        if "derived_from_depth" not in meta:
            continue
        name, path = entry["path"], DATA / entry["path"]
        before, after, kind = _DEPTH_OF[path.parent.name]
        depth_m = read_depth(path.with_name(path.stem.replace(before, after, 1) + kind)).depth_m
        camera = _camera(meta["intrinsics"])
        frame = Frame(np.ascontiguousarray(cv2.imread(str(path))[..., ::-1]))
        found = _timed(times["planes"], planes_of, depth_m, camera)
        _timed(times["occluders"], occluders_from_depth, depth_m, camera, frame, planes=found.planes)
        listed = meta["derived_from_depth"]
        pairs += [_pair(name, pair, depth_m, camera) for pair in listed["point_pairs"]]
        floors[name] = _floor(found, listed["floor_candidate"], depth_m, camera)
        if options.pictures:
            _draw(options.pictures, name, frame, found)
    errors = np.array([pair["error_percent"] for pair in pairs])
    report(
        "place_depth",
        input=f"{len(floors)} RGB-D frames, {len(pairs)} point pairs, one stereo pair, one photo of 3024 × 4032",
        warm_up="first frame",
        samples_ms={name: values[1:] for name, values in times.items()} | _erase(),
        figures={
            "pairs": {
                "median_percent": round(float(np.median(errors)), 2),
                "p95_percent": round(float(np.percentile(errors, 95)), 2),
                "largest_percent": round(float(errors.max()), 2),
                "within_interval_percent": round(100 * float(np.mean([pair["inside"] for pair in pairs])), 1),
                "over_3_percent": [pair for pair in pairs if pair["error_percent"] > 3.0],
            },
            "floor": floors,
            "floor_within_1_degree": _count(floors, lambda one: one["angle_deg"] <= 1.0),
            "floor_height_within_1_cm": _count(floors, lambda one: abs(one["height_cm"]) <= 1.0),
            "floor_where_seen_within_1_cm": _count(floors, lambda one: one["apart_where_seen_median_mm"] <= 10.0),
            "height_within_interval": _count(floors, lambda one: one["height_inside"]),
            "stereo": _stereo(),
        },
        clock="processor time of one process, all threads together",
    )


def _timed(samples_ms: list[float], work: Any, *arguments: Any, **named: Any) -> Any:
    start = time.process_time()
    result = work(*arguments, **named)
    samples_ms.append(1e3 * (time.process_time() - start))
    return result


def _camera(known: dict[str, float]) -> Camera:
    return Camera(int(known["w"]), int(known["h"]), known["fx"], known["fy"], known["cx"], known["cy"])


def _count(floors: dict[str, dict[str, Any]], holds: Any) -> str:
    return f"{sum(bool(holds(one)) for one in floors.values())} of {len(floors)}"


def _pair(name: str, pair: dict[str, Any], depth_m: np.ndarray, camera: Camera) -> dict[str, Any]:
    measured = depth_between(depth_m, camera, pair["a"], pair["b"])
    return {
        "frame": name,
        "listed_m": pair["dist_m"],
        "measured_m": round(measured.value_m, 3),
        "interval_m": [round(measured.low_m, 3), round(measured.high_m, 3)],
        "error_percent": round(100 * abs(measured.value_m / pair["dist_m"] - 1.0), 2),
        "inside": measured.low_m <= pair["dist_m"] <= measured.high_m,
    }


def _floor(found: DepthPlanes, listed: dict[str, Any], depth_m: np.ndarray, camera: Camera) -> dict[str, Any]:
    assert found.floor is not None
    plane = found.floor.plane
    normal = np.array(listed["n"]) * [1, -1, -1]
    normal /= np.linalg.norm(normal)
    rows, columns = np.nonzero(found.floor.mask)
    points = plane.points_at(np.column_stack([columns, rows])[::31])
    apart_mm = 1e3 * np.abs(points @ normal + listed["d_m"])
    reach = 1.96 * float(np.sqrt(plane.covariance[2, 2])) * plane.distance_m
    result = {
        "angle_deg": round(_angle_deg(plane.normal, normal), 2),
        "height_cm": round(100 * (plane.distance_m - listed["d_m"]), 2),
        "height_interval_cm": round(100 * reach, 1),
        "height_inside": abs(plane.distance_m - listed["d_m"]) <= reach,
        "apart_where_seen_median_mm": round(float(np.median(apart_mm)), 1),
        "apart_where_seen_p95_mm": round(float(np.percentile(apart_mm, 95)), 1),
    }
    other = _open3d(depth_m, camera, normal, listed["d_m"])
    return result | ({"open3d": other} if other else {})


def _open3d(depth_m: np.ndarray, camera: Camera, normal: np.ndarray, distance_m: float) -> dict[str, float] | None:
    """Open3D's plane among the points within 40 cm of the listed floor, which is more help than ours gets."""
    try:
        import open3d
    except ImportError:
        return None
    depth = clean_depth(depth_m)
    points = (rays_of(camera) * depth[..., None])[np.isfinite(depth)]
    near = points[np.abs(points @ normal + distance_m) < 0.4]
    open3d.utility.random.seed(1)
    cloud = open3d.geometry.PointCloud(open3d.utility.Vector3dVector(near))
    model = np.array(cloud.segment_plane(0.02, 3, 1000)[0])
    model *= np.sign(model[3]) / np.linalg.norm(model[:3])
    return {
        "angle_deg": round(_angle_deg(model[:3], normal), 2),
        "height_cm": round(100 * (float(model[3]) - distance_m), 2),
    }


def _angle_deg(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.degrees(np.arccos(np.clip(a @ b, -1.0, 1.0))))


def _stereo() -> dict[str, Any]:
    folder = DATA / "rooms" / "middlebury_motorcycle"
    meta = next(
        entry["meta"]["this_res"]
        for entry in json.loads((DATA / "MANIFEST.json").read_text(encoding="utf-8"))
        if entry["path"].endswith("motorcycle_left.png")
    )
    camera = Camera(meta["w"], meta["h"], meta["f_px"], meta["f_px"], meta["cx"], meta["cy"])
    with np.load(folder / "motorcycle_disp.npz", allow_pickle=False) as stored:
        disparity = stored[stored.files[0]].astype(np.float64)
    with np.errstate(divide="ignore"):
        depth_m = meta["baseline_mm"] * 1e-3 * meta["f_px"] / (disparity + meta["doffs_px"])
    depth_m[~np.isfinite(disparity)] = 0.0
    start = time.process_time()
    found = planes_of(depth_m.astype(np.float32), camera)
    spent_s = time.process_time() - start
    rays = rays_of(camera)
    marked = [
        rays[y - 4 : y + 5, x - 4 : x + 5].reshape(-1, 3) * depth_m[y - 4 : y + 5, x - 4 : x + 5].reshape(-1, 1)
        for x, y in STEREO_FLOOR_PX
    ]
    points = np.concatenate(marked)
    points = points[points[:, 2] < -0.1]
    middle = points.mean(axis=0)
    normal = np.linalg.svd(points - middle)[2][2]
    normal *= np.sign(normal[1])
    assert found.floor is not None
    plane = found.floor.plane
    return {
        "floor_angle_deg": round(_angle_deg(plane.normal, normal), 2),
        "floor_apart_where_marked_mm": round(
            1e3 * float(np.median(np.abs(points @ plane.normal + plane.distance_m))), 1
        ),
        "camera_height_m": round(plane.distance_m, 3),
        "kinds": [one.kind for one in found.planes],
        "depth_range_m": [round(float(v), 2) for v in np.percentile(depth_m[depth_m > 0], [0, 50, 100])],
        "planes_s": round(spent_s, 2),
    }


def _erase() -> dict[str, list[float]]:
    """Processor milliseconds of erasing the sheet in a 12-megapixel photo, three times after a first."""
    pixels = np.ascontiguousarray(cv2.imread(str(DATA / "rooms/letter_feet/IMG_7338.jpg"))[..., ::-1])
    quad = np.array([[1314.6, 1432.3], [2643.6, 1392.7], [2563.1, 3309.1], [1185.4, 3074.8]])
    mask = cv2.fillPoly(np.zeros(pixels.shape[:2], np.uint8), [np.int32(quad)], 1)
    mask = cv2.dilate(mask, np.ones((41, 41), np.uint8)) > 0
    samples: dict[str, list[float]] = {"erase_12_megapixels": [], "erase_12_megapixels_on_a_plane": []}
    for values, planes in zip(samples.values(), ([], [_sheet_plane(quad)]), strict=True):
        for _ in range(4):
            _timed(values, erase, Frame(pixels), mask, planes)
        del values[0]
    return samples


def _sheet_plane(quad: np.ndarray) -> Plane:
    """The floor under a sheet of Letter, by OpenCV's planar pose."""
    camera = Camera.of_focal(3024, 4032, 2796.0)
    sheet_m = np.array([[0, 0, 0], [0.2159, 0, 0], [0.2159, 0.2794, 0], [0, 0.2794, 0]])
    matrix = np.array([[2796.0, 0, camera.center_x_px], [0, 2796.0, camera.center_y_px], [0, 0, 1]])
    _, turn, move = cv2.solvePnP(sheet_m, quad, matrix, None, flags=cv2.SOLVEPNP_IPPE)
    normal = cv2.Rodrigues(turn)[0][:, 2] * [1, -1, -1]
    corner = move[:, 0] * [1, -1, -1]
    normal *= -np.sign(normal @ corner)
    return Plane(camera, normal / np.linalg.norm(normal), float(-normal @ corner), np.eye(4) * 1e-4, "Letter sheet")


def _draw(folder: Path, name: str, frame: Frame, found: DepthPlanes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    drawn = frame.pixels.copy()
    for one in found.seen:
        color = np.array(_COLORS[one.plane.kind])
        drawn[one.mask] = (0.6 * drawn[one.mask] + 0.4 * color).astype(np.uint8)
        cv2.polylines(drawn, [np.int32(one.outline_px)], True, color.tolist(), 2)
    cv2.imwrite(str(folder / (name.replace("/", "_").rsplit(".", 1)[0] + ".png")), drawn[..., ::-1])


if __name__ == "__main__":
    main()
