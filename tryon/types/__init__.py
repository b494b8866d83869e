"""Values that stages hand to each other. Frozen, checked once, no behaviour beyond their own invariants."""

from tryon.types.camera import Camera
from tryon.types.frame import Frame
from tryon.types.head import Head, HeadScale
from tryon.types.intrinsics import Intrinsics
from tryon.types.landmarks import BodyLandmarks, Face, FaceLandmarks, FaceQuality, HandLandmarks
from tryon.types.layer import Layer
from tryon.types.masks import PartsMask, PersonMask
from tryon.types.measure import Measure
from tryon.types.model import Material, Model, Primitive, PunctualLight, Texture, TextureUse
from tryon.types.plane import Plane, PlaneKind
from tryon.types.pose import Pose
from tryon.types.product import Anchor, Product
from tryon.types.scene import Cover, Drawing, Finish, Item, Light, Scene, Surface
from tryon.types.tracks import Tracks
from tryon.types.worn import Worn

__all__ = [
    "Anchor",
    "BodyLandmarks",
    "Camera",
    "Cover",
    "Drawing",
    "Face",
    "FaceLandmarks",
    "FaceQuality",
    "Finish",
    "Frame",
    "HandLandmarks",
    "Head",
    "HeadScale",
    "Intrinsics",
    "Item",
    "Layer",
    "Light",
    "Material",
    "Measure",
    "Model",
    "PartsMask",
    "PersonMask",
    "Plane",
    "PlaneKind",
    "Pose",
    "Primitive",
    "Product",
    "PunctualLight",
    "Scene",
    "Surface",
    "Texture",
    "TextureUse",
    "Tracks",
    "Worn",
]
