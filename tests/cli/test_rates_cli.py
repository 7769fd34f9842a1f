"""`reskontro rates` as a person and a program meet it."""

import asyncio
import json

import asyncpg
import pytest
from typer.testing import CliRunner

from reskontro.cli.main import app
from reskontro.platform.settings import settings
from tests.conftest import SAMPLES

HEAD = "currency;valid_from;units;rate;source\n"
OWN = HEAD + "PLN;2025-01-02;1;2.75;agreed\nPLN;2025-01-09;1;2,80;agreed\nHUF;2025-01-02;100;2.9;agreed\n"


@pytest.fixture
def run(app_dsn, monkeypatch, tmp_path):
    """Runs a command on the test's database; its output is a pipe's."""
    monkeypatch.setenv("DATABASE_URL", app_dsn)
    monkeypatch.setenv("RESKONTRO_DATA", str(tmp_path / "data"))
    settings.cache_clear()

    def command(*arguments: object):
        return CliRunner().invoke(app, ["rates", *(str(argument) for argument in arguments)])

    yield command
    settings.cache_clear()


@pytest.fixture
def no_rates(superuser_dsn):
    """The shared table, empty before and after."""

    async def delete():
        connection = await asyncpg.connect(superuser_dsn)
        await connection.execute("delete from currency_rate")
        await connection.close()

    asyncio.run(delete())
    yield
    asyncio.run(delete())


@pytest.fixture
def own(tmp_path, no_rates):
    path = tmp_path / "own.csv"
    path.write_text(OWN)
    return path


def test_a_file_is_taken_once(run, own):
    first = json.loads(run("import", own, "--json").stdout)
    assert first == {
        "layout": "own", "baseCurrency": "NOK", "added": 3, "unchanged": 0, "corrected": 0, "skipped": 0,
        "currencies": ["HUF", "PLN"], "firstDay": "2025-01-02", "lastDay": "2025-01-09",
    }  # fmt: skip
    again = run("import", own)
    assert again.exit_code == 0
    told = [row.split() for row in again.stdout.splitlines()]
    assert told[2:5] == [["Added", "0"], ["There", "already", "3"], ["Corrected", "0"]]


def test_the_same_rate_said_in_other_units_is_the_same(run, own, tmp_path):
    run("import", own)
    other = tmp_path / "other.csv"
    other.write_text(HEAD + "PLN;2025-01-02;100;275;bank\n")
    assert json.loads(run("import", other, "--json").stdout)["unchanged"] == 1


def test_another_rate_for_a_day_is_refused_and_can_be_a_correction(run, own, tmp_path):
    run("import", own)
    other = tmp_path / "other.csv"
    other.write_text(HEAD + "EUR;2025-01-02;1;11.7;bank\nPLN;2025-01-02;1;27.5;bank\n")
    refused = run("import", other)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == (
        "Error: other.csv: line 3: 1 PLN of 2025-01-02 stand at 2.75 NOK (agreed), not at 27.5 for 1\n"
    )
    listed = json.loads(run("list", "--on", "2025-01-03", "--json").stdout)["rates"]
    assert [r["currency"] for r in listed] == ["HUF", "PLN"]
    corrected = json.loads(run("import", other, "--correct", "--json").stdout)
    assert (corrected["added"], corrected["corrected"]) == (1, 1)
    listed = json.loads(run("list", "--on", "2025-01-03", "--json").stdout)["rates"]
    assert [(r["currency"], r["rate"]) for r in listed] == [("EUR", "11.7"), ("HUF", "2.9"), ("PLN", "27.5")]
    back = json.loads(run("import", own, "--correct", "--json").stdout)
    assert (back["unchanged"], back["corrected"]) == (2, 1)


def test_every_fault_is_told_and_nothing_is_taken(run, no_rates, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text(HEAD + "EUR;2025-01-02;1;11.7;bank\nXXX;2025-01-02;1;11.7;bank\nUSD;2025-13-02;1;11.7;bank\n")
    refused = run("import", path)
    assert refused.exit_code == 1
    told = [row.removeprefix("Error: bad.csv: ").partition(":")[0] for row in refused.stderr.splitlines()]
    assert told == ["line 3", "line 4"]
    assert json.loads(run("import", path, "--json").stdout)["imported"] is False
    assert run("list").stdout == "There are no rates: `reskontro rates import` brings them in.\n"


def test_rates_are_listed_with_whether_they_count(run, own):
    run("import", own)
    listed = run("list", "--on", "2025-01-10").stdout
    assert [row.split() for row in listed.splitlines() if "agreed" in row] == [
        ["HUF", "100", "2.9", "NOK", "2025-01-02", "8", "no", "agreed"],
        ["PLN", "1", "2.8", "NOK", "2025-01-09", "1", "yes", "agreed"],
    ]
    assert "A rate that is more than 7 days old is not posted with." in listed
    history = json.loads(run("list", "--currency", "pln", "--on", "2025-02-01", "--json").stdout)["rates"]
    assert [(r["validFrom"], r["rate"], r["ageDays"], r["counts"]) for r in history] == [
        ("2025-01-09", "2.8", 23, False),
        ("2025-01-02", "2.75", 30, False),
    ]
    assert run("list", "--currency", "KRONER").exit_code == 1


@pytest.mark.parametrize(("name", "base"), [("norges_bank.csv", "NOK"), ("eurofxref-hist.csv", "EUR")])
def test_the_files_of_banks_are_taken_as_they_come(run, no_rates, name, base):
    taken = json.loads(run("import", SAMPLES / "rates" / name, "--json").stdout)
    assert (taken["baseCurrency"], taken["added"] > 5) == (base, True)
    listed = json.loads(run("list", "--base", base, "--on", "2024-02-27", "--json").stdout)["rates"]
    assert all(rate["counts"] for rate in listed)
