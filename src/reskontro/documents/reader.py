"""Amounts, days and words as a reader writes them.

The conventions are Unicode's (CLDR, by Babel), read once for a language. Amounts are formatted by hand with them: a
report has tens of thousands, and Babel would take most of the time that the whole paper takes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date

from reskontro.kernel.money import exponent
from reskontro.kernel.report import Cell, Money, Words
from reskontro.platform.clock import OSLO
from reskontro.platform.languages import text

LOCALES: Mapping[str, str] = {
    "no": "nb_NO",
    "en": "en_GB",
    "nb": "nb_NO",
    "nn": "nn_NO",
    "sv": "sv_SE",
    "da": "da_DK",
    "fi": "fi_FI",
}
"""The interface's codes (`no`, `en`) and those of papers that people get, and whose conventions they are read with."""

# Days in tables: the usual short form, where it cannot be read in two ways; else with the month's name.
DAY_PATTERNS: Mapping[str, str] = {
    "no": "dd.MM.yyyy",
    "en": "d MMM yyyy",
    "nb": "dd.MM.yyyy",
    "nn": "dd.MM.yyyy",
    "sv": "yyyy-MM-dd",
    "da": "dd.MM.yyyy",
    "fi": "d.M.yyyy",
}

MINUS = "−"  # as wide as a digit's sign should be; a hyphen is lost before a number


@dataclass(frozen=True, slots=True)
class Reader:
    """How somebody reads: language and the signs of numbers."""

    language: str
    tag: str  # as documents name their language: nb, en
    decimal: str
    group: str
    minus: str

    def for_machines(self) -> "Reader":
        """The same reader's program: the decimal sign, but no grouping and a plain minus."""
        return replace(self, group="", minus="-")

    def amount(self, money: Money) -> str:
        """`1 234,50` of 123450 øre; always with the currency's decimals."""
        places = exponent(money.currency)
        whole, rest = divmod(abs(money.minor), 10**places)
        decimals = f"{self.decimal}{rest:0{places}d}" if places else ""
        return f"{self.minus if money.minor < 0 else ''}{self._grouped(whole)}{decimals}"

    def number(self, value: int | Decimal) -> str:
        """A count, or a number with the decimals that it has."""
        whole, _, decimals = f"{abs(Decimal(value)):f}".partition(".")
        decimals = f"{self.decimal}{decimals}" if decimals else ""
        return f"{self.minus if value < 0 else ''}{self._grouped(int(whole))}{decimals}"

    def _grouped(self, whole: int) -> str:
        return f"{whole:,}".replace(",", self.group)

    def day(self, day: date) -> str:
        """`27.02.2025`."""
        return _day(self.language, day)

    def moment(self, moment: datetime) -> str:
        """`27.02.2025 17:03`, the creditor's time."""
        local = moment.astimezone(OSLO)
        return f"{_day(self.language, local.date())} {local:%H:%M}"

    def words(self, words: Words) -> str:
        """A text of the catalogue with its values as the reader writes them."""
        return text(self.language, words.message, {name: self.cell(value) for name, value in words.args.items()})

    def cell(self, cell: Cell) -> str:
        """A cell's value as text; an `int` of it is a name and not grouped."""
        match cell:
            case Money():
                shown = self.amount(cell)
            case Words():
                shown = self.words(cell)
            case Decimal():
                shown = self.number(cell)
            case datetime():
                shown = self.moment(cell)
            case date():
                shown = self.day(cell)
            case _:
                shown = "" if cell is None else str(cell)
        return shown


@lru_cache(maxsize=8)
def reader_of(language: str) -> Reader:
    """The reader of a language of the interface (`no`, `en`) or of a paper (`nb`, `nn`, `sv`, `da`, `fi`, `en`)."""
    locale = Locale.parse(LOCALES[language])
    signs = locale.number_symbols["latn"]
    return Reader(language, locale.language, signs["decimal"], signs["group"], MINUS)


@lru_cache(maxsize=4096)
def _day(language: str, day: date) -> str:
    return format_date(day, DAY_PATTERNS[language], LOCALES[language])
