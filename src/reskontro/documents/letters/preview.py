"""Every kind of paper with made-up contents, to see how a client's papers look before any is sent.

The firm and the people do not exist; account numbers, references and organisation numbers have check digits that fit.
The legal texts are in Norwegian, Swedish, Danish and English, by the language of the preview, and are examples: what a
real letter says comes with its record.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from reskontro.documents.letters.accounts import (
    AgeBand,
    Movement,
    SettledCase,
    Settlement,
    Statement,
    settlement_paper,
    statement_paper,
)
from reskontro.documents.letters.demands import (
    Addition,
    AdditionKind,
    Claim,
    Demand,
    Form,
    Interest,
    LegalTexts,
    demand_paper,
)
from reskontro.documents.letters.invoices import (
    InterestNote,
    InterestRow,
    Invoice,
    InvoiceKind,
    Line,
    Vat,
    interest_note_paper,
    invoice_paper,
)
from reskontro.documents.letters.layout import Paper
from reskontro.documents.letters.plain import Letter, letter_paper
from reskontro.documents.letters.records import Branding, Cover, Language, Party
from reskontro.documents.letters.slips import DanishSlip, NorwegianSlip, Payment, Slip, SwedishSlip


class Kind(StrEnum):
    """The kinds of papers that people get."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit-note"
    INTEREST_NOTE = "interest-note"
    REMINDER = "reminder"
    COLLECTION_NOTICE = "collection-notice"
    PAYMENT_DEMAND = "payment-demand"
    STATEMENT = "statement"
    SETTLEMENT = "settlement"
    LETTER = "letter"


LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 48" width="160" height="48">'
    b'<path d="M24 2 44 40H4Z" fill="#0b5563"/><path d="M24 18 36 40H12Z" fill="#f2b134"/>'
    b'<path d="M0 44h160" stroke="#0b5563" stroke-width="3"/></svg>'
)

FJORDLYS = Party(
    "Fjordlys AS",
    ("Strandgata 14", "5013 Bergen"),
    "974 760 673 MVA",
    phone="55 00 00 00",
    email="faktura@fjordlys.example",
    web="fjordlys.example",
)
NORRSKEN = Party("Norrsken Energi AB", ("Storgatan 3", "972 31 Luleå"), "556036-0793", email="faktura@norrsken.example")
HAVVIND = Party("Havvind ApS", ("Nygade 8", "8000 Aarhus C"), "12345674", email="faktura@havvind.example")
AGENCY = Party("Vestland Inkasso AS", ("Postboks 77", "5804 Bergen"), "974 760 673", phone="55 11 11 11")
DEBTOR = Party("Kari Nordmann", ("Fjellveien 12 B", "5019 Bergen"))

NORWEGIAN = NorwegianSlip("12345678903", "500221850000200350786")
SWEDISH = SwedishSlip(bankgiro="9912346", ocr="1234574")
DANISH = DanishSlip("004040400000669", "80000001")

CLIENT_ACCOUNT = "Vestland Inkasso AS, klientkonto"

DAY, DUE = date(2026, 3, 2), date(2026, 3, 16)

CREDITORS: Mapping[Form, tuple[Party, Slip, str]] = {
    Form.SE_DEMAND: (NORRSKEN, SWEDISH, "SEK"),
    Form.DK_NOTICE: (HAVVIND, DANISH, "DKK"),
}

# When each letter is sent, its deadline, the interest until then on 1 200 kroner at 12 %.
STAGES: Mapping[Form, tuple[date, date, int]] = {
    Form.REMINDER: (date(2026, 3, 16), date(2026, 3, 30), 0),
    Form.NO_1988_NOTICE: (date(2026, 4, 1), date(2026, 4, 20), 11_84),
    Form.NO_DEMAND: (date(2026, 4, 20), date(2026, 5, 4), 19_33),
    Form.NO_2026_NOTICE: (date(2026, 4, 1), date(2026, 4, 20), 11_84),
    Form.SE_DEMAND: (date(2026, 4, 1), date(2026, 4, 13), 11_84),
    Form.DK_NOTICE: (date(2026, 4, 1), date(2026, 4, 13), 11_84),
}

WORDS: Mapping[Language, tuple[str, ...]] = {
    Language.BOKMAAL: (
        "Strøm, februar 2026",
        "Nettleie",
        "Fastbeløp",
        "Oppgradering av måler",
        "kWh",
        "stk",
        "md",
        "Innbetaling",
        "dager",
    ),
    Language.NYNORSK: (
        "Straum, februar 2026",
        "Nettleige",
        "Fastbeløp",
        "Oppgradering av målar",
        "kWh",
        "stk",
        "md",
        "Innbetaling",
        "dagar",
    ),
    Language.SWEDISH: (
        "El, februari 2026",
        "Elnät",
        "Fast avgift",
        "Byte av mätare",
        "kWh",
        "st",
        "mån",
        "Inbetalning",
        "dagar",
    ),
    Language.DANISH: (
        "El, februar 2026",
        "Nettarif",
        "Abonnement",
        "Udskiftning af måler",
        "kWh",
        "stk",
        "md",
        "Indbetaling",
        "dage",
    ),
    Language.FINNISH: (
        "Sähkö, helmikuu 2026",
        "Sähkön siirto",
        "Perusmaksu",
        "Mittarin vaihto",
        "kWh",
        "kpl",
        "kk",
        "Maksu",
        "päivää",
    ),
    Language.ENGLISH: (
        "Electricity, February 2026",
        "Grid rent",
        "Fixed charge",
        "New meter",
        "kWh",
        "pc",
        "mo",
        "Payment",
        "days",
    ),
}

LEGAL: Mapping[Language, LegalTexts] = {
    Language.BOKMAAL: LegalTexts(
        basis="Kravet gjelder levert strøm etter avtale av 14. august 2024.",
        consequence="Betaler du ikke innen fristen, blir kravet overført til inkasso. Da øker det med omkostninger.",
        objection="Skriv til oss innen fristen og fortell hvorfor. Innvendinger i tide gir deg ingen omkostninger.",
        trouble="Ta kontakt, så finner vi en avdragsordning.",
        complaint="Du kan klage til oss, skriftlig og uten kostnad.",
        board="Er du ikke enig i svaret, kan du klage til Finansklagenemnda, Postboks 53 Skøyen, 0212 Oslo.",
    ),
    Language.SWEDISH: LegalTexts(
        basis="Kravet avser levererad el.",
        consequence="Betalar du inte i tid kan vi ansöka om betalningsföreläggande hos Kronofogden.",
        objection="Skriv till oss inom tiden och berätta varför du inte godtar kravet.",
        trouble="Kontakta oss, så kan vi komma överens om en plan.",
        complaint="Du kan klaga hos oss, skriftligt.",
        board="Allmänna reklamationsnämnden, Box 174, 101 23 Stockholm.",
    ),
    Language.DANISH: LegalTexts(
        basis="Kravet vedrører leveret el.",
        consequence="Betaler du ikke inden fristen, overgår kravet til inkasso, og der påløber omkostninger.",
        objection="Skriv til os inden fristen, og fortæl hvorfor du er uenig.",
        trouble="Kontakt os, så finder vi en afdragsordning.",
        complaint="Du kan klage til os, skriftligt.",
        board="Nævnenes Hus, Toldboden 2, 8800 Viborg.",
    ),
    Language.ENGLISH: LegalTexts(
        basis="The claim is for electricity delivered under the agreement of 14 August 2024.",
        consequence="If you do not pay by the deadline, the claim goes to debt collection, and costs will be added.",
        objection="Write to us before the deadline and say why. An objection in time costs you nothing.",
        trouble="Contact us, and we will find a plan of instalments.",
        complaint="You can complain to us, in writing and free of charge.",
        board="If you do not accept our answer: Finansklagenemnda, Postboks 53 Skøyen, 0212 Oslo, Norway.",
    ),
}
LEGAL = {**LEGAL, Language.NYNORSK: LEGAL[Language.BOKMAAL], Language.FINNISH: LEGAL[Language.ENGLISH]}

LETTERS: Mapping[Language, str] = {
    Language.BOKMAAL: """Avtale om avdrag
Takk for telefonsamtalen. Vi er enige om at du betaler det du skylder i fire avdrag på 431,25 kroner, den 15. i hver \
måned, første gang 15. april 2026.
Så lenge avdragene betales i tide, sender vi ingen flere krav og beregner ingen nye gebyrer. Renten løper likevel av \
det som står igjen.
Blir et avdrag forsinket, ta kontakt med oss før forfall, så finner vi en løsning.
Vennlig hilsen
Åse Ødegård, kundeservice""",
    Language.ENGLISH: """Agreement on instalments
Thank you for your call. We agree that you pay what you owe in four instalments of 431.25 kroner, on the 15th of each \
month, the first one on 15 April 2026.
As long as the instalments are paid in time, we send no more demands and charge no new fees. Interest still runs on \
what is left.
If an instalment will be late, please contact us before it is due, and we will find a way.
Yours sincerely
Åse Ødegård, customer service""",
}


def cover(language: Language, sender: Party = FJORDLYS, receiver: Party = DEBTOR) -> Cover:
    """A made-up cover."""
    return Cover(language, sender, receiver, DAY, customer_no="543210", our_reference="Åse Ødegård")


def invoice(language: Language, sender: Party = FJORDLYS, slip: Slip = NORWEGIAN, currency: str = "NOK") -> Invoice:
    """A made-up invoice of four lines."""
    power, grid, fixed, meter, kwh, pieces, months, _, _ = WORDS[language]
    rate = Decimal(25)
    return Invoice(
        cover=replace(cover(language, sender), your_reference="PO-7731"),
        number="88776655",
        due=DUE,
        currency=currency,
        lines=(
            Line(power, 1_023_75, Decimal(1170), kwh, Decimal("0.875"), rate),
            Line(grid, 468_00, Decimal(1170), kwh, Decimal("0.4"), rate),
            Line(fixed, 39_00, Decimal(1), months, Decimal(39), rate),
            Line(meter, -150_75, Decimal(1), pieces, Decimal("-150.75"), rate),
        ),
        net_minor=1_380_00,
        vat=(Vat(rate, 1_380_00, 345_00),),
        total_minor=1_725_00,
        to_pay_minor=1_725_00,
        delivered=date(2026, 2, 28),
        payment=Payment(slip, 1_725_00, currency, DUE),
    )


def credit_note(language: Language) -> Invoice:
    """A made-up credit note for one line of the invoice."""
    power, _, _, _, kwh, *_ = WORDS[language]
    return Invoice(
        kind=InvoiceKind.CREDIT_NOTE,
        cover=cover(language),
        number="88776699",
        due=None,
        currency="NOK",
        lines=(Line(power, 100_00, Decimal("114.286"), kwh, Decimal("0.875"), Decimal(25)),),
        net_minor=100_00,
        vat=(Vat(Decimal(25), 100_00, 25_00),),
        total_minor=125_00,
        to_pay_minor=-125_00,
        original_no="88776655",
    )


def interest_note(language: Language) -> InterestNote:
    """Example 5 of the worked examples on late interest: 10 000 kroner, 35 days over a change of the rate."""
    return InterestNote(
        cover=replace(cover(language), day=date(2026, 7, 21)),
        number="88779001",
        due=date(2026, 8, 4),
        currency="NOK",
        rows=(
            InterestRow("88776655", 10_000_00, date(2026, 6, 16), date(2026, 6, 30), 15, Decimal("12.00"), 49_32),
            InterestRow("88776655", 10_000_00, date(2026, 7, 1), date(2026, 7, 20), 20, Decimal("12.25"), 67_12),
        ),
        total_minor=116_44,
        payment=Payment(NORWEGIAN, 116_44, "NOK", date(2026, 8, 4)),
    )


def demand(language: Language, form: Form) -> Demand:
    """A made-up reminder, notice or demand: example 1 of the worked examples, as far as it has come."""
    sent, deadline, interest_minor = STAGES[form]
    agency = form in {Form.NO_DEMAND, Form.NO_2026_NOTICE}
    reminded = Addition(AdditionKind.REMINDER_FEE, 38_00)
    additions = {
        Form.REMINDER: (reminded,),
        Form.NO_DEMAND: (reminded, reminded, Addition(AdditionKind.COLLECTION_FEE, 300_00)),
    }.get(form, (reminded, reminded))
    total_minor = 1_200_00 + interest_minor + sum(addition.amount_minor for addition in additions)
    creditor, slip, currency = CREDITORS.get(form, (FJORDLYS, NORWEGIAN, "NOK"))
    return Demand(
        form=form,
        cover=replace(cover(language, AGENCY if agency else creditor), day=sent),
        currency=currency,
        creditor=creditor,
        claims=(Claim("88776655", date(2026, 2, 16), date(2026, 3, 2), WORDS[language][0], 1_200_00),),
        total_minor=total_minor,
        deadline=deadline,
        interest=(Interest(Decimal("12.00"), date(2026, 3, 3), sent, interest_minor),) if interest_minor else (),
        additions=additions,
        texts=_legal_texts(language, form),
        case_no="I-2026-00417" if agency else "",
        original_creditor=Party("Vestkraft AS") if form is Form.NO_2026_NOTICE else None,
        assigned=form is Form.NO_2026_NOTICE,
        by_agency=agency,
        estimated_minor=300_00 if form is Form.NO_2026_NOTICE else None,
        payment=Payment(slip, total_minor, currency, deadline, payee=CLIENT_ACCOUNT if agency else ""),
    )


def _legal_texts(language: Language, form: Form) -> LegalTexts:
    texts = LEGAL[language]
    match form:
        case Form.REMINDER:
            return LegalTexts()
        case Form.NO_DEMAND | Form.NO_2026_NOTICE:
            return texts
    return LegalTexts(consequence=texts.consequence, objection=texts.objection)


def statement(language: Language) -> Statement:
    """A made-up statement of some months."""
    power, *_, payment, days = WORDS[language]
    moves = (
        Movement(date(2026, 1, 2), "88771002", power, 1_410_50, 1_410_50, date(2026, 1, 16)),
        Movement(date(2026, 1, 15), "", payment, -1_410_50, 0),
        Movement(date(2026, 2, 2), "88773417", power, 1_502_25, 1_502_25, date(2026, 2, 16)),
        Movement(date(2026, 2, 20), "", payment, -1_000_00, 502_25),
        Movement(date(2026, 3, 2), "88776655", power, 1_725_00, 2_227_25, DUE),
        Movement(date(2026, 3, 9), "88776699", power, -125_00, 2_102_25),
    )
    return Statement(
        cover=replace(cover(language), day=date(2026, 3, 31)),
        first=date(2026, 1, 1),
        last=date(2026, 3, 31),
        currency="NOK",
        opening_minor=0,
        movements=moves,
        closing_minor=2_102_25,
        ages=(AgeBand(f"1–14 {days}", 0), AgeBand(f"15–30 {days}", 1_600_00), AgeBand(f"31–60 {days}", 502_25)),
    )


def settlement(language: Language) -> Settlement:
    """A made-up settlement of three cases."""
    return Settlement(
        cover=replace(cover(language, AGENCY, FJORDLYS), day=date(2026, 4, 30)),
        number="2026-04",
        first=date(2026, 4, 1),
        last=date(2026, 4, 30),
        currency="NOK",
        cases=(
            SettledCase("I-2026-00398", "Ola Berg", 4_870_00, 4_870_00, 4_500_00, 70_00, 300_00),
            SettledCase("I-2026-00411", "Sjøgata Kafé DA", 12_310_40, 6_000_00, 5_250_00, 150_00, 600_00),
            SettledCase("I-2026-00417", "Kari Nordmann", 1_595_33, 1_595_33, 1_200_00, 19_33, 376_00),
        ),
        received_minor=12_465_33,
        costs_kept_minor=1_276_00,
        fee_minor=559_00,
        fee_vat_minor=139_75,
        payout_minor=10_490_58,
        payout_account="1234\u00a056\u00a078903",
    )


def letter(language: Language) -> Letter:
    """A made-up letter: Norwegian in Norwegian, else English."""
    norwegian = language in {Language.BOKMAAL, Language.NYNORSK}
    subject, _, body = LETTERS[Language.BOKMAAL if norwegian else Language.ENGLISH].partition("\n")
    return Letter(cover=cover(language), subject=subject, body=body, case_no="I-2026-00417")


PREVIEWS: Mapping[Kind, Callable[[Language, Branding], Paper]] = {
    Kind.INVOICE: lambda language, look: invoice_paper(invoice_of_country(language), look),
    Kind.CREDIT_NOTE: lambda language, look: invoice_paper(credit_note(language), look),
    Kind.INTEREST_NOTE: lambda language, look: interest_note_paper(interest_note(language), look),
    Kind.REMINDER: lambda language, look: demand_paper(demand(language, Form.REMINDER), look),
    Kind.COLLECTION_NOTICE: lambda language, look: demand_paper(demand(language, Form.NO_1988_NOTICE), look),
    Kind.PAYMENT_DEMAND: lambda language, look: demand_paper(demand(language, Form.NO_DEMAND), look),
    Kind.STATEMENT: lambda language, look: statement_paper(statement(language), look),
    Kind.SETTLEMENT: lambda language, look: settlement_paper(settlement(language), look),
    Kind.LETTER: lambda language, look: letter_paper(letter(language), look),
}


def invoice_of_country(language: Language) -> Invoice:
    """The made-up invoice as it is paid where the language is spoken: bankgiro, FIK, else KID."""
    match language:
        case Language.SWEDISH:
            return invoice(language, NORRSKEN, SWEDISH, "SEK")
        case Language.DANISH:
            return invoice(language, HAVVIND, DANISH, "DKK")
    return invoice(language)


def preview(kind: Kind, language: Language, branding: Branding) -> Paper:
    """A paper of a kind with made-up contents, in a client's look."""
    return PREVIEWS[kind](language, branding)
