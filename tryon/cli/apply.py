"""`tryon apply LOOK INPUT -o OUT`."""

from __future__ import annotations

import argparse
import json
import statistics
from collections import defaultdict
from pathlib import Path
from typing import Any

from tryon.capture import Source, open_source
from tryon.cli.stage import add_device, check_output, milliseconds, progress, share, step_json
from tryon.encode import Delivery, open_writer, write_image
from tryon.filters import Look
from tryon.session import Session, Step
from tryon.track import Tracker


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser("apply", help="put a look on a photo or a video")
    parser.add_argument("look", help="a name from `tryon looks`, or a path to a look file")
    parser.add_argument("input", help="a photo or a video")
    parser.add_argument("-o", "--output", type=Path, required=True, help="where the result goes")
    parser.add_argument("--intensity", type=share, default=1.0, metavar="X", help="strength of the look, 0 to 1")
    parser.add_argument(
        "--split", type=share, nargs="?", const=0.5, metavar="X", help="leave the left share bare (half by default)"
    )
    parser.add_argument("--quality", choices=("fast", "high"), default="fast", help="face model")
    parser.add_argument("--json", action="store_true", help="print faces, colors and times per stage")
    add_device(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Put the look on and write the result; a video's sound is kept."""
    look = Look.load(options.look)
    with open_source(options.input) as source:
        check_output(options.output, source, options.input)
        tracker = Tracker.load("face", quality=options.quality, device=options.device)
        split = options.split
        with Session(
            tracker, look, intensity=options.intensity, split=split, live=False, record_colors=options.json
        ) as session:
            if source.is_still:
                worn = session.step(next(iter(source)))
                write_image(options.output, worn)
                steps = [session.last]
            else:
                steps = _video(source, session, options)
    faces = max(len(step.tracks.faces) for step in steps)
    if options.json:
        print(json.dumps(_report(look, options, steps), indent=2))
    elif faces == 0:
        print(f"No face found; {options.output} is the input as it was.")
    else:
        print(f"Wrote {options.output} ({faces} {'face' if faces == 1 else 'faces'}).")
    return 0


def _video(source: Source, session: Session, options: argparse.Namespace) -> list[Step]:
    delivery = Delivery(source.size, fps=source.fps or 30.0, audio_from=Path(options.input))
    steps: list[Step] = []
    with open_writer(options.output, delivery) as writer:
        for frame in progress(iter(source), total=source.frame_count, what="apply"):
            writer.write(session.step(frame))
            steps.append(session.last)
    return steps


def _report(look: Look, options: argparse.Namespace, steps: list[Step]) -> dict[str, Any]:
    """The first frame with a face in full, and the medians of all frames' times."""
    shown = next((step for step in steps if step.tracks.faces), steps[0])
    times: dict[str, list[float]] = defaultdict(list)
    for step in steps:
        for name, value in step.stage_ms.items():
            times[name].append(value)
    return {
        "look": look.name,
        "input": options.input,
        "output": str(options.output),
        "frames": len(steps),
        "frames_with_face": sum(bool(step.tracks.faces) for step in steps),
        **step_json(shown),
        "stage_ms": milliseconds({name: statistics.median(values) for name, values in times.items()}),
    }
