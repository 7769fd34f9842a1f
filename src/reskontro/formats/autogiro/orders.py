"""Lists of orders from Bankgirot: those that wait, those that were refused, those that were cancelled or moved."""

from reskontro.formats.autogiro import codes, layouts
from reskontro.formats.autogiro.parts import Part
from reskontro.formats.autogiro.state import State
from reskontro.formats.findings import shown
from reskontro.formats.fixed_width import day_of
from reskontro.formats.payments import Kind


def waiting(state: State, part: Part, code: str, text: str) -> None:
    """An order of the register of waiting ones (82, 32)."""
    if code not in {"82", "32"}:
        state.damage(1, "record-order", f"a waiting order (82, 32) was wanted, record {shown(code)} was found")
        return
    values = state.values(layouts.WAITING, text)
    if values is None:
        return
    amount = int(values["amount"])
    part.every[codes.SECTION_OF[code]].add(amount)
    signed = amount if code == "82" else -amount
    state.give(part, Kind.PENDING, code, values, signed, day=state.any_day(values["date"]), reason="")


def refused(state: State, part: Part, code: str, text: str) -> None:
    """An order that Bankgirot did not take (82, 32)."""
    if code not in {"82", "32"}:
        state.damage(1, "record-order", f"a refused order (82, 32) was wanted, record {shown(code)} was found")
        return
    values = state.values(layouts.REFUSED, text)
    if values is None:
        return
    amount = int(values["amount"])
    part.every[codes.SECTION_OF[code]].add(amount)
    signed = amount if code == "82" else -amount
    state.give(part, Kind.REFUSED, code, values, signed, day=state.any_day(values["date"]), reason=values["reason"])


def changed(state: State, part: Part, code: str, text: str) -> None:
    """An order that was cancelled or moved, or why it was not (03, 11, 21 to 29)."""
    if code not in codes.CHANGES:
        state.damage(1, "record-order", f"a changed order (03, 11, 21 to 29) was wanted, {shown(code)} was found")
        return
    values = state.values(layouts.CHANGED, text)
    if values is None:
        return
    amount, direction, comment = int(values["amount"]), values["direction"], values["comment"]
    about_all = code in codes.WHOLE and not direction.strip("0") and not values["payer"].strip("0")
    if not about_all and direction not in {"82", "32"}:
        state.damage(27, "direction", f"direction: 82 or 32 was wanted, {shown(direction)} found")
        return
    if not about_all and not values["payer"]:
        state.damage(11, "payer", f"payer: a number was wanted in record {code}, spaces were found")
    if not values["reference"].strip("0"):
        values["reference"] = ""
    carried_out = comment in codes.CARRIED_OUT
    if not about_all:
        part.every[codes.SECTION_OF[direction]].add(amount)
        if carried_out:
            part.done[codes.SECTION_OF[direction]].add(amount)
    state.give(
        part,
        Kind.CANCELLED if carried_out else Kind.PENDING,
        code,
        values,
        -amount if direction == "32" else amount,
        day=state.any_day(values["date"]),
        order=day_of(values["new date"], "YYYYMMDD") if code in codes.MOVES else None,
        reason=comment,
        texts=(f"{int(values['orders'])} orders",) if about_all and values["orders"].isdecimal() else (),
    )
