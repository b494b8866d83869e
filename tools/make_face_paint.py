"""Draw the sample face paints of assets/looks/textures, our own designs, in the canonical face's UV square.

    .venv/bin/python tools/make_face_paint.py [FOLDER]

Everything is placed by landmarks, on the person's right and mirrored. Drawn at twice the size and shrunk.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon import resources
from tryon.effects.topology import topology, uv_from_texture
from tryon.geometry import face_mesh as fm

SIDE = 1024
_DRAWN = 2 * SIDE
Points = NDArray[np.float64]
Color = tuple[int, int, int]


class Painting:
    """A transparent square that shapes are laid on; all sizes and positions are shares of its side."""

    def __init__(self) -> None:
        self.rgb = np.zeros((_DRAWN, _DRAWN, 3), np.float32)
        self.alpha = np.zeros((_DRAWN, _DRAWN), np.float32)

    def lay(self, shape: NDArray[np.float32], color: Color | NDArray[np.float32], opacity: float = 1.0) -> None:
        """Blend a color, one or a (n, n, 3) picture, over what is there; shape is coverage, mirrored to both sides."""
        a = np.maximum(shape, shape[:, ::-1])[..., None] * opacity
        over = np.broadcast_to(np.asarray(color, np.float32), self.rgb.shape)
        total = a + self.alpha[..., None] * (1 - a)
        self.rgb = np.where(
            total > 0, (over * a + self.rgb * self.alpha[..., None] * (1 - a)) / np.maximum(total, 1e-6), self.rgb
        )
        self.alpha = total[..., 0]

    def cut(self, shape: NDArray[np.float32]) -> None:
        """Take paint away."""
        self.alpha *= 1 - np.maximum(shape, shape[:, ::-1])

    def save(self, path: Path) -> None:
        """Write the painting as a PNG of at most 200 kB, colors under clear pixels filled from their neighbors."""
        premultiplied = np.dstack([self.rgb * self.alpha[..., None], self.alpha])
        small = cv2.resize(premultiplied, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        alpha = np.round(small[..., 3] * 63) / 63  # coarse steps keep soft edges and halve the file
        color = np.where(alpha[..., None] > 0, small[..., :3] / np.maximum(small[..., 3:], 1e-6), 0)
        codes = np.dstack([np.round(color[..., ::-1] / 4) * 4, alpha * 255])
        cv2.imwrite(str(path), np.clip(codes, 0, 255).astype(np.uint8), [cv2.IMWRITE_PNG_COMPRESSION, 9])
        size = path.stat().st_size
        if size > 200_000:
            raise SystemExit(f"{path.name} has {size} bytes; expected at most 200000")
        print(f"{path}: {size / 1000:.0f} kB")


def at(*shares: tuple[int, float]) -> Points:
    """(2,) UV position between landmarks, by (landmark, share)."""
    uv = uv_from_texture(topology().uv)
    return np.asarray(sum(uv[index] * share for index, share in shares))


def across(*shares: tuple[int, float]) -> Points:
    """`at`, moved a little past the midline, so that two mirrored halves close without a seam."""
    return at(*shares) + np.array([0.012, 0.0])


def landmarks(indices: tuple[int, ...]) -> Points:
    """(n, 2) UV positions."""
    return uv_from_texture(topology().uv)[list(indices)]


def curve(points: Points, *, closed: bool = False, fine: int = 16) -> Points:
    """(m, 2) Catmull–Rom curve through the points."""
    ends = (
        [points[-1:], points, points[:2]]
        if closed
        else [2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]]
    )
    padded = np.concatenate(ends)
    t = np.linspace(0, 1, fine, endpoint=False)[:, None]
    spans = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False)
    ]
    return np.concatenate(spans if closed else [*spans, points[-1:]])


def filled(outline: Points, *, softness: float = 0.0) -> NDArray[np.float32]:
    """Coverage of a closed outline; softness is a Gaussian's sigma."""
    picture = np.zeros((_DRAWN, _DRAWN), np.uint8)
    fixed = np.rint((outline * _DRAWN - 0.5) * 16).astype(np.int32)
    cv2.fillPoly(picture, [fixed.reshape(-1, 1, 2)], 255, lineType=cv2.LINE_AA, shift=4)
    coverage = picture.astype(np.float32) / 255
    return cv2.GaussianBlur(coverage, (0, 0), softness * _DRAWN) if softness > 0 else coverage


def tapered(points: Points, width: float, *, profile: tuple[float, ...] = (0.0, 1.0, 0.0)) -> NDArray[np.float32]:
    """Coverage of a brush stroke along a curve whose width follows a profile from start to end."""
    path = curve(points)
    along = np.gradient(path, axis=0)
    normal = np.stack([-along[:, 1], along[:, 0]], 1) / np.maximum(np.linalg.norm(along, axis=1), 1e-9)[:, None]
    half = np.interp(np.linspace(0, 1, len(path)), np.linspace(0, 1, len(profile)), profile)[:, None] * width / 2
    return filled(np.concatenate([path + normal * half, (path - normal * half)[::-1]]))


def dot(center: Points, radius: float) -> NDArray[np.float32]:
    """Coverage of a disc."""
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    return filled(center + radius * np.stack([np.cos(angle), np.sin(angle)], 1))


def gradient(start: Points, end: Points, *colors: Color) -> NDArray[np.float32]:
    """(n, n, 3) colors along a line between two positions."""
    y, x = (np.mgrid[:_DRAWN, :_DRAWN] + 0.5) / _DRAWN
    axis = end - start
    t = np.clip(((x - start[0]) * axis[0] + (y - start[1]) * axis[1]) / float(axis @ axis), 0, 1)
    t = np.where(x > 0.5, t[:, ::-1], t)  # the mirror image runs the other way
    stops = np.linspace(0, 1, len(colors))
    return np.dstack([np.interp(t, stops, [color[k] for color in colors]) for k in range(3)]).astype(np.float32)


def eye_opening(grow: float) -> NDArray[np.float32]:
    """Coverage of the person's right eye, its outline moved outward."""
    outline = landmarks(fm.RIGHT_EYE)
    center = outline.mean(0)
    return filled(curve(center + (outline - center) * (1 + grow), closed=True))


def butterfly() -> Painting:
    """Wings over both eyes, from the bridge of the nose to temples and cheeks."""
    painting = Painting()
    ink = (24, 18, 44)
    root = at((6, 0.6), (122, 0.4))
    upper = curve(
        np.stack(
            [
                root,
                at((55, 1.0)),
                at((108, 0.7), (107, 0.3)),
                at((104, 0.8), (69, 0.2)),
                at((68, 0.8), (54, 0.2)),
                at((71, 0.6), (21, 0.4)),
                at((139, 0.7), (71, 0.3)),
                at((156, 0.7), (143, 0.3)),
                at((226, 0.6), (35, 0.4)),
                at((112, 0.4), (23, 0.6)),
            ]
        ),
        closed=True,
    )
    lower = curve(
        np.stack(
            [
                root,
                at((23, 0.55), (230, 0.45)),
                at((31, 0.8), (111, 0.2)),
                at((117, 0.2), (116, 0.8)),
                at((123, 0.75), (116, 0.25)),
                at((50, 0.55), (187, 0.45)),
                at((205, 0.7), (36, 0.3)),
                at((142, 0.8), (126, 0.2)),
                at((217, 0.8), (188, 0.2)),
            ]
        ),
        closed=True,
    )
    blue = gradient(root, at((54, 1.0)), (120, 226, 240), (28, 120, 214), (54, 40, 150))
    violet = gradient(root, at((187, 1.0)), (250, 190, 222), (196, 70, 190), (88, 36, 150))
    for wing, fill, inner in ((lower, violet, 0.86), (upper, blue, 0.88)):
        center = wing.mean(0)
        painting.lay(filled(wing, softness=0.001), ink)
        painting.lay(filled(center + (wing - center) * inner, softness=0.0012), fill)
    veins = ((68, 63), (71, 70), (156, 46))
    for outer, middle in veins:
        painting.lay(
            tapered(
                np.stack([root, at((middle, 1.0)), at((outer, 0.65), (middle, 0.35))]), 0.008, profile=(0.9, 0.8, 0.3)
            ),
            ink,
        )
    for outer, middle in ((123, 118), (50, 119), (205, 100)):
        painting.lay(
            tapered(
                np.stack([root, at((middle, 1.0)), at((outer, 0.85), (middle, 0.15))]), 0.007, profile=(0.8, 0.8, 0.3)
            ),
            ink,
        )
    for place, radius in (
        (at((68, 0.92), (70, 0.08)), 0.010),
        (at((71, 0.85), (70, 0.15)), 0.008),
        (at((104, 0.8), (105, 0.2)), 0.008),
        (at((139, 0.15), (71, 0.35), (156, 0.5)), 0.006),
        (at((123, 0.55), (117, 0.45)), 0.007),
        (at((50, 0.85), (101, 0.15)), 0.006),
    ):
        painting.lay(dot(place, radius), (255, 250, 235))
    body = np.stack([at((9, 0.6), (8, 0.4)), at((6, 1.0)), at((197, 1.0)), at((5, 0.7), (195, 0.3))])
    painting.lay(tapered(body, 0.030, profile=(0.35, 1.0, 0.8, 0.1)), ink)
    feeler = np.stack([at((9, 1.0)), at((9, 0.6), (107, 0.4)), at((108, 0.6), (151, 0.4))])
    painting.lay(tapered(feeler, 0.008, profile=(1.0, 0.7, 0.5)), ink)
    painting.lay(dot(feeler[-1], 0.009), ink)
    painting.cut(cv2.GaussianBlur(eye_opening(0.02), (0, 0), 3))
    return painting


def tiger() -> Painting:
    """Orange coat with black stripes, white round eyes and muzzle."""
    painting = Painting()
    oval = landmarks(fm.FACE_OVAL)
    center = at((168, 0.5), (1, 0.5))
    coat = gradient(at((10, 1.0)), at((152, 1.0)), (222, 112, 22), (246, 148, 40), (240, 132, 30))
    painting.lay(filled(center + (oval - center) * 0.99, softness=0.012), coat, 0.96)
    white = (250, 244, 232)
    muzzle = curve(
        np.stack(
            [
                across((5, 0.5), (195, 0.5)),
                at((5, 0.5), (195, 0.5)),
                at((49, 0.5), (131, 0.5)),
                at((203, 0.6), (206, 0.4)),
                at((216, 0.6), (207, 0.4)),
                at((212, 0.6), (214, 0.4)),
                at((204, 0.7), (211, 0.3)),
                at((200, 0.5), (208, 0.5)),
                at((199, 1.0)),
                across((199, 1.0)),
            ]
        )
    )
    painting.lay(filled(muzzle, softness=0.008), white, 0.97)
    lid = curve(
        np.stack(
            [
                at((193, 0.7), (189, 0.3)),
                at((55, 0.75), (65, 0.25)),
                at((52, 0.4), (66, 0.6)),
                at((46, 0.4), (63, 0.6)),
                at((156, 0.6), (70, 0.4)),
                at((35, 0.6), (226, 0.4)),
                at((228, 0.8), (117, 0.2)),
                at((230, 0.6), (119, 0.4)),
                at((233, 0.6), (128, 0.4)),
            ]
        ),
        closed=True,
    )
    painting.lay(filled(lid, softness=0.006), white, 0.97)
    ink = (22, 18, 16)
    stripes: tuple[tuple[tuple[tuple[tuple[int, float], ...], ...], float], ...] = (
        ((((10, 0.8), (109, 0.2)), ((151, 0.6), (108, 0.4)), ((9, 0.75), (107, 0.25))), 0.026),
        ((((109, 0.6), (67, 0.4)), ((108, 0.7), (69, 0.3)), ((107, 0.5), (108, 0.5))), 0.024),
        ((((67, 0.5), (103, 0.5)), ((69, 0.5), (104, 0.5)), ((105, 0.5), (66, 0.2), (69, 0.3))), 0.026),
        ((((103, 0.3), (54, 0.7)), ((68, 0.7), (104, 0.3)), ((63, 0.6), (68, 0.4))), 0.024),
        ((((21, 1.0),), ((71, 1.0),), ((70, 0.6), (71, 0.4))), 0.026),
        ((((127, 0.7), (162, 0.3)), ((139, 0.4), (34, 0.6)), ((143, 0.7), (35, 0.3))), 0.028),
        ((((234, 1.0),), ((227, 0.7), (116, 0.3)), ((111, 0.5), (117, 0.5))), 0.030),
        ((((93, 1.0),), ((137, 0.5), (123, 0.5)), ((50, 0.6), (118, 0.4))), 0.032),
        ((((132, 1.0),), ((177, 0.5), (147, 0.5)), ((205, 0.6), (187, 0.4))), 0.034),
        ((((58, 1.0),), ((215, 0.5), (213, 0.5)), ((207, 0.8), (192, 0.2))), 0.030),
        ((((172, 1.0),), ((138, 0.6), (135, 0.4)), ((214, 0.7), (210, 0.3))), 0.028),
        ((((136, 0.6), (150, 0.4)), ((169, 1.0),), ((211, 0.7), (210, 0.3))), 0.024),
    )
    for points, width in stripes:
        painting.lay(tapered(np.stack([at(*point) for point in points]), width, profile=(0.2, 0.9, 1.0, 0.7, 0.0)), ink)
    corner = np.stack(
        [at((133, 0.8), (243, 0.2)), at((245, 0.6), (188, 0.4)), at((174, 0.8), (217, 0.2)), at((198, 0.7), (131, 0.3))]
    )
    painting.lay(tapered(corner, 0.018, profile=(0.9, 0.8, 0.5, 0.0)), ink)
    tip = curve(
        np.stack(
            [
                across((4, 0.8), (5, 0.2)),
                at((4, 0.8), (5, 0.2)),
                at((45, 0.5), (220, 0.5)),
                at((218, 0.5), (237, 0.5)),
                at((238, 0.6), (20, 0.4)),
                at((94, 0.8), (2, 0.2)),
                across((94, 0.8), (2, 0.2)),
            ]
        )
    )
    painting.lay(filled(tip, softness=0.002), (38, 24, 26))
    painting.lay(tapered(np.stack([at((2, 1.0)), at((164, 1.0)), at((0, 1.0))]), 0.009, profile=(1.0, 0.9, 0.6)), ink)
    for place in (((165, 0.6), (92, 0.4)), ((92, 0.7), (206, 0.3)), ((186, 0.6), (216, 0.4)), ((206, 0.6), (165, 0.4))):
        painting.lay(dot(at(*place), 0.0055), ink)
    painting.cut(cv2.GaussianBlur(eye_opening(0.02), (0, 0), 3))
    return painting


def festival() -> Painting:
    """Bands of color under the eyes with rows of gold and white dots, and an arc of jewels over the brows."""
    painting = Painting()
    band = np.stack(
        [
            at((243, 0.6), (244, 0.4)),
            at((232, 0.5), (121, 0.5)),
            at((230, 0.4), (119, 0.6)),
            at((228, 0.5), (117, 0.5)),
            at((143, 0.6), (35, 0.4)),
            at((139, 0.7), (156, 0.3)),
        ]
    )
    rows = ((0.000, (16, 190, 178)), (0.026, (250, 96, 128)), (0.052, (250, 186, 40)))
    for drop, color in rows:
        shifted = band + np.linspace(0.4, 1.0, len(band))[:, None] * np.array([-0.35 * drop, drop])
        painting.lay(tapered(shifted, 0.021, profile=(0.35, 1.0, 1.0, 0.9, 0.4)), color, 0.95)
    path = curve(band + np.linspace(0.4, 1.0, len(band))[:, None] * np.array([-0.030, 0.082]), fine=40)
    for k, position in enumerate(path[12:-8:13]):
        painting.lay(dot(position, 0.0062 - 0.00016 * k), (255, 250, 240))
    arc = curve(
        np.stack(
            [
                at((8, 0.3), (55, 0.7)) - [0, 0.014],
                at((66, 1.0)) - [0, 0.022],
                at((105, 1.0)) - [0, 0.022],
                at((63, 1.0)) - [0, 0.018],
                at((70, 1.0)) - [0, 0.012],
            ]
        ),
        fine=40,
    )
    for k, position in enumerate(arc[::15]):
        painting.lay(dot(position, 0.0048 + 0.0022 * (k % 2)), ((230, 180, 60), (24, 170, 190))[k % 2])
    for share, radius in ((0.0, 0.012), (0.32, 0.009), (0.6, 0.0068), (0.84, 0.005), (1.0, 0.0036)):
        painting.lay(dot(at((151, share), (8, 1 - share)), radius), (230, 180, 60))
        painting.lay(dot(at((151, share), (8, 1 - share)), radius * 0.5), (250, 96, 128))
    for place, radius in (((18, 1.0), 0.008), ((200, 0.7), 0.006), ((199, 0.5), 0.0045)):
        lower = {18: 200, 200: 199, 199: 175}[place[0]]
        painting.lay(dot(at(place, (lower, 1 - place[1])), radius), (16, 190, 178))
    painting.cut(cv2.GaussianBlur(eye_opening(0.02), (0, 0), 3))
    return painting


DESIGNS: dict[str, Callable[[], Painting]] = {"butterfly": butterfly, "tiger": tiger, "festival": festival}


def main() -> None:
    """Write every design."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else resources.content("assets") / "looks" / "textures"
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in DESIGNS.items():
        draw().save(folder / f"{name}.png")


if __name__ == "__main__":
    main()
