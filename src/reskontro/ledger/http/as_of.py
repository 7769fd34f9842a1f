"""As-of questions of `/reskontro/v1`: balance, open items and aging at a past moment of either clock.

`bookedat` is a moment of business time, compared with the created time that a row has from the run that booked it.
`voucherdate` is the day that a row counts on.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

import asyncpg
import msgspec
from msgspec import UNSET, UnsetType

from reskontro.http.access import Scope
from reskontro.http.call import Call
from reskontro.http.endpoint import Answer, Endpoint, Handler, Parameter, Reply, Work
from reskontro.http.problem_body import PROBLEM_JSON
from reskontro.http.wire import wire_time
from reskontro.kernel.money import to_wire
from reskontro.ledger.domain.as_of import ANY_DAY, AsOf, distribute
from reskontro.ledger.domain.codes import GL_ACCOUNT_NAMES, VOUCHER_TYPES
from reskontro.ledger.domain.identifiers import parse_ar_item_id
from reskontro.ledger.http import as_of_examples as examples
from reskontro.ledger.http.aging import (
    CURRENCY,
    CUSTOMER,
    INTERVALS,
    balances,
    bounds,
    due_sums,
    interval_fields,
    totals_fields,
)
from reskontro.ledger.http.bodies import Number
from reskontro.ledger.http.described import ArItemIdText, CurrencyText, DayText, KidText, TimeText
from reskontro.ledger.http.filters import DAY, TIME, conditions, day, moment
from reskontro.ledger.http.insights import AdbInterval, AdbTotals
from reskontro.ledger.http.own_answers import problem
from reskontro.ledger.http.parameters import CLIENT_NO
from reskontro.ledger.store import as_of as store
from reskontro.ledger.store import config as config_store
from reskontro.platform.clock import business_day

ON_PAGE, MOST_ON_PAGE = 100, 1_000
BEFORE_ALL = (0, 0, -1)
OF_ITEMS = (CUSTOMER, CURRENCY)


class AsOfBalances(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """What is open."""

    item_count: int
    gl_balance: Number
    currency_balance: Number | UnsetType = UNSET


class AccountBalance(msgspec.Struct, rename="camel"):
    """What had been booked on a GL account since its first posting."""

    gl_account_no: int
    gl_account_name: str
    gl_currency: CurrencyText
    gl_balance: Number
    item_count: int


class BalanceBody(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """The balance as of a moment."""

    client_no: int
    booked_at: TimeText
    voucher_date: DayText | UnsetType = UNSET
    gl_currency: CurrencyText
    currency: CurrencyText | UnsetType = UNSET
    open_items: AsOfBalances
    gl_accounts: list[AccountBalance] | UnsetType = UNSET


class OpenItem(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """An item that was open, with the balance and the due date that it had."""

    ar_item_id: ArItemIdText
    account_no: int
    customer_no: str
    reference_no: int
    reference_sequence_no: int
    document_no: str
    voucher_type: int
    voucher_type_description: str
    voucher_no: int
    voucher_date: DayText
    due_date: DayText
    currency: CurrencyText
    currency_amount: Number
    currency_balance: Number
    gl_amount: Number
    gl_balance: Number
    kid: KidText
    gl_case_no: int
    created_time: TimeText


class OpenItemsBody(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """A page of the items that were open as of a moment."""

    client_no: int
    booked_at: TimeText
    voucher_date: DayText | UnsetType = UNSET
    gl_currency: CurrencyText
    next_page: str | UnsetType = UNSET
    ar_items: list[OpenItem]


class AgingBody(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """The balance by age as of a moment. `asOfDate` is the day that the age is counted to."""

    client_no: int
    booked_at: TimeText
    voucher_date: DayText | UnsetType = UNSET
    as_of_date: DayText
    gl_currency: CurrencyText
    currency: CurrencyText | UnsetType = UNSET
    totals: AdbTotals
    intervals: list[AdbInterval]


def _page_size(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9) or int(text) == 0:
        raise ValueError("a whole number from 1 is wanted")
    return min(int(text), MOST_ON_PAGE)


def _after(text: str) -> tuple[int, int, int]:
    item = parse_ar_item_id(text)
    if item is None:
        raise ValueError("the id of an AR item is wanted")
    return item.account_no, item.reference_no, item.reference_sequence_no


BOOKED_AT = Parameter(
    "bookedat",
    moment,
    "What had been booked at this moment of business time, which is the created time of cases, items and matches. "
    "The present by default.",
    TIME,
)
VOUCHER_DATE = Parameter(
    "voucherdate", day, "What counts on this day or before it, by its voucher date. Every day by default.", DAY
)  # fmt: skip
PAGE_SIZE = Parameter(
    "pagesize", _page_size, "Items a page, 1000 at most; 100 by default.", {"type": "integer", "minimum": 1}
)  # fmt: skip
AFTER = Parameter("after", _after, "The last item of the page before; nextPage has it.")


def asked(call: Call) -> AsOf:
    """The moment and the day of a call."""
    return AsOf(call.query.get("bookedat", call.now), call.query.get("voucherdate", ANY_DAY))


def _told(call: Call, at: AsOf, gl_currency: str) -> dict[str, Any]:
    """What every answer says of its question."""
    return {
        "client_no": call.client,
        "booked_at": wire_time(at.booked_at),
        "voucher_date": UNSET if at.voucher_date == ANY_DAY else at.voucher_date.isoformat(),
        "gl_currency": gl_currency,
    }


def age_day(at: AsOf) -> date:
    """The day that ages are counted to: the voucher date of the question, else the day of its moment."""
    return business_day(at.booked_at) if at.voucher_date == ANY_DAY else at.voucher_date


async def get_balance(call: Call) -> Reply:
    """What was open, and what stood on each GL account unless items of a customer or currency are asked for."""
    at = asked(call)
    gl_currency = (await config_store.read(call.tx, call.today)).text("gl.baseCurrency")
    sums = await due_sums(call, at, OF_ITEMS)
    count, gl_minor = sum(one.item_count for one in sums), sum(one.gl_minor for one in sums)
    currency_minor = sum(one.currency_minor for one in sums)
    accounts: list[AccountBalance] | UnsetType = UNSET
    if not call.query.keys() & {one.name for one in OF_ITEMS}:
        accounts = [_account_balance(call, row) for row in await store.account_balances(call.tx, at)]
    body = BalanceBody(
        **_told(call, at, gl_currency),
        currency=call.query.get("currency", UNSET),
        open_items=AsOfBalances(item_count=count, **balances(call, gl_currency, "balance", gl_minor, currency_minor)),
        gl_accounts=accounts,
    )
    return Reply(200, body)


def _account_balance(call: Call, row: asyncpg.Record) -> AccountBalance:
    name = GL_ACCOUNT_NAMES.get(row["gl_account_no"])
    shown = name.in_language(call.language) if name is not None else ""
    currency = row["gl_currency"]
    return AccountBalance(
        row["gl_account_no"], shown, currency, to_wire(row["gl_minor"], currency), row["item_count"]
    )  # fmt: skip


async def list_open_items(call: Call) -> Reply:
    """The items that were open, in the order of account, reference and sequence."""
    at = asked(call)
    gl_currency = (await config_store.read(call.tx, call.today)).text("gl.baseCurrency")
    size = call.query.get("pagesize", ON_PAGE)
    after = call.query.get("after", BEFORE_ALL)
    rows = await store.open_items(call.tx, at, conditions(call, OF_ITEMS), after, size + 1)
    items = [_open_item(call, row) for row in rows[:size]]
    body = OpenItemsBody(
        **_told(call, at, gl_currency),
        next_page=_next_page(call, at, items[-1].ar_item_id) if len(rows) > size else UNSET,
        ar_items=items,
    )
    return Reply(200, body)


def _next_page(call: Call, at: AsOf, last: str) -> str:
    """The same question, of the same moment, after the last item of this page."""
    query: dict[str, object] = {"bookedat": wire_time(at.booked_at)}
    if at.voucher_date != ANY_DAY:
        query["voucherdate"] = at.voucher_date.isoformat()
    query |= {name: call.query[name] for name in ("customerno", "currency", "pagesize") if name in call.query}
    return f"{call.url}/clients/{call.client}/asof/openitems?{urlencode(query | {'after': last})}"


def _open_item(call: Call, row: asyncpg.Record) -> OpenItem:
    currency, gl_currency = row["currency"], row["gl_currency"]
    return OpenItem(
        ar_item_id=f"{call.client}-{row['account_no']}-{row['reference_no']}-{row['reference_sequence_no']}",
        account_no=row["account_no"],
        customer_no=row["customer_no"],
        reference_no=row["reference_no"],
        reference_sequence_no=row["reference_sequence_no"],
        document_no=row["document_no"],
        voucher_type=row["voucher_type"],
        voucher_type_description=VOUCHER_TYPES[row["voucher_type"]].in_language(call.language),
        voucher_no=row["voucher_no"],
        voucher_date=row["voucher_date"].isoformat(),
        due_date=row["due_date"].isoformat(),
        currency=currency,
        currency_amount=to_wire(row["currency_minor"], currency),
        currency_balance=to_wire(row["currency_balance"], currency),
        gl_amount=to_wire(row["gl_minor"], gl_currency),
        gl_balance=to_wire(row["gl_balance"], gl_currency),
        kid=row["kid"],
        gl_case_no=row["gl_case_no"],
        created_time=wire_time(row["created_time"]),
    )


async def get_aging(call: Call) -> Reply:
    """What was open, by days overdue."""
    at = asked(call)
    config = await config_store.read(call.tx, call.today)
    gl_currency = config.text("gl.baseCurrency")
    on = age_day(at)
    aging = distribute(await due_sums(call, at, OF_ITEMS), on, bounds(call, config))
    body = AgingBody(
        **_told(call, at, gl_currency),
        as_of_date=on.isoformat(),
        currency=call.query.get("currency", UNSET),
        totals=AdbTotals(**totals_fields(call, aging, gl_currency)),
        intervals=[AdbInterval(**interval_fields(call, one, gl_currency)) for one in aging.intervals],
    )
    return Reply(200, body)


_REFUSALS: Mapping[int, Answer] = {
    400: problem("The request cannot be understood; every fault is named."),
    401: problem("The token is missing, malformed, expired, or not for this service."),
    403: problem("The token has no access to this client, or lacks the scope."),
    404: problem("There is no such client."),
}
TWO_CLOCKS = (
    "`bookedat` asks what had been booked at a moment, `voucherdate` what counts on a day; together, what counts on "
    "the day by what had been booked at the moment. A match counts when both its items do."
)


def _endpoint(what: str, handler: Handler, title: str, more: tuple[Parameter, ...], answer: Answer) -> Endpoint:
    return Endpoint(
        method="GET",
        path=f"/clients/{{clientno}}/asof/{what}",
        access=Scope("read:arm.ledger"),
        handler=handler,
        work=Work.READ,
        summary=title,
        tag="As of",
        description=TWO_CLOCKS,
        path_parameters=(CLIENT_NO,),
        query=(BOOKED_AT, VOUCHER_DATE, *(one.parameter for one in OF_ITEMS), *more),
        ready_on=("application/json", PROBLEM_JSON),
        answers={200: answer, **_REFUSALS},
    )


ENDPOINTS = (
    _endpoint(
        "balance",
        get_balance,
        "The balance as of a moment",
        (),
        Answer("What was open, and what stood on each GL account.", BalanceBody, examples.BALANCE),
    ),
    _endpoint(
        "openitems",
        list_open_items,
        "The open items as of a moment",
        (PAGE_SIZE, AFTER),
        Answer("A page of the items that were open.", OpenItemsBody, examples.OPEN_ITEMS),
    ),
    _endpoint(
        "aging",
        get_aging,
        "The balance by age as of a moment",
        (INTERVALS,),
        Answer("What was open, by days overdue.", AgingBody, examples.AGING),
    ),
)
