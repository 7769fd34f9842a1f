"""A file of claims as it goes out as JSON: the members that files of the operator have, beside those of all formats."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from reskontro.formats.avtalegiro.reader import ASSIGNMENT, CANCELLATIONS, ITEM_1, ITEM_2, LENGTH, TRANSMISSION
from reskontro.formats.findings import Findings
from reskontro.formats.fixed_width import Layout, Source, day_of, is_empty, lines, opened
from reskontro.formats.payments import FileEvent


@dataclass(slots=True)
class _Assignment:
    """One assignment while it is read."""

    start: dict[str, str]
    type: str
    claims: list[dict[str, Any]] = field(default_factory=list)
    specifications: int = 0


def describe_claims(source: Source) -> dict[str, Any]:
    """What a file that `iter_claims` has read without a fault holds: amounts in øre, dates as `YYYY-MM-DD`.

    `net_ore` of cancellations is the sum of the claims that they take back, as their end record has it.
    """
    transmission: dict[str, str] = {}
    assignments: list[_Assignment] = []
    records = 0
    with opened(source) as stream:
        for _, raw in lines(stream):
            if is_empty(raw):
                continue
            records += 1
            text = raw.decode("iso-8859-1").ljust(LENGTH)
            match text[6:8]:
                case "10":
                    transmission = _values(TRANSMISSION, text)
                case "20":
                    assignments.append(_Assignment(_values(ASSIGNMENT, text), text[4:6]))
                case "30":
                    assignments[-1].claims.append(_claim(_values(ITEM_1, text), text[4:6]))
                case "31":
                    values = _values(ITEM_2, text)
                    assignments[-1].claims[-1] |= {"shortname": values["name"], "ref": values["reference"]}
                case "49":
                    assignments[-1].specifications += 1
                case _:
                    pass
    return {
        "transmission": {name: transmission[name] for name in ("sender", "number", "recipient")},
        "records": records,
        "total_ore": sum(claim["amount"] for each in assignments for claim in each.claims),
        "assignments": [_assignment(each) for each in assignments],
    }


def _assignment(each: _Assignment) -> dict[str, Any]:
    total = sum(claim["amount"] for claim in each.claims)
    described: dict[str, Any] = {
        "service": "21",
        "type": each.type,
        "account": each.start["account"],
        "number": each.start["number"],
        "transactions": len(each.claims),
        "net_ore": total,
        "credits_ore": total,
        "negatives_ore": 0,
        "by_type": dict(sorted(Counter(claim["type"] for claim in each.claims).items())),
        "kids": [claim["kid"] for claim in each.claims],
    }
    if each.claims:
        described |= {"first": each.claims[0], "last": each.claims[-1]}
    if each.type != CANCELLATIONS:
        described["spec_records"] = each.specifications
    return described


def _claim(values: dict[str, str], kind: str) -> dict[str, Any]:
    due = day_of(values["due"], "DDMMYY")
    return {
        "type": kind,
        "no": int(values["number"]),
        "date": due.isoformat() if due else None,
        "amount": int(values["amount"]),
        "kid": values["kid"],
        "shortname": "",
        "ref": "",
    }


def _values(layout: Layout, text: str) -> dict[str, str]:
    found: Findings[FileEvent] = Findings()
    values = layout.read(text, found)
    assert values is not None, "the file was read without a fault"
    return values
