"""The camera a photo was taken with, as well as it can be known."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, replace

from tryon.errors import ParameterError
from tryon.place.exif import read_shot
from tryon.place.exif_focal import Focal, focal_of
from tryon.place.intrinsics_file import read_camera
from tryon.place.vanishing import Vanishing, vanishing_points
from tryon.types import Camera, Frame, Intrinsics

ASSUMED_SIGMA = 0.12  # of the guess: phones' main cameras run from 23 to 29 mm, webcams and tablets up to 35 mm
_ASSUMED_OF_DIAGONAL = 27.0 / 43.267  # between those
_BETTER = 0.6  # a doubt from straight edges below this share of the guess is worth telling
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class CameraFacts:
    """Intrinsics for one picture, and what people should know about how they were found, one sentence each.

    vanishing: What the room's straight edges said, when they were asked.
    """

    intrinsics: Intrinsics
    remarks: tuple[str, ...] = ()
    vanishing: Vanishing | None = None


def intrinsics_of(
    photo: str | os.PathLike[str] | Frame,
    *,
    frame: Frame | None = None,
    given: Intrinsics | Camera | float | str | os.PathLike[str] | None = None,
) -> CameraFacts:
    """The camera of a photo: what was given, else EXIF with the table of devices, else straight edges, else a guess.

    Args:
        photo: A file, whose EXIF is read, or a frame, which has none.
        frame: The file's picture, when it is decoded already; vanishing points are sought in it.
        given: Intrinsics, a camera, a focal length in pixels, or the path of a camera file; it must be of the
            picture's size, or of the same proportions, whereupon it is scaled.

    Raises:
        InputError, SourceMissingError: The photo or the camera file cannot be read.
        ParameterError: A given camera of other proportions, or a focal length that no camera has.
    """
    if isinstance(photo, Frame):
        frame, size, shot = photo, (photo.width, photo.height), None
    else:
        shot = read_shot(photo)
        size = (frame.width, frame.height) if frame is not None else shot.size_px
    if given is not None:
        return CameraFacts(_given(given, size))
    remarks: tuple[str, ...] = ()
    if shot is not None:
        found = focal_of(shot)
        if isinstance(found, Focal):
            focal_px = found.focal_px * max(size) / max(shot.size_px)
            return CameraFacts(Intrinsics(Camera.of_focal(*size, focal_px), found.sigma, found.source), found.remarks)
        remarks = found
    return _seen(frame, size, remarks)


def _given(given: Intrinsics | Camera | float | str | os.PathLike[str], size: tuple[int, int]) -> Intrinsics:
    if isinstance(given, int | float):
        if not 0.1 * max(size) < given < 100.0 * max(size):
            raise ParameterError(
                f"Expected a focal length in pixels about as large as the picture's {max(size)} px, got {given:g}."
            )
        return Intrinsics(Camera.of_focal(*size, float(given)), 0.0, "given")
    if isinstance(given, Camera):
        given = Intrinsics(given, 0.0, "given")
    known = given if isinstance(given, Intrinsics) else read_camera(given)
    return scaled(known, *size)


def scaled(intrinsics: Intrinsics, width: int, height: int) -> Intrinsics:
    """The same camera writing pictures of another size.

    Raises:
        ParameterError: Other proportions: how the picture was cut is not known.
    """
    camera = intrinsics.camera
    if (camera.width, camera.height) == (width, height):
        return intrinsics
    across, down = width / camera.width, height / camera.height
    if abs(across / down - 1.0) > 0.005:
        turned = abs((width / camera.height) / (height / camera.width) - 1.0) <= 0.005
        raise ParameterError(
            f"The camera was calibrated for {camera.width}×{camera.height} px, the picture has {width}×{height}: "
            + ("hold the camera the same way up." if turned else "use pictures of the same proportions.")
        )
    # Pixel centers are integers: the picture's edge, at −0.5, is what stays in place.
    return replace(
        intrinsics,
        camera=Camera(
            width,
            height,
            camera.focal_x_px * across,
            camera.focal_y_px * down,
            (camera.center_x_px + 0.5) * across - 0.5,
            (camera.center_y_px + 0.5) * down - 0.5,
        ),
    )


def _seen(frame: Frame | None, size: tuple[int, int], remarks: tuple[str, ...]) -> CameraFacts:
    """From straight edges in the picture, else assumed."""
    camera = Camera.of_focal(*size, _ASSUMED_OF_DIAGONAL * float((size[0] ** 2 + size[1] ** 2) ** 0.5))
    assumed = Intrinsics(camera, ASSUMED_SIGMA, "assumed")
    if frame is not None:
        found = vanishing_points(frame, assumed)
        if isinstance(found, Vanishing) and found.focal_sigma < _BETTER * ASSUMED_SIGMA:
            focal_px = camera.focal_x_px * found.focal
            known = Intrinsics(Camera.of_focal(*size, focal_px), found.focal_sigma, "vanishing points")
            remark = (
                "The photo does not say its focal length; the room's straight edges give it within"
                f" {100 * 1.96 * found.focal_sigma:.0f} %."
            )
            return CameraFacts(known, (*remarks, remark), found)
        _log.info("%s", getattr(found, "reason", "Straight edges give the focal length no better than a guess does."))
    remark = (
        "The photo does not say its focal length, so a usual phone's is assumed and lengths far from the reference are"
        " unsure; send the original file, or see: tryon calibrate."
    )
    return CameraFacts(assumed, (*remarks, remark))
