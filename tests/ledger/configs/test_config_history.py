"""What a setting was, is and will be."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from reskontro.ledger.domain import config
from reskontro.ledger.domain.config import Config, ConfigKey, ConfigValue
from reskontro.ledger.domain.config_history import FIRST_DAY, history, holding, known_keys

DAYS = st.dates(date(2020, 1, 1), date(2020, 3, 1))


def values(key, *rows):
    return {key: [ConfigValue(key, *row) for row in rows]}


def shown(found):
    return [(v.value, v.valid_from, v.valid_to) for v in found]


def test_a_default_has_always_held():
    assert shown(history("gl.baseCurrency", {})) == [("NOK", FIRST_DAY, None)]


def test_a_default_holds_before_between_and_after_what_is_stored():
    stored = values(
        "kid.prefix",
        ("7", date(2024, 1, 1), date(2024, 6, 30)),
        ("8", date(2024, 7, 1), date(2024, 7, 31)),
        ("9", date(2025, 1, 1), date(2025, 1, 31)),
    )
    assert shown(history("kid.prefix", stored)) == [
        ("5", date(2025, 2, 1), None),
        ("9", date(2025, 1, 1), date(2025, 1, 31)),
        ("5", date(2024, 8, 1), date(2024, 12, 31)),
        ("8", date(2024, 7, 1), date(2024, 7, 31)),
        ("7", date(2024, 1, 1), date(2024, 6, 30)),
        ("5", FIRST_DAY, date(2023, 12, 31)),
    ]


def test_the_clearing_account_is_the_bank_account_whatever_that_is():
    stored = values("gl.account.bank", ("1930", date(2024, 1, 1), None))
    stored |= values("gl.account.clearing.VIPPS", ("1950", date(2025, 1, 1), None))
    assert shown(history("gl.account.clearing.CARD", stored)) == [
        ("1930", date(2024, 1, 1), None),
        ("1920", FIRST_DAY, date(2023, 12, 31)),
    ]
    assert shown(history("gl.account.clearing.VIPPS", stored)) == [
        ("1950", date(2025, 1, 1), None),
        ("1930", date(2024, 1, 1), date(2024, 12, 31)),
        ("1920", FIRST_DAY, date(2023, 12, 31)),
    ]


@given(
    st.lists(st.tuples(st.sampled_from(["1", "2"]), DAYS, st.none() | st.integers(0, 20)), max_size=4),
    DAYS,
)
def test_what_is_shown_for_a_day_is_what_the_ledger_uses(rows, day):
    key = "files.uploadTypes"
    entries = [
        ConfigValue(key, value, start, None if length is None else date.fromordinal(start.toordinal() + length))
        for value, start, length in sorted(rows, key=lambda row: (row[1], row[0]))
    ]
    now = holding(history(key, {key: entries}), day)
    assert sorted(v.value for v in now) == sorted(Config(entries, day).many(key))


def test_a_secret_and_an_unknown_key_are_not_known(monkeypatch):
    secret = ConfigKey(config.STRING, ("x",), config.Description("A password", "Et passord"), secret=True)
    monkeypatch.setitem(config.KEYS, "mail.password", secret)
    stored = [ConfigValue("mail.password", "hunter2", FIRST_DAY, None), ConfigValue("shoe", "1", FIRST_DAY, None)]
    assert not {"mail.password", "shoe"} & set(known_keys(stored))
    assert "gl.account.clearing.vipps" in known_keys([])
    assert "gl.revenueaccountbyitemgroup1.500" not in known_keys([])
    group = ConfigValue("gl.revenueAccountByItemGroup1.500", "3010", FIRST_DAY, None)
    assert known_keys([group])["gl.revenueaccountbyitemgroup1.500"] == group.key
