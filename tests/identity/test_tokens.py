import base64
import hashlib
import hmac
import json
from uuid import UUID, uuid4

import pytest
from joserfc.jwk import RSAKey

from reskontro.http.access import TokenRefused
from reskontro.identity.domain.credentials import Credential
from reskontro.identity.domain.grants import Grant
from reskontro.identity.domain.resources import ARM
from reskontro.identity.tokens import Claims, KeyUnknown, bearer_token, claims_of, read, sign
from reskontro.platform.clock import real_now

ISSUER = "https://auth.example.org"
NOW_S = 1_741_530_600
KEY = RSAKey.generate_key(2048)
OTHER = RSAKey.generate_key(2048)
CREDENTIAL = Credential(
    credential_id=uuid4(),
    client_id="my-integration",
    description="",
    resource=ARM,
    scopes=("write:collection.case",),
    client_nos=(2218,),
    organizations=(UUID("7f0f0f60-21a5-4f0a-9d9b-3a0f5c0d7a11"),),
    access_token_s=3600,
    allow_refresh=False,
    disabled_time=None,
    revoked_before_s=0,
    created_time=real_now(),
)
CLAIMS = claims_of(CREDENTIAL, Grant(CREDENTIAL.scopes, ARM, refreshable=False), ISSUER, NOW_S, None)
TOKEN = sign(CLAIMS, "k1", KEY)


def find(kid: str) -> RSAKey | None:
    return KEY if kid == "k1" else None


def encoded(part: object) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(part: str) -> dict:
    return json.loads(base64.urlsafe_b64decode(part + "=="))


def refusal(token: str, now_s: float = NOW_S, issuer: str = ISSUER) -> str:
    with pytest.raises(TokenRefused) as refused:
        read(token, find, issuer, now_s)
    return str(refused.value)


def test_a_token_is_read_as_it_was_signed():
    assert read(TOKEN, find, ISSUER, NOW_S) == (CLAIMS, "k1")


def test_the_header_and_the_claims_are_those_of_the_contract():
    header, payload, _ = TOKEN.split(".")
    assert decoded(header) == {"typ": "JWT", "alg": "RS256", "kid": "k1"}
    claims = decoded(payload)
    assert UUID(claims.pop("jti")).version == 4
    assert claims == {
        "iss": ISSUER,
        "aud": ARM,
        "sub": "my-integration",
        "client_id": "my-integration",
        "oid": str(CREDENTIAL.credential_id),
        "scope": "write:collection.case",
        "orgs": ["7f0f0f60-21a5-4f0a-9d9b-3a0f5c0d7a11"],
        "arm_clients": [2218],
        "iat": NOW_S,
        "nbf": NOW_S,
        "exp": NOW_S + 3600,
    }


def test_the_principal_is_what_the_claims_say():
    principal = CLAIMS.principal
    assert principal.scopes == {"write:collection.case", "read:collection.case"}
    assert principal.may_act_for(2218)
    assert not principal.may_act_for(9001)
    every = Claims(**{name: getattr(CLAIMS, name) for name in CLAIMS.__struct_fields__} | {"arm_clients": ("*",)})
    assert every.principal.client_nos is None


def test_a_token_signed_with_the_public_key_as_a_shared_secret_is_refused():
    signing_input = f"{encoded({'typ': 'JWT', 'alg': 'HS256', 'kid': 'k1'})}.{TOKEN.split('.')[1]}"
    secret = KEY.as_pem(private=False)
    forged = f"{signing_input}.{encoded(hmac.digest(secret, signing_input.encode(), hashlib.sha256))}"
    assert refusal(forged) == "another algorithm or type"


@pytest.mark.parametrize("algorithm", ["none", "None", "RS384", "RS512", "PS256", "HS256", "", None, 256])
def test_no_other_algorithm_is_read(algorithm):
    header = encoded({"typ": "JWT", "alg": algorithm, "kid": "k1"})
    _, payload, signature = TOKEN.split(".")
    assert refusal(f"{header}.{payload}.{signature}") in {"another algorithm or type", "malformed header"}
    assert refusal(f"{header}.{payload}.") in {"another algorithm or type", "malformed header"}


@pytest.mark.parametrize(
    "more", [{"jwk": KEY.as_dict(private=False)}, {"jku": "https://example.org"}, {"crit": ["exp"]}, {"typ": "at+jwt"}]
)
def test_a_header_with_anything_else_in_it_is_refused(more):
    header = encoded({"typ": "JWT", "alg": "RS256", "kid": "k1"} | more)
    _, payload, signature = TOKEN.split(".")
    assert refusal(f"{header}.{payload}.{signature}") in {"another algorithm or type", "malformed header"}


def test_an_unknown_key_is_told_apart():
    with pytest.raises(KeyUnknown) as unknown:
        read(sign(CLAIMS, "k2", KEY), find, ISSUER, NOW_S)
    assert unknown.value.kid == "k2"


def test_another_key_under_a_known_name_is_refused():
    assert refusal(sign(CLAIMS, "k1", OTHER)) == "bad signature"


def test_another_issuer_is_refused():
    assert refusal(TOKEN, issuer="https://auth.example.com") == "another issuer"


def test_a_token_ends_a_minute_after_its_expiry():
    assert read(TOKEN, find, ISSUER, NOW_S + 3600 + 59.9)
    assert refusal(TOKEN, now_s=NOW_S + 3600 + 60) == "expired"


def test_a_token_begins_a_minute_before_its_time():
    assert read(TOKEN, find, ISSUER, NOW_S - 60)
    assert refusal(TOKEN, now_s=NOW_S - 60.1) == "not yet valid"


@pytest.mark.parametrize("change", [{"scope": "operator"}, {"arm_clients": ["*"]}, {"exp": 2**40}])
def test_a_changed_payload_is_refused(change):
    header, payload, signature = TOKEN.split(".")
    assert refusal(f"{header}.{encoded(decoded(payload) | change)}.{signature}") == "bad signature"


@pytest.mark.parametrize("index", [0, 1, 100, -2, -1])
def test_a_signature_with_one_character_changed_is_refused(index):
    head, _, signature = TOKEN.rpartition(".")
    for instead in "AB":
        characters = list(signature)
        if characters[index] == instead:
            continue
        characters[index] = instead
        assert refusal(f"{head}.{''.join(characters)}") in {"bad signature", "malformed"}


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "a.b",
        "a.b.c.d",
        "é.b.c",
        TOKEN + "=",
        TOKEN + "\n",
        f" {TOKEN}",
        "x" * 20_000,
        TOKEN[:-1],
        "[].[].x",
    ],
)
def test_what_is_no_token_is_refused(token):
    refusal(token)


@pytest.mark.parametrize("payload", [b"", b"[]", b"null", b"{}", b"\xff", b"[" * 5000])
def test_a_signed_payload_that_is_no_set_of_claims_is_refused(payload):
    from joserfc import jws

    token = jws.serialize_compact({"typ": "JWT", "alg": "RS256", "kid": "k1"}, payload, KEY, algorithms=["RS256"])
    refusal(token)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "abc", "Bearer a b"])
def test_a_header_without_a_bearer_token_is_refused(header):
    with pytest.raises(TokenRefused):
        bearer_token(header)


def test_the_scheme_is_matched_without_regard_to_case():
    assert bearer_token("bearer abc") == bearer_token("BEARER  abc") == "abc"
