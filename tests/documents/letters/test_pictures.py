"""Every kind of paper as a picture: something stands on each page, and nothing at its edges."""

from pathlib import Path

import pypdfium2
import pytest

from reskontro.documents.letters.layout import TEMPLATE
from reskontro.documents.letters.preview import LOGO, Kind, preview
from reskontro.documents.letters.records import Branding, Language

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "guide"
LEAST_INK, MOST_INK = 0.005, 0.25  # of a page that is neither empty nor overprinted
MARGIN_PX = 20


@pytest.mark.parametrize("language", [Language.BOKMAAL, Language.SWEDISH, Language.ENGLISH])
@pytest.mark.parametrize("kind", Kind)
def test_a_paper_as_a_picture(press, kind, language):
    paper = preview(kind, language, Branding(logo=LOGO))
    document = pypdfium2.PdfDocument(press.pdf(TEMPLATE, paper.data, paper.files))
    try:
        for page in document:
            picture = page.render(scale=1).to_pil().convert("L")
            width, height = picture.size
            assert (width, height) == pytest.approx((595, 842), abs=2)
            dark = picture.point(lambda level: 255 if level < 200 else 0)
            left, top, right, bottom = dark.getbbox()
            assert min(left, top, width - right, height - bottom) >= MARGIN_PX
            ink = sum(dark.histogram()[255:]) / (width * height)
            assert LEAST_INK < ink < MOST_INK
            page.close()
    finally:
        document.close()


def test_every_kind_has_its_picture_in_the_guide():
    shown = (GUIDE / "papers.md").read_text(encoding="utf-8")
    pictures = {picture.name for picture in GUIDE.glob("papers-*.png")}
    for kind in Kind:
        assert any(name.startswith(f"papers-{kind.value}") and name in shown for name in pictures), kind
