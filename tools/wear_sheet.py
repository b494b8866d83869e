"""A contact sheet: every product of a kind, or the products named, on several faces.

    .venv/bin/python tools/wear_sheet.py glasses -o sheet.jpg
    .venv/bin/python tools/wear_sheet.py aviator,pearl-drop --faces /path/one.jpg /path/two.jpg --cell 480
    .venv/bin/python tools/wear_sheet.py path/to/product.toml --video clip.mp4 --frames 12 -o strip.jpg

A row is a product (or several, joined by +, worn together), a column a face. Fit verdicts are printed.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tryon import catalog
from tryon.capture import open_source
from tryon.measure import ScaleFollower
from tryon.render import Renderer
from tryon.render.fine import compose_finely
from tryon.render.light import LightEstimator
from tryon.track import Tracker
from tryon.types import Camera, Frame, Head, Scene, Surface, Tracks
from tryon.wear import WEARABLES, View, Wearable

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "faces"
#: Light, deep, bearded, turned, tilted, hair over the temples, old and young.
FACES = (
    "facerec_obama.jpg", "human_person-linda.jpg", "fairface_test_race_Black.jpg", "skimage_astronaut.png",
    "human_stock-emotions-a-3.jpg", "human_person-christina.jpg", "liveportrait_s10.jpg", "human_person-vlado1.jpg",
)  # fmt: skip


class Studio:
    """The trackers and one renderer, for many pictures."""

    def __init__(self, *, body: bool, hands: bool) -> None:
        self.face = Tracker.load("face", pose=True)
        self.parts = Tracker.load("parts")
        self.body = Tracker.load("body") if body else None
        self.hands = Tracker.load("hands") if hands else None
        self.scale = ScaleFollower()
        self.light = LightEstimator()
        self.renderer = Renderer()

    def view(self, frame: Frame) -> View:
        """The frame as wearables see it."""
        if frame.index == 0:
            self.scale, self.light = ScaleFollower(), LightEstimator()
        tracks = self.face.track(frame)
        tracks = tracks | self.parts.track(frame, faces=tracks.faces)  # type: ignore[call-arg]  # only parts take faces
        if self.body is not None:
            tracks = tracks | self.body.track(frame)
        if self.hands is not None:
            tracks = tracks | self.hands.track(frame)
        camera = Camera.assumed(frame.width, frame.height)
        heads = []
        for face in tracks.faces:
            scale = self.scale.follow(frame, face, camera)
            head = Head.of(face, scale.true_from_canonical)
            if head is not None:
                heads.append(head)
        return View(frame, tracks, camera, tuple(heads))

    def dress(self, view: View, worn: list[Wearable]) -> NDArray[np.uint8]:
        """The picture with everything on."""
        pixels = view.frame.pixels.copy()
        if view.frame.index == 0:
            self.light = LightEstimator()  # another photo: its light is its own
        drawings = [drawing for wearable in worn for drawing in wearable.draw(view)]
        for group in dict.fromkeys(drawing.group for drawing in drawings):
            members = [drawing for drawing in drawings if drawing.group == group]
            surfaces: dict[str, Surface] = {}
            for drawing in members:
                surfaces |= drawing.surfaces
                if drawing.retouch is not None:
                    drawing.retouch(pixels)
            head = next((head for head in view.heads if group == f"face:{head.face.id}"), None)
            light = self.light.estimate(view.frame, head)
            items = tuple(item for drawing in members for item in drawing.items)
            scene = Scene(items, tuple(surfaces.values()), light)
            compose_finely(self.renderer, pixels, scene, view.camera, still=view.frame.index == 0)
        return pixels


def wearables(names: str) -> list[Wearable]:
    """Products joined by +, each a name or a path."""
    worn = []
    for name in names.split("+"):
        product = catalog.load(name)
        worn.append(WEARABLES.get(product.kind)(product, catalog.open_model(product)))
    return worn


def framed(pixels: NDArray[np.uint8], tracks: Tracks, side: int, *, wide: float) -> NDArray[np.uint8]:
    """(side, side, 3) around the largest face."""
    height, width = pixels.shape[:2]
    if tracks.faces:
        points = max((face.landmarks.points_px for face in tracks.faces), key=lambda p: np.ptp(p[:, 0]))[:, :2]
        middle, reach = points.mean(axis=0), wide * float(np.ptp(points, axis=0).max())
    else:
        middle, reach = np.array([width / 2, height / 2]), 0.5 * max(width, height)
    x0, y0 = (middle - reach).astype(int).tolist()
    picture = Image.fromarray(pixels).crop((x0, y0, x0 + int(2 * reach), y0 + int(2 * reach)))
    return np.asarray(picture.resize((side, side), Image.Resampling.LANCZOS))


def main() -> None:
    """Draw and save the sheet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", help="a kind (every product of it), or names and paths: comma for rows, + for together")
    parser.add_argument("--faces", nargs="*", help="pictures; names are looked for in the shared data")
    parser.add_argument("--video", type=Path, help="columns are frames of this video instead")
    parser.add_argument("--frames", type=int, default=8, help="columns of a video, evenly spread")
    parser.add_argument("--hands", action="store_true", help="track hands even where no product needs them")
    parser.add_argument("--cell", type=int, default=360, help="pixels of a cell's side")
    parser.add_argument("--wide", type=float, default=0.85, help="half a cell in face sizes")
    parser.add_argument("--variant", help="material variant for all")
    parser.add_argument("-o", "--output", type=Path, default=Path("sheet.jpg"))
    options = parser.parse_args()
    names = list(catalog.names(options.what)) or options.what.split(",")
    needs = {track for name in names for wearable in wearables(name) for track in wearable.needs}
    studio = Studio(body="body" in needs, hands=options.hands or "hands" in needs)
    sheet = video(studio, names, options) if options.video else stills(studio, names, options)
    Image.fromarray(sheet).save(options.output, quality=92)
    print(options.output)


def stills(studio: Studio, names: list[str], options: argparse.Namespace) -> NDArray[np.uint8]:
    """Rows of products, columns of photos."""
    paths = [path if (path := Path(name)).exists() else DATA / name for name in options.faces or FACES]
    views = [studio.view(next(iter(open_source(str(path))))) for path in paths]
    rows = []
    for name in names:
        worn, cells = wearables(name), []
        for path, view in zip(paths, views, strict=True):
            begun_s = time.perf_counter()
            pixels = studio.dress(view, worn)
            spent_ms = 1e3 * (time.perf_counter() - begun_s)
            cells.append(framed(pixels, view.tracks, options.cell, wide=options.wide))
            for wearable in worn:
                for report in wearable.fit(view):
                    lengths = ", ".join(f"{key} {value:g}" for key, value in report.lengths_mm.items())
                    print(f"{wearable.product.name} on {path.stem}: {report.verdict} ({lengths}) {spent_ms:.0f} ms")
        rows.append(np.hstack(cells))
    return np.vstack(rows)


def video(studio: Studio, names: list[str], options: argparse.Namespace) -> NDArray[np.uint8]:
    """Rows of products, columns of moments; every frame is tracked and worn, as in a session."""
    sets = [wearables(name) for name in names]
    cells: list[list[NDArray[np.uint8]]] = [[] for _ in names]
    count = sum(1 for _ in open_source(str(options.video)))
    chosen = set(np.linspace(0, count - 1, options.frames).astype(int).tolist())
    for frame in open_source(str(options.video)):
        view = studio.view(frame)
        for row, worn in zip(cells, sets, strict=True):
            if frame.index in chosen:
                row.append(framed(studio.dress(view, worn), view.tracks, options.cell, wide=options.wide))
            else:
                for wearable in worn:
                    wearable.draw(view)
    return np.vstack([np.hstack(row) for row in cells])


if __name__ == "__main__":
    main()
