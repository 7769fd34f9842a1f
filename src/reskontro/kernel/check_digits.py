"""Whether the check digits of Norwegian identity numbers fit.

A customer's numbers are kept as they come: published examples carry wrong check digits. What does not fit is worth a
line for a person to look at, never a refusal.
"""

import re

from stdnum.no import fodselsnummer, orgnr

ELEVEN_DIGITS = re.compile(r"[0-9]{11}")
NINE_DIGITS = re.compile(r"[0-9]{9}")


def national_identity_check_digits_fit(text: str) -> bool:
    """Whether a text is eleven digits of which the last two fit the others.

    The date within is not looked at: D-numbers, help numbers and synthetic numbers carry shifted ones.
    """
    if ELEVEN_DIGITS.fullmatch(text) is None:
        return False
    return bool(text[9] == fodselsnummer.calc_check_digit1(text) and text[10] == fodselsnummer.calc_check_digit2(text))


def organization_check_digit_fits(text: str) -> bool:
    """Whether a text is nine digits of which the last one fits the others."""
    return NINE_DIGITS.fullmatch(text) is not None and bool(orgnr.is_valid(text))
