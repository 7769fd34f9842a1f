"""Direct debit, `/reskontro/v1`: payers' mandates, and what became of claims under them."""

from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Parameter, Reply, Work
from reskontro.http.wire import wire_time
from reskontro.kernel.money import to_wire
from reskontro.ledger.domain.direct_debits.claims import ClaimStatus
from reskontro.ledger.domain.direct_debits.mandates import MandateStatus
from reskontro.ledger.domain.direct_debits.schemes import Scheme
from reskontro.ledger.domain.identifiers import ArItemId
from reskontro.ledger.http import payment_examples as examples
from reskontro.ledger.http.bodies import Number
from reskontro.ledger.http.described import ArItemIdText, CurrencyText, DayText, TimeText, one_of
from reskontro.ledger.http.own_answers import AFTER_NUMBER, PAGE_SIZE, READING, next_page, statuses
from reskontro.ledger.http.parameters import CLIENT_NO
from reskontro.ledger.service.direct_debits.mandates import STANDING
from reskontro.ledger.store.direct_debits import claims as claim_store
from reskontro.ledger.store.direct_debits import mandates as mandate_store

ON_PAGE = 100
MANDATE_STATUS = statuses("status", MandateStatus, STANDING, "those that stand")
CLAIM_STATUS = statuses("status", ClaimStatus, (ClaimStatus.CLAIMED,), "those that are outstanding")


def _unknown(text: str) -> bool:
    if text.casefold() not in {"true", "false"}:
        raise ValueError("true or false is wanted")
    return text.casefold() == "true"


UNKNOWN = Parameter(
    "unknown", _unknown, "Only mandates of which no customer is known.", {"type": "boolean", "default": False}
)


class MandateBody(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """A mandate as it stands. `payerNo` is the KID, or the payee's number of the payer, that it is bound to."""

    mandate_no: int
    mandate_status: Annotated[str, one_of(*MandateStatus)]
    scheme: Annotated[str, one_of(*Scheme)]
    creditor_no: str
    debtor_group: str = ""
    payer_no: str
    agreement_no: str = ""
    customer_no: str = ""
    account_no: int | UnsetType = UNSET
    notice: bool | UnsetType = UNSET
    valid_from: DayText | UnsetType = UNSET
    ended_on: DayText | UnsetType = UNSET
    ended_why: str = ""


class MandatesBody(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """A page of mandates."""

    next_page: str | UnsetType = UNSET
    mandates: list[MandateBody]


class ClaimBody(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """A claim as it stands. `reason` says why it did not bring money, in words; `reasonCode` is the bank's."""

    claim_no: int
    claim_status: Annotated[str, one_of(*ClaimStatus)]
    scheme: Annotated[str, one_of(*Scheme)]
    creditor_no: str
    mandate_no: int
    customer_no: str
    ar_item_id: ArItemIdText
    document_no: str
    currency: CurrencyText
    currency_amount: Number
    due_date: DayText
    payment_no: int | UnsetType = UNSET
    reason_code: str = ""
    reason: str = ""
    cancel_asked_by: str = ""
    created_time: TimeText


class ClaimsBody(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """A page of claims."""

    next_page: str | UnsetType = UNSET
    claims: list[ClaimBody]


async def list_mandates(call: Call) -> Reply:
    """200 with a page of mandates."""
    wanted = call.query.get("status", STANDING)
    size: int = call.query.get("pagesize", ON_PAGE)
    unknown: bool = call.query.get("unknown", False)
    rows = await mandate_store.listed(call.tx, wanted, call.query.get("after", 0), size + 1, unknown=unknown)
    following: str | UnsetType = UNSET
    if len(rows) > size:
        more = {"status": ",".join(wanted)} | ({"unknown": "true"} if unknown else {})
        following = next_page(call, "mandates", more, rows[size - 1].mandate.mandate_no)
    return Reply(200, MandatesBody(next_page=following, mandates=[_mandate(one) for one in rows[:size]]))


async def list_claims(call: Call) -> Reply:
    """200 with a page of claims."""
    wanted = call.query.get("status", (ClaimStatus.CLAIMED,))
    size: int = call.query.get("pagesize", ON_PAGE)
    rows = await claim_store.listed(call.tx, wanted, call.query.get("after", 0), size + 1)
    following: str | UnsetType = UNSET
    if len(rows) > size:
        following = next_page(call, "debitclaims", {"status": ",".join(wanted)}, rows[size - 1].claim.claim_no)
    return Reply(200, ClaimsBody(next_page=following, claims=[_claim(call, one) for one in rows[:size]]))


def _mandate(listed: mandate_store.Listed) -> MandateBody:
    one = listed.mandate
    return MandateBody(
        mandate_no=one.mandate_no,
        mandate_status=one.status.value,
        scheme=one.scheme.value,
        creditor_no=one.key.creditor_no,
        debtor_group=one.key.debtor_group,
        payer_no=one.key.payer_no,
        agreement_no=one.key.agreement_no,
        customer_no=listed.customer_no,
        account_no=UNSET if one.account_no is None else one.account_no,
        notice=UNSET if one.notice is None else one.notice,
        valid_from=UNSET if one.valid_from is None else one.valid_from.isoformat(),
        ended_on=UNSET if one.ended_on is None else one.ended_on.isoformat(),
        ended_why=one.ended_why,
    )


def _claim(call: Call, listed: claim_store.Listed) -> ClaimBody:
    one = listed.claim
    return ClaimBody(
        claim_no=one.claim_no,
        claim_status=one.status.value,
        scheme=one.scheme.value,
        creditor_no=one.creditor_no,
        mandate_no=one.mandate_no,
        customer_no=listed.customer_no,
        ar_item_id=str(ArItemId(call.client, one.account_no, *one.item)),
        document_no=listed.document_no,
        currency=one.currency,
        currency_amount=to_wire(one.amount_minor, one.currency),
        due_date=one.due_date.isoformat(),
        payment_no=UNSET if one.payment_no is None else one.payment_no,
        reason_code=one.reason_code,
        reason=one.reason,
        cancel_asked_by=one.cancel_asked_by,
        created_time=wire_time(listed.created_time),
    )


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/clients/{clientno}/mandates",
        access=Scope("read:arm.ledger"),
        handler=list_mandates,
        work=Work.READ,
        summary="List direct debit mandates",
        description="By number. The payer's account and personal number are not shown.",
        tag="Direct debit",
        path_parameters=(CLIENT_NO,),
        query=(MANDATE_STATUS, UNKNOWN, PAGE_SIZE, AFTER_NUMBER),
        answers={200: Answer("A page of mandates.", MandatesBody, examples.MANDATES), **READING},
    ),
    Endpoint(
        method="GET",
        path="/clients/{clientno}/debitclaims",
        access=Scope("read:arm.ledger"),
        handler=list_claims,
        work=Work.READ,
        summary="List direct debit claims",
        description="By number: what was claimed of payers with a mandate, and what became of it.",
        tag="Direct debit",
        path_parameters=(CLIENT_NO,),
        query=(CLAIM_STATUS, PAGE_SIZE, AFTER_NUMBER),
        answers={200: Answer("A page of claims.", ClaimsBody, examples.CLAIMS), **READING},
    ),
)
