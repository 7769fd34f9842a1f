"""Payment specifications: the new one in sections with sums of their own, the old one with its end record alone."""

from datetime import date

from reskontro.formats.autogiro import codes, layouts
from reskontro.formats.autogiro.parts import Part, Section
from reskontro.formats.autogiro.state import CURRENCY, State
from reskontro.formats.findings import shown
from reskontro.formats.fixed_width import day_of
from reskontro.formats.payments import GroupEnd, Kind


def new_payments(state: State, part: Part, code: str, text: str) -> None:
    """A record of the new specification: a section (15 to 17) or a line of one (82, 32, 77)."""
    if code in {"15", "16", "17"}:
        end_section(state, part)
        _start_section(state, part, code, text)
    elif code not in codes.SECTION_OF:
        state.damage(1, "record-order", f"a section or a payment was wanted, record {shown(code)} was found")
    elif state.section is None or state.section.code != codes.SECTION_OF[code]:
        if not part.damaged:
            state.damage(1, "record-order", f"record {code} belongs in a section {codes.SECTION_OF[code]}")
    else:
        state.section.lines += 1
        _payment(state, part, code, text, state.section.day)


def old_payments(state: State, part: Part, code: str, text: str) -> None:
    """A line of the old specification (82, 32)."""
    if code not in {"82", "32"}:
        state.damage(1, "record-order", f"a payment (82, 32) was wanted, record {shown(code)} was found")
        return
    _payment(state, part, code, text, None)


def _start_section(state: State, part: Part, code: str, text: str) -> None:
    part.done[code].sections += 1
    state.group(code)
    values = state.values(layouts.SECTION, text)
    if values is None:
        state.section = Section(state.found.line, code, None, "", "", 0, 0)
        return
    day = day_of(values["date"], "YYYYMMDD")
    if day is None:
        state.damage(38, "date", "the section's date is no day (YYYYMMDD)")
    amount, count = int(values["amount"]), int(values["count"])
    account = values["account"].lstrip("0")
    state.section = Section(state.found.line, code, day, values["serial"], account, amount, count)


def end_section(state: State, part: Part) -> None:
    """Compare the section that was read, if there is one, with what it stated, and tell what it comes to."""
    section, state.section = state.section, None
    if section is None:
        return
    here, state.found.line = state.found.line, section.line
    if not part.damaged:
        if section.stated_minor != section.found.minor:
            message = f"the section is {section.stated_minor}, its paid lines are {section.found.minor}"
            state.damage(51, "sum", message)
        if section.stated_count != section.found.count:
            message = f"{section.stated_count} paid lines are stated, {section.found.count} were found"
            state.damage(72, "count", message)
    state.found.line = here
    part.done[section.code].count += section.found.count
    net = section.found.minor if section.code == "15" else -section.found.minor
    bankgiro = part.opening.bankgiro
    state.found.publish(
        GroupEnd(
            here,
            state.groups,
            section.found.count,
            section.lines,
            net,
            CURRENCY,
            section.day,
            section.serial,
            bankgiro,
            bank_account=section.account,
        )
    )


def _payment(state: State, part: Part, code: str, text: str, section_day: date | None) -> None:
    refund = code == "77"
    values = state.values(layouts.REFUND if refund else layouts.PAYMENT, text)
    if values is None:
        return
    status, amount = values["status"], int(values["amount"])
    day = day_of(values["date"], "YYYYMMDD")
    if day is None:
        state.damage(3, "date", f"date: {shown(values['date'])} is no day (YYYYMMDD)")
    refunded = day_of(values["refund date"], "YYYYMMDD") if refund else None
    if refund and refunded is None:
        state.damage(70, "date", "the refund date is no day (YYYYMMDD)")
    if not refund and status not in codes.STATUSES:
        state.damage(80, "status", f"status: 0, 1, 2, 9 or nothing was wanted, {shown(status)} found")
    if refund and status not in codes.REFUND_STATUSES:
        state.found.warn(78, "status", f"status: 01, 02 or 03 was wanted, {shown(status)} found")
    if values["period"] not in codes.PERIODS or (values["repeats"] and not values["repeats"].isdecimal()):
        told = shown(values["period"] + values["repeats"])
        state.found.warn(11, "period", f"period: 0 to 8 and a number of times was wanted, {told} found")
    paid = refund or status in codes.PAID
    if paid and state.section is not None:
        state.section.found.add(amount)
    part.every[codes.SECTION_OF[code]].add(amount)
    kind = {"82": Kind.PAYMENT, "32": Kind.PAYOUT, "77": Kind.RETURN}[code] if paid else Kind.REFUSED
    state.give(
        part,
        kind,
        code,
        values,
        amount if code == "82" else -amount,
        booked=(section_day or refunded or day) if paid else None,
        day=day,
        reason=status if refund or status not in codes.PAID else "",
        order=refunded if refund else None,
    )
