"""The records of a Bg Max file as tables of fields, by transaction code. 80 characters; amounts are in öre or cents."""

from reskontro.formats.fixed_width import Field, Kind, Layout

START = Layout(
    Field("layout", 3, 22),
    Field("version", 23, 24, Kind.DIGITS),
    Field("timestamp", 25, 44, Kind.DIGITS),
    Field("flag", 45, 45),
    Field("filler", 46, 80, Kind.BLANK),
)
OPENING = Layout(
    Field("bankgiro", 3, 12, Kind.DIGITS),
    Field("plusgiro", 13, 22, Kind.NUMBER),
    Field("currency", 23, 25),
    Field("filler", 26, 80, Kind.BLANK),
)
PAYMENT = Layout(
    Field("sender", 3, 12, Kind.NUMBER, personal=True),
    Field("reference", 13, 37),
    Field("amount", 38, 55, Kind.DIGITS),
    Field("reference code", 56, 56, Kind.NUMBER),
    Field("channel", 57, 57, Kind.NUMBER),
    Field("serial", 58, 69),
    Field("image", 70, 70, Kind.NUMBER),
    Field("deduction code", 71, 71),
    Field("filler", 72, 80, Kind.BLANK),
)
INFORMATION = Layout(Field("text", 3, 52), Field("filler", 53, 80, Kind.BLANK))
NAME = Layout(Field("name", 3, 37), Field("extra name", 38, 72), Field("filler", 73, 80, Kind.BLANK))
STREET = Layout(Field("street", 3, 37), Field("postal code", 38, 46), Field("filler", 47, 80, Kind.BLANK))
CITY = Layout(
    Field("city", 3, 37), Field("country", 38, 72), Field("country code", 73, 74), Field("filler", 75, 80, Kind.BLANK)
)
ORGANISATION = Layout(Field("number", 3, 14, Kind.NUMBER, personal=True), Field("filler", 15, 80, Kind.BLANK))
DEPOSIT = Layout(
    Field("account", 3, 37),
    Field("date", 38, 45, Kind.DIGITS),
    Field("serial", 46, 50, Kind.DIGITS),
    Field("amount", 51, 68, Kind.DIGITS),
    Field("currency", 69, 71),
    Field("payments", 72, 79, Kind.DIGITS),
    Field("type", 80, 80),
)
END = Layout(
    Field("payments", 3, 10, Kind.DIGITS),
    Field("deductions", 11, 18, Kind.DIGITS),
    Field("references", 19, 26, Kind.DIGITS),
    Field("deposits", 27, 34, Kind.DIGITS),
    Field("filler", 35, 80, Kind.BLANK),
)
