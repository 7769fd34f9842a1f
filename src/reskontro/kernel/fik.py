"""FIK, the line of a Danish payment slip: card type, payment-ID, creditor.

On paper it reads `+71<000000000000026+80000012<`. The card type says what the payment-ID is:

    type     payment-ID                   creditor                    the payer may write
    01       none                         giro account, 7–8 digits    yes
    04, 15   16 digits, last a check      giro account                no
    71       15 digits, last a check      FI number, 8 digits, 8…     no
    73       none                         FI number                   yes, and gives a name
    75       16 digits, last a check      FI number                   yes

The check digit is MOD10 over the body filled with zeros on the left, which do not change it.
"""

import re
from dataclasses import dataclass
from typing import NewType

from reskontro.kernel.identifiers import InvalidIdentifier
from reskontro.kernel.kid import mod10

PaymentId = NewType("PaymentId", str)


@dataclass(frozen=True, slots=True)
class CardType:
    """One row of the table: digits of the payment-ID (0 for none), whose number the creditor's is, room for a text."""

    code: str
    payment_id_digits: int
    fi_creditor: bool
    text: bool


CARD_TYPES = {
    card.code: card
    for card in (
        CardType("01", 0, fi_creditor=False, text=True),
        CardType("04", 16, fi_creditor=False, text=False),
        CardType("15", 16, fi_creditor=False, text=False),
        CardType("71", 15, fi_creditor=True, text=False),
        CardType("73", 0, fi_creditor=True, text=True),
        CardType("75", 16, fi_creditor=True, text=True),
    )
}
FI_CREDITOR = re.compile(r"8[0-9]{7}")
GIRO_CREDITOR = re.compile(r"[0-9]{7,8}")
CODE_LINE = re.compile(r"\+?([0-9]{2})<?\s*([0-9 ]{0,20}?)\s*\+\s*([0-9]{7,8})\s*<?")
IN_REFERENCE = re.compile(r"\+?(01|04|15|71|73|75)[<+/ ]\s*([0-9]*)(?:\s*[+/ ]\s*([0-9]{7,8})<?)?")
TOGETHER = re.compile(r"(71(?=[0-9]{15}$)|(?:04|15|75)(?=[0-9]{16}$))([0-9]+)()")  # no payment-ID is so long
KIND = "FIK line"


@dataclass(frozen=True, slots=True)
class Fik:
    """A code line; `payment_id` is empty for types 01 and 73, `creditor` where a file gives it elsewhere."""

    card_type: str
    payment_id: str
    creditor: str

    def __str__(self) -> str:
        return f"+{self.card_type}<{self.payment_id}+{self.creditor}<"


def payment_id(card_type: str, body: str) -> PaymentId:
    """The payment-ID of a body of digits for a card type: `2` for 71 gives `000000000000026`.

    Raises `ValueError` for a card type without payment-ID and for a body that does not fit it.
    """
    card = CARD_TYPES.get(card_type)
    if card is None or not card.payment_id_digits:
        raise ValueError(f"card type {card_type!r} has no payment-ID")
    if not (body.isascii() and body.isdigit() and len(body) < card.payment_id_digits):
        raise ValueError(f"the body of a payment-ID of type {card_type} is 1 to {card.payment_id_digits - 1} digits")
    filled = body.zfill(card.payment_id_digits - 1)
    return PaymentId(filled + mod10(filled))


def parse_payment_id(card_type: str, text: str) -> PaymentId:
    """The payment-ID of a card type, filled to its length, without spaces. Raises `InvalidIdentifier`."""
    card = CARD_TYPES.get(card_type)
    found = text.replace(" ", "")
    if card is None:
        raise InvalidIdentifier(KIND, card_type, f"card types are {', '.join(CARD_TYPES)}")
    if not card.payment_id_digits:
        if found.strip("0"):
            raise InvalidIdentifier("payment-ID", text, f"card type {card_type} has none")
        return PaymentId("")
    if not (found.isascii() and found.isdigit() and len(found) <= card.payment_id_digits):
        raise InvalidIdentifier("payment-ID", text, f"{card.payment_id_digits} digits are wanted for type {card_type}")
    filled = found.zfill(card.payment_id_digits)
    if filled[-1] != mod10(filled[:-1]):
        raise InvalidIdentifier("payment-ID", text, "the check digit does not fit")
    return PaymentId(filled)


def parse_fik(text: str) -> Fik:
    """The code line that a text holds, written with or without its `+` and `<`. Raises `InvalidIdentifier`."""
    found = CODE_LINE.fullmatch(text.strip())
    if found is None:
        raise InvalidIdentifier(KIND, text, "'+71<payment-ID+creditor<' is wanted")
    card_type, number, creditor = found.groups()
    checked = parse_payment_id(card_type, number)
    card = CARD_TYPES[card_type]
    if (FI_CREDITOR if card.fi_creditor else GIRO_CREDITOR).fullmatch(creditor) is None:
        wanted = "8 digits that begin with 8" if card.fi_creditor else "a giro account of 7 or 8 digits"
        raise InvalidIdentifier(KIND, text, f"the creditor of type {card_type} is {wanted}")
    return Fik(card_type, checked, creditor)


def fik_in_reference(text: str) -> Fik | None:
    """What a bank's structured reference says, where it is a card type with a payment-ID and, in some, the creditor.

    Data centres differ in how they write it; None when the text is not recognised as one.
    """
    found = IN_REFERENCE.fullmatch(text.strip()) or TOGETHER.fullmatch(text.strip())
    if found is None:
        return None
    card_type, number, creditor = found.groups()
    try:
        return Fik(card_type, parse_payment_id(card_type, number), creditor or "")
    except InvalidIdentifier:
        return None
