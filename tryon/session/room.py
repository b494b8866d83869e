"""A real room in a photo: its floor at true size, what is placed in it, and the picture of both."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tryon import catalog
from tryon.capture import read_image
from tryon.errors import ParameterError, UnknownNameError
from tryon.place import Evidence, length_between
from tryon.place.contact import camera_from_product
from tryon.render.light import picture_light
from tryon.session.room_scale import evidence_of, find_planes
from tryon.session.wardrobe import renderer
from tryon.types import Camera, Frame, Intrinsics, Item, Light, Measure, Model, Plane, Product, Scene, Surface

_MOST_PIECES = 64
_CAST_M = 1.5  # how far beside a piece its shadow is followed


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """One piece in its place.

    plane: Index in `Room.planes`.
    at_m: (x, z) of its middle in the plane's own frame. yaw_rad: Counterclockwise from above.
    lift_m: Height over the plane, for what stands on another piece.
    """

    id: str
    product: Product
    model: Model
    plane: int
    at_m: tuple[float, float]
    yaw_rad: float = 0.0
    lift_m: float = 0.0


class Room:
    """A photo with a floor of known scale, and the pieces placed in it.

    planes: The floor first, then walls, tables, the ceiling.
    remarks: What the shopper should know about the scale, each one sentence.
    """

    def __init__(
        self,
        frame: Frame,
        planes: Sequence[Plane],
        *,
        intrinsics: Intrinsics | None = None,
        remarks: Sequence[str] = (),
        light: Light | None = None,
    ) -> None:
        """A room whose planes are known already; `open` finds them in a photo."""
        if not planes:
            raise ParameterError("Room: expected at least one plane, got none; open the photo with a scale.")
        self.frame = frame
        self.planes: tuple[Plane, ...] = tuple(planes)
        self.intrinsics = intrinsics or Intrinsics(planes[0].camera, 0.0, "given")
        self.remarks: tuple[str, ...] = tuple(remarks)
        self.light = light if light is not None else _light(frame)
        self._pieces: dict[str, Placed] = {}
        self._models: dict[tuple[str, str | None], Model] = {}
        self._count = 0

    @classmethod
    def open(
        cls,
        photo: str | Path | Frame,
        *,
        scale: Sequence[str] = (),
        intrinsics: Intrinsics | None = None,
        corners_px: ArrayLike | None = None,
        **known: Any,  # the other fields of Evidence under their own names
    ) -> Self:
        """The room in a photo, with the scale that its sheet, card, tag or whatever is asked for gives.

        Raises:
            InputError, SourceMissingError: The photo cannot be read.
            ScaleUnknownError: Nothing gives the scale; the message says why and what to do.
        """
        frame = photo if isinstance(photo, Frame) else read_image(photo)
        evidence = evidence_of(frame, photo if not isinstance(photo, Frame) else None, scale, intrinsics, corners_px)
        if known:
            evidence = dataclasses.replace(evidence, **known)
        return cls._of(evidence)

    @classmethod
    def _of(cls, evidence: Evidence) -> Self:
        planes, remarks = find_planes(evidence)
        return cls(evidence.frame, planes, intrinsics=evidence.intrinsics, remarks=remarks)

    @property
    def camera(self) -> Camera:
        """The camera that the floor was seen by."""
        return self.planes[0].camera

    @property
    def pieces(self) -> tuple[Placed, ...]:
        """Everything placed, in the order it came."""
        return tuple(self._pieces.values())

    def add(
        self,
        product: str | Path | Product,
        *,
        at_px: ArrayLike | None = None,
        plane: int = 0,
        yaw_rad: float = 0.0,
        variant: str | None = None,
    ) -> Placed:
        """Put a product where a pixel shows the plane."""
        if len(self._pieces) >= _MOST_PIECES:
            raise ParameterError(f"Expected at most {_MOST_PIECES} pieces in a room; take some out first.")
        wanted = product if isinstance(product, Product) else catalog.load(product)
        wanted = wanted if variant is None else dataclasses.replace(wanted, variant=variant)
        model = self._model(wanted, variant)
        at_m = self._point(at_px if at_px is not None else self._free_px(), plane)
        self._count += 1
        placed = Placed(f"{wanted.model_path.stem}-{self._count}", wanted, model, plane, at_m, yaw_rad)
        self._pieces[placed.id] = placed
        return placed

    def move(self, name: str, at_px: ArrayLike) -> Placed:
        """The piece, now where a pixel shows its plane."""
        placed = self.piece(name)
        return self._put(dataclasses.replace(placed, at_m=self._point(at_px, placed.plane)))

    def turn(self, name: str, yaw_rad: float) -> Placed:
        """The piece, now turned to this angle."""
        return self._put(dataclasses.replace(self.piece(name), yaw_rad=math.remainder(yaw_rad, 2.0 * math.pi)))

    def finish(self, name: str, variant: str) -> Placed:
        """The piece, now in another of its finishes; `Placed.product.variant` names the one it has."""
        placed = self.piece(name)
        product = dataclasses.replace(placed.product, variant=variant)
        return self._put(dataclasses.replace(placed, product=product, model=self._model(product, variant)))

    def remove(self, name: str) -> None:
        """Take a piece out."""
        self.piece(name)
        del self._pieces[name]

    def piece(self, name: str) -> Placed:
        """The piece of that id, as it stands now."""
        if name not in self._pieces:
            raise UnknownNameError("piece", name, self._pieces)
        return self._pieces[name]

    def length_between(self, a_px: ArrayLike, b_px: ArrayLike, *, plane: int = 0) -> Measure:
        """Distance between what two pixels show on a plane, with its interval."""
        return length_between(self.planes[plane], a_px, b_px)

    def pose(self, placed: Placed) -> NDArray[np.float64]:
        """(4, 4) camera_from_product of a piece."""
        return camera_from_product(
            self.planes[placed.plane],
            placed.model.bounds_m,
            placed.at_m,
            yaw_rad=placed.yaw_rad,
            lift_m=placed.lift_m,
            up=self.planes[0].normal,
        )

    def render(self, *, dimensions: bool = False, box: tuple[int, int, int, int] | None = None) -> Frame:
        """The photo with everything placed in it; the photo itself stays as it was."""
        pixels = self.frame.pixels.copy()
        if self._pieces:
            renderer().compose(pixels, self._scene(), self.camera, box=box)
        return self.frame.with_pixels(pixels)

    def resized(self, frame: Frame) -> Self:
        """The same room on its photo at another size, with everything that stands in it.

        The server shows a small picture while the shopper moves things and saves a large one.
        """
        across, down = frame.width / self.frame.width, frame.height / self.frame.height
        planes = [dataclasses.replace(plane, camera=_resized(plane.camera, across, down)) for plane in self.planes]
        lens = dataclasses.replace(self.intrinsics, camera=_resized(self.intrinsics.camera, across, down))
        room = type(self)(frame, planes, intrinsics=lens, remarks=self.remarks, light=self.light)
        room._pieces, room._models, room._count = dict(self._pieces), dict(self._models), self._count
        return room

    def describe(self) -> dict[str, Any]:
        """Plain JSON values of the room and what is in it."""
        return {
            "planes": [{"kind": p.kind, "source": p.source, "distance_m": p.distance_m} for p in self.planes],
            "pieces": [{"id": p.id, "product": p.product.name} for p in self.pieces],
            "remarks": list(self.remarks),
        }

    def close(self) -> None:
        """Let everything go."""
        self._pieces.clear()
        self._models.clear()

    def _scene(self) -> Scene:
        items = tuple(Item(placed.model, self.pose(placed)) for placed in self.pieces)
        return Scene(items, tuple(self._catchers()), self.light)

    def _catchers(self) -> list[Surface]:
        caught = []
        for index in dict.fromkeys(placed.plane for placed in self.pieces):
            on = [placed for placed in self.pieces if placed.plane == index]
            reach = [_CAST_M + float(np.linalg.norm(np.ptp(placed.model.bounds_m, axis=0))) / 2.0 for placed in on]
            at = np.array([placed.at_m for placed in on])
            low = (at - np.array(reach)[:, None]).min(axis=0)
            high = (at + np.array(reach)[:, None]).max(axis=0)
            corners = np.array(
                [[x, 0.0, z, 1.0] for x, z in ((low[0], low[1]), (low[0], high[1]), high, (high[0], low[1]))]
            )
            points = (corners @ self.planes[index].camera_from_plane.T)[:, :3]
            triangles = np.array([[0, 1, 2], [0, 2, 3]], np.uint32)
            caught.append(Surface(points.astype(np.float32), triangles, occludes=False, catches_shadow=0.8))
        return caught

    def _put(self, placed: Placed) -> Placed:
        self._pieces[placed.id] = placed
        return placed

    def _model(self, product: Product, variant: str | None) -> Model:
        key = (str(product.model_path), variant or product.variant)
        if key not in self._models:
            self._models[key] = catalog.open_model(product, variant=variant)
        return self._models[key]

    def _point(self, at_px: ArrayLike, plane: int) -> tuple[float, float]:
        point = self.planes[plane].points_at(at_px)[0]
        if not np.isfinite(point).all():
            raise ParameterError(
                "The point lies at or above the floor's horizon; choose one further down in the picture."
            )
        at = np.linalg.inv(self.planes[plane].camera_from_plane) @ np.append(point, 1.0)
        return float(at[0]), float(at[2])

    def _free_px(self) -> tuple[float, float]:
        return 0.5 * self.frame.width, 0.75 * self.frame.height


def _resized(camera: Camera, across: float, down: float) -> Camera:
    """The camera of the picture scaled; integer coordinates stay pixel centres."""
    return Camera(
        max(1, round(camera.width * across)),
        max(1, round(camera.height * down)),
        camera.focal_x_px * across,
        camera.focal_y_px * down,
        (camera.center_x_px + 0.5) * across - 0.5,
        (camera.center_y_px + 0.5) * down - 0.5,
    )


def _light(frame: Frame) -> Light:
    red, green, blue = (float(value) for value in picture_light(frame))
    return Light("room", rgb=(red, green, blue))
