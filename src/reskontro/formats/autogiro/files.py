"""What kind of Autogiro file an opening record begins, in the new layouts, the old ones and our own.

new          01AUTOGIRO …  with the name of the file, customer number and bankgiro behind it
old          01YYYYMMDDAUTOGIRO9900 …  with the name, or none for the payment specification
old mandates 01YYYYMMDD9900 bankgiro AG-MEDAVI
internet     51YYYYMMDD9900 bankgiro AG-EMEDGIV
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class File(StrEnum):
    """The kinds of file from Bankgirot."""

    PAYMENTS = "payments"
    OLD_PAYMENTS = "payments-old"
    WAITING = "waiting"
    MANDATES = "mandates"
    INTERNET_MANDATES = "internet-mandates"
    REFUSED = "refused"
    CHANGED = "changed"
    ORDERS = "orders"


@dataclass(frozen=True, slots=True)
class Opening:
    """An opening record: `created` is the day, with a time where the layout has one."""

    file: File
    created: str
    customer: str
    bankgiro: str
    old: bool


NEW = re.compile(r"01AUTOGIRO.{14}(.{20})(.{20})(\d{6})(\d{10})")
OLD = re.compile(r"01(\d{8})AUTOGIRO9900(.{40})(\d{6})(\d{10})")
OLD_MANDATES = re.compile(r"01(\d{8})9900(\d{10})AG-MEDAVI")
INTERNET = re.compile(r"51(\d{8})9900(\d{10})AG-EMEDGIV")
OURS = re.compile(r"01(\d{8})AUTOGIRO {44}(\d{6})(\d{10})")
NEW_NAMES = {
    "BET. SPEC & STOPP TK": File.PAYMENTS,
    "AG-MEDAVI": File.MANDATES,
    "AVVISADE BET UPPDR": File.REFUSED,
    "MAKULERING/ÄNDRING": File.CHANGED,
}
OLD_NAMES = {
    "": File.OLD_PAYMENTS,
    "BEVAKNINGSREG": File.WAITING,
    "FELLISTA REG.KONTRL": File.REFUSED,
    "MAK/ÄNDRINGSLISTA": File.CHANGED,
}
SAME_LAYOUT_EVER = frozenset({File.OLD_PAYMENTS, File.WAITING})


def opening_of(text: str) -> Opening | None:
    """What an opening record of 80 characters says; None when it opens no file that is read."""
    found = NEW.match(text)
    if found is not None:
        created, name, customer, bankgiro = found.groups()
        file = NEW_NAMES.get(name.strip())
        return None if file is None else Opening(file, created.strip(), customer, bankgiro.lstrip("0"), old=False)
    found = OLD.match(text)
    if found is not None:
        created, name, customer, bankgiro = found.groups()
        file = OLD_NAMES.get(name.strip())
        return None if file is None else Opening(file, created, customer, bankgiro.lstrip("0"), old=True)
    found = OURS.match(text)
    if found is not None:
        return Opening(File.ORDERS, found[1], found[2], found[3].lstrip("0"), old=False)
    for pattern, file in ((OLD_MANDATES, File.MANDATES), (INTERNET, File.INTERNET_MANDATES)):
        found = pattern.match(text)
        if found is not None:
            return Opening(file, found[1], "", found[2].lstrip("0"), old=file is File.MANDATES)
    return None


def begins_autogiro(head: str) -> bool:
    """Whether a file that begins so is from Bankgirot's Autogiro, or at least claims to be."""
    return opening_of(head.ljust(80)) is not None or head.startswith("01AUTOGIRO") or head[10:18] == "AUTOGIRO"
