"""What the lines of mandate files say: what became of a mandate, and who gave one in an internet bank."""

from reskontro.formats.autogiro import codes, layouts
from reskontro.formats.autogiro.parts import Part
from reskontro.formats.autogiro.state import State
from reskontro.formats.findings import shown
from reskontro.formats.fixed_width import day_of
from reskontro.formats.payments import MandateAction, MandateChange


def mandate(state: State, part: Part, code: str, text: str) -> None:
    """A line of mandate advice (73)."""
    if code != "73":
        state.damage(1, "record-order", f"a mandate (73) was wanted, record {shown(code)} was found")
        return
    part.mandates += 1
    values = state.values(layouts.MANDATE, text)
    if values is None:
        return
    status = values["status"]
    action = _action_of(status)
    if action is None:
        state.damage(64, "status", f"status {shown(status)} has no known meaning")
        return
    day = day_of(values["date"], "YYYYMMDD")
    if not values["date"].strip("0"):
        state.found.warn(66, "date", "the line has no date")
    elif day is None:
        state.damage(66, "date", f"date: {shown(values['date'])} is no day (YYYYMMDD)")
    valid = values["valid from"]
    first = day_of(valid, "YYMMDD") if valid.strip("0") else None
    ended = action is not MandateAction.NEW
    state.change(part, action, values, status, (None if ended else first or day), day if ended else None)


def internet_mandate(state: State, part: Part, code: str, text: str) -> None:
    """A mandate that was given in an internet bank (52), or what more is said of it (53 to 56)."""
    part.mandates += 1
    if code in codes.DETAILS:
        values = state.values(codes.DETAILS[code], text)
        if state.mandate is None:
            if not part.damaged:
                state.damage(1, "record-order", f"record {code} was found without a mandate (52) before it")
        elif values is not None:
            state.mandate = _with_details(state.mandate, code, values)
        return
    finish_mandate(state)
    if code != "52":
        state.damage(1, "record-order", f"a mandate (52) was wanted, record {shown(code)} was found")
        return
    values = state.values(layouts.INTERNET_MANDATE, text)
    if values is not None:
        day = day_of(part.opening.created[:8], "YYYYMMDD")
        state.mandate = state.mandate_of(part, MandateAction.NEW, values, "52", day, None)


def finish_mandate(state: State) -> None:
    """Give on the internet mandate whose records were read."""
    mandate, state.mandate = state.mandate, None
    if mandate is not None:
        state.mandates += 1
        state.found.publish(mandate)


def _action_of(status: str) -> MandateAction | None:
    """What a line's status makes of its mandate; None for one that has no known meaning."""
    if status == codes.NEW_MANDATE:
        return MandateAction.NEW
    if status in codes.ENDED:
        return MandateAction.ENDED
    return MandateAction.REFUSED if status in codes.REFUSED else None


def _with_details(mandate: MandateChange, code: str, values: dict[str, str]) -> MandateChange:
    """A mandate with what one more record says of it: a text, the name, the address."""
    match code:
        case "53":
            added = tuple(text for text in (values["text"],) if text)
            return mandate._replace(texts=(*mandate.texts, *added))
        case "54":
            further = tuple(line for line in (values["other"],) if line)
            return mandate._replace(payer_name=values["one"], payer_address=(*mandate.payer_address, *further))
        case "55":
            written = tuple(line for line in (values["one"], values["other"]) if line)
        case _:
            postal_code = values["postal code"] if values["postal code"].strip("0") else ""
            place = f"{postal_code} {values['city']}".strip()
            written = (place,) if place else ()
    return mandate._replace(payer_address=(*mandate.payer_address, *written))
