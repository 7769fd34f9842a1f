"""What a Swedish payer gives with a payment, and where it goes: the OCR reference, bankgiro and plusgiro numbers.

An OCR reference has 2 to 25 digits, the last a check digit (MOD10). Where the agreement asks for it, the digit before
the last is the reference's whole length, modulo 10. It is a text: leading zeros belong to it.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import NewType

from reskontro.kernel.identifiers import InvalidIdentifier
from reskontro.kernel.kid import mod10

OcrReference = NewType("OcrReference", str)
Bankgiro = NewType("Bankgiro", str)
Plusgiro = NewType("Plusgiro", str)

OCR_FORMAT = re.compile(r"[0-9]{2,25}")
BANKGIRO_FORMAT = re.compile(r"[0-9]{7,8}")
PLUSGIRO_FORMAT = re.compile(r"[0-9]{2,8}")
OCR = "OCR reference"


@dataclass(frozen=True, slots=True)
class OcrRule:
    """What the agreement of a bankgiro says of its references: a length digit, or up to two fixed lengths, or neither.

    Bankgirot's control levels are: none and soft (no rule is asked), check digit alone, check digit and length.
    """

    length_digit: bool = False
    lengths: frozenset[int] = frozenset()


CHECK_DIGIT_ALONE = OcrRule()


def check_digit_fits(text: str) -> bool:
    """Whether a text is digits of which the last is the MOD10 check digit of the others."""
    return len(text) > 1 and text.isascii() and text.isdigit() and text[-1] == mod10(text[:-1])


def length_digit_fits(text: str) -> bool:
    """Whether the last digit but one is the text's length modulo 10."""
    return len(text) > 2 and text[-2] == str(len(text) % 10)


def ocr_reference(body: str, *, length_digit: bool) -> OcrReference:
    """The OCR reference of a body of digits: `12345` gives `123455`, with a length digit `1234574`.

    Raises `ValueError` for a body that is no digits or too long.
    """
    if not (body.isascii() and body.isdigit()):
        raise ValueError("the body of an OCR reference is digits")
    digits = f"{body}{(len(body) + 2) % 10}" if length_digit else body
    reference = digits + mod10(digits)
    if OCR_FORMAT.fullmatch(reference) is None:
        raise ValueError(f"an OCR reference has 2 to 25 digits, {len(reference)} would be made")
    return OcrReference(reference)


def parse_ocr_reference(text: str, rules: Collection[OcrRule] = (CHECK_DIGIT_ALONE,)) -> OcrReference:
    """The OCR reference that a text holds, without its spaces. Raises `InvalidIdentifier`."""
    reference = text.replace(" ", "")
    if OCR_FORMAT.fullmatch(reference) is None:
        raise InvalidIdentifier(OCR, text, "2 to 25 digits are wanted")
    if not check_digit_fits(reference):
        raise InvalidIdentifier(OCR, text, "the check digit does not fit")
    if not any(_length_fits(reference, rule) for rule in rules):
        raise InvalidIdentifier(OCR, text, "its length is not one that the agreement allows")
    return OcrReference(reference)


def parse_bankgiro(text: str) -> Bankgiro:
    """The 7 or 8 digits of a bankgiro number, written `991-2346`, `9912346` or filled with zeros in front.

    Raises `InvalidIdentifier`.
    """
    number = text.replace(" ", "").replace("-", "").lstrip("0")
    if BANKGIRO_FORMAT.fullmatch(number) is None:
        raise InvalidIdentifier("bankgiro number", text, "7 or 8 digits are wanted")
    if not check_digit_fits(number):
        raise InvalidIdentifier("bankgiro number", text, "the check digit does not fit")
    return Bankgiro(number)


def display_bankgiro(number: str) -> str:
    """A bankgiro number as people write it: `991-2346`, `5805-6201`."""
    return f"{number[:-4]}-{number[-4:]}"


def parse_plusgiro(text: str) -> Plusgiro:
    """The 2 to 8 digits of a plusgiro number, written with spaces and a dash, or filled with zeros in front.

    The check is the same as a bankgiro number's. Raises `InvalidIdentifier`.
    """
    number = text.replace(" ", "").replace("-", "").lstrip("0")
    if PLUSGIRO_FORMAT.fullmatch(number) is None:
        raise InvalidIdentifier("plusgiro number", text, "2 to 8 digits are wanted")
    if not check_digit_fits(number):
        raise InvalidIdentifier("plusgiro number", text, "the check digit does not fit")
    return Plusgiro(number)


def display_plusgiro(number: str) -> str:
    """A plusgiro number as people write it: `28 65 43-4`."""
    body = number[:-1]
    groups: list[str] = []
    while body:
        body, group = body[:-2], body[-2:]
        groups.insert(0, group)
    return f"{' '.join(groups)}-{number[-1]}"


def _length_fits(reference: str, rule: OcrRule) -> bool:
    if rule.length_digit and not length_digit_fits(reference):
        return False
    return not rule.lengths or len(reference) in rule.lengths
