from __future__ import annotations

import itertools

import numpy as np

from tryon.effects import EFFECTS, Workspace, wear
from tryon.effects.canvas import Canvas
from tryon.types import HandLandmarks, PartsMask, Tracks


def _canvas(frame, tracks):
    return Canvas(frame, frame.pixels.copy(), tracks.faces[0], tracks, workspace=Workspace())


def _parts(frame, face_skin):
    """A parts mask at picture size: face skin of the given probability, the rest body skin."""
    probability = np.zeros((6, frame.height, frame.width), np.uint8)
    probability[3] = face_skin
    probability[2] = 255 - face_skin
    return Tracks(parts=PartsMask(probability, np.eye(2, 3)))


def _hand(points):
    return HandLandmarks(0, points.astype(np.float32), np.zeros((21, 3), np.float32), "left", 1.0)


def _flat_hand(x, y, size_px):
    """Wrist at (x, y), four fingers straight up, the thumb aside."""
    points = np.zeros((21, 3))
    points[0] = x, y, 0
    points[1:5] = [(x - size_px * (0.2 + 0.1 * k), y - size_px * (0.2 + 0.12 * k), 0) for k in range(4)]
    for finger in range(4):
        base = x + size_px * (-0.2 + 0.13 * finger)
        points[5 + 4 * finger : 9 + 4 * finger] = [(base, y - size_px * (0.5 + 0.15 * k), 0) for k in range(4)]
    return points


def test_without_a_mask_the_whole_face_is_visible(make_face):
    frame, tracks = make_face()
    assert (_canvas(frame, tracks).visible == 1.0).all()


def test_sure_skin_is_wholly_visible_and_sure_cover_wholly_hidden(make_face):
    frame, tracks = make_face()
    for probability, visible in ((240, 1.0), (255, 1.0), (40, 0.0), (0, 0.0)):
        canvas = _canvas(frame, tracks | _parts(frame, np.uint8(probability)))
        assert (canvas.visible == visible).all()


def test_visibility_rises_with_the_probability_of_skin(make_face):
    frame, tracks = make_face()
    levels = [
        float(_canvas(frame, tracks | _parts(frame, np.uint8(code))).visible.mean()) for code in range(60, 220, 20)
    ]
    assert all(low < high for low, high in itertools.pairwise(levels))


def test_the_mask_lies_where_its_affine_says(make_face):
    frame, tracks = make_face()
    face_skin = np.full((frame.height // 4, frame.width // 4), 255, np.uint8)
    face_skin[:, : frame.width // 8] = 0
    probability = np.zeros((6, *face_skin.shape), np.uint8)
    probability[3] = face_skin
    # Mask pixel m covers picture pixels 4 m … 4 m + 3, so its center lies at 4 m + 1.5.
    quarter = np.array([[0.25, 0.0, -0.375], [0.0, 0.25, -0.375]])
    canvas = _canvas(frame, tracks | Tracks(parts=PartsMask(probability, quarter)))
    columns = np.arange(canvas.width) + canvas.x0
    middle = frame.width // 2
    assert (canvas.visible[:, columns < middle - 4] == 0.0).all()
    assert (canvas.visible[:, columns > middle + 4] == 1.0).all()


def test_a_face_outside_the_mask_is_visible(make_face):
    frame, tracks = make_face()
    far = np.array([[1.0, 0.0, 5000.0], [0.0, 1.0, 5000.0]])
    parts = PartsMask(np.zeros((6, 8, 8), np.uint8), far)
    assert (_canvas(frame, tracks | Tracks(parts=parts)).visible == 1.0).all()


def test_a_tracked_hand_over_the_mouth_is_not_painted(make_face):
    frame, tracks = make_face()
    mouth = tracks.faces[0].landmarks.points_px[13]
    points = _flat_hand(mouth[0], mouth[1] + 90, 150)
    lipstick = EFFECTS.get("lipstick").parse({})
    bare = wear(frame, tracks, [(lipstick, 1.0)]).pixels
    covered = wear(frame, tracks | Tracks(hands=(_hand(points),)), [(lipstick, 1.0)]).pixels
    changed = (bare != frame.pixels).any(2)
    still_changed = (covered != frame.pixels).any(2)
    assert changed.sum() > 200
    # The fingers run up over the middle of the mouth; the corner away from the thumb stays painted.
    assert still_changed.sum() < 0.6 * changed.sum()
    for x, y, _ in points[[6, 10, 14]]:
        assert not still_changed[int(y) - 3 : int(y) + 4, int(x) - 3 : int(x) + 4].any()


def test_hands_outside_the_face_and_at_absurd_places_do_no_harm(make_face):
    frame, tracks = make_face()
    for shift in (4000.0, -4000.0, 1e9, np.nan):
        hand = _hand(_flat_hand(100, 100, 80) + shift)
        assert (_canvas(frame, tracks | Tracks(hands=(hand,))).visible == 1.0).all()
