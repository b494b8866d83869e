"""`tryon track INPUT --task …`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tryon.capture import open_source
from tryon.cli.overlay import draw
from tryon.cli.stage import add_device, check_output, milliseconds, progress, tracks_json
from tryon.encode import Delivery, open_writer, write_image
from tryon.track import TRACKERS, Tracker
from tryon.types import Frame, Tracks


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser("track", help="find faces, bodies, hands or masks")
    parser.add_argument("input", help="a photo or a video")
    parser.add_argument("--task", default="face", help="face, body, hands, person or parts")
    parser.add_argument("-o", "--output", type=Path, help="picture or video with what was found drawn on it")
    parser.add_argument("--json", action="store_true", help="print one JSON object per frame")
    parser.add_argument("--blendshapes", action="store_true", help="add the 52 expression coefficients of each face")
    add_device(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Track every frame; draw and print what was found."""
    extra: dict[str, Any] = {"blendshapes": True} if options.blendshapes else {}
    TRACKERS.get(options.task)  # an unknown task is told before a file is opened
    with open_source(options.input) as source:
        if options.output is not None:
            check_output(options.output, source, options.input)
        with Tracker.load(options.task, device=options.device, **extra) as tracker:
            frames = progress(iter(source), total=source.frame_count, what="track")
            found = _tracked(frames, tracker, options)
            if options.output is None:
                for _ in found:
                    pass
            elif source.is_still:
                write_image(options.output, draw(*next(found)))
            else:
                delivery = Delivery(source.size, fps=source.fps or 30.0, audio_from=Path(options.input))
                with open_writer(options.output, delivery) as writer:
                    for frame, tracks in found:
                        writer.write(draw(frame, tracks))
    return 0


def _tracked(frames: Iterator[Frame], tracker: Tracker, options: argparse.Namespace) -> Iterator[tuple[Frame, Tracks]]:
    for frame in frames:
        tracks = tracker.track(frame)
        if options.json:
            place = {"frame": frame.index, "time_s": round(frame.time_s, 4)}
            times = {"stage_ms": milliseconds(tracker.stage_ms)}
            print(json.dumps({**place, **tracks_json(tracks, points=True), **times}))
        elif frame.index == 0:
            print(_sentence(tracks))
        yield frame, tracks


def _sentence(tracks: Tracks) -> str:
    found = [
        f"{len(items)} {one if len(items) == 1 else many}"
        for items, one, many in (
            (tracks.faces, "face", "faces"),
            (tracks.bodies, "body", "bodies"),
            (tracks.hands, "hand", "hands"),
        )
        if items
    ]
    found += [word for word, mask in (("a person mask", tracks.person), ("a parts mask", tracks.parts)) if mask]
    text = f"Found {', '.join(found)}." if found else "Nothing found."
    advice = [face.quality.sentence for face in tracks.faces if face.quality is not None]
    return " ".join([text, *advice])
