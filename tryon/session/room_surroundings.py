"""What a photo shows of a real room: its planes at true size, its light, and lengths in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tryon.errors import ParameterError
from tryon.place import height_above, length_between
from tryon.place.arrangement import Wall
from tryon.render.room_light_grain import photo_finish
from tryon.session.room_erase import without, without_depth
from tryon.session.room_light import light_of
from tryon.session.room_people import People, people_in
from tryon.session.room_pieces import Placed, point_at, pose_of
from tryon.session.room_planes import ceiling_at, on_plane, table_at, wall_on, wall_through
from tryon.types import Camera, Cover, Finish, Frame, Intrinsics, Light, Measure, Plane, Surface

_MOST_PLANES = 32
_HEIGHT_SIGMA_M = 0.01  # of a table's or ceiling's height that somebody measured with a tape
_SLACK_M = 0.1  # beyond where a plane was seen to end
_STANDING = ("floor", "table")


class Surroundings:
    """A photo with a floor of known scale. Use one from one thread at a time.

    planes: The floor first, then walls, tables, the ceiling.
    remarks: What the shopper should know about the scale, each one sentence.
    outlines_m: How far a plane was seen to reach, (N, 3) in camera space by its index; others have no end.
    hiding: Real things in front of what stands behind them.
    taken_px: (N, 2) outlines where nothing should be put unasked: the sheet, card or tags that gave the scale.
    depth_m: (h, w) depth of the same view, or None.
    """

    def __init__(
        self,
        frame: Frame,
        planes: Sequence[Plane],
        *,
        intrinsics: Intrinsics | None = None,
        remarks: Sequence[str] = (),
        light: Light | None = None,
        outlines_m: Mapping[int, NDArray[np.float64]] | None = None,
        hiding: Sequence[Surface] = (),
        taken_px: Sequence[NDArray[np.float64]] = (),
        depth_m: NDArray[np.float32] | None = None,
    ) -> None:
        """A room whose planes are known already; `Room.open` finds them in a photo."""
        if not planes:
            raise ParameterError("Room: expected at least one plane, got none; open the photo with a scale.")
        if (frame.width, frame.height) != (planes[0].camera.width, planes[0].camera.height):
            raise ParameterError(
                f"Room: expected a picture of {planes[0].camera.width}×{planes[0].camera.height} px as the planes' "
                f"camera has, got {frame.width}×{frame.height}."
            )
        self.frame = frame
        self.planes: tuple[Plane, ...] = tuple(planes)
        self.intrinsics = intrinsics or Intrinsics(planes[0].camera, 0.0, "given")
        self.remarks: tuple[str, ...] = tuple(remarks)
        self._light = light
        self._finish: Finish | None = None
        self._people: People | None = None
        self._looked_for_people = False
        self.outlines_m = dict(outlines_m or {})
        self.hiding, self.taken_px, self.depth_m = tuple(hiding), tuple(taken_px), depth_m

    @property
    def camera(self) -> Camera:
        """The camera that the floor was seen by."""
        return self.planes[0].camera

    @property
    def light(self) -> Light:
        """The light of the photo, estimated when it is first asked for."""
        if self._light is None:
            self._light = light_of(self.frame, self.planes[0], self.taken_px).light
        return self._light

    def look(self) -> None:
        """Find light, grain and people now, which the first picture would else wait for; another thread may do it."""
        _ = self.light, self.photo_look, self.people

    @property
    def photo_look(self) -> Finish:
        """Grain and blur of the photo, measured when first asked for."""
        if self._finish is None:
            self._finish = photo_finish(self.frame)
        return self._finish

    @property
    def people(self) -> People | None:
        """Who stands in the photo, looked for when it is first asked for."""
        if not self._looked_for_people:
            self._looked_for_people = True
            self._people = people_in(self.frame, self.planes[0]) if self.planes[0].kind == "floor" else None
        return self._people

    def cover(self, placed: Placed) -> Cover | None:
        """Who stands in front of a piece."""
        away_m = -float(pose_of(placed, self.planes)[2, 3])
        return None if self.people is None else self.people.cover_of(away_m)

    def add_wall(self, a_px: ArrayLike, b_px: ArrayLike) -> int:
        """The index of a new wall, from two points of its foot on the floor."""
        return self._add_plane(wall_through(self.planes[0], a_px, b_px))

    def add_table(self, height_m: float, sigma_m: float = _HEIGHT_SIGMA_M) -> int:
        """The index of a new table-top, from its height over the floor."""
        return self._add_plane(table_at(self.planes[0], height_m, sigma_m))

    def add_ceiling(self, height_m: float, sigma_m: float = _HEIGHT_SIGMA_M) -> int:
        """The index of a new ceiling, from its height over the floor."""
        return self._add_plane(ceiling_at(self.planes[0], height_m, sigma_m))

    def walls(self, plane: int = 0, *, only: int | None = None) -> tuple[Wall, ...]:
        """Where walls meet a floor or a table-top; none for other planes.

        Args:
            only: Index of the one wall wanted.
        """
        if self.planes[plane].kind not in _STANDING:
            return ()
        if only is not None and not (0 <= only < len(self.planes) and self.planes[only].kind == "wall"):
            known = [str(index) for index, wall in enumerate(self.planes) if wall.kind == "wall"]
            raise ParameterError(f"Expected the index of a wall, got {only}; walls: {', '.join(known) or 'none yet'}.")
        found = [
            wall_on(self.planes[plane], wall, self.outlines_m.get(index))
            for index, wall in enumerate(self.planes)
            if wall.kind == "wall" and only in (None, index)
        ]
        return tuple(wall for wall in found if wall is not None)

    def mask_at(self, at_px: ArrayLike) -> NDArray[np.bool_]:
        """(h, w) mask of the real thing that a pixel shows, or several pixels on its parts, by depth.

        Raises:
            ParameterError: There is no depth, none at the point, or it is floor or wall.
        """
        from tryon.place.remove import mask_from_click

        if self.depth_m is None:
            raise ParameterError(
                "A thing to take out is found by depth, and this photo has none; brush over it instead."
            )
        return mask_from_click(self.depth_m, self.camera, self.frame, at_px, self.planes)

    def erase(self, mask: NDArray[np.bool_] | NDArray[np.uint8]) -> str:
        """Take a real thing out of the photo, and say that what was behind it is made up.

        Args:
            mask: (h, w), where the thing and its shadow are: True, or above 0; brushed, or of `mask_at`.

        Raises:
            ShapeError, ParameterError: A mask of another size, an empty one, or one of nearly everything.
        """
        from tryon.place.erase import erase
        from tryon.place.planes_of import SeenPlane, planes_of

        planes: Sequence[Plane | SeenPlane] = self.planes
        if self.depth_m is not None:  # which then tells where each plane was seen, and what only stands before it
            up = self.planes[0].normal if self.planes[0].kind in _STANDING else None
            planes = planes_of(self.depth_m, self.camera, up=up).seen
        done = erase(self.frame, mask, planes)
        self.frame = done.frame
        self.hiding = without(self.hiding, done.mask, self.camera)
        self.depth_m = None if self.depth_m is None else without_depth(self.depth_m, done.mask)
        self.remarks = tuple(dict.fromkeys((*self.remarks, done.note)))
        return done.note

    def length_between(self, a_px: ArrayLike, b_px: ArrayLike, *, plane: int = 0) -> Measure:
        """Distance between what two pixels show on a plane, with its interval.

        Raises:
            ParameterError: A pixel at or above the plane's horizon.
        """
        return length_between(self.planes[plane], a_px, b_px)

    def height_above(self, foot_px: ArrayLike, top_px: ArrayLike, *, plane: int = 0) -> Measure:
        """Height of a point that stands upright over a point of the plane, with its interval."""
        return height_above(self.planes[plane], foot_px, top_px)

    def point(self, pixel: NDArray[np.float64], plane: int, lift_m: float = 0.0) -> tuple[float, float]:
        """(x, z) in a plane's own frame of what a pixel shows of it.

        Raises:
            ParameterError: The pixel is at or above its horizon, or not finite.
        """
        at = point_at(self.planes[plane], pixel, lift_m) if np.isfinite(pixel).all() else None
        if at is None:
            raise ParameterError(
                f"The point lies at or above the horizon of the {self.planes[plane].kind}, where nothing can stand; "
                "choose one further down in the picture."
                if self.planes[plane].kind in _STANDING
                else f"The {self.planes[plane].kind} is not in front of the camera at this point; choose another."
            )
        return at

    def plane_at(self, pixel: ArrayLike, among: Sequence[int] | None = None) -> int | None:
        """Index of the nearest plane that a pixel shows, as far as each is known to reach; None when it shows none."""
        reach: dict[int, float] = {}
        for index in range(len(self.planes)) if among is None else among:
            point = self.planes[index].points_at(pixel)[0]
            if np.isfinite(point).all() and self._reaches(index, point):
                reach[index] = float(np.linalg.norm(point))
        return min(reach, key=lambda index: reach[index]) if reach else None

    def _reaches(self, index: int, point: NDArray[np.float64]) -> bool:
        """Whether a point of a plane's mathematical extent is on the part of it that is there."""
        plane, floor, seen = self.planes[index], self.planes[0], self.outlines_m.get(index)
        below_m = -(float(point @ floor.normal) + floor.distance_m)
        if plane.kind == "wall" and floor.kind == "floor" and below_m > _SLACK_M:
            return False
        if seen is None or plane.kind in _STANDING:
            return True
        across, at = on_plane(plane, seen), on_plane(plane, point)[0]
        low, high = across.min(axis=0) - _SLACK_M, across.max(axis=0) + _SLACK_M
        return bool((low <= at).all() and (at <= high).all())

    def _add_plane(self, plane: Plane) -> int:
        if len(self.planes) >= _MOST_PLANES:
            raise ParameterError(f"Expected at most {_MOST_PLANES} planes in a room; open the photo again.")
        self.planes = (*self.planes, plane)
        return len(self.planes) - 1
