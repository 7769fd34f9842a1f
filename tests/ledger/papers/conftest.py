"""Papers of documents: asking for them, doing the work, an account to be paid to."""

import asyncio
from datetime import UTC, datetime

import msgspec
import pytest

from reskontro.ledger import parts
from reskontro.ledger.service.document_papers import JOB
from reskontro.platform.jobs import WorkContext


@pytest.fixture
async def work(application, clock, db, api):
    """Does the papers that were asked for; how many there were."""
    context = WorkContext(db=application.context.db, clock=clock, parts=application.context.parts)
    (kind,) = parts.jobs(context)

    async def do() -> int:
        async with db.registry() as connection:
            rows = await connection.fetch("delete from pgqueuer where entrypoint = $1 returning payload", JOB)
        wanted = [msgspec.json.decode(row["payload"], type=kind.payload) for row in rows]
        mine = [one for one in wanted if one.client_no == api.client_no]
        await asyncio.gather(*(kind.run(context, one) for one in mine))
        return len(mine)

    await do()
    return do


@pytest.fixture
def asked(http, api_for, api):
    async def make(document_no: str):
        url = f"/reskontro/v1/clients/{api.client_no}/documents/{document_no}/paper"
        return await http.post(url, headers={"Authorization": f"Bearer {api.token}"})

    return make


async def add_account(db, client_no: int, account_no: str) -> None:
    async with db.registry() as connection:
        await connection.execute(
            "insert into receiving_account (account_no, client_no, created_time) values ($1, $2, $3)",
            account_no,
            client_no,
            datetime(2025, 1, 1, tzinfo=UTC),
        )


@pytest.fixture
async def unused_account(api) -> str:
    """An account number whose check digit fits, another one for each client."""
    from stdnum.no import kontonr

    base = f"8601{api.client_no:06d}"
    while True:
        number = next((base + digit for digit in "0123456789" if kontonr.is_valid(base + digit)), None)
        if number is not None:
            return number
        base = str(int(base) + 1_000_000)
