"""Norwegian account numbers: eleven digits, the last one a check digit, shown as `1234 56 78903`.

A person who types an account number is told when its check digit is wrong. A file that a bank sent is read all the
same, with a warning: published examples carry such numbers. Hence `parse_account_number` for the first and
`account_check_digit_fits` for the second.
"""

import re
from typing import NewType

from stdnum.no import kontonr

from reskontro.kernel.identifiers import InvalidIdentifier

AccountNumber = NewType("AccountNumber", str)

ELEVEN_DIGITS = re.compile(r"[0-9]{11}")
KIND = "account number"


def account_check_digit_fits(text: str) -> bool:
    """Whether a text is eleven digits of which the last fits the others.

    Numbers that begin with 0000 belong to no bank and never fit.
    """
    return ELEVEN_DIGITS.fullmatch(text) is not None and not text.startswith("0000") and bool(kontonr.is_valid(text))


def parse_account_number(text: str) -> AccountNumber:
    """The eleven digits of an account number, written with spaces of any kind or dots between its parts or without.

    Raises `InvalidIdentifier`, which does not repeat the number.
    """
    number = "".join(text.replace(".", "").split())
    if ELEVEN_DIGITS.fullmatch(number) is None:
        raise InvalidIdentifier(KIND, text, "eleven digits are wanted")
    if not account_check_digit_fits(number):
        raise InvalidIdentifier(KIND, text, "the check digit does not fit")
    return AccountNumber(number)


def display_account_number(number: str) -> str:
    """An account number as people write it: `1234 56 78903`."""
    return f"{number[:4]} {number[4:6]} {number[6:]}"


def iban_of_account_number(number: str) -> str:
    """The IBAN of a Norwegian account number, without spaces: `NO9386011117947`."""
    check = 98 - int(f"{number}232400") % 97
    return f"NO{check:02d}{number}"


def display_iban(iban: str) -> str:
    """An IBAN as people write it, in groups of four: `NO93 8601 1117 947`."""
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))
