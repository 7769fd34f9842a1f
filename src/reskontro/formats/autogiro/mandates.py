"""What the lines of mandate files say: what became of a mandate, and who gave one in an internet bank."""

from reskontro.formats.autogiro import codes
from reskontro.formats.payments import MandateAction, MandateChange


def action_of(status: str) -> MandateAction | None:
    """What a line's status makes of its mandate; None for one that has no known meaning."""
    if status == codes.NEW_MANDATE:
        return MandateAction.NEW
    if status in codes.ENDED:
        return MandateAction.ENDED
    return MandateAction.REFUSED if status in codes.REFUSED else None


def with_details(mandate: MandateChange, code: str, values: dict[str, str]) -> MandateChange:
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
