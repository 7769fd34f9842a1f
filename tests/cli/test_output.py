import json
from datetime import UTC, date, datetime

import pytest

from reskontro.cli.output import Column, Money, amount_text, display, print_list

COLUMNS = (Column("name", "Name"), Column("amount", "Amount"))


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(62437, "NOK", "624.37"), (123456789, "NOK", "1 234 567.89"), (-5, "NOK", "-0.05"), (1500, "ISK", "1 500")],
)
def test_amounts_have_the_decimals_of_their_currency(minor, currency, text):
    assert amount_text(minor, currency) == text


def test_a_table_has_its_amounts_on_the_right(capsys):
    print_list(
        "items",
        COLUMNS,
        [{"name": "a", "amount": Money(500, "NOK")}, {"name": "b", "amount": Money(100000, "NOK")}],
        as_json=False,
    )

    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert [line for line in lines if line.endswith("NOK")] == [" a          5.00 NOK", " b      1 000.00 NOK"]


def test_programs_get_the_wires_numbers(capsys):
    print_list("items", COLUMNS, [{"name": "a", "amount": Money(12437, "NOK"), "day": date(2025, 3, 1)}], as_json=True)

    assert json.loads(capsys.readouterr().out) == {
        "items": [{"name": "a", "amount": {"amount": 124.37, "currency": "NOK"}, "day": "2025-03-01"}]
    }


def test_an_empty_list_says_so_to_people_and_is_empty_for_programs(capsys):
    print_list("items", COLUMNS, [], as_json=False)
    print_list("items", COLUMNS, [], as_json=True)

    said, _, printed = capsys.readouterr().out.partition("\n")
    assert said == "Nothing found."
    assert json.loads(printed) == {"items": []}


def test_characters_that_a_terminal_obeys_are_not_printed():
    assert display("\x1b[31mred") == "�[31mred"


def test_times_are_norwegian():
    assert display(datetime(2025, 3, 1, 9, tzinfo=UTC)) == "2025-03-01 10:00:00"
