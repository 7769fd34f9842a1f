"""The KID, the payment identifier that a Norwegian payer gives with a payment.

A KID has 2 to 25 characters: digits, of which the last is a check character, and a MOD11 check character may be `-`.
It is a text: leading zeros belong to it, and its length is part of the receiving account's agreement. `00123455` and
`123455` are different KIDs.

Three moduli are known. MOD10 (the Luhn algorithm) and MOD11 are the banks'. `MOD10-EXCL-PREFIX` is the platform's own:
MOD10 over what follows a prefix, the method of the KIDs that the receivables ledger hands out, which read
prefix, client (6 digits), account (6 digits), reference (7 digits), check digit.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from itertools import cycle
from typing import NewType

from reskontro.kernel.identifiers import InvalidIdentifier

Kid = NewType("Kid", str)

SHORTEST = 2
LONGEST = 25
FORMAT = re.compile(r"[0-9]{1,24}[0-9-]", re.ASCII)
FORMAT_IN_WORDS = "2 to 25 characters are wanted, digits only, the last one a digit or '-'"

CLIENT_DIGITS = 6
ACCOUNT_DIGITS = 6
REFERENCE_DIGITS = 7
ARM_BODY_DIGITS = CLIENT_DIGITS + ACCOUNT_DIGITS + REFERENCE_DIGITS
LONGEST_PREFIX = LONGEST - ARM_BODY_DIGITS - 1


class Modulus(StrEnum):
    """How the check character of a KID is computed."""

    MOD10 = "MOD10"
    MOD11 = "MOD11"
    MOD10_EXCL_PREFIX = "MOD10-EXCL-PREFIX"


_ZERO = ord("0")
_DOUBLED = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))  # a digit twice, the digits summed


def mod10(body: str) -> str:
    """The MOD10 check digit of a body of digits: weights 2, 1, 2, 1 … from the right, digits of the products summed."""
    digits = body.encode("ascii")[::-1]
    total = sum(digits[::2].translate(_DOUBLED)) + sum(digits[1::2]) - _ZERO * len(digits[1::2])
    return str(-total % 10)


def mod11(body: str) -> str:
    """The MOD11 check character of a body of digits: weights 2 to 7 from the right, `-` where the value is ten."""
    total = sum(int(digit) * weight for digit, weight in zip(reversed(body), cycle(range(2, 8)), strict=False))
    return "0-987654321"[total % 11]


def check_character(body: str, modulus: Modulus, prefix_digits: int = 1) -> str:
    """The check character of a body (prefix included, check character not), by one of the moduli."""
    match modulus:
        case Modulus.MOD10:
            return mod10(body)
        case Modulus.MOD11:
            return mod11(body)
        case Modulus.MOD10_EXCL_PREFIX:
            return mod10(body[prefix_digits:])


@dataclass(frozen=True, slots=True)
class KidRule:
    """What the agreement of a receiving account says of its KIDs: the allowed lengths and the modulus.

    An empty set of lengths allows every length. `prefix_digits` is read for `MOD10-EXCL-PREFIX` only.
    """

    lengths: frozenset[int]
    modulus: Modulus
    prefix_digits: int = 1

    def fits(self, kid: str) -> bool:
        """Whether a text of a KID's format has an allowed length and the right check character."""
        if self.lengths and len(kid) not in self.lengths:
            return False
        body, check = kid[:-1], kid[-1]
        if self.modulus is Modulus.MOD10_EXCL_PREFIX and len(body) <= self.prefix_digits:
            return False
        return check == check_character(body, self.modulus, self.prefix_digits)


ANY_LENGTH: frozenset[int] = frozenset()
ALL_RULES = tuple(KidRule(ANY_LENGTH, modulus) for modulus in Modulus)
"""What can be said when the agreement is not known: one of the moduli fits."""


def has_kid_format(text: str) -> bool:
    """Whether a text has the characters and the length of a KID; the check character is not looked at."""
    return FORMAT.fullmatch(text) is not None


def parse_kid(text: str, rules: Collection[KidRule]) -> Kid:
    """The KID that a text holds, without its spaces.

    The rules are the receiving account's, or `ALL_RULES` when they are not known. Raises `InvalidIdentifier`.
    """
    kid = text.replace(" ", "")
    if not has_kid_format(kid):
        raise InvalidIdentifier("KID", text, FORMAT_IN_WORDS)
    if any(rule.fits(kid) for rule in rules):
        return Kid(kid)
    if all(rule.lengths and len(kid) not in rule.lengths for rule in rules):
        lengths = ", ".join(str(length) for length in sorted({n for rule in rules for n in rule.lengths}))
        raise InvalidIdentifier("KID", text, f"the account's KIDs have {lengths or 'no agreed number of'} characters")
    moduli = " or ".join(sorted({rule.modulus.value for rule in rules}))
    raise InvalidIdentifier("KID", text, f"the check character does not fit {moduli}")


def kid_fits_any(kid: str) -> bool:
    """Whether a KID that a client supplies is accepted: the format, and one of the three moduli over all of it."""
    return has_kid_format(kid) and any(rule.fits(kid) for rule in ALL_RULES)


@dataclass(frozen=True, slots=True)
class ArmKid:
    """What a KID of the ledger's own layout says; reference 0 means the customer and no single item."""

    client_no: int
    account_no: int
    reference_no: int


def arm_kid(
    client_no: int,
    account_no: int,
    reference_no: int,
    prefix: str = "5",
    method: str = Modulus.MOD10_EXCL_PREFIX,
) -> Kid:
    """The KID of one item: prefix, client (6 digits), account (6), reference (7), check character by the method.

    Raises `ValueError` for numbers that do not fit their digits, a prefix that is not 1 to 5 digits, and an unknown
    method: those are mistakes in the client's set-up, which cannot give a usable KID.
    """
    if not (1 <= len(prefix) <= LONGEST_PREFIX and prefix.isascii() and prefix.isdigit()):
        raise ValueError(f"the KID prefix {prefix!r} is not 1 to {LONGEST_PREFIX} digits")
    body = prefix + "".join(
        _digits(number, width, name)
        for number, width, name in (
            (client_no, CLIENT_DIGITS, "client"),
            (account_no, ACCOUNT_DIGITS, "account"),
            (reference_no, REFERENCE_DIGITS, "reference"),
        )
    )
    return Kid(body + check_character(body, Modulus(method), len(prefix)))


def customer_kid(client_no: int, account_no: int, prefix: str = "5", method: str = Modulus.MOD10_EXCL_PREFIX) -> Kid:
    """The KID of a customer's account as a whole: the item layout with reference 0."""
    return arm_kid(client_no, account_no, 0, prefix, method)


def decode_arm_kid(kid: str, prefix: str = "5", method: str | None = None) -> ArmKid | None:
    """What a KID of the ledger's own layout says, or None when it has another layout.

    With a method, the check character must fit too: a mistyped digit then leads to nobody instead of to a stranger.
    """
    if not (has_kid_format(kid) and len(kid) == len(prefix) + ARM_BODY_DIGITS + 1 and kid.startswith(prefix)):
        return None
    if method is not None and kid[-1] != check_character(kid[:-1], Modulus(method), len(prefix)):
        return None
    body = kid[len(prefix) : -1]
    account_at, reference_at = CLIENT_DIGITS, CLIENT_DIGITS + ACCOUNT_DIGITS
    return ArmKid(int(body[:account_at]), int(body[account_at:reference_at]), int(body[reference_at:]))


def _digits(number: int, width: int, name: str) -> str:
    if not 0 <= number < 10**width:
        raise ValueError(f"the {name} number {number} does not fit {width} digits of a KID")
    return f"{number:0{width}d}"
