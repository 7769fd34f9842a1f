"""A client with an agreement on direct debit: mandates come in, claims go out, in one line each."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from reskontro.kernel.actor import Actor
from reskontro.ledger import parts as ledger_parts
from reskontro.ledger.domain.direct_debits.claims import ClaimStatus
from reskontro.ledger.domain.direct_debits.schemes import Agreement, Notifies, Scheme
from reskontro.ledger.service.direct_debits import agreements, claiming, mandates, outcomes
from reskontro.ledger.service.direct_debits.claiming import Which
from reskontro.ledger.service.payment_files import import_path
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.clock import StandingClock
from reskontro.platform.database import Database
from reskontro.platform.files import FileStore
from tests.ledger.conftest import Api, make_client, set_config

CREDITORS = {
    Scheme.AVTALEGIRO: ("12345678903", "NOK", "00012345", ""),
    Scheme.AUTOGIRO: ("9912346", "SEK", "471117", ""),
    Scheme.BETALINGSSERVICE: ("00123456", "DKK", "12345678", "00001"),
}
ACTOR = Actor("SYSTEM", "Anna")


@dataclass
class Desk:
    """One client's direct debit in one scheme."""

    api: Api
    db: Database
    clock: StandingClock
    folder: Path
    scheme: Scheme
    sent: int = 0

    @property
    def client_no(self) -> int:
        return self.api.client_no

    @property
    def files(self) -> FileStore:
        return FileStore.open(self.folder)

    def at(self, moment: str) -> None:
        self.clock.moment = datetime.fromisoformat(moment).replace(tzinfo=UTC)

    async def agree(self, notifies: Notifies = Notifies.PAYEE, **more) -> Agreement:
        creditor, _, sender, group = CREDITORS[self.scheme]
        creditor = more.pop("creditor_no", creditor)
        numbers = {name: more.pop(name) for name in ("next_shipment_no", "next_assignment_no") if name in more}
        agreement = Agreement(
            scheme=self.scheme, creditor_no=creditor, debtor_group=group, sender_no=sender, notifies=notifies,
            mandate_digits=more.pop("mandate_digits", None), **more,
        )  # fmt: skip
        return await agreements.agree(self.db, self.client_no, agreement, self.clock.now(), ACTOR, **numbers)

    async def take(self, content: bytes | Path):
        """Import a file from a bank."""
        path = content
        if isinstance(content, bytes):
            self.sent += 1
            path = self.folder / f"{self.client_no}-{self.sent}.txt"
            path.write_bytes(content)
        return await import_path(
            self.db, Numbers(self.db), self.files, path, self.clock.now(), only_client=self.client_no
        )  # fmt: skip

    async def propose(self):
        return await claiming.propose(self.db, self.client_no, Which(self.scheme), self.clock.now(), ACTOR)

    async def write(self, **more):
        return await claiming.write(
            self.db, self.files, self.client_no, Which(self.scheme), self.clock.now(), ACTOR, **more
        )  # fmt: skip

    async def claims(self):
        listed = await claiming.list_claims(self.db, self.client_no, list(ClaimStatus))
        return [one.claim for one in listed]

    async def statuses(self) -> list[str]:
        return [claim.status.value for claim in await self.claims()]

    async def mandates(self):
        listed = await mandates.list_mandates(self.db, self.client_no, list(mandates.MandateStatus))
        return {one.mandate.key.payer_no: (one.mandate.status.value, one.customer_no) for one in listed}

    async def refuse(self, claim_no: int, reason: str):
        return await outcomes.refuse(self.db, self.client_no, claim_no, reason, self.clock.now(), ACTOR)

    async def ask(self, claim_no: int):
        return await claiming.ask_to_cancel(self.db, self.client_no, claim_no, self.clock.now(), ACTOR)

    async def sweep(self) -> None:
        await ledger_parts.due_rows(self.db).run_due(self.clock.now())

    async def invoice(self, number: str, amount: float, due: str, customer_no: str = "543210", **fields) -> dict:
        return await self.api.invoice(
            number, amount, customer_no=customer_no, documentDate=self.clock.now().date().isoformat(), dueDate=due,
            currency=CREDITORS[self.scheme][1], **fields,
        )  # fmt: skip

    async def item(self, document: dict) -> dict:
        return await self.api.item(document["arItemId"])

    async def events(self) -> list[tuple[str, str]]:
        async with self.db.reading(self.client_no) as tx:
            rows = await tx.fetch(
                "select kind, payload ->> 'reason' as why from ledger_event where client_no = $1 order by event_no",
                self.client_no,
            )
        return [(row["kind"], row["why"] or "") for row in rows]


async def free(superuser_dsn: str, *more: str) -> None:
    """Nobody has the creditor numbers of these tests."""
    connection = await asyncpg.connect(superuser_dsn)
    numbers = [*(creditor for creditor, *_ in CREDITORS.values()), *more]
    await connection.execute("delete from receiving_account where account_no = any($1::text[])", numbers)
    await connection.execute("delete from debit_agreement")
    await connection.execute("delete from debit_sender")
    await connection.close()


@pytest.fixture
async def desk_for(db, api_for, clock, tmp_path, superuser_dsn):
    await free(superuser_dsn)

    async def make(scheme: Scheme, moment: str) -> Desk:
        client_no = await make_client(db)
        creditor, currency, *_ = CREDITORS[scheme]
        async with db.registry() as connection:
            await connection.execute(
                "insert into receiving_account (account_no, client_no, currency, created_time) values ($1, $2, $3, $4)",
                creditor,
                client_no,
                currency,
                clock.moment,
            )
        await set_config(db, client_no, "gl.baseCurrency", currency)
        desk = Desk(api_for(client_no), db, clock, tmp_path, scheme)
        desk.at(moment)
        return desk

    yield make
    await free(superuser_dsn)
