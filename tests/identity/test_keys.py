import asyncio

import pytest

from reskontro.http.access import TokenRefused
from reskontro.identity.authenticator import TokenAuthenticator
from reskontro.identity.domain.resources import ARM, COLLECTION
from reskontro.identity.service import Identity, Offered
from reskontro.kernel.problems import Refused
from reskontro.platform.secrets import FieldCipher
from tests.identity.token_calls import ISSUER, Moment


def kids(identity) -> list[str]:
    return [key["kid"] for key in identity.ring.jwks()["keys"]]


async def token_of(identity, make_credential, **more) -> tuple[str, str]:
    client_id, secret = await make_credential(**more)
    issued = await identity.client_credentials(Offered(client_id, secret, client_id))
    return client_id, issued.access_token


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


@pytest.mark.usefixtures("without_keys")
async def test_several_processes_make_one_first_key(make_identity, moment):
    processes = [make_identity(moment) for _ in range(3)]
    await asyncio.gather(*(process.start() for process in processes))
    assert len({tuple(kids(process)) for process in processes}) == 1
    assert len(kids(processes[0])) == 1


@pytest.mark.usefixtures("without_keys")
async def test_keys_rotate_with_overlap(make_identity, moment, make_credential):
    signing, reading = make_identity(moment), make_identity(moment)
    await signing.start()
    authenticator = TokenAuthenticator.of(reading)
    (old,) = kids(signing)
    moment.move(days=89, hours=1)
    await signing.sweep()
    assert kids(signing)[0] == old
    new = kids(signing)[1]
    assert (await signing.ring.signer())[0] == old
    moment.move(hours=23, minutes=59)
    assert (await signing.ring.signer())[0] == old
    client_id, last_of_old = await token_of(signing, make_credential, access_token_s=86_400)
    moment.move(minutes=2)
    assert (await signing.ring.signer())[0] == new
    _, first_of_new = await token_of(signing, make_credential)
    assert (await authenticator.principal(bearer(last_of_old), ARM)).client_id == client_id
    assert await authenticator.principal(bearer(first_of_new), ARM)
    moment.move(hours=23)
    assert (await authenticator.principal(bearer(last_of_old), ARM)).client_id == client_id
    moment.move(hours=24)
    await signing.sweep()
    assert kids(signing) == [old, new]
    moment.move(hours=2)
    assert kids(signing) == [new]
    async with signing.db.registry() as connection:
        assert await connection.fetchval("select private_key is null from signing_key where kid = $1", old)


@pytest.mark.usefixtures("without_keys")
async def test_a_withdrawn_key_verifies_nothing_from_then_on(make_identity, moment, make_credential):
    one, two = make_identity(moment), make_identity(moment)
    await one.start()
    authenticator = TokenAuthenticator.of(two)
    _, token = await token_of(one, make_credential)
    assert await authenticator.principal(bearer(token), ARM)
    await one.ring.rotate(withdraw_others=True)
    with pytest.raises(TokenRefused):
        await two.verify(token)
    await authenticator._look_now()
    with pytest.raises(TokenRefused):
        await authenticator.principal(bearer(token), ARM)
    _, token = await token_of(one, make_credential)
    assert await authenticator.principal(bearer(token), ARM)


@pytest.mark.usefixtures("without_keys")
async def test_a_process_learns_a_key_that_it_has_not_met_but_not_at_every_try(
    make_identity, moment, make_credential, monkeypatch
):
    one, two = make_identity(moment), make_identity(moment)
    authenticator = TokenAuthenticator.of(two)
    with pytest.raises(TokenRefused):
        await authenticator.principal({}, ARM)  # reads the keys before there is the next one
    await one.ring.rotate(withdraw_others=True)
    _, token = await token_of(one, make_credential)
    loads = []
    load = two.ring.load

    async def counted(connection) -> None:
        loads.append(connection)
        await load(connection)

    monkeypatch.setattr(two.ring, "load", counted)
    assert await authenticator.principal(bearer(token), ARM)
    assert len(loads) == 1
    for _ in range(3):
        with pytest.raises(TokenRefused):
            await authenticator.principal(bearer("eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.e30.c2ln"), ARM)
    assert len(loads) == 1


@pytest.mark.usefixtures("without_keys")
async def test_a_process_with_another_field_key_cannot_sign_and_says_so(db, make_identity, moment, make_credential):
    await make_identity(moment).start()
    client_id, secret = await make_credential()
    stranger = Identity(db, FieldCipher([b"x" * 32]), ISSUER, moment)
    await stranger.start()
    assert not stranger.ring.signs()
    with pytest.raises(Refused) as refused:
        await stranger.client_credentials(Offered(client_id, secret, "198.18.0.1"))
    assert refused.value.status == 503
    stranger.close()


async def test_the_audience_is_compared_also_for_a_token_seen_before(identity, make_credential):
    authenticator = TokenAuthenticator.of(identity)
    _, token = await token_of(identity, make_credential)
    with pytest.raises(TokenRefused, match="audience"):
        await authenticator.principal(bearer(token), COLLECTION)
    assert await authenticator.principal(bearer(token), ARM)
    with pytest.raises(TokenRefused, match="audience"):
        await authenticator.principal(bearer(token), COLLECTION)


async def test_another_issuers_token_is_refused(db, identity, make_credential, moment):
    _, token = await token_of(identity, make_credential)
    elsewhere = TokenAuthenticator(db, identity.ring, "https://auth.example.org", moment)
    with pytest.raises(TokenRefused, match="issuer"):
        await elsewhere.principal(bearer(token), ARM)


async def test_a_token_seen_before_ends_with_its_expiry(identity, make_credential, moment):
    authenticator = TokenAuthenticator.of(identity)
    _, token = await token_of(identity, make_credential, access_token_s=300)
    moment.move(seconds=350)
    assert await authenticator.principal(bearer(token), ARM)
    moment.move(seconds=20)
    for _ in range(2):
        with pytest.raises(TokenRefused, match="expired"):
            await authenticator.principal(bearer(token), ARM)
    assert not authenticator._seen


async def test_every_process_hears_of_a_disabled_client_and_a_revoked_chain(
    identity, make_identity, make_credential, monkeypatch
):
    authenticator = TokenAuthenticator.of(make_identity(identity.now))
    client_id, token = await token_of(identity, make_credential)
    refreshing, secret = await make_credential(allow_refresh=True)
    offered = Offered(refreshing, secret, "198.18.0.2")
    chain = await identity.client_credentials(offered, "offline_access")
    assert await authenticator.principal(bearer(token), ARM)
    assert await authenticator.principal(bearer(chain.access_token), ARM)

    await identity.registry.disable(client_id)
    await identity.refresh(offered, chain.refresh_token)
    with pytest.raises(Refused):
        await identity.refresh(offered, chain.refresh_token)

    monkeypatch.setattr("reskontro.identity.authenticator.time.monotonic", lambda: authenticator._looked_at + 5.1)
    for revoked in (token, chain.access_token):
        with pytest.raises(TokenRefused, match="revoked"):
            await authenticator.principal(bearer(revoked), ARM)
    await authenticator.close()


async def test_revocations_are_looked_at_beside_the_calls(identity, make_credential, monkeypatch):
    authenticator = TokenAuthenticator.of(identity)
    client_id, token = await token_of(identity, make_credential)
    assert await authenticator.principal(bearer(token), ARM)
    await identity.registry.disable(client_id)
    assert await authenticator.principal(bearer(token), ARM)
    looked_at = authenticator._looked_at
    monkeypatch.setattr("reskontro.identity.authenticator.time.monotonic", lambda: looked_at + 2.5)
    assert await authenticator.principal(bearer(token), ARM)
    await authenticator.close()
    with pytest.raises(TokenRefused, match="revoked"):
        await authenticator.principal(bearer(token), ARM)


async def test_a_process_that_cannot_look_refuses_to_answer(identity, make_credential, monkeypatch):
    authenticator = TokenAuthenticator.of(identity)
    _, token = await token_of(identity, make_credential)
    assert await authenticator.principal(bearer(token), ARM)
    looked_at = authenticator._looked_at

    async def unreachable(_) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr("reskontro.identity.store.revision", unreachable)
    monkeypatch.setattr("reskontro.identity.authenticator.time.monotonic", lambda: looked_at + 2.5)
    assert await authenticator.principal(bearer(token), ARM)
    await authenticator.close()
    monkeypatch.setattr("reskontro.identity.authenticator.time.monotonic", lambda: looked_at + 5.5)
    for _ in range(2):
        with pytest.raises(ConnectionRefusedError):
            await authenticator.principal(bearer(token), ARM)


async def test_what_is_remembered_is_bounded(identity, make_credential, monkeypatch):
    monkeypatch.setattr("reskontro.identity.authenticator.MOST_SEEN", 10)
    authenticator = TokenAuthenticator.of(identity)
    client_id, secret = await make_credential()
    for _ in range(15):
        issued = await identity.client_credentials(Offered(client_id, secret, "198.18.0.3"))
        await authenticator.principal(bearer(issued.access_token), ARM)
        await authenticator.principal({"authorization": f"bearer  {issued.access_token}"}, ARM)
        assert len(authenticator._seen) <= 10


def test_a_moment_moves():
    moment = Moment()
    before = moment()
    moment.move(days=1)
    assert (moment() - before).days == 1
