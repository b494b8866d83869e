"""A real room in a photo: its floor at true size, what is placed in it, and the picture of both."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tryon import catalog
from tryon.errors import ParameterError, UnknownNameError
from tryon.place.dimensions import DimensionLine, dimension_lines
from tryon.place.dimensions_draw import draw_dimensions
from tryon.place.fit import FitReport, Side, fits
from tryon.place.snap import against, nearest_wall
from tryon.place.solid import Solid, solid_of
from tryon.session.room_free import free_at, free_space
from tryon.session.room_pieces import Placed, behind_camera, carried, family, freed, pose_of, standing, top_under
from tryon.session.room_report import describe
from tryon.session.room_resize import resized_camera, resized_people
from tryon.session.room_seen import Seen, see
from tryon.session.room_surroundings import Surroundings
from tryon.session.room_view import scenes
from tryon.types import Camera, Frame, Intrinsics, Measure, Model, Plane, PlaneKind, Product

_MOST_PIECES = 64


class Room(Surroundings):
    """A photo with a floor of known scale, and the pieces placed in it. Use one from one thread at a time."""

    def __init__(self, frame: Frame, planes: Sequence[Plane], **known: Any) -> None:  # those of Surroundings
        """A room whose planes are known already; `open` finds them in a photo. See `Surroundings`."""
        super().__init__(frame, planes, **known)
        self._pieces: dict[str, Placed] = {}
        self._models: dict[tuple[str, str | None], Model] = {}
        self._solids: dict[tuple[str, str], Solid] = {}
        self._count = 0

    @classmethod
    def open(
        cls,
        photo: str | Path | Frame,
        *,
        scale: Sequence[str] = (),
        intrinsics: Intrinsics | Camera | float | str | Path | None = None,
        corners_px: ArrayLike | None = None,
        lying: PlaneKind = "floor",
        **known: Any,  # the other fields of Evidence under their own names
    ) -> Self:
        """The room in a photo, with the scale that its sheet, card, tag or whatever is asked for gives.

        Args:
            scale: As `tryon place --scale` takes them: "a4", "tag:0.10", "depth:FILE"; none: all that find something.
            intrinsics: The camera, its focal length in pixels, or a file of `tryon calibrate`; else EXIF is asked.
            corners_px: (4, 2) corners of the sheet or card, when it is not found by itself.
            lying: What it lies on: "floor" or "table".

        Raises:
            InputError, SourceMissingError: The photo or a file of `scale` cannot be read.
            ParameterError: A text of `scale` that is not understood.
            ScaleUnknownError: Nothing gives the scale; the message says why and what to do.
        """
        return cls.of(see(photo, scale=scale, given=intrinsics, corners_px=corners_px, lying=lying, known=known))

    @classmethod
    def of(cls, seen: Seen) -> Self:
        """The room that was seen in a photo."""
        return cls(
            seen.frame,
            seen.planes,
            intrinsics=seen.intrinsics,
            remarks=seen.remarks,
            outlines_m=seen.outlines_m,
            hiding=seen.hiding,
            taken_px=seen.taken_px,
            depth_m=seen.depth_m,
        )

    @property
    def pieces(self) -> tuple[Placed, ...]:
        """Everything placed, in the order it came."""
        return tuple(self._pieces.values())

    def add(
        self,
        product: str | Path | Product,
        *,
        at_px: ArrayLike | None = None,
        plane: int | None = None,
        yaw_rad: float = 0.0,
        variant: str | None = None,
        on: str | None = None,
    ) -> Placed:
        """Put a product where a pixel shows the plane it stands on; beside it, where something is in the way.

        Args:
            at_px: None: a free place in view.
            plane: Index in `planes`; None: what the product's anchor asks for.
            on: Id of the piece whose top it stands on.

        Raises:
            ParameterError: Off the plane, behind the camera, no room, or no plane of the kind it hangs on.
            UnknownNameError, SourceMissingError, ProductError, ModelFileError: The product cannot be used.
        """
        if len(self._pieces) >= _MOST_PIECES:
            raise ParameterError(f"Expected at most {_MOST_PIECES} pieces in a room; take some out first.")
        _check_turn(yaw_rad)
        wanted = product if isinstance(product, Product) else catalog.load(product)
        wanted = wanted if variant is None else dataclasses.replace(wanted, variant=variant)
        pixel = None if at_px is None else np.asarray(at_px, np.float64).reshape(2)
        if on is None and plane is None and pixel is not None and wanted.anchor == "table":
            under = top_under(pixel, self.pieces, self.planes)
            on = under[0].id if under is not None else None
        base = None if on is None else self.piece(on)
        indices = [base.plane] if base is not None else self._planes_for(wanted, plane, pixel)
        lift_m = 0.0 if base is None else base.lift_m + base.solid.size_m[1]
        name = self._fresh_name(wanted)
        model = self._model(wanted)
        for index in indices:
            solid = self._solid(wanted, model, self.planes[index].kind)
            placed = Placed(name, wanted, model, model.bounds_m, solid, index, (0.0, 0.0), yaw_rad, lift_m, on)
            try:
                at_m = self._place(placed, base, pixel)
                break
            except ParameterError:
                if index == indices[-1]:
                    raise
        return self._settled(dataclasses.replace(placed, at_m=at_m), None)

    def _place(self, placed: Placed, base: Placed | None, pixel: NDArray[np.float64] | None) -> tuple[float, float]:
        if pixel is not None:
            return self.point(pixel, placed.plane, placed.lift_m)
        return base.at_m if base is not None else free_at(self, placed, self.pieces)

    def move(self, name: str, at_px: ArrayLike) -> Placed:
        """The piece, now where a pixel shows its plane, or as near as there is room.

        Where there is none at all it stays. What stands on it comes along.
        """
        placed = self.piece(name)
        at_m = self.point(np.asarray(at_px, np.float64).reshape(2), placed.plane, placed.lift_m)
        return self._settled(dataclasses.replace(placed, at_m=at_m), placed)

    def turn(self, name: str, yaw_rad: float) -> Placed:
        """The piece, now turned to this angle, moved where it would run into something."""
        placed = self.piece(name)
        _check_turn(yaw_rad)
        turned = dataclasses.replace(placed, yaw_rad=math.remainder(yaw_rad, 2.0 * math.pi))
        return self._settled(turned, placed)

    def snap(self, name: str, *, wall: int | None = None, within_m: float = math.inf) -> Placed:
        """The piece with its back flat against the nearest wall, or against that of an index in `planes`.

        Args:
            within_m: A piece further from the wall than this stays as it is.

        Raises:
            ParameterError: There is no wall; or the piece hangs on one.
        """
        placed = self.piece(name)
        where = self.walls(placed.plane, only=wall)
        found = nearest_wall(standing(placed), where)
        if found is None or self.planes[placed.plane].kind in ("wall", "ceiling"):
            raise ParameterError("No wall to stand against is known; mark two points of its foot on the floor.")
        if found[1] > within_m:
            return placed
        gap_m = placed.product.clearance_mm.get("back", 0.0) / 1000.0
        snapped = against(standing(placed), found[0], gap_m=gap_m)
        return self._settled(dataclasses.replace(placed, at_m=snapped.at_m, yaw_rad=snapped.yaw_rad), placed)

    def finish(self, name: str, variant: str) -> Placed:
        """The piece, now in another of its finishes; `Placed.product.variant` names the one it has."""
        placed = self.piece(name)
        product = dataclasses.replace(placed.product, variant=variant)
        return self._put(dataclasses.replace(placed, product=product, model=self._model(product)))

    def remove(self, name: str) -> None:
        """Take a piece out; what stood on it drops to the plane."""
        gone = self.piece(name)
        del self._pieces[name]
        for child in [placed for placed in self.pieces if placed.on == name]:
            self._settled(dataclasses.replace(child, on=gone.on, lift_m=gone.lift_m), child)

    def piece(self, name: str) -> Placed:
        """The piece of that id, as it stands now."""
        if name not in self._pieces:
            raise UnknownNameError("piece", name, self._pieces)
        return self._pieces[name]

    def pose(self, placed: Placed) -> NDArray[np.float64]:
        """(4, 4) camera_from_product of a piece."""
        return pose_of(placed, self.planes)

    def fits(self, name: str, *, free: Mapping[Side, Measure] | None = None) -> FitReport:
        """Whether a piece, with its doors and drawers, has room where it stands.

        Args:
            free: Width, depth or height that somebody marked or measured; else what walls, other pieces, the ceiling
                and depth leave free is measured.
        """
        placed = self.piece(name)
        try:
            measured = free_space(self, placed, self.pieces)
        except ParameterError as error:  # depth shows a real thing there
            return FitReport("does not fit", {}, str(error))
        return fits(placed.product, {**measured, **(free or {})})

    def dimensions(self, placed: Placed) -> tuple[DimensionLine, ...]:
        """Width, depth and height of a piece with their intervals, and where their lines run."""
        plane = self.planes[placed.plane]
        return dimension_lines(self.pose(placed), placed.bounds_m, plane, lift_m=placed.lift_m)

    def render(
        self, *, dimensions: bool = False, unit: str = "cm", box: tuple[int, int, int, int] | None = None
    ) -> Frame:
        """The photo with everything placed in it; the photo itself stays as it was.

        Args:
            dimensions: Draw true dimensions with their intervals, in "cm" or "in".
            box: (x0, y0, x1, y1) to draw in; None works out where pieces and shadows can be.
        """
        pixels = self.frame.pixels.copy()
        if self._pieces:
            self._draw(pixels, box)
        if dimensions:
            lines = [line for placed in self.pieces for line in self.dimensions(placed)]
            draw_dimensions(pixels, lines, self.camera, unit=unit)
        return self.frame.with_pixels(pixels)

    def _draw(self, pixels: NDArray[np.uint8], box: tuple[int, int, int, int] | None) -> None:
        from tryon.session.wardrobe import renderer  # brings what is worn on heads, and numba

        drawn = scenes(
            self.pieces,
            self.planes,
            self.walls(),
            self.light,
            hiding=self.hiding,
            cover=self.cover,
            finish=self.photo_look,
        )
        for scene in drawn:
            renderer().compose(pixels, scene, self.camera, box=box)

    def resized(self, frame: Frame) -> Self:
        """The same room on its photo at another size, with everything that stands in it.

        The server shows a small picture while the shopper moves things and saves a large one.
        """
        across, down = frame.width / self.frame.width, frame.height / self.frame.height
        room = type(self)(
            frame,
            [dataclasses.replace(plane, camera=resized_camera(plane.camera, across, down)) for plane in self.planes],
            intrinsics=dataclasses.replace(
                self.intrinsics, camera=resized_camera(self.intrinsics.camera, across, down)
            ),
            remarks=self.remarks,
            light=self._light,
            outlines_m=self.outlines_m,
            hiding=self.hiding,
            taken_px=[(outline + 0.5) * (across, down) - 0.5 for outline in self.taken_px],
            depth_m=self.depth_m,
        )
        room._pieces, room._models, room._solids = dict(self._pieces), dict(self._models), dict(self._solids)
        room._count = self._count
        room._people, room._looked_for_people = resized_people(self._people, across, down), self._looked_for_people
        return room

    def describe(self) -> dict[str, Any]:
        """Plain JSON values of the room and what is in it, with every length's interval."""
        return describe(self)

    def close(self) -> None:
        """Let everything go."""
        self._pieces.clear()
        self._models.clear()
        self._solids.clear()

    def standing_at(
        self,
        product: Product,
        at_m: tuple[float, float],
        *,
        name: str,
        plane: int = 0,
        yaw_rad: float = 0.0,
        variant: str | None = None,
        lift_m: float = 0.0,
        on: str | None = None,
    ) -> Placed:
        """A piece exactly where a saved room had it; nothing is pushed."""
        wanted = product if variant is None else dataclasses.replace(product, variant=variant)
        model = self._model(wanted)
        solid = self._solid(wanted, model, self.planes[plane].kind)
        self._count += 1
        return self._put(Placed(name, wanted, model, model.bounds_m, solid, plane, at_m, yaw_rad, lift_m, on))

    def _settled(self, placed: Placed, before: Placed | None) -> Placed:
        """The piece where there is room for it, taking along what stands on it."""
        walls = {placed.plane: self.walls(placed.plane)}
        found = freed(placed, self.pieces, walls)
        if found is None and before is None:
            raise ParameterError(
                f"There is no room for the {placed.product.name} within 2.5 m of this point; take something out or "
                "choose another point."
            )
        found = found or before
        assert found is not None  # noqa: S101  # one of the two is
        if behind_camera(found, self.planes):
            raise ParameterError(
                f"The {placed.product.name} would stand behind the camera; choose a point further up in the picture."
            )
        if before is not None:
            for name in family(before, self.pieces):
                self._put(carried(self._pieces[name], before, found))
        return self._put(found)

    def _fresh_name(self, product: Product) -> str:
        while True:
            self._count += 1
            name = f"{product.model_path.stem[:40]}-{self._count}"
            if name not in self._pieces:
                return name

    def _put(self, placed: Placed) -> Placed:
        self._pieces[placed.id] = placed
        return placed

    def _model(self, product: Product) -> Model:
        key = (str(product.model_path), product.variant)
        if key not in self._models:
            self._models[key] = catalog.open_model(product, variant=product.variant)
        return self._models[key]

    def _solid(self, product: Product, model: Model, kind: PlaneKind) -> Solid:
        key = (str(product.model_path), kind)
        if key not in self._solids:
            self._solids[key] = solid_of(model, kind)
        return self._solids[key]

    def _planes_for(self, product: Product, plane: int | None, pixel: NDArray[np.float64] | None) -> list[int]:
        """Indices of the planes a product may go on, the best first."""
        if plane is not None:
            if not 0 <= plane < len(self.planes):
                raise ParameterError(f"Expected the index of one of {len(self.planes)} planes, got {plane}.")
            return [plane]
        known = [index for index, each in enumerate(self.planes) if each.kind == product.anchor]
        if product.anchor == "floor" and not known and self.planes[0].kind == "table":
            return [0]
        if product.anchor == "table" and not known:
            return [0]
        if not known:
            add = {"wall": "mark two points of its foot on the floor", "ceiling": "say its height over the floor"}
            raise ParameterError(
                f"The {product.name} goes on a {product.anchor}, and none is known; "
                f"{add.get(product.anchor, 'open a photo of the floor')}."
            )
        seen = None if pixel is None else self.plane_at(pixel, known)
        return known if seen is None else [seen]


def _check_turn(yaw_rad: float) -> None:
    if not math.isfinite(yaw_rad):
        raise ParameterError(f"yaw_rad: expected a finite angle in radians, got {yaw_rad}.")
