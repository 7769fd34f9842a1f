"""What `reskontro payments` prints: amounts as `1 234,50` for people, as on the wire for programs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reskontro.cli.output import Column, amount_text, print_list
from reskontro.formats.ocr_giro import OcrFile
from reskontro.formats.ocr_giro.document import Assignment
from reskontro.kernel.account_number import display_account_number
from reskontro.kernel.money import to_wire
from reskontro.ledger.domain.matching import Outcome
from reskontro.ledger.service.ocr_import import ImportResult
from reskontro.ledger.service.payment_queue import WaitingPayment

CURRENCY = "NOK"  # of every OCR giro file
SHOWN = 100  # single lines in a table for people; JSON has all of them

TRANSACTION_TYPES: Mapping[str, str] = {
    "10": "giro",
    "11": "standing order",
    "12": "direct remittance",
    "13": "company terminal giro",
    "14": "counter giro",
    "15": "AvtaleGiro",
    "16": "telephone giro",
    "17": "giro paid in cash",
    "18": "card reversal with KID",
    "19": "card purchase with KID",
    "20": "card reversal with text",
    "21": "card purchase with text",
}
REGISTRATIONS: Mapping[str, str] = {"0": "in force", "1": "new or changed", "2": "ended"}

OUTCOMES = (
    Column("outcome", "Outcome"),
    Column("reason", "Reason"),
    Column("lines", "Lines", right=True),
    Column("amount", "Amount", right=True),
)
NOT_PLACED = (
    Column("line", "Line"),
    Column("kid", "KID", right=True),
    Column("amount", "Amount", right=True),
    Column("reason", "Why it waits"),
)
QUEUE = (
    Column("paymentNo", "No.", right=True),
    Column("settlementDate", "Settled on"),
    Column("amount", "Amount", right=True),
    Column("openAmount", "Open", right=True),
    Column("kid", "KID", right=True),
    Column("reason", "Why it waits"),
    Column("customerNo", "Customer"),
    Column("arItemId", "AR item"),
    Column("fileName", "File"),
    Column("fileLineNo", "Line", right=True),
)
ASSIGNMENTS = (
    Column("assignment", "Assignment", right=True),
    Column("holds", "Holds"),
    Column("account", "Account"),
    Column("lines", "Lines", right=True),
    Column("credits", "In", right=True),
    Column("negatives", "Out", right=True),
    Column("net", "Net", right=True),
)
PAYMENTS = (
    Column("line", "Line", right=True),
    Column("payment", "Payment"),
    Column("type", "Kind"),
    Column("settlementDate", "Settled on"),
    Column("bankDate", "Ordered on"),
    Column("kid", "KID", right=True),
    Column("amount", "Amount", right=True),
    Column("text", "Text"),
)
MANDATES = (
    Column("line", "Line", right=True),
    Column("registration", "Mandate"),
    Column("kid", "KID", right=True),
    Column("notice", "Written notice"),
)
WARNINGS = (
    Column("line", "Line", right=True),
    Column("position", "Position", right=True),
    Column("message", "Warning"),
)


def nok(minor: int) -> str:
    """`1 234,50`."""
    return amount_text(minor, CURRENCY).replace(".", ",")


def number(count: int) -> str:
    """`200 000`."""
    return f"{count:,}".replace(",", " ")


def counted(count: int, noun: str) -> str:
    """`1 payment`, `2 payments`."""
    return f"{number(count)} {noun}" if count == 1 else f"{number(count)} {noun}s"


def is_duplicate(result: ImportResult) -> bool:
    """Whether all that a file holds was here before."""
    return bool(result.counts) and all(outcome == Outcome.DUPLICATE for outcome, _ in result.counts)


def result_record(result: ImportResult) -> dict[str, Any]:
    """What became of a file, for programs. Single lines are there unless the file has very many."""
    record: dict[str, Any] = {
        "status": "DUPLICATE" if is_duplicate(result) else "BOOKED",
        "currency": CURRENCY,
        "lines": result.transactions,
        "amount": to_wire(result.amount_minor, CURRENCY),
        "settledAmount": to_wire(result.settled_minor, CURRENCY),
        "onAccountAmount": to_wire(result.unapplied_minor, CURRENCY),
        "mandates": result.mandates,
        "outcomes": [
            {
                "outcome": outcome,
                "reason": reason,
                "lines": result.counts[outcome, reason],
                "amount": to_wire(result.amounts[outcome, reason], CURRENCY),
            }
            for outcome, reason in _in_order(result)
        ],
    }
    if result.lines is not None:
        record["payments"] = [
            {
                "payment": line.line,
                "kid": line.kid,
                "amount": to_wire(line.amount_minor, CURRENCY),
                "outcome": line.outcome,
                "reason": line.reason,
                "arItemId": line.ar_item_id or None,
                "settledAmount": to_wire(line.settled_minor, CURRENCY),
                "onAccountAmount": to_wire(line.unapplied_minor, CURRENCY),
            }
            for line in result.lines
        ]
    return record


def print_result(name: str, result: ImportResult) -> None:
    """What became of a file, for people."""
    if is_duplicate(result):
        print(f"{name}: nothing was booked, all {counted(result.transactions, 'payment')} had been booked before.")
        return
    if not result.transactions:
        print(f"{name}: no payments.")
    else:
        _print_outcomes(name, result)
    if result.mandates:
        print(f"{name}: {counted(result.mandates, 'mandate')} registered.")
    _print_not_placed(result)


def _print_outcomes(name: str, result: ImportResult) -> None:
    rows = [
        {
            "outcome": outcome,
            "reason": reason,
            "lines": number(result.counts[outcome, reason]),
            "amount": nok(result.amounts[outcome, reason]),
        }
        for outcome, reason in _in_order(result)
    ]
    rows.append({"outcome": "Total", "lines": number(result.transactions), "amount": nok(result.amount_minor)})
    print(f"{name}: {counted(result.transactions, 'payment')}")
    print_list("outcomes", OUTCOMES, rows, as_json=False)
    print(
        f"{name}: {nok(result.settled_minor)} settled and {nok(result.unapplied_minor)} left on account, "
        f"{nok(result.settled_minor + result.unapplied_minor)} booked."
    )


def _print_not_placed(result: ImportResult) -> None:
    waiting = sum(lines for (outcome, _), lines in result.counts.items() if outcome == Outcome.QUEUED)
    if not waiting:
        return
    rows = [
        {"line": line.line, "kid": line.kid, "amount": nok(line.amount_minor), "reason": line.reason}
        for line in result.lines or ()
        if line.outcome == Outcome.QUEUED
    ][:SHOWN]
    if rows:
        print(f"\nNot booked, waiting for a person: {counted(waiting, 'payment')}")
        print_list("notPlaced", NOT_PLACED, rows, as_json=False)
    if len(rows) < waiting:
        print(f"{counted(waiting - len(rows), 'more payment')} wait: `reskontro payments queue` lists them.")


def _in_order(result: ImportResult) -> list[tuple[str, str]]:
    outcomes = [outcome.value for outcome in Outcome]
    return sorted(result.counts, key=lambda key: (outcomes.index(key[0]), key[1]))


def print_queue(waiting: Sequence[WaitingPayment], *, as_json: bool) -> None:
    """The payments that wait for a person."""

    def amount(minor: int, currency: str) -> Any:
        return to_wire(minor, currency) if as_json else amount_text(minor, currency).replace(".", ",")

    rows = [
        {
            "paymentNo": each.payment_no,
            "settlementDate": each.settlement_date,
            "currency": each.currency,
            "amount": amount(each.amount_minor, each.currency),
            "openAmount": amount(each.open_minor, each.currency),
            "kid": each.kid,
            "reason": each.reason,
            "customerNo": each.customer_no or None,
            "arItemId": each.ar_item_id or None,
            "fileName": each.file_name,
            "fileLineNo": each.file_line_no,
        }
        for each in waiting
    ]
    print_list("payments", QUEUE, rows, as_json=as_json, nothing="Nothing waits.")


def print_file(name: str, found: OcrFile) -> None:
    """What a file holds, for people."""
    assignments = list(found.assignments)
    payments = sum(len(assignment.payments) for assignment in assignments)
    mandates = sum(len(assignment.mandates) for assignment in assignments)
    print(
        f"{name}: {counted(found.records, 'record')}, {counted(payments, 'payment')}, "
        f"{counted(mandates, 'mandate')}, {nok(found.total_minor)} in all"
    )
    for transmission in found.transmissions:
        start, made = transmission.start, transmission.end.created_on
        print(f"Transmission {start.number} from {start.sender} to {start.recipient}, made on {made or 'no date'}")
    print_list("assignments", ASSIGNMENTS, [_assignment_row(each) for each in assignments], as_json=False)
    _print_bounded("payments", "payment", PAYMENTS, _payment_rows(assignments), payments)
    _print_bounded("mandates", "mandate", MANDATES, _mandate_rows(assignments), mandates)
    if found.warnings:
        rows = [
            {"line": each.line, "position": each.position, "message": each.message} for each in found.warnings
        ]  # fmt: skip
        print_list("warnings", WARNINGS, rows, as_json=False)


def _print_bounded(name: str, noun: str, columns: Sequence[Column], rows: Iterator[dict[str, Any]], count: int) -> None:
    shown = [row for row, _ in zip(rows, range(SHOWN), strict=False)]
    if shown:
        print_list(name, columns, shown, as_json=False)
    if len(shown) < count:
        print(f"{counted(count - len(shown), f'more {noun}')}: --json prints all of them.")


def _assignment_row(assignment: Assignment) -> dict[str, Any]:
    start, end = assignment.start, assignment.end
    row = {
        "assignment": start.ordinal,
        "account": display_account_number(start.account),
        "lines": number(end.transactions),
    }
    if start.service != "09":
        return row | {"holds": "mandates"}
    return row | {
        "holds": "payments",
        "credits": nok(end.credits_minor),
        "negatives": nok(end.negatives_minor),
        "net": nok(end.total_minor),
    }


def _payment_rows(assignments: Sequence[Assignment]) -> Iterator[dict[str, Any]]:
    for assignment in assignments:
        for payment in assignment.payments:
            yield {
                "line": payment.line_no,
                "payment": f"{assignment.start.ordinal}/{payment.transaction_no}",
                "type": TRANSACTION_TYPES[payment.transaction_type],
                "settlementDate": payment.settlement_date,
                "bankDate": payment.bank_date,
                "kid": payment.kid,
                "amount": nok(payment.amount_minor),
                "text": payment.text,
            }


def _mandate_rows(assignments: Sequence[Assignment]) -> Iterator[dict[str, Any]]:
    for assignment in assignments:
        for mandate in assignment.mandates:
            yield {
                "line": mandate.line_no,
                "registration": REGISTRATIONS.get(mandate.registration, mandate.registration),
                "kid": mandate.kid,
                "notice": mandate.notice,
            }
