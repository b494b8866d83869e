"""A bank card held to a rendered head: where it touches, what is printed on it, the thumb that holds it."""

from __future__ import annotations

import math

import cv2
import numpy as np
from _head_space import linear, moved, rotation
from numpy.typing import NDArray

CARD_M = (0.0856, 0.05398)  # ISO/IEC 7810 ID-1
CARD_CORNER_M, CARD_THICKNESS_M = 0.00318, 0.00076
CARD, THUMB = 4, 5  # kinds of pixels
# Barycentric places all over a triangle, for skin that touches between its corners.
_SHARES = np.array([(a, b, 6 - a - b) for a in range(7) for b in range(7 - a)]) / 6.0


def card_corners() -> NDArray[np.float64]:
    x, y = CARD_M[0] / 2, CARD_M[1] / 2
    return np.array([[-x, y, 0.0], [x, y, 0.0], [x, -y, 0.0], [-x, -y, 0.0]])


def place_card(
    mesh: NDArray[np.float64],
    triangles: NDArray[np.int64],
    camera_from_head: NDArray[np.float64],
    scale: float,
    where: str,
    tilt_deg: tuple[float, float, float],
) -> NDArray[np.float64]:
    """The card's face in camera space: pushed against the skin until it touches, thickness added."""
    face = moved(np.linalg.inv(camera_from_head), mesh)
    if where == "forehead":
        slope = math.atan2(face[9, 2] - face[151, 2], face[151, 1] - face[9, 1])  # above zero: leans back going up
        lean, middle_y = -slope, face[9, 1] + 0.033 * scale
    else:
        lean, middle_y = 0.0, face[17, 1] - 0.028 * scale
    yaw, pitch, roll = (math.radians(angle) for angle in tilt_deg)
    card = np.eye(4)
    card[:3, :3] = rotation(0.0, lean, 0.0) @ rotation(yaw, pitch, roll)
    card[:3, 3] = [face[[10, 152], 0].mean(), middle_y, face[:, 2].max()]
    near = moved(np.linalg.inv(card), np.concatenate([share @ face[triangles] for share in _SHARES]))
    covered = (np.abs(near[:, 0]) < CARD_M[0] / 2) & (np.abs(near[:, 1]) < CARD_M[1] / 2)
    card[:3, 3] += card[:3, 2] * (near[covered, 2].max() + CARD_THICKNESS_M)
    placed: NDArray[np.float64] = camera_from_head @ card
    return placed


def _card_print(rng: np.random.Generator) -> NDArray[np.float32]:
    """(540 · 2, 856 · 2, 3) linear picture of a made-up card: gradient, waves, chip, numbers."""
    height, width = 1080, 1712
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    base = rng.uniform(20, 235, 3)
    if rng.random() < 0.35:
        base = np.full(3, rng.uniform(190, 245))
    other = np.clip(base + rng.uniform(-60, 60, 3), 5, 250)
    share = np.clip((columns / width + rows / height) / 2.0, 0, 1)[..., None]
    picture = base + (other - base) * share
    angle, pitch_px = rng.uniform(0, np.pi), rng.uniform(60, 300)
    waves = np.sin(2 * np.pi * (columns * np.cos(angle) + rows * np.sin(angle)) / pitch_px + 2 * np.sin(rows / 170.0))
    picture = np.ascontiguousarray(np.clip(picture + 10.0 * waves[..., None], 0, 255).astype(np.uint8))
    ink = (245, 245, 245) if base.mean() < 128 else (30, 30, 40)
    cv2.rectangle(picture, (170, 380), (400, 560), (205, 175, 95), -1)
    for y in (440, 500):
        cv2.line(picture, (170, y), (400, y), (120, 95, 40), 5)
    cv2.putText(picture, "4970 1012 3456 7890", (160, 720), cv2.FONT_HERSHEY_SIMPLEX, 3.6, ink, 12, cv2.LINE_AA)
    cv2.putText(picture, "A. N. OTHER   09/29", (160, 940), cv2.FONT_HERSHEY_SIMPLEX, 2.4, ink, 7, cv2.LINE_AA)
    cv2.putText(picture, "Bank", (1280, 210), cv2.FONT_HERSHEY_TRIPLEX, 4.2, ink, 12, cv2.LINE_AA)
    cv2.circle(picture, (1490, 900), 95, (200, 60, 50), -1, cv2.LINE_AA)
    cv2.circle(picture, (1400, 900), 95, (225, 160, 60), -1, cv2.LINE_AA)
    return linear(picture)


def card_outline() -> NDArray[np.float64]:
    """(52, 3) outline of the card's face with its rounded corners."""
    points = []
    for index, corner in enumerate(card_corners()):
        center = corner - np.sign(corner) * CARD_CORNER_M
        start = math.pi - index * math.pi / 2
        angles = start + np.linspace(0.0, -math.pi / 2, 13)
        points.append(center + CARD_CORNER_M * np.stack([np.cos(angles), np.sin(angles), 0.0 * angles], 1))
    return np.concatenate(points)


def drawn_thumb(
    rng: np.random.Generator, where: int, *, from_above: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A thumb from outside over the card's lower or upper edge, or a side.

    Returns (n, 3, 3) triangles in card axes, and where each corner lies across (−1 to 1) and along the thumb.
    """
    side = (where % 2) * 2 - 1
    if where < 2:
        tip, toward = np.array([side * rng.uniform(0.018, 0.03), -0.012]), np.array([side * 0.25, -1.0])
    else:
        tip, toward = np.array([side * 0.028, rng.uniform(-0.012, 0.004)]), np.array([side * 1.0, -0.45])
    flip = np.array([1.0, -1.0 if from_above else 1.0])
    tip, toward = tip * flip, toward * flip / np.linalg.norm(toward)
    across = np.array([-toward[1], toward[0]])
    radius, length = 0.0095, 0.075
    rows = [
        (tip + radius * (across * math.sin(angle) - toward * math.cos(angle)), math.sin(angle), -0.5)
        for angle in np.linspace(-math.pi / 2, math.pi / 2, 15)
    ]
    rows.append((tip + across * radius * 1.15 + toward * length, 1.0, 1.0))
    rows.append((tip - across * radius * 1.15 + toward * length, -1.0, 1.0))
    place = np.array([[*point, 0.002] for point, _, _ in rows])
    shade = np.array([[across_, along, 0.0] for _, across_, along in rows])
    hub = np.array([*(tip + toward * 0.012), 0.010])
    n = len(rows)
    triangles = np.array([[hub, place[i], place[(i + 1) % n]] for i in range(n)])
    shades = np.array([[[0.0, 0.0, 0.0], shade[i], shade[(i + 1) % n]] for i in range(n)])
    return triangles, shades


def draw_card(
    picture: NDArray[np.float32],
    kind: NDArray[np.uint8],
    uv: NDArray[np.float32],
    skin: NDArray[np.float32],
    light: float,
    rng: np.random.Generator,
) -> None:
    on_card, on_thumb = kind == CARD, kind == THUMB
    printed = _card_print(rng)
    across = max(1.0, float(np.ptp(np.nonzero(on_card)[1])))
    shrink = min(1.0, 1.5 * across / printed.shape[1])
    size = (max(2, round(printed.shape[1] * shrink)), max(2, round(printed.shape[0] * shrink)))
    printed = cv2.resize(printed, size, interpolation=cv2.INTER_AREA)
    seen = cv2.remap(
        printed, uv[..., 0] * shrink, uv[..., 1] * shrink, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    gain = min(light / 0.4, 1.2)
    sheen = 0.03 * light * np.clip(np.sin(uv[..., 0] / 500.0 + rng.uniform(0, 6)), 0, 1)[..., None]
    np.copyto(picture, (seen * gain + sheen).astype(picture.dtype), where=on_card[..., None])
    rounded = (1.0 - 0.45 * uv[..., 0] ** 2)[..., None] * skin * 0.95
    np.copyto(picture, rounded.astype(picture.dtype), where=on_thumb[..., None])
