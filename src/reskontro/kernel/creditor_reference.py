"""The international creditor reference (ISO 11649): `RF`, two check digits, up to 21 letters and digits."""

import re
from typing import NewType

from stdnum import iso11649

from reskontro.kernel.identifiers import InvalidIdentifier

CreditorReference = NewType("CreditorReference", str)

BODY = re.compile(r"[0-9A-Z]{1,21}")
FORMAT = re.compile(r"RF[0-9]{2}[0-9A-Z]{1,21}")
KIND = "RF reference"
NO_CHECK_DIGITS = frozenset({"00", "01", "99"})


def is_creditor_reference(text: str) -> bool:
    """Whether a text, in capitals and without spaces, is an RF reference whose check digits fit.

    They are 02 to 98: 00, 01 and 99 leave the same remainder as three of these and are no check digits.
    """
    return FORMAT.fullmatch(text) is not None and text[2:4] not in NO_CHECK_DIGITS and bool(iso11649.is_valid(text))


def parse_creditor_reference(text: str) -> CreditorReference:
    """The RF reference that a text holds, in capitals and without spaces. Raises `InvalidIdentifier`."""
    reference = text.replace(" ", "").upper()
    if FORMAT.fullmatch(reference) is None:
        raise InvalidIdentifier(KIND, text, "RF, two digits and 1 to 21 letters or digits are wanted")
    if not is_creditor_reference(reference):
        raise InvalidIdentifier(KIND, text, "the check digits do not fit")
    return CreditorReference(reference)


def creditor_reference(body: str) -> CreditorReference:
    """The RF reference of a body of letters and digits: `539007547034` gives `RF18539007547034`.

    Raises `ValueError` for a body that does not fit.
    """
    if BODY.fullmatch(body) is None:
        raise ValueError("the body of an RF reference is 1 to 21 capital letters and digits")
    number = "".join(str(int(character, 36)) for character in f"{body}RF00")
    return CreditorReference(f"RF{98 - int(number) % 97:02d}{body}")


def display_creditor_reference(reference: str) -> str:
    """An RF reference as people write it, in groups of four: `RF18 5390 0754 7034`."""
    return " ".join(reference[start : start + 4] for start in range(0, len(reference), 4))
