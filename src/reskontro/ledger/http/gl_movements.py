"""GL movements (2.13): the latest closed period, list."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Parameter, Reply, Work
from reskontro.http.wire import wire_time
from reskontro.kernel.money import to_wire
from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.codes import GL_ACCOUNT_NAMES
from reskontro.ledger.domain.errors import Code, fault, invalid, not_found
from reskontro.ledger.domain.movements import Movement
from reskontro.ledger.domain.periods import Period
from reskontro.ledger.http import insight_examples as examples
from reskontro.ledger.http.bodies import Number
from reskontro.ledger.http.described import CurrencyText, TimeText
from reskontro.ledger.http.filters import FLAG, INTEGER, code_of, flag, one_of, whole, whole_list
from reskontro.ledger.http.listing import PAGING, Summary, first_page, following_page, page_headers, page_summary, sizes
from reskontro.ledger.http.parameters import CLIENT_NO, FORBIDDEN, MALFORMED, NOT_FOUND, UNAUTHORISED, USER_ID
from reskontro.ledger.service.movements import ShownMovement, latest, movements

RESOURCE = "glmovements"
CLOSED = ("true", "false", "all")
FIRST_YEAR, LAST_YEAR = 1900, 2199


class GlMovementBody(msgspec.Struct, rename="camel", omit_defaults=True):
    """What a GL account opened with in a period, moved by and closed with. Source: arm-api, section 2.13."""

    client_no: int
    gl_year: int
    gl_period: int
    gl_account_no: int
    gl_account_name: str
    gl_currency: CurrencyText
    opening_balance: Number
    debit_amount: Number
    credit_amount: Number
    movement_amount: Number
    closing_balance: Number
    item_count: int
    period_closed: bool
    closed_time: TimeText | UnsetType = UNSET


class LatestBody(msgspec.Struct, rename="camel"):
    """The latest closed period."""

    client_no: int
    gl_year: int
    gl_period: int
    period_closed: bool
    closed_time: TimeText
    gl_movements: list[GlMovementBody]


class GlMovementsBody(msgspec.Struct, rename="camel"):
    """A page of GL movements."""

    summary: Summary
    gl_movements: list[GlMovementBody]


def _year(text: str) -> int:
    if not FIRST_YEAR <= whole(text) <= LAST_YEAR:
        raise ValueError("a year from 1900 to 2199 is wanted")
    return int(text)


def _period(text: str) -> int:
    if not 1 <= whole(text) <= 12:
        raise ValueError("a period from 1 to 12 is wanted")
    return int(text)


_YEAR = {"type": "integer", "minimum": FIRST_YEAR, "maximum": LAST_YEAR}
_PERIOD = {"type": "integer", "minimum": 1, "maximum": 12}
ACCOUNTS = Parameter("glaccountno", whole_list, "GL accounts, separated by commas.")
QUERY = (
    Parameter("glyear", _year, "Accounting year; the current one by default.", _YEAR),
    Parameter("glperiod", _period, "Accounting period; needs glyear.", _PERIOD),
    Parameter("fromglyear", _year, "Year from, inclusive.", _YEAR),
    Parameter("fromglperiod", _period, "Period of fromglyear, its first by default.", _PERIOD),
    Parameter("toglyear", _year, "Year to, inclusive.", _YEAR),
    Parameter("toglperiod", _period, "Period of toglyear, its last by default.", _PERIOD),
    ACCOUNTS,
    Parameter("fromglaccountno", whole, "GL account from, inclusive.", INTEGER),
    Parameter("toglaccountno", whole, "GL account to, inclusive.", INTEGER),
    Parameter("closed", code_of("closed", CLOSED), "Only closed or only open periods; all by default.", one_of(CLOSED)),
    Parameter("includezero", flag, "Also accounts that stand at 0 and did not move; false by default.", FLAG),
)


def period_range(call: Call) -> tuple[Period, Period]:
    """The periods that a call asks for; raises Refused where its parameters do not go together."""
    given = call.query
    faults: list[Fault] = [
        fault(Code.COMBINATION, "{name} requires {other}", name, name=name, other=other)
        for name, other in (
            ("glperiod", "glyear"),
            ("fromglperiod", "fromglyear"),
            ("toglperiod", "toglyear"),
        )
        if name in given and other not in given
    ]
    limits = ("fromglyear", "fromglperiod", "toglyear", "toglperiod")
    if "glyear" in given:
        faults += [
            fault(Code.COMBINATION, "Not allowed together with glyear", name) for name in limits if name in given
        ]
    if faults:
        raise invalid(*faults)
    if "glyear" in given or not given.keys() & set(limits):
        year = given.get("glyear", call.today.year)
        return Period(year, given.get("glperiod", 1)), Period(year, given.get("glperiod", 12))
    first = Period(given.get("fromglyear", FIRST_YEAR), given.get("fromglperiod", 1))
    last = Period(given.get("toglyear", LAST_YEAR), given.get("toglperiod", 12))
    if first > last:
        raise invalid(fault(Code.COMBINATION, "The range ends before it begins", "toglyear", last))
    return first, last


def wanted_by(call: Call) -> Callable[[Movement], bool]:
    """The condition that the filters of a call put on a movement, but for whether its period is closed."""
    accounts = frozenset(call.query["glaccountno"]) if "glaccountno" in call.query else None
    lowest, highest = call.query.get("fromglaccountno", 0), call.query.get("toglaccountno")
    zero = call.query.get("includezero", False)

    def wanted(movement: Movement) -> bool:
        account = movement.gl_account_no
        return (
            (accounts is None or account in accounts)
            and lowest <= account
            and (highest is None or account <= highest)
            and (zero or not movement.is_zero)
        )

    return wanted


def movement_body(call: Call, movement: Movement, closed_time: datetime | None) -> GlMovementBody:
    """The `GlMovement` of a movement."""
    name = GL_ACCOUNT_NAMES.get(movement.gl_account_no)
    currency = movement.gl_currency
    return GlMovementBody(
        call.client,
        movement.period.gl_year,
        movement.period.gl_period,
        movement.gl_account_no,
        name.in_language(call.language) if name is not None else "",
        currency,
        to_wire(movement.opening_minor, currency),
        to_wire(movement.debit_minor, currency),
        to_wire(movement.credit_minor, currency),
        to_wire(movement.movement_minor, currency),
        to_wire(movement.closing_minor, currency),
        movement.item_count,
        closed_time is not None,
        UNSET if closed_time is None else wire_time(closed_time),
    )


async def get_latest(call: Call) -> Reply:
    """The movements of the latest closed period (2.13.1)."""
    found = await latest(call.tx)
    if found is None:
        raise not_found("glmovements", "latest", "No period is closed yet")
    closed, moved = found
    wanted = wanted_by(call)
    body = LatestBody(
        call.client,
        *closed.period,
        period_closed=True,
        closed_time=wire_time(closed.closed_time),
        gl_movements=[movement_body(call, m, closed.closed_time) for m in moved if wanted(m)],
    )
    return Reply(200, body)


def _key(movement: Movement) -> tuple[int, int, int]:
    currency = int.from_bytes(movement.gl_currency.encode(), "big")
    return movement.period.month_no, movement.gl_account_no, currency


async def list_movements(call: Call) -> Reply:
    """Movements by criteria (2.13.2), sorted by year, period and account."""
    page = await following_page(call, RESOURCE, 3)
    if page is None:
        maximum, size = sizes(call)
        closed = call.query.get("closed", "all")
        found = await movements(call.tx, *period_range(call), call.today, wanted_by(call))
        keys = [
            number
            for one in found
            if closed == "all" or (one.closed_time is not None) == (closed == "true")
            for number in _key(one.movement)
        ]
        page = await first_page(call, RESOURCE, keys[: maximum * 3], 3, maximum, size)
    shown = await _of_page(call, page.keys)
    bodies = [movement_body(call, one.movement, one.closed_time) for one in shown]
    return Reply(200, {"summary": page_summary(page, bodies), "glMovements": bodies}, page_headers(page))


async def _of_page(call: Call, keys: Sequence[int]) -> list[ShownMovement]:
    if not keys:
        return []
    months, wanted = keys[::3], set(zip(keys[::3], keys[1::3], keys[2::3], strict=True))
    first, last = Period.from_month_no(min(months)), Period.from_month_no(max(months))
    return await movements(call.tx, first, last, call.today, lambda movement: _key(movement) in wanted)


_ANSWERS: dict[int, Any] = {400: MALFORMED, 401: UNAUTHORISED, 403: FORBIDDEN}

ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/clients/{clientno}/glmovements/latest",
        access=Scope("read:arm.ledger"),
        handler=get_latest,
        work=Work.READ,
        summary="Get movement/balance for the latest closed GL year/period",
        tag="GlMovements",
        path_parameters=(CLIENT_NO,),
        query=(ACCOUNTS, USER_ID),
        answers={
            200: Answer("The latest closed period.", LatestBody, examples.LATEST),
            **_ANSWERS,
            404: Answer("No period is closed yet, or there is no such client.", codes=NOT_FOUND.codes),
        },
    ),
    Endpoint(
        method="GET",
        path="/clients/{clientno}/glmovements",
        access=Scope("read:arm.ledger"),
        handler=list_movements,
        work=Work.READ,
        summary="GET a list of GL movements/balances",
        tag="GlMovements",
        description=(
            "Closed periods are frozen; open ones are computed at the moment of the call. Accounts below 3000 carry "
            "their balance into the next year, the others start each year at 0."
        ),
        path_parameters=(CLIENT_NO,),
        query=(*QUERY, *PAGING, USER_ID),
        answers={
            200: Answer("GL movements found.", GlMovementsBody, examples.GL_MOVEMENTS),
            **_ANSWERS,
            404: NOT_FOUND,
        },
    ),
)
