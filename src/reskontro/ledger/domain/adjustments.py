"""What the auto postings book that are one AR item against counter accounts, or move an amount between items.

| method | item | counter accounts | settles |
| --- | --- | --- | --- |
| payment | credit | bank or clearing | what is named, its target, or the oldest claims first; the rest stays open |
| refund | debit | bank or clearing | open credit, which must be there |
| writeoff | credit | bad debts | open claims, which must be there |
| smalldifference | the sign that closes | rounding | as a write-off, or open credit; up to the client's limit |
| creditadjustment | credit | revenue, VAT | as a payment |
| interest, fee | debit | interest or fee income | nothing |
| transfer | one of each sign | none | its source; the item that receives it, where that has the other sign |
| match | none | none | debits with credits |

An item on a target is the next sequence of the target's reference; one on a customer is the first of a reference of its
own. Nothing crosses customers or currencies. In a foreign currency everything has the rate of its voucher date, but for
a transfer, which moves what its source has in the GL currency; what a match gains or loses there is booked by the case
that matches, for `match` by one of its own. Source: arm-api, section 2.4.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.codes import VoucherType
from reskontro.ledger.domain.entries import CaseRow, Entries, ItemRow, LineRow, MatchRow, OpenItem
from reskontro.ledger.domain.errors import Code, fault
from reskontro.ledger.domain.exchange import (
    ROUNDING_TEXT,
    Exchange,
    case_rate,
    difference_lines,
    item_to_gl,
    share,
    to_gl,
)
from reskontro.ledger.domain.identifiers import ArItemId
from reskontro.ledger.domain.payment import ItemKey, Standing
from reskontro.ledger.domain.periods import Period

RULE = "auto-posting"
RULE_NAMED = "auto-posting-items"
RULE_DIFFERENCE = "auto-posting-difference"  # items that were named, by a case for what matching them gained or lost


class Unbookable(ValueError):  # noqa: N818 - an answer, not a mistake of ours
    """A posting that breaks a rule; nothing of it was booked."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(faults)
        self.faults = faults


class Counter(NamedTuple):
    """The other side of an item: an account and what it gets, signed."""

    gl_account_no: int
    minor: int
    vat_code: str = ""


class ItemName(NamedTuple):
    """An item by its numbers."""

    account_no: int
    reference_no: int
    reference_sequence_no: int


@dataclass(frozen=True, slots=True)
class Event:
    """What is the same for everything that one posting books. `exchange` is None for one in the GL currency."""

    gl_case_no: int
    voucher_no: int
    voucher_type: VoucherType
    voucher_date: date
    period: Period
    currency: str
    gl_currency: str
    receivables_account: int
    transaction_text: str
    external_id1: str
    rule: str
    exchange: Exchange | None = None


@dataclass(frozen=True, slots=True)
class Aim:
    """What a posting is aimed at: a customer, an item of it where one was named, items to settle in their order."""

    account_no: int
    item: ItemKey | None
    named: tuple[ItemKey, ...]
    auto_match: bool
    path: str  # leads the fields of faults


@dataclass(frozen=True, slots=True)
class Booked:
    """What a posting came to: the new items, the items that it settled, what it left open."""

    items: tuple[ItemName, ...]
    matched: tuple[ItemName, ...]
    left_minor: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a new item stands."""

    account_no: int
    reference_no: int
    reference_sequence_no: int
    kid: str
    due_date: date


class Run:
    """A run under way: what it has booked so far, on which items, and where new references come from.

    `new_kid` gives the KID of a claim on a reference of its own.
    """

    def __init__(
        self,
        client_no: int,
        standing: Standing,
        new_reference: Callable[[], int],
        new_kid: Callable[[int, int], str],
    ) -> None:
        self.client_no = client_no
        self.entries = Entries()
        self.standing = standing
        self.new_reference = new_reference
        self.new_kid = new_kid

    def place(self, aim: Aim, due_date: date, *, kid: str = "", claim: bool = False) -> Place:
        """The next sequence of the target's reference, or the first of a new one."""
        if aim.item is not None:
            return self.after(aim.item, aim.account_no, due_date)
        reference_no = self.new_reference()
        kid = self.new_kid(aim.account_no, reference_no) if claim else kid
        return Place(aim.account_no, reference_no, 0, kid, due_date)

    def after(self, item: ItemKey, account_no: int, due_date: date) -> Place:
        """The next sequence of an item's reference; it carries the KID of the first."""
        first = self.standing.item((item[0], 0))
        assert first is not None, "the first item of a reference was locked with the others"
        return Place(account_no, item[0], self.standing.next_sequence(item[0]), first.kid, due_date)


def name_of(item: OpenItem) -> ItemName:
    """An item's numbers."""
    return ItemName(item.account_no, item.reference_no, item.reference_sequence_no)


def open_in_order(items: Iterable[OpenItem], sign: int, currency: str) -> list[OpenItem]:
    """Open items of one sign and currency, the oldest due date first; equal ones in the order of their numbers."""
    wanted = [item for item in items if item.currency_balance_minor * sign > 0 and item.currency == currency]
    return sorted(wanted, key=lambda item: (item.due_date, item.reference_no, item.reference_sequence_no))


def named_items(run: Run, aim: Aim, currency: str, sign: int) -> list[OpenItem]:
    """The items that a posting names, each once: open ones of the customer in the currency, of one sign (0: any)."""
    faults = []
    items = []
    for index, key in enumerate(aim.named):
        item = run.standing.item(key)
        assert item is not None, "a named item was found and locked"
        at = f"{aim.path}.matchArItemIds[{index}]"
        value = ArItemId(run.client_no, item.account_no, *key)
        if item.account_no != aim.account_no:
            faults.append(fault(Code.DISAGREE, "The item belongs to another customer", at, value))
        elif item.currency != currency:
            faults.append(fault(Code.CURRENCY, "The item is in another currency", at, value))
        elif item.currency_balance_minor == 0 or item.currency_balance_minor * sign < 0:
            message = "The item is not an open claim" if sign > 0 else "The item is not an open credit"
            faults.append(fault(Code.BALANCE, "The item is closed" if sign == 0 else message, at, value))
        elif key not in aim.named[:index]:
            items.append(item)
    if faults:
        raise Unbookable(*faults)
    return items


def to_settle(run: Run, aim: Aim, currency: str, sign: int) -> list[OpenItem]:
    """What a posting may settle, in order: what it names, else its target, else what the customer has open.

    For a refund that is aimed at a claim it is the open credit on the claim's reference.
    """
    if aim.named:
        return named_items(run, aim, currency, sign)
    if aim.item is None:
        return open_in_order(run.standing.of_account(aim.account_no), sign, currency)
    item = target(run, aim, currency)
    if item.currency_minor * sign > 0 or sign > 0:
        return [item] if item.currency_balance_minor * sign > 0 else []
    family = [one for one in run.standing.of_account(aim.account_no) if one.reference_no == item.reference_no]
    return open_in_order(family, sign, currency)


def target(run: Run, aim: Aim, currency: str) -> OpenItem:
    """The item that a posting is aimed at, as it stands."""
    assert aim.item is not None, "an item was named"
    item = run.standing.item(aim.item)
    assert item is not None, "a found item was locked"
    if item.currency != currency:
        raise Unbookable(fault(Code.CURRENCY, "The item is in another currency", f"{aim.path}.currency", currency))
    return item


def require_open(items: Sequence[OpenItem], minor: int, aim: Aim) -> None:
    """Refuse an amount that is larger than what is open on the items that it is to settle."""
    if minor > sum(abs(item.currency_balance_minor) for item in items):
        raise Unbookable(
            fault(Code.BALANCE, "More than the open balance", f"{aim.path}.currencyAmount")
        )  # fmt: skip


def book(
    run: Run,
    event: Event,
    aim: Aim,
    *,
    sign: int,
    counters: Sequence[Counter],
    covered: bool = False,
    settles: bool = True,
    due_date: date | None = None,
    kid: str = "",
) -> Booked:
    """Book one item of a sign against its counter accounts; `counters` sum to the opposite of it.

    It settles open items of the other sign. `covered`: these must have as much open. `settles` is false for what
    only debits.
    """
    minor = abs(sum(counter.minor for counter in counters))
    if aim.item is not None:
        target(run, aim, event.currency)
    items: list[OpenItem] = []
    if settles:
        items = to_settle(run, aim, event.currency, -sign)
        if covered:
            require_open(items, minor, aim)
        if not aim.auto_match and not aim.named:
            items = []
    place = run.place(aim, due_date or event.voucher_date, kid=kid, claim=sign > 0 and not settles)
    met = len(run.entries.matches)
    amount = _Amount(minor * sign, minor * sign)
    if event.exchange is not None:
        amount = _Amount(minor * sign, item_to_gl(minor * sign, event.exchange.rate))
    matched, left = _settle(run, event, place, amount, items)
    _add_case(run.entries, event, place.account_no, place.reference_no)
    _add_counters(run.entries, event, counters, amount)
    _add_line(run.entries, event, event.receivables_account, amount, place.reference_sequence_no)
    _add_item(run.entries, event, place, amount, left)
    _add_differences(run.entries, event, met)
    return Booked((_named(place),), matched, abs(left.minor))


def closing_sign(run: Run, aim: Aim, currency: str) -> int:
    """The sign of an item that closes what a posting is aimed at: a credit for claims, a debit for credits."""
    if aim.item is not None:
        return -1 if target(run, aim, currency).currency_balance_minor >= 0 else 1
    items = run.standing.of_account(aim.account_no)
    return 1 if not open_in_order(items, 1, currency) and open_in_order(items, -1, currency) else -1


def transfer(run: Run, event: Event, aim: Aim, receiver: Aim, minor: int) -> Booked:
    """Move an amount from an open item to another item or account, as a claim or as a credit.

    On the source it is closed by an item of the other sign; the receiver gets an item of the source's sign, which is
    due when the source is. Both have the share of the source's GL balance that the amount has of its balance.
    """
    source = target(run, aim, event.currency)
    if source.currency_balance_minor == 0:
        raise Unbookable(fault(Code.BALANCE, "The item is closed", f"{aim.path}.arItemId"))
    require_open([source], minor, aim)
    if receiver.item == aim.item or (receiver.item is None and receiver.account_no == aim.account_no):
        raise Unbookable(fault(Code.DISAGREE, "The receiver is where the amount comes from", receiver.path))
    sign = 1 if source.currency_balance_minor > 0 else -1
    meets = []
    if receiver.item is not None:
        there = target(run, receiver, event.currency)
        meets = [there] if there.currency_balance_minor * sign < 0 and aim.auto_match else []
    gl_minor = max(1, share(abs(source.gl_balance_minor), minor, abs(source.currency_balance_minor)))
    moved = _Amount(sign * minor, sign * gl_minor)
    closing = run.place(aim, event.voucher_date)
    start = len(run.entries.matches)
    matched, _ = _settle(run, event, closing, -moved, [source])
    place = run.place(receiver, source.due_date, claim=sign > 0)
    met, left = _settle(run, event, place, moved, meets)
    _add_case(run.entries, event, closing.account_no, closing.reference_no)
    for one, amount, rest in ((closing, -moved, _NOTHING), (place, moved, left)):
        _add_line(run.entries, event, event.receivables_account, amount, one.reference_sequence_no)
        _add_item(run.entries, event, one, amount, rest)
    _add_differences(run.entries, event, start)
    return Booked((_named(closing), _named(place)), matched + met, abs(left.minor))


def match(run: Run, aim: Aim, currency: str, on: date) -> Booked:
    """Settle open debits with open credits of a customer, both in the order in which they were named."""
    items = named_items(run, aim, currency, 0)
    debits = [item for item in items if item.currency_balance_minor > 0]
    credits_ = [item for item in items if item.currency_balance_minor < 0]
    if not debits or not credits_:
        raise Unbookable(
            fault(Code.TYPE_NOT_ALLOWED, "At least one debit and one credit item", f"{aim.path}.matchArItemIds")
        )  # fmt: skip
    matched: dict[ItemName, None] = {}
    owed = {name_of(item): item.currency_balance_minor for item in debits}
    for credit in credits_:
        left = -credit.currency_balance_minor
        for debit in debits:
            part = min(left, owed[name_of(debit)])
            if part > 0:
                _match(run, debit, credit, part, on, RULE_NAMED)
                left -= part
                owed[name_of(debit)] -= part
                matched |= {name_of(debit): None, name_of(credit): None}
    nets = sum(item.currency_balance_minor for item in items)
    return Booked((), tuple(name for name in map(name_of, items) if name in matched), abs(nets))


def book_differences(run: Run, event: Event, start: int) -> None:
    """Book what the matches of a run from a place on gained or lost, by a case of their own.

    The matches belong to the case from then on, so that reversing it undoes them.
    """
    named = [match._replace(gl_case_no=event.gl_case_no, rule=RULE_DIFFERENCE) for match in run.entries.matches[start:]]
    run.entries.matches[start:] = named
    debit = run.standing.item((named[0].debit_reference_no, named[0].debit_sequence_no))
    assert debit is not None, "a matched item was locked"
    _add_case(run.entries, event, debit.account_no, debit.reference_no)
    _add_differences(run.entries, event, start)


def has_differences(run: Run, start: int) -> bool:
    """Whether the matches of a run from a place on gained or lost anything."""
    return any(match.debit_gl_minor != match.credit_gl_minor for match in run.entries.matches[start:])


class _Amount(NamedTuple):
    """A signed amount in its currency and in the GL currency."""

    minor: int
    gl_minor: int

    def __neg__(self) -> "_Amount":
        return _Amount(-self.minor, -self.gl_minor)


_NOTHING = _Amount(0, 0)


def _match(run: Run, debit: OpenItem, credit: OpenItem, part: int, on: date, rule: str) -> None:
    debit_gl, credit_gl = run.standing.take(debit, part), run.standing.take(credit, part)
    run.entries.matches.append(
        MatchRow(
            debit.reference_no, debit.reference_sequence_no, credit.reference_no, credit.reference_sequence_no,
            part, debit_gl, credit_gl, on, None, None, rule,
        )
    )  # fmt: skip


def _settle(
    run: Run, event: Event, place: Place, amount: _Amount, items: Sequence[OpenItem]
) -> tuple[tuple[ItemName, ...], _Amount]:
    """Let a new item settle older ones of the other sign: which it met, what of it is left."""
    left, gl_left = abs(amount.minor), abs(amount.gl_minor)
    matched = []
    for item in items:
        part = min(left, abs(item.currency_balance_minor))
        if part == 0:
            continue
        new_gl, old_gl = share(gl_left, part, left), run.standing.take(item, part)
        new = (place.reference_no, place.reference_sequence_no)
        old = (item.reference_no, item.reference_sequence_no)
        sides = (*new, *old, part, new_gl, old_gl) if amount.minor > 0 else (*old, *new, part, old_gl, new_gl)
        run.entries.matches.append(MatchRow(*sides, event.voucher_date, None, event.gl_case_no, event.rule))
        matched.append(name_of(item))
        left -= part
        gl_left -= new_gl
    rest = _Amount(left, gl_left)
    return tuple(matched), rest if amount.minor > 0 else -rest


def _named(place: Place) -> ItemName:
    return ItemName(place.account_no, place.reference_no, place.reference_sequence_no)


def _add_case(entries: Entries, event: Event, account_no: int, reference_no: int) -> None:
    entries.cases.append(
        CaseRow(
            event.gl_case_no, event.voucher_type, event.voucher_no, event.voucher_date, event.period.gl_year,
            event.period.gl_period, event.currency, event.gl_currency, account_no, reference_no, "", None,
        )
    )  # fmt: skip
    if event.exchange is not None:
        entries.rates += case_rate(event.gl_case_no, event.exchange.rate)


def _add_counters(entries: Entries, event: Event, counters: Sequence[Counter], item: _Amount) -> None:
    """Add the other side of an item. One account has the opposite of it; several may leave something to be rounded."""
    if len(counters) == 1:
        _add_line(entries, event, counters[0].gl_account_no, -item, None, counters[0].vat_code)
        return
    rate = event.exchange.rate if event.exchange is not None else None
    left = -item.gl_minor
    for counter in counters:
        amount = _Amount(counter.minor, to_gl(counter.minor, rate))
        left -= amount.gl_minor
        _add_line(entries, event, counter.gl_account_no, amount, None, counter.vat_code)
    if left:
        assert event.exchange is not None, "the counter accounts have the opposite of the item"
        _add_line(entries, event, event.exchange.rounding_account, _Amount(0, left), None, text=ROUNDING_TEXT)


def _add_line(
    entries: Entries,
    event: Event,
    gl_account_no: int,
    amount: _Amount,
    sequence_no: int | None,
    vat_code: str = "",
    text: str = "",
) -> None:
    line_no = _next_line(entries, event.gl_case_no)
    entries.lines.append(
        LineRow(
            event.gl_case_no, line_no, gl_account_no, amount.minor, amount.gl_minor, text or event.transaction_text,
            vat_code, sequence_no, "", "", "",
        )
    )  # fmt: skip


def _next_line(entries: Entries, gl_case_no: int) -> int:
    last = entries.lines[-1] if entries.lines else None
    return last.line_no + 1 if last is not None and last.gl_case_no == gl_case_no else 1


def _add_differences(entries: Entries, event: Event, start: int) -> None:
    """Add what the matches from a place on gained or lost in the GL currency to the case that they belong to."""
    if event.exchange is not None:
        first = _next_line(entries, event.gl_case_no)
        entries.lines += difference_lines(
            event.gl_case_no, first, entries.matches[start:], event.exchange.accounts
        )  # fmt: skip


def _add_item(entries: Entries, event: Event, place: Place, amount: _Amount, left: _Amount) -> None:
    entries.items.append(
        ItemRow(
            place.reference_no, place.reference_sequence_no, place.account_no, "", event.voucher_type,
            event.voucher_no, event.voucher_date, place.due_date, event.currency, amount.minor, amount.gl_minor,
            place.kid, event.transaction_text, event.external_id1, event.gl_case_no, event.period.gl_year,
            event.period.gl_period, left.minor, left.gl_minor, 0, None,
        )
    )  # fmt: skip
