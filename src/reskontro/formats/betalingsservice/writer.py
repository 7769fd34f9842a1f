"""Writing delivery 0601 of Betalingsservice: what debtors are asked to pay, with texts for the payment overview.

The delivery's number is an argument: it must stay unique, so whoever sends keeps it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reskontro.formats.betalingsservice import layouts
from reskontro.formats.betalingsservice.layouts import LENGTH
from reskontro.formats.writing import Checks, ddmmyy, ddmmyyyy, encoded

SUB_SYSTEM = "BS1"
TYPE = "0601"
SECTION = "0112"
TEXT_WIDTH = 60
ADDRESS_WIDTH = 77
POSTAL_CODE_LINE = 9


@dataclass(frozen=True, slots=True)
class Collection:
    """What one debtor is asked to pay, or is paid out where `pay_out`.

    `address` are lines of name and address, `postal_code` the one that Betalingsservice knows by its line number 9.
    """

    customer: str
    mandate: str
    day: date
    amount_minor: int
    reference: str = ""
    payer: str = ""
    texts: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    postal_code: str = ""
    pay_out: bool = False


@dataclass(frozen=True, slots=True)
class CollectionSection:
    """The collections of one debtor group of a creditor; `text` is the main text of the payment overview."""

    creditor: str
    group: str
    collections: Sequence[Collection]
    suppliers_id: str = ""
    text: str = ""
    registration: str = ""
    account: str = ""


def write_collections(supplier: str, delivery: str, day: date, sections: Sequence[CollectionSection]) -> bytes:
    """A delivery 0601 of a supplier (CVR). Raises `NotWritable`."""
    _check(supplier, delivery, day, sections)
    start: dict[str, str | int] = {
        "supplier": supplier,
        "sub-system": SUB_SYSTEM,
        "type": TYPE,
        "delivery": delivery.zfill(10),
        "date": ddmmyy(day),
    }
    records = [layouts.DELIVERY_START.write("BS002", start)]
    for section in sections:
        records += _section(section)
    collections = [each for section in sections for each in section.collections]
    end: dict[str, str | int] = {
        "supplier": supplier,
        "sub-system": SUB_SYSTEM,
        "type": TYPE,
        "sections": len(sections),
    }
    records.append(layouts.DELIVERY_END.write("BS992", end | _counts(collections)))
    return encoded(records, LENGTH)


def _section(section: CollectionSection) -> list[str]:
    head: dict[str, str | int] = {"creditor": section.creditor, "section": SECTION, "group": section.group}
    records = [
        layouts.COLLECTIONS_START.write(
            "BS012",
            head
            | {
                "supplier's id": section.suppliers_id,
                "date": 0,
                "registration": section.registration,
                "account": section.account,
                "text": section.text,
            },
        )
    ]
    for collection in section.collections:
        records += _collection(section, collection)
    records.append(layouts.COLLECTIONS_END.write("BS092", head | _counts(section.collections)))
    return records


def _collection(section: CollectionSection, each: Collection) -> list[str]:
    head: dict[str, str | int] = {
        "creditor": section.creditor,
        "group": section.group,
        "customer": each.customer.zfill(15),
        "mandate": each.mandate,
    }
    address = [(line, text) for line, text in enumerate(each.address, 1)]
    if each.postal_code:
        address.append((POSTAL_CODE_LINE, each.postal_code))
    records = [
        layouts.ADDRESS_LINE.write("BS022", head | {"code": "0240", "line": line, "text": text})
        for line, text in address
    ]
    line: dict[str, str | int] = {
        "code": "0280",
        "date": ddmmyyyy(each.day),
        "sign": 2 if each.pay_out else 1,
        "amount": each.amount_minor,
        "reference": each.reference,
        "marker": 0,
        "payer": each.payer,
    }
    records.append(layouts.COLLECTION.write("BS042", head | line))
    for number, text in enumerate(each.texts, 1):
        records.append(layouts.TEXT_LINE.write("BS052", head | {"code": "0241", "line": number, "text": text}))
    return records


def _net_minor(collections: Sequence[Collection]) -> int:
    return sum(-each.amount_minor if each.pay_out else each.amount_minor for each in collections)


def _counts(collections: Sequence[Collection]) -> dict[str, str | int]:
    return {
        "count 042": len(collections),
        "sum": abs(_net_minor(collections)),
        "count 052": sum(len(each.texts) for each in collections),
        "count 022": sum(len(each.address) + bool(each.postal_code) for each in collections),
    }


def _check(supplier: str, delivery: str, day: date, sections: Sequence[CollectionSection]) -> None:
    checks = Checks()
    checks.digits("delivery", "supplier", supplier, 8, exactly=True)
    checks.digits("delivery", "number", delivery, 10)
    checks.wanted(2000 <= day.year < 2100, "delivery", "date: a year from 2000 to 2099 is wanted")
    checks.wanted(bool(sections), "delivery", "it has no section")
    for at, section in enumerate(sections, 1):
        where = f"section {at}"
        checks.digits(where, "creditor", section.creditor, 8, exactly=True)
        checks.digits(where, "group", section.group, 5)
        checks.text(where, "supplier's id", section.suppliers_id, 15)
        checks.text(where, "text", section.text, TEXT_WIDTH)
        if section.registration:
            checks.digits(where, "registration number", section.registration, 4)
        if section.account:
            checks.digits(where, "account", section.account, 10)
        checks.wanted(bool(section.collections), where, "it has no collection")
        for number, each in enumerate(section.collections, 1):
            _check_collection(checks, f"section {at}, collection {number}", each)
    checks.done()


def _check_collection(checks: Checks, where: str, each: Collection) -> None:
    checks.digits(where, "customer", each.customer, 15)
    checks.digits(where, "mandate", each.mandate, 9)
    checks.amount(where, each.amount_minor, 13)
    checks.text(where, "reference", each.reference, 30)
    checks.text(where, "payer", each.payer, 15)
    checks.wanted(each.day.year >= 2000, where, "date: a year from 2000 on is wanted")
    checks.wanted(len(each.address) < POSTAL_CODE_LINE, where, f"at most {POSTAL_CODE_LINE - 1} lines of address")
    checks.text(where, "postal code", each.postal_code, ADDRESS_WIDTH)
    for text in each.texts:
        checks.text(where, "text", text, TEXT_WIDTH)
    for text in each.address:
        checks.text(where, "address", text, ADDRESS_WIDTH)
