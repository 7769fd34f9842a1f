"""How a line's money is shared out over the places that a person names.

Each customer gets a share: parts of its items, in the order of the places, and what stays on its account. What is left
of the line stays on the account of the last one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.entries import OpenItem, oldest_first
from reskontro.ledger.domain.errors import Code, broken, fault
from reskontro.ledger.domain.matching import allocation, beside_of
from reskontro.ledger.domain.payment import ItemKey, Standing
from reskontro.ledger.service.targets import Identifiers, Target
from reskontro.ledger.store import payments as payment_store
from reskontro.ledger.store.autopostings import lock_items
from reskontro.ledger.store.payment_desk import DeskLine
from reskontro.platform.database import Transaction


@dataclass(frozen=True, slots=True)
class Place:
    """Where some of a line's money goes: an item or a customer; as much as is open, or is left, without an amount.

    Where an item is not named itself, but its document or reference, the fees and interest beside it are paid with it,
    in the client's order. With `on_account` a customer's money stays on its account whatever is open.
    """

    identifiers: Identifiers
    amount_minor: int | None = None
    on_account: bool = False


@dataclass(slots=True)
class Share:
    """What of a line goes to one customer: parts of items, and what is left on account. `rule` is how it was chosen."""

    account_no: int
    parts: dict[ItemKey, int]
    on_account_minor: int = 0
    rule: str = ""

    @property
    def minor(self) -> int:
        """All of it."""
        return sum(self.parts.values()) + self.on_account_minor


async def lock_for(
    tx: Transaction, places: Sequence[Place], targets: Sequence[Target]
) -> tuple[Standing, Mapping[int, list[OpenItem]]]:
    """The items that money may go to, and the fees and interest beside those whose document was named."""
    keys = {target.item for target in targets if target.item is not None}
    accounts = sorted({target.account_no for target in targets if target.item is None})
    items = await lock_items(tx, sorted(keys | {(reference_no, 0) for reference_no, _ in keys}), accounts)
    known = {(item.reference_no, item.reference_sequence_no) for item in items}
    firsts = sorted({(item.reference_no, 0) for item in items} - known)
    if firsts:  # a payment takes the next sequence of the first item that it settles
        items += await lock_items(tx, firsts, [])
    named = sorted(
        target.item[0]
        for one, target in zip(places, targets, strict=True)
        if target.item is not None and target.item[1] == 0 and not one.identifiers.ar_item_id
    )
    beside: dict[int, list[OpenItem]] = {}
    for item in await payment_store.lock_fees_and_interest(tx, named) if named else ():
        beside.setdefault(item.reference_no, []).append(item)
        if (item.reference_no, item.reference_sequence_no) not in known:
            items.append(item)
    return Standing(items), beside


def shares_of(
    line: DeskLine,
    places: Sequence[tuple[Place, Target]],
    standing: Standing,
    beside: Mapping[int, list[OpenItem]],
    *,
    fees_first: bool,
) -> list[Share]:
    """What goes where, in the order of the places; what is left goes on the account of the last one."""
    left = line.amount_minor
    shares: dict[int, Share] = {}
    taken: dict[ItemKey, int] = {}
    faults = []
    for index, (one, target) in enumerate(places):
        share = shares.setdefault(target.account_no, Share(target.account_no, {}))
        most = left if one.amount_minor is None else one.amount_minor
        at = f"places[{index}]"
        if most <= 0 < left:
            faults.append(fault(Code.SUMS, "An amount above zero is wanted", f"{at}.amount"))
            continue
        if not most <= left or left == 0:
            faults.append(fault(Code.SUMS, "No more than the payment", f"{at}.amount"))
            continue
        items = _may_settle(one, target, line, standing, beside, fees_first=fees_first)
        if target.item is not None and not items:
            faults.append(_unfit(there(standing, target.item), line, at))
            continue
        wanted = most
        for item in items:
            key = (item.reference_no, item.reference_sequence_no)
            part = min(wanted, item.currency_balance_minor - taken.get(key, 0))
            if part > 0:
                share.parts[key] = share.parts.get(key, 0) + part
                taken[key] = taken.get(key, 0) + part
                wanted -= part
        if wanted and one.amount_minor is not None:
            if target.item is not None:
                faults.append(fault(Code.BALANCE, "More than the open balance", f"{at}.amount"))
            share.on_account_minor += wanted
            wanted = 0
        left -= most - wanted
    if faults:
        raise broken(faults)
    shares[places[-1][1].account_no].on_account_minor += left
    return [share for share in shares.values() if share.minor]


def _may_settle(
    one: Place,
    target: Target,
    line: DeskLine,
    standing: Standing,
    beside: Mapping[int, list[OpenItem]],
    *,
    fees_first: bool,
) -> list[OpenItem]:
    """The open claims that a place's money goes to, in their order."""
    if one.on_account:
        return []
    if target.item is None:
        return oldest_first(standing.of_account(target.account_no), line.currency)
    item = there(standing, target.item)
    items = allocation(item, beside_of(item, beside.get(item.reference_no, ())), fees_first=fees_first)
    return [each for each in items if each.currency_balance_minor > 0 and each.currency == line.currency]


def beside_share(share: Share, beside: Mapping[int, list[OpenItem]]) -> list[OpenItem]:
    """The fees and interest that a share could be spread over beside what was named."""
    return [one for reference_no in {key[0] for key in share.parts} for one in beside.get(reference_no, ())]


def _unfit(item: OpenItem, line: DeskLine, at: str) -> Fault:
    if item.currency != line.currency:
        return fault(Code.CURRENCY, "The item is in another currency", at)
    return fault(Code.BALANCE, "The item is not an open claim", at)


def there(standing: Standing, key: ItemKey) -> OpenItem:
    """An item that was locked, as it stands."""
    item = standing.item(key)
    assert item is not None, "what is settled was locked"
    return item
