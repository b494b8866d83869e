"""What the room page is told: lengths with their intervals, pieces with their place in the picture."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from tryon.types import Measure

Share = Annotated[FiniteFloat, Field(ge=0.0, le=1.0)]
Point = tuple[Share, Share]
_ENDLESS_M = 1e3
_NAME = r"^[a-z0-9][a-z0-9-]{0,63}$"


class _Wish(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Length(BaseModel):
    """A length in millimetres with its 95 % interval and what gave the scale."""

    value_mm: float
    low_mm: float
    high_mm: float
    source: str

    @classmethod
    def of(cls, measure: Measure) -> Length:
        """The same in the page's unit, to a tenth of a millimetre; what has no end ends at a kilometre."""
        told = (measure.value_m, measure.low_m, measure.high_m)
        value, low, high = (round(1e3 * min(each, _ENDLESS_M), 1) for each in told)
        return cls(value_mm=value, low_mm=low, high_mm=high, source=measure.source)


class PieceState(BaseModel):
    """One piece of furniture in the picture.

    at: Where the middle of its foot is, as shares of the picture's width and height. outline: The same of what it
    covers, a convex polygon. on: The piece it stands on. size_mm: Width, height and depth as sold.
    """

    id: str
    product: str
    name: str
    kind: str
    variant: str | None
    plane: str
    on: str | None
    at: tuple[float, float]
    yaw_deg: float
    outline: list[tuple[float, float]]
    size_mm: tuple[float, float, float]


class RoomState(BaseModel):
    """A room: its picture, how its scale is known, and what stands in it.

    width, height: Of the picture the page shows, pixels. scale: What gave it, empty while nobody knows; then `reason`
    says why. error: Share of any length that the scale may be off by, 95 %.
    """

    id: str
    width: int
    height: int
    scale: str
    reason: str
    error: float | None
    corners: list[tuple[float, float]] | None
    remarks: list[str]
    planes: list[str]
    pieces: list[PieceState]
    most_pieces: int
    expires_s: int


PageVerdict = Literal["fits", "barely", "not", "unknown"]


class FitSide(BaseModel):
    """Free width, height or depth around a piece, and how much it needs with its doors and drawers."""

    side: str
    verdict: PageVerdict
    free: Length
    needed_mm: float


class FitState(BaseModel):
    """Whether a piece fits where it stands, as one sentence, and the directions that could be measured."""

    verdict: PageVerdict
    sentence: str
    sides: list[FitSide] = []


class ScaleWish(_Wish):
    """What lies on the floor, and where its corners are, in turn around it, if the page should not look by itself.

    size_mm: Edge of a tag, or the length between the two ends that `corners` then holds.
    """

    kind: Literal["auto", "a4", "letter", "card", "tag", "points"] = "auto"
    corners: Annotated[list[Point], Field(min_length=2, max_length=4)] | None = None
    size_mm: Annotated[FiniteFloat, Field(gt=5.0, lt=20_000.0)] | None = None


class PieceWish(_Wish):
    """A product to put into the room; without a place it goes where there is room."""

    product: Annotated[str, Field(pattern=_NAME)]
    variant: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    at: Point | None = None
    yaw_deg: Annotated[FiniteFloat, Field(ge=-360.0, le=360.0)] = 0.0


class PieceChange(_Wish):
    """What to change about a piece; what is left out stays."""

    at: Point | None = None
    yaw_deg: Annotated[FiniteFloat, Field(ge=-360.0, le=360.0)] | None = None
    variant: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    snap: bool = False


class WallWish(_Wish):
    """Two points where a wall meets the floor."""

    a: Point
    b: Point


class Span(_Wish):
    """Two points of the floor; with `upright` the second is above the first."""

    a: Point
    b: Point
    upright: bool = False
