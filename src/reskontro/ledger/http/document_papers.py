"""Papers of documents, `/reskontro/v1`: no published operation asks for one, so it is asked for here."""

from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Reply, Work
from reskontro.http.problem_body import PROBLEM_JSON, ProblemBody
from reskontro.kernel.problems import Fault, Refused
from reskontro.ledger.http.described import UuidText, one_of
from reskontro.ledger.http.documents import DOCUMENT_NO
from reskontro.ledger.http.parameters import CLIENT_NO
from reskontro.ledger.service import document_papers as service
from reskontro.ledger.store.document_papers import KeptEinvoice

REQUESTED, PRODUCED = "REQUESTED", "PRODUCED"
WRITTEN, REFUSED = "WRITTEN", "REFUSED"
UNKNOWN = "document-unknown"


class ReasonBody(msgspec.Struct):
    """One reason why a document is no e-invoice: a rule, the place in the document, what is asked for."""

    rule: str
    location: str
    text: str


class EinvoiceBody(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """What became of the document as an e-invoice: written, with its file, or refused, with the reasons."""

    einvoice_status: Annotated[str, one_of(WRITTEN, REFUSED)]
    file_uuid: UuidText | UnsetType = UNSET
    reasons: list[ReasonBody] = []


class PaperBody(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """How far a document's paper is."""

    client_no: int
    document_no: str
    paper_status: Annotated[str, one_of(REQUESTED, PRODUCED)]
    file_uuid: UuidText | UnsetType = UNSET
    einvoice: EinvoiceBody | UnsetType = UNSET


async def ask_for_paper(call: Call) -> Reply:
    """200 with the file of a document's paper, or 202: the job worker makes it now."""
    document_no: str = call.path["documentno"]
    found = await service.ask_for(call.tx, document_no)
    if found is None:
        raise Refused(404, [Fault(UNKNOWN, "Document not found", "documentno", document_no)])
    einvoice = await service.einvoice_of(call.tx, document_no)
    body = PaperBody(
        client_no=call.client,
        document_no=found.document_no,
        paper_status=REQUESTED if found.file_uuid is None else PRODUCED,
        file_uuid=UNSET if found.file_uuid is None else str(found.file_uuid),
        einvoice=UNSET if einvoice is None else _einvoice_body(einvoice, call.language),
    )
    return Reply(202 if found.file_uuid is None else 200, body)


def _einvoice_body(einvoice: KeptEinvoice, language: str) -> EinvoiceBody:
    return EinvoiceBody(
        einvoice_status=REFUSED if einvoice.file_uuid is None else WRITTEN,
        file_uuid=UNSET if einvoice.file_uuid is None else str(einvoice.file_uuid),
        reasons=[ReasonBody(r.rule, r.location, r.nb if language == "no" else r.en) for r in einvoice.reasons],
    )


EXAMPLE = {"clientNo": 2218, "documentNo": "88776655", "paperStatus": REQUESTED}
PRODUCED_EXAMPLE = EXAMPLE | {"paperStatus": PRODUCED, "fileUuid": "9b7c3d1e-52aa-4b2e-8f6e-6d1b0a2c4e88"}

ENDPOINTS = (
    Endpoint(
        method="POST",
        path="/clients/{clientno}/documents/{documentno}/paper",
        access=Scope("read:arm.document"),
        handler=ask_for_paper,
        work=Work.WRITE,
        summary="Ask for a document's PDF",
        tag="Papers",
        description=(
            "The PDF of an invoice, credit note or interest note, as it was issued. The worker makes it once and keeps "
            "it: the document has its `fileUuid` then, and the file is read like any other (`DOCUMENT-PDF`). A "
            "document that goes by Peppol has its UBL made too (`DOCUMENT-UBL`, also inside the PDF), or the "
            "reasons why there is none; it goes as its PDF then."
        ),
        path_parameters=(CLIENT_NO, DOCUMENT_NO),
        ready_on=("application/json", PROBLEM_JSON),
        answers={
            200: Answer("The paper is there.", PaperBody, PRODUCED_EXAMPLE),
            202: Answer("The paper is made now; ask again.", PaperBody, EXAMPLE),
            400: Answer("A wrong value or an unknown parameter.", ProblemBody),
            401: Answer("The token.", ProblemBody),
            403: Answer("The client or the scope.", ProblemBody),
            404: Answer("No such client or document.", ProblemBody, codes=(UNKNOWN,)),
        },
    ),
)
