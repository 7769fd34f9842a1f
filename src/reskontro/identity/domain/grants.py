"""What a request for a token gets: its scopes, its audience, and whether a refresh token comes with it."""

from collections.abc import Collection
from dataclasses import dataclass

from reskontro.identity.domain.credentials import Credential
from reskontro.identity.domain.refusals import refused
from reskontro.identity.domain.resources import RESOURCES
from reskontro.identity.domain.scopes import OFFLINE_ACCESS, with_implied, words


@dataclass(frozen=True, slots=True)
class Grant:
    """What the token carries. `shown_scope` stands in the answer where the scope differs from the request."""

    scopes: tuple[str, ...]
    resource: str
    refreshable: bool
    shown_scope: str | None = None

    @property
    def scope(self) -> str:
        """The scopes as the token has them."""
        return " ".join(self.scopes)


def client_credentials_grant(credential: Credential, scope: str | None, resource: str | None) -> Grant:
    """The grant for a request; without a scope all that are assigned. Raises Refused."""
    asked = words(scope) if scope is not None else ()
    refreshable = OFFLINE_ACCESS in asked
    if refreshable and not credential.allow_refresh:
        raise refused("invalid_scope", "The scope offline_access is not assigned to the client.")
    named = tuple(one for one in asked if one != OFFLINE_ACCESS)
    _check_held(named, credential.scopes)
    granted = named or credential.scopes
    shown = " ".join((*granted, OFFLINE_ACCESS)) if refreshable and not named else None
    return Grant(granted, _resource(credential, resource), refreshable, shown)


def refresh_grant(credential: Credential, original: tuple[str, ...], resource: str, scope: str | None) -> Grant:
    """The grant for a refresh: the original scopes or fewer, and never one that the client has lost. Raises Refused."""
    named = tuple(one for one in words(scope or "") if one != OFFLINE_ACCESS)
    _check_held(named, original)
    wanted = named or original
    held = with_implied(credential.scopes)
    granted = tuple(one for one in wanted if one in held)
    if not granted or resource not in credential.resources:
        raise refused("invalid_scope", "None of the scopes is assigned to the client any more.")
    return Grant(granted, resource, refreshable=True, shown_scope=" ".join(granted) if granted != wanted else None)


def covers(
    scopes: Collection[str], organizations: Collection[str], wanted_scope: str | None, wanted_organization: str | None
) -> bool:
    """Whether a token holds every scope and the organisation that are asked about."""
    if wanted_organization is not None and wanted_organization not in organizations:
        return False
    return wanted_scope is None or with_implied(scopes).issuperset(words(wanted_scope))


def _check_held(asked: tuple[str, ...], held: Collection[str]) -> None:
    if not with_implied(held).issuperset(asked):
        raise refused("invalid_scope", "A scope is unknown or not assigned to the client.")


def _resource(credential: Credential, asked: str | None) -> str:
    if asked is None:
        return credential.resource
    folded = asked.lower()
    if folded not in RESOURCES.values() or folded not in credential.resources:
        raise refused("invalid_request", "The resource is unknown or not assigned to the client.")
    return folded
