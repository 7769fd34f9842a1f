"""Client configs (2.6)."""

from datetime import date

import pytest

from reskontro.ledger.domain.config import KEYS
from reskontro.ledger.http.client_configs import EXAMPLE, ONE_EXAMPLE
from tests.ledger.conftest import ALL_SCOPES, make_client, set_config


async def store(db, client_no, *rows):
    async with db.transaction(client_no) as tx:
        for row in rows:
            await tx.execute("insert into client_config values ($1, $2, $3, $4, $5)", client_no, *row)


async def test_every_key_is_shown_sorted_with_what_holds_today(api):
    answer = await api.get("/clientconfigs")
    assert answer.status_code == 200
    got = answer.json()
    assert list(got) == ["clientNo", "clientConfigs"]
    keys = [each["configKey"] for each in got["clientConfigs"]]
    assert keys == sorted(keys)
    assert set(KEYS) < set(keys)
    assert "gl.account.clearing.VIPPS" in keys
    by_key = {each["configKey"]: each for each in got["clientConfigs"]}
    assert by_key["reminder.levels"] == {
        "configKey": "reminder.levels",
        "description": "Number of reminders",
        "valueType": "INTEGER",
        "values": [{"value": "2", "validFrom": "1900-01-01"}],
    }
    assert len(by_key["autoposting.methods"]["values"]) == 10


async def test_the_published_example(api, db):
    first = date(2020, 1, 1)
    await store(db, api.client_no, ("gl.baseCurrency", "NOK", first, None), ("kid.prefix", "5", first, None))
    got = (await api.get("/clientconfigs")).json()["clientConfigs"]
    keys = {each["configKey"] for each in EXAMPLE["clientConfigs"]}
    assert [each for each in got if each["configKey"] in keys] == EXAMPLE["clientConfigs"]
    one = (await api.get("/clientconfigs/KID.PREFIX")).json()
    assert list(one) == list(ONE_EXAMPLE)
    assert one == ONE_EXAMPLE | {"clientNo": api.client_no}


async def test_a_prefix_in_whatever_case_and_a_language(api):
    got = (await api.get("/clientconfigs?prefix=REMINDER.", Accept_Language="no")).json()["clientConfigs"]
    assert [each["configKey"] for each in got] == ["reminder.daysAfterDue", "reminder.feeAmount", "reminder.levels"]
    assert got[0]["description"] == "Dager fra forfall til purring"
    assert (await api.get("/clientconfigs?prefix=nothing")).json()["clientConfigs"] == []


async def test_a_day_and_the_whole_history(api, db):
    rows = (("document.defaultDueDays", "20", date(2024, 1, 1), date(2024, 12, 31)),)
    await store(db, api.client_no, *rows, ("document.defaultDueDays", "30", date(2026, 1, 1), None))
    path = "/clientconfigs/document.defaultDueDays"

    async def values(query):
        return (await api.get(path + query)).json()["values"]

    assert await values("") == [{"value": "14", "validFrom": "2025-01-01", "validTo": "2025-12-31"}]
    assert await values("?validon=2024-12-31") == [{"value": "20", "validFrom": "2024-01-01", "validTo": "2024-12-31"}]
    assert [v["value"] for v in await values("?validon=ALL")] == ["30", "14", "20", "14"]
    everything = (await api.get("/clientconfigs?validon=all&prefix=document.defaultDue")).json()
    assert everything["clientConfigs"][0]["values"] == await values("?validon=all")


async def test_several_values_at_a_time(api, db):
    await set_config(db, api.client_no, "files.uploadTypes", "OCR", "ATTACHMENT")
    got = (await api.get("/clientconfigs/files.uploadtypes")).json()
    assert [v["value"] for v in got["values"]] == ["ATTACHMENT", "OCR"]


@pytest.mark.parametrize("key", ["shoe", "gl.account.clearing.", "gl.revenueAccountByItemGroup1.500", "x" * 300])
async def test_an_unknown_key_is_404(api, key):
    answer = await api.get(f"/clientconfigs/{key}")
    assert (answer.status_code, answer.json()["errors"][0]["errorCode"]) == (404, "ARM-1302")


async def test_what_cannot_be_asked(api, api_for, db):
    answer = await api.get("/clientconfigs?validon=yesterday")
    assert (answer.status_code, answer.json()["errors"][0]["errorCode"]) == (400, "ARM-1002")
    without = api_for(api.client_no, scopes=ALL_SCOPES - {"read:arm.config"})
    assert (await without.get("/clientconfigs")).status_code == 403


async def test_another_client_has_its_own(api, api_for, db):
    await set_config(db, api.client_no, "kid.prefix", "9")
    other = api_for(await make_client(db))
    assert (await other.get("/clientconfigs/kid.prefix")).json()["values"][0]["value"] == "5"
