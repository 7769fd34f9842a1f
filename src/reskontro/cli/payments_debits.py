"""`reskontro payments debits`: claim open invoices by direct debit, and see what became of the claims."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from reskontro.cli import payments_mandates
from reskontro.cli.for_client import file_store, person, run_for
from reskontro.cli.groups import AsJson, command_group
from reskontro.cli.output import Column, Money, print_json, print_list, print_record
from reskontro.cli.session import CommandFailed, complaints
from reskontro.ledger.domain.direct_debits.claims import Candidate, Claim, ClaimStatus, Plan
from reskontro.ledger.domain.direct_debits.cutoffs import cutoff
from reskontro.ledger.domain.direct_debits.schemes import Agreement, Notifies, Scheme
from reskontro.ledger.domain.identifiers import ArItemId
from reskontro.ledger.service.direct_debits import agreements, claiming, outcomes
from reskontro.ledger.service.direct_debits.claiming import Proposal, Which, Written
from reskontro.ledger.store.direct_debits.agreements import Shipment
from reskontro.ledger.store.direct_debits.claims import Listed
from reskontro.platform.database import Database

app = command_group()
app.add_typer(payments_mandates.app, name="mandates")

ClientNo = Annotated[int, typer.Option("--client", help="Whose claims.", min=1, max=999_999)]
User = Annotated[str, typer.Option("--user", help="Who does it; it is kept.")]
SchemeOption = Annotated[
    Scheme, typer.Option("--scheme", help="AVTALEGIRO, AUTOGIRO or BETALINGSSERVICE.", case_sensitive=False)
]
Creditor = Annotated[str, typer.Option("--creditor", help="The account or creditor number, where there are several.")]
Group = Annotated[str, typer.Option("--group", help="The debtor group of Betalingsservice, where there are several.")]
ClaimNo = Annotated[int, typer.Argument(metavar="CLAIM", help="The claim's number.", min=1)]
ShipmentNo = Annotated[int, typer.Argument(metavar="SHIPMENT", help="The shipment's number.", min=1)]

AGREEMENT = (
    Column("scheme", "Scheme"),
    Column("creditorNo", "Creditor"),
    Column("debtorGroup", "Group"),
    Column("senderNo", "Sender"),
    Column("notifies", "Tells the payer"),
    Column("mandateDigits", "KID part"),
    Column("supplierId", "Supplier's id"),
    Column("mainText", "Text"),
)
PLANNED = (
    Column("action", "What"),
    Column("dueDate", "Due"),
    Column("cutOff", "Must be in by"),
    Column("amount", "Amount", right=True),
    Column("kid", "KID", right=True),
    Column("customerNo", "Customer"),
    Column("arItemId", "AR item"),
    Column("reason", "Why"),
)
CLAIMS = (
    Column("claimNo", "No.", right=True),
    Column("status", "Status"),
    Column("dueDate", "Due"),
    Column("amount", "Amount", right=True),
    Column("customerNo", "Customer"),
    Column("documentNo", "Document"),
    Column("kid", "KID", right=True),
    Column("arItemId", "AR item"),
    Column("scheme", "Scheme"),
    Column("shipmentNo", "Shipment", right=True),
    Column("paymentNo", "Payment", right=True),
    Column("reason", "Reason"),
)
CLAIM = (*CLAIMS[:4], Column("kid", "KID"), Column("cancelAskedBy", "To be taken back for"), Column("reason", "Reason"))
SHIPMENTS = (
    Column("shipmentNo", "No.", right=True),
    Column("scheme", "Scheme"),
    Column("creditorNo", "Creditor"),
    Column("numberInFile", "Number in the file"),
    Column("claimsAssignmentNo", "Assignment"),
    Column("cancellationsAssignmentNo", "Of cancellations"),
    Column("claims", "Claims", right=True),
    Column("cancellations", "Taken back", right=True),
    Column("answers", "Mandates accepted", right=True),
    Column("amount", "Amount", right=True),
    Column("fileName", "File"),
    Column("user", "By"),
    Column("createdTime", "When"),
)


@app.callback()
def debits() -> None:
    """Claim open invoices by direct debit, and see what became of the claims."""


@app.command()
def agree(
    client_no: ClientNo,
    user: User,
    scheme: SchemeOption,
    creditor: Annotated[str, typer.Option("--creditor", help="The receiving account, bankgiro or creditor number.")],
    sender: Annotated[str, typer.Option("--sender", help="The data sender's number with the operator.")],
    *,
    group: Annotated[str, typer.Option("--group", help="The debtor group, 5 digits; Betalingsservice only.")] = "",
    notifies: Annotated[
        Notifies, typer.Option("--notifies", help="Who tells the payer in Norway.", case_sensitive=False)
    ] = Notifies.PAYEE,
    mandate_digits: Annotated[
        int | None,
        typer.Option(help="Leading characters of the KID that a mandate is bound to; 0 for all of it.", min=0, max=25),
    ] = None,
    supplier_id: Annotated[str, typer.Option(help="The supplier's id in Betalingsservice's sections.")] = "",
    text: Annotated[str, typer.Option(help="The main text of Betalingsservice's payment overview.")] = "",
    next_shipment: Annotated[
        int | None, typer.Option(help="The number of the sender's next file, where others were sent before.", min=1)
    ] = None,
    next_assignment: Annotated[
        int | None, typer.Option(help="The number of the next assignment, likewise; AvtaleGiro only.", min=1)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Keep what was agreed on with the bank for one creditor number."""
    agreement = Agreement(
        scheme=scheme, creditor_no=creditor, debtor_group=group, sender_no=sender, notifies=notifies,
        mandate_digits=mandate_digits, supplier_id=supplier_id, main_text=text,
    )  # fmt: skip

    async def command(db: Database, now: datetime) -> Agreement:
        return await agreements.agree(
            db, client_no, agreement, now, person(user), next_shipment_no=next_shipment,
            next_assignment_no=next_assignment,
        )  # fmt: skip

    print_record(AGREEMENT, _agreement_record(run_for(client_no, command)), as_json=as_json)


@app.command("agreements")
def agreements_(client_no: ClientNo, *, as_json: AsJson = False) -> None:
    """List what was agreed on."""

    async def command(db: Database, _: datetime) -> list[Agreement]:
        return await agreements.list_agreements(db, client_no)

    rows = [_agreement_record(one) for one in run_for(client_no, command)]
    print_list("agreements", AGREEMENT, rows, as_json=as_json)


@app.command()
def propose(
    client_no: ClientNo,
    scheme: SchemeOption,
    *,
    creditor: Creditor = "",
    group: Group = "",
    as_json: AsJson = False,
) -> None:
    """Show what a file would hold that is sent now, and what not and why. Nothing is claimed."""

    async def command(db: Database, now: datetime) -> Proposal:
        return await claiming.propose(db, client_no, Which(scheme, creditor, group), now, person("operator"))

    found = run_for(client_no, command)
    _print_plan(client_no, found.agreement, found.plan, as_json=as_json)


@app.command()
def write(
    client_no: ClientNo,
    user: User,
    scheme: SchemeOption,
    to: Annotated[Path, typer.Option("--to", help="The file, or a folder for one of the stored name.", dir_okay=True)],
    *,
    creditor: Creditor = "",
    group: Group = "",
    due_to: Annotated[
        datetime | None, typer.Option("--due-to", formats=["%Y-%m-%d"], help="Leave what is due later to another file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the file for the bank: new claims, claims taken back, mandates accepted."""

    async def command(db: Database, now: datetime) -> Written | Proposal:
        which = Which(scheme, creditor, group)
        last: date | None = due_to.date() if due_to else None
        return await claiming.write(db, file_store(), client_no, which, now, person(user), due_to=last)

    found = run_for(client_no, command)
    if isinstance(found, Proposal):
        if not as_json:
            print("There is nothing to send.")
        _print_plan(client_no, found.agreement, found.plan, as_json=as_json, told_only=True)
        return
    path = _save(found.shipment, found.content, to)
    record = _shipment_record(found.shipment) | {"path": str(path)}
    if as_json:
        rows = _told_rows(client_no, found.plan)
        print_json(record | {"held": rows})
        return
    print_record((*SHIPMENTS, Column("path", "Written to")), record, as_json=False)
    _print_told(client_no, found.plan)


@app.command("list")
def list_(
    client_no: ClientNo,
    *,
    status: Annotated[
        list[ClaimStatus] | None,
        typer.Option(help="May stand several times; CLAIMED by default.", case_sensitive=False),
    ] = None,
    after: Annotated[int, typer.Option(help="Go on after this number; a list has 1000 at most.")] = 0,
    as_json: AsJson = False,
) -> None:
    """List claims."""

    async def command(db: Database, _: datetime) -> list[Listed]:
        return await claiming.list_claims(db, client_no, status or [ClaimStatus.CLAIMED], after)

    rows = [
        _claim_record(client_no, one.claim)
        | {"customerNo": one.customer_no, "documentNo": one.document_no, "createdTime": one.created_time}
        for one in run_for(client_no, command)
    ]
    print_list("claims", CLAIMS, rows, as_json=as_json)


@app.command()
def cancel(claim_no: ClaimNo, client_no: ClientNo, user: User, *, as_json: AsJson = False) -> None:
    """Have an outstanding claim taken back by the next file. The item is not claimed again for its due date."""

    async def command(db: Database, now: datetime) -> Claim:
        return await claiming.ask_to_cancel(db, client_no, claim_no, now, person(user))

    print_record(CLAIM, _claim_record(client_no, run_for(client_no, command)), as_json=as_json)


@app.command()
def refuse(
    claim_no: ClaimNo,
    client_no: ClientNo,
    user: User,
    reason: Annotated[str, typer.Option("--reason", help="What the bank's list says.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Note that the bank has refused a claim, as its list for people says. The item stays open."""

    async def command(db: Database, now: datetime) -> Claim:
        return await outcomes.refuse(db, client_no, claim_no, reason, now, person(user))

    print_record(CLAIM, _claim_record(client_no, run_for(client_no, command)), as_json=as_json)


@app.command()
def shipments(
    client_no: ClientNo,
    *,
    after: Annotated[int, typer.Option(help="Go on after this number; a list has 1000 at most.")] = 0,
    as_json: AsJson = False,
) -> None:
    """List the files that were written."""

    async def command(db: Database, _: datetime) -> list[Shipment]:
        return await agreements.list_shipments(db, client_no, after)

    rows = [_shipment_record(one) for one in run_for(client_no, command)]
    print_list("shipments", SHIPMENTS, rows, as_json=as_json)


@app.command("file")
def file_(
    shipment_no: ShipmentNo,
    client_no: ClientNo,
    to: Annotated[Path, typer.Option("--to", help="The file, or a folder for one of the stored name.", dir_okay=True)],
) -> None:
    """Write a file that was written before once more, byte for byte."""

    async def command(db: Database, _: datetime) -> tuple[Shipment, bytes]:
        return await claiming.content_of(db, file_store(), client_no, shipment_no)

    print(_save(*run_for(client_no, command), to))


def _save(shipment: Shipment, content: bytes, to: Path) -> Path:
    """Write the bytes where they are wanted; a file that is there with others is left alone."""
    path = to / shipment.file_name if to.is_dir() else to
    kept = f"shipment {shipment.shipment_no} is kept: have it written elsewhere by `reskontro payments debits file`"
    with complaints():
        try:
            if path.exists() and path.read_bytes() != content:
                raise CommandFailed(f"{path} is there with another content; {kept}")
            path.write_bytes(content)
        except OSError as error:
            raise CommandFailed(f"{path}: {error.strerror}; {kept}") from error
    return path


def _print_plan(client_no: int, agreement: Agreement, plan: Plan, *, as_json: bool, told_only: bool = False) -> None:
    claims = [] if told_only else [_candidate_row(client_no, agreement, one, "CLAIM", ()) for one in plan.claims]
    taken_back = [
        _claim_row(client_no, one.claim, "CANCEL", one.why.value) for one in plan.cancellations if one.in_time
    ]  # fmt: skip
    told = _told_rows(client_no, plan, agreement)
    if as_json:
        print_json({"claims": claims, "cancellations": taken_back, "held": told})
        return
    print_list("planned", PLANNED, [*claims, *taken_back, *told], as_json=False, nothing="Nothing may be claimed.")


def _print_told(client_no: int, plan: Plan) -> None:
    rows = _told_rows(client_no, plan)
    if rows:
        print("Left out:")
        print_list("held", PLANNED, rows, as_json=False)


def _told_rows(client_no: int, plan: Plan, agreement: Agreement | None = None) -> list[dict[str, Any]]:
    """What a person has to know of: claims that cannot be taken back by a file, and items that are held."""
    late = [
        _claim_row(client_no, one.claim, "ASK THE BANK", f"{one.why.value}; a file cannot take it back in time")
        for one in plan.cancellations
        if not one.in_time
    ]
    held = [
        _candidate_row(client_no, agreement, one.item, "NOT CLAIMED", tuple(hold.value for hold in one.holds))
        for one in plan.held
    ]
    return [*late, *held]


def _candidate_row(
    client_no: int, agreement: Agreement | None, one: Candidate, action: str, why: Sequence[str]
) -> dict[str, Any]:
    last = cutoff(agreement.scheme, agreement.notifies, one.due_date) if agreement is not None else None
    return {
        "action": action,
        "dueDate": one.due_date,
        "cutOff": f"{last.day.isoformat()} {last.at:%H:%M}" if last is not None else None,
        "amount": Money(one.balance_minor, one.currency),
        "kid": one.kid,
        "customerNo": one.customer_no,
        "documentNo": one.document_no,
        "arItemId": str(ArItemId(client_no, one.account_no, *one.item)),
        "mandateNo": one.mandate_no,
        "reason": "; ".join(why) or None,
    }


def _claim_row(client_no: int, claim: Claim, action: str, why: str) -> dict[str, Any]:
    return _claim_record(client_no, claim) | {"action": action, "cutOff": None, "customerNo": None, "reason": why}


def _claim_record(client_no: int, claim: Claim) -> dict[str, Any]:
    return {
        "claimNo": claim.claim_no,
        "status": claim.status.value,
        "dueDate": claim.due_date,
        "amount": Money(claim.amount_minor, claim.currency),
        "kid": claim.kid,
        "arItemId": str(ArItemId(client_no, claim.account_no, *claim.item)),
        "scheme": claim.scheme.value,
        "creditorNo": claim.creditor_no,
        "mandateNo": claim.mandate_no,
        "reference": claim.reference,
        "shipmentNo": claim.shipment_no,
        "cancelShipmentNo": claim.cancel_shipment_no,
        "cancelAskedBy": claim.cancel_asked_by or None,
        "paymentNo": claim.payment_no,
        "reasonCode": claim.reason_code or None,
        "reason": claim.reason or None,
    }


def _agreement_record(one: Agreement) -> dict[str, Any]:
    return {
        "scheme": one.scheme.value,
        "creditorNo": one.creditor_no,
        "debtorGroup": one.debtor_group or None,
        "senderNo": one.sender_no,
        "notifies": one.notifies.value,
        "mandateDigits": one.mandate_digits,
        "supplierId": one.supplier_id or None,
        "mainText": one.main_text or None,
    }


def _shipment_record(one: Shipment) -> dict[str, Any]:
    return {
        "shipmentNo": one.shipment_no,
        "scheme": one.scheme.value,
        "creditorNo": one.creditor_no,
        "debtorGroup": one.debtor_group or None,
        "senderNo": one.sender_no,
        "numberInFile": one.number_in_file,
        "claimsAssignmentNo": one.claims_assignment_no or None,
        "cancellationsAssignmentNo": one.cancellations_assignment_no or None,
        "claims": one.claims,
        "cancellations": one.cancellations,
        "answers": one.answers,
        "amount": Money(one.amount_minor, one.currency),
        "fileUuid": str(one.file_uuid),
        "fileName": one.file_name,
        "user": one.user_id,
        "createdTime": one.created_time,
    }
