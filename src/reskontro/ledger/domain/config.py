"""A client's settings as of a day. Source: arm-api, section 2.6.

Several values of one key that are valid on the same day make a multi-valued key.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from reskontro.ledger.domain.codes import (
    ACTION_TYPES,
    AUTO_POSTING_METHODS,
    OUTPUT_FILE_TYPES,
    UPLOAD_FILE_TYPES,
    Description,
)


class ValueType(StrEnum):
    """How a value's text is to be read."""

    STRING = "STRING"
    INTEGER = "INTEGER"
    DECIMAL = "DECIMAL"
    BOOLEAN = "BOOLEAN"
    DATE = "DATE"
    CODE = "CODE"


@dataclass(frozen=True, slots=True)
class ConfigKey:
    """A key that the product knows: what its values are, what holds where none is stored."""

    value_type: ValueType
    default: tuple[str, ...]
    description: Description
    multi: bool = False
    secret: bool = False  # never shown


def _key(kind: ValueType, default: str, en: str, no: str) -> ConfigKey:
    return ConfigKey(kind, (default,), Description(en, no))


INTEGER, STRING, DECIMAL, CODE = ValueType.INTEGER, ValueType.STRING, ValueType.DECIMAL, ValueType.CODE

KEYS: Mapping[str, ConfigKey] = {
    "gl.baseCurrency": _key(CODE, "NOK", "GL currency", "Regnskapsvaluta"),
    "gl.account.receivables": _key(INTEGER, "1500", "Account of receivables", "Konto for kundefordringer"),
    "gl.account.bank": _key(INTEGER, "1920", "Bank account", "Bankkonto"),
    "gl.account.revenue": _key(INTEGER, "3000", "Revenue with VAT", "Avgiftspliktig inntekt"),
    "gl.account.revenueVatFree": _key(INTEGER, "3100", "Revenue without VAT", "Avgiftsfri inntekt"),
    "gl.account.vatOut": _key(INTEGER, "2700", "Output VAT", "Utgående merverdiavgift"),
    "gl.account.interestIncome": _key(INTEGER, "8050", "Interest income", "Renteinntekt"),
    "gl.account.feeIncome": _key(INTEGER, "3900", "Fee income", "Gebyrinntekt"),
    "gl.account.badDebts": _key(INTEGER, "7830", "Bad debts", "Tap på fordringer"),
    "gl.account.rounding": _key(INTEGER, "7740", "Rounding differences", "Øredifferanser"),
    "gl.account.fxGain": _key(INTEGER, "8060", "Currency gain", "Valutagevinst"),
    "gl.account.fxLoss": _key(INTEGER, "8160", "Currency loss", "Valutatap"),
    "gl.closedPeriodPolicy": _key(
        CODE, "NEXT-OPEN", "Documents with a date in a closed period", "Dokumenter med dato i lukket periode"
    ),
    "posting.smallDifferenceLimit": _key(
        DECIMAL, "5.00", "Largest automatic difference", "Største automatiske differanse"
    ),
    "posting.allocationOrder": _key(
        CODE,
        "PRINCIPAL-FIRST",
        "What a payment settles first of claim, fees and interest",
        "Hva en betaling dekker først",
    ),
    "matching.acceptScore": _key(
        INTEGER, "0", "Score from which a suggestion is accepted, 0 never", "Poengsum der forslag godtas, 0 aldri"
    ),
    "refund.holdDays": _key(
        INTEGER,
        "5",
        "Days from payment to refund at the earliest",
        "Dager fra innbetaling til tidligste tilbakebetaling",
    ),
    "refund.fromAccount": ConfigKey(
        STRING, (), Description("Account that refunds are paid from", "Konto som tilbakebetalinger betales fra")
    ),
    "refund.bic": ConfigKey(STRING, (), Description("BIC of that account's bank", "BIC for kontoens bank")),
    "refund.customerId": ConfigKey(
        STRING, (), Description("Customer id that the bank has given", "Kunde-id som banken har gitt")
    ),
    "refund.version": _key(CODE, "pain.001.001.03", "Version of refund files", "Versjon av tilbakebetalingsfiler"),
    "kid.prefix": _key(STRING, "5", "First digit of generated KIDs", "Første siffer i genererte KID"),
    "kid.checkDigitMethod": _key(CODE, "MOD10-EXCL-PREFIX", "Check digit of generated KIDs", "Kontrollsiffer i KID"),
    "document.defaultDueDays": _key(INTEGER, "14", "Days to pay", "Betalingsfrist i dager"),
    "document.defaultLanguage": _key(CODE, "no", "Language of documents", "Språk på dokumenter"),
    "autoposting.methods": ConfigKey(
        CODE, AUTO_POSTING_METHODS, Description("Enabled auto posting methods", "Tillatte autoposteringer"), multi=True
    ),
    "action.types": ConfigKey(CODE, ACTION_TYPES, Description("Enabled actions", "Tillatte handlinger"), multi=True),
    "files.uploadTypes": ConfigKey(
        CODE, ("ATTACHMENT",), Description("File types that may be uploaded", "Filtyper som kan lastes opp"), multi=True
    ),
    "files.readTypes": ConfigKey(
        CODE, OUTPUT_FILE_TYPES, Description("File types that may be read", "Filtyper som kan leses"), multi=True
    ),
    "reservation.validDays": _key(INTEGER, "7", "Life of a payment reservation", "Varighet av betalingsreservasjon"),
    "adb.intervals": _key(STRING, "0,14,30,60,90", "Bounds of overdue intervals", "Grenser for forfallsintervaller"),
    "reminder.daysAfterDue": _key(INTEGER, "14", "Days from due date to reminder", "Dager fra forfall til purring"),
    "reminder.levels": _key(INTEGER, "2", "Number of reminders", "Antall purringer"),
    "reminder.feeAmount": _key(DECIMAL, "0", "Reminder fee", "Purregebyr"),
    "interest.yearlyRate": _key(DECIMAL, "0", "Interest, percent a year", "Rente, prosent per år"),
}
# Families of keys: the part after the prefix is a code.
KEY_FAMILIES: Mapping[str, ConfigKey] = {
    "gl.account.clearing.": ConfigKey(
        INTEGER, (), Description("Clearing account of a payment method", "Oppgjørskonto")
    ),
    "gl.revenueAccountByItemGroup1.": ConfigKey(
        INTEGER, (), Description("Revenue account of a group", "Inntektskonto")
    ),
}
FEES_FIRST = "FEES-FIRST"
CLOSED_PERIOD_POLICIES = ("NEXT-OPEN", "REJECT")
KNOWN_VALUES: Mapping[str, tuple[str, ...]] = {
    "gl.closedPeriodPolicy": CLOSED_PERIOD_POLICIES,
    "kid.checkDigitMethod": ("MOD10-EXCL-PREFIX", "MOD10", "MOD11"),
    "document.defaultLanguage": ("no", "en"),
    "posting.allocationOrder": ("PRINCIPAL-FIRST", FEES_FIRST),
    "refund.version": ("pain.001.001.03", "pain.001.001.09"),
    "autoposting.methods": AUTO_POSTING_METHODS,
    "action.types": ACTION_TYPES,
    "files.uploadTypes": UPLOAD_FILE_TYPES,
}


def describe_key(key: str) -> ConfigKey | None:
    """What is known of a key, None for one that the product does not know."""
    known = KEYS.get(key)
    if known is not None:
        return known
    return next((family for prefix, family in KEY_FAMILIES.items() if key.startswith(prefix) and key != prefix), None)


@dataclass(frozen=True, slots=True)
class ConfigValue:
    """One stored value and the days on which it holds, the last one included."""

    key: str
    value: str
    valid_from: date
    valid_to: date | None


class Config:
    """A client's settings on one day."""

    __slots__ = ("_numbers", "_values")

    def __init__(self, stored: Iterable[ConfigValue], on: date) -> None:
        values: dict[str, list[str]] = {}
        for entry in stored:
            if entry.valid_from <= on and (entry.valid_to is None or on <= entry.valid_to):
                values.setdefault(entry.key, []).append(entry.value)
        self._values = {key: tuple(several) for key, several in values.items()}
        self._numbers: dict[str, int] = {}  # those asked for: a run of documents asks for the same few each time

    def many(self, key: str) -> tuple[str, ...]:
        """All values of a multi-valued key."""
        stored = self._values.get(key)
        if stored is not None:
            return stored
        known = KEYS.get(key)
        return known.default if known is not None else ()

    def text(self, key: str) -> str:
        """The value of a key with one value."""
        values = self.many(key)
        assert values, f"no value and no default for {key}"
        return values[-1]

    def number(self, key: str) -> int:
        """The value of an integer key."""
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = int(self.text(key))
        return number

    def decimal(self, key: str) -> Decimal:
        """The value of a decimal key."""
        return Decimal(self.text(key))

    def clearing_account(self, payment_method: str) -> int:
        """The GL account that money of a payment method is booked to."""
        stored = self._values.get(f"gl.account.clearing.{payment_method}")
        return int(stored[-1]) if stored else self.number("gl.account.bank")

    def revenue_account(self, item_group1: str, *, vat_free: bool) -> int:
        """The GL account that a document line's revenue is booked to."""
        stored = self._values.get(f"gl.revenueAccountByItemGroup1.{item_group1}") if item_group1 else None
        if stored:
            return int(stored[-1])
        return self.number("gl.account.revenueVatFree" if vat_free else "gl.account.revenue")
