"""Shows glasses and earrings beside a look, at true size, and how they fit.

python examples/wear_products.py        # writes out/wear_products.png
"""

from pathlib import Path

from skimage.data import astronaut

from tryon import Look, Session, Tracker
from tryon.encode import write_image

session = Session(Tracker.load("face"), Look.load("rose"), wear=["aviator", "hoop-earrings"])
worn = session.step(astronaut())
for product, report in session.fit():
    print(f"{product.name}: {report.verdict}")
    for name, value_mm in report.lengths_mm.items():
        print(f"  {name.replace('_', ' ')}: {value_mm} mm")

session.wear = ["round-gold"]  # holds from the next frame on
worn = session.step(astronaut())

Path("out").mkdir(exist_ok=True)
write_image("out/wear_products.png", worn)
