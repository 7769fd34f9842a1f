"""What a credential is: who calls, for whom, with which scopes, for how long a token.

A credential has at most two secrets, so that a new one can be brought into use before the old one ends.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from reskontro.identity.domain.resources import product_of, resource_of
from reskontro.identity.domain.scopes import CATALOGUE, OFFLINE_ACCESS, resources_of
from reskontro.kernel.problems import Fault, Refused

CLIENT_ID: Final = re.compile(r"[a-z0-9-]{3,64}")
SHORTEST_TOKEN_S: Final = 300
LONGEST_TOKEN_S: Final = 86_400
USUAL_TOKEN_S: Final = 3_600
MOST_CLIENTS: Final = 100  # every token names them, and most proxies pass 8 kB in a header line
SECRET_SLOTS: Final = (1, 2)


@dataclass(frozen=True, slots=True)
class Secret:
    """What may be shown of a secret: the part of it that names it, and since when it works."""

    slot: int
    secret_id: str
    created_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """One caller. `client_nos` is None for a credential that may act for every client."""

    credential_id: UUID
    client_id: str
    description: str
    resource: str
    scopes: tuple[str, ...]
    client_nos: tuple[int, ...] | None
    organizations: tuple[UUID, ...]
    access_token_s: int
    allow_refresh: bool
    disabled_time: datetime | None
    revoked_before_s: int  # tokens issued before this Unix second are revoked
    created_time: datetime
    secrets: tuple[Secret, ...] = ()

    @property
    def disabled(self) -> bool:
        """Whether it gets no tokens."""
        return self.disabled_time is not None

    @property
    def resources(self) -> frozenset[str]:
        """The audiences that its tokens may have: its own and those of its scopes."""
        return resources_of(self.scopes) | {self.resource}


@dataclass(frozen=True, slots=True)
class NewCredential:
    """What an operator asks for. Without a resource it is that of the first scope, and scopes decide refresh rights."""

    client_id: str
    scopes: Sequence[str]
    description: str = ""
    resource: str | None = None
    client_nos: Sequence[int] | None = ()  # None: every client
    organizations: Sequence[UUID] | None = None  # None: those of the clients
    access_token_s: int = USUAL_TOKEN_S
    allow_refresh: bool = False


class CredentialRefused(Refused):
    """The registry does not do what the operator asked for."""


def is_client_id(text: str) -> bool:
    """Whether the text has the form of a client id."""
    return CLIENT_ID.fullmatch(text) is not None


def check(wanted: NewCredential) -> NewCredential:
    """The order with its scopes once each and its resource filled in; raises CredentialRefused with every fault."""
    faults = []
    if not is_client_id(wanted.client_id):
        faults.append(_fault("client_id", "A client id is 3 to 64 characters of a-z, 0-9 and -", wanted.client_id))
    scopes = tuple(dict.fromkeys(scope for scope in wanted.scopes if scope != OFFLINE_ACCESS))
    unknown = [scope for scope in scopes if scope not in CATALOGUE]
    faults += [_fault("scopes", "There is no scope {value}", scope) for scope in unknown]
    if not scopes:
        faults.append(_fault("scopes", "At least one scope is wanted besides offline_access"))
    resource = resource_of(wanted.resource) if wanted.resource is not None else None
    if wanted.resource is not None and resource is None:
        faults.append(_fault("resource", "There is no resource {value}", wanted.resource))
    if not SHORTEST_TOKEN_S <= wanted.access_token_s <= LONGEST_TOKEN_S:
        faults.append(_fault("lifetime", "A token lives 300 to 86400 seconds", str(wanted.access_token_s)))
    if wanted.client_nos is not None and len(wanted.client_nos) > MOST_CLIENTS:
        faults.append(_fault("clients", "A credential names at most 100 clients", str(len(wanted.client_nos))))
    if wanted.organizations is not None and len(wanted.organizations) > MOST_CLIENTS:
        faults.append(
            _fault("organizations", "A credential names at most 100 organisations", str(len(wanted.organizations)))
        )
    if len(wanted.description) > 200:
        faults.append(_fault("description", "A description has at most 200 characters"))
    if faults:
        raise CredentialRefused(400, faults)
    return NewCredential(
        client_id=wanted.client_id,
        scopes=scopes,
        description=wanted.description,
        resource=resource or CATALOGUE[scopes[0]].resource,
        client_nos=None if wanted.client_nos is None else tuple(sorted(set(wanted.client_nos))),
        organizations=None if wanted.organizations is None else tuple(sorted(set(wanted.organizations))),
        access_token_s=wanted.access_token_s,
        allow_refresh=wanted.allow_refresh or OFFLINE_ACCESS in wanted.scopes,
    )


def _fault(field: str, message: str, value: str | None = None) -> Fault:
    return Fault("CREDENTIAL_INVALID", message, field, value, {"value": value} if value is not None else {})


def unknown_credential(client_id: str) -> CredentialRefused:
    """There is no credential of that name."""
    return CredentialRefused(
        404,
        [Fault("CREDENTIAL_UNKNOWN", "There is no credential {value}", "client_id", client_id, {"value": client_id})],
    )


def existing_credential(client_id: str) -> CredentialRefused:
    """The name is taken."""
    return CredentialRefused(
        409,
        [
            Fault(
                "CREDENTIAL_EXISTS",
                "There is a credential {value} already",
                "client_id",
                client_id,
                {"value": client_id},
            )
        ],
    )


def unknown_tenants(client_nos: Collection[int], organizations: Collection[UUID]) -> CredentialRefused:
    """Clients or organisations that the installation does not hold."""
    faults = [_fault("clients", "There is no client {value}", str(client_no)) for client_no in sorted(client_nos)]
    faults += [_fault("organizations", "There is no organisation {value}", str(one)) for one in sorted(organizations)]
    return CredentialRefused(400, faults)


def slot_for_new_secret(secrets: Sequence[Secret]) -> int:
    """Where a new secret goes: the free slot, or that of the oldest secret, which ends with that."""
    used = {secret.slot for secret in secrets}
    free = [slot for slot in SECRET_SLOTS if slot not in used]
    if free:
        return free[0]
    return min(secrets, key=lambda secret: (secret.created_time, secret.slot)).slot


def summary(credential: Credential) -> str:
    """One line about a credential for a log or a person: no secret in it."""
    clients = "every client" if credential.client_nos is None else ", ".join(map(str, credential.client_nos)) or "none"
    return f"{credential.client_id} ({product_of(credential.resource)}; clients: {clients})"
