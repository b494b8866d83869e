"""The products of one session: loaded once, placed each frame, drawn over the picture."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tryon import catalog
from tryon.errors import ParameterError, ProductError
from tryon.measure import ScaleFollower
from tryon.render import Renderer
from tryon.render.fine import compose_finely
from tryon.render.light import LightEstimator
from tryon.types import Camera, Drawing, Frame, Head, Item, Product, Scene, Surface, Tracks, Worn
from tryon.wear import WEARABLES, FitReport, View, Wearable

Wish: TypeAlias = Worn | Product | str | Path
_MOST_PRODUCTS = 16
_drawers = threading.local()


def renderer() -> Renderer:
    """This thread's renderer: a GL context belongs to its thread, and sessions on one thread share uploads."""
    found: Renderer | None = getattr(_drawers, "renderer", None)
    if found is None:
        found = _drawers.renderer = Renderer()
    return found


class Wardrobe:
    """What one stream of frames wears beside its makeup.

    Products are opened once and kept, so that putting one on again is instant. The true size of each head comes from
    its irises unless `pd_mm`, the pupillary distance, is given; products are never stretched to fit.

    stage_ms: Milliseconds of the last `dress`, by stage.
    """

    stage_ms: Mapping[str, float]

    def __init__(self, products: Iterable[Wish] = (), *, pd_mm: float | None = None) -> None:
        """Open the products.

        Raises:
            UnknownNameError: No such product, or a kind that nothing can wear.
            ProductError, ModelFileError: A product that cannot be used; the message says why.
        """
        self.stage_ms = {}
        self._opened: dict[tuple[str, str | None], Wearable] = {}
        self._worn: tuple[Wearable, ...] = ()
        self._follower = ScaleFollower(known_pd_mm=pd_mm)
        self._light = LightEstimator()
        self._view: View | None = None
        self.put_on(products)

    def put_on(self, products: Iterable[Wish]) -> None:
        """Wear exactly these from the next frame on; those opened before come out of the cupboard at once."""
        wishes = tuple(products)
        if len(wishes) > _MOST_PRODUCTS:
            raise ParameterError(f"Expected at most {_MOST_PRODUCTS} products at once, got {len(wishes)}.")
        self._worn = tuple(self._open(wish) for wish in wishes)

    def preload(self, products: Iterable[Wish]) -> None:
        """Open products that may be put on later."""
        for wish in products:
            self._open(wish)

    @property
    def worn(self) -> tuple[Product, ...]:
        """What is on, in order."""
        return tuple(wearable.product for wearable in self._worn)

    @property
    def needs(self) -> frozenset[str]:
        """Tracks that what is on must be given."""
        return frozenset().union(*(wearable.needs for wearable in self._worn))

    def dress(self, frame: Frame, pixels: NDArray[np.uint8], tracks: Tracks) -> None:
        """Draw everything that is on over `pixels`, in place.

        Args:
            frame: The bare picture: light and sizes are read from it.
            pixels: (H, W, 3) uint8 sRGB, the same picture with makeup.

        Raises:
            RenderError: There is no GL library, or no context can be made.
        """
        begun_s = time.perf_counter()
        camera = Camera.assumed(frame.width, frame.height)
        self._view = view = View(frame, tracks, camera, self._heads(frame, tracks, camera))
        sized_s = time.perf_counter()
        drawings = [drawing for wearable in self._worn for drawing in wearable.draw(view)]
        placed_s = time.perf_counter()
        for group in dict.fromkeys(drawing.group for drawing in drawings):
            members = [drawing for drawing in drawings if drawing.group == group]
            head = next((head for head in view.heads if group == f"face:{head.face.id}"), None)
            scene = Scene(_items(members), _surfaces(members), self._light.estimate(frame, head))
            for drawing in members:
                if drawing.retouch is not None:
                    drawing.retouch(pixels)
            compose_finely(renderer(), pixels, scene, camera, still=frame.index == 0)
        ended_s = time.perf_counter()
        self.stage_ms = {
            "wear.size": (sized_s - begun_s) * 1e3,
            "wear.place": (placed_s - sized_s) * 1e3,
            "wear.draw": (ended_s - placed_s) * 1e3,
        }

    def fit(self) -> tuple[tuple[Product, FitReport], ...]:
        """How each product sits on each person of the last frame dressed."""
        if self._view is None:
            return ()
        view = self._view
        return tuple((wearable.product, report) for wearable in self._worn for report in wearable.fit(view))

    def _open(self, wish: Wish) -> Wearable:
        if isinstance(wish, Product):
            product, variant = wish, wish.variant
        else:
            worn = wish if isinstance(wish, Worn) else Worn(str(wish))
            product = catalog.load(worn.product)
            variant = worn.variant or product.variant
        key = (str(product.model_path), variant)
        if key not in self._opened:
            if product.kind not in WEARABLES:
                raise ProductError(
                    f"'{product.name}' is no wearable but of kind '{product.kind}'; known: {', '.join(WEARABLES)}. "
                    f"For a bare glTF file run: tryon fit {product.model_path.name} --kind KIND."
                )
            kind = WEARABLES.get(product.kind)
            model = catalog.open_model(product, variant=variant)
            self._opened[key] = kind(dataclasses.replace(product, variant=variant), model)
        return self._opened[key]

    def _heads(self, frame: Frame, tracks: Tracks, camera: Camera) -> tuple[Head, ...]:
        heads = []
        for face in tracks.faces:
            head = Head.of(face, self._follower.follow(frame, face, camera).true_from_canonical)
            if head is not None:
                heads.append(head)
        return tuple(heads)


def _items(drawings: Sequence[Drawing]) -> tuple[Item, ...]:
    return tuple(item for drawing in drawings for item in drawing.items)


def _surfaces(drawings: Sequence[Drawing]) -> tuple[Surface, ...]:
    """Those of one name once: three wearables on one head bring the same head, the strongest shadow catcher stays."""
    pooled: dict[str, Surface] = {}
    for drawing in drawings:
        for name, surface in drawing.surfaces.items():
            if name not in pooled or surface.catches_shadow > pooled[name].catches_shadow:
                pooled[name] = surface
    return tuple(pooled.values())
