"""OCR giro files made for tests: records by the operator's layout, with end records that agree with them."""

from dataclasses import dataclass
from datetime import date

NO_DATE = "000000"


@dataclass(frozen=True, slots=True)
class Line:
    """One payment as a test wants it."""

    amount: int = 100_00
    kid: str = "10000120260003"
    kind: str = "10"
    negative: bool = False
    day: date = date(2026, 11, 20)
    lump: str = "0120100001"
    bank_day: date | None = date(2026, 11, 19)
    debit: str = "86011117947"
    archive: str = "100000001"
    form: str = "0000000000"
    text: str | None = None


def ddmmyy(day):
    return day.strftime("%d%m%y") if day else NO_DATE


def item_1(no, line):
    sign = "-" if line.negative else "0"
    return f"NY09{line.kind}30{no:07d}{ddmmyy(line.day)}{line.lump}{sign}{line.amount:017d}{line.kid:>25}".ljust(
        80, "0"
    )


def item_2(no, line):
    head = f"NY09{line.kind}31{no:07d}{line.form}{line.archive}0000000{ddmmyy(line.bank_day)}{line.debit:0>11}"
    return head.ljust(80, "0")


def item_3(no, line):
    return f"NY09{line.kind}32{no:07d}{line.text:<40}".ljust(80, "0")


def payments(lines, *, account="12345678903", number=1, total=None, created=None):
    """The records of an assignment of payments; `total` stands in the end record instead of the net sum."""
    records = [f"NY090020001234567{number:07d}{account}".ljust(80, "0")]
    for no, line in enumerate(lines, 1):
        records += [item_1(no, line), item_2(no, line)]
        if line.text is not None:
            records.append(item_3(no, line))
    if total is None:
        total = sum(-line.amount if line.negative else line.amount for line in lines)
    days = [line.day for line in lines]
    created = created or max(days, default=None)
    counts = f"{len(lines):08d}{len(records) + 1:08d}{total:017d}"
    dates = ddmmyy(created) + ddmmyy(min(days, default=None)) + ddmmyy(max(days, default=None))
    records.append(f"NY090088{counts}{dates}".ljust(80, "0"))
    return records


def mandates(rows, *, account="12345678903", number=1):
    """The records of an assignment of mandates; a row is registration, KID and notice."""
    records = [f"NY212420000000000{number:07d}{account}".ljust(80, "0")]
    for serial, (registration, kid, notice) in enumerate(rows, 1):
        records.append(f"NY219470{serial:07d}{registration}{kid:>25}{notice}".ljust(80, "0"))
    records.append(f"NY212488{len(rows):08d}{len(records) + 1:08d}".ljust(80, "0"))
    return records


def transmission(*assignments, number="0000231", created=date(2026, 11, 23)):
    """The records of a transmission around its assignments."""
    inner = [record for assignment in assignments for record in assignment]
    ends = [assignment[-1] for assignment in assignments]
    transactions = sum(int(end[8:16]) for end in ends)
    total = sum(int(end[24:41]) for end in ends if end.startswith("NY09"))
    return [
        f"NY00001000008080{number}00012345".ljust(80, "0"),
        *inner,
        f"NY000089{transactions:08d}{len(inner) + 2:08d}{total:017d}{ddmmyy(created)}".ljust(80, "0"),
    ]


def as_bytes(records, end="\r\n"):
    return "".join(record + end for record in records).encode("iso-8859-1")
