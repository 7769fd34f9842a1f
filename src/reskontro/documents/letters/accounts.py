"""Statements of account and settlements with creditors."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from reskontro.documents.letters.layout import (
    Block,
    Column,
    Draft,
    Paper,
    Voice,
    heading,
    paper,
    references,
    sums,
    table,
)
from reskontro.documents.letters.records import Branding, Cover
from reskontro.documents.letters.slips import Payment


@dataclass(frozen=True, slots=True)
class Movement:
    """What moved an account: debit positive, credit negative, and the balance after it; minor units."""

    day: date
    document_no: str
    text: str
    amount_minor: int
    balance_minor: int
    due: date | None = None


@dataclass(frozen=True, slots=True)
class AgeBand:
    """What is open of an age, such as `1–14`."""

    name: str
    balance_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A customer's account between two days, in one currency."""

    cover: Cover
    first: date
    last: date
    currency: str
    opening_minor: int
    movements: Sequence[Movement]
    closing_minor: int
    ages: Sequence[AgeBand] = ()
    payment: Payment | None = None


@dataclass(frozen=True, slots=True)
class SettledCase:
    """What a case brought: claimed, paid, and what the payment covered; minor units."""

    case_no: str
    debtor: str
    claimed_minor: int
    paid_minor: int
    principal_minor: int
    interest_minor: int
    costs_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What an agency received for a creditor and pays out; inkassoloven 1988 § 15: claimed, paid, the agency's fee.

    `costs_kept_minor` is what the debtors paid of collection costs and the agency keeps. The payout is what was
    received, less these, less fee and VAT. Raises `PayoutDisagreesError`.
    """

    cover: Cover
    number: str
    first: date
    last: date
    currency: str
    cases: Sequence[SettledCase]
    received_minor: int
    costs_kept_minor: int
    fee_minor: int
    fee_vat_minor: int
    payout_minor: int
    payout_account: str = ""

    def __post_init__(self) -> None:
        left = self.received_minor - self.costs_kept_minor - self.fee_minor - self.fee_vat_minor
        if left != self.payout_minor:
            raise PayoutDisagreesError(self.payout_minor, left)


class PayoutDisagreesError(ValueError):
    """A payout that is not what was received less what was kept."""

    def __init__(self, payout_minor: int, left_minor: int) -> None:
        super().__init__(f"the payout is {payout_minor}, {left_minor} is left of what was received (minor units)")


MOVEMENTS = (
    Column("column.date"),
    Column("column.document"),
    Column("column.text", wide=True),
    Column("column.due_date"),
    Column("column.amount", right=True),
    Column("column.balance", right=True),
)
CASES = (
    Column("column.case"),
    Column("column.debtor", wide=True),
    Column("column.claimed", right=True),
    Column("column.paid", right=True),
    Column("column.principal", right=True),
    Column("column.interest", right=True),
    Column("column.costs", right=True),
)


def statement_paper(statement: Statement, branding: Branding) -> Paper:
    """The paper of a statement of account."""
    voice = Voice.of(statement.cover, branding)
    currency = statement.currency
    facts = [
        (voice.say("label.customer_no"), statement.cover.customer_no),
        (voice.say("label.date"), voice.day(statement.cover.day)),
        (voice.say("label.period"), voice.days(statement.first, statement.last)),
        *references(statement.cover, voice),
        (voice.say("label.balance"), voice.priced(statement.closing_minor, currency)),
    ]
    draft = Draft(
        title=voice.say("title.statement"),
        facts=facts,
        lead=voice.say("own.statement"),
        blocks=list(_statement_blocks(voice, statement)),
        payment=statement.payment,
    )
    return paper(statement.cover, branding, voice, draft)


def _statement_blocks(voice: Voice, statement: Statement) -> Iterator[Block]:
    def amount(minor: int) -> str:
        return voice.amount(minor, statement.currency)

    opening = ("", "", voice.say("sum.opening"), "", "", amount(statement.opening_minor))
    movements = [
        (
            voice.day(move.day),
            move.document_no,
            move.text,
            "" if move.due is None else voice.day(move.due),
            amount(move.amount_minor),
            amount(move.balance_minor),
        )
        for move in statement.movements
    ]
    closing = ("", "", voice.say("sum.closing"), "", "", amount(statement.closing_minor))
    yield table(voice, MOVEMENTS, [opening, *movements, closing], last="total")
    if statement.ages:
        yield heading(voice.say("age.heading"))
        yield sums([(band.name, amount(band.balance_minor)) for band in statement.ages])


def settlement_paper(settlement: Settlement, branding: Branding) -> Paper:
    """The paper of a settlement with a creditor."""
    voice = Voice.of(settlement.cover, branding)

    def amount(minor: int) -> str:
        return voice.amount(minor, settlement.currency)

    rows = [
        (
            case.case_no,
            case.debtor,
            amount(case.claimed_minor),
            amount(case.paid_minor),
            amount(case.principal_minor),
            amount(case.interest_minor),
            amount(case.costs_minor),
        )
        for case in settlement.cases
    ]
    facts = [
        (voice.say("label.settlement_no"), settlement.number),
        (voice.say("label.customer_no"), settlement.cover.customer_no),
        (voice.say("label.date"), voice.day(settlement.cover.day)),
        (voice.say("label.period"), voice.days(settlement.first, settlement.last)),
        *references(settlement.cover, voice),
        (voice.say("label.payout_account"), settlement.payout_account),
    ]
    pairs = [
        (voice.say("sum.received"), amount(settlement.received_minor)),
        (voice.say("sum.kept_costs"), amount(-settlement.costs_kept_minor)),
        (voice.say("sum.agency_fee"), amount(-settlement.fee_minor)),
        (voice.say("sum.agency_fee_vat"), amount(-settlement.fee_vat_minor)),
    ]
    payout = (voice.say("sum.payout"), voice.priced(settlement.payout_minor, settlement.currency))
    draft = Draft(
        title=voice.say("title.settlement"),
        number=settlement.number,
        facts=facts,
        lead=voice.say("own.settlement"),
        blocks=[table(voice, CASES, rows), sums(pairs, payout)],
    )
    return paper(settlement.cover, branding, voice, draft)
