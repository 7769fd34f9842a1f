"""What `reskontro payments` prints: amounts as `1 234,50` for people, as on the wire for programs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from reskontro.cli.output import Column, amount_text, print_list
from reskontro.formats.ocr_giro import OcrFile
from reskontro.formats.ocr_giro.document import Assignment
from reskontro.kernel.account_number import display_account_number
from reskontro.kernel.money import to_wire
from reskontro.ledger.domain.matching import Outcome
from reskontro.ledger.service.ocr_import import ImportResult

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


def _amounts(currency: str) -> Callable[[int], str]:
    """How amounts of a currency are written; that of OCR giro goes without saying."""
    if currency == CURRENCY:
        return nok
    return lambda minor: f"{amount_text(minor, currency).replace('.', ',')} {currency}"


def number(count: int) -> str:
    """`200 000`."""
    return f"{count:,}".replace(",", " ")


def counted(count: int, noun: str) -> str:
    """`1 payment`, `2 payments`."""
    return f"{number(count)} {noun}" if count == 1 else f"{number(count)} {noun}s"


def is_duplicate(result: ImportResult) -> bool:
    """Whether all that a file holds was here before."""
    parts = (result, *result.others.values())
    return bool(result.counts) and all(outcome == Outcome.DUPLICATE for each in parts for outcome, _ in each.counts)


def result_record(result: ImportResult) -> dict[str, Any]:
    """What became of a file, for programs. Single lines are there unless the file has very many."""
    currency = result.currency
    record: dict[str, Any] = {
        "status": "DUPLICATE" if is_duplicate(result) else "BOOKED",
        "currency": currency,
        "lines": result.transactions,
        "amount": to_wire(result.amount_minor, currency),
        "settledAmount": to_wire(result.settled_minor, currency),
        "onAccountAmount": to_wire(result.unapplied_minor, currency),
        "mandates": result.mandates,
        "answers": result.answers,
        "strangeAnswers": result.strange_answers,
        "outcomes": [
            {
                "outcome": outcome,
                "reason": reason,
                "lines": result.counts[outcome, reason],
                "amount": to_wire(result.amounts[outcome, reason], currency),
            }
            for outcome, reason in _in_order(result)
        ],
    }
    if result.lines is not None:
        record["payments"] = [
            {
                "payment": line.line,
                "kid": line.kid,
                "amount": to_wire(line.amount_minor, currency),
                "outcome": line.outcome,
                "reason": line.reason,
                "arItemId": line.ar_item_id or None,
                "settledAmount": to_wire(line.settled_minor, currency),
                "onAccountAmount": to_wire(line.unapplied_minor, currency),
            }
            for line in result.lines
        ]
    if result.others:
        record["otherCurrencies"] = [result_record(other) for other in result.others.values()]
    return record


def print_result(name: str, result: ImportResult) -> None:
    """What became of a file, for people."""
    if is_duplicate(result):
        print(f"{name}: nothing was booked, all {counted(result.transactions, 'payment')} had been booked before.")
        return
    if result.answers or result.strange_answers:
        strange = f", {counted(result.strange_answers, 'answer')} on none of ours" if result.strange_answers else ""
        print(f"{name}: {counted(result.answers, 'answer')} on refunds{strange}.")
    elif not result.transactions:
        print(f"{name}: no payments.")
    else:
        for each in (result, *result.others.values()):
            _print_outcomes(name, each)
    if result.mandates:
        print(f"{name}: {counted(result.mandates, 'mandate')} registered.")
    for each in (result, *result.others.values()):
        _print_not_placed(each)


def _print_outcomes(name: str, result: ImportResult) -> None:
    amount = _amounts(result.currency)
    rows = [
        {
            "outcome": outcome,
            "reason": reason,
            "lines": number(result.counts[outcome, reason]),
            "amount": amount(result.amounts[outcome, reason]),
        }
        for outcome, reason in _in_order(result)
    ]
    rows.append({"outcome": "Total", "lines": number(result.transactions), "amount": amount(result.amount_minor)})
    print(f"{name}: {counted(result.transactions, 'payment')}")
    print_list("outcomes", OUTCOMES, rows, as_json=False)
    print(
        f"{name}: {amount(result.settled_minor)} settled and {amount(result.unapplied_minor)} left on account, "
        f"{amount(result.settled_minor + result.unapplied_minor)} booked."
    )


def _print_not_placed(result: ImportResult) -> None:
    waiting = sum(lines for (outcome, _), lines in result.counts.items() if outcome == Outcome.QUEUED)
    if not waiting:
        return
    amount = _amounts(result.currency)
    rows = [
        {"line": line.line, "kid": line.kid, "amount": amount(line.amount_minor), "reason": line.reason}
        for line in result.lines or ()
        if line.outcome == Outcome.QUEUED
    ][:SHOWN]
    if rows:
        print(f"\nNot booked, waiting for a person: {counted(waiting, 'payment')}")
        print_list("notPlaced", NOT_PLACED, rows, as_json=False)
    if len(rows) < waiting:
        print(f"{counted(waiting - len(rows), 'more payment')} wait: `reskontro payments queue list` lists them.")


def _in_order(result: ImportResult) -> list[tuple[str, str]]:
    outcomes = [outcome.value for outcome in Outcome]
    return sorted(result.counts, key=lambda key: (outcomes.index(key[0]), key[1]))


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
