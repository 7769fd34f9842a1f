"""What a command prints: tables for people, JSON with the same values for programs.

A list in JSON is an object with one array named after what it lists, a record is an object; names are in camelCase and
do not change. Amounts in JSON are numbers as on the wire.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import NoneType
from typing import Any

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from reskontro.http.wire import encode
from reskontro.kernel.money import exponent, to_wire
from reskontro.platform.clock import OSLO

WIDTH_OF_A_PIPE = 240


@dataclass(frozen=True, slots=True)
class Money:
    """An amount to print: `1 234.50 NOK` for people, the wire's number for programs."""

    minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Column:
    """One member of the records: its name in JSON, its heading for people."""

    name: str
    heading: str
    right: bool = False


Rows = Sequence[Mapping[str, Any]]


def print_list(
    name: str, columns: Sequence[Column], rows: Rows, *, as_json: bool, nothing: str = "Nothing found."
) -> None:
    """Print records as a table, or as `{"name": [...]}`. In JSON they keep members that have no column."""
    if as_json:
        print_json({name: rows})
        return
    if not rows:
        print(nothing)
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        values = [row.get(column.name) for row in rows]
        right = column.right or any(type(value) in {Money, int, Decimal} for value in values)
        table.add_column(column.heading, justify="right" if right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(display(row.get(column.name))) for column in columns))
    console().print(table)


def print_record(columns: Sequence[Column], record: Mapping[str, Any], *, as_json: bool) -> None:
    """Print one record, a line a member, or as an object."""
    if as_json:
        print_json(record)
        return
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for column in columns:
        table.add_row(column.heading, Text(display(record.get(column.name))))
    console().print(table)


def print_json(value: Any) -> None:
    """Print JSON, indented."""
    print(msgspec.json.format(encode(_plain(value)), indent=2).decode())


def display(value: object) -> str:
    """A value as people read it, without characters that a terminal would obey."""
    if isinstance(value, list | tuple):
        return ", ".join(display(element) for element in value)
    kind = type(value)
    words = next((words for known, words in WORDS.items() if issubclass(kind, known)), str)
    return "".join(c if c.isprintable() else "�" for c in words(value))


def amount_text(minor: int, currency: str) -> str:
    """`1 234.50`: all decimals of the currency, thousands apart."""
    places = exponent(currency)
    whole, rest = divmod(abs(minor), 10**places)
    sign = "-" if minor < 0 else ""
    grouped = f"{whole:,}".replace(",", " ")
    return f"{sign}{grouped}.{rest:0{places}d}" if places else f"{sign}{grouped}"


# How the kinds of value are written for people; the first that fits.
WORDS: Mapping[type, Callable[[Any], str]] = {
    NoneType: lambda _: "",
    bool: lambda yes: "yes" if yes else "no",
    Money: lambda money: f"{amount_text(money.minor, money.currency)} {money.currency}",
    datetime: lambda moment: moment.astimezone(OSLO).strftime("%Y-%m-%d %H:%M:%S"),
}


def _plain(value: Any) -> Any:
    """Records as JSON has them."""
    match value:
        case Money():
            return {"amount": to_wire(value.minor, value.currency), "currency": value.currency}
        case Mapping():
            return {str(name): _plain(member) for name, member in value.items()}
        case list() | tuple():
            return [_plain(element) for element in value]
        case _:
            return value


def console() -> Console:
    """Where tables are printed: as wide as the terminal, or wide enough for a pipe."""
    return Console() if sys.stdout.isatty() else Console(width=WIDTH_OF_A_PIPE)
