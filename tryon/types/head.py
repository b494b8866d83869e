"""How large a head really is, and the head at that size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ParameterError
from tryon.types.landmarks import Face
from tryon.types.measure import Measure


@dataclass(frozen=True, slots=True)
class HeadScale:
    """True lengths of one head.

    pupillary_distance: Between the pupils' centres, eyes looking far away.
    face_width: Between the widest points of the face in front of the ears (points 234 and 454 of the face mesh).
    true_from_canonical: By how much the tracked mesh, which has an adult's average size, must grow.
    """

    pupillary_distance: Measure
    face_width: Measure
    true_from_canonical: float

    def __post_init__(self) -> None:
        if not 0.3 < self.true_from_canonical < 3.0:
            raise ParameterError(
                f"Expected a head between 0.3 and 3 times the average size, got {self.true_from_canonical:.3g} times."
            )


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """A tracked face at its true size: the whole camera space is scaled about the camera, the picture stays the same.

    camera_from_head: (4, 4) float64, rigid, metres; axes and origin of the canonical face times its true size.
    mesh_m: (468, 3) float32, camera space, metres.
    """

    face: Face
    scale: float
    camera_from_head: NDArray[np.float64]
    mesh_m: NDArray[np.float32]

    @classmethod
    def of(cls, face: Face, scale: float = 1.0) -> Self | None:
        """The face at `scale` times the average size; None when the tracker gave no pose."""
        if face.pose is None or face.mesh_m is None:
            return None
        camera_from_head = face.pose.camera_from_object.copy()
        camera_from_head[:3, 3] *= scale
        return cls(face, scale, camera_from_head, face.mesh_m * np.float32(scale))
