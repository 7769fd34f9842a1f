"""An OCR giro file that pays open invoices, in a mixture as banks send it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from data import CLIENT_NO, Item

from reskontro.kernel.kid import customer_kid

ACCOUNT_NO = "12345678903"
AGREEMENT_NO = "001234567"
KINDS = ("10", "10", "11", "13", "13", "15", "15", "16")
PAYERS = ("00000000000", "86011117947", "97104133219", "15062995960")
A_LUMP_SUM = 2_000  # payments
DAYS = 5


class Mix(StrEnum):
    """What a payment is, beside the invoice that it was made from."""

    EXACT = "exact"
    PARTIAL = "partial"
    OVER = "over"
    UNKNOWN = "unknown KID"
    CUSTOMER = "customer's KID"


SHARES = {Mix.EXACT: 90, Mix.PARTIAL: 4, Mix.OVER: 2, Mix.UNKNOWN: 3, Mix.CUSTOMER: 1}  # in a hundred


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment of the file."""

    kid: str
    minor: int
    day: date
    kind: str
    payer: str
    archive: str
    mix: Mix


def payments(items: Sequence[Item], last_day: date, seed: int) -> list[Paid]:
    """A payment for each item, in no order but by day."""
    chance = random.Random(seed)
    kinds = [mix for mix, share in SHARES.items() for _ in range(share)]
    shuffled = list(items)
    chance.shuffle(shuffled)
    paid = []
    for index, item in enumerate(shuffled):
        mix = kinds[index % len(kinds)]
        kid, minor = item.kid, item.minor
        match mix:
            case Mix.PARTIAL:
                minor = item.minor // 2
            case Mix.OVER:
                minor = item.minor + 50_00
            case Mix.UNKNOWN:
                kid = f"9{chance.randrange(10**12, 10**13)}"
            case Mix.CUSTOMER:
                kid = customer_kid(CLIENT_NO, item.account_no)
        day = last_day - timedelta(days=DAYS - 1 - index * DAYS // len(shuffled))
        archive = f"{chance.randrange(10**9):09d}"
        paid.append(Paid(kid, minor, day, chance.choice(KINDS), chance.choice(PAYERS), archive, mix))
    return paid


def write(path: Path, paid: Sequence[Paid], transmission_no: int) -> None:
    """The file."""
    total = sum(p.minor for p in paid)
    first, last = (f"{day:%d%m%y}" for day in (paid[0].day, paid[-1].day))
    lines = [
        f"NY00001000008080{transmission_no:07d}{CLIENT_NO:08d}",
        f"NY090020{AGREEMENT_NO}{transmission_no:07d}{ACCOUNT_NO}",
    ]
    for no, p in enumerate(paid, 1):
        lump = f"01{p.day:%d}0{no // A_LUMP_SUM:05d}"
        lines.append(f"NY09{p.kind}30{no:07d}{p.day:%d%m%y}{lump}0{p.minor:017d}{p.kid:>25}")
        lines.append(f"NY09{p.kind}31{no:07d}{0:010d}{p.archive}{0:07d}{p.day:%d%m%y}{p.payer}")
    lines.append(f"NY090088{len(paid):08d}{2 * len(paid) + 2:08d}{total:017d}{last}{first}{last}")
    lines.append(f"NY000089{len(paid):08d}{2 * len(paid) + 4:08d}{total:017d}{last}")
    with path.open("w", encoding="iso-8859-1", newline="\r\n") as file:
        file.writelines(line.ljust(80, "0") + "\n" for line in lines)
