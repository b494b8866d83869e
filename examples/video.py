"""Shows a video worn frame by frame, sound kept, with the bare half beside it.

python examples/video.py INPUT.mp4 OUTPUT.mp4 [LOOK]
"""

import sys
from pathlib import Path

from tryon import Look, Session, Tracker, open_source
from tryon.encode import Delivery, open_writer

if len(sys.argv) < 3:
    sys.exit(__doc__)
look = Look.load(sys.argv[3] if len(sys.argv) > 3 else "rose")
with open_source(sys.argv[1]) as source, Session(Tracker.load("face"), look, split=0.5, live=False) as session:
    delivery = Delivery(source.size, fps=source.fps or 30.0, audio_from=Path(sys.argv[1]))
    with open_writer(sys.argv[2], delivery) as writer:
        for frame in source:
            writer.write(session.step(frame))
print(f"{sys.argv[2]}: {session.last.stage_ms['total']:.1f} ms for the last frame")
