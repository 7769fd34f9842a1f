"""Any Bg Max and Autogiro file: what stands in it comes out, and one digit wrong in an amount or a count refuses it."""

from datetime import date
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reskontro.cli.bank_file_output import collect
from reskontro.formats.autogiro.writer import Change, ChangedPayer, EndedMandate, NewMandate, Order, write_autogiro
from reskontro.formats.bank_file import iter_bank_file
from reskontro.formats.findings import BankFileRefused
from reskontro.formats.payments import Kind, MandateAction
from tests.formats.bank_files import swedish_files as bank

FEW = settings(max_examples=80, deadline=None)
NORDIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖÆØÉ0123456789&-./"
DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))
PAYERS = st.from_regex(r"[1-9][0-9]{0,15}", fullmatch=True)
AMOUNTS = st.integers(1, 10**10)


def texts(longest, shortest=0):
    return st.text(NORDIC, min_size=shortest, max_size=longest)


def read(data):
    return collect(iter_bank_file(data))


def refuses_one_wrong_digit(data, drawn, fields):
    """Change one digit of one of the fields, which are (row, first position, last position)."""
    rows = data.split(b"\r\n")
    row, first, last = drawn.draw(st.sampled_from(fields))
    at = drawn.draw(st.integers(first - 1, last - 1))
    digit = drawn.draw(st.integers(1, 9))
    changed = bytearray(rows[row])
    changed[at] = 48 + (changed[at] - 48 + digit) % 10
    rows[row] = bytes(changed)
    with pytest.raises(BankFileRefused):
        read(b"\r\n".join(rows))


# Bg Max.


class Paid(NamedTuple):
    reference: str
    code: str
    minor: int
    takes_off: bool
    parts: list[tuple[str, int]]
    info: list[str]
    name: str
    street: str


NUMBERS = st.from_regex(r"[0-9]{2,25}", fullmatch=True)
PAID = st.builds(
    Paid,
    NUMBERS,
    st.sampled_from("2345"),
    AMOUNTS,
    st.booleans(),
    st.lists(st.tuples(NUMBERS, st.integers(-(10**9), 10**9).filter(bool)), max_size=4).filter(
        lambda parts: not parts or sum(minor for _, minor in parts) > 0
    ),
    st.lists(texts(50, 1), max_size=3),
    texts(35),
    texts(35),
).map(
    lambda one: one._replace(minor=sum(minor for _, minor in one.parts) if one.parts else one.minor)
)  # fmt: skip


def records_of(one):
    yield bank.payment(one.reference, one.minor, one.code, record="21" if one.takes_off else "20")
    for number, minor in one.parts:
        yield bank.payment(number, abs(minor), "2", record="22" if minor > 0 else "23")
    yield from (f"25{text}" for text in one.info)
    if one.name:
        yield f"26{one.name}"
    if one.street:
        yield f"27{one.street}"


def net_of(deposit):
    return sum(-one.minor if one.takes_off else one.minor for one in deposit)


DEPOSITS = st.lists(st.lists(PAID, min_size=1, max_size=4).filter(lambda one: net_of(one) >= 0), max_size=3)


@FEW
@given(DEPOSITS, st.sampled_from(["SEK", "EUR"]), st.data())
def test_any_bgmax_file(deposits, currency, drawn):
    records, checked = [], []
    for deposit in deposits:
        records.append(bank.opening(currency))
        for one in deposit:
            checked.append((len(records) + 1, 38, 55))
            records += records_of(one)
        records.append(bank.deposit(net_of(deposit), len(deposit), currency))
        checked += [(len(records), 51, 68), (len(records), 72, 79)]
    every = [one for deposit in deposits for one in deposit]
    taken = sum(one.takes_off for one in every)
    counts = (len(every) - taken, taken, sum(len(one.parts) for one in every), len(deposits))
    data = bank.bgmax(*records, counts=counts)
    found = read(data)
    assert [
        (p.reference, p.reference_code, p.amount_minor, p.kind is Kind.DEDUCTION, list(p.texts), p.payer_name)
        for p in found.payments
    ] == [
        (one.reference, one.code, -one.minor if one.takes_off else one.minor, one.takes_off, one.info, one.name)
        for one in every
    ]
    assert [[(p.reference, p.amount_minor) for p in one.parts] for one in found.payments] == [p.parts for p in every]
    assert [p.payer_address for p in found.payments] == [(one.street,) if one.street else () for one in every]
    assert [group["net_minor"] for group in found.groups] == [net_of(deposit) for deposit in deposits]
    assert found.end.totals.net_minor(currency) == sum(map(net_of, deposits))
    assert not found.warnings
    refuses_one_wrong_digit(data, drawn, [*checked, (len(records) + 1, 3, 34)])


# Autogiro from Bankgirot.


class Told(NamedTuple):
    payer: str
    minor: int
    reference: str
    status: str
    out: bool


TOLD = st.lists(st.builds(Told, PAYERS, AMOUNTS, texts(16), st.sampled_from(" 0129"), st.booleans()), max_size=8)
PAID_STATUSES = " 0"


def record_of(told):
    code = "32" if told.out else "82"
    return bank.line(told.payer, told.minor, told.reference, told.status, code)


def assert_payments(found, told):
    signed = [(one.payer, -one.minor if one.out else one.minor, one.reference) for one in told]
    assert [(p.payer_id, p.amount_minor, p.reference) for p in found.payments] == signed
    kinds = {(True, False): Kind.PAYMENT, (True, True): Kind.PAYOUT}
    assert [p.kind for p in found.payments] == [
        kinds.get((one.status in PAID_STATUSES, one.out), Kind.REFUSED) for one in told
    ]
    assert [p.reason for p in found.payments] == [one.status.strip(" 0") for one in told]
    paid = sum(
        -one.minor if one.out else one.minor for one in told if one.status in PAID_STATUSES
    )  # fmt: skip
    assert found.end.totals.net_minor("SEK") == paid
    assert not found.warnings


def both(told):
    return [[one for one in told if one.out is out] for out in (False, True)]


@FEW
@given(TOLD, st.data())
def test_any_payment_specification_new(told, drawn):
    records, ends, checked = [bank.opens(bank.SPECIFICATION, "20261123112931972673")], [], []
    for code, lines in zip(("15", "16"), both(told), strict=True):
        paid = [one for one in lines if one.status in PAID_STATUSES]
        ends.append((1, len(paid)))
        checked += [(len(records), 51, 68), (len(records), 72, 79)]
        records.append(bank.section(code, sum(one.minor for one in paid), len(paid)))
        for one in lines:
            if one in paid:
                checked.append((len(records), 32, 43))
            records.append(record_of(one))
    data = bank.file_of([*records, bank.end(*ends)])
    assert_payments(read(data), [one for lines in both(told) for one in lines])
    refuses_one_wrong_digit(data, drawn, [*checked, (len(records), 15, 68)])


@FEW
@given(TOLD, st.data())
def test_any_payment_specification_old(told, drawn):
    into, out = both(told)
    records = [bank.opens_old(), *map(record_of, told)]
    end = bank.end_old(sum(one.minor for one in out), len(out), len(into), sum(one.minor for one in into))
    data = bank.file_of([*records, end])
    assert_payments(read(data), told)
    lines = [(at, 32, 43) for at in range(1, len(records))]
    refuses_one_wrong_digit(data, drawn, [*lines, (len(records), 29, 52), (len(records), 57, 68)])


STATUSES = {
    MandateAction.NEW: ["32"],
    MandateAction.ENDED: ["33", "02", "01", "06", "07", "98"],
    MandateAction.REFUSED: ["03", "04", "05", "09", "10", "20", "21", "23", "24", "29", "30"],
}
ACTIONS = {code: action for action, codes in STATUSES.items() for code in codes}


@FEW
@given(st.lists(st.tuples(PAYERS, st.sampled_from(sorted(ACTIONS)), DAYS), max_size=8), st.booleans(), st.data())
def test_any_mandates(told, old, drawn):
    opening = f"01{bank.DAY}9900{bank.BANKGIRO}AG-MEDAVI" if old else bank.opens(bank.ADVICE)
    lines = [bank.mandate(payer, code, day=f"{on:%Y%m%d}") for payer, code, on in told]
    data = bank.file_of([opening, *lines, bank.mandates_end(len(told))])
    found = read(data)
    assert [(m.payer, m.code, m.action, m.first_day or m.last_day) for m in found.mandates] == [
        (payer, code, ACTIONS[code], on) for payer, code, on in told
    ]
    assert [m.payer_account for m in found.mandates] == ["5001000001000020"] * len(told)
    refuses_one_wrong_digit(data, drawn, [(len(told) + 1, 15, 21)])


@FEW
@given(st.lists(st.builds(Told, PAYERS, AMOUNTS, texts(16), st.just("0"), st.booleans()), max_size=6), st.data())
def test_any_refused_orders(told, drawn):
    reasons = [drawn.draw(st.sampled_from(["01", "02", "12", "13"])) for _ in told]
    into, out = both(told)
    lines = [
        bank.refused(one.payer, one.minor, one.reference, reason, "32" if one.out else "82")
        for one, reason in zip(told, reasons, strict=True)
    ]
    end = bank.refused_end(len(out), sum(one.minor for one in out), len(into), sum(one.minor for one in into))
    data = bank.file_of([bank.opens(bank.REFUSED), *lines, end])
    found = read(data)
    assert [(p.payer_id, p.amount_minor, p.reference, p.reason, p.kind) for p in found.payments] == [
        (one.payer, -one.minor if one.out else one.minor, one.reference, reason, Kind.REFUSED)
        for one, reason in zip(told, reasons, strict=True)
    ]
    refuses_one_wrong_digit(data, drawn, [*((at + 1, 31, 42) for at in range(len(told))), (len(told) + 1, 15, 50)])


# Autogiro to Bankgirot, by our writer.

ORDERS = st.builds(
    Order,
    PAYERS,
    st.integers(1, 10**12 - 1),
    DAYS,
    texts(16),
    period=st.sampled_from("12345678"),
    repeats=st.none() | st.integers(1, 999),
    pay_out=st.booleans(),
)


@FEW
@given(st.lists(ORDERS, min_size=1, max_size=8))
def test_any_orders_that_repeat_read_back(orders):
    found = read(write_autogiro(date(2026, 11, 23), "471117", "9912346", orders=orders))
    assert [(p.payer_id, p.amount_minor, p.value_date, p.reference, p.sub_code) for p in found.payments] == [
        (
            one.payer,
            -one.amount_minor if one.pay_out else one.amount_minor,
            one.day,
            one.reference,
            f"{one.period}{'' if one.repeats is None else f'{one.repeats:03d}'}",
        )
        for one in orders
    ]
    assert found.end.totals.orders_minor == {"SEK": sum(one.amount_minor for one in orders)}
    assert not found.warnings


CLEARINGS = st.from_regex(r"[1-9][0-9]{3}", fullmatch=True)
ACCOUNTS = st.from_regex(r"[1-9][0-9]{0,11}", fullmatch=True)
MANDATES = st.one_of(
    st.builds(NewMandate, PAYERS, CLEARINGS, ACCOUNTS, st.from_regex(r"[0-9]{12}", fullmatch=True)),
    st.builds(NewMandate, PAYERS),
    st.builds(NewMandate, PAYERS, refuse=st.sampled_from([True])),
    st.builds(EndedMandate, PAYERS),
    st.builds(ChangedPayer, PAYERS, PAYERS),
)


def told_of(mandate):
    match mandate:
        case EndedMandate():
            return MandateAction.ENDED, "03", mandate.payer, "", "", ""
        case ChangedPayer():
            return MandateAction.CHANGED, "05", mandate.payer, "", "", mandate.new_payer
        case NewMandate(refuse=True):
            return MandateAction.REFUSED, "04", mandate.payer, "", "", "AV"
        case _:
            account = mandate.clearing + mandate.account.zfill(12) if mandate.account else ""
            return MandateAction.NEW, "04", mandate.payer, account, mandate.identity, ""


@FEW
@given(st.lists(MANDATES, min_size=1, max_size=8))
def test_any_mandates_of_ours_read_back(mandates):
    data = write_autogiro(date(2026, 11, 23), "471117", "9912346", mandates=mandates)
    found = read(data)
    assert [(m.action, m.code, m.payer, m.payer_account, m.payer_id, m.sub_code) for m in found.mandates] == [
        told_of(one) for one in mandates
    ]
    assert {len(row) for row in data.split(b"\r\n")[:-1]} == {80}
    assert not found.warnings


@st.composite
def changes(draw):
    code = draw(st.sampled_from(["23", "24", "25", "26", "27", "28", "29"]))
    one = code in {"25", "29"}
    return Change(
        code,
        draw(PAYERS) if code not in {"26", "27"} else "",
        draw(DAYS) if code not in {"23", "26"} else None,
        draw(st.integers(1, 10**12 - 1)) if one else None,
        pay_out=draw(st.booleans()) if one else None,
        new_day=draw(DAYS) if code >= "26" else None,
        reference=draw(texts(16)) if one else "",
    )


@FEW
@given(st.lists(changes(), min_size=1, max_size=8))
def test_any_changes_of_ours_read_back(made):
    found = read(write_autogiro(date(2026, 11, 23), "471117", "9912346", changes=made))
    assert [
        (p.code, p.payer_id, p.value_date, abs(p.amount_minor), p.amount_minor < 0, p.order_date, p.reference)
        for p in found.payments
    ] == [
        (one.code, one.payer, one.day, one.amount_minor or 0, bool(one.pay_out), one.new_day, one.reference)
        for one in made
    ]
    assert {p.kind for p in found.payments} == {Kind.CANCELLATION}
    assert not found.warnings
