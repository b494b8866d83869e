"""A mask lies on the tip of the nose, off the skin, and follows the jaw."""

from pathlib import Path

import numpy as np
import pytest

from tests.wear.worn_face import average_head, box, posed, view_of
from tryon.types import Model, PartsMask, Product, Tracks
from tryon.types.model import Material
from tryon.wear import WEARABLES
from tryon.wear.drape import NOSE_TIP
from tryon.wear.face_mask import FaceMask
from tryon.wear.face_shape import canonical_face
from tryon.wear.skin_field import SkinField

pytestmark = pytest.mark.usefixtures("models_ready")


def _mask() -> FaceMask:
    """A flat plate of cloth: far behind cheeks and nose where it is cut, so the face must push it out."""
    model = Model("plate", (box((-50.0, -80.0, -20.0), (50.0, 20.0, -19.0)),), (Material("cloth"),))
    return FaceMask(Product("M-1", "Plate", "face_mask", Path("m.glb"), (0.1, 0.1, 0.001)), model)


def _cloth(drawing, pose: np.ndarray) -> np.ndarray:
    """(N, 3) the cloth in head space."""
    item = drawing.items[0]
    matrix = np.linalg.inv(pose) @ item.camera_from_model
    return item.model.primitives[0].positions_m @ matrix[:3, :3].T + matrix[:3, 3]


def test_it_is_found_by_kind():
    assert WEARABLES.get("face_mask") is FaceMask


@pytest.mark.parametrize("yaw_rad", [0.0, 0.5])
def test_cloth_is_pushed_off_the_skin(yaw_rad):
    head = average_head(posed(yaw_rad))
    cloth = _cloth(_mask().draw(view_of(head))[0], head.camera_from_head)
    face = canonical_face()
    skin = SkinField(face.vertices_m, face.triangles)
    inside = skin.z_m(cloth[:, 0], cloth[:, 1]) - cloth[:, 2]
    assert inside.max() < 0.0015


def test_it_hangs_on_the_nose():
    head = average_head(posed(0.3, x_m=0.05))
    item = _mask().draw(view_of(head))[0].items[0]
    tip = head.mesh_m[NOSE_TIP]
    assert item.camera_from_model[:3, 3] == pytest.approx(tip, abs=1e-5)


def test_an_opening_jaw_takes_the_cloth_along():
    mask = _mask()
    closed = average_head()
    low = _cloth(mask.draw(view_of(closed))[0], closed.camera_from_head)[:, 1].min()
    opened = canonical_face().vertices_m.copy()
    jaw = np.clip((-0.03 - opened[:, 1]) / 0.05, 0.0, 1.0)
    opened[:, 1] -= 0.02 * jaw
    for index in range(1, 8):
        drawing = mask.draw(view_of(average_head(mesh_m=opened), index=index))[0]
    assert _cloth(drawing, closed.camera_from_head)[:, 1].min() < low - 0.012


def test_a_face_at_rest_keeps_the_same_model():
    mask, head = _mask(), average_head()
    first = mask.draw(view_of(head))[0].items[0].model
    assert all(mask.draw(view_of(head, index=i))[0].items[0].model is first for i in range(1, 6))


def _hands(head, rows: slice) -> Tracks:
    """Skin of the body over rows of a 48 by 64 mask, a tenth of the picture."""
    planes = np.zeros((6, 48, 64), np.uint8)
    planes[PartsMask.CLASSES.index("body_skin"), rows] = 255
    return Tracks(faces=(head.face,), parts=PartsMask(planes, np.array([[0.1, 0.0, 0.0], [0.0, 0.1, 0.0]])))


def test_a_hand_before_the_face_covers_the_cloth():
    head = average_head()
    item = _mask().draw(view_of(head, tracks=_hands(head, slice(0, 48))))[0].items[0]
    assert item.cover is not None
    column, row = (head.face.landmarks.points_px[NOSE_TIP, :2] / 10).astype(int)
    assert item.cover.mask[row, column] == 255
    assert not item.casts_shadow


def test_a_neck_covers_nothing():
    head = average_head()
    chin = int(head.face.landmarks.points_px[152, 1] / 10)
    item = _mask().draw(view_of(head, tracks=_hands(head, slice(chin + 1, 48))))[0].items[0]
    assert item.cover is None or not item.cover.mask[chin + 2 :].any()
