"""Exchange rates from a file: the CSV of Norges Bank, of the European Central Bank, or our own.

| layout | first line | a row says what is worth what on a day |
| --- | --- | --- |
| Norges Bank's `EXR` as CSV | `FREQ;…;BASE_CUR;…;OBS_VALUE` | 10^UNIT_MULT of BASE_CUR: OBS_VALUE of QUOTE_CUR |
| the ECB's `eurofxref-hist.csv` | `Date,USD,JPY,…` | so many of each column's currency: one euro |
| our own | `currency;valid_from;units;rate;source` | so many units: the rate in the base currency |

The layout is told by the first line. The whole file is read before anything is said: every fault comes with its line.
Currencies that are no currency any more, indices and what a bank left empty (`N/A`) are passed over and counted.
Sources: Norges Bank, open data, guide to the data warehouse; ECB, euro foreign exchange reference rates.
"""

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from reskontro.kernel.money import is_currency

LARGEST_BYTES = 20 * 1024 * 1024
LARGEST = Decimal(10_000_000)
MOST_DECIMALS = 10
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2199, 12, 31)
LONGEST_SOURCE = 100
MOST_FAULTS = 100  # told one by one; the others are counted

OWN = ("currency", "valid_from", "units", "rate", "source")
NORGES_BANK = ("FREQ", "BASE_CUR", "QUOTE_CUR", "UNIT_MULT", "TIME_PERIOD", "OBS_VALUE")
EURO = "EUR"
NOTHING = frozenset({"", "N/A", "NaN"})

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,12}(?:[.,][0-9]{1,12})?", re.ASCII)
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", re.ASCII)
_CODE = re.compile(r"[A-Z0-9]{3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class QuotedRate:
    """On a day, `units` of a currency were worth `rate` of the file's base currency; `line` is where that stands."""

    currency: str
    day: date
    units: Decimal
    rate: Decimal
    source: str
    line: int


@dataclass(frozen=True, slots=True)
class RateFile:
    """A file that is in order. `skipped` are values that are no rate of a currency of today."""

    layout: str
    base_currency: str
    rates: tuple[QuotedRate, ...]
    skipped: int


class RateFileRefused(ValueError):  # noqa: N818 - it says what happened
    """Nothing of the file is taken; `faults` say what is wrong, each with its line."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


@dataclass(slots=True)
class _Reading:
    """A file under way."""

    base_currency: str | None
    faults: list[str] = field(default_factory=list)
    rates: list[QuotedRate] = field(default_factory=list)
    lines: dict[tuple[str, date], QuotedRate] = field(default_factory=dict)
    skipped: int = 0

    def wrong(self, line: int, message: str) -> None:
        self.faults.append(f"line {line}: {message}")

    def add(self, quoted: QuotedRate) -> None:
        """Add a rate; a second one of the day has to be the same."""
        key = (quoted.currency, quoted.day)
        before = self.lines.setdefault(key, quoted)
        if before is quoted:
            self.rates.append(quoted)
        elif before.units * quoted.rate != before.rate * quoted.units:
            self.wrong(quoted.line, f"{quoted.currency} of {quoted.day} has another rate on line {before.line}")


Rows = Iterator[tuple[int, list[str]]]


def read_rates(content: bytes, base_currency: str | None = None) -> RateFile:
    """The rates of a file, against a base currency, which only our own layout does not say itself (NOK by default).

    Raises `RateFileRefused` with every fault.
    """
    if len(content) > LARGEST_BYTES:
        raise RateFileRefused([f"the file is larger than {LARGEST_BYTES} bytes"])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise RateFileRefused([f"line {line}: UTF-8 is wanted"]) from None
    if "\0" in text:
        raise RateFileRefused([f"line {text.count(chr(10), 0, text.index(chr(0))) + 1}: a zero byte is no text"])
    if base_currency is not None and not is_currency(base_currency):
        raise RateFileRefused([f"{base_currency[:10]!r} is no currency that rates can be kept against"])
    first = text.partition("\n")[0]
    rows = _rows(text, ";" if ";" in first else ",")
    _, header = next(rows, (1, []))
    names = {name: at for at, name in enumerate(header)}
    reading = _Reading(base_currency)
    layout, read = _layout(header)
    read(names, rows, reading)
    if not reading.rates and not reading.faults:
        reading.faults.append("there is no rate in the file")
    if reading.faults:
        more = len(reading.faults) - MOST_FAULTS
        told = reading.faults[:MOST_FAULTS] + ([f"and {more} more"] if more > 0 else [])
        raise RateFileRefused(told)
    assert reading.base_currency is not None, "a layout has a base currency"
    return RateFile(layout, reading.base_currency, tuple(reading.rates), reading.skipped)


Reader = Callable[[Mapping[str, int], Rows, _Reading], None]


def _layout(header: Sequence[str]) -> tuple[str, Reader]:
    if tuple(name.lower() for name in header) == OWN:
        return "own", _read_own
    if set(NORGES_BANK) <= set(header):
        return "Norges Bank", _read_norges_bank
    if len(header) > 1 and header[0].lower() == "date":
        return "ECB", _read_ecb
    raise RateFileRefused([f"line 1: {';'.join(OWN)} is wanted, or the first line of Norges Bank's or the ECB's CSV"])


def _rows(text: str, delimiter: str) -> Rows:
    """The rows that are not empty, stripped, with the line they begin on."""
    reader = csv.reader(text.splitlines(), delimiter=delimiter, quoting=csv.QUOTE_MINIMAL)
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise RateFileRefused([f"line {reader.line_num}: no row of values ({error})"]) from None
        if row is None:
            return
        values = [value.strip() for value in row]
        if any(values):
            yield reader.line_num, values


def _read_own(names: Mapping[str, int], rows: Rows, reading: _Reading) -> None:
    reading.base_currency = reading.base_currency or "NOK"
    for line, row in rows:
        if len(row) != len(names):
            reading.wrong(line, f"{len(names)} values are wanted, {len(row)} were found")
            continue
        code, day_text, units_text, rate_text, source = row
        before = len(reading.faults)
        currency = code.upper()
        if not is_currency(currency):
            reading.wrong(line, f"{code[:10]!r} is no currency that amounts can be given in")
        elif currency == reading.base_currency:
            reading.wrong(line, f"{currency} is the base currency itself")
        day = _day(line, day_text, reading)
        units, rate = _number(line, units_text, "units", reading), _number(line, rate_text, "rate", reading)
        if not source or len(source) > LONGEST_SOURCE or not source.isprintable():
            reading.wrong(line, f"a source of 1 to {LONGEST_SOURCE} characters is wanted")
        if len(reading.faults) == before and day is not None:
            reading.add(QuotedRate(currency, day, units, rate, source, line))


def _read_norges_bank(names: Mapping[str, int], rows: Rows, reading: _Reading) -> None:
    for line, row in rows:
        if len(row) < len(names):
            reading.wrong(line, f"{len(names)} values are wanted, {len(row)} were found")
            continue
        freq, currency, quote, multiplier, day_text, value = (row[names[name]] for name in NORGES_BANK)
        if freq != "B":
            reading.wrong(line, f"only rates of business days (B) are taken, {freq[:10]!r} was found")
            continue
        if reading.base_currency is None and is_currency(quote):
            reading.base_currency = quote
        if quote != reading.base_currency:
            reading.wrong(line, f"rates against {reading.base_currency or 'a currency'} are wanted, not {quote[:10]!r}")
            continue
        if not is_currency(currency) or value in NOTHING:
            reading.skipped += 1
            continue
        if multiplier not in {"0", "1", "2", "3", "4"}:
            reading.wrong(line, f"UNIT_MULT is 0 to 4, {multiplier[:10]!r} was found")
            continue
        before = len(reading.faults)
        decimals = row[names["DECIMALS"]] if "DECIMALS" in names else ""
        day = _day(line, day_text, reading)
        rate = _number(line, _ungrouped(value, decimals), "OBS_VALUE", reading)
        if len(reading.faults) == before and day is not None:
            units = Decimal(10 ** int(multiplier))
            reading.add(QuotedRate(currency, day, units, rate, "Norges Bank", line))


def _read_ecb(names: Mapping[str, int], rows: Rows, reading: _Reading) -> None:
    if reading.base_currency not in {None, EURO}:
        reading.wrong(1, f"the rates are against EUR, not {reading.base_currency}")
    reading.base_currency = EURO
    columns = {name: at for name, at in names.items() if at and name}
    for name in columns:
        if not _CODE.fullmatch(name):
            reading.wrong(1, f"a currency's three letters are wanted, {name[:10]!r} was found")
    for line, row in rows:
        day = _day(line, row[0], reading)
        if len(row) < len(columns) + 1:
            reading.wrong(line, f"{len(columns) + 1} values are wanted, {len(row)} were found")
            continue
        for currency, at in columns.items():
            if row[at] in NOTHING or not is_currency(currency) or currency == EURO:
                reading.skipped += 1
                continue
            before = len(reading.faults)
            units = _number(line, row[at], currency, reading)
            if len(reading.faults) == before and day is not None:
                reading.add(QuotedRate(currency, day, units, Decimal(1), "ECB", line))


def _day(line: int, text: str, reading: _Reading) -> date | None:
    day = None
    if _DAY.fullmatch(text):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        reading.wrong(line, f"a date YYYY-MM-DD from {FIRST_DAY.year} on is wanted, {text[:20]!r} was found")
        return None
    return day


def _number(line: int, text: str, name: str, reading: _Reading) -> Decimal:
    """A number above zero; 1 where it is none, which is then a fault."""
    if _NUMBER.fullmatch(text):
        number = Decimal(text.replace(",", "."))
        power = number.normalize().as_tuple().exponent
        assert isinstance(power, int), "a number of digits is finite"
        if 0 < number <= LARGEST and -power <= MOST_DECIMALS:
            return number
    reading.wrong(
        line, f"{name}: a number above 0, of {MOST_DECIMALS} decimals at most, is wanted, {text[:20]!r} was found"
    )
    return Decimal(1)


def _ungrouped(text: str, decimals: str) -> str:
    """A number without the commas between its thousands: one comma is a decimal comma where the decimals allow it."""
    if not _GROUPED.fullmatch(text):
        return text
    places = int(decimals) if decimals.isascii() and decimals.isdigit() and len(decimals) == 1 else 0
    alone = text.count(",") == 1 and "." not in text
    return text if alone and len(text.partition(",")[2]) <= places else text.replace(",", "")
