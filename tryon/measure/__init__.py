"""True lengths of a face in millimetres, each with its interval and its source."""

from tryon.measure.estimate import SOURCES, Estimate, Evidence, Refusal, ScaleSource
from tryon.measure.face import Measurement, measure, measure_face
from tryon.measure.follower import ScaleFollower

__all__ = [
    "SOURCES",
    "Estimate",
    "Evidence",
    "Measurement",
    "Refusal",
    "ScaleFollower",
    "ScaleSource",
    "measure",
    "measure_face",
]
