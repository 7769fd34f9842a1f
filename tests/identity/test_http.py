import asyncio
import base64
import json
from uuid import UUID, uuid4

import pytest
from joserfc import jws
from joserfc.jwk import KeySet

from reskontro.identity.domain.resources import ARM, COLLECTION
from tests.identity.token_calls import ISSUER, calling

SIX = ["access_token", "token_type", "not_before", "expires_in", "expires_on", "resource"]
NINE = [*SIX, "refresh_token", "refresh_expires_in"]


def claims(answer) -> dict:
    return json.loads(base64.urlsafe_b64decode(answer.json()["access_token"].split(".")[1] + "=="))


def basic(client_id: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()}


def assert_error(answer, status: int, error: str) -> None:
    assert (answer.status_code, answer.json()["error"]) == (status, error), answer.text
    assert list(answer.json()) == ["error", "error_description", "trace_id"]
    assert answer.json()["trace_id"] == answer.headers["x-request-id"].replace("-", "")
    assert answer.json()["error_description"].isascii()
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["pragma"] == "no-cache"
    challenge = {
        "invalid_client": 'Basic realm="identiverse"',
        "invalid_token": 'Bearer error="invalid_token"',
    }.get(error)
    assert answer.headers.get("www-authenticate") == challenge


async def test_a_plain_answer_has_exactly_the_six_fields_in_order(caller, make_credential, tenant):
    client_id, secret = await make_credential()
    answer = await caller.token(client_id, secret)
    assert answer.status_code == 200
    body = answer.json()
    assert list(body) == SIX
    assert (body["token_type"], body["expires_in"], body["resource"]) == ("Bearer", 3600, ARM)
    assert body["expires_on"] == body["not_before"] + 3600
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["pragma"] == "no-cache"
    assert answer.headers["content-type"] == "application/json"
    found = claims(answer)
    assert (found["iss"], found["aud"], found["arm_clients"]) == (ISSUER, ARM, [tenant[0]])
    assert found["orgs"] == [str(tenant[1])]
    assert found["scope"] == "read:arm.ledger write:arm.ledger"


async def test_the_client_can_prove_itself_by_form_by_json_and_by_basic(caller, make_credential):
    client_id, secret = await make_credential()
    both = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    grant = {"grant_type": "client_credentials"}
    as_form = await caller.http.post("/token", data=both)
    as_json = await caller.http.post("/token", json=both)
    by_basic = await caller.http.post("/token", data=grant, headers=basic(client_id, secret))
    json_basic = await caller.http.post("/token", json=grant, headers=basic(client_id, secret))
    assert [a.status_code for a in (as_form, as_json, by_basic, json_basic)] == [200] * 4


async def test_scope_and_resource_select(caller, make_credential):
    client_id, secret = await make_credential(scopes=("read:arm.ledger", "read:collection.case"))
    answer = await caller.token(client_id, secret, scope="read:collection.case", resource=COLLECTION)
    assert list(answer.json()) == SIX
    assert answer.json()["resource"] == claims(answer)["aud"] == COLLECTION
    assert claims(answer)["scope"] == "read:collection.case"
    assert_error(await caller.token(client_id, secret, scope="write:arm.ledger"), 400, "invalid_scope")
    assert_error(await caller.token(client_id, secret, scope="moon"), 400, "invalid_scope")
    assert_error(await caller.token(client_id, secret, scope="offline_access"), 400, "invalid_scope")
    assert_error(await caller.token(client_id, secret, resource=str(uuid4())), 400, "invalid_request")


async def test_an_unknown_client_a_wrong_secret_and_a_disabled_client_get_the_same_answer(
    caller, make_credential, identity
):
    client_id, secret = await make_credential()
    disabled, its_secret = await make_credential()
    await identity.registry.disable(disabled)
    answers = [
        await caller.token("no-such-client", secret),
        await caller.token("NOT A CLIENT ID\x00", secret),
        await caller.token(client_id, "wrong"),
        await caller.token(client_id, secret[:-1] + ("a" if secret[-1] != "a" else "b")),
        await caller.token(client_id, secret + "\x00" * 300),
        await caller.token(disabled, its_secret),
        await caller.http.post(
            "/token", data={"grant_type": "client_credentials"}, headers={"Authorization": "Basic !"}
        ),
        await caller.http.post(
            "/token", data={"grant_type": "client_credentials"}, headers={"Authorization": "Bearer abc"}
        ),
    ]
    for answer in answers:
        assert_error(answer, 401, "invalid_client")
    assert len({answer.json()["error_description"] for answer in answers}) == 1


async def test_every_refusal_costs_one_slow_hash(caller, make_credential, identity, monkeypatch):
    client_id, secret = await make_credential()
    await identity.registry.rotate(client_id)
    disabled, its_secret = await make_credential()
    await identity.registry.disable(disabled)
    compared = []
    compare = identity.hasher._compare

    def counted(stored, offered) -> bool:
        compared.append(offered)
        return compare(stored, offered)

    monkeypatch.setattr(identity.hasher, "_compare", counted)
    tries = [("no-such-client", secret), (client_id, "wrong"), (client_id, secret[:9] + "x"), (disabled, its_secret)]
    for number, (name, offered) in enumerate(tries, 1):
        assert_error(await caller.token(name, offered), 401, "invalid_client")
        assert len(compared) == number
    assert (await caller.token(client_id, secret)).status_code == 200
    assert len(compared) == len(tries) + 1


async def test_only_so_many_hashes_wait(caller, make_credential, monkeypatch):
    client_id, secret = await make_credential()
    monkeypatch.setattr("reskontro.identity.hashing.MOST_WAITING", 0)
    answer = await caller.token(client_id, secret)
    assert_error(answer, 503, "temporarily_unavailable")
    assert answer.headers["retry-after"] == "1"


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (FORM, b""),
        (FORM, b"grant_type=client_credentials&client_id=erp"),
        (FORM, b"grant_type=client_credentials&client_id=&client_secret=x"),
        (FORM, b"client_id=erp&client_secret=x"),
        (FORM, b"grant_type=client_credentials&client_id=erp&client_id=erp&client_secret=x"),
        (FORM, b"grant_type=client_credentials&client_id=erp&client_secret=x&other=1&other=2"),
        (FORM, b"grant_type=client_credentials&client_id=%ff&client_secret=x"),
        (FORM, b"grant_type=client_credentials&client_id=\xff&client_secret=x"),
        (FORM, b"&".join(b"a%d=1" % n for n in range(100))),
        (FORM + "; charset=latin-1", b"grant_type=client_credentials&client_id=erp&client_secret=x"),
        ("text/plain", b"grant_type=client_credentials&client_id=erp&client_secret=x"),
        ("", b"grant_type=client_credentials&client_id=erp&client_secret=x"),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("application/json", b"[]"),
        ("application/json", b"{"),
        ("application/json", b'{"grant_type": "client_credentials", "client_id": ["a", "b"], "client_secret": "x"}'),
        ("application/json", b'{"grant_type": "a", "grant_type": "b", "client_id": "erp", "client_secret": "x"}'),
        ("application/json", b"[" * 20_000),
    ],
)
async def test_a_malformed_request_is_refused(caller, content_type, body):
    for path in ("/token", "/refresh", "/verify"):
        fitting = body if path == "/token" else body.replace(b"client_credentials", b"refresh_token")
        answer = await caller.http.post(path, content=fitting, headers={"Content-Type": content_type})
        assert_error(answer, 400, "invalid_request")


async def test_both_ways_of_proof_at_once_are_refused(caller, make_credential):
    client_id, secret = await make_credential()
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    assert_error(await caller.http.post("/token", data=form, headers=basic(client_id, secret)), 400, "invalid_request")
    del form["client_secret"]
    assert (await caller.http.post("/token", data=form, headers=basic(client_id, secret))).status_code == 200
    form["client_id"] = "another"
    assert_error(await caller.http.post("/token", data=form, headers=basic(client_id, secret)), 400, "invalid_request")


async def test_parameters_in_the_url_are_refused(caller, make_credential):
    client_id, secret = await make_credential()
    answer = await caller.http.post(f"/token?client_id={client_id}", data={"client_secret": secret})
    assert_error(answer, 400, "invalid_request")


async def test_another_grant_is_refused(caller, make_credential):
    client_id, secret = await make_credential()
    assert_error(await caller.token(client_id, secret, grant_type="password"), 400, "unsupported_grant_type")
    answer = await caller.refresh(client_id, secret, "rt_x", grant_type="client_credentials")
    assert_error(answer, 400, "unsupported_grant_type")


async def test_too_large_a_body_is_refused(caller):
    assert_error(await caller.http.post("/token", data={"client_id": "x" * 40_000}), 413, "invalid_request")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", "/token", "POST"),
        ("PUT", "/refresh", "POST"),
        ("DELETE", "/verify", "GET, POST"),
        ("POST", "/health", "GET"),
        ("POST", "/.well-known/jwks.json", "GET"),
    ],
)
async def test_a_wrong_method_is_told_the_right_ones(caller, method, path, allow):
    answer = await caller.http.request(method, path)
    assert_error(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == allow


async def test_the_id_of_a_call_is_taken_over(caller):
    answer = await caller.http.get("/verify", headers={"X-Request-Id": "4bf92f35-77b3-4da6-a3ce-929d0e0e4736"})
    assert answer.json()["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736"


# Verifying


async def test_verify_tells_what_a_token_grants(caller, make_credential, tenant):
    client_id, secret = await make_credential(scopes=("write:collection.case",))
    answer = await caller.token(client_id, secret)
    token = answer.json()["access_token"]
    told = await caller.verify(token, scope="read:collection.case write:collection.case", organizationId=str(tenant[1]))
    assert told.status_code == 200
    body = told.json()
    assert 3590 <= body.pop("expires_in") <= 3600
    assert list(body.items()) == [
        ("active", True),
        ("token_type", "Bearer"),
        ("client_id", client_id),
        ("sub", client_id),
        ("iss", ISSUER),
        ("aud", COLLECTION),
        ("scope", "write:collection.case"),
        ("organizations", [str(tenant[1])]),
        ("not_before", answer.json()["not_before"]),
        ("expires_on", answer.json()["expires_on"]),
    ]
    by_post = await caller.http.post(
        "/verify",
        data={"client_id": client_id, "client_secret": secret, "token": token, "scope": "read:collection.case"},
    )
    assert by_post.status_code == 200
    assert list(by_post.json()) == list(told.json())
    assert_error(await caller.verify(token, scope="read:arm.ledger"), 403, "insufficient_scope")
    assert_error(await caller.verify(token, organizationId=str(uuid4())), 403, "insufficient_scope")
    assert_error(await caller.verify(token, organizationId="moon"), 400, "invalid_request")
    answer = await caller.http.get(
        f"/verify?scope=a&scope=b&token={token}", headers={"Authorization": f"Bearer {token}"}
    )
    assert_error(answer, 400, "invalid_request")
    form = {"client_id": client_id, "client_secret": secret, "token": token, "organizationId": str(uuid4())}
    assert_error(await caller.http.post("/verify", data=form), 403, "insufficient_scope")
    form["organizationId"] = "moon"
    assert_error(await caller.http.post("/verify", data=form), 400, "invalid_request")


async def test_a_bad_token_is_401_to_its_bearer_and_inactive_to_a_client(caller, make_credential, moment):
    client_id, secret = await make_credential()
    token = (await caller.token(client_id, secret)).json()["access_token"]
    header, payload, signature = token.split(".")
    bad = ["", "x", f"{header}.{payload}.", f"{header}.{signature}.{payload}", token[:-2]]
    for one in bad:
        assert_error(await caller.verify(one), 401, "invalid_token")
    assert_error(await caller.http.get("/verify"), 401, "invalid_token")
    assert_error(await caller.http.get("/verify", headers=basic(client_id, secret)), 401, "invalid_token")
    proof = {"client_id": client_id, "client_secret": secret}
    for one in bad[1:]:
        answer = await caller.http.post("/verify", data={**proof, "token": one})
        assert (answer.status_code, answer.json()) == (200, {"active": False})
    assert_error(
        await caller.http.post("/verify", data={"token": token}, headers=basic(client_id, "x")), 401, "invalid_client"
    )
    moment.move(seconds=3600 + 61)
    assert_error(await caller.verify(token), 401, "invalid_token")
    moment.move(seconds=-7200 - 122)
    assert_error(await caller.verify(token), 401, "invalid_token")


async def test_a_disabled_client_is_seen_by_verify_at_once_and_its_old_tokens_stay_revoked(
    caller, make_credential, identity
):
    client_id, secret = await make_credential()
    token = (await caller.token(client_id, secret)).json()["access_token"]
    assert (await caller.verify(token)).status_code == 200
    await identity.registry.disable(client_id)
    assert_error(await caller.verify(token), 401, "invalid_token")
    assert_error(await caller.token(client_id, secret), 401, "invalid_client")
    await identity.registry.enable(client_id)
    assert_error(await caller.verify(token), 401, "invalid_token")
    again = (await caller.token(client_id, secret)).json()["access_token"]
    assert (await caller.verify(again)).status_code == 200


# Refreshing


async def test_a_refresh_token_comes_when_asked_for_and_works_once(caller, make_credential):
    client_id, secret = await make_credential(allow_refresh=True)
    assert list((await caller.token(client_id, secret)).json()) == SIX
    first = await caller.token(client_id, secret, scope="read:arm.ledger offline_access")
    assert list(first.json()) == NINE
    assert first.json()["refresh_expires_in"] == 1_209_600
    assert claims(first)["scope"] == "read:arm.ledger"
    second = await caller.refresh(client_id, secret, first.json()["refresh_token"])
    assert list(second.json()) == NINE
    assert claims(second)["scope"] == "read:arm.ledger"
    third = await caller.token(
        client_id, secret, grant_type="refresh_token", refresh_token=second.json()["refresh_token"]
    )
    assert third.status_code == 200
    for answer in (first, second, third):
        assert (await caller.verify(answer.json()["access_token"])).status_code == 200


async def test_a_spent_refresh_token_that_comes_back_revokes_the_chain(caller, make_credential):
    client_id, secret = await make_credential(allow_refresh=True)
    first = (await caller.token(client_id, secret, scope="offline_access")).json()
    other_chain = (await caller.token(client_id, secret, scope="offline_access")).json()
    second = (await caller.refresh(client_id, secret, first["refresh_token"])).json()
    assert_error(await caller.refresh(client_id, secret, first["refresh_token"]), 400, "invalid_grant")
    assert_error(await caller.refresh(client_id, secret, second["refresh_token"]), 400, "invalid_grant")
    for answer in (first, second):
        assert_error(await caller.verify(answer["access_token"]), 401, "invalid_token")
    assert (await caller.verify(other_chain["access_token"])).status_code == 200
    assert (await caller.refresh(client_id, secret, other_chain["refresh_token"])).status_code == 200


async def test_of_two_uses_at_the_same_time_one_wins_and_the_chain_is_revoked(make_identity, moment, make_credential):
    client_id, secret = await make_credential(allow_refresh=True)
    async with calling(make_identity(moment)) as left, calling(make_identity(moment)) as right:
        first = (await left.token(client_id, secret, scope="offline_access")).json()
        answers = await asyncio.gather(
            *(caller.refresh(client_id, secret, first["refresh_token"]) for caller in (left, right))
        )
        assert sorted(answer.status_code for answer in answers) == [200, 400]
        winner = next(answer.json() for answer in answers if answer.status_code == 200)
        assert_error(await left.refresh(client_id, secret, winner["refresh_token"]), 400, "invalid_grant")


async def test_asking_for_more_scope_does_not_spend_a_refresh_token(caller, make_credential):
    client_id, secret = await make_credential(allow_refresh=True)
    first = (await caller.token(client_id, secret, scope="read:arm.ledger offline_access")).json()
    refused = await caller.refresh(client_id, secret, first["refresh_token"], scope="write:arm.ledger")
    assert_error(refused, 400, "invalid_scope")
    assert (await caller.refresh(client_id, secret, first["refresh_token"])).status_code == 200


async def test_a_refresh_token_is_refused_to_others_and_after_its_time(caller, make_credential, moment, identity):
    client_id, secret = await make_credential(allow_refresh=True)
    another, its_secret = await make_credential(allow_refresh=True)
    without, without_secret = await make_credential()
    first = (await caller.token(client_id, secret, scope="offline_access")).json()
    assert_error(await caller.refresh(another, its_secret, first["refresh_token"]), 400, "invalid_grant")
    assert_error(await caller.refresh(client_id, secret, "rt_unknown"), 400, "invalid_grant")
    assert_error(await caller.refresh(without, without_secret, first["refresh_token"]), 400, "unauthorized_client")
    assert_error(await caller.refresh(client_id, "wrong", first["refresh_token"]), 401, "invalid_client")
    moment.move(days=13)
    second = (await caller.refresh(client_id, secret, first["refresh_token"])).json()
    moment.move(days=15)
    assert_error(await caller.refresh(client_id, secret, second["refresh_token"]), 400, "invalid_grant")


async def test_a_chain_ends_after_90_days(caller, make_credential, moment):
    client_id, secret = await make_credential(allow_refresh=True)
    answer = (await caller.token(client_id, secret, scope="offline_access")).json()
    for _ in range(6):
        moment.move(days=13)
        answer = (await caller.refresh(client_id, secret, answer["refresh_token"])).json()
    assert 12 * 86_400 - 60 <= answer["refresh_expires_in"] <= 12 * 86_400
    moment.move(days=12)
    assert_error(await caller.refresh(client_id, secret, answer["refresh_token"]), 400, "invalid_grant")


async def test_disabling_a_client_revokes_its_refresh_tokens(caller, make_credential, identity):
    client_id, secret = await make_credential(allow_refresh=True)
    first = (await caller.token(client_id, secret, scope="offline_access")).json()
    await identity.registry.disable(client_id)
    await identity.registry.enable(client_id)
    assert_error(await caller.refresh(client_id, secret, first["refresh_token"]), 400, "invalid_grant")


# Limits


async def test_thirty_requests_a_minute_hold_over_two_processes(make_identity, moment, make_credential):
    client_id, secret = await make_credential()
    one, two = make_identity(moment), make_identity(moment)
    async with calling(one) as left, calling(two) as right:
        for number in range(30):
            assert (await (left, right)[number % 2].token(client_id, secret)).status_code == 200
        for caller in (left, right):
            answer = await caller.token(client_id, secret)
            assert_error(answer, 429, "slow_down")
            assert 1 <= int(answer.headers["retry-after"]) <= 60
        moment.move(seconds=61)
        assert (await left.token(client_id, secret)).status_code == 200


async def test_ten_failures_in_five_minutes_lock_the_client_and_the_address(make_identity, moment, make_credential):
    client_id, secret = await make_credential()
    another, its_secret = await make_credential()
    one, two = make_identity(moment), make_identity(moment)
    async with calling(one) as left, calling(two) as right:
        for caller in (left, right):
            for _ in range(5):
                assert_error(await caller.token(client_id, "wrong"), 401, "invalid_client")
        answer = await right.token(client_id, secret)
        assert_error(answer, 429, "slow_down")
        assert 200 <= int(answer.headers["retry-after"]) <= 300
        assert (await right.token(another, its_secret)).status_code == 200
        for _ in range(5):
            assert_error(await left.token("no-such-client", "wrong"), 401, "invalid_client")
        assert_error(await left.token(another, its_secret), 429, "slow_down")
        assert_error(
            await left.http.post("/verify", data={"token": "x"}, headers=basic(another, its_secret)), 429, "slow_down"
        )
        moment.move(seconds=301)
        assert (await left.token(client_id, secret)).status_code == 200


async def test_an_address_behind_a_trusted_proxy_is_the_one_that_counts(identity, make_credential):
    client_id, secret = await make_credential()
    proxies = frozenset({"192.0.2.1", "192.0.2.2"})
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    async with calling(identity, "192.0.2.1", proxies) as caller:
        bad = {"X-Forwarded-For": "10.9.9.9, 2001:db8:7::1, 192.0.2.2"}
        good = {"X-Forwarded-For": "2001:db8:7::1, 203.0.113.77"}
        for _ in range(10):
            answer = await caller.http.post("/token", data=form | {"client_id": "no-such-one"}, headers=bad)
            assert answer.status_code == 401
        bad_neighbour = {"X-Forwarded-For": "2001:db8:7::2"}
        assert (await caller.http.post("/token", data=form, headers=bad_neighbour)).status_code == 429
        assert (await caller.http.post("/token", data=form, headers=good)).status_code == 200


# Keys and health


async def test_the_published_keys_verify_a_token(caller, make_credential):
    client_id, secret = await make_credential()
    token = (await caller.token(client_id, secret)).json()["access_token"]
    answer = await caller.http.get("/.well-known/jwks.json")
    assert answer.headers["cache-control"] == "public, max-age=300"
    for key in answer.json()["keys"]:
        assert list(key) == ["kty", "use", "alg", "kid", "n", "e"]
        assert (key["kty"], key["use"], key["alg"]) == ("RSA", "sig", "RS256")
    found = jws.deserialize_compact(token, KeySet.import_key_set(answer.json()), algorithms=["RS256"])
    assert json.loads(found.payload)["client_id"] == client_id


async def test_health_names_parts_and_states_only(caller):
    answer = await caller.http.get("/health")
    assert answer.status_code == 200
    body = answer.json()
    assert isinstance(body.pop("totalDurationMs"), int)
    assert body == {
        "status": "Healthy",
        "entries": {"database": {"status": "Healthy"}, "signingKeys": {"status": "Healthy"}},
    }


async def test_health_is_503_without_a_database(make_identity, moment, monkeypatch):
    identity = make_identity(moment)
    monkeypatch.setattr(identity.ring, "current", _refused_connection)
    async with calling(identity) as caller:
        answer = await caller.http.get("/health")
    assert answer.status_code == 503
    assert answer.json()["entries"]["database"] == {"status": "Unhealthy"}


async def test_without_a_database_a_token_request_is_told_to_come_back(make_identity, moment, monkeypatch):
    identity = make_identity(moment)
    monkeypatch.setattr(identity.limits, "admit", _refused_connection)
    async with calling(identity) as caller:
        answer = await caller.token("erp", "x")
        assert_error(answer, 503, "temporarily_unavailable")
        assert int(answer.headers["retry-after"]) > 0
        monkeypatch.setattr(identity.limits, "admit", _mistake)
        assert_error(await caller.token("erp", "x"), 500, "server_error")


async def _refused_connection(*_, **__):
    raise ConnectionRefusedError


async def _mistake(*_, **__):
    raise ZeroDivisionError


async def test_no_secret_and_no_token_is_logged(caller, make_credential, capfd):
    client_id, secret = await make_credential(allow_refresh=True)
    first = (await caller.token(client_id, secret, scope="offline_access")).json()
    await caller.token(client_id, secret + "x")
    await caller.refresh(client_id, secret, first["refresh_token"])
    await caller.refresh(client_id, secret, first["refresh_token"])
    await caller.verify(first["access_token"])
    logged = "".join(capfd.readouterr())
    for hidden in (secret, first["refresh_token"], first["access_token"]):
        assert hidden not in logged


async def test_nothing_secret_is_stored_in_plain(caller, make_credential, db, identity):
    client_id, secret = await make_credential(allow_refresh=True)
    first = (await caller.token(client_id, secret, scope="offline_access")).json()
    async with db.registry() as connection:
        rows = await connection.fetch("select secret_hash from credential_secret")
        assert all(row["secret_hash"].startswith("$argon2id$") for row in rows)
        tokens = await connection.fetch("select token_hash from refresh_token")
        assert all(first["refresh_token"].encode() not in row["token_hash"] for row in tokens)
        keys = await connection.fetch("select private_key from signing_key where private_key is not null")
        assert keys
        assert all(b"PRIVATE" not in row["private_key"] for row in keys)
    credential = await identity.registry.get(client_id)
    assert UUID(claims(await caller.token(client_id, secret))["oid"]) == credential.credential_id
