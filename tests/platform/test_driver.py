"""Arrays in the driver: lists and tuples of plain values are encoded as before."""

from datetime import date
from decimal import Decimal

import asyncpg
import pytest
from asyncpg.protocol import protocol

from reskontro.platform.driver import ARRAYS, NAMES


async def test_the_driver_still_asks_by_these_names(db):
    assert [getattr(protocol, name) for name in NAMES] == [ARRAYS, ARRAYS]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("text", ["a", "", None, "æ'\\\"{},"]),
        ("bigint", [1, None, -(2**62)]),
        ("numeric", [Decimal("1.50"), None]),
        ("date", [date(2026, 1, 31), None]),
        ("bytea", [b"", b"\x00\xff", None]),
        ("text", []),
    ],
)
async def test_arrays_come_back_as_they_went(db, kind, values):
    async with db.registry() as connection:
        for given in (list(values), tuple(values)):
            assert await connection.fetchval(f"select $1::{kind}[]", given) == values


async def test_an_array_of_arrays_is_one_still(db):
    async with db.registry() as connection:
        assert await connection.fetchval("select $1::int[]", [[1, 2], [3, 4]]) == [[1, 2], [3, 4]]


async def test_what_is_no_list_is_refused_and_not_taken_apart(db):
    async with db.registry() as connection:
        with pytest.raises(asyncpg.DataError):
            await connection.fetchval("select $1::text[]", "abc")
