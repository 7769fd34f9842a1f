"""`reskontro payments refunds`: approve refunds, write them for the bank, take them back, tell what it answered."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from reskontro.cli.for_client import file_store, last_digits, person, run_for
from reskontro.cli.groups import AsJson, command_group
from reskontro.cli.output import Column, Money, print_list, print_record
from reskontro.cli.session import CommandFailed, complaints
from reskontro.formats.iso20022.pain_001 import Version
from reskontro.ledger.domain.refund import HOLDING, PAID_OUT, REFUSED, UNDER_WAY, Refund, RefundStatus
from reskontro.ledger.service import refund_files, refunds
from reskontro.ledger.service.refund_files import Written
from reskontro.ledger.store.numbers import Numbers
from reskontro.ledger.store.refund_files import RefundFile
from reskontro.platform.database import Database

app = command_group()

ClientNo = Annotated[int, typer.Option("--client", help="Whose refunds.", min=1, max=999_999)]
RefundId = Annotated[str, typer.Argument(metavar="REFUND", help="The refund's id.")]
User = Annotated[str, typer.Option("--user", help="Who decides; it is kept with the refund.")]

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
WHOLE_REFUND = (*REFUND, Column("message", "Message"), Column("paymentNo", "Of payment"), Column("messageId", "File"))
FILE = (
    Column("messageId", "Message"),
    Column("createdTime", "Written"),
    Column("version", "Version"),
    Column("transfers", "Refunds", right=True),
    Column("amount", "Amount", right=True),
    Column("executionDate", "To be paid on"),
    Column("paymentInformationId", "Payment information"),
    Column("fileUuid", "File"),
    Column("userId", "By"),
)
WRITTEN = (
    *FILE,
    Column("waiting", "Still waiting", right=True),
    Column("uncovered", "Left out, their credit is used"),
    Column("path", "Kept in"),
)

Out = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Where to put it; its message's id with .xml by default.")
]


@app.callback()
def refunds_() -> None:
    """Approve refunds, write them for the bank, take them back, tell what the bank answered."""


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

    rows = [refund_record(one) for one in run_for(client_no, command)]
    print_list("refunds", REFUND, rows, as_json=as_json)


@app.command()
def show(refund_id: RefundId, client_no: ClientNo, *, as_json: AsJson = False) -> None:
    """Show a refund with the whole account that it goes to, as whoever approves it has to see."""

    async def command(db: Database, _: datetime) -> Refund:
        return await refunds.show(db, client_no, refund_id)

    refund = run_for(client_no, command)
    record = refund_record(refund) | {"toAccount": refund.receiver_account_no}
    print_record(WHOLE_REFUND, record, as_json=as_json)


@app.command()
def approve(refund_id: RefundId, client_no: ClientNo, user: User, *, as_json: AsJson = False) -> None:
    """Approve a refund, as another person than who proposed it."""

    async def command(db: Database, now: datetime) -> Refund:
        return await refunds.approve(db, client_no, refund_id, now, person(user))

    print_record(REFUND, refund_record(run_for(client_no, command)), as_json=as_json)


@app.command()
def cancel(refund_id: RefundId, client_no: ClientNo, user: User, *, as_json: AsJson = False) -> None:
    """Take back a refund that was not sent."""

    async def command(db: Database, now: datetime) -> Refund:
        return await refunds.cancel(db, client_no, refund_id, now, person(user))

    print_record(REFUND, refund_record(run_for(client_no, command)), as_json=as_json)


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
        return await refunds.answer(db, Numbers(db), client_no, given, now, person(user))

    print_record(REFUND, refund_record(run_for(client_no, command)), as_json=as_json)


@app.command()
def write(
    client_no: ClientNo,
    user: User,
    *,
    version: Annotated[
        Version | None, typer.Option(help="The file's version; the client's setting refund.version by default.")
    ] = None,
    currency: Annotated[str, typer.Option(help="Refunds of this currency; the client's own by default.")] = "",
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Write the approved refunds whose day has come into one file for the bank. Each goes out once."""
    if out is not None and out.exists():  # before anything is marked as sent
        raise typer.BadParameter(f"{out} is there already", param_hint="--out")

    async def command(db: Database, now: datetime) -> Written | None:
        actor = person(user)
        return await refund_files.write_refunds(
            db, file_store(), client_no, now, actor, currency=currency.upper(), version=version
        )

    written = run_for(client_no, command)
    if written is None:
        print_list("refundFiles", FILE, [], as_json=as_json, nothing="No approved refund can be sent today.")
        return
    _hand_over(written, out, as_json=as_json)


@app.command()
def files(client_no: ClientNo, *, as_json: AsJson = False) -> None:
    """List the files of refunds that were written, newest first."""

    async def command(db: Database, _: datetime) -> list[RefundFile]:
        return await refund_files.list_files(db, client_no)

    print_list("refundFiles", FILE, [file_record(one) for one in run_for(client_no, command)], as_json=as_json)


@app.command()
def fetch(
    message_id: Annotated[str, typer.Argument(metavar="MESSAGE", help="The id of the file's message.")],
    client_no: ClientNo,
    *,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Get a file of refunds again, byte for byte as it was written. Nothing is sent anew."""

    async def command(db: Database, _: datetime) -> Written:
        return await refund_files.written_file(db, file_store(), client_no, message_id)

    _hand_over(run_for(client_no, command), out, as_json=as_json)


def _hand_over(written: Written, out: Path | None, *, as_json: bool) -> None:
    """Put a file where the operator wants it. What is kept stays kept where that fails: `fetch` gets it again."""
    path = out or Path(f"{written.file.message_id}.xml")
    with complaints():
        try:
            with path.open("xb") as file:
                file.write(written.content)
        except OSError as error:
            message_id = written.file.message_id
            raise CommandFailed(
                f"{path} cannot be written: {error.strerror}; the file is kept: "
                f"`reskontro payments refunds fetch {message_id}` gets it again"
            ) from None
    record = file_record(written.file) | {
        "waiting": written.waiting,
        "uncovered": list(written.uncovered),
        "path": str(path),
    }
    print_record(WRITTEN, record, as_json=as_json)


def file_record(file: RefundFile) -> dict[str, Any]:
    """A file of refunds as it is printed."""
    return {
        "messageId": file.message_id,
        "paymentInformationId": file.payment_information_id,
        "version": file.version,
        "transfers": file.transfers,
        "amount": Money(file.amount_minor, file.currency),
        "executionDate": file.execution_date,
        "fileUuid": str(file.file_uuid),
        "userId": file.user_id,
        "createdTime": file.created_time,
    }


def refund_record(refund: Refund) -> dict[str, Any]:
    """A refund as it is printed; of the receiver's account the last digits."""
    return {
        "refundId": refund.refund_id,
        "status": refund.status.value,
        "amount": Money(refund.amount_minor, refund.currency),
        "accountNo": refund.account_no,
        "paymentNo": refund.payment_no,
        "toAccount": last_digits(refund.receiver_account_no),
        "name": refund.receiver_name,
        "message": refund.message,
        "earliestDate": refund.earliest_date,
        "proposedBy": refund.proposed_by,
        "approvedBy": refund.approved_by,
        "bankStatus": refund.bank_status or None,
        "bankReason": refund.bank_reason or None,
        "glCaseNo": refund.gl_case_no,
        "messageId": refund.message_id,
    }
