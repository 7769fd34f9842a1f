"""What `reskontro payments read` prints for a bank file of any format: one shape for programs, tables for people.

Amounts in JSON are whole minor units with their currency beside them, dates `YYYY-MM-DD`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from reskontro.cli.output import Column, amount_text, print_list
from reskontro.formats.findings import ReadWarning
from reskontro.formats.payments import (
    FileEnd,
    FileEvent,
    FileStart,
    GroupEnd,
    GroupStart,
    IncomingPayment,
    LumpSum,
    MandateChange,
    PaymentStatus,
    Totals,
)

SHOWN = 100  # single lines in a table for people; JSON has all of them

TOTALS = (
    Column("currency", "Currency"),
    Column("credits", "In", right=True),
    Column("debits", "Out", right=True),
    Column("net", "Net", right=True),
)
GROUPS = (
    Column("ordinal", "Part", right=True),
    Column("id", "Id"),
    Column("account", "Account"),
    Column("date", "Booked on"),
    Column("payments", "Lines", right=True),
    Column("net", "Net", right=True),
    Column("copy", "Copy"),
)
PAYMENTS = (
    Column("line", "Line", right=True),
    Column("kind", "Kind"),
    Column("date", "Booked on"),
    Column("reference", "Reference", right=True),
    Column("amount", "Amount", right=True),
    Column("payer", "Payer"),
    Column("texts", "Text"),
    Column("reason", "Reason"),
)
MANDATES = (
    Column("line", "Line", right=True),
    Column("action", "Mandate"),
    Column("payer", "Payer", right=True),
    Column("mandate", "Number", right=True),
    Column("code", "Code"),
    Column("first_day", "From"),
    Column("last_day", "To"),
)
STATUSES = (
    Column("line", "Line", right=True),
    Column("level", "Level"),
    Column("original", "About"),
    Column("status", "Status"),
    Column("reasons", "Reasons"),
    Column("texts", "Text"),
)
WARNINGS = (
    Column("line", "Line", right=True),
    Column("position", "Position", right=True),
    Column("message", "Warning"),
)


@dataclass(slots=True)
class Contents:
    """A whole file, for those of a size that a person looks at."""

    start: FileStart | None = None
    end: FileEnd | None = None
    groups: list[dict[str, Any]] = field(default_factory=list)
    payments: list[IncomingPayment] = field(default_factory=list)
    mandates: list[MandateChange] = field(default_factory=list)
    statuses: list[PaymentStatus] = field(default_factory=list)
    warnings: list[ReadWarning] = field(default_factory=list)


def collect(events: Iterable[FileEvent]) -> Contents:  # noqa: C901  one case for each event
    """All that a file holds. Raises `BankFileRefused` where reading it does."""
    found = Contents()
    for event in events:
        match event:
            case FileStart():
                found.start = event
            case GroupStart():
                found.groups.append(
                    {
                        "line": event.line,
                        "ordinal": event.ordinal,
                        "id": event.id,
                        "account": event.account,
                        "currency": event.currency,
                        "copy": event.copy,
                        "lump_sums": [],
                    }
                )
            case IncomingPayment():
                found.payments.append(event)
            case LumpSum():
                found.groups[-1]["lump_sums"].append(_lump_sum(event))
            case MandateChange():
                found.mandates.append(event)
            case PaymentStatus():
                found.statuses.append(event)
            case GroupEnd():
                found.groups[-1] |= _group_end(event)
            case ReadWarning():
                found.warnings.append(event)
            case FileEnd():
                found.end = event
    return found


def describe(found: Contents) -> dict[str, Any]:
    """A file as it goes out as JSON."""
    assert found.start is not None, "a file that was not refused has a start"
    assert found.end is not None, "a file that was not refused has an end"
    return {
        "format": found.start.format.value,
        "version": found.start.version,
        "identity": dict(found.start.identity),
        "created": found.start.created,
        "totals": totals_record(found.end.totals),
        "groups": found.groups,
        "payments": [payment_record(payment) for payment in found.payments],
        "mandates": [_mandate(mandate) for mandate in found.mandates],
        "statuses": [_status(status) for status in found.statuses],
        "warnings": [
            {"line": each.line, "position": each.position, "code": each.code, "message": each.message}
            for each in found.warnings
        ],
    }


def totals_record(totals: Totals) -> dict[str, Any]:
    """What the lines come to: their number, by kind, and the money by currency."""
    return {
        "payments": totals.lines,
        "by_kind": {kind.value: count for kind, count in totals.by_kind.items()},
        "by_currency": {
            currency: {
                "credits_minor": totals.credits_minor.get(currency, 0),
                "debits_minor": totals.debits_minor.get(currency, 0),
                "net_minor": totals.net_minor(currency),
            }
            for currency in totals.currencies
        },
        "orders_minor": dict(totals.orders_minor),
    }


def payment_record(payment: IncomingPayment) -> dict[str, Any]:
    """One line about money, the same for every format."""
    return {
        "line": payment.line,
        "position": payment.position,
        "group": payment.group,
        "ordinal": payment.ordinal,
        "kind": payment.kind.value,
        "account": payment.account,
        "amount_minor": payment.amount_minor,
        "currency": payment.currency,
        "date": _day(payment.booking_date),
        "value_date": _day(payment.value_date),
        "order_date": _day(payment.order_date),
        "reference_kind": payment.reference_kind.value,
        "reference": payment.reference,
        "reference_code": payment.reference_code,
        "parts": [
            {
                "kind": part.kind.value,
                "reference": part.reference,
                "amount_minor": part.amount_minor,
                "document": part.document,
                "sign": "-" if part.takes_off or (part.amount_minor or 0) < 0 else "+",
            }
            for part in payment.parts
        ],
        "payer_name": payment.payer_name,
        "payer_address": list(payment.payer_address),
        "payer_account": payment.payer_account,
        "payer_id": payment.payer_id,
        "texts": list(payment.texts),
        "archive_reference": payment.archive_reference,
        "end_to_end_id": payment.end_to_end_id,
        "lump": payment.lump,
        "code": payment.code,
        "sub_code": payment.sub_code,
        "reason": payment.reason,
    }


def print_contents(name: str, found: Contents) -> None:
    """What a file holds, for people."""
    assert found.start is not None, "a file that was not refused has a start"
    assert found.end is not None, "a file that was not refused has an end"
    totals = found.end.totals
    about = " ".join(part for part in (found.start.format.value, found.start.version) if part)
    counts = [(totals.lines, "line"), (found.end.mandates, "mandate"), (found.end.statuses, "status")]
    told = ", ".join(
        f"{count} {noun}{'' if count == 1 else 'es' if noun == 'status' else 's'}" for count, noun in counts
    )
    print(f"{name}: {about}, {told}")
    money = [
        {
            "currency": currency,
            "credits": _money(totals.credits_minor.get(currency, 0), currency),
            "debits": _money(totals.debits_minor.get(currency, 0), currency),
            "net": _money(totals.net_minor(currency), currency),
        }
        for currency in totals.currencies
    ]
    for currency, minor in totals.orders_minor.items():
        print(f"To be sent to the bank: {_money(minor, currency)} {currency}")
    if money:
        print_list("totals", TOTALS, money, as_json=False)
    _print_some("groups", "part", GROUPS, found.groups, _group_row)
    _print_some("payments", "line", PAYMENTS, found.payments, _payment_row)
    _print_some("mandates", "mandate", MANDATES, found.mandates, _mandate)
    _print_some("statuses", "status", STATUSES, found.statuses, _status)
    _print_some("warnings", "warning", WARNINGS, found.warnings, _warning_row)


def _print_some(
    name: str, noun: str, columns: Sequence[Column], found: Sequence[Any], row: Callable[[Any], dict[str, Any]]
) -> None:
    if found:
        print_list(name, columns, [row(each) for each in found[:SHOWN]], as_json=False)
    if len(found) > SHOWN:
        print(f"{len(found) - SHOWN} more ({noun}): --json prints all of them.")


def _money(minor: int, currency: str) -> str:
    return amount_text(minor, currency).replace(".", ",")


def _group_row(group: dict[str, Any]) -> dict[str, Any]:
    net = _money(group["net_minor"], group["currency"]) if group.get("currency") else ""
    return group | {"net": net}


def _payment_row(payment: IncomingPayment) -> dict[str, Any]:
    references = payment.reference or ", ".join(part.reference for part in payment.parts if part.reference)
    return {
        "line": payment.line,
        "kind": payment.kind.value,
        "date": payment.booking_date,
        "reference": references,
        "amount": f"{_money(payment.amount_minor, payment.currency)} {payment.currency}",
        "payer": payment.payer_name or payment.payer_id,
        "texts": list(payment.texts),
        "reason": payment.reason,
    }


def _warning_row(warning: ReadWarning) -> dict[str, Any]:
    return {"line": warning.line, "position": warning.position, "message": warning.message}


def _lump_sum(lump: LumpSum) -> dict[str, Any]:
    return {
        "line": lump.line,
        "key": lump.key,
        "amount_minor": lump.amount_minor,
        "currency": lump.currency,
        "date": _day(lump.booking_date),
        "value_date": _day(lump.value_date),
        "status": lump.status,
        "reversed": lump.reversed,
        "payments": lump.payments,
        "code": lump.code,
        "sub_code": lump.sub_code,
    }


def _group_end(end: GroupEnd) -> dict[str, Any]:
    return {
        "entries": end.entries,
        "payments": end.payments,
        "net_minor": end.net_minor,
        "currency": end.currency,
        "date": _day(end.booking_date),
        "serial": end.id,
        "bank_account": end.bank_account,
        "balances": [
            {"code": each.code, "amount_minor": each.amount_minor, "currency": each.currency, "date": _day(each.day)}
            for each in end.balances
        ],
    }


def _mandate(mandate: MandateChange) -> dict[str, Any]:
    return {
        "line": mandate.line,
        "group": mandate.group,
        "action": mandate.action.value,
        "account": mandate.account,
        "payer": mandate.payer,
        "payer_name": mandate.payer_name,
        "payer_address": list(mandate.payer_address),
        "texts": list(mandate.texts),
        "mandate": mandate.mandate,
        "payer_account": mandate.payer_account,
        "payer_id": mandate.payer_id,
        "code": mandate.code,
        "sub_code": mandate.sub_code,
        "first_day": _day(mandate.first_day),
        "last_day": _day(mandate.last_day),
        "notice": mandate.notice,
    }


def _status(status: PaymentStatus) -> dict[str, Any]:
    return {
        "line": status.line,
        "level": status.level,
        "original_message": status.original_message,
        "original_batch": status.original_batch,
        "original": status.original,
        "status": status.status,
        "reasons": list(status.reasons),
        "texts": list(status.texts),
        "amount_minor": status.amount_minor,
        "currency": status.currency,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
