"""A client's look: what is taken, what is refused and why."""

import io

import pytest
from PIL import Image

from reskontro.documents.letters.demands import Form, demand_paper
from reskontro.documents.letters.invoices import invoice_paper
from reskontro.documents.letters.preview import LOGO, Kind, demand, invoice, preview
from reskontro.documents.letters.records import Branding, BrandingError, Language, contrast_with_white


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (120, 40), (11, 85, 99, 200)).save(out, "PNG")
    return out.getvalue()


PNG = png()


def svg(inside: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{inside}</svg>'.encode()


def test_contrast_is_that_of_the_guidelines():
    assert contrast_with_white("#000000") == pytest.approx(21.0)
    assert contrast_with_white("#ffffff") == pytest.approx(1.0)
    assert contrast_with_white("#767676") == pytest.approx(4.54, abs=0.01)  # the lightest grey that may be text


@pytest.mark.parametrize(
    ("look", "wanted"),
    [
        ({"colour": "blue"}, "is not a colour"),
        ({"colour": "#12345"}, "is not a colour"),
        ({"colour": '#123456"); #panic('}, "is not a colour"),
        ({"colour": "#f2b134"}, "too light to read: a contrast with white of 4.5 or more is wanted, it has 1.9"),
        ({"logo": b"GIF89a"}, "neither a whole PNG nor an SVG"),
        ({"logo": PNG[:-1]}, "neither a whole PNG nor an SVG"),
        ({"logo": b"<svg" + b" " * 200_000}, "at most 200000"),
        ({"logo": PNG[:50] + b"x" + PNG[51:]}, "a damaged PNG"),
        ({"logo": PNG[:16] + b"\x00\x01\x00\x00" + PNG[20:]}, "65536 × .* pixels"),
        ({"logo": b'<!DOCTYPE svg [<!ENTITY a "b">]>' + svg("")}, "a document type"),
        ({"logo": b"<svg><path></svg>"}, "neither a whole PNG nor an SVG"),
        ({"logo": b"<html/>"}, "no SVG"),
        ({"logo": svg("<script>1</script>")}, "<script>"),
        ({"logo": svg("<text>Firm</text>")}, "only drawn shapes"),
        ({"logo": svg("<path onclick='x'/>")}, "runs a program"),
        ({"logo": svg("<path fill='url(http://a.example/b)'/>")}, "outside it"),
        ({"logo": svg("<path/>" * 5_001)}, "at most 5000"),
        ({"texts": {Language.ENGLISH: {"title.invoice": "Bill"}}}, "no text of a client's own"),
        ({"texts": {Language.ENGLISH: {"own.reminder": "Pay {amount}"}}}, "nothing is filled in for amount"),
        ({"texts": {Language.ENGLISH: {"own.reminder": "Pay { now"}}}, "a brace"),
    ],
)
def test_a_look_that_cannot_be_set_is_refused(look, wanted):
    with pytest.raises(BrandingError, match=wanted):
        Branding(**look)


def test_own_texts_are_said_instead(text_of):
    look = Branding(
        texts={Language.ENGLISH: {"own.reminder": "Oops, forgotten? {{smile}}", "own.closing": "Kind regards"}}
    )
    shown = text_of(demand_paper(demand(Language.ENGLISH, Form.REMINDER), look))
    assert "Oops, forgotten? {smile}" in shown
    assert "Kind regards" in shown
    assert "disregard" not in shown
    assert "Oops" not in text_of(demand_paper(demand(Language.BOKMAAL, Form.REMINDER), look))


def test_the_foot_can_be_the_clients_own(text_of):
    look = Branding(foot=("Foretaksregisteret", "#let x = 1"))
    shown = text_of(invoice_paper(invoice(Language.BOKMAAL), look))
    assert "Foretaksregisteret #let x = 1" in shown
    assert "faktura@fjordlys.example" not in shown


@pytest.mark.parametrize("logo", [LOGO, PNG], ids=["svg", "png"])
def test_a_logo_has_its_text_for_who_cannot_see_it(pdf_of, logo):
    reader = pdf_of(invoice_paper(invoice(Language.BOKMAAL), Branding(logo=logo)))
    assert "Logoen til Fjordlys AS" in alternatives(reader)


def alternatives(reader) -> set[str]:
    """The texts of all pictures, from the structure tree."""
    found, stack = set(), [reader.trailer["/Root"]["/StructTreeRoot"]]
    while stack:
        node = stack.pop().get_object()
        if isinstance(node, dict):
            if "/Alt" in node:
                found.add(str(node["/Alt"]))
            stack += [node[name] for name in ("/K",) if name in node]
        elif isinstance(node, list):
            stack += node
    return found


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", Kind)
def test_every_kind_can_be_seen_before_it_is_sent(pdf_of, kind, language):
    reader = pdf_of(preview(kind, language, Branding(logo=LOGO, colour="#7a1f2b")))
    assert reader.trailer["/Root"]["/Lang"] == language
    assert 1 <= len(reader.pages) <= 2


def test_a_png_is_in_the_paper_as_it_is(pdf_of):
    (page,) = pdf_of(invoice_paper(invoice(Language.BOKMAAL), Branding(logo=PNG))).pages
    assert (120, 40) in {picture.image.size for picture in page.images}
