"""The marker page: exact size on paper by independent readers of PDF and PNG, and readable by the detector."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tryon.cli.main import main
from tryon.errors import EncodeError, ParameterError
from tryon.place.marker import CORNER_IDS, LOOSE_ID, MIDDLE_ID, PAPERS_M, page_squares
from tryon.place.marker_page import marker_page
from tryon.place.marker_print import pdf_of, write_page
from tryon.place.tag_find import find_tags

POINT_M = 0.0254 / 72.0


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_pdf_has_the_papers_size_and_its_tags_their_own(paper: str, tmp_path: Path) -> None:
    pypdf = pytest.importorskip("pypdf")
    write_page(tmp_path / "m.pdf", marker_page(paper=paper))
    page = pypdf.PdfReader(tmp_path / "m.pdf").pages[0]
    assert float(page.mediabox.width) * POINT_M == pytest.approx(PAPERS_M[paper][0], abs=1e-6)
    assert float(page.mediabox.height) * POINT_M == pytest.approx(PAPERS_M[paper][1], abs=1e-6)
    boxes = np.array(
        [[float(n) for n in match] for match in
         re.findall(r"([-\d.]+) ([-\d.]+) ([-\d.]+) ([-\d.]+) re", page.get_contents().get_data().decode("latin-1"))]
    )  # fmt: skip
    widths = boxes[:, 2] * POINT_M
    assert widths.max() == pytest.approx(0.150, abs=2e-5)  # the middle tag's border
    assert np.isclose(widths, 0.100, atol=2e-6).any()  # the ruler
    assert "100.0 mm" in page.extract_text()
    left, right = boxes[:, 0].min() * POINT_M, (boxes[:, 0] + boxes[:, 2]).max() * POINT_M
    assert right - left < PAPERS_M[paper][0] - 0.02


def test_viewers_are_asked_not_to_scale(tmp_path: Path) -> None:
    pytest.importorskip("reportlab")
    assert b"/PrintScaling /None" in pdf_of(marker_page())


def test_the_png_is_300_dots_an_inch_and_its_tags_are_read_at_their_size(tmp_path: Path) -> None:
    write_page(tmp_path / "m.png", marker_page())
    with Image.open(tmp_path / "m.png") as image:
        assert image.info["dpi"] == pytest.approx((300.0, 300.0), rel=1e-4)
        pixels = np.array(image.convert("RGB"))
    tags = {tag.id: tag for tag in find_tags(pixels, ("36h11",))}
    assert set(tags) == {MIDDLE_ID, *CORNER_IDS}
    dot_m = 0.0254 / 300.0
    middle = (np.array(pixels.shape[1::-1]) - 1.0) / 2.0
    for square in page_squares():
        seen = (tags[square.id].corners_px - middle) * (dot_m, -dot_m)
        assert seen == pytest.approx(square.corners_m, abs=4e-5)


def test_another_size_is_one_tag_that_must_be_told() -> None:
    squares = page_squares(0.1)
    assert [square.id for square in squares] == [LOOSE_ID]
    assert "tag:0.1 " in " ".join(marker_page(0.1).lines)


@pytest.mark.parametrize("size", [0.0, -1.0, 0.01, 0.2, float("nan"), float("inf")])
def test_sizes_the_paper_cannot_hold_are_refused(size: float) -> None:
    with pytest.raises(ParameterError, match="Expected a marker"):
        marker_page(size)


def test_other_endings_and_places_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"\.pdf or \.png"):
        write_page(tmp_path / "m.svg", marker_page())
    with pytest.raises(EncodeError):
        write_page(tmp_path / "absent" / "m.png", marker_page())
    with pytest.raises(ParameterError, match="paper"):
        page_squares(0.15, "a5")  # type: ignore[arg-type]  # what a caller without types would pass


def test_the_command_writes_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("reportlab")
    assert main(["marker", "-o", str(tmp_path / "marker.pdf"), "--paper", "letter"]) == 0
    assert "100.0 mm" in capsys.readouterr().out
    assert (tmp_path / "marker.pdf").read_bytes().startswith(b"%PDF")
    assert main(["marker", "-o", str(tmp_path / "marker.pdf"), "--size", "3"]) == 1


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler is not installed")
def test_the_pdf_drawn_by_another_program_reads_the_same(tmp_path: Path) -> None:
    import subprocess

    write_page(tmp_path / "m.pdf", marker_page())
    subprocess.run(["pdftoppm", "-r", "150", "-png", tmp_path / "m.pdf", tmp_path / "m"], check=True)
    pixels = np.array(Image.open(next(tmp_path.glob("m*.png"))).convert("RGB"))
    assert len(find_tags(pixels, ("36h11",))) == 5
