"""Shows color as a contract: a lipstick given in CIE Lab, and how close the picture came to what it promises.

python examples/measured_color.py
"""

from skimage.data import astronaut

from tryon import Look, Session, Tracker

look = Look.parse(
    {
        "format": "tryon.look/1",
        "name": "measured",
        "layers": [{"effect": "lipstick", "color": {"lab": [38.2, 45.1, 18.7], "white": "D65"}, "finish": "matte"}],
    }
)
with Session(Tracker.load("face"), look, record_colors=True) as session:
    session.step(astronaut())
for record in session.last.colors:
    predicted, achieved = record.report.predicted_lab, record.report.achieved_lab
    print(f"{record.effect}: predicted Lab {predicted[0]:.1f} {predicted[1]:.1f} {predicted[2]:.1f},", end=" ")
    print(f"achieved {achieved[0]:.1f} {achieved[1]:.1f} {achieved[2]:.1f}, ΔE2000 {record.report.delta_e2000:.2f}")
