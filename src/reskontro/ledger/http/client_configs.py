"""Client configs (2.6): a client's settings, stored or by default."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Parameter, Reply, Work
from reskontro.http.wire import parse_day
from reskontro.ledger.domain.config import ConfigValue, describe_key
from reskontro.ledger.domain.config_history import history, holding, known_keys
from reskontro.ledger.domain.errors import not_found
from reskontro.ledger.http.described import ClientNoNumber, DayText, one_of
from reskontro.ledger.http.filters import folded
from reskontro.ledger.http.parameters import (
    CLIENT_NO,
    FORBIDDEN,
    KEY,
    MALFORMED,
    NOT_FOUND,
    UNAUTHORISED,
    USER_ID,
    key_of,
)
from reskontro.ledger.store import config as store

LONGEST_KEY = 200
ALL = "all"


ValueTypeText = Annotated[str, one_of("STRING", "INTEGER", "DECIMAL", "BOOLEAN", "DATE", "CODE")]


class ConfigValueBody(msgspec.Struct, rename="camel"):
    """A value and the days on which it holds."""

    value: str
    valid_from: DayText
    valid_to: DayText | UnsetType = UNSET


class ClientConfigBody(msgspec.Struct, rename="camel"):
    """A key with its values, newest first."""

    config_key: str
    description: str
    value_type: ValueTypeText
    values: list[ConfigValueBody]


class ClientConfigsBody(msgspec.Struct, rename="camel"):
    """All keys of a client."""

    client_no: ClientNoNumber
    client_configs: list[ClientConfigBody]


class OneClientConfigBody(msgspec.Struct, rename="camel"):
    """One key of a client."""

    client_no: ClientNoNumber
    config_key: str
    description: str
    value_type: ValueTypeText
    values: list[ConfigValueBody]


async def list_configs(call: Call) -> Reply:
    """Every key, or those that start with a prefix, sorted."""
    stored = await store.read_all(call.tx)
    by_key = _by_key(stored)
    prefix: str = call.query.get("prefix", "")
    keys = sorted(key for key_folded, key in known_keys(stored).items() if key_folded.startswith(prefix))
    return Reply(200, ClientConfigsBody(call.client, [_body(call, key, by_key) for key in keys]))


async def get_config(call: Call) -> Reply:
    """One key, whatever the case it is asked for in."""
    stored = await store.read_all(call.tx)
    key = known_keys(stored).get(call.path["configkey"].casefold())
    if key is None:
        raise not_found("configkey", call.path["configkey"])
    body = _body(call, key, _by_key(stored))
    return Reply(200, OneClientConfigBody(call.client, *msgspec.structs.astuple(body)))


def _by_key(stored: list[ConfigValue]) -> dict[str, list[ConfigValue]]:
    found: dict[str, list[ConfigValue]] = {}
    for value in stored:
        found.setdefault(value.key, []).append(value)
    return found


def _body(call: Call, key: str, stored: Mapping[str, list[ConfigValue]]) -> ClientConfigBody:
    known = describe_key(key)
    assert known is not None, "only known keys are shown"
    on: Any = call.query.get("validon", call.today)
    values = history(key, stored)
    shown = values if on == ALL else holding(values, on)
    return ClientConfigBody(
        key,
        known.description.in_language(call.language),
        known.value_type,
        [
            ConfigValueBody(v.value, v.valid_from.isoformat(), v.valid_to.isoformat() if v.valid_to else UNSET)
            for v in shown
        ],
    )


def _valid_on(text: str) -> date | str:
    return ALL if text.casefold() == ALL else parse_day(text)


VALID_ON = Parameter(
    "validon",
    _valid_on,
    "The values of a day, today by default; `all` for every value there was and will be.",
    {"anyOf": [{"type": "string", "format": "date"}, {"const": "all"}]},
)
EXAMPLE = {
    "clientNo": 2218,
    "clientConfigs": [
        {
            "configKey": "gl.baseCurrency",
            "description": "GL currency",
            "valueType": "CODE",
            "values": [{"value": "NOK", "validFrom": "2020-01-01"}],
        },
        {
            "configKey": "kid.prefix",
            "description": "First digit of generated KIDs",
            "valueType": "STRING",
            "values": [{"value": "5", "validFrom": "2020-01-01"}],
        },
    ],
}
ONE_EXAMPLE = {
    "clientNo": 2218,
    "configKey": "kid.prefix",
    "description": "First digit of generated KIDs",
    "valueType": "STRING",
    "values": [{"value": "5", "validFrom": "2020-01-01"}],
}

ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/clients/{clientno}/clientconfigs",
        access=Scope("read:arm.config"),
        handler=list_configs,
        work=Work.READ,
        summary="GET a list of client config values",
        tag="ClientConfigs",
        description="All keys in one answer, sorted. A key without a stored value is shown with its default.",
        path_parameters=(CLIENT_NO,),
        query=(Parameter("prefix", folded, "Only keys that start so, in whatever case."), VALID_ON, USER_ID),
        answers={
            200: Answer("The settings.", ClientConfigsBody, EXAMPLE),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: FORBIDDEN,
            404: NOT_FOUND,
        },
    ),
    Endpoint(
        method="GET",
        path="/clients/{clientno}/clientconfigs/{configkey}",
        access=Scope("read:arm.config"),
        handler=get_config,
        work=Work.READ,
        summary="GET values for one client config key",
        tag="ClientConfigs",
        path_parameters=(CLIENT_NO, Parameter("configkey", key_of(LONGEST_KEY), "The key, in whatever case.", KEY)),
        query=(VALID_ON, USER_ID),
        answers={
            200: Answer("The setting.", OneClientConfigBody, ONE_EXAMPLE),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: FORBIDDEN,
            404: NOT_FOUND,
        },
    ),
)
