import asyncpg
import pytest

from reskontro.platform import migrations


async def test_the_template_is_at_the_newest_revision(owner_dsn):
    assert await migrations.current_revision(owner_dsn) == migrations.HEAD


async def test_an_error_rolls_back_and_the_connection_forgets_its_client(db):
    with pytest.raises(asyncpg.UndefinedTableError):
        async with db.transaction(1) as tx:
            await tx.execute("select 1 from no_such_table where client_no = 1")
    async with db.transaction(2) as tx:
        assert await tx.fetchval("select current_setting('reskontro.client_no')") == "2"
