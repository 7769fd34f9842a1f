"""E-invoices of `/reskontro/v1`: a document is judged; nothing of a client is read and nothing is kept."""

import asyncio
from typing import Literal

import msgspec

from reskontro.formats.ubl import Severity, Verdict, judge
from reskontro.formats.ubl.reading import MOST_BYTES
from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Reply, Work

XML_TYPES = ("application/xml", "text/xml")


class EinvoiceFinding(msgspec.Struct):
    """What one rule found wrong at one place: `location` is the path of the element."""

    rule: str
    severity: Literal["fatal", "warning"]
    location: str
    text: str


class EinvoiceVerdict(msgspec.Struct):
    """Whether a document is valid, and all that was found, in the order of the document."""

    valid: bool
    findings: list[EinvoiceFinding]

    @classmethod
    def of(cls, verdict: Verdict, language: str) -> "EinvoiceVerdict":
        """On the wire, the sentences in the caller's language."""
        return cls(
            verdict.valid,
            [EinvoiceFinding(f.rule, _word(f.severity), f.location, f.text(language)) for f in verdict.findings],
        )


def _word(severity: Severity) -> Literal["fatal", "warning"]:
    return "fatal" if severity is Severity.FATAL else "warning"


async def check_einvoice(call: Call) -> Reply:
    """The verdict on the document in the body. A long one takes a while, which other calls do not wait for."""
    verdict = await asyncio.to_thread(judge, call.body_bytes, call.today)
    return Reply(200, EinvoiceVerdict.of(verdict, call.language))


DOCUMENT_EXAMPLE = '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">…</Invoice>'
VERDICT_EXAMPLE = {
    "valid": False,
    "findings": [
        {
            "rule": "BR-CO-16",
            "severity": "fatal",
            "location": "/Invoice/cac:LegalMonetaryTotal",
            "text": "The amount to pay (BT-115) is the total with VAT less what is prepaid plus the rounding.",
        }
    ],
}

ENDPOINTS = (
    Endpoint(
        method="POST",
        path="/einvoices/check",
        access=Scope("read:arm.document"),
        handler=check_einvoice,
        work=Work.NONE,
        summary="Judge an e-invoice",
        description=(
            "An invoice, credit note or reminder in UBL 2.1, judged by EN 16931, Peppol BIS Billing 3.0 and the rules "
            "of Norway, Sweden and Denmark that are in force on the business day. Any bytes get a verdict: what cannot "
            "be read is a finding. Nothing is kept."
        ),
        tag="E-invoices",
        raw_body=XML_TYPES,
        body_example=DOCUMENT_EXAMPLE,
        body_limit_bytes=MOST_BYTES,
        answers={200: Answer("The verdict, whether the document is valid or not.", EinvoiceVerdict, VERDICT_EXAMPLE)},
    ),
)
