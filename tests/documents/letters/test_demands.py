"""What the law wants in each letter: the table of mandatory contents, one test for each of its cells.

A cell with "yes" has two sides: what it wants stands on the paper, and a letter without it cannot be made. A cell with
a dash is tested by a letter that goes without.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from reskontro.documents.letters.demands import (
    LEAST_DAYS,
    MANDATORY,
    AmountsDisagreeError,
    Demand,
    Element,
    Form,
    LegalTexts,
    MissingContentError,
    demand_paper,
)
from reskontro.documents.letters.preview import demand
from reskontro.documents.letters.records import Branding, Language, Party

REMINDER, NOTICE, DEMAND, NEW, SWEDEN, DENMARK = Form
LANGUAGES = {SWEDEN: Language.SWEDISH, DENMARK: Language.DANISH}
LOOK = Branding()


def sample(form: Form) -> Demand:
    return demand(LANGUAGES.get(form, Language.BOKMAAL), form)


def claims_with(letter: Demand, **changes) -> tuple:
    return tuple(replace(claim, **changes) for claim in letter.claims)


def without_interest(letter: Demand) -> Demand:
    left = letter.total_minor - letter.interest_minor
    return replace(letter, interest=(), total_minor=left, payment=None)


def without_text(name: str):
    return lambda letter: replace(letter, texts=replace(letter.texts, **{name: " "}))


# What is taken away for an element to be missing.
WITHOUT = {
    Element.CREDITOR: lambda d: replace(d, creditor=Party("")),
    Element.ORIGINAL_CREDITOR: lambda d: replace(d, original_creditor=None),
    Element.CLAIM: lambda d: replace(d, claims=claims_with(d, about="")),
    Element.INVOICE: lambda d: replace(d, claims=claims_with(d, invoice_date=None)),
    Element.AMOUNT: lambda d: replace(
        d, claims=claims_with(d, principal_minor=0), interest=d.interest[:0], additions=(), total_minor=0
    ),
    Element.INTEREST: without_interest,
    Element.DEADLINE: lambda d: replace(d, deadline=d.cover.day + timedelta(days=LEAST_DAYS[d.form] - 1)),
    Element.CONSEQUENCE: without_text("consequence"),
    Element.OBJECTION: without_text("objection"),
    Element.TROUBLE: without_text("trouble"),
    Element.COMPLAINT: without_text("complaint"),
    Element.BOARD: without_text("board"),
    Element.ESTIMATE: lambda d: replace(d, estimated_minor=None),
}

# The table, row by row: the forms whose cell says that it must be there.
ALL = tuple(Form)
WANTED = {
    Element.CREDITOR: ALL,
    Element.ORIGINAL_CREDITOR: (NEW,),
    Element.CLAIM: ALL,
    Element.INVOICE: (NOTICE, DEMAND, NEW, SWEDEN, DENMARK),
    Element.AMOUNT: ALL,
    Element.ESTIMATE: (NEW,),
    Element.INTEREST: (DEMAND, NEW, SWEDEN, DENMARK),
    Element.DEADLINE: ALL,
    Element.CONSEQUENCE: (NOTICE, DEMAND, NEW, SWEDEN, DENMARK),
    Element.OBJECTION: (NOTICE, DEMAND, NEW, SWEDEN),
    Element.TROUBLE: (NEW,),
    Element.COMPLAINT: (NEW,),
    Element.BOARD: (DEMAND, NEW),
}
YES = [(element, form) for element, forms in WANTED.items() for form in forms]
NO = [(element, form) for element, forms in WANTED.items() for form in Form if form not in forms]


def test_the_tests_have_every_cell_of_the_table():
    assert set(WANTED) == set(Element) == set(WITHOUT)
    for form in Form:
        assert set(MANDATORY[form]) == {element for element, forms in WANTED.items() if form in forms}


@pytest.mark.parametrize(("element", "form"), YES)
def test_a_letter_cannot_be_made_without(element, form):
    with pytest.raises(MissingContentError, match=element) as caught:
        WITHOUT[element](sample(form))
    assert element in caught.value.elements


@pytest.mark.parametrize(("element", "form"), NO)
def test_a_letter_may_go_without_what_its_law_does_not_ask_for(element, form):
    assert WITHOUT[element](sample(form)).form is form


TITLES = {
    REMINDER: "Purring",
    NOTICE: "Inkassovarsel",
    DEMAND: "Betalingsoppfordring",
    NEW: "Inkassovarsel",
    SWEDEN: "Inkassokrav",
    DENMARK: "Inkassovarsel",
}


@pytest.fixture(scope="module")
def said(press):
    """What stands on the paper of each form."""
    import io

    import pypdf

    found = {}
    for form in Form:
        paper = demand_paper(sample(form), LOOK)
        pages = pypdf.PdfReader(io.BytesIO(press.pdf("letter", paper.data, paper.files))).pages
        found[form] = " ".join(
            " ".join(p.extract_text() for p in pages).replace("\u200b", "").replace("\u00a0", " ").split()
        )
    return found


@pytest.mark.parametrize("form", Form)
def test_the_title_says_what_it_is(said, form):
    assert TITLES[form] in said[form]


@pytest.mark.parametrize("form", Form)
def test_the_creditor_is_named(said, form):
    assert sample(form).creditor.name in said[form]


def test_the_original_creditor_is_named_where_the_claim_was_assigned(said):
    assert "Opprinnelig kreditor Vestkraft AS" in said[NEW]


@pytest.mark.parametrize("form", Form)
def test_the_claim_is_named_with_the_invoices_number_and_date(said, form):
    (claim,) = sample(form).claims
    assert claim.about in said[form]
    assert "88776655" in said[form]
    assert ("2026-02-16" if form is SWEDEN else "16.02.2026") in said[form]


@pytest.mark.parametrize(
    ("form", "amounts"),
    [
        (REMINDER, ["Hovedstol 1 200,00", "Purregebyr 38,00", "NOK 1 238,00"]),
        (NOTICE, ["Hovedstol 1 200,00", "Renter 11,84", "Purregebyr 38,00", "NOK 1 287,84"]),
        (DEMAND, ["Hovedstol 1 200,00", "Renter 19,33", "Purregebyr 38,00", "Inkassosalær 300,00", "NOK 1 595,33"]),
        (NEW, ["Hovedstol 1 200,00", "Renter 11,84", "Purregebyr 38,00", "NOK 1 287,84"]),
        (SWEDEN, ["Kapitalbelopp 1 200,00", "Ränta 11,84", "Påminnelseavgift 38,00", "SEK 1 287,84"]),
        (DENMARK, ["Hovedstol 1.200,00", "Renter 11,84", "Rykkergebyr 38,00", "DKK 1.287,84"]),
    ],
)
def test_principal_and_each_addition_stand_apart(said, form, amounts):
    assert [amount for amount in amounts if amount not in said[form]] == []


def test_what_collection_would_cost_is_said(said):
    assert "Anslått tillegg ved inkasso: NOK 300,00" in said[NEW]


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (DEMAND, "Renten løper fra 03.03.2026 til betaling skjer, nå med 12 % i året."),
        (NEW, "Renten løper fra 03.03.2026 til betaling skjer, nå med 12 % i året."),
        (SWEDEN, "Räntan löper från 2026-03-03 tills betalning sker, nu med 12 % per år."),
        (DENMARK, "Renten løber fra 03.03.2026, til betaling sker, nu med 12 % om året."),
    ],
)
def test_the_interest_has_its_rate_and_its_first_day(said, form, sentence):
    assert sentence in said[form]


def test_the_swedish_interest_has_its_period(said):
    assert "12 % årlig ränta 2026-03-03 2026-04-01 11,84" in said[SWEDEN]


@pytest.mark.parametrize(
    ("form", "deadline"),
    [
        (REMINDER, "Betalingsfrist 30.03.2026"),
        (NOTICE, "Betalingsfrist 20.04.2026"),
        (DEMAND, "Betal eller innvend innen 04.05.2026"),
        (NEW, "Betalingsfrist 20.04.2026"),
        (SWEDEN, "Betala senast 2026-04-13"),
        (DENMARK, "Betalingsfrist 13.04.2026"),
    ],
)
def test_the_deadline_is_said(said, form, deadline):
    assert deadline in said[form]


@pytest.mark.parametrize(
    ("form", "days"), [(REMINDER, 14), (NOTICE, 14), (DEMAND, 14), (NEW, 14), (SWEDEN, 8), (DENMARK, 10)]
)
def test_the_shortest_deadline_is_enough(form, days):
    letter = sample(form)
    assert replace(letter, deadline=letter.cover.day + timedelta(days=days)).deadline


def test_a_reminder_without_a_fee_may_have_any_deadline():
    letter = replace(sample(REMINDER), additions=(), total_minor=1_200_00, payment=None)
    assert replace(letter, deadline=letter.cover.day).deadline == letter.cover.day


@pytest.mark.parametrize(
    ("form", "name", "heading"),
    [
        (NOTICE, "consequence", "Hvis du ikke betaler"),
        (DEMAND, "consequence", "Hvis du ikke betaler"),
        (NEW, "consequence", "Hvis du ikke betaler"),
        (SWEDEN, "consequence", "Om du inte betalar"),
        (DENMARK, "consequence", "Hvis du ikke betaler"),
        (NOTICE, "objection", "Hvis du er uenig i kravet"),
        (DEMAND, "objection", "Hvis du er uenig i kravet"),
        (NEW, "objection", "Hvis du er uenig i kravet"),
        (SWEDEN, "objection", "Om du inte godtar kravet"),
        (DENMARK, "objection", "Hvis du er uenig i kravet"),
        (DEMAND, "board", "Klagenemnd"),
        (NEW, "trouble", "Hvis du har problemer med å betale"),
        (NEW, "complaint", "Klage"),
        (NEW, "board", "Klagenemnd"),
    ],
)
def test_the_legal_texts_stand_under_their_headings(said, form, name, heading):
    assert f"{heading} {getattr(sample(form).texts, name)}" in said[form]


@pytest.mark.parametrize(
    ("form", "reference"),
    [
        (REMINDER, "500221850000200350786"),
        (NOTICE, "500221850000200350786"),
        (DEMAND, "500221850000200350786"),
        (NEW, "500221850000200350786"),
        (SWEDEN, "1234574"),
        (DENMARK, "+71<004040400000669+80000001<"),
    ],
)
def test_the_payment_data_are_there(said, form, reference):
    assert reference in said[form]


def test_the_board_is_for_agencies():
    letter = replace(sample(DEMAND), by_agency=False, texts=replace(sample(DEMAND).texts, board=""))
    assert letter.texts.board == ""


def test_all_that_is_missing_is_told_at_once():
    with pytest.raises(MissingContentError) as caught:
        replace(sample(DEMAND), texts=LegalTexts(), claims=claims_with(sample(DEMAND), about=""))
    assert caught.value.elements == (Element.CLAIM, Element.CONSEQUENCE, Element.OBJECTION, Element.BOARD)


def test_a_total_that_is_not_its_parts_would_mislead():
    with pytest.raises(AmountsDisagreeError, match="the total is 123801, its parts come to 123800"):
        replace(sample(REMINDER), total_minor=1_238_01)


def test_a_payment_since_is_taken_off_and_shown(text_of):
    letter = replace(sample(REMINDER), paid_minor=200_00, total_minor=1_038_00, payment=None)
    text = text_of(demand_paper(letter, LOOK))
    assert "Betalt −200,00" in text
    assert "Å betale NOK 1 038,00" in text


def test_the_creditors_own_demand_does_not_say_that_it_was_asked_to_collect(text_of):
    own = replace(sample(DEMAND), by_agency=False)
    assert "oppdrag" not in text_of(demand_paper(own, LOOK))
    assert "oppdrag" in text_of(demand_paper(sample(DEMAND), LOOK))
