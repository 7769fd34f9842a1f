"""Files of exchange rates: what each layout says, and every fault with its line."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reskontro.formats.rate_files import LARGEST_BYTES, MOST_FAULTS, RateFileRefused, read_rates
from tests.conftest import SAMPLES

HEAD = "currency;valid_from;units;rate;source\n"


def sample(name: str) -> bytes:
    return (SAMPLES / "rates" / name).read_bytes()


def faults(content: str | bytes, base: str | None = None) -> list[str]:
    with pytest.raises(RateFileRefused) as refused:
        read_rates(content if isinstance(content, bytes) else content.encode(), base)
    return list(refused.value.faults)


@pytest.mark.parametrize("name", ["norges_bank.csv", "norges_bank_no.csv"])
def test_norges_bank_quotes_kroner_for_one_or_a_hundred_units(name):
    found = read_rates(sample(name))
    assert (found.layout, found.base_currency, found.skipped) == ("Norges Bank", "NOK", 1)
    assert [(r.currency, r.day.day, r.units, r.rate) for r in found.rates] == [
        ("CHF", 26, 100, Decimal("1201.51")),
        ("CHF", 27, 100, Decimal("1198.4")),
        ("EUR", 26, 1, Decimal("11.4475")),
        ("EUR", 27, 1, Decimal("11.4315")),
        ("IDR", 27, 100, Decimal("0.067")),
        ("SEK", 27, 100, Decimal("102.25")),
    ]
    assert {r.source for r in found.rates} == {"Norges Bank"}


def test_the_ecb_quotes_units_for_a_euro():
    found = read_rates(sample("eurofxref-hist.csv"))
    assert (found.layout, found.base_currency, found.skipped) == ("ECB", "EUR", 4)
    assert len(found.rates) == 14
    krone = found.rates[5]
    assert (krone.currency, krone.day, krone.units, krone.rate, krone.line) == (
        "NOK", date(2024, 2, 27), Decimal("11.4315"), 1, 2,
    )  # fmt: skip
    assert faults(sample("eurofxref-hist.csv"), "NOK") == ["line 1: the rates are against EUR, not NOK"]


def test_our_own_layout_takes_either_decimal_mark_and_any_base_currency():
    text = HEAD + "eur;2025-01-02;1;11,7;Bank\n\nJPY; 2025-01-02 ;100;7.41;Bank\n"
    found = read_rates(text.encode())
    assert (found.layout, found.base_currency) == ("own", "NOK")
    assert [(r.currency, r.rate, r.line) for r in found.rates] == [
        ("EUR", Decimal("11.7"), 2),
        ("JPY", Decimal("7.41"), 4),
    ]
    assert read_rates((HEAD + "NOK;2025-01-02;100;64;Bank").encode(), "SEK").base_currency == "SEK"


def test_every_fault_is_told_with_its_line():
    text = HEAD + (
        "EUR;2025-01-02;1;0;Bank\n"
        "KWD;2025-02-30;1;11;Bank\n"
        "NOK;2025-01-02;1;1;Bank\n"
        "EUR;2025-01-03;1\n"
        "EUR;2025-01-03;-1;1e5;\n"
        "EUR;2025-01-04;1;0.00000000001;Bank\n"
        "EUR;2025-01-05;1;11;Bank\n"
        "EUR;2025-01-05;10;110;Bank\n"
        "EUR;2025-01-05;1;12;Bank\n"
        "EUR;1066-01-05;1;99999999;Bank\n"
    )
    number = "a number above 0, of 10 decimals at most, is wanted"
    assert faults(text) == [
        f"line 2: rate: {number}, '0' was found",
        "line 3: 'KWD' is no currency that amounts can be given in",
        "line 3: a date YYYY-MM-DD from 1990 on is wanted, '2025-02-30' was found",
        "line 4: NOK is the base currency itself",
        "line 5: 5 values are wanted, 3 were found",
        f"line 6: units: {number}, '-1' was found",
        f"line 6: rate: {number}, '1e5' was found",
        "line 6: a source of 1 to 100 characters is wanted",
        f"line 7: rate: {number}, '0.00000000001' was found",
        "line 10: EUR of 2025-01-05 has another rate on line 8",
        "line 11: a date YYYY-MM-DD from 1990 on is wanted, '1066-01-05' was found",
        f"line 11: rate: {number}, '99999999' was found",
    ]


def test_the_banks_files_are_judged_as_strictly():
    text = sample("norges_bank.csv").decode()
    assert faults(text.replace("B;Business;EUR", "M;Monthly;EUR", 1)) == [
        "line 4: only rates of business days (B) are taken, 'M' was found"
    ]
    assert faults(text.replace("EUR;Euro;NOK", "EUR;Euro;USD", 1)) == [
        "line 4: rates against NOK are wanted, not 'USD'"
    ]
    assert faults(text.replace("false;0;Units", "false;12;Units", 1)) == ["line 4: UNIT_MULT is 0 to 4, '12' was found"]
    assert faults(text.replace(";2024-02-26;11.4475", ";11.4475", 1)) == ["line 4: 16 values are wanted, 15 were found"]
    assert faults(text, "EUR")[0] == "line 2: rates against EUR are wanted, not 'NOK'"
    cut = sample("eurofxref-hist.csv").decode().replace("149.3,", "")
    assert faults(cut.replace("11.4475,", "11.4475")) == ["line 3: 10 values are wanted, 9 were found"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "line 1: currency;valid_from;units;rate;source is wanted"),
        (b"shoe;size\n", "line 1: currency;valid_from;units;rate;source is wanted"),
        (HEAD.encode(), "there is no rate in the file"),
        (HEAD.encode() + b"EUR;2025-01-02;1;11;\xe6\n", "line 2: UTF-8 is wanted"),
        (HEAD.encode() + b"EUR;2025-01-02;1;11;\0\n", "line 2: a zero byte is no text"),
        (b" " * (LARGEST_BYTES + 1), "the file is larger than 20971520 bytes"),
        (HEAD.encode() + b"E" * 200_000, "line 2: no row of values"),
    ],
)
def test_what_is_no_file_of_rates(content, told):
    assert faults(content)[0].startswith(told)


def test_very_many_faults_are_counted():
    told = faults(HEAD + "x\n" * 1000)
    assert len(told) == MOST_FAULTS + 1
    assert told[-1] == "and 900 more"


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: (HEAD + text).encode(errors="ignore")))
def test_noise_is_refused_and_nothing_else_happens(content):
    found = None
    with suppress(RateFileRefused):
        found = read_rates(content)
    assert found is None or all(rate.units > 0 and rate.rate > 0 for rate in found.rates)
