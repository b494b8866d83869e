"""Values that stages hand to each other. Frozen, checked once, no behaviour beyond their own invariants."""

from tryon.types.frame import Frame
from tryon.types.landmarks import BodyLandmarks, Face, FaceLandmarks, FaceQuality, HandLandmarks
from tryon.types.layer import Layer
from tryon.types.masks import PartsMask, PersonMask
from tryon.types.measure import Measure
from tryon.types.pose import Pose
from tryon.types.tracks import Tracks

__all__ = [
    "BodyLandmarks",
    "Face",
    "FaceLandmarks",
    "FaceQuality",
    "Frame",
    "HandLandmarks",
    "Layer",
    "Measure",
    "PartsMask",
    "PersonMask",
    "Pose",
    "Tracks",
]
