"""Insights (2.14): the balance of open items by age."""

import msgspec
from msgspec import UNSET, UnsetType

from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Parameter, Reply, Work
from reskontro.ledger.domain.as_of import AsOf, distribute
from reskontro.ledger.domain.codes import CUSTOMER_CATEGORIES, fold
from reskontro.ledger.http import insight_examples as examples
from reskontro.ledger.http.aging import (
    CURRENCY,
    CUSTOMER,
    INTERVALS,
    bounds,
    due_sums,
    interval_fields,
    totals_fields,
)
from reskontro.ledger.http.bodies import Number
from reskontro.ledger.http.described import CurrencyText, DayText
from reskontro.ledger.http.filters import DAY, Filter, code_of, day, folded, one_of
from reskontro.ledger.http.parameters import CLIENT_NO, FORBIDDEN, MALFORMED, NOT_FOUND, UNAUTHORISED, USER_ID
from reskontro.ledger.store import config as config_store

_OF_KIND = "i.account_no in (select k.account_no from customer_key k where k.client_no = $1 and k.kind = '{0}' and {1})"
FILTERS = (
    CUSTOMER,
    Filter(
        "customercategory",
        lambda text: fold(code_of("customercategory", CUSTOMER_CATEGORIES)(text)),
        "Category of customers.",
        _OF_KIND.format("category", "k.key = ?"),
        one_of(CUSTOMER_CATEGORIES),
    ),
    Filter("customergroupcode", folded, "Group of customers.", _OF_KIND.format("group", "k.key = ?")),
    CURRENCY,
)
AS_OF_DATE = Parameter(
    "asofdate", day, "The day; today by default. What has a later voucher date is left out.", DAY
)  # fmt: skip


class AdbTotals(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """All intervals together."""

    item_count: int
    gl_balance: Number
    currency_balance: Number | UnsetType = UNSET
    overdue_gl_balance: Number
    overdue_currency_balance: Number | UnsetType = UNSET


class AdbInterval(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """What is open in one interval of days overdue."""

    interval_no: int
    from_days: int | UnsetType = UNSET
    to_days: int | UnsetType = UNSET
    description: str
    item_count: int
    gl_balance: Number
    currency_balance: Number | UnsetType = UNSET
    percentage: Number


class AdbBody(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """The age-distributed balance. Source: arm-api, section 2.14."""

    client_no: int
    as_of_date: DayText
    gl_currency: CurrencyText
    currency: CurrencyText | UnsetType = UNSET
    totals: AdbTotals
    adb_intervals: list[AdbInterval]


async def get_adb_intervals(call: Call) -> Reply:
    """What is open as of a day, by days overdue."""
    on = call.query.get("asofdate", call.today)
    config = await config_store.read(call.tx, call.today)
    gl_currency = config.text("gl.baseCurrency")
    sums = await due_sums(call, AsOf(voucher_date=on), FILTERS)
    aging = distribute(sums, on, bounds(call, config))
    body = AdbBody(
        client_no=call.client,
        as_of_date=on.isoformat(),
        gl_currency=gl_currency,
        currency=call.query.get("currency", UNSET),
        totals=AdbTotals(**totals_fields(call, aging, gl_currency)),
        adb_intervals=[AdbInterval(**interval_fields(call, one, gl_currency)) for one in aging.intervals],
    )
    return Reply(200, body)


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/clients/{clientno}/insights/adbintervals",
        access=Scope("read:arm.ledger"),
        handler=get_adb_intervals,
        work=Work.READ,
        summary="GET a list of ADB intervals",
        tag="Insights",
        description=(
            "The balance of open items by days overdue. Items and matches with a later voucher date than `asofdate` "
            "are left out; the due date is the present one. A credit lessens the interval of its own due date."
        ),
        path_parameters=(CLIENT_NO,),
        query=(AS_OF_DATE, *(one.parameter for one in FILTERS), INTERVALS, USER_ID),
        answers={
            200: Answer("The age-distributed balance.", AdbBody, examples.ADB),
            400: MALFORMED,
            401: UNAUTHORISED,
            403: FORBIDDEN,
            404: NOT_FOUND,
        },
    ),
)
