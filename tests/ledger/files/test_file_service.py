import asyncio
from base64 import b64encode
from datetime import timedelta
from uuid import uuid4

import pytest

from reskontro.kernel.problems import Refused
from reskontro.ledger.domain.errors import Code, fault
from reskontro.ledger.domain.file import Direction, FileStatus, Upload
from reskontro.ledger.service.files import (
    Importers,
    NewFile,
    get_file,
    keep_produced,
    remove_orphans,
    upload_files,
)
from reskontro.ledger.store import config as config_store
from reskontro.ledger.store import files as store
from reskontro.platform.clock import real_now
from reskontro.platform.files import digest_of


class Importer:
    """Takes what begins with NY, as bank files do, and remembers what was queued."""

    def __init__(self):
        self.queued = []
        self.strict = True

    async def check(self, tx, content, now):
        if content.startswith(b"NY") or not self.strict:
            return []
        return [fault(Code.NOT_IN_LIST, "The content is not base64", "line 1"), fault(Code.SUMS, "The file is empty")]

    async def queue(self, tx, file, actor, now):
        assert await store.get(tx, file.file_uuid) is not None, "the row is in this transaction"
        self.queued.append(file.file_uuid)


def upload(content=b"%PDF-1.4\n", **more):
    encoded = b64encode(content).decode()
    return Upload(**{"file_type": "ATTACHMENT", "file_name": "terms.pdf", "content": encoded} | more)


async def send(drawer, *uploads, importers=None):
    async def use_case(tx):
        config = await config_store.read(tx, drawer.now.date())
        return await upload_files(tx, drawer.files, importers or Importers(), config, uploads, drawer.now, drawer.actor)

    return await drawer.db.run(drawer.client_no, use_case)


async def test_bytes_and_row_are_stored(drawer):
    (done,) = await send(drawer, upload(description="Terms 2025"))
    assert (done.status_code, done.faults) == (200, ())
    async with drawer.db.reading(drawer.client_no) as tx:
        assert await store.get(tx, done.file.file_uuid) == done.file
    assert await drawer.files.get(drawer.client_no, done.file.sha256) == b"%PDF-1.4\n"
    assert (done.file.direction, done.file.file_status, done.file.content_type) == ("IN", "STORED", "application/pdf")
    (item,) = await drawer.rows("select * from log_item where client_no = $1")
    assert (item["entity_type"], item["entity_id"]) == ("FILE", str(done.file.file_uuid))
    assert (item["log_text"], item["log_level"]) == ("File stored", "INFO")


async def test_the_bytes_are_there_before_the_row(drawer, monkeypatch):
    real = drawer.files.put

    async def put(client_no, digest, content):
        assert await drawer.rows("select 1 from stored_file where client_no = $1") == []
        await real(client_no, digest, content)
        assert await drawer.files.get(client_no, digest) == content

    monkeypatch.setattr(drawer.files, "put", put)
    await send(drawer, upload())


async def test_the_same_file_again_is_the_one_that_is_there(drawer):
    (first,) = await send(drawer, upload())
    again, renamed, other = await send(
        drawer, upload(), upload(file_name="other.pdf"), upload(content=b"other", description="x")
    )
    assert again.file == first.file
    assert renamed.file.file_uuid != first.file.file_uuid
    assert renamed.file.sha256 == first.file.sha256
    assert other.file.sha256 != first.file.sha256
    assert len(await drawer.kept()) == 2


async def test_the_same_file_twice_in_one_call_is_one(drawer):
    first, second = await send(drawer, upload(), upload())
    assert first.file == second.file
    assert len(await drawer.rows("select 1 from stored_file where client_no = $1")) == 1
    assert len(await drawer.rows("select 1 from log_item where client_no = $1")) == 1


async def test_many_senders_of_one_file_get_one(drawer):
    importer = Importer()
    importers = Importers(OCR=importer)
    done = await asyncio.gather(
        *(send(drawer, upload(b"NY000010", file_type="OCR"), importers=importers) for _ in range(10))
    )
    assert len({element.file.file_uuid for (element,) in done}) == 1
    assert importer.queued == [done[0][0].file.file_uuid]


async def test_some_can_fail_and_the_others_are_stored(drawer):
    done = await send(
        drawer,
        upload(),
        upload(file_type="CUSTOMER-IMPORT"),
        upload(content=b"x", checksum_sha256="0" * 64),
        upload(content=b"y", customer_no="nobody", document_no="nothing"),
        upload(file_type="LETTER", customer_no="nobody"),
    )
    assert [element.status_code for element in done] == [200, 403, 422, 404, 422]
    assert [[(f.code, f.field) for f in element.faults] for element in done] == [
        [],
        [("ARM-1203", "files[1].fileType")],
        [("ARM-2014", "files[2].checksumSha256")],
        [("ARM-1302", "files[3].customerNo"), ("ARM-1302", "files[3].documentNo")],
        [("ARM-2001", "files[4].fileType"), ("ARM-1302", "files[4].customerNo")],
    ]
    assert [element.file is None for element in done] == [False, True, True, True, True]
    assert len(await drawer.kept()) == 1


CUSTOMER = """
insert into customer (client_no, account_no, customer_no, customer_no_key, name, customer_category, language, currency,
    distribution_type, details, created_time, changed_time)
values ($1, 500001, 'Ab1', 'ab1', 'Kari', 'CONS', 'no', 'NOK', 'P', '{}', now(), now())
"""


async def test_a_link_gets_the_stored_spelling(drawer):
    async with drawer.db.transaction(drawer.client_no) as tx:
        await tx.execute(CUSTOMER, drawer.client_no)
    (done,) = await send(drawer, upload(customer_no="AB1"))
    assert done.file.customer_no == "Ab1"


async def test_an_import_is_queued_with_its_row(drawer):
    importer = Importer()
    (done,) = await send(drawer, upload(b"NY000010", file_type="ocr"), importers=Importers(OCR=importer))
    assert importer.queued == [done.file.file_uuid]
    assert (done.file.file_type, done.file.file_status) == ("OCR", FileStatus.STORED)
    (again,) = await send(drawer, upload(b"NY000010", file_type="OCR"), importers=Importers(OCR=importer))
    assert again.file == done.file
    assert len(importer.queued) == 1, "the same file again is not imported again"


async def test_an_import_without_its_importer_is_not_enabled(drawer):
    (done,) = await send(drawer, upload(b"NY000010", file_type="CAMT054"), importers=Importers(OCR=Importer()))
    assert (done.status_code, done.faults[0].code) == (403, "ARM-1203")


async def test_a_refused_import_is_kept_and_tried_again_when_it_comes_again(drawer):
    importer = Importer()
    importers = Importers(OCR=importer)
    bad = upload(b"nonsense", file_type="OCR")
    (done,) = await send(drawer, bad, importers=importers)
    assert done.status_code == 422
    assert [(f.code, f.field) for f in done.faults] == [
        ("ARM-2014", "files[0].line 1"),
        ("ARM-2014", "files[0].content"),
    ]
    assert (done.file.file_status, done.file.processed_time) == (FileStatus.FAILED, drawer.now)
    async with drawer.db.reading(drawer.client_no) as tx:
        assert await store.get(tx, done.file.file_uuid) == done.file
    assert await drawer.files.get(drawer.client_no, done.file.sha256) == b"nonsense"
    assert importer.queued == []

    (again,) = await send(drawer, bad, importers=importers)
    assert (again.status_code, again.file.file_uuid) == (422, done.file.file_uuid)

    importer.strict = False
    first, second = await send(drawer, bad, bad, importers=importers)
    assert first.status_code == second.status_code == 200
    assert importer.queued == [done.file.file_uuid]
    async with drawer.db.reading(drawer.client_no) as tx:
        stored = await store.get(tx, done.file.file_uuid)
    assert (stored.file_status, stored.faults, stored.processed_time) == (FileStatus.STORED, (), None)


async def test_a_produced_file_is_stored_once(drawer):
    made = NewFile(file_type="REPORT", file_name="report.pdf", content=b"%PDF", ledger_period_report_no=2564)

    async def use_case(tx):
        return await keep_produced(tx, drawer.files, made, drawer.now, drawer.actor)

    file = await drawer.db.run(drawer.client_no, use_case)
    assert await drawer.db.run(drawer.client_no, use_case) == file
    assert (file.direction, file.ledger_period_report_no) == (Direction.OUT, 2564)


async def test_only_readable_types_are_read(drawer):
    async def use_case(tx, file_type):
        made = NewFile(file_type=file_type, file_name="x", content=b"x")
        file = await keep_produced(tx, drawer.files, made, drawer.now, drawer.actor)
        return await get_file(tx, await config_store.read(tx, drawer.now.date()), file.file_uuid)

    assert (await drawer.db.run(drawer.client_no, lambda tx: use_case(tx, "REPORT"))).file_type == "REPORT"
    with pytest.raises(Refused) as refused:
        await drawer.db.run(drawer.client_no, lambda tx: use_case(tx, "DOCUMENT-IMPORT"))
    assert (refused.value.status, refused.value.faults[0].code) == (403, "ARM-1203")
    async with drawer.db.reading(drawer.client_no) as tx:
        with pytest.raises(Refused) as refused:
            await get_file(tx, await config_store.read(tx, drawer.now.date()), uuid4())
    assert refused.value.status == 404


async def test_a_failed_transaction_leaves_bytes_that_the_sweep_removes(drawer):
    async def use_case(tx):
        config = await config_store.read(tx, drawer.now.date())
        await upload_files(tx, drawer.files, Importers(), config, [upload()], drawer.now, drawer.actor)
        raise KeyError("a mistake of ours")

    with pytest.raises(KeyError):
        await drawer.db.run(drawer.client_no, use_case)
    (kept,) = await send(drawer, upload(b"kept"))
    assert len(await drawer.kept()) == 2
    assert await remove_orphans(drawer.db, drawer.files, real_now() - timedelta(hours=1)) == 0, "they are young"
    assert await remove_orphans(drawer.db, drawer.files, real_now() + timedelta(hours=1)) == 1
    assert await drawer.kept() == {(drawer.client_no, kept.file.sha256)}


async def test_bytes_that_another_client_names_do_not_save_an_orphan(drawer):
    (done,) = await send(drawer, upload())
    await drawer.files.put(drawer.client_no + 1, done.file.sha256, b"%PDF-1.4\n")
    assert await remove_orphans(drawer.db, drawer.files, real_now() + timedelta(hours=1)) == 1
    assert await drawer.kept() == {(drawer.client_no, done.file.sha256)}


async def test_the_sweep_waits_for_an_upload_that_names_the_bytes_it_found(drawer):
    """The bytes lie there as an orphan; an upload takes them over while the sweep looks."""
    content = b"%PDF-1.4\n"
    await drawer.files.put(drawer.client_no, digest_of(content), content)
    uploaded, go_on = asyncio.Event(), asyncio.Event()

    async def slow():
        async with drawer.db.transaction(drawer.client_no) as tx:
            config = await config_store.read(tx, drawer.now.date())
            await upload_files(tx, drawer.files, Importers(), config, [upload(content)], drawer.now, drawer.actor)
            uploaded.set()
            await go_on.wait()

    sending = asyncio.create_task(slow())
    await uploaded.wait()
    sweeping = asyncio.create_task(remove_orphans(drawer.db, drawer.files, real_now() + timedelta(hours=1)))
    done, _ = await asyncio.wait({sweeping}, timeout=0.3)
    assert not done, "it waits"
    go_on.set()
    await sending
    assert await sweeping == 0
    assert await drawer.files.get(drawer.client_no, digest_of(content)) == content
