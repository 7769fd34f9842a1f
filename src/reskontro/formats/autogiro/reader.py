"""Reading Autogiro files from Bankgirot as a stream: payments, mandates, refused and changed orders, old and new.

A file is one or more parts, each from its opening record to its end record. What is checked: the order of the records,
numbers and dates, and all counts and sums: in the new payment specification those of each section, which hold paid
lines only, and the end record's; in the old one the end record's, which hold failed lines too; in a list of changes the
end record's, which hold what was carried out.
"""

from collections.abc import Callable, Iterator, Mapping

from reskontro.formats.autogiro import layouts
from reskontro.formats.autogiro.files import SAME_LAYOUT_EVER, File, begins_autogiro, opening_of
from reskontro.formats.autogiro.mandates import finish_mandate, internet_mandate, mandate
from reskontro.formats.autogiro.orders import changed, refused, waiting
from reskontro.formats.autogiro.ours import end_ours, ours
from reskontro.formats.autogiro.parts import Part, differences
from reskontro.formats.autogiro.specification import end_section, new_payments, old_payments
from reskontro.formats.autogiro.state import CURRENCY, State
from reskontro.formats.findings import BankFileRefused, Fault, shown
from reskontro.formats.fixed_width import (
    Layout,
    Source,
    day_of,
    has_time,
    is_empty,
    lines,
    may_be_unicode,
    opened,
    record,
    refuse_foreign,
)
from reskontro.formats.payments import FileEnd, FileEvent, FileFormat, FileStart, GroupEnd

LENGTH = 80
CLEARING = "9900"
DATE_ALONE = len("YYYYMMDD")
OPENING = "01"

HANDLERS: Mapping[File, Callable[[State, Part, str, str], None]] = {
    File.PAYMENTS: new_payments,
    File.OLD_PAYMENTS: old_payments,
    File.WAITING: waiting,
    File.MANDATES: mandate,
    File.INTERNET_MANDATES: internet_mandate,
    File.REFUSED: refused,
    File.CHANGED: changed,
    File.ORDERS: ours,
}
ENDS: Mapping[File, tuple[str, Layout]] = {
    File.PAYMENTS: ("09", layouts.PAYMENTS_END),
    File.OLD_PAYMENTS: ("09", layouts.OLD_PAYMENTS_END),
    File.WAITING: ("09", layouts.OLD_PAYMENTS_END),
    File.MANDATES: ("09", layouts.MANDATES_END),
    File.INTERNET_MANDATES: ("59", layouts.MANDATES_END),
    File.REFUSED: ("09", layouts.REFUSED_END),
    File.CHANGED: ("09", layouts.OLD_PAYMENTS_END),
}
"""The record that ends a part of a kind, and its layout; what we send has none."""


def read_line(state: State, line: int, raw: bytes) -> None:
    """Take one record, without its line end."""
    state.found.line = line
    if is_empty(raw):
        if state.part is not None or not state.parts:
            state.damage(None, "empty-line", "an empty line stands before the end record")
        return
    text = _text(state, raw)
    code, part = text[:2], state.part
    if part is not None and part.opening.file is File.ORDERS and code == OPENING:
        end_ours(state, part)  # what we send ends where the next part opens
        part = None
    if part is None:
        _open(state, code, text)
        return
    state.digest.update(text.encode("iso-8859-1"))
    file = part.opening.file
    if file in ENDS and code == ENDS[file][0]:
        _end(state, part, text)
    else:
        HANDLERS[file](state, part, code, text)


def _text(state: State, raw: bytes) -> str:
    faults = len(state.found.faults)
    text = record(raw, LENGTH, state.found, tabs=True)
    if len(state.found.faults) > faults and state.part is not None:
        state.part.damaged = True  # its sums would only say the same again
    if may_be_unicode(raw):
        message = "the line may have been saved as Unicode text: then what stands behind its letters has moved"
        state.found.warn(None, "encoding", message)
    return text


def end_of_file(state: State) -> None:
    """Say what is missing when no line is left, or that the file is whole."""
    if state.part is not None and state.part.opening.file is File.ORDERS:
        end_ours(state, state.part)
    if state.part is not None or not state.parts:
        state.found.line += 1
        wanted = "an end record" if state.part is not None else "an opening record"
        state.damage(None, "truncated", f"the file ends where {wanted} was wanted")
    state.found.end()
    state.found.publish(FileEnd(state.found.line, state.totals, mandates=state.mandates))


def _open(state: State, code: str, text: str) -> None:
    opening = opening_of(text)
    if opening is None:
        if state.parts:
            state.damage(1, "record-order", f"record {shown(code)} was found after the end record")
        else:
            state.found.give_up(1, "file-kind", "the opening record names no Autogiro file that is read")
        return
    state.parts += 1
    state.part = Part(opening, state.parts)
    if day_of(opening.created[:8], "YYYYMMDD") is None:
        state.damage(3, "date", "the opening record has no day")
    elif len(opening.created) > DATE_ALONE and not has_time(opening.created):
        state.found.warn(33, "time", "the opening record has no time of day (HHMMSS)")
    state.begin_digest(text)
    if state.parts == 1:
        identity = {"created": opening.created, "customer": opening.customer, "bankgiro": opening.bankgiro}
        identity["file"] = opening.file.value
        version = opening.file.value
        if opening.old and opening.file not in SAME_LAYOUT_EVER:
            version += "-old"
        state.found.publish(FileStart(FileFormat.AUTOGIRO, version, identity, opening.created))
    if opening.file is not File.PAYMENTS:
        state.group(opening.file.value)


def _end(state: State, part: Part, text: str) -> None:
    end_section(state, part)
    finish_mandate(state)
    file = part.opening.file
    values = state.values(ENDS[file][1], text)
    damaged = part.damaged
    state.look_for_twin(part)
    state.part = None
    if values is None:
        return
    if values["clearing"] != CLEARING:
        state.damage(11, "clearing", f"9900 was wanted, {shown(values['clearing'])} found")
    if day_of(values["date"], "YYYYMMDD") is None:
        state.damage(3, "date", f"date: {shown(values['date'])} is no day (YYYYMMDD)")
    if not damaged:
        _compare(state, part, values)
    if file is not File.PAYMENTS:
        signed = (part.every["15"].minor - part.every["16"].minor) if file is File.OLD_PAYMENTS else 0
        bankgiro = part.opening.bankgiro
        state.found.publish(
            GroupEnd(state.found.line, state.groups, part.lines, part.lines, signed, CURRENCY, account=bankgiro)
        )


def _compare(state: State, part: Part, values: dict[str, str]) -> None:
    found, with_the_undone = differences(part, values)
    if with_the_undone:
        state.found.warn(29, "sum", "the counts and sums hold changes that were not carried out as well")
    for each in found:
        code = "sum" if each.name.startswith("amount") else "count"
        state.damage(each.position, code, f"{each.name}: {each.stated} is stated, {each.found} was found")


def iter_autogiro(source: Source) -> Iterator[FileEvent]:
    """The events of an Autogiro file in its order. Raises `BankFileRefused` at the end, or where it must stop."""
    state = State()
    foreign = "not an Autogiro file from Bankgirot"
    with opened(source) as stream:
        for line, raw in lines(stream):
            if line == 1:
                refuse_foreign(raw, b"", "not-autogiro", foreign)
                if not begins_autogiro(raw.decode("iso-8859-1")):
                    raise BankFileRefused([Fault(1, 1, "not-autogiro", foreign)], cut=True)
            read_line(state, line, raw)
            yield from state.found.drain()
        if not state.found.line:
            raise BankFileRefused([Fault(1, 1, "not-autogiro", f"{foreign}: the file is empty")], cut=True)
        end_of_file(state)
        yield from state.found.drain()
