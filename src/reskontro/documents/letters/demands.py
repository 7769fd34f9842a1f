"""Reminders, notices of debt collection and payment demands, with what the law wants in each.

`MANDATORY` is the table: what must stand in which letter, by whose law. A record that lacks some of it cannot be made;
the error names all that is missing. Amounts, deadlines and legal texts come from whoever follows the claim: this module
knows what must be there, not what it says. Whether a letter may be sent, and with which fee, is not decided here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from reskontro.documents.letters.invoices import owed
from reskontro.documents.letters.layout import (
    Block,
    Column,
    Draft,
    Paper,
    Voice,
    facts,
    heading,
    numbered,
    paper,
    references,
    section,
    sums,
    table,
)
from reskontro.documents.letters.records import Branding, Cover, Party
from reskontro.documents.letters.slips import Payment


class Form(StrEnum):
    """The letters, each by the law that it is written under; the catalogue's title keys are made of it."""

    REMINDER = "reminder"  # purring
    NO_1988_NOTICE = "no_1988_notice"  # inkassovarsel, inkassoloven of 1988, § 9
    NO_DEMAND = "no_demand"  # betalingsoppfordring, § 10
    NO_2026_NOTICE = "no_2026_notice"  # inkassovarsel by an agency, LOV-2026-05-22-19, § 20
    SE_DEMAND = "se_demand"  # inkassokrav
    DK_NOTICE = "dk_notice"  # inkassovarsel, inkassoloven (DK), § 10


class AdditionKind(StrEnum):
    """What is asked for beside principal and interest; the catalogue's keys `sum.*`."""

    REMINDER_FEE = "reminder_fee"
    COLLECTION_FEE = "collection_fee"
    COMPENSATION = "compensation"
    COURT_COST = "court_cost"
    OTHER_COST = "other_cost"


@dataclass(frozen=True, slots=True)
class Claim:
    """One invoice that is asked for: what it was for, and what is left of its principal."""

    invoice_no: str
    invoice_date: date | None
    due: date
    about: str
    principal_minor: int


@dataclass(frozen=True, slots=True)
class Interest:
    """Interest of one rate: percent a year, the days it was computed for (`last` included), the amount."""

    rate: Decimal
    first: date
    last: date
    interest_minor: int


@dataclass(frozen=True, slots=True)
class Addition:
    """A fee or cost, by itself; `text` says it in other words than the catalogue."""

    kind: AdditionKind
    amount_minor: int
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalTexts:
    """What the law of the day says, in the reader's language; paragraphs are lines."""

    basis: str = ""
    consequence: str = ""
    objection: str = ""
    trouble: str = ""
    complaint: str = ""
    board: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """A reminder, notice or demand, frozen as it is sent. Raises `MissingContentError` and `AmountsDisagreeError`."""

    form: Form
    cover: Cover
    currency: str
    creditor: Party
    claims: Sequence[Claim]
    total_minor: int
    deadline: date
    interest: Sequence[Interest] = ()
    additions: Sequence[Addition] = ()
    paid_minor: int = 0  # on what is asked for here, after `claims` were made up
    texts: LegalTexts = LegalTexts()
    case_no: str = ""
    original_creditor: Party | None = None
    assigned: bool = False  # whether somebody else was the creditor first
    by_agency: bool = False
    estimated_minor: int | None = None  # what collection would cost in addition
    payment: Payment | None = None

    def __post_init__(self) -> None:
        if lacking := missing(self):
            raise MissingContentError(self.form, lacking)
        parts = self.principal_minor + self.interest_minor + self.additions_minor
        if parts - self.paid_minor != self.total_minor:
            raise AmountsDisagreeError(self.total_minor, parts - self.paid_minor)

    @property
    def principal_minor(self) -> int:
        """What is left of the invoices."""
        return sum(claim.principal_minor for claim in self.claims)

    @property
    def interest_minor(self) -> int:
        """All interest until the day of the letter."""
        return sum(part.interest_minor for part in self.interest)

    @property
    def additions_minor(self) -> int:
        """All additions."""
        return sum(addition.amount_minor for addition in self.additions)


class Element(StrEnum):
    """What a law can want in a letter."""

    CREDITOR = "creditor"
    ORIGINAL_CREDITOR = "original creditor"
    CLAIM = "what the claim is"
    INVOICE = "number and date of each invoice"
    AMOUNT = "an amount"
    INTEREST = "interest rate and the day it runs from"
    DEADLINE = "a deadline that is long enough"
    CONSEQUENCE = "what follows if nothing is paid"
    OBJECTION = "how to object"
    TROUBLE = "what to do when paying is hard"
    COMPLAINT = "how to complain"
    BOARD = "the complaints board"
    ESTIMATE = "what collection would cost"


LEAST_DAYS: Mapping[Form, int] = {
    Form.REMINDER: 14,  # inkassoforskriften § 1-2: less, and no second fee can follow
    Form.NO_1988_NOTICE: 14,  # inkassoloven 1988 § 9
    Form.NO_DEMAND: 14,  # inkassoloven 1988 § 10
    Form.NO_2026_NOTICE: 14,  # LOV-2026-05-22-19 § 20, the day of sending not counted
    Form.SE_DEMAND: 8,  # reasonable time (inkassolagen 5 §); practice is 8 to 10 days
    Form.DK_NOTICE: 10,  # inkassoloven (DK) § 10
}
"""The least days from the day of the letter to the deadline: a letter of the 1st with 14 days ends on the 15th."""

COMMON = (Element.CREDITOR, Element.CLAIM, Element.AMOUNT, Element.DEADLINE)
MANDATORY: Mapping[Form, tuple[Element, ...]] = {
    Form.REMINDER: COMMON,
    Form.NO_1988_NOTICE: (*COMMON, Element.INVOICE, Element.CONSEQUENCE, Element.OBJECTION),
    Form.NO_DEMAND: (
        *COMMON,
        Element.INVOICE,
        Element.INTEREST,
        Element.CONSEQUENCE,
        Element.OBJECTION,
        Element.BOARD,
    ),
    Form.NO_2026_NOTICE: (
        *COMMON,
        Element.INVOICE,
        Element.ORIGINAL_CREDITOR,
        Element.INTEREST,
        Element.CONSEQUENCE,
        Element.OBJECTION,
        Element.TROUBLE,
        Element.COMPLAINT,
        Element.BOARD,
        Element.ESTIMATE,
    ),
    Form.SE_DEMAND: (*COMMON, Element.INVOICE, Element.INTEREST, Element.CONSEQUENCE, Element.OBJECTION),
    Form.DK_NOTICE: (*COMMON, Element.INVOICE, Element.INTEREST, Element.CONSEQUENCE),
}
"""What must stand in each letter, beside its title, which the form gives."""

THERE: Mapping[Element, Callable[[Demand], bool]] = {
    Element.CREDITOR: lambda d: bool(d.creditor.name.strip()),
    Element.ORIGINAL_CREDITOR: lambda d: (
        not d.assigned or bool(d.original_creditor and d.original_creditor.name.strip())
    ),
    Element.CLAIM: lambda d: bool(d.claims) and all(c.about.strip() and c.invoice_no.strip() for c in d.claims),
    Element.INVOICE: lambda d: all(c.invoice_date is not None and c.invoice_no.strip() for c in d.claims),
    Element.AMOUNT: lambda d: d.total_minor > 0,
    Element.INTEREST: lambda d: bool(d.interest),
    Element.DEADLINE: lambda d: (d.deadline - d.cover.day).days >= least_days(d),
    Element.CONSEQUENCE: lambda d: bool(d.texts.consequence.strip()),
    Element.OBJECTION: lambda d: bool(d.texts.objection.strip()),
    Element.TROUBLE: lambda d: bool(d.texts.trouble.strip()),
    Element.COMPLAINT: lambda d: bool(d.texts.complaint.strip()),
    Element.BOARD: lambda d: not _board_wanted(d) or bool(d.texts.board.strip()),
    Element.ESTIMATE: lambda d: d.estimated_minor is not None,
}


class MissingContentError(ValueError):
    """A letter that lacks what the law wants in it; `elements` are all that is missing."""

    def __init__(self, form: Form, elements: Sequence[Element]) -> None:
        self.form, self.elements = form, tuple(elements)
        super().__init__(f"a letter of the form {form} must have {', '.join(elements)}")


class AmountsDisagreeError(ValueError):
    """A total that is not what its parts come to: such a letter would mislead."""

    def __init__(self, total_minor: int, parts_minor: int) -> None:
        super().__init__(f"the total is {total_minor}, its parts come to {parts_minor} (minor units)")


def missing(demand: Demand) -> list[Element]:
    """What the law wants in a letter and is not there."""
    return [element for element in MANDATORY[demand.form] if not THERE[element](demand)]


def least_days(demand: Demand) -> int:
    """The least days that the reader must have; a reminder without a fee may have any deadline from its day on."""
    return 0 if demand.form is Form.REMINDER and not demand.additions else LEAST_DAYS[demand.form]


def _board_wanted(demand: Demand) -> bool:
    """The board of the Norwegian demand is for agencies; the notice of 2026 is an agency's always."""
    return demand.by_agency or demand.form is Form.NO_2026_NOTICE


CLAIMS = (
    Column("column.invoice"),
    Column("column.text", wide=True),
    Column("column.date"),
    Column("column.due_date"),
    Column("column.principal", right=True),
)
INTEREST = (
    Column("column.rate", wide=True),
    Column("column.from"),
    Column("column.to"),
    Column("column.interest", right=True),
)
LEADS: Mapping[Form, str] = {
    Form.REMINDER: "own.reminder",
    Form.NO_1988_NOTICE: "own.notice",
    Form.NO_DEMAND: "own.demand",
    Form.NO_2026_NOTICE: "own.notice",
    Form.SE_DEMAND: "own.notice",
    Form.DK_NOTICE: "own.notice",
}
OBJECTIONS_BY_DEADLINE = frozenset({Form.NO_DEMAND})


def demand_paper(demand: Demand, branding: Branding) -> Paper:
    """The paper of a reminder, notice or demand."""
    voice = Voice.of(demand.cover, branding)
    draft = Draft(
        title=voice.say(f"title.{demand.form}"),
        facts=list(_facts(voice, demand)),
        lead=voice.say(LEADS[demand.form] if demand.form is not Form.NO_DEMAND or demand.by_agency else "own.notice"),
        blocks=list(_blocks(voice, demand)),
        payment=demand.payment,
    )
    return paper(demand.cover, branding, voice, draft)


def _facts(voice: Voice, demand: Demand) -> Iterator[tuple[str, str]]:
    yield voice.say("label.case_no"), demand.case_no
    yield voice.say("label.customer_no"), demand.cover.customer_no
    yield voice.say("label.date"), voice.day(demand.cover.day)
    yield from references(demand.cover, voice)
    objections = demand.form in OBJECTIONS_BY_DEADLINE
    yield voice.say("label.deadline_or_object" if objections else "label.deadline"), voice.day(demand.deadline)
    yield voice.say("label.to_pay"), voice.priced(demand.total_minor, demand.currency)


def _named(voice: Voice, party: Party) -> str:
    return ", ".join(filter(None, (party.name, numbered(voice, party))))


def _blocks(voice: Voice, demand: Demand) -> Iterator[Block]:
    yield heading(voice.say("heading.claim"))
    creditors = [(voice.say("label.creditor"), _named(voice, demand.creditor))]
    if demand.original_creditor is not None:
        creditors.append((voice.say("label.original_creditor"), _named(voice, demand.original_creditor)))
    yield facts(creditors)
    yield table(voice, CLAIMS, [_claim(voice, demand, claim) for claim in demand.claims])
    yield sums(list(_amounts(voice, demand)), owed(voice, demand.total_minor, demand.currency))
    if demand.interest:
        yield heading(voice.say("heading.interest"))
        yield table(voice, INTEREST, [_interest(voice, demand, part) for part in demand.interest])
        last = demand.interest[-1]
        first = min(part.first for part in demand.interest)
        runs = voice.say("interest.runs", day=voice.day(first), rate=voice.percent(last.rate))
        yield {"is": "text", "paragraphs": [runs]}
    texts = demand.texts
    yield from section(voice.say("heading.basis"), texts.basis)
    yield from section(voice.say("heading.consequence"), texts.consequence)
    if demand.estimated_minor is not None:
        estimated = voice.priced(demand.estimated_minor, demand.currency)
        yield {"is": "text", "paragraphs": [f"{voice.say('sum.estimated')}: {estimated}."]}
    yield from section(voice.say("heading.objection"), texts.objection)
    yield from section(voice.say("heading.trouble"), texts.trouble)
    yield from section(voice.say("heading.complaint"), texts.complaint)
    yield from section(voice.say("heading.board"), texts.board)


def _claim(voice: Voice, demand: Demand, claim: Claim) -> tuple[str, ...]:
    return (
        claim.invoice_no,
        claim.about,
        "" if claim.invoice_date is None else voice.day(claim.invoice_date),
        voice.day(claim.due),
        voice.amount(claim.principal_minor, demand.currency),
    )


def _interest(voice: Voice, demand: Demand, part: Interest) -> tuple[str, ...]:
    rate = voice.say("interest.rate", rate=voice.percent(part.rate))
    amount = voice.amount(part.interest_minor, demand.currency)
    return rate, voice.day(part.first), voice.day(part.last), amount


def _amounts(voice: Voice, demand: Demand) -> Iterator[tuple[str, str]]:
    """Principal and each addition apart."""
    yield voice.say("sum.principal"), voice.amount(demand.principal_minor, demand.currency)
    if demand.interest:
        yield voice.say("sum.interest"), voice.amount(demand.interest_minor, demand.currency)
    for addition in demand.additions:
        yield addition.text or voice.say(f"sum.{addition.kind}"), voice.amount(addition.amount_minor, demand.currency)
    if demand.paid_minor:
        yield voice.say("sum.paid"), voice.amount(-demand.paid_minor, demand.currency)
