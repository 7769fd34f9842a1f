"""Token services with a clock that can be moved, on the worker's database."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from itertools import count
from uuid import UUID, uuid4

import asyncpg
import pytest

from reskontro.identity.domain.credentials import NewCredential
from reskontro.identity.service import Identity
from tests.identity.token_calls import CIPHER, ISSUER, Caller, Moment, calling

_numbers = count(700_000)


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
async def make_identity(db) -> AsyncIterator[Callable[[Moment], Identity]]:
    made: list[Identity] = []

    def make(moment: Moment) -> Identity:
        made.append(Identity(db, CIPHER, ISSUER, moment))
        return made[-1]

    yield make
    for identity in made:
        identity.close()


@pytest.fixture
async def identity(make_identity, moment) -> Identity:
    found = make_identity(moment)
    await found.start()
    return found


@pytest.fixture
async def caller(identity) -> AsyncIterator[Caller]:
    async with calling(identity) as found:
        yield found


@pytest.fixture
async def tenant(db) -> tuple[int, UUID]:
    """A client and its organisation."""
    number, organization = next(_numbers), uuid4()
    async with db.registry() as connection:
        await connection.execute(
            """
            insert into client (client_no, organization_id, company_id, legal_name, organization_no, vat_registered,
                                sandbox, created_time)
            values ($1, $2, $3, 'Firma AS', '984842252', true, true, $4)
            """,
            number,
            organization,
            number,
            datetime.now(UTC),
        )
    return number, organization


@pytest.fixture
def make_credential(identity, tenant):
    """Make a credential for the tenant; gives its client id and secret."""

    async def make(**more) -> tuple[str, str]:
        wanted = {
            "client_id": f"erp-{uuid4().hex}",
            "scopes": ("read:arm.ledger", "write:arm.ledger"),
            "client_nos": (tenant[0],),
        }
        credential, secret = await identity.registry.create(NewCredential(**wanted | more))
        return credential.client_id, secret

    return make


@pytest.fixture
async def without_keys(owner_dsn) -> None:
    """No signing key in the database."""
    connection = await asyncpg.connect(owner_dsn)
    await connection.execute("delete from signing_key")
    await connection.execute("update identity_revision set revision = revision + 1")
    await connection.close()
