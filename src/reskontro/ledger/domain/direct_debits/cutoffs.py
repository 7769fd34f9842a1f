"""Until when a claim must be with the bank, and which due dates a file may hold that is sent now.

| scheme | a claim must be in | source |
| --- | --- | --- |
| AvtaleGiro, payee notifies | 4 calendar days before the due date, holidays added; by 14:00 | payment-formats, 3.4 |
| AvtaleGiro, bank notifies | by 14:00 on a month's last bank day: due from the next 15th to the 14th after | 3.4 |
| Autogiro | on the bank day before the one it is collected on, by 14:00 | our own caution |
| Betalingsservice | six bank days before the end of the month before the due date, by 09:00 | 7.1 |

A claim is at most twelve months ahead; Betalingsservice takes those of the next monthly run. A claim that is too late
is told and never moved to another day. Days and times are the bank's.
"""

from datetime import date, time, timedelta
from typing import NamedTuple

from reskontro.kernel.bank_days import Country, bank_day_before, bank_day_from, is_bank_day, is_holiday
from reskontro.ledger.domain.direct_debits.schemes import Notifies, Scheme

AFTERNOON = time(14)
MORNING = time(9)
PAYEE_DAYS = 4
FIRST_OF_BANKS_MONTH = 15
RUN_DAYS = 6
ONE_DAY = timedelta(days=1)


class LocalMoment(NamedTuple):
    """A day and a time of day where the bank is."""

    day: date
    at: time


class Window(NamedTuple):
    """The due dates that a file may hold, both included."""

    earliest: date
    latest: date


def window(scheme: Scheme, notifies: Notifies, sent: LocalMoment) -> Window:
    """The due dates of a file that is sent at a moment."""
    match scheme:
        case Scheme.AVTALEGIRO if notifies is Notifies.PAYEE:
            day = sent.day if sent.at <= AFTERNOON else sent.day + ONE_DAY
            return Window(_after_payees_days(day), a_year_after(sent.day))
        case Scheme.AVTALEGIRO:
            in_time = sent <= LocalMoment(_last_bank_day(Country.NORWAY, sent.day), AFTERNOON)
            first = _month_after(sent.day, 1 if in_time else 2).replace(day=FIRST_OF_BANKS_MONTH)
            return Window(first, a_year_after(sent.day))
        case Scheme.AUTOGIRO:
            in_time = is_bank_day(Country.SWEDEN, sent.day) and sent.at <= AFTERNOON
            day = sent.day if in_time else bank_day_from(Country.SWEDEN, sent.day + ONE_DAY)
            return Window(day + ONE_DAY, a_year_after(sent.day))
        case Scheme.BETALINGSSERVICE:
            first = _month_after(sent.day, 1)
            if sent > LocalMoment(_run_day(first), MORNING):
                first = _month_after(sent.day, 2)
            return Window(first, _month_after(first, 1) - ONE_DAY)


def cutoff(scheme: Scheme, notifies: Notifies, due: date) -> LocalMoment:
    """The last moment at which a claim with a due date is in time."""
    match scheme:
        case Scheme.AVTALEGIRO if notifies is Notifies.PAYEE:
            day = due - timedelta(days=PAYEE_DAYS)
            while _after_payees_days(day) > due:
                day -= ONE_DAY
            return LocalMoment(day, AFTERNOON)
        case Scheme.AVTALEGIRO:
            months = 1 if due.day >= FIRST_OF_BANKS_MONTH else 2
            return LocalMoment(_last_bank_day(Country.NORWAY, _month_after(due, -months)), AFTERNOON)
        case Scheme.AUTOGIRO:
            collected = bank_day_from(Country.SWEDEN, due)
            return LocalMoment(bank_day_before(Country.SWEDEN, collected), AFTERNOON)
        case Scheme.BETALINGSSERVICE:
            return LocalMoment(_run_day(due), MORNING)


def cancelling_cutoff(scheme: Scheme, due: date) -> LocalMoment | None:
    """The last moment at which a claim can be taken back by a file: the bank day before, by 14:00. None for never.

    The contract gives no time for it; whoever is later has to ask the bank.
    """
    match scheme:
        case Scheme.AVTALEGIRO:
            return LocalMoment(bank_day_before(Country.NORWAY, bank_day_from(Country.NORWAY, due)), AFTERNOON)
        case Scheme.AUTOGIRO:
            return cutoff(scheme, Notifies.PAYEE, due)
        case Scheme.BETALINGSSERVICE:
            return None


def a_year_after(day: date) -> date:
    """The same day of the next year, the last of February for a leap day."""
    return date(day.year + 1, 2, 28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year + 1)


def _after_payees_days(day: date) -> date:
    """The fourth day after a day, not counting public holidays."""
    left = PAYEE_DAYS
    while left:
        day += ONE_DAY
        left -= not is_holiday(Country.NORWAY, day)
    return day


def _month_after(day: date, months: int) -> date:
    """The first day of the month that lies so many months after a day's."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _last_bank_day(country: Country, day: date) -> date:
    """The last bank day of a day's month."""
    return bank_day_before(country, _month_after(day, 1))


def _run_day(due: date) -> date:
    """The deadline of the run that collects in a due date's month: six bank days are left in the month before."""
    return bank_day_before(Country.DENMARK, _month_after(due, 0), RUN_DAYS + 1)
