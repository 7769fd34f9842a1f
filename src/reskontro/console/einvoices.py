"""The page that judges an e-invoice: a file is dropped on it, and what is wrong is read. Nothing is kept."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reskontro.console.pages import FORM_POLICY, page
from reskontro.formats.ubl import Finding, Severity, UblRefused, Verdict, judge
from reskontro.formats.ubl.overview import DocumentKind, Overview, overview
from reskontro.formats.ubl.tree import TooDeep
from reskontro.http.access import Public
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Reply, Work
from reskontro.http.multipart import uploaded_file

PATH = "/console/einvoice"
FIELD = "document"
FORM = "multipart/form-data"
WHY_PUBLIC = "In the sandbox only. A document is judged and forgotten; nothing of any client is read."
KINDS = {
    DocumentKind.INVOICE: "Invoice",
    DocumentKind.CREDIT_NOTE: "Credit note",
    DocumentKind.REMINDER: "Reminder",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """What the page shows of a file: its verdict, and what it says where it could be read."""

    name: str
    verdict: Verdict
    says: Overview | None

    @property
    def kind(self) -> str:
        """What the document is, in a word."""
        return KINDS[self.says.kind] if self.says is not None else "File"

    @property
    def findings(self) -> Sequence[Finding]:
        """The fatal ones first, otherwise in the order of the document."""
        return sorted(self.verdict.findings, key=lambda finding: finding.severity is not Severity.FATAL)

    @property
    def fatal(self) -> int:
        """How many findings make the document invalid."""
        return sum(finding.severity is Severity.FATAL for finding in self.verdict.findings)

    @property
    def warnings(self) -> int:
        """How many findings are worth a look."""
        return len(self.verdict.findings) - self.fatal


def judged(name: str, data: bytes, on: date) -> Judged:
    """The verdict on a file by the rules of a day, and what it says."""
    verdict = judge(data, on)
    try:
        return Judged(name, verdict, overview(data))
    except (UblRefused, TooDeep):
        return Judged(name, verdict, None)


async def get_form(call: Call) -> Reply:
    """The form."""
    return page(call.head, "einvoice.html", policy=FORM_POLICY, path=PATH, judged=None, missing=False)


async def post_form(call: Call) -> Reply:
    """The verdict on the file that was dropped, above the form for the next one."""
    file = uploaded_file(call.head.headers.get("content-type", ""), call.body_bytes, FIELD)
    if file is None:
        return page(call.head, "einvoice.html", 400, policy=FORM_POLICY, path=PATH, judged=None, missing=True)
    found = await asyncio.to_thread(judged, file.name, file.content, call.today)
    return page(call.head, "einvoice.html", policy=FORM_POLICY, path=PATH, judged=found, missing=False)


_SHARED: dict[str, Any] = {
    "path": PATH,
    "access": Public(WHY_PUBLIC),
    "work": Work.NONE,
    "tag": "Pages",
    "answers": {200: Answer("A page.", media_type="text/html")},
    "ready_on": ("text/html",),
}
ENDPOINTS = (
    Endpoint(method="GET", handler=get_form, summary="The form that takes an e-invoice", **_SHARED),
    Endpoint(method="POST", handler=post_form, summary="The verdict on an e-invoice", raw_body=(FORM,), **_SHARED),
)
