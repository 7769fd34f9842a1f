"""Whose items a balance is asked of, and a balance by age as answers show it."""

from decimal import Decimal
from typing import Any

from reskontro.http.call import Call
from reskontro.http.endpoint import Parameter
from reskontro.kernel.day_bounds import parse_day_bounds
from reskontro.kernel.money import is_currency, to_wire
from reskontro.ledger.domain.as_of import Aging, AsOf, DueSum, Interval
from reskontro.ledger.domain.codes import Description
from reskontro.ledger.domain.config import Config
from reskontro.ledger.http.filters import Filter, conditions, folded
from reskontro.ledger.store import as_of as store

NOT_DUE = Description("Not due", "Ikke forfalt")
UP_TO = Description("Up to {days}", "Til og med {days}")
OVER = Description("Over {days}", "Over {days}")


def currency(text: str) -> str:
    """A currency's code, in capitals."""
    if not is_currency(text.upper()):
        raise ValueError("a currency's three letters are wanted, such as NOK")
    return text.upper()


CUSTOMER = Filter(
    "customerno",
    folded,
    "Customer number; one that nobody has gives nothing.",
    "i.account_no = (select k.account_no from customer k where k.client_no = $1 and k.customer_no_key = ?)",
)
CURRENCY = Filter(
    "currency",
    currency,
    "Only items in this currency, whose balance is then shown in it too; by default the GL currency over all items.",
    "i.currency = ?",
    {"type": "string", "pattern": "^[A-Za-z]{3}$"},
)
INTERVALS = Parameter(
    "intervals",
    parse_day_bounds,
    "Rising upper bounds in days overdue, separated by commas; the setting `adb.intervals` by default.",
    {"type": "string", "pattern": r"^ *[0-9]{1,5} *(, *[0-9]{1,5} *){0,19}$"},
)


async def due_sums(call: Call, at: AsOf, filters: tuple[Filter, ...]) -> list[DueSum]:
    """What was open by due date, of the items that the filters of a call leave."""
    wanted = conditions(call, filters)
    few = CUSTOMER.name in call.query
    return await (store.due_sums_of_accounts if few else store.due_sums)(call.tx, at, wanted)


def bounds(call: Call, config: Config) -> tuple[int, ...]:
    """The bounds of the intervals that a call asks for, or the client's."""
    given: tuple[int, ...] | None = call.query.get(INTERVALS.name)
    return given or parse_day_bounds(config.text("adb.intervals"))


def balances(call: Call, gl_currency: str, name: str, gl_minor: int, currency_minor: int) -> dict[str, Any]:
    """A balance in the GL currency and, where items of one currency are asked for, in that."""
    shown: dict[str, Any] = {f"gl_{name}": to_wire(gl_minor, gl_currency)}
    if CURRENCY.name in call.query:
        shown[f"currency_{name}"] = to_wire(currency_minor, call.query[CURRENCY.name])
    return shown


def interval_fields(call: Call, interval: Interval, gl_currency: str) -> dict[str, Any]:
    """What an answer shows of an interval; a bound that it does not have is left out."""
    days = {"from_days": interval.from_days, "to_days": interval.to_days}
    return {
        "interval_no": interval.number,
        **{name: bound for name, bound in days.items() if bound is not None},
        "description": description(interval, call.language),
        "item_count": interval.item_count,
        **balances(call, gl_currency, "balance", interval.gl_minor, interval.currency_minor),
        "percentage": _plain(interval.percentage),
    }


def totals_fields(call: Call, aging: Aging, gl_currency: str) -> dict[str, Any]:
    """What an answer shows of all intervals together."""
    overdue = balances(call, gl_currency, "overdue", aging.overdue_gl_minor, aging.overdue_currency_minor)
    return {
        "item_count": aging.item_count,
        **balances(call, gl_currency, "balance", aging.gl_minor, aging.currency_minor),
        "overdue_gl_balance": overdue["gl_overdue"],
        **({"overdue_currency_balance": overdue["currency_overdue"]} if "currency_overdue" in overdue else {}),
    }


def description(interval: Interval, language: str) -> str:
    """An interval in words."""
    match interval:
        case Interval(from_days=None, to_days=0):
            return NOT_DUE.in_language(language)
        case Interval(from_days=None, to_days=last):
            return UP_TO.in_language(language).format(days=last)
        case Interval(from_days=int(first), to_days=None):
            return OVER.in_language(language).format(days=first - 1)
        case Interval(from_days=first, to_days=last):
            return str(last) if first == last else f"{first}-{last}"


def _plain(percentage: Decimal) -> int | Decimal:
    """Without trailing zeros, as amounts are."""
    whole = int(percentage)
    return whole if whole == percentage else percentage.normalize()
