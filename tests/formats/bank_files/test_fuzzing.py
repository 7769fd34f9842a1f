"""Damaged files of every format: never a crash, never a standstill, never accepted with sums that do not hold.

`RESKONTRO_FUZZ_SECONDS=300` makes a long run of it, `RESKONTRO_FUZZ_SEED` another one.
"""

import time
from collections import defaultdict
from random import Random

import pytest

from reskontro.formats.bank_file import iter_bank_file
from reskontro.formats.findings import BankFileRefused
from reskontro.formats.payments import NO_MONEY, ORDERS, FileEnd, FileFormat, FileStart, GroupEnd, IncomingPayment, Kind
from tests.formats.bank_files.damages import FILES, damaged, rounds

LONGEST_S = 2.0  # for a file that is read in milliseconds
FEW = 60
STATED = frozenset({FileFormat.OCR, FileFormat.AVTALEGIRO, FileFormat.BGMAX, FileFormat.BETALINGSSERVICE})
"""Formats whose sums stand beside their lines: one damage cannot change what a file comes to.

Autogiro and camt state no sums of some files. In Betalingsservice a sum may be net or gross: that a refusal became a
charge-back, or a charge-back a refusal, is seen by the sign and the paid amount.
"""


def sums(data: bytes):
    """What a file comes to, group by group, when all that it says of itself holds. Raises `BankFileRefused`."""
    groups: list[int] = []
    per_group: dict[int, int] = defaultdict(int)
    money: dict[str, int] = defaultdict(int)
    orders: dict[str, int] = defaultdict(int)
    cards: set[int] = set()
    lines, known, end = 0, None, None
    for event in iter_bank_file(data):
        assert end is None, "nothing comes after the end"
        match event:
            case FileStart():
                known = event.format
            case IncomingPayment():
                lines += 1
                if event.kind is Kind.CARD:  # told in the sums of its group, though no money of the account
                    cards.add(event.group)
                if event.kind in ORDERS:
                    orders[event.currency] += abs(event.amount_minor)
                elif event.kind not in NO_MONEY:
                    money[event.currency] += event.amount_minor
                    per_group[event.group] += event.amount_minor
            case GroupEnd():
                groups.append(event.net_minor)
                if known in {FileFormat.OCR, FileFormat.BGMAX} and event.ordinal not in cards:
                    assert event.net_minor == per_group[event.ordinal]
            case FileEnd():
                end = event
    assert known is not None
    assert end is not None, "a file that is not refused has an end"
    totals = end.totals
    assert totals.lines == lines
    assert {c: totals.net_minor(c) for c in totals.currencies if totals.net_minor(c)} == {
        currency: minor for currency, minor in money.items() if minor
    }
    assert totals.orders_minor == orders
    return known, groups


def looked_at(data: bytes):
    """What a file comes to, None where it is refused; it takes no long time either way."""
    began = time.process_time()
    try:
        return sums(data)
    except BankFileRefused as refused:
        return None if refused.faults[0].line >= 1 else pytest.fail(str(refused))
    finally:
        assert time.process_time() - began < LONGEST_S


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_one_damage_is_found_or_changes_no_sum(path):
    data = path.read_bytes()
    whole = looked_at(data)
    for random in rounds(path, FEW, share=0.5):
        hurt = damaged(data, random)
        found = looked_at(hurt)
        if found is not None and whole is not None and found[0] in STATED:
            assert found[1] == whole[1][: len(found[1])], hurt  # what is cut behind a whole transmission is not seen
            assert found[1]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_many_damages_are_no_crash_and_what_is_accepted_adds_up(path):
    data = path.read_bytes()
    for random in rounds(path, FEW // 3, share=0.5):
        hurt = data
        for _ in range(random.randrange(2, 12)):
            hurt = damaged(hurt, random) or b"\n"
        looked_at(hurt)


def test_noise_behind_every_beginning_is_refused():
    random = Random(1)
    for path in FILES:
        head = path.read_bytes()[: random.randrange(4, 70)]
        for _ in range(5):
            assert looked_at(head + random.randbytes(random.randrange(300))) is None


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".xml"], ids=lambda path: path.name)
def test_a_message_without_its_header_is_refused(path):
    assert looked_at(path.read_bytes().replace(b"GrpHdr>", b"GrpHdX>")) is None
