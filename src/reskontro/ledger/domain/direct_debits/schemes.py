"""The three schemes of direct debit, and what a client has agreed on in each.

| scheme | country | who is the creditor | what names the payer |
| --- | --- | --- | --- |
| AVTALEGIRO | Norway | an account with agreements on AvtaleGiro and OCR | a KID, or its leading part |
| AUTOGIRO | Sweden | a bankgiro | the payee's number of the payer, 16 digits at most |
| BETALINGSSERVICE | Denmark | a creditor number (PBS) with a debtor group | customer number and mandate's number |

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


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeRules:
    """What is fixed for a scheme.

    A sender's number has `sender_digits` at most, or just so many where `sender_exactly`. `cancels` says whether its
    files have a record that takes a claim back.
    """

    country: Country
    currency: str
    sender_digits: int
    creditor: re.Pattern[str]
    creditor_in_words: str
    shipment_digits: int
    reference_width: int
    sender_exactly: bool = False
    cancels: bool = True


RULES: Mapping[Scheme, SchemeRules] = {
    Scheme.AVTALEGIRO: SchemeRules(
        country=Country.NORWAY, currency="NOK", sender_digits=8, creditor=re.compile(r"[0-9]{11}"),
        creditor_in_words="an account of 11 digits", shipment_digits=7, reference_width=25,
    ),
    Scheme.AUTOGIRO: SchemeRules(
        country=Country.SWEDEN, currency="SEK", sender_digits=6, creditor=re.compile(r"[0-9]{7,8}"),
        creditor_in_words="a bankgiro of 7 or 8 digits", shipment_digits=7, reference_width=16,
    ),
    Scheme.BETALINGSSERVICE: SchemeRules(
        country=Country.DENMARK, currency="DKK", sender_digits=8, sender_exactly=True,
        creditor=re.compile(r"[0-9]{8}"), creditor_in_words="a creditor number of 8 digits", shipment_digits=10,
        reference_width=30, cancels=False,
    ),
}  # fmt: skip
ASSIGNMENT_DIGITS = 7


def number_in_file(counter: int, digits: int) -> str:
    """A stored counter as it stands in a file: it begins again at 1 when its digits are used up."""
    assert counter > 0, "counters begin at 1"
    largest = 10**digits - 1
    return str((counter - 1) % largest + 1).zfill(digits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What a client has agreed on for one creditor number.

    `sender_no` is the data sender's number with the operator. `mandate_digits` says how many leading characters of a
    KID a mandate is bound to: 0 for the whole KID, None for the customer's part of the ledger's own KIDs. `supplier_id`
    and `main_text` are Betalingsservice's.
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
