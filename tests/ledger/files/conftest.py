from datetime import UTC, datetime

import pytest

from reskontro.kernel.actor import Actor
from reskontro.platform.files import FileStore


class Drawer:
    """A client that may upload some types of files, and a store."""

    def __init__(self, db, client_no, folder):
        self.db = db
        self.client_no = client_no
        self.folder = folder
        self.files = FileStore.open(folder)
        self.actor = Actor("API", "TestUser", "erp", "7d0b3a4e-6d3c-4d2f-9a61-0c1f6a0b8f11", "POST", "/x")
        self.now = datetime(2025, 3, 20, 9, 0, tzinfo=UTC)

    async def rows(self, sql):
        async with self.db.reading(self.client_no) as tx:
            return await tx.fetch(sql, self.client_no)

    async def kept(self):
        return {(found.client_no, found.sha256) async for found in self.files.everything()}


@pytest.fixture
async def drawer(db, tenant, tmp_path):
    async with db.transaction(tenant) as tx:
        await tx.execute(
            """
            insert into client_config (client_no, config_key, value, valid_from)
            select $1, 'files.uploadTypes', unnest(array['ATTACHMENT', 'OCR', 'CAMT054']), '2020-01-01'
            """,
            tenant,
        )
    return Drawer(db, tenant, tmp_path)
