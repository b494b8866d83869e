"""Shows the whole SDK in three lines: a tracker, a look, a step.

python examples/three_lines.py        # writes out/three_lines.png
"""

from pathlib import Path

from skimage.data import astronaut

from tryon import Look, Session, Tracker
from tryon.encode import write_image

session = Session(Tracker.load("face"), Look.load("rose"))
worn = session.step(astronaut())
print(f"{len(session.last.tracks.faces)} face; {session.last.stage_ms['effects']:.1f} ms of paint")

Path("out").mkdir(exist_ok=True)
write_image("out/three_lines.png", worn)
