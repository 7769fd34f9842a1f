"""The three schemes of direct debit, and what a client has agreed on in each.

| scheme | country | who is the creditor | what names the payer |
| --- | --- | --- | --- |
| AVTALEGIRO | Norway | an account with agreements on AvtaleGiro and OCR | a KID, or its leading part |
| AUTOGIRO | Sweden | a bankgiro | the payee's number of the payer, 16 digits at most |
| BETALINGSSERVICE | Denmark | a creditor number (PBS) with a debtor group | the customer number and the mandate's number |

Source: payment-formats, sections 3, 6.2, 7.1.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from reskontro.kernel.bank_days import Country
from reskontro.kernel.kid import ACCOUNT_DIGITS, CLIENT_DIGITS, decode_arm_kid


class Scheme(StrEnum):
    """A scheme of direct debit."""

    AVTALEGIRO = "AVTALEGIRO"
    AUTOGIRO = "AUTOGIRO"
    BETALINGSSERVICE = "BETALINGSSERVICE"


class Notifies(StrEnum):
    """Who tells the payer in Norway that money will be collected: the payee (type 02) or the bank (type 21)."""

    PAYEE = "PAYEE"
    BANK = "BANK"


@dataclass(frozen=True, slots=True)
class SchemeRules:
    """What is fixed for a scheme: `sender_digits` at most, `shipment_digits` of the number in its files."""

    country: Country
    currency: str
    sender_digits: int
    sender_exactly: bool
    creditor: re.Pattern[str]
    creditor_in_words: str
    shipment_digits: int
    reference_width: int
    cancels: bool  # whether its files have a record that takes a claim back


RULES: Mapping[Scheme, SchemeRules] = {
    Scheme.AVTALEGIRO: SchemeRules(
        Country.NORWAY, "NOK", 8, False, re.compile(r"[0-9]{11}"), "an account of 11 digits", 7, 25, True
    ),
    Scheme.AUTOGIRO: SchemeRules(
        Country.SWEDEN, "SEK", 6, False, re.compile(r"[0-9]{7,8}"), "a bankgiro of 7 or 8 digits", 7, 16, True
    ),
    Scheme.BETALINGSSERVICE: SchemeRules(
        Country.DENMARK, "DKK", 8, True, re.compile(r"[0-9]{8}"), "a creditor number of 8 digits", 10, 30, False
    ),
}
ASSIGNMENT_DIGITS = 7


def number_in_file(counter: int, digits: int) -> str:
    """A stored counter as it stands in a file: it begins again at 1 when its digits are used up."""
    assert counter > 0, "counters begin at 1"
    largest = 10**digits - 1
    return str((counter - 1) % largest + 1).zfill(digits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What a client has agreed on for one creditor number.

    `sender_no` is the data sender's number with the operator. `mandate_digits` says how many leading characters of a KID
    a mandate is bound to: 0 for the whole KID, None for the customer's part of the ledger's own KIDs. `supplier_id` and
    `main_text` are Betalingsservice's.
    """

    scheme: Scheme
    creditor_no: str
    debtor_group: str
    sender_no: str
    notifies: Notifies
    mandate_digits: int | None
    supplier_id: str = ""
    main_text: str = ""

    @property
    def rules(self) -> SchemeRules:
        """What is fixed for its scheme."""
        return RULES[self.scheme]


def bound_part(kid: str, mandate_digits: int | None, prefix: str) -> str:
    """The leading part of a KID that a mandate is bound to; all of it where no part is agreed on."""
    if mandate_digits is not None:
        return kid[:mandate_digits] if mandate_digits else kid
    own = decode_arm_kid(kid, prefix) is not None
    return kid[: len(prefix) + CLIENT_DIGITS + ACCOUNT_DIGITS] if own else kid


def covers(mandate_kid: str, kid: str, mandate_digits: int | None, prefix: str) -> bool:
    """Whether a mandate that was given with one KID holds for a claim with another one."""
    part = bound_part(mandate_kid, mandate_digits, prefix)
    return kid == mandate_kid if part == mandate_kid else len(kid) == len(mandate_kid) and kid.startswith(part)
