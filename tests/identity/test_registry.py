import asyncio
import json
from uuid import uuid4

import asyncpg
import pytest
from typer.testing import CliRunner

from reskontro.cli.credential import app
from reskontro.identity.domain.credentials import CredentialRefused, NewCredential
from reskontro.identity.service import Offered
from reskontro.kernel.problems import Refused
from reskontro.platform.settings import settings


async def works(identity, client_id: str, secret: str) -> bool:
    try:
        await identity.client_credentials(Offered(client_id, secret, client_id))
    except Refused as refused:
        if refused.faults[0].code != "invalid_client":
            raise
        return False
    return True


async def test_two_secrets_work_and_a_third_ends_the_oldest(identity, make_credential):
    client_id, first = await make_credential()
    credential, second = await identity.registry.rotate(client_id)
    assert len(credential.secrets) == 2
    assert [await works(identity, client_id, secret) for secret in (first, second)] == [True, True]
    credential, third = await identity.registry.rotate(client_id)
    assert len(credential.secrets) == 2
    assert [await works(identity, client_id, secret) for secret in (first, second, third)] == [False, True, True]
    credential, fourth = await identity.registry.rotate(client_id, end_old=True)
    assert len(credential.secrets) == 1
    assert [await works(identity, client_id, secret) for secret in (second, third, fourth)] == [False, False, True]


async def test_rotations_at_the_same_time_leave_two_secrets(identity, make_credential):
    client_id, _ = await make_credential()
    await asyncio.gather(*(identity.registry.rotate(client_id) for _ in range(4)))
    assert len((await identity.registry.get(client_id)).secrets) == 2


async def test_a_name_is_taken_once(identity, make_credential):
    client_id, _ = await make_credential()
    with pytest.raises(CredentialRefused) as refused:
        await make_credential(client_id=client_id)
    assert refused.value.status == 409


async def test_an_unknown_credential_is_told(identity):
    for use_case in (
        identity.registry.get,
        identity.registry.rotate,
        identity.registry.disable,
        identity.registry.enable,
    ):
        with pytest.raises(CredentialRefused) as refused:
            await use_case("no-such-client")
        assert refused.value.status == 404


async def test_clients_and_organisations_have_to_exist(identity):
    stranger = uuid4()
    with pytest.raises(CredentialRefused) as refused:
        await identity.registry.create(
            NewCredential(client_id="erp", scopes=["read:arm.log"], client_nos=[999_999], organizations=[stranger])
        )
    assert [fault.value for fault in refused.value.faults] == ["999999", str(stranger)]


async def test_a_credential_for_every_client_names_none(identity, make_credential):
    client_id, secret = await make_credential(client_nos=None)
    credential = await identity.registry.get(client_id)
    assert credential.client_nos is None
    issued = await identity.client_credentials(Offered(client_id, secret, client_id))
    assert (await identity.verify(issued.access_token)).arm_clients == ("*",)


async def test_the_list_goes_by_name(identity, make_credential):
    client_id, _ = await make_credential()
    listed = [credential.client_id for credential in await identity.registry.list(client_id[:-1])]
    assert client_id in listed
    assert listed == sorted(listed)
    assert len(await identity.registry.list(limit=1)) == 1


async def test_a_sweep_deletes_what_has_ended(identity, make_credential, moment, db):
    client_id, secret = await make_credential(allow_refresh=True)
    await identity.client_credentials(Offered(client_id, secret, client_id), "offline_access")

    async def left() -> tuple[int, int]:
        async with db.registry() as connection:
            windows = await connection.fetchval(
                "select count(*) from rate_window where subject like $1", f"%{client_id}"
            )
            chains = await connection.fetchval(
                """
                select count(*) from refresh_token t join refresh_chain h using (chain_id)
                join credential c using (credential_id) where c.client_id = $1
                """,
                client_id,
            )
        return windows, chains

    await identity.sweep()
    assert await left() == (3, 1)
    moment.move(minutes=6)
    await identity.sweep()
    assert await left() == (0, 1)
    moment.move(days=92)
    await identity.sweep()
    assert await left() == (0, 0)


@pytest.mark.parametrize(
    "statement",
    [
        "delete from credential",
        "update credential set scopes = '{operator}'",
        "update credential set all_clients = true",
        "delete from signing_key",
        "update signing_key set public_jwk = ''",
        "update credential_client set client_no = 1",
        "delete from identity_revision",
    ],
)
async def test_the_application_has_no_right_that_it_does_not_need(db, statement):
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.registry() as connection:
            await connection.execute(statement)


# Commands


@pytest.fixture
def command(app_dsn, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", app_dsn)
    settings.cache_clear()

    def run(*arguments: str, status: int = 0):
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == status, result.output
        return json.loads(result.stdout) if "--json" in arguments else result.output

    yield run
    settings.cache_clear()


def test_a_credential_is_made_listed_rotated_disabled_and_enabled(command):
    client_id = f"cli-{uuid4().hex}"
    made = command("create", client_id, "--scope", "read:arm.log", "--scope", "operator", "--lifetime", "600", "--json")
    assert made["clientSecret"][:8] == made["secretIds"][0]
    assert (made["resource"], made["scopes"], made["accessTokenSeconds"]) == ("arm", ["read:arm.log", "operator"], 600)
    rotated = command("rotate", client_id, "--json")
    assert rotated["clientSecret"] != made["clientSecret"]
    assert len(rotated["secretIds"]) == 2
    assert command("disable", client_id, "--json")["disabled"] is True
    listed = {one["clientId"]: one for one in command("list", "--json")["credentials"]}
    assert listed[client_id]["disabled"] is True
    assert "clientSecret" not in listed[client_id]
    assert command("enable", client_id, "--json")["disabled"] is False
    assert client_id in command("list")
    assert "read:arm.ledger" in command("scopes")


def test_the_secret_is_printed_once(command):
    said = command("create", f"cli-{uuid4().hex}", "--scope", "read:arm.log", "--all-clients")
    assert "cannot be shown again" in said


def test_a_mistake_is_told_in_one_line(command):
    assert "There is no scope moon" in command("create", "cli-moon", "--scope", "moon", status=1)
    assert "There is no credential cli-moon" in command("disable", "cli-moon", status=1)
    command("create", "cli-moon", "--scope", "operator", "--client", "2218", "--all-clients", status=2)
