"""Runs inside a peer's own environment (see `_peers.py`): one frame a line in, one JSON object a line out.

A line is an index into the frames given at the start, or the path of a .npy file with a picture of any size.
"""

import json
import sys
import time

import numpy as np


def main() -> None:
    """Answer until the pipe closes."""
    name, path, still, most, confidence, bundle = sys.argv[1:7]
    frames = np.load(path, mmap_mode="r")
    find = (
        _legacy(still == "1", int(most), float(confidence))
        if name == "legacy"
        else _tasks(still == "1", int(most), bundle)
    )
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        frame = np.ascontiguousarray(frames[int(line)] if line.strip().isdigit() else np.load(line.strip()))
        begun = time.perf_counter()
        found = find(frame)
        ms = (time.perf_counter() - begun) * 1e3
        height, width = frame.shape[:2]
        faces = [[[p.x * width, p.y * height, p.z * width] for p in face] for face in found]
        print(json.dumps({"ms": ms, "faces": faces}), flush=True)


def _legacy(still, most, confidence):
    import mediapipe

    mesh = mediapipe.solutions.face_mesh.FaceMesh(
        static_image_mode=still, max_num_faces=most, refine_landmarks=True, min_detection_confidence=confidence
    )
    return lambda frame: [face.landmark for face in mesh.process(frame).multi_face_landmarks or ()]


def _tasks(still, most, bundle):
    import mediapipe
    from mediapipe.tasks.python import BaseOptions, vision

    landmarker = vision.FaceLandmarker.create_from_options(
        vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=bundle),
            running_mode=vision.RunningMode.IMAGE if still else vision.RunningMode.VIDEO,
            num_faces=most,
        )
    )
    clock = [0]

    def find(frame):
        clock[0] += 33
        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=frame)
        found = landmarker.detect(image) if still else landmarker.detect_for_video(image, clock[0])
        return found.face_landmarks

    return find


if __name__ == "__main__":
    main()
