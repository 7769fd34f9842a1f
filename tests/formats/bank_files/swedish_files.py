"""Bg Max and Autogiro files as Bankgirot makes them, record by record, from the tables of the formats' contract.

Written apart from the readers on purpose: no layout of theirs is used here.
"""

from collections.abc import Iterable

BANKGIRO = "0009912346"
DAY = "20261123"


def file_of(records: Iterable[str], end: bytes = b"\r\n") -> bytes:
    """Records of 80 characters in ISO-8859-1, each with its line end."""
    return b"".join(record.ljust(80).encode("iso-8859-1") + end for record in records)


# Bg Max.


def bgmax(*records: str, counts: tuple[int, int, int, int], flag: str = "P", moment: str = "20261123173035010331"):
    """A file; `counts` are those of its end record: payments, deductions, references, deposits."""
    start = f"01{'BGMAX':20}01{moment}{flag}"
    return file_of([start, *records, "70" + "".join(f"{count:08d}" for count in counts)])


def opening(currency: str = "SEK", bankgiro: str = BANKGIRO, plusgiro: str = "") -> str:
    return f"05{bankgiro}{plusgiro:>10}{currency}"


def payment(
    reference: str = "",
    minor: int = 0,
    code: str = "2",
    *,
    record: str = "20",
    channel: str = "1",
    sender: str = "0003783511",
    deduction: str = "",
) -> str:
    """A payment (20), a deduction (21) or a further reference (22, 23)."""
    return f"{record}{sender}{reference:25}{minor:018d}{code}{channel}{'000000000010'}0{deduction}"


def deposit(net: int, payments: int, currency: str = "SEK", day: str = DAY) -> str:
    return f"15{'58410000010098232':0>35}{day}00056{net:018d}{currency}{payments:08d} "


# Autogiro.


def opens(name: str, day: str = DAY) -> str:
    """The opening record of the new layouts."""
    return f"01{'AUTOGIRO':22}{day:20}{name:20}471117{BANKGIRO}"


def opens_old(name: str = "", day: str = DAY) -> str:
    return f"01{day}AUTOGIRO9900{name:40}471117{BANKGIRO}  "


def section(record: str, minor: int, count: int, day: str = DAY) -> str:
    return f"{record}{'8901003232323232':0>35}{day}00001{minor:018d}   {count:08d}"


def line(
    payer: str, minor: int, reference: str = "", status: str = "0", record: str = "82", *, day: str = DAY,
    period: str = "0", repeats: str = "",
) -> str:  # fmt: skip
    """A line of a payment specification, old or new."""
    return f"{record}{day}{period}{repeats:3} {payer:0>16}{minor:012d}{BANKGIRO}{reference:16}{'':10}{status}"


def refund(payer: str, minor: int, reference: str = "", status: str = "02", paid: str = "20261101") -> str:
    return f"77{paid}0    {payer:0>16}{minor:012d}{BANKGIRO}{reference:16}{DAY}{status}"


def end(money_in=(0, 0), out=(0, 0), back=(0, 0)) -> str:
    """The end of the new specification: sections and paid lines of each direction."""
    return f"09{DAY}9900" + "".join(f"{sections:06d}{lines:012d}" for sections, lines in (money_in, out, back))


def end_old(out: int, count_out: int, count_in: int, money_in: int) -> str:
    """The end of the old specification, and of lists of changes."""
    return f"09{DAY}9900{'':14}{out:012d}{count_out:06d}{count_in:06d}0000{money_in:012d}{0:012d}"


def mandate(payer: str, status: str, *, information: str = "04", day: str = DAY, valid: str = "") -> str:
    return f"73{BANKGIRO}{payer:0>16}5001000001000020196803050000     {information}{status}{day:8}{valid}"


def mandates_end(records: int, record: str = "09") -> str:
    return f"{record}{DAY}9900{records:07d}"


def refused(payer: str, minor: int, reference: str, reason: str, record: str = "82", day: str = DAY) -> str:
    return f"{record}{day}0   {payer:0>16}{minor:012d}{reference:16}{reason}"


def refused_end(count_out: int, out: int, count_in: int, money_in: int) -> str:
    return f"09{DAY}9900{count_out:06d}{out:012d}{count_in:06d}{money_in:012d}"


def change(
    record: str, payer: str, minor: int, comment: str = "12", *, direction: str = "82", day: str = DAY,
    new_day: str = "00000000", orders: str = "REFERENS", reference: str = "",
) -> str:  # fmt: skip
    """A line of a list of changes."""
    who = f"{payer:0>16}" if payer else " " * 16
    return f"{record}{day}{who}{direction}{minor:012d}{orders:8}{new_day}{reference:0>16}{comment}"


def orders(*records: str, day: str = DAY) -> bytes:
    """A file that we send."""
    return file_of([f"01{day}AUTOGIRO{'':44}471117{BANKGIRO}", *records])


SPECIFICATION = "BET. SPEC & STOPP TK"
ADVICE = "AG-MEDAVI"
REFUSED = "AVVISADE BET UPPDR"
CHANGES = "MAKULERING/ÄNDRING"
