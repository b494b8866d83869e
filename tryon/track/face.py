"""Face tracking: points, pose, metric mesh, blendshapes and a quality gate for several faces."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ParameterError
from tryon.geometry.seen_turn import seen_turn_rad
from tryon.runtime import Device, shared_session
from tryon.track.crops import Square
from tryon.track.face_blendshapes import Blendshapes
from tryon.track.face_finder import FaceFinder, distinct
from tryon.track.face_gate import FaceGate
from tryon.track.face_mesh import FaceMesh, Found, face_square
from tryon.track.face_pose import HeadPoser
from tryon.track.face_tracks import FaceTrack, FaceTracks, Smoother
from tryon.track.face_visible import FaceVisibility
from tryon.track.smoothing import FaceModel, FaceSmoother
from tryon.track.tracker import TRACKERS, Stages, Tracker
from tryon.types import Face, FaceLandmarks, FaceQuality, Frame, Pose, Tracks

_NEW_SCORE = 0.5  # MediaPipe's own threshold for a face to be one
_KEPT_SCORE = 0.3  # a face that was one stays one below that, or a hand passing by would cut it off
_FAR_OFF_RAD, _FAR_OFF_OVERLAP = 0.2, 0.6  # a detector's square so wrong that the mesh suffers
_JUDGE_S = 0.25  # between looks at sharpness and light, which change slowly
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
        self._poser = HeadPoser(focal_px) if pose or gate else None
        self._with_pose = pose
        self._gate = FaceGate() if gate else None
        self._blendshapes = Blendshapes(shared_session("face_blendshapes", device=device)) if blendshapes else None
        self._visibility = FaceVisibility()
        self._new_smoother: Callable[[], Smoother] | None = partial(FaceSmoother, FaceModel()) if smooth else None
        self.reset()

    def reset(self) -> None:
        """Forget every face; ids start again at 0."""
        self._tracks = FaceTracks(self._new_smoother)
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
        active = self._tracks.active
        shapes: Sequence[Mapping[str, float] | None] = [None] * len(active)
        if self._blendshapes is not None:
            shapes = self._blendshapes.read([track.points_px for track in active])
            stages.mark("blendshapes")
        faces = tuple(self._face(track, shape, image) for track, shape in zip(active, shapes, strict=True))
        stages.mark("pose")
        self.stage_ms = stages.ms
        return Tracks(faces=faces)

    def _start(self, image: NDArray[np.uint8]) -> None:
        found = self._finder.search(image, lambda squares: self._see(image, squares), wanted=self._max_faces)
        found.sort(key=lambda face: -face.square.side_px)
        for face in found[: self._max_faces]:
            self._tracks.welcome(face, self._time_s)

    def _see(self, image: NDArray[np.uint8], squares: list[Square]) -> list[Found]:
        """The squares that hold a face; where the detector was far off, looked at again from its points."""
        found = []
        for face in self._mesh.find(image, squares, exact=True):
            better = face_square(face.points_px)
            if face.score > _NEW_SCORE and _is_far_off(face.square, better):
                face = self._mesh.find(image, [better], exact=True)[0]
            if face.score > _NEW_SCORE:
                found.append(face)
        return found

    def _follow(self, image: NDArray[np.uint8], stages: Stages) -> None:
        tracks = self._tracks
        found = self._mesh.find(image, [track.square for track in tracks.active])
        stages.mark("mesh")
        tracks.follow(found, self._time_s, min_score=_KEPT_SCORE)
        stages.mark("smooth")
        missed = tracks.missed(self._time_s)
        due = self._time_s - self._looked_s >= _LOOK_S or not tracks.active
        if missed or (due and len(tracks.active) < self._max_faces):
            self._look(image, missed)
            stages.mark("detect")

    def _look(self, image: NDArray[np.uint8], missed: list[FaceTrack]) -> None:
        """Look for faces nobody follows: near where one was just lost, else wherever it is the turn of."""
        squares = [square for track in missed for square in self._finder.near(image, track.square)]
        if not squares:
            squares = self._finder.glance(image, self._looks)
            self._looks += 1
            self._looked_s = self._time_s
        tracks = self._tracks
        fresh = distinct(squares, among=[track.square for track in tracks.active])
        for face in self._mesh.find(image, fresh[: self._max_faces - len(tracks.active)]):
            if face.score > _NEW_SCORE and self._finder.confirms(image, face):
                tracks.welcome(face, self._time_s)

    def _face(self, track: FaceTrack, shapes: Mapping[str, float] | None, image: NDArray[np.uint8]) -> Face:
        height, width = image.shape[:2]
        points_px = track.points_px
        posed = self._poser.pose(points_px, width=width, height=height) if self._poser else None
        return Face(
            id=track.id,
            landmarks=FaceLandmarks(points_px, min(1.0, track.found.score)),
            pose=posed[0] if posed and self._with_pose else None,
            mesh_m=posed[1] if posed and self._with_pose else None,
            blendshapes=shapes,
            quality=self._judge(track, posed[0], width, height) if posed and self._gate else None,
            visible=self._visibility.see(points_px),
        )

    def _judge(self, track: FaceTrack, pose: Pose, width: int, height: int) -> FaceQuality | None:
        gate = self._gate
        if gate is None:
            return None
        if track.look is None or self._time_s - track.looked_s >= _JUDGE_S:
            track.look, track.looked_s = gate.look(track.found), self._time_s
        yaw_rad, pitch_rad = seen_turn_rad(pose)
        return gate.judge(track.points_px, track.look, yaw_rad=yaw_rad, pitch_rad=pitch_rad, width=width, height=height)


def _is_far_off(square: Square, better: Square) -> bool:
    turn_rad = abs(math.remainder(square.angle_rad - better.angle_rad, 2.0 * math.pi))
    return turn_rad > _FAR_OFF_RAD or square.overlap(better) < _FAR_OFF_OVERLAP
