"""What a setting was, is and will be: its stored values, and its default in between.

A default is a value that has always held and always will, as long as nothing is stored. The clearing account of a
payment method is the bank account by default, whatever that is at the time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from reskontro.ledger.domain.codes import PAYMENT_METHODS
from reskontro.ledger.domain.config import KEY_FAMILIES, KEYS, ConfigValue, describe_key

FIRST_DAY = date(1900, 1, 1)  # the first date that the interface knows
CLEARING = "gl.account.clearing."
BANK = "gl.account.bank"
ONE_DAY = timedelta(days=1)


def known_keys(stored: Iterable[ConfigValue]) -> dict[str, str]:
    """The keys that can be shown, by their folded form: those with a default, and those of a family that are stored."""
    keys = [*KEYS, *(CLEARING + method for method in PAYMENT_METHODS)]
    keys += [value.key for value in stored if any(value.key.startswith(family) for family in KEY_FAMILIES)]
    found: dict[str, str] = {}
    for key in keys:
        known = describe_key(key)
        if known is not None and not known.secret:
            found.setdefault(key.casefold(), key)
    return found


def history(key: str, stored: Mapping[str, list[ConfigValue]]) -> list[ConfigValue]:
    """Every value of a key with the days on which it holds, newest first."""
    own = stored.get(key, [])
    default = _default(key, stored)
    filled = [part for gap in _gaps(own) for value in default if (part := _within(value, *gap)) is not None]
    ordered = sorted([*own, *filled], key=lambda value: value.valid_from, reverse=True)
    return [replace(value, key=key) for value in ordered]


def holding(values: Iterable[ConfigValue], day: date) -> list[ConfigValue]:
    """Those values that hold on a day."""
    return [v for v in values if v.valid_from <= day and (v.valid_to is None or day <= v.valid_to)]


def _default(key: str, stored: Mapping[str, list[ConfigValue]]) -> list[ConfigValue]:
    if key.startswith(CLEARING):
        return history(BANK, stored)
    known = describe_key(key)
    return [ConfigValue(key, value, FIRST_DAY, None) for value in known.default] if known is not None else []


def _gaps(values: Iterable[ConfigValue]) -> list[tuple[date, date | None]]:
    """The days on which none of the values holds, as first and last day."""
    gaps: list[tuple[date, date | None]] = []
    free_from: date | None = FIRST_DAY
    for value in sorted(values, key=lambda value: value.valid_from):
        if free_from is None:
            break
        if value.valid_from > free_from:
            gaps.append((free_from, value.valid_from - ONE_DAY))
        free_from = None if value.valid_to is None else max(free_from, value.valid_to + ONE_DAY)
    if free_from is not None:
        gaps.append((free_from, None))
    return gaps


def _within(value: ConfigValue, first: date, last: date | None) -> ConfigValue | None:
    """The part of a value's days that lies in a gap."""
    start = max(value.valid_from, first)
    ends = [end for end in (value.valid_to, last) if end is not None]
    end = min(ends) if ends else None
    return None if end is not None and end < start else replace(value, valid_from=start, valid_to=end)
