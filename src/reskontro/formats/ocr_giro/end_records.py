"""Comparing what the end records of an assignment and a transmission state with what was read."""

from datetime import date

from reskontro.formats.ocr_giro.findings import Findings
from reskontro.formats.ocr_giro.layouts import NO_DATE, parse_date, shown
from reskontro.formats.ocr_giro.records import AssignmentEnd, TransmissionEnd
from reskontro.formats.ocr_giro.tally import AssignmentTally, TransmissionTally, latest

LONGEST_DELAY_DAYS = 366


def payments_end(values: tuple[str, ...], tally: AssignmentTally, found: Findings) -> AssignmentEnd:
    """The end of an assignment of payments; counts, sum and dates that differ are faults."""
    transactions, records, stated, created, first, last = values
    total = int(stated)
    created_on = _date(created, 42, "created date", found)
    if not tally.damaged:
        _counts(transactions, records, tally, found)
        _sum(total, tally, found)
    _settlement_date(first, 48, "first settlement date", tally.first_date, found)
    _settlement_date(last, 54, "last settlement date", tally.last_date, found)
    if created == NO_DATE:
        found.warn(42, "created-date", "created date: zeros were found")
    elif created_on is not None and tally.last_date is not None:
        if created_on < tally.last_date:
            found.warn(42, "created-date", f"created date: {created_on} is before the last settlement date")
        elif (created_on - tally.last_date).days > LONGEST_DELAY_DAYS:
            found.warn(42, "created-date", f"created date: {created_on} is over a year after the last settlement date")
    return _assignment_end(found.line, tally, total, created_on)


def mandates_end(values: tuple[str, ...], tally: AssignmentTally, found: Findings) -> AssignmentEnd:
    """The end of an assignment of mandates; counts that differ are faults."""
    if not tally.damaged:
        _counts(values[0], values[1], tally, found)
    return _assignment_end(found.line, tally, 0, None)


def transmission_end(values: tuple[str, ...], tally: TransmissionTally, found: Findings) -> TransmissionEnd:
    """The end of a transmission; counts and a sum that differ from its assignments are faults."""
    transactions, records, stated, created = values
    if not tally.assignments:
        found.fault(None, "no-assignment", "the transmission holds no assignment")
    if not tally.damaged:
        _counts(transactions, records, tally, found)
        if int(stated) != tally.total_minor:
            message = f"sum: the record states {int(stated)} øre, the assignments state {tally.total_minor}"
            found.fault(25, "sum", message)
    created_on = _date(created, 42, "created date", found)
    if created == NO_DATE and tally.payment_assignments:
        found.warn(42, "created-date", "created date: zeros were found")
    if created_on is not None and tally.latest_created is not None and created_on < tally.latest_created:
        found.warn(42, "created-date", f"created date: {created_on} is before that of an assignment")
    latest_date = latest(tally.latest_date, created_on)
    return TransmissionEnd(found.line, tally.transactions, tally.records, tally.total_minor, created_on, latest_date)


def _assignment_end(line: int, tally: AssignmentTally, total: int, created_on: date | None) -> AssignmentEnd:
    return AssignmentEnd(
        line,
        tally.ordinal,
        tally.transactions,
        tally.records,
        total,
        tally.credits_minor,
        tally.negatives_minor,
        created_on,
        tally.first_date,
        tally.last_date,
        dict(sorted(tally.by_type.items())),
        tally.lump_sums_minor,
    )


def _counts(transactions: str, records: str, tally: AssignmentTally | TransmissionTally, found: Findings) -> None:
    for position, name, stated, counted in (
        (9, "transaction", int(transactions), tally.transactions),
        (17, "record", int(records), tally.records),
    ):
        if stated != counted:
            message = f"number of {name}s: the end record states {stated}, {counted} were found"
            found.fault(position, f"{name}-count", message)


def _sum(stated: int, tally: AssignmentTally, found: Findings) -> None:
    sums = tally.sums_accepted()
    if stated not in sums:
        wanted = " or ".join(map(str, sums))
        found.fault(25, "sum", f"sum: the end record states {stated} øre, its lines add up to {wanted}")
    elif sums[stated]:
        found.warn(25, "reversal-sum", f"the amounts of card reversals (18, 20) are {sums[stated]} in the sum")


def _settlement_date(text: str, position: int, name: str, wanted: date | None, found: Findings) -> None:
    day = _date(text, position, name, found)
    if wanted is None or day == wanted or (day is None and text != NO_DATE):
        return
    found.fault(position, "date-range", f"{name}: {day or 'zeros'} is stated, the lines have {wanted}")


def _date(text: str, position: int, name: str, found: Findings) -> date | None:
    day = None if text == NO_DATE else parse_date(text)
    if day is None and text != NO_DATE:
        found.fault(position, "date", f"{name}: {shown(text)} is no day (DDMMYY)")
    return day
