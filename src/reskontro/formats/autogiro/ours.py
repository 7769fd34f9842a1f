"""What we send to Bankgirot. It has no end record: a part ends where the next one opens."""

from reskontro.formats.autogiro import codes, layouts
from reskontro.formats.autogiro.parts import Part
from reskontro.formats.autogiro.state import CURRENCY, State
from reskontro.formats.findings import shown
from reskontro.formats.fixed_width import day_of
from reskontro.formats.payments import GroupEnd, Kind, MandateAction

AT_ONCE = "GENAST"


def ours(state: State, part: Part, code: str, text: str) -> None:
    """A record of ours: a mandate (03 to 05), an order (82, 32), a change (23 to 29)."""
    if code in {"82", "32"}:
        _order(state, part, code, text)
    elif code in codes.OUR_CHANGES:
        _our_change(state, part, code, text)
    elif code in codes.OUR_MANDATES:
        layout, action = codes.OUR_MANDATES[code]
        values = state.values(layout, text)
        if values is not None:
            if values.get("information") == "AV":
                action = MandateAction.REFUSED
            day = day_of(part.opening.created[:8], "YYYYMMDD")
            known = {"account": "", "identity": "", "information": ""} | values
            known["information"] = values.get("new payer", known["information"]).lstrip("0")
            over = action in {MandateAction.ENDED, MandateAction.REFUSED}
            state.change(part, action, known, code, None if over else day, day if over else None)
    else:
        state.damage(1, "record-order", f"a mandate or an order was wanted, record {shown(code)} was found")


def _order(state: State, part: Part, code: str, text: str) -> None:
    values = state.values(layouts.ORDER, text)
    if values is None:
        return
    amount, day = int(values["amount"]), day_of(values["date"], "YYYYMMDD")
    if day is None and values["date"] != AT_ONCE:
        state.damage(3, "date", f"date: {shown(values['date'])} is no day (YYYYMMDD) and not {AT_ONCE}")
    if values["period"] not in codes.PERIODS:
        state.damage(11, "period", f"period: 0 to 8 was wanted, {shown(values['period'])} found")
    part.every[codes.SECTION_OF[code]].add(amount)
    kind, signed = (Kind.CLAIM, amount) if code == "82" else (Kind.TRANSFER, -amount)
    state.give(part, kind, code, values, signed, day=day, reason="")


def _our_change(state: State, part: Part, code: str, text: str) -> None:
    values = state.values(layouts.CHANGE, text)
    if values is None:
        return
    for name in codes.OUR_CHANGES[code]:
        if not values[name].strip("0"):
            message = f"{name}: it is wanted in record {code}, nothing was found"
            state.damage(layouts.CHANGE.positions[name], "missing", message)
    for name in ("payer", "date", "amount", "direction", "new date"):
        if name not in codes.OUR_CHANGES[code] and values[name].strip("0"):
            message = f"{name}: it is not read in record {code}"
            state.found.warn(layouts.CHANGE.positions[name], "not-read", message)
    if values["direction"].strip("0") and values["direction"] not in {"82", "32"}:
        state.damage(49, "direction", f"direction: 82 or 32 was wanted, {shown(values['direction'])} found")
    days = [day_of(values[name], "YYYYMMDD") for name in ("date", "new date")]
    for day, name, position in zip(days, ("date", "new date"), (29, 51), strict=True):
        if day is None and values[name].strip("0"):
            state.damage(position, "date", f"{name}: {shown(values[name])} is no day (YYYYMMDD)")
    amount = int(values["amount"] or 0)
    signed = -amount if values["direction"] == "32" else amount
    state.give(part, Kind.CANCELLATION, code, values, signed, day=days[0], order=days[1], reason="")


def end_ours(state: State, part: Part) -> None:
    """End a part of ours and tell what its orders come to."""
    state.look_for_twin(part)
    state.part = None
    net = part.every["15"].minor - part.every["16"].minor
    bankgiro = part.opening.bankgiro
    state.found.publish(
        GroupEnd(state.found.line, state.groups, part.lines, part.lines, net, CURRENCY, account=bankgiro)
    )
