"""A tenant's settings over time: what a change does to the values that are stored.

A value holds from a day, until a day or for good. A key has one value at a time, or several where the key is
multi-valued. Nothing is deleted: a value that no longer holds has its last day. Which keys there are is not known
here; whoever asks for a change brings the rule of its key.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum

from reskontro.kernel.day_bounds import parse_day_bounds
from reskontro.kernel.money import is_currency
from reskontro.kernel.problems import Fault, Refused
from reskontro.platform.database import Transaction

LONGEST_VALUE = 500
CURRENCY_KEYS = frozenset({"gl.baseCurrency"})
DAY_BOUNDS_KEYS = frozenset({"adb.intervals"})


@dataclass(frozen=True, slots=True)
class KeyRule:
    """What is known of a key: its canonical spelling, its values' type (such as INTEGER), what holds by default."""

    key: str
    value_type: str
    default: tuple[str, ...]
    multi: bool = False
    known_values: tuple[str, ...] = ()


Describe = Callable[[str], KeyRule | None]


class How(Enum):
    """How a value is to hold."""

    ALONE = "alone"
    BESIDE = "beside"  # the other values of a multi-valued key
    NO_LONGER = "no longer"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A change that somebody asks for."""

    key: str
    value: str
    valid_from: date
    how: How = How.ALONE


@dataclass(frozen=True, slots=True, order=True)
class StoredValue:
    """One value and the days on which it holds, the last one included; None is for good."""

    valid_from: date
    value: str
    valid_to: date | None = field(default=None, compare=False)

    def holds_on(self, day: date) -> bool:
        """Whether the value holds on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def ends_before(self, day: date) -> bool:
        """Whether the value's last day is before a day."""
        return self.valid_to is not None and self.valid_to < day


@dataclass(frozen=True, slots=True)
class Change:
    """What is written, in this order: values that take another's place, last days that move, new values."""

    replace: tuple[tuple[StoredValue, str], ...] = ()
    end: tuple[tuple[StoredValue, date], ...] = ()
    add: tuple[StoredValue, ...] = ()


# Looks at a key, at the values that hold on a day, and at the one that is to begin then; raises ConfigRefused.
Guard = Callable[[Transaction, str, tuple[str, ...], StoredValue], Awaitable[None]]


class ConfigRefused(Refused):
    """The setting cannot be changed so."""

    def __init__(self, key: str, message: str, **args: object) -> None:
        super().__init__(422, [Fault("CONFIG", message, key, args=args)])


_FORMS = {
    "INTEGER": (re.compile(r"-?[0-9]{1,15}", re.ASCII), "a whole number is wanted"),
    "DECIMAL": (re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,6})?", re.ASCII), "a number such as 8.5 is wanted"),
    "BOOLEAN": (re.compile(r"true|false"), "true or false is wanted"),
    "DATE": (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII), "a date YYYY-MM-DD is wanted"),
}


def canonical_value(rule: KeyRule, text: str) -> str:
    """The value as it is stored: codes in their canonical spelling. Raises `ConfigRefused`."""
    value = text.strip()
    if not (0 < len(value) <= LONGEST_VALUE and value.isprintable()):
        raise ConfigRefused(rule.key, "1 to {most} characters are wanted", most=LONGEST_VALUE)
    if rule.known_values:
        spelled = {known.casefold(): known for known in rule.known_values}
        if value.casefold() not in spelled:
            raise ConfigRefused(rule.key, "one of {known} is wanted", known=", ".join(rule.known_values))
        return spelled[value.casefold()]
    if rule.key in CURRENCY_KEYS and not is_currency(value):
        raise ConfigRefused(rule.key, "a currency's three letters are wanted, such as NOK")
    if rule.key in DAY_BOUNDS_KEYS:
        try:
            parse_day_bounds(value)
        except ValueError as error:
            raise ConfigRefused(rule.key, str(error)) from None
    if rule.value_type in _FORMS:
        form, wanted = _FORMS[rule.value_type]
        if not form.fullmatch(value) or (rule.value_type == "DATE" and not _is_date(value)):
            raise ConfigRefused(rule.key, wanted)
    return value


def set_value(rule: KeyRule, stored: Sequence[StoredValue], value: str, on: date) -> Change:
    """From `on`, this value alone holds, until the day before the next one that is planned already.

    Where several values begin on that very day they cannot all give way, since none may be deleted.
    """
    same_day = sorted(entry for entry in stored if entry.valid_from == on)
    if len(same_day) > 1:
        raise ConfigRefused(rule.key, "several values begin on {day} already: choose a later day", day=on)
    before = tuple(
        (entry, on - timedelta(1)) for entry in stored if entry.valid_from < on and not entry.ends_before(on)
    )
    later = min((entry.valid_from for entry in stored if entry.valid_from > on), default=None)
    last_day = None if later is None else later - timedelta(1)
    if same_day:
        taken = StoredValue(on, value, same_day[0].valid_to)
        replace = ((same_day[0], value),) if same_day[0].value != value else ()
        shorter = ((taken, last_day),) if last_day is not None and not taken.ends_before(last_day) else ()
        return Change(replace, before + shorter)
    if [entry.value for entry, _ in before] == [value]:
        return Change()
    return Change(end=before, add=(StoredValue(on, value, last_day),))


def add_value(rule: KeyRule, stored: Sequence[StoredValue], value: str, on: date) -> Change:
    """From `on`, this value holds beside the others; defaults that held until then are stored, so that they go on."""
    _must_be_multi(rule)
    holding = values_on(stored, on)
    if value in holding:
        return Change()
    later = [entry for entry in stored if entry.valid_from > on]
    defaults = () if holding else rule.default
    return Change(add=tuple(_until_later(on, each, later) for each in dict.fromkeys((*defaults, value))))


def remove_value(rule: KeyRule, stored: Sequence[StoredValue], value: str, on: date) -> Change:
    """From `on`, this value no longer holds, the others go on. At least one must be left."""
    _must_be_multi(rule)
    holding = values_on(stored, on) or rule.default
    if value not in holding:
        return Change()
    if len(holding) == 1:
        raise ConfigRefused(
            rule.key, "{value} is the last value: a key without values would have its defaults", value=value
        )
    if not values_on(stored, on):
        return Change(add=tuple(StoredValue(on, each) for each in rule.default if each != value))
    ending = [entry for entry in stored if entry.value == value and entry.holds_on(on)]
    if any(entry.valid_from == on for entry in ending):
        raise ConfigRefused(rule.key, "{value} begins on {day}: choose a later day", value=value, day=on)
    return Change(end=tuple((entry, on - timedelta(1)) for entry in ending))


Decide = Callable[[KeyRule, Sequence[StoredValue], str, date], Change]
DECISIONS: Mapping[How, Decide] = {How.ALONE: set_value, How.BESIDE: add_value, How.NO_LONGER: remove_value}


def values_on(stored: Iterable[StoredValue], day: date) -> tuple[str, ...]:
    """The values that hold on a day."""
    return tuple(entry.value for entry in sorted(stored) if entry.holds_on(day))


def _until_later(on: date, value: str, later: Iterable[StoredValue]) -> StoredValue:
    """The value from a day until the day before it begins anyway."""
    begins = min((entry.valid_from for entry in later if entry.value == value), default=None)
    return StoredValue(on, value, None if begins is None else begins - timedelta(1))


def _must_be_multi(rule: KeyRule) -> None:
    if not rule.multi:
        raise ConfigRefused(rule.key, "the key has one value at a time: set it without --add and --remove")


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
