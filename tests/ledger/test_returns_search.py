"""What a return takes back is found without looking at every payment."""

import asyncpg
import pytest

from reskontro.ledger.store.incoming import earlier_payments
from tests.ledger.conftest import NOW, make_client

ROWS = 40_000
FILL = """
insert into payment (client_no, payment_no, fingerprint, file_uuid, file_line_no, receiving_account_no, kind,
    settlement_date, currency, amount_minor, kid, payer_account_no, archive_reference, lump_sum_key, message, outcome,
    reason, rule, settled_minor, unapplied_minor, created_time)
select $1::int, nextval('payment_no'), decode(md5($1 || ' ' || n), 'hex'), gen_random_uuid(), n, '1', 'PAYMENT',
    '2025-01-01', 'NOK', 100 + n, md5('kid ' || n), '1', md5('bank ' || n), '', '', 'SETTLED', 'exact', '', 0, 0, $3
from generate_series(1, $2::int) as n
"""


@pytest.fixture
async def filled(db, superuser_dsn):
    client_no = await make_client(db)
    connection = await asyncpg.connect(superuser_dsn)
    await connection.execute("set session_replication_role = replica")  # no files, no cases: only the search is asked
    await connection.execute(FILL, client_no, ROWS, NOW)
    await connection.execute("vacuum analyze payment")
    yield client_no
    await connection.execute("delete from payment where client_no = $1", client_no)
    await connection.close()


async def test_a_return_finds_its_payment_by_either_reference_and_leaves_most_of_the_table_out(db, filled):
    async with db.transaction(filled) as tx:
        kid, archive = [
            await tx.fetchval(f"select md5('{name} 777')") for name in ("kid", "bank")
        ]  # fmt: skip
        for one, other in ((kid, ""), ("", archive), (kid, archive), (kid, f" {archive} ")):
            (found,) = await earlier_payments(tx, one, other, 877, "NOK")
            assert found.archive_reference == archive
        assert await earlier_payments(tx, kid, archive, 878, "NOK") == []
        assert await earlier_payments(tx, "", "", 877, "NOK") == []
        plan = await tx.fetch(
            """
            explain select payment_no from payment p where p.client_no = $1 and p.amount_minor = $4
                and p.outcome in ('SETTLED', 'ON-ACCOUNT', 'QUEUED')
                and (($2 <> '' and p.kid = $2) or ($3 <> '' and p.archive_reference = $3))
            """,
            filled, kid, archive, 877,
        )  # fmt: skip
    assert any("payment_returnable" in row[0] for row in plan), plan
