"""`reskontro payments refunds`: approve refunds, take them back, tell what the bank answered."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, TypeVar

import typer

from reskontro.cli.groups import AsJson, command_group
from reskontro.cli.output import Column, Money, print_list, print_record
from reskontro.cli.session import business_now, open_database, run
from reskontro.kernel.actor import Actor
from reskontro.ledger.domain.refund import HOLDING, PAID_OUT, REFUSED, UNDER_WAY, Refund, RefundStatus
from reskontro.ledger.service import refunds
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.database import Database
from reskontro.tenants.service import get_tenant

T = TypeVar("T")

app = command_group()

ClientNo = Annotated[int, typer.Option("--client", help="Whose refunds.", min=1, max=999_999)]
RefundId = Annotated[str, typer.Argument(metavar="REFUND", help="The refund's id.")]
User = Annotated[str, typer.Option("--user", help="Who decides; it is kept with the refund.")]
SHOWN_DIGITS = 4

REFUND = (
    Column("refundId", "Refund"),
    Column("status", "Status"),
    Column("amount", "Amount", right=True),
    Column("accountNo", "Account"),
    Column("toAccount", "To account"),
    Column("name", "To"),
    Column("earliestDate", "Not before"),
    Column("proposedBy", "Proposed by"),
    Column("approvedBy", "Approved by"),
    Column("bankStatus", "Bank"),
    Column("bankReason", "Reason"),
    Column("glCaseNo", "Case"),
)


@app.callback()
def refunds_() -> None:
    """Approve refunds, take them back, tell what the bank answered."""


@app.command("list")
def list_(
    client_no: ClientNo,
    *,
    status: Annotated[
        list[RefundStatus] | None, typer.Option(help="May stand several times; those under way by default.")
    ] = None,
    after: Annotated[str, typer.Option(help="Go on after this id; a list has 1000 at most.")] = "",
    as_json: AsJson = False,
) -> None:
    """List refunds."""

    async def command(db: Database, _: datetime) -> list[Refund]:
        return await refunds.list_refunds(db, client_no, status or HOLDING, after)

    rows = [refund_record(one) for one in _with_client(client_no, command)]
    print_list("refunds", REFUND, rows, as_json=as_json)


@app.command()
def approve(refund_id: RefundId, client_no: ClientNo, user: User, *, as_json: AsJson = False) -> None:
    """Approve a refund, as another person than who proposed it."""

    async def command(db: Database, now: datetime) -> Refund:
        return await refunds.approve(db, client_no, refund_id, now, Actor("SYSTEM", user))

    print_record(REFUND, refund_record(_with_client(client_no, command)), as_json=as_json)


@app.command()
def cancel(refund_id: RefundId, client_no: ClientNo, user: User, *, as_json: AsJson = False) -> None:
    """Take back a refund that was not sent."""

    async def command(db: Database, now: datetime) -> Refund:
        return await refunds.cancel(db, client_no, refund_id, now, Actor("SYSTEM", user))

    print_record(REFUND, refund_record(_with_client(client_no, command)), as_json=as_json)


@app.command()
def answer(
    refund_id: RefundId,
    client_no: ClientNo,
    user: User,
    status: Annotated[str, typer.Option("--status", help="ACSC for paid out, RJCT for refused.")],
    *,
    reason: Annotated[str, typer.Option(help="The bank's reason code.")] = "",
    as_json: AsJson = False,
) -> None:
    """Tell what the bank answered: the refund is booked, or its money is free again."""
    if status.upper() not in PAID_OUT | REFUSED | UNDER_WAY:
        known = ", ".join(sorted(PAID_OUT | REFUSED | UNDER_WAY))
        raise typer.BadParameter(f"one of {known} is wanted", param_hint="--status")

    async def command(db: Database, now: datetime) -> Refund:
        given = refunds.Answer(refund_id, status.upper(), reason)
        return await refunds.answer(db, Numbers(db), client_no, given, now, Actor("SYSTEM", user))

    print_record(REFUND, refund_record(_with_client(client_no, command)), as_json=as_json)


def refund_record(refund: Refund) -> dict[str, Any]:
    """A refund as it is printed; of the receiver's account the last digits."""
    account = refund.receiver_account_no
    return {
        "refundId": refund.refund_id,
        "status": refund.status.value,
        "amount": Money(refund.amount_minor, refund.currency),
        "accountNo": refund.account_no,
        "paymentNo": refund.payment_no,
        "toAccount": "*" * max(0, len(account) - SHOWN_DIGITS) + account[-SHOWN_DIGITS:],
        "name": refund.receiver_name,
        "message": refund.message,
        "earliestDate": refund.earliest_date,
        "proposedBy": refund.proposed_by,
        "approvedBy": refund.approved_by,
        "bankStatus": refund.bank_status or None,
        "bankReason": refund.bank_reason or None,
        "glCaseNo": refund.gl_case_no,
    }


def _with_client(client_no: int, work: Callable[[Database, datetime], Awaitable[T]]) -> T:
    """What some work for a client gives; the client has to exist."""

    async def command() -> T:
        async with open_database() as db:
            await get_tenant(db, client_no)
            return await work(db, await business_now(db))

    return run(command())
