"""Glasses keep their size, rest on the nose without entering it, and their temples reach the ears."""

from dataclasses import replace

import numpy as np
import pytest

from tests.wear.worn_face import CAMERA, LEANS, average_head, posed, simple_glasses, view_of
from tryon.types import PartsMask, Tracks
from tryon.wear import WEARABLES
from tryon.wear.face_shape import canonical_face
from tryon.wear.glasses import Glasses
from tryon.wear.skin_field import SkinField

pytestmark = pytest.mark.usefixtures("models_ready")


def _points(drawing, which=slice(None)) -> np.ndarray:
    """(N, 3) camera-space vertices of a drawing's items."""
    return np.concatenate(
        [
            part.positions_m @ item.camera_from_model[:3, :3].T + item.camera_from_model[:3, 3]
            for item in drawing.items[which]
            for part in item.model.primitives
        ]
    )


def _in_head(points: np.ndarray, pose: np.ndarray) -> np.ndarray:
    return (points - pose[:3, 3]) @ pose[:3, :3]


def test_they_are_found_by_kind():
    assert WEARABLES.get("glasses") is Glasses


def test_nobody_in_view_draws_nothing():
    assert Glasses(*simple_glasses()).draw(view_of()) == ()


@pytest.mark.parametrize("yaw_rad", [0.0, 0.5, -0.5])
def test_the_front_keeps_its_true_size(yaw_rad):
    product, model = simple_glasses()
    head = average_head(posed(yaw_rad / LEANS))  # as a network draws it
    drawing = Glasses(product, model).draw(view_of(head))[0]
    front = _in_head(_points(drawing, slice(0, 1)), posed(yaw_rad))
    lenses = front[front[:, 2] > front[:, 2].max() - 0.006]
    assert np.ptp(lenses[:, 0]) == pytest.approx(0.138, abs=1e-4)
    assert np.linalg.det(drawing.items[0].camera_from_model[:3, :3]) == pytest.approx(1.0)


@pytest.mark.parametrize("yaw_rad", [0.0, 0.5, -0.5])
def test_the_eyes_are_behind_the_lenses_and_the_pose_is_the_heads(yaw_rad):
    head = average_head(posed(yaw_rad / LEANS))
    matrix = Glasses(*simple_glasses()).draw(view_of(head))[0].items[0].camera_from_model
    head_from_product = np.linalg.inv(posed(yaw_rad)) @ matrix
    assert abs(head_from_product[0, 3]) < 2.5e-3  # the face turns about its nose, the pose about the head's origin
    assert 0.018 < head_from_product[1, 3] < 0.034
    assert 0.048 < head_from_product[2, 3] < 0.064
    assert abs(np.degrees(np.arctan2(head_from_product[0, 2], head_from_product[2, 2]))) < 0.5


@pytest.mark.parametrize("gap_mm", [14.0, 18.0, 22.0, 26.0])
def test_nothing_of_the_front_enters_the_skin(gap_mm):
    head = average_head()
    drawing = Glasses(*simple_glasses(gap_mm=gap_mm)).draw(view_of(head))[0]
    front = _in_head(_points(drawing, slice(0, 1)), head.camera_from_head)
    skin = SkinField(canonical_face().vertices_m, canonical_face().triangles)
    assert (skin.z_m(front[:, 0], front[:, 1]) - front[:, 2]).max() < 0.001


def test_a_wider_bridge_sits_nearer_to_the_face():
    def depth(gap_mm: float) -> float:
        matrix = Glasses(*simple_glasses(gap_mm=gap_mm)).draw(view_of(average_head()))[0].items[0].camera_from_model
        return float(matrix[2, 3])

    assert depth(26.0) < depth(10.0) - 0.001


def test_temples_are_sprung_to_the_head_and_pass_outside_the_skin():
    head = average_head()
    for width_mm in (126.0, 138.0, 150.0):
        drawing = Glasses(*simple_glasses(width_mm=width_mm)).draw(view_of(head))[0]
        temple = _in_head(_points(drawing, slice(2, 3)), head.camera_from_head)
        at_ear = temple[np.abs(temple[:, 2] + 0.035) < 0.005]
        assert 0.072 < at_ear[:, 0].min() < 0.080
        triangles = canonical_face().triangles
        left = canonical_face().vertices_m[triangles].mean(axis=1)[:, 0] > 0
        side = SkinField(canonical_face().vertices_m[:, [2, 1, 0]], triangles[left])
        inside = side.z_m(temple[:, 2], temple[:, 1]) - temple[:, 0]
        assert inside.max() < 0.002


def test_a_smile_does_not_move_them():
    glasses, head = Glasses(*simple_glasses()), average_head()
    smiling = canonical_face().vertices_m.copy()
    smiling[[61, 291, 0, 17]] += [0.0, 0.008, 0.004]
    first = glasses.draw(view_of(head))[0].items[0].camera_from_model
    for index in range(1, 12):
        last = glasses.draw(view_of(average_head(mesh_m=smiling), index=index))[0].items[0].camera_from_model
    assert np.abs(last - first).max() < 3e-4


def test_models_stay_the_same_objects_so_that_they_are_uploaded_once():
    glasses = Glasses(*simple_glasses())
    models = [
        [item.model for item in glasses.draw(view_of(average_head(), index=index))[0].items] for index in range(30)
    ]
    assert all(now is first for later in models for now, first in zip(later, models[0], strict=True))


def test_every_face_has_its_own():
    heads = average_head(posed(x_m=-0.12)), average_head(posed(x_m=0.12), number=1)
    drawings = Glasses(*simple_glasses()).draw(view_of(*heads))
    assert [drawing.group for drawing in drawings] == ["face:0", "face:1"]
    assert drawings[0].items[0].camera_from_model[0, 3] < 0 < drawings[1].items[0].camera_from_model[0, 3]


def _parts(**shares: float) -> PartsMask:
    planes = np.zeros((6, 24, 32), np.uint8)
    for name, share in shares.items():
        planes[PartsMask.CLASSES.index(name)] = round(255 * share)
    return PartsMask(planes, np.array([[0.05, 0.0, 0.0], [0.0, 0.05, 0.0]]))


def test_hair_covers_temples_but_never_the_front():
    head = average_head()
    tracks = Tracks(faces=(head.face,), parts=_parts(hair=1.0))
    items = Glasses(*simple_glasses()).draw(view_of(head, tracks=tracks))[0].items
    assert items[0].cover is None or not items[0].cover.mask.any()
    for item in items[1:]:
        assert item.cover is not None
        assert item.cover.mask.min() == 255
        assert item.cover.beyond_m > -head.camera_from_head[2, 3] - 0.06


def test_hair_behind_bare_ears_covers_nothing():
    head = average_head()
    tracks = Tracks(faces=(head.face,), parts=_parts(face_skin=1.0))
    items = Glasses(*simple_glasses()).draw(view_of(head, tracks=tracks))[0].items
    assert all(item.cover is None for item in items)


def test_a_hand_covers_the_front():
    head = average_head()
    tracks = Tracks(faces=(head.face,), parts=_parts(body_skin=1.0))
    cover = Glasses(*simple_glasses()).draw(view_of(head, tracks=tracks))[0].items[0].cover
    assert cover is not None
    assert cover.mask.min() == 255
    assert cover.beyond_m == 0.0


@pytest.mark.parametrize(
    ("width_mm", "word"), [(138.0, "Fits"), (112.0, "narrow"), (168.0, "wide")]
)  # the average face is 137 mm wide at the temples
def test_the_verdict_speaks_of_the_width(width_mm, word):
    product, model = simple_glasses(width_mm=width_mm, gap_mm=24.0)
    middle = product.anchors["lens_left"]
    product = replace(product, anchors={**product.anchors, "lens_left": (0.0315, *middle[1:])})
    glasses, view = Glasses(product, model), view_of(average_head())
    glasses.draw(view)
    report = glasses.fit(view)[0]
    assert word in report.verdict
    assert report.ok == (word == "Fits")
    assert report.lengths_mm["frame_minus_face"] == pytest.approx(width_mm - 137.0, abs=0.5)
    assert report.lengths_mm["pupillary_distance"] == pytest.approx(63.0, abs=0.3)


def test_the_face_and_the_head_behind_it_are_one_surface_a_little_behind_the_skin():
    head = average_head()
    surfaces = Glasses(*simple_glasses()).draw(view_of(head))[0].surfaces
    assert list(surfaces) == ["head"]
    assert CAMERA.project(surfaces["head"].vertices_m[:468]) == pytest.approx(
        head.face.landmarks.points_px[:468, :2], abs=0.05
    )
    behind = np.linalg.norm(surfaces["head"].vertices_m[:468], axis=1) - np.linalg.norm(head.mesh_m, axis=1)
    assert behind == pytest.approx(np.full(468, 0.0025), abs=2e-4)
