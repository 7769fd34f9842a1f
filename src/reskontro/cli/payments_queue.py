"""`reskontro payments queue`: what waits for a person, and what a person does about it."""

import sys
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import typer

from reskontro.cli.for_client import person, run_for
from reskontro.cli.groups import AsJson, command_group
from reskontro.cli.output import Column, Money, amount_text, print_list, print_record
from reskontro.cli.payments_refunds import REFUND, refund_record
from reskontro.cli.session import CommandFailed
from reskontro.kernel.money import to_minor, to_wire
from reskontro.ledger.domain.identifiers import parse_ar_item_id
from reskontro.ledger.domain.refund import Refund
from reskontro.ledger.service import payment_desk, refunds, suggestions
from reskontro.ledger.service.payment_desk import LineHistory, Placed
from reskontro.ledger.service.payment_queue import Page, Queue, QueueRow, page_of_queue
from reskontro.ledger.service.payment_shares import Place
from reskontro.ledger.service.suggestions import Suggested
from reskontro.ledger.service.targets import Identifiers
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.database import Database

app = command_group()

ClientNo = Annotated[int, typer.Option("--client", help="Whose payments.", min=1, max=999_999)]
PaymentNo = Annotated[int, typer.Argument(metavar="PAYMENT", help="The payment's number in the queue.", min=1)]
User = Annotated[str, typer.Option("--user", help="Who decides; it is kept with the decision.")]
Note = Annotated[str, typer.Option("--note", help="Why, in your words.")]

ROWS = (
    Column("paymentNo", "No.", right=True),
    Column("settlementDate", "Settled on"),
    Column("amount", "Amount", right=True),
    Column("openAmount", "Open", right=True),
    Column("kid", "KID", right=True),
    Column("text", "Text"),
    Column("payer", "Payer"),
    Column("reason", "Why it waits"),
    Column("score", "Score", right=True),
    Column("customerNo", "Customer"),
    Column("arItemId", "AR item"),
    Column("fileName", "File"),
    Column("fileLineNo", "Line", right=True),
)
LINE = (
    Column("paymentNo", "Payment"),
    Column("status", "Where it stands"),
    Column("outcome", "What its file made of it"),
    Column("reason", "Why"),
    Column("rule", "Found by"),
    Column("settlementDate", "Settled on"),
    Column("amount", "Amount"),
    Column("kid", "KID"),
    Column("text", "Text"),
    Column("payer", "Payer"),
    Column("glCaseNos", "Booked by the cases"),
)
LOST = (Column("accountNo", "Account"), Column("arItemId", "AR item"), Column("why", "Why it was not taken"))
DECISIONS = (
    Column("time", "When"),
    Column("action", "What"),
    Column("user", "Who"),
    Column("glCaseNos", "Cases"),
    Column("note", "Why"),
    Column("reasons", "Reasons"),
)
SUGGESTIONS = (
    Column("rank", "Rank", right=True),
    Column("score", "Score", right=True),
    Column("accountNo", "Account"),
    Column("items", "AR items"),
    Column("leftAmount", "Left on account", right=True),
    Column("reasons", "Reasons"),
)
PLACED = (
    Column("paymentNo", "Payment"),
    Column("settledAmount", "Settled"),
    Column("onAccountAmount", "Left on account"),
    Column("glCaseNos", "Cases"),
)
ROUND = (
    Column("payments", "Unplaced payments"),
    Column("withSuggestion", "With a suggestion"),
    Column("accepted", "Accepted by the client's rule"),
)


@app.callback()
def queue() -> None:
    """Work on the payments that wait for a person."""


@app.command("list")
def list_(
    client_no: ClientNo,
    *,
    queue: Annotated[Queue, typer.Option("--queue", help="Which queue.", case_sensitive=False)] = Queue.UNPLACED,
    after: Annotated[int, typer.Option(help="Go on after this number; a list has 1000 at most.")] = 0,
    as_json: AsJson = False,
) -> None:
    """List the payments of a queue."""

    async def command(db: Database, _: datetime) -> Page:
        return await page_of_queue(db, client_no, queue, after)

    page = run_for(client_no, command)
    rows = [_row(one, as_json=as_json) for one in page.rows]
    print_list("payments", ROWS, rows, as_json=as_json, nothing="Nothing waits.")
    if page.more:
        print(f"More follow: --after {page.rows[-1].payment_no}", file=sys.stderr)


@app.command()
def show(payment_no: PaymentNo, client_no: ClientNo, *, as_json: AsJson = False) -> None:
    """Show a payment: where it stands, why, what lost, what was decided, what is suggested."""

    async def command(db: Database, _: datetime) -> tuple[LineHistory, list[dict[str, Any]]]:
        return (
            await payment_desk.show(db, client_no, payment_no),
            await suggestions.list_suggestions(db, client_no, payment_no),
        )

    history, suggested = run_for(client_no, command)
    record = _line_record(history, client_no)
    offers = _suggestion_rows(suggested, history.line.currency)
    if as_json:
        print_record(LINE, record | {"suggestions": offers}, as_json=True)
        return
    print_record(LINE, record, as_json=False)
    for name, columns, rows in (
        ("candidates", LOST, record["candidates"]),
        ("decisions", DECISIONS, record["decisions"]),
        ("suggestions", SUGGESTIONS, offers),
    ):
        if rows:
            print_list(name, columns, rows, as_json=False)


@app.command()
def place(
    payment_no: PaymentNo,
    client_no: ClientNo,
    user: User,
    *,
    item: Annotated[
        list[str] | None, typer.Option(help="An AR item, with `=AMOUNT` for a part; may stand several times.")
    ] = None,
    document: Annotated[
        list[str] | None, typer.Option(help="A document, with `=AMOUNT` for a part; may stand several times.")
    ] = None,
    customer: Annotated[
        str, typer.Option(help="A customer: the oldest claims first, the rest stays on its account.")
    ] = "",
    note: Note = "",
    as_json: AsJson = False,
) -> None:
    """Book an unplaced payment on items, documents or a customer, in this order."""

    async def command(db: Database, now: datetime) -> Placed:
        currency = (await payment_desk.show(db, client_no, payment_no)).line.currency
        places = [_place(text, currency, lambda name: Identifiers(ar_item_id=name)) for text in item or ()]
        places += [_place(text, currency, lambda name: Identifiers(document_no=name)) for text in document or ()]
        if customer:
            places.append(Place(Identifiers(customer_no=customer)))
        if not places:
            raise CommandFailed("say where the payment belongs: --item, --document or --customer")
        if len(places) > payment_desk.MOST_PLACES:
            raise CommandFailed(f"a payment is placed on {payment_desk.MOST_PLACES} places at most")
        return await payment_desk.place(
            db, Numbers(db), client_no, payment_no, places, now, person(user), note=note
        )  # fmt: skip

    _print_placed(run_for(client_no, command), as_json=as_json)


@app.command()
def suggest(
    client_no: ClientNo,
    user: User,
    *,
    payment: Annotated[list[int] | None, typer.Option(help="Only this one; may stand several times.")] = None,
    as_json: AsJson = False,
) -> None:
    """Look for what unplaced payments may be for. Nothing is booked unless the client's rule accepts it."""

    async def command(db: Database, now: datetime) -> Suggested:
        return await suggestions.suggest_all(db, Numbers(db), client_no, now, person(user), payment or None)

    found = run_for(client_no, command)
    record = {
        "payments": found.payments,
        "withSuggestion": found.with_suggestion,
        "accepted": len(found.accepted),
        "acceptedPayments": list(found.accepted),
    }
    print_record(ROUND, record, as_json=as_json)


@app.command()
def accept(
    payment_no: PaymentNo,
    client_no: ClientNo,
    user: User,
    *,
    rank: Annotated[int, typer.Option(help="Which of its suggestions; 1 is the best.", min=1)] = 1,
    as_json: AsJson = False,
) -> None:
    """Book a payment as one of its suggestions says."""

    async def command(db: Database, now: datetime) -> Placed:
        return await suggestions.accept(db, Numbers(db), client_no, payment_no, rank, now, person(user))

    _print_placed(run_for(client_no, command), as_json=as_json)


@app.command()
def undo(payment_no: PaymentNo, client_no: ClientNo, user: User, *, note: Note = "", as_json: AsJson = False) -> None:
    """Take back what a payment has booked and put it back in the queue."""

    async def command(db: Database, now: datetime) -> tuple[int, ...]:
        return await payment_desk.undo(db, Numbers(db), client_no, payment_no, now, person(user), note=note)

    cases = run_for(client_no, command)
    record = {"paymentNo": payment_no, "glCaseNos": list(cases)}
    print_record((Column("paymentNo", "Back in the queue"), Column("glCaseNos", "Cases")), record, as_json=as_json)


@app.command("return")
def return_(
    payment_no: PaymentNo,
    client_no: ClientNo,
    user: User,
    original: Annotated[int, typer.Option("--of", help="The payment that it takes back.", min=1)],
    *,
    as_json: AsJson = False,
) -> None:
    """Say which payment a waiting return takes back; that one is undone."""

    async def command(db: Database, now: datetime) -> tuple[int, ...]:
        return await payment_desk.give_back(db, Numbers(db), client_no, payment_no, original, now, person(user))

    cases = run_for(client_no, command)
    record = {"paymentNo": payment_no, "originalPaymentNo": original, "glCaseNos": list(cases)}
    columns = (Column("originalPaymentNo", "Taken back"), Column("glCaseNos", "Cases"))
    print_record(columns, record, as_json=as_json)


@app.command()
def close(
    payment_no: PaymentNo,
    client_no: ClientNo,
    user: User,
    note: Annotated[str, typer.Option("--note", help="Why nothing is to be done.")],
) -> None:
    """Note that somebody has seen a payment that was asked for and did not come."""

    async def command(db: Database, now: datetime) -> None:
        await payment_desk.close(db, client_no, payment_no, now, person(user), note=note)

    run_for(client_no, command)
    print(f"Payment {payment_no} is out of the queue.")


@app.command()
def refund(
    payment_no: PaymentNo,
    client_no: ClientNo,
    user: User,
    *,
    amount: Annotated[str, typer.Option(help="Less than what is open of it.")] = "",
    to_account: Annotated[
        str, typer.Option(help="The account to pay to, where the payer's is not known or not the right one.")
    ] = "",
    name: Annotated[str, typer.Option(help="Who gets it.")] = "",
    message: Annotated[str, typer.Option(help="What the receiver reads, 140 characters at most.")] = "",
    item: Annotated[str, typer.Option(help="The credit item, where the payment stands on several.")] = "",
    as_json: AsJson = False,
) -> None:
    """Propose to refund what is open of a payment. Another person has to approve it."""

    async def command(db: Database, now: datetime) -> Refund:
        history = await payment_desk.show(db, client_no, payment_no)
        credit = parse_ar_item_id(item) if item else None
        if item and (credit is None or credit.client_no != client_no):
            raise CommandFailed(f"{item} is no AR item of client {client_no}")
        minor = _minor(amount, history.line.currency) if amount else None
        number = None if credit is not None else payment_no
        proposal = refunds.Proposal(
            number, credit, minor, to_account, name or history.line.payer_name, message
        )  # fmt: skip
        return await refunds.propose(db, client_no, proposal, now, person(user))

    print_record(REFUND, refund_record(run_for(client_no, command)), as_json=as_json)


def _place(text: str, currency: str, named: Callable[[str], Identifiers]) -> Place:
    name, _, amount = text.partition("=")
    return Place(named(name), _minor(amount, currency) if amount else None)


def _minor(text: str, currency: str) -> int:
    try:
        return to_minor(Decimal(text.replace(",", ".")), currency)
    except (InvalidOperation, ValueError):
        raise CommandFailed(f"{text!r} is no amount in {currency}") from None


def _row(one: QueueRow, *, as_json: bool) -> dict[str, Any]:
    def amount(minor: int) -> Any:
        return to_wire(minor, one.currency) if as_json else amount_text(minor, one.currency).replace(".", ",")

    return {
        "paymentNo": one.payment_no,
        "settlementDate": one.settlement_date,
        "currency": one.currency,
        "amount": amount(one.amount_minor),
        "openAmount": amount(one.open_minor),
        "kid": one.kid,
        "text": one.message,
        "payer": one.payer_name,
        "reason": one.reason,
        "status": one.status,
        "score": one.score,
        "customerNo": one.customer_no or None,
        "arItemId": one.ar_item_id or None,
        "fileName": one.file_name,
        "fileLineNo": one.file_line_no,
    }


def _line_record(history: LineHistory, client_no: int) -> dict[str, Any]:
    line = history.line
    return {
        "paymentNo": line.payment_no,
        "status": line.status,
        "outcome": line.outcome,
        "reason": line.reason,
        "rule": line.rule,
        "settlementDate": line.settlement_date,
        "amount": Money(line.amount_minor, line.currency),
        "kid": line.kid,
        "text": line.message,
        "payer": line.payer_name,
        "glCaseNos": list(line.case_nos),
        "candidates": [
            {
                "accountNo": one["accountNo"],
                "arItemId": f"{client_no}-{one['accountNo']}-{one['referenceNo']}-{one['referenceSequenceNo']}",
                "why": one["why"],
            }
            for one in history.candidates
        ],
        "decisions": [
            {
                "time": one.created_time,
                "action": one.action,
                "user": one.user_id,
                "glCaseNos": list(one.gl_case_nos),
                "note": one.note,
                "reasons": one.reasons,
            }
            for one in history.resolutions
        ],
    }


def _suggestion_rows(found: list[dict[str, Any]], currency: str) -> list[dict[str, Any]]:
    return [
        {
            "rank": rank,
            "score": one["score"],
            "accountNo": one["accountNo"],
            "items": [part["arItemId"] for part in one["items"]],
            "leftAmount": Money(one["leftMinor"], currency),
            "reasons": one["reasons"],
        }
        for rank, one in enumerate(found, 1)
    ]


def _print_placed(placed: Placed, *, as_json: bool) -> None:
    record = {
        "paymentNo": placed.payment_no,
        "settledAmount": Money(placed.settled_minor, placed.currency),
        "onAccountAmount": Money(placed.on_account_minor, placed.currency),
        "glCaseNos": list(placed.gl_case_nos),
    }
    print_record(PLACED, record, as_json=as_json)
