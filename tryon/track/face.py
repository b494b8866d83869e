"""Face tracking: points, pose, metric mesh, blendshapes and a quality gate for several faces."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ParameterError
from tryon.runtime import Device, shared_session
from tryon.track.crops import Square
from tryon.track.face_finder import FaceFinder, distinct
from tryon.track.face_mesh import FaceMesh, Found
from tryon.track.face_tracks import FaceTrack, FaceTracks
from tryon.track.tracker import TRACKERS, Stages, Tracker
from tryon.types import Face, FaceLandmarks, Frame, Tracks

_NEW_SCORE = 0.5  # MediaPipe's own threshold for a face to be one
_KEPT_SCORE = 0.3  # a face that was one stays one below that, or a hand passing by would cut it off
_LOOK_S = 0.5  # between looks for newcomers
_FRAME_S = 1.0 / 30.0  # assumed where the source has no clock


@TRACKERS.register("face")
class FaceTracker(Tracker):
    """Finds faces and follows them.

    A still gets the same points as MediaPipe's FaceMesh in static mode; frames that follow are smoothed.
    """

    def __init__(
        self,
        *,
        quality: Literal["fast", "high"] = "fast",
        max_faces: int = 5,
        blendshapes: bool = False,
        pose: bool = True,
        gate: bool = True,
        smooth: bool = True,
        focal_px: float | None = None,
        device: Device = "auto",
    ) -> None:
        """Open the models.

        Args:
            quality: "fast" is the attention mesh (192 px), "high" the V2 mesh (256 px): steadier, 2.3 × the time.
            max_faces: Most faces to follow; the largest are taken.
            blendshapes, pose, gate: Fill `Face.blendshapes`; `pose` and `mesh_m`; `quality`.
            smooth: Remove jitter from frames that follow each other.
            focal_px: The camera's focal length; unknown, a vertical field of view of 63° is assumed.

        Raises:
            ParameterError: A value outside its range.
            ModelError, DeviceError: See `tryon.runtime.open_session`.
        """
        if quality not in ("fast", "high"):
            raise ParameterError(f"Expected quality 'fast' or 'high', got '{quality}'.")
        if max_faces < 1:
            raise ParameterError(f"Expected max_faces of at least 1, got {max_faces}.")
        if focal_px is not None and not focal_px > 0.0:
            raise ParameterError(f"Expected focal_px above 0, got {focal_px}.")
        self._max_faces = max_faces
        self._finder = FaceFinder(device)
        name, kind = ("face_mesh_attention", "attention") if quality == "fast" else ("face_mesh_v2", "v2")
        self._mesh = FaceMesh(shared_session(name, device=device), "attention" if kind == "attention" else "v2")
        self._smooth = smooth
        self.reset()

    def reset(self) -> None:
        """Forget every face; ids start again at 0."""
        self._tracks = FaceTracks(None)
        self._shape: tuple[int, ...] = ()
        self._time_s = 0.0
        self._looked_s = 0.0
        self._looks = 0

    def track(self, frame: Frame) -> Tracks:
        """The faces of a still (index 0), or of the next frame, oldest first."""
        stages = Stages()
        image = frame.pixels
        if frame.index == 0 or image.shape != self._shape:
            self.reset()
            self._shape = image.shape
            self._time_s = frame.time_s
            self._start(image)
            stages.mark("detect")
        else:
            self._time_s = max(frame.time_s, self._time_s + 1e-3) if frame.time_s > 0 else self._time_s + _FRAME_S
            self._follow(image, stages)
        faces = tuple(self._face(track) for track in self._tracks.active)
        self.stage_ms = stages.ms
        return Tracks(faces=faces)

    def _start(self, image: NDArray[np.uint8]) -> None:
        def look(squares: list[Square]) -> list[Found]:
            return [face for face in self._mesh.find(image, squares, exact=True) if face.score > _NEW_SCORE]

        found = self._finder.search(image, look, wanted=self._max_faces)
        found.sort(key=lambda face: -face.square.side_px)
        for face in found[: self._max_faces]:
            self._tracks.welcome(face, self._time_s)

    def _follow(self, image: NDArray[np.uint8], stages: Stages) -> None:
        tracks = self._tracks
        found = self._mesh.find(image, [track.square for track in tracks.active])
        stages.mark("mesh")
        lost = tracks.follow(found, self._time_s, min_score=_KEPT_SCORE)
        stages.mark("smooth")
        due = self._time_s - self._looked_s >= _LOOK_S or not tracks.active
        if lost or (due and len(tracks.active) < self._max_faces):
            self._look(image, again=lost)
            stages.mark("detect")

    def _look(self, image: NDArray[np.uint8], *, again: bool) -> None:
        """Look for faces nobody follows; at once on the short range for one that was just lost."""
        squares = self._finder.glance(image, 0 if again else self._looks)
        if not again:
            self._looks += 1
            self._looked_s = self._time_s
        tracks = self._tracks
        fresh = distinct(squares, among=[track.square for track in tracks.active])
        for face in self._mesh.find(image, fresh[: self._max_faces - len(tracks.active)]):
            if face.score > _NEW_SCORE:
                tracks.welcome(face, self._time_s)

    def _face(self, track: FaceTrack) -> Face:
        return Face(track.id, FaceLandmarks(track.points_px, track.found.score))
