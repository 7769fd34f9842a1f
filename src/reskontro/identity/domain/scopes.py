"""The catalogue of scopes: what each allows, and which product it belongs to.

A scope that writes cases also reads them; no other scope implies another.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from reskontro.identity.domain.resources import ARM, COLLECTION, DISTRIBUTION, PARTNER, RESKONTRO

OFFLINE_ACCESS: Final = "offline_access"


@dataclass(frozen=True, slots=True)
class ScopeMeaning:
    """The product whose tokens carry the scope, and what it allows there."""

    resource: str
    allows: str


CATALOGUE: Final[Mapping[str, ScopeMeaning]] = {
    "read:arm.customer": ScopeMeaning(ARM, "read customers"),
    "write:arm.customer": ScopeMeaning(ARM, "create, change and delete customers"),
    "read:arm.document": ScopeMeaning(ARM, "read documents and document bundles"),
    "write:arm.document": ScopeMeaning(ARM, "send documents"),
    "read:arm.ledger": ScopeMeaning(ARM, "read AR items, GL items, movements and insights, now and as of the past"),
    "write:arm.ledger": ScopeMeaning(ARM, "change AR items, post automatically, reserve payments"),
    "write:arm.action": ScopeMeaning(ARM, "carry out actions"),
    "read:arm.file": ScopeMeaning(ARM, "read files"),
    "write:arm.file": ScopeMeaning(ARM, "send files"),
    "read:arm.config": ScopeMeaning(ARM, "read settings and codes"),
    "read:arm.log": ScopeMeaning(ARM, "read log items"),
    "write:collection.case": ScopeMeaning(COLLECTION, "send claims, payments, corrections and actions; read cases"),
    "read:collection.case": ScopeMeaning(COLLECTION, "read batches, invoices, cases, documents, history and payments"),
    "read:collection.settlement": ScopeMeaning(COLLECTION, "read settlements"),
    "read:collection.report": ScopeMeaning(COLLECTION, "read the reports of an organisation"),
    "admin:collection": ScopeMeaning(COLLECTION, "read batches of all organisations and run diagnostics"),
    "write:distribution.invoice": ScopeMeaning(DISTRIBUTION, "send invoices and letters"),
    "read:distribution.invoice": ScopeMeaning(DISTRIBUTION, "read the state of invoices"),
    "write:distribution.organization": ScopeMeaning(DISTRIBUTION, "register sender companies"),
    "read:distribution.organization": ScopeMeaning(DISTRIBUTION, "read sender companies"),
    "write:distribution.bankagreement": ScopeMeaning(DISTRIBUTION, "register bank agreements"),
    "read:distribution.bankagreement": ScopeMeaning(DISTRIBUTION, "read bank agreements"),
    "read:distribution.partner": ScopeMeaning(PARTNER, "read what was sent for the partner's companies"),
    "read:reskontro": ScopeMeaning(RESKONTRO, "read explanations, events and verification"),
    "write:reskontro": ScopeMeaning(RESKONTRO, "run simulations and subscribe to events"),
    "operator": ScopeMeaning(RESKONTRO, "operate the installation, such as moving the sandbox clock"),
}

IMPLIED: Final[Mapping[str, frozenset[str]]] = {
    "write:collection.case": frozenset({"read:collection.case"}),
}


def words(text: str) -> tuple[str, ...]:
    """The scopes of a space-separated list, each once, in order."""
    return tuple(dict.fromkeys(word for word in text.split(" ") if word))


def with_implied(scopes: Iterable[str]) -> frozenset[str]:
    """The scopes with those that they imply."""
    held = frozenset(scopes)
    return held.union(*(IMPLIED.get(scope, frozenset()) for scope in held))


def resources_of(scopes: Iterable[str]) -> frozenset[str]:
    """The audiences that the scopes are about."""
    return frozenset(CATALOGUE[scope].resource for scope in scopes)
