"""Our own interface, `/reskontro/v1`: what goes past the published contracts, which keep their paths to themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reskontro.http.call import CallHead
from reskontro.http.endpoint import Endpoint, Reply
from reskontro.http.family import Condition, Meaning
from reskontro.http.problem_body import PROBLEM_MEANINGS, ProblemBody, render_problem
from reskontro.identity.domain.resources import ARM
from reskontro.kernel.problems import Refused
from reskontro.ledger.http import (
    as_of,
    branding,
    direct_debits,
    document_papers,
    einvoices,
    payment_files,
    payments,
    refunds,
)


@dataclass(frozen=True, slots=True)
class OwnFamily:
    """Questions that no contract answers. Its tokens are those of accounts receivable, whose rows it reads."""

    name: str = "reskontro"
    title: str = "Reskontro"
    description: str = (
        "What goes past the published interfaces: balance, open items and aging of a client's receivables ledger as of "
        "any past moment; papers of documents and their look; what is wrong with an e-invoice; bank files, taken and "
        "answered at once; payments that wait, refunds, and direct debit."
    )
    base_path: str = "/reskontro/v1"
    docs_path: str = "/reskontro/v1"
    audience: str = ARM
    error_body: type = ProblemBody
    endpoints: Sequence[Endpoint] = (
        *as_of.ENDPOINTS,
        *document_papers.ENDPOINTS,
        *branding.ENDPOINTS,
        *einvoices.ENDPOINTS,
        *payment_files.ENDPOINTS,
        *payments.ENDPOINTS,
        *refunds.ENDPOINTS,
        *direct_debits.ENDPOINTS,
    )

    @property
    def meanings(self) -> Mapping[Condition, Meaning]:
        """Its names for what can be wrong with any request."""
        return PROBLEM_MEANINGS

    def render(self, head: CallHead, refused: Refused) -> Reply:
        """The problem of a refusal."""
        return render_problem(head, refused)


OWN_FAMILY: Final = OwnFamily()
