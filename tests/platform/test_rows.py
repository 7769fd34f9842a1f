import pytest

from reskontro.platform.rows import Folded, One, RowInsert, RowUpdate, columns_of, fold, one_statement, with_rows

THINGS = RowInsert("thing", (("kind", "$1::text"),), (("id", "bigint"), ("name", "text"), ("about", "json")))
NAMES = RowUpdate("thing", (("id", "bigint"), ("name", "text")), set="name = u.name", where="t.id = u.id")


def test_a_column_that_is_the_same_in_every_row_is_cut():
    assert fold([[1, 2, 3], ["a", "a", "a"], [None, None, None], [1, 2, 1]]) == [[1, 2, 3], ["a"], [None], [1, 2, 1]]


def test_one_column_always_says_how_many_rows_there_are():
    assert fold([["a", "a"], [1, 1]]) == [["a", "a"], [1]]


@pytest.mark.parametrize("count", [1, 2, 63, 64, 500])
async def test_rows_arrive_in_every_form(db, count):
    rows = [(n, "same", None if n % 2 else '{"a": 1}') for n in range(count)]
    inserted, values = with_rows(THINGS, rows)
    assert isinstance(inserted, {1: One, 64: Folded, 500: Folded}.get(count, RowInsert))
    async with db.transaction(1) as tx:
        await tx.execute("create temp table thing (kind text, id bigint, name text, about json) on commit drop")
        await tx.execute(one_statement((inserted,), 1, "select 1 where $1::text <> ''"), "x", *values)
        found = await tx.fetch("select id, name, about, kind from thing order by id")
        assert [tuple(row) for row in found] == [(*row, "x") for row in rows]

        renamed = [(n, f"name {n}" if n else "first") for n in range(count)]
        updated, values = with_rows(NAMES, renamed)
        await tx.execute(one_statement((updated,), 0, "select 1"), *values)
        assert [tuple(row) for row in await tx.fetch("select id, name from thing order by id")] == renamed


def test_no_rows_are_empty_columns():
    assert columns_of([], 3) == [[], [], []]
