"""What a call is aimed at: a document's item or a customer, by whatever identifiers it gives.

The rules are the same for auto postings, reservations and actions (arm-api, 2.16): at least one identifier; several
must agree; a document's wins over a customer's; a KID is looked up as it is stored, and only then taken apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from reskontro.kernel.kid import decode_arm_kid, kid_fits_any
from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.codes import fold
from reskontro.ledger.domain.config import Config
from reskontro.ledger.domain.errors import Code, fault
from reskontro.ledger.domain.identifiers import parse_ar_item_id
from reskontro.ledger.domain.payment import ItemKey
from reskontro.ledger.store import autopostings as store
from reskontro.platform.database import Transaction

CUSTOMER_KID_REFERENCE = 0

Hit = tuple[int, ItemKey | None]  # a customer's account, and the item where one is named
Found = dict[tuple[str, str], list[Hit]]


@dataclass(frozen=True, slots=True)
class Identifiers:
    """The identifiers that a call gives; empty ones are not given."""

    ar_item_id: str = ""
    document_no: str = ""
    document_uuid: str = ""
    reference_no: int | None = None
    kid: str = ""
    account_no: int | None = None
    customer_no: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """A customer's account, and the item where one was named."""

    account_no: int
    item: ItemKey | None


async def find(tx: Transaction, wanted: Sequence[Identifiers], more_items: Sequence[ItemKey], config: Config) -> Found:
    """Everything that some identifiers name, by kind and key, in one round trip; `more_items` are looked up too."""
    asked = store.Wanted(items=list(more_items))
    for one in wanted:
        item = parse_ar_item_id(one.ar_item_id)
        if item is not None and item.client_no == tx.client_no:
            asked.items.append((item.reference_no, item.reference_sequence_no))
        asked.documents += [fold(one.document_no)] if one.document_no else []
        asked.uuids += [UUID(one.document_uuid)] if one.document_uuid else []
        asked.references += [one.reference_no] if one.reference_no is not None else []
        asked.accounts += [one.account_no] if one.account_no is not None else []
        asked.customers += [fold(one.customer_no)] if one.customer_no else []
        if one.kid:
            asked.kids.append(one.kid)
            parts = decode_arm_kid(one.kid, config.text("kid.prefix"))
            if parts is not None and parts.client_no == tx.client_no:
                asked.accounts.append(parts.account_no)
                asked.references.append(parts.reference_no)
    found: Found = {}
    for kind, key, account_no, reference_no, sequence_no in await store.find(tx, asked):
        where = None if reference_no is None else (reference_no, sequence_no)
        found.setdefault((kind, key), []).append((account_no, where))
    return found


def aim(one: Identifiers, found: Found, config: Config, client_no: int, path: str) -> tuple[Target | None, list[Fault]]:
    """What the identifiers point to, or why they point nowhere. `path` leads the faults' fields."""
    named = _named(one, found, config, client_no)
    if not named:
        return None, [fault(Code.NO_IDENTIFIER, "At least one identifier is wanted", f"{path}.arItemId")]
    faults = []
    for name, value, hits in named:
        if not hits and name == "kid" and not kid_fits_any(one.kid):
            faults.append(fault(Code.KID, "KID check digit is wrong", f"{path}.{name}", value))
        elif not hits and name == "kid" and _of_another_client(one.kid, config, client_no):
            faults.append(fault(Code.KID, "The KID is another client's", f"{path}.{name}", value))
        elif not hits:
            faults.append(fault(Code.UNKNOWN_REFERENCE, "Nothing of this kind exists", f"{path}.{name}", value))
    if faults:
        return None, faults
    accounts = set.intersection(*({account for account, _ in hits} for _, _, hits in named))
    items = [{key for _, key in hits if key is not None} for _, _, hits in named]
    chosen = [keys for keys in items if keys]
    common = set.intersection(*chosen) if chosen else set()
    if len(accounts) != 1 or (chosen and not common):
        name, value, _ = named[-1]
        return None, [fault(Code.DISAGREE, "The identifiers point to different entities", f"{path}.{name}", value)]
    if len(common) > 1:
        name, value, _ = named[0]
        return None, [fault(Code.DISAGREE, "The identifier points to several items", f"{path}.{name}", value)]
    return Target(accounts.pop(), common.pop() if common else None), []


def _named(one: Identifiers, found: Found, config: Config, client_no: int) -> list[tuple[str, object, list[Hit]]]:
    """The identifiers that are given, each with what it hit."""
    named: list[tuple[str, object, list[Hit]]] = []
    if one.ar_item_id:
        item = parse_ar_item_id(one.ar_item_id)
        hits = found.get(("item", f"{item.reference_no}-{item.reference_sequence_no}"), []) if item else []
        ours = item is not None and item.client_no == client_no
        named.append(("arItemId", one.ar_item_id, [h for h in hits if ours and item and h[0] == item.account_no]))
    if one.document_no:
        named.append(("documentNo", one.document_no, found.get(("document", fold(one.document_no)), [])))
    if one.document_uuid:
        named.append(("documentUuid", one.document_uuid, found.get(("uuid", one.document_uuid), [])))
    if one.reference_no is not None:
        named.append(("referenceNo", one.reference_no, found.get(("reference", str(one.reference_no)), [])))
    if one.kid:
        named.append(("kid", one.kid, found.get(("kid", one.kid), []) or _decoded(one.kid, found, config, client_no)))
    if one.account_no is not None:
        named.append(("accountNo", one.account_no, found.get(("account", str(one.account_no)), [])))
    if one.customer_no:
        named.append(("customerNo", one.customer_no, found.get(("customer", fold(one.customer_no)), [])))
    return named


def _of_another_client(kid: str, config: Config, client_no: int) -> bool:
    parts = decode_arm_kid(kid, config.text("kid.prefix"), config.text("kid.checkDigitMethod"))
    return parts is not None and parts.client_no != client_no


def _decoded(kid: str, found: Found, config: Config, client_no: int) -> list[Hit]:
    """What a KID of the ledger's own layout names: a customer where its reference is zero, else a document."""
    parts = decode_arm_kid(kid, config.text("kid.prefix"), config.text("kid.checkDigitMethod"))
    if parts is None or parts.client_no != client_no:
        return []
    if parts.reference_no == CUSTOMER_KID_REFERENCE:
        return found.get(("account", str(parts.account_no)), [])
    hits = found.get(("reference", str(parts.reference_no)), [])
    return [hit for hit in hits if hit[0] == parts.account_no]
