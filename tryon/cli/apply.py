"""`tryon apply LOOK INPUT -o OUT`."""

from __future__ import annotations

import argparse
import json
import statistics
from collections import defaultdict
from pathlib import Path
from typing import Any

from tryon.capture import Source, open_source
from tryon.cli.stage import add_device, add_wear, check_output, milliseconds, progress, share, step_json, worn_of
from tryon.encode import Delivery, open_writer, write_image
from tryon.errors import ParameterError
from tryon.filters import Look
from tryon.session import Session, Step
from tryon.track import Tracker


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser("apply", help="put a look and products on a photo or a video")
    parser.add_argument("look", help="a name from `tryon looks`, a path to a look file, or none")
    parser.add_argument("input", help="a photo or a video")
    parser.add_argument("-o", "--output", type=Path, required=True, help="where the result goes")
    parser.add_argument("--intensity", type=share, default=1.0, metavar="X", help="strength of the look, 0 to 1")
    parser.add_argument(
        "--split", type=share, nargs="?", const=0.5, metavar="X", help="leave the left share bare (half by default)"
    )
    parser.add_argument("--quality", choices=("fast", "high"), default="fast", help="face model")
    parser.add_argument("--json", action="store_true", help="print faces, colors and times per stage")
    add_wear(parser)
    add_device(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Put the look on and write the result; a video's sound is kept."""
    if options.input.startswith("camera:"):
        raise ParameterError("'apply' takes a photo or a video file; for a camera run: tryon webcam.")
    look = Look.load(options.look)
    with open_source(options.input) as source:
        check_output(options.output, source, options.input)
        tracker = Tracker.load("face", quality=options.quality, device=options.device)
        summary = _Summary()
        with Session(
            tracker,
            look,
            intensity=options.intensity,
            split=options.split,
            live=False,
            record_colors=options.json,
            wear=worn_of(options.wear),
            pd_mm=options.pd,
        ) as session:
            if source.is_still:
                write_image(options.output, session.step(next(iter(source))))
                summary.add(session.last)
            else:
                _video(source, session, options, summary)
    if options.json:
        place = {"look": look.name, "input": options.input, "output": str(options.output)}
        print(json.dumps(place | summary.as_json(), indent=2))
    elif summary.most_faces == 0:
        print(f"No face found; {options.output} is the input as it was.")
    else:
        print(f"Wrote {options.output} ({summary.most_faces} {'face' if summary.most_faces == 1 else 'faces'}).")
    return 0


def _video(source: Source, session: Session, options: argparse.Namespace, summary: _Summary) -> None:
    delivery = Delivery(source.size, fps=source.fps or 30.0, audio_from=Path(options.input))
    with open_writer(options.output, delivery) as writer:
        for frame in progress(iter(source), total=source.frame_count, what="apply"):
            writer.write(session.step(frame))
            summary.add(session.last)


class _Summary:
    """The first step with a face in full, and every step's times; a long video's tracks are not kept."""

    def __init__(self) -> None:
        self.most_faces = 0
        self._frames = self._with_face = 0
        self._shown = Step()
        self._times: dict[str, list[float]] = defaultdict(list)

    def add(self, step: Step) -> None:
        """Count one step."""
        if self._frames == 0 or (step.tracks.faces and not self._shown.tracks.faces):
            self._shown = step
        self._frames += 1
        self._with_face += bool(step.tracks.faces)
        self.most_faces = max(self.most_faces, len(step.tracks.faces))
        for name, value in step.stage_ms.items():
            self._times[name].append(value)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values: the shown step, counts, and each stage's median milliseconds."""
        medians = {name: statistics.median(values) for name, values in self._times.items()}
        counts = {"frames": self._frames, "frames_with_face": self._with_face}
        return {**counts, **step_json(self._shown), "stage_ms": milliseconds(medians)}
