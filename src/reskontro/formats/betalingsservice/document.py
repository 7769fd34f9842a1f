"""The records 042 of a delivery as they stand, for programs that know Betalingsservice.

The one shape of all formats says what a record comes to; here are its fields, such as a sign and an amount beside the
amount that was paid.
"""

from typing import Any

from reskontro.formats.betalingsservice import layouts
from reskontro.formats.betalingsservice.reader import LINES
from reskontro.formats.findings import Findings
from reskontro.formats.fixed_width import Source, is_empty, lines, opened
from reskontro.formats.payments import FileEvent

NAMES = {
    "code": "tk",
    "customer": "customer",
    "mandate": "mandate",
    "date": "date",
    "sign": "sign",
    "amount": "amount_ore",
    "reference": "ref",
    "paid on": "paid",
    "booked on": "booked",
    "paid": "paid_amount_ore",
    "start": "start",
    "end": "end",
}
AMOUNTS = frozenset({"amount", "paid"})


def describe_lines(source: Source) -> dict[str, Any]:
    """`records_042` of a delivery that was read without a fault: amounts in øre, dates as found."""
    described: list[dict[str, Any]] = []
    layout = None
    with opened(source) as stream:
        for _, raw in lines(stream):
            if is_empty(raw):
                continue
            text = raw.decode("iso-8859-1").ljust(layouts.LENGTH)
            if text.startswith("BS002"):
                layout = LINES[text[16:20]]
            elif text.startswith("BS042"):
                assert layout is not None, "a delivery begins with its start"
                found: Findings[FileEvent] = Findings()
                values = layout.read(text, found)
                assert values is not None, "the delivery was read without a fault"
                described.append(
                    {
                        name: int(values[field]) if field in AMOUNTS else values[field]
                        for field, name in NAMES.items()
                        if field in values
                    }
                )
    return {"records_042": described}
