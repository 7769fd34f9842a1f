"""What `expand` adds to items and documents: the same for one and for a page of them, one statement a kind."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, cast

import asyncpg

from reskontro.http.call import Call
from reskontro.kernel.money import to_wire
from reskontro.ledger.domain.codes import VOUCHER_TYPES
from reskontro.ledger.domain.identifiers import ArItemId
from reskontro.ledger.http.bodies import day_text
from reskontro.ledger.http.customer_bodies import CustomerBody
from reskontro.ledger.http.documents import DocumentBody, document_body
from reskontro.ledger.http.items import ArItemBody, FollowUpBody, ItemReservationBody, MatchBody, item_body
from reskontro.ledger.service import customers as customer_service
from reskontro.ledger.store import document_lists, item_lists, reservations
from reskontro.platform.secrets import FieldCipher

READ_CUSTOMERS = "read:arm.customer"
ItemKey = tuple[int, int]


def flat(keys: Sequence[ItemKey]) -> list[int]:
    """Pairs of numbers, one after the other."""
    return [number for key in keys for number in key]


async def expand_items(call: Call, bodies: Sequence[ArItemBody], options: frozenset[str]) -> None:
    """Add to items what is asked for."""
    for option, expand in _OF_ITEMS.items():
        if option in options and bodies:
            await expand(call, bodies)


async def _items_customers(call: Call, bodies: Sequence[ArItemBody]) -> None:
    customers = await _customers(call, {body.account_no for body in bodies})
    for body in bodies:
        body.customer = customers[body.account_no]


async def _items_documents(call: Call, bodies: Sequence[ArItemBody]) -> None:
    documents = {_row_key(row): row for row in await document_lists.by_keys(call.tx, _keys(bodies))}
    for body in bodies:
        row = documents.get(_key(body))
        if row is not None:
            body.document = cast("DocumentBody", document_body(call, row, lines=False))  # the same on the wire


async def _items_matches(call: Call, bodies: Sequence[ArItemBody]) -> None:
    matches: dict[ItemKey, list[MatchBody]] = {_key(body): [] for body in bodies}
    for row in await item_lists.matches(call.tx, _keys(bodies)):
        matches[row["of_reference_no"], row["of_sequence_no"]].append(_match_body(call, row))
    for body in bodies:
        body.matches = matches[_key(body)]


async def _items_reservations(call: Call, bodies: Sequence[ArItemBody]) -> None:
    made: dict[ItemKey, list[Any]] = {_key(body): [] for body in bodies}
    for row in await reservations.of_items(call.tx, _keys(bodies)):
        made[_row_key(row)].append(_reservation_body(call, row))
    for body in bodies:
        body.reservations = made[_key(body)]


async def _items_follow_ups(call: Call, bodies: Sequence[ArItemBody]) -> None:
    states = {_row_key(row): row for row in await item_lists.follow_ups(call.tx, _keys(bodies))}
    for body in bodies:
        body.follow_up = _follow_up_body(states[_key(body)])


_OF_ITEMS: Mapping[str, Callable[[Call, Sequence[ArItemBody]], Awaitable[None]]] = {
    "customer": _items_customers,
    "document": _items_documents,
    "matches": _items_matches,
    "reservations": _items_reservations,
    "followup": _items_follow_ups,
}


async def expand_documents(call: Call, bodies: Sequence[dict[str, Any]], options: frozenset[str]) -> None:
    """Add to documents what is asked for."""
    if not bodies:
        return
    if "aritem" in options:
        wanted = flat([_key_of_id(body["arItemId"]) for body in bodies])
        items = {
            (row["reference_no"], row["reference_sequence_no"]): row
            for row in await item_lists.by_keys(call.tx, wanted, call.now)
        }
        for body in bodies:
            body["arItem"] = item_body(call.client, call.language, items[_key_of_id(body["arItemId"])])
    if "customer" in options:
        customers = await _customers(call, {body["accountNo"] for body in bodies})
        for body in bodies:
            body["customer"] = customers[body["accountNo"]]
    if "distribution" in options:
        for body in bodies:
            body["distributionEvents"] = []


async def _customers(call: Call, accounts: set[int]) -> dict[int, CustomerBody]:
    """Customers within another answer; the national identity number only for who may read customers."""
    found = await customer_service.customers_of(call.tx, call.context.part(FieldCipher), sorted(accounts))
    whole = READ_CUSTOMERS in call.who.scopes
    return {
        customer.account_no: CustomerBody.of(call.client, customer if whole else customer_service.masked(customer))
        for customer in found
    }


def _keys(bodies: Sequence[ArItemBody]) -> list[int]:
    return flat([_key(body) for body in bodies])


def _key(body: ArItemBody) -> ItemKey:
    return body.reference_no, body.reference_sequence_no


def _row_key(row: asyncpg.Record) -> ItemKey:
    return row["reference_no"], row["reference_sequence_no"]


def _key_of_id(ar_item_id: str) -> ItemKey:
    _, _, reference_no, sequence_no = ar_item_id.split("-")
    return int(reference_no), int(sequence_no)


def _match_body(call: Call, row: asyncpg.Record) -> MatchBody:
    other = ArItemId(call.client, row["account_no"], row["reference_no"], row["reference_sequence_no"])
    return MatchBody(
        str(other),
        row["voucher_type"],
        VOUCHER_TYPES[row["voucher_type"]].in_language(call.language),
        row["voucher_no"],
        row["match_date"].isoformat(),
        to_wire(row["currency_minor"], row["currency"]),
        to_wire(row["gl_minor"], row["gl_currency"]),
    )


def _reservation_body(call: Call, row: asyncpg.Record) -> ItemReservationBody:
    return ItemReservationBody(
        row["payment_id"],
        row["currency"],
        to_wire(row["currency_minor"], row["currency"]),
        row["payment_date"].isoformat(),
        row["valid_until"].isoformat(),
        reservations.at_moment(row, call.now).value,
    )


def _follow_up_body(state: asyncpg.Record) -> FollowUpBody:
    return FollowUpBody(
        state["reminder_level"],
        day_text(state["last_reminder_date"]),
        day_text(state["stop_reminder_until"]),
        day_text(state["stop_debt_collection_until"]),
        day_text(state["stop_interest_calc_until"]),
        state["debt_collection_status"],
        day_text(state["interest_calculated_to"]),
    )
