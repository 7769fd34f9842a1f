"""Reading many payments of an OCR giro file at once.

Nearly all lines of a file are pairs of amount items 1 and 2, all of one length. A stretch of them is cut into columns
by one `struct`, and each column is checked as a whole by operations that run in C. The check of the characters is one
for the whole stretch: what is left of it without its digits is `N`, `Y`, `-`, spaces and line ends, as many of each as
are found where they belong (heads, signs, KIDs, line ends). What stands in every other place is then a digit.

A stretch is taken only when `record_reader` would have no fault and no warning for it; the two are tested to agree.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from struct import Struct
from typing import TypeVar

from reskontro.formats.ocr_giro.layouts import NO_DATE, RECORD_LENGTH, parse_date
from reskontro.formats.ocr_giro.record_reader import CARD_TYPES, TEXT_TYPES, TRANSACTION_TYPES
from reskontro.formats.ocr_giro.records import MOST_IN_BLOCK, PaymentBlock
from reskontro.kernel.kid import SHORTEST as SHORTEST_KID
from reskontro.kernel.money import LARGEST_MINOR

T = TypeVar("T")

# Item 1: head, transaction number, date and lump sum, sign, amount, KID, card issuer and filler, line end.
# Item 2: head, transaction number, form number, archive reference, not used, bank date, account, filler, line end.
PAIR = "8s7s16s1s17s25s6s{0}s8s7s10s9s7s6s11s22s{0}s"
LINE_ENDS = (b"\n", b"\r\n")
PAIRS = {end: Struct(PAIR.format(len(end))) for end in LINE_ENDS}
DIGITS = b"0123456789"

# The last digits of the record types 30, 31, 32: payments one after the other, the third item optional.
WHOLE_PAYMENTS = re.compile(b"(?:012?)*")
ITEM_3 = re.compile(rb"(NY09(?:20|21))32([0-9]{7})([^\x00-\x1f\x7f-\x9f]{40})0{25}\r?\n")

MOST_LINES = 2 * MOST_IN_BLOCK
FEWEST_LINES = 16

HEADS = frozenset((f"NY09{kind}30".encode(), f"NY09{kind}31".encode()) for kind in TRANSACTION_TYPES)
TEXT_HEADS = frozenset(f"NY09{kind}30".encode() for kind in TEXT_TYPES)
NO_KID = b" " * 25
NO_ISSUER = b"000000"
NO_BANK_DATE = NO_DATE.encode()
NO_ACCOUNT = "0" * 11
FILLER = b"0" * 22


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a stretch stands: its first line, the assignment, and the transaction number that it should begin with."""

    line: int
    assignment: int
    transaction_no: int


class BlockReader:
    """How many lines are tried next: the number follows what worked, so that odd files are not tried in vain."""

    def __init__(self) -> None:
        self._lines = MOST_LINES
        self._not_before_line = 0

    def read(
        self, buffer: bytes, at: int, *, line: int, assignment: int, transaction_no: int
    ) -> tuple[PaymentBlock, int, int] | None:
        """The payments that stand at a place of the buffer, with the lines and the bytes that they take, or None.

        The place is the start of an amount item 1, and nothing may be open from a payment before it.
        """
        if line < self._not_before_line:
            return None
        end = next((end for end in LINE_ENDS if buffer.startswith(end, at + RECORD_LENGTH)), None)
        if end is None:
            return None
        size = RECORD_LENGTH + len(end)
        lines = min(self._lines, (len(buffer) - at) // size)
        while lines >= FEWEST_LINES:
            stretch = buffer[at : at + lines * size]
            lines = _whole_payments(stretch, size)
            stretch = stretch[: lines * size]
            block = _block(stretch, end, _Place(line, assignment, transaction_no)) if lines else None
            if block is not None:
                self._lines = min(MOST_LINES, max(2 * lines, 2 * FEWEST_LINES))
                return block, lines, lines * size
            lines //= 2
        self._lines = 2 * FEWEST_LINES
        self._not_before_line = line + FEWEST_LINES
        return None


def _whole_payments(stretch: bytes, size: int) -> int:
    """How many leading lines are whole payments. One that may still get an item 3 after the stretch is not whole."""
    in_order = WHOLE_PAYMENTS.match(stretch[7::size])
    lines = in_order.end() if in_order else 0
    last = stretch[(lines - 1) * size : lines * size]
    return lines - 2 if last[4:6].decode("iso-8859-1") in TEXT_TYPES and last[7:8] == b"1" else lines


def _block(stretch: bytes, end: bytes, place: _Place) -> PaymentBlock | None:
    """The payments of a stretch of whole payments, or None when something in it is unusual."""
    size = RECORD_LENGTH + len(end)
    records = stretch[7::size]
    if b"2" not in records:
        return _pairs(stretch, end, place)
    with_text = [index for index, record in enumerate(records) if record == ord("2")]
    # Item 3 of the n-th text, found at line i, belongs to the pair that ends at line i - n when the texts are left out.
    cuts = [0, *(cut for index in with_text for cut in (index * size, (index + 1) * size)), len(stretch)]
    pairs = b"".join(stretch[start:stop] for start, stop in zip(cuts[::2], cuts[1::2], strict=True))
    block = _pairs(pairs, end, place)
    if block is None:
        return None
    texts = [""] * len(block)
    line_no = [place.line + index for index, record in enumerate(records) if record == ord("0")]
    for earlier, index in enumerate(with_text):
        pair = (index - earlier) // 2 - 1
        item = ITEM_3.fullmatch(stretch, index * size, (index + 1) * size)
        head = pairs[2 * pair * size : 2 * pair * size + 6]
        if item is None or item[1] != head or int(item[2]) != block.transaction_no[pair]:
            return None
        texts[pair] = item[3].decode("iso-8859-1").rstrip()
    return replace(block, line_no=line_no, text=texts)


def _pairs(stretch: bytes, end: bytes, place: _Place) -> PaymentBlock | None:
    """The payments of a stretch of amount items 1 and 2, or None when something in it is unusual."""
    columns = list(zip(*PAIRS[end].iter_unpack(stretch), strict=True))
    heads, numbers, keys, signs, amounts, kid_fields, issuers, ends = columns[:8]
    heads_again, numbers_again, forms, archives, _, bank_dates, accounts, fillers, ends_again = columns[8:]
    pairs = len(heads)
    all_kids = b"".join(kid_fields)
    last_of_kids = all_kids[24::25]
    negatives = signs.count(b"-")
    rest = stretch.translate(None, DIGITS)
    spaces, dashes = all_kids.count(b" "), last_of_kids.count(b"-")
    counted = (
        set(zip(heads, heads_again, strict=True)) <= HEADS
        and rest.count(b"N") == 2 * pairs == rest.count(b"Y")
        and rest.count(end) == 2 * pairs
        and rest.count(b" ") == spaces
        and rest.count(b"-") == negatives + dashes
        and len(rest) == 2 * pairs * (2 + len(end)) + spaces + negatives + dashes
        and set(ends) == {end} == set(ends_again)
        and negatives + signs.count(b"0") == pairs
        and set(fillers) == {FILLER}
        and numbers == numbers_again
    )
    if not counted:
        return None
    if (kids := _kids(kid_fields, heads)) is None:
        return None
    amounts_minor: Sequence[int] = tuple(map(int, amounts))
    numbers_found = tuple(map(int, numbers))
    kinds = {head: head[4:6].decode() for head in set(heads)}
    dates = {key: parse_date(key[:6].decode()) for key in set(keys)}
    days = {day: parse_date(day.decode()) for day in set(bank_dates) - {NO_BANK_DATE}}
    usual = (
        min(amounts_minor) > 0
        and max(amounts_minor) <= LARGEST_MINOR
        and numbers_found == tuple(range(place.transaction_no, place.transaction_no + pairs))
        and None not in dates.values()
        and None not in days.values()
        and _card_issuers_are_usual(heads, issuers, kinds)
    )
    if not usual:
        return None
    if negatives:
        negative: Sequence[bool] = tuple(sign == b"-" for sign in signs)
        amounts_minor = tuple(
            -amount if below else amount for amount, below in zip(amounts_minor, negative, strict=True)
        )
    else:
        negative = (False,) * pairs
    known: dict[bytes, date] = {key: day for key, day in dates.items() if day is not None}
    lump_keys = {key: key[6:].decode() for key in known}
    return PaymentBlock(
        place.assignment,
        range(place.line, place.line + 2 * pairs, 2),
        _mapped(heads, kinds),
        numbers_found,
        _mapped(keys, known),
        _mapped(keys, lump_keys),
        negative,
        amounts_minor,
        kids,
        _texts(forms),
        _texts(archives),
        _mapped(bank_dates, days | {NO_BANK_DATE: None}),
        _accounts(accounts),
        ("",) * pairs,
    )


def _kids(fields: Sequence[bytes], heads: Sequence[bytes]) -> Sequence[str] | None:
    """The KIDs of fields that hold digits, dashes and spaces, or None when one is unusual or lacking.

    They stand to the right of their fields, and only card payments with text may do without.
    """
    kids: Sequence[str] = b" ".join(fields).decode().split()
    if len(kids) == len(fields) and b" " not in b"".join(fields)[24::25]:
        return kids if min(map(len, kids)) >= SHORTEST_KID else None
    without = {head for head, field in zip(heads, fields, strict=True) if field == NO_KID}
    kids = [field.decode().lstrip(" ") for field in fields]
    if without <= TEXT_HEADS and not any(" " in kid or len(kid) == 1 for kid in kids):
        return kids
    return None


def _card_issuers_are_usual(heads: Sequence[bytes], issuers: Sequence[bytes], kinds: Mapping[bytes, str]) -> bool:
    """Whether card issuers stand with card payments only, and all else is filler."""
    if CARD_TYPES.isdisjoint(kinds.values()):
        return set(issuers) == {NO_ISSUER}
    return all(
        issuer[2:] == NO_ISSUER[2:] if kinds[head] in CARD_TYPES else issuer == NO_ISSUER
        for head, issuer in set(zip(heads, issuers, strict=True))
    )


def _mapped(column: Sequence[bytes], values: Mapping[bytes, T]) -> Sequence[T]:
    if column.count(column[0]) == len(column):
        return (values[column[0]],) * len(column)
    return [values[value] for value in column]


def _texts(column: Sequence[bytes]) -> Sequence[str]:
    """A column of digits as texts."""
    return b" ".join(column).decode().split()


def _accounts(column: Sequence[bytes]) -> Sequence[str]:
    """A column of accounts as texts, empty where only zeros were given."""
    accounts = _texts(column)
    return ["" if account == NO_ACCOUNT else account for account in accounts] if NO_ACCOUNT in accounts else accounts
