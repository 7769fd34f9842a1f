"""The ordinary VAT rates of Norway, Sweden and Denmark by day: which rates a line of category S can have.

A rate that changes gets another row; a row is never edited. Rates for Norway are decided each year by the Storting's
resolution on value added tax (merverdiavgiftsvedtaket) under section 3-1 and chapter 5 of the VAT Act of 19 June 2009.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class VatRate:
    """A rate in per cent and the days on which it is in force, both included."""

    country: str
    rate: Decimal
    valid_from: date
    source: str
    valid_to: date | None = None

    def in_force(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


VAT_RATES: Sequence[VatRate] = (
    VatRate("NO", Decimal(25), date(2005, 1, 1), "The Storting's VAT resolution, section 2 (ordinary rate)"),
    VatRate("NO", Decimal(15), date(2012, 1, 1), "The Storting's VAT resolution, section 3 (food; VAT Act 5-2)"),
    VatRate(
        "NO",
        Decimal(12),
        date(2018, 1, 1),
        "The Storting's VAT resolution, section 4 (transport, culture; VAT Act 5-3 to 5-11)",
        date(2020, 3, 31),
    ),
    VatRate(
        "NO",
        Decimal(6),
        date(2020, 4, 1),
        "The Storting's VAT resolution of 2020 and 2021, section 4 (lowered during the pandemic)",
        date(2021, 9, 30),
    ),
    VatRate(
        "NO",
        Decimal(12),
        date(2021, 10, 1),
        "The Storting's VAT resolution, section 4 (transport, culture; VAT Act 5-3 to 5-11)",
    ),
    VatRate(
        "NO", Decimal("11.11"), date(2010, 1, 1), "The Storting's VAT resolution, section 5 (raw fish; VAT Act 5-8)"
    ),
    VatRate(
        "SE", Decimal(25), date(1996, 1, 1), "Mervärdesskattelag (2023:200), chapter 9, section 2; Peppol SE-R-006"
    ),
    VatRate("SE", Decimal(12), date(1996, 1, 1), "Mervärdesskattelag (2023:200), chapter 9; Peppol SE-R-006"),
    VatRate("SE", Decimal(6), date(1996, 1, 1), "Mervärdesskattelag (2023:200), chapter 9; Peppol SE-R-006"),
    VatRate("DK", Decimal(25), date(1992, 1, 1), "Momsloven, section 33"),
)


def rates_in_force(country: str, day: date, rates: Iterable[VatRate] = VAT_RATES) -> list[Decimal]:
    """The rates of a country on a day, the highest first; none for a country whose rates are not kept here."""
    return sorted({each.rate for each in rates if each.country == country and each.in_force(day)}, reverse=True)
