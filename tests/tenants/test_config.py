from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reskontro.tenants.config import (
    Change,
    ConfigRefused,
    KeyRule,
    StoredValue,
    add_value,
    canonical_value,
    remove_value,
    set_value,
    values_on,
)

LEVELS = KeyRule("reminder.levels", "INTEGER", ("2",))
TYPES = KeyRule("files.uploadTypes", "CODE", ("ATTACHMENT",), multi=True, known_values=("ATTACHMENT", "OCR", "CAMT054"))
MARCH, APRIL, MAY = date(2025, 3, 1), date(2025, 4, 1), date(2025, 5, 1)


def applied(stored, change: Change) -> list[StoredValue]:
    """The values after a change; a change that the table could not hold fails here."""
    table = {(entry.valid_from, entry.value): entry.valid_to for entry in stored}
    for entry, value in change.replace:
        table[entry.valid_from, value] = table.pop((entry.valid_from, entry.value))
    for entry, last_day in change.end:
        assert last_day >= entry.valid_from
        table[entry.valid_from, entry.value] = last_day
    for entry in change.add:
        assert (entry.valid_from, entry.value) not in table
        assert entry.valid_to is None or entry.valid_to >= entry.valid_from
        table[entry.valid_from, entry.value] = entry.valid_to
    return [StoredValue(valid_from, value, valid_to) for (valid_from, value), valid_to in table.items()]


def test_a_new_value_ends_the_old_one_on_the_day_before():
    stored = [StoredValue(MARCH, "2")]

    after = applied(stored, set_value(LEVELS, stored, "3", APRIL))

    assert values_on(after, APRIL - timedelta(1)) == ("2",)
    assert values_on(after, APRIL) == ("3",)


def test_a_value_on_the_day_on_which_another_begins_takes_its_place():
    stored = [StoredValue(MARCH, "2")]

    assert applied(stored, set_value(LEVELS, stored, "3", MARCH)) == [StoredValue(MARCH, "3")]


def test_a_value_holds_until_the_next_planned_one():
    stored = [StoredValue(MARCH, "2", APRIL - timedelta(1)), StoredValue(MAY, "4")]

    after = applied(stored, set_value(LEVELS, stored, "3", APRIL))

    assert [values_on(after, day) for day in (MARCH, APRIL, MAY)] == [("2",), ("3",), ("4",)]


def test_setting_the_value_that_holds_changes_nothing():
    stored = [StoredValue(MARCH, "2")]

    assert set_value(LEVELS, stored, "2", APRIL) == Change()


def test_adding_keeps_the_default_that_held_until_then():
    after = applied([], add_value(TYPES, [], "OCR", MARCH))

    assert values_on(after, MARCH) == ("ATTACHMENT", "OCR")


def test_adding_twice_changes_nothing():
    stored = applied([], add_value(TYPES, [], "OCR", MARCH))

    assert add_value(TYPES, stored, "OCR", APRIL) == Change()


def test_setting_a_multi_valued_key_ends_all_that_held():
    stored = applied([], add_value(TYPES, [], "OCR", MARCH))

    after = applied(stored, set_value(TYPES, stored, "CAMT054", APRIL))

    assert values_on(after, APRIL) == ("CAMT054",)
    assert values_on(after, MARCH) == ("ATTACHMENT", "OCR")


def test_several_values_of_one_day_cannot_all_give_way():
    stored = applied([], add_value(TYPES, [], "OCR", MARCH))

    with pytest.raises(ConfigRefused):
        set_value(TYPES, stored, "CAMT054", MARCH)


def test_removing_ends_one_value():
    stored = applied([], add_value(TYPES, [], "OCR", MARCH))

    after = applied(stored, remove_value(TYPES, stored, "ATTACHMENT", APRIL))

    assert values_on(after, APRIL) == ("OCR",)


def test_removing_a_default_stores_the_others():
    methods = KeyRule("autoposting.methods", "CODE", ("payment", "refund"), multi=True)

    assert values_on(applied([], remove_value(methods, [], "refund", MARCH)), MARCH) == ("payment",)


def test_the_last_value_cannot_be_removed():
    with pytest.raises(ConfigRefused):
        remove_value(TYPES, [], "ATTACHMENT", MARCH)


def test_a_key_with_one_value_takes_no_second():
    with pytest.raises(ConfigRefused):
        add_value(LEVELS, [], "3", MARCH)


def test_a_code_is_stored_in_its_canonical_spelling():
    assert canonical_value(TYPES, " ocr ") == "OCR"


@pytest.mark.parametrize(
    ("value_type", "text"),
    [
        ("INTEGER", "3.5"),
        ("INTEGER", "٣"),
        ("DECIMAL", "1e9"),
        ("BOOLEAN", "yes"),
        ("DATE", "2025-02-30"),
        ("STRING", " "),
    ],
)
def test_a_value_of_another_form_is_refused(value_type, text):
    with pytest.raises(ConfigRefused):
        canonical_value(KeyRule("some.key", value_type, ()), text)


days = st.dates(date(2025, 1, 1), date(2025, 1, 20))


@given(st.lists(st.tuples(days, st.sampled_from("123456")), max_size=12))
def test_a_key_with_one_value_has_one_on_every_day_after_any_changes(changes):
    stored: list[StoredValue] = []
    for on, value in changes:
        stored = applied(stored, set_value(LEVELS, stored, value, on))
        assert values_on(stored, on) == (value,)
    first = min((entry.valid_from for entry in stored), default=None)
    for day in (date(2025, 1, 1) + timedelta(n) for n in range(25)):
        assert len(values_on(stored, day)) == (1 if first is not None and day >= first else 0)


@given(
    st.lists(st.tuples(days, st.sampled_from(["ATTACHMENT", "OCR", "CAMT054"]), st.sampled_from("+-=")), max_size=12)
)
def test_no_value_of_a_multi_valued_key_holds_twice_on_a_day(changes):
    decisions = {"+": add_value, "-": remove_value, "=": set_value}
    stored: list[StoredValue] = []
    for on, value, how in changes:
        try:
            stored = applied(stored, decisions[how](TYPES, stored, value, on))
        except ConfigRefused:
            continue
        for day in (date(2025, 1, 1) + timedelta(n) for n in range(25)):
            holding = values_on(stored, day)
            assert len(holding) == len(set(holding))
