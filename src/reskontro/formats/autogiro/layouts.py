"""The records of Autogiro files as tables of fields, by kind of file and transaction code. Amounts are in öre."""

from reskontro.formats.fixed_width import Field, Kind, Layout

SECTION = Layout(
    Field("account", 3, 37),
    Field("date", 38, 45, Kind.DIGITS),
    Field("serial", 46, 50, Kind.DIGITS),
    Field("amount", 51, 68, Kind.DIGITS),
    Field("filler", 69, 71, Kind.BLANK),
    Field("count", 72, 79, Kind.DIGITS),
)
PAYMENT = Layout(
    Field("date", 3, 10),
    Field("period", 11, 11),
    Field("repeats", 12, 14),
    Field("filler", 15, 15, Kind.BLANK),
    Field("payer", 16, 31, Kind.DIGITS),
    Field("amount", 32, 43, Kind.DIGITS),
    Field("bankgiro", 44, 53, Kind.DIGITS),
    Field("reference", 54, 69),
    Field("filler", 70, 79, Kind.ANY),
    Field("status", 80, 80),
)
REFUND = Layout(
    Field("date", 3, 10, Kind.DIGITS),
    Field("period", 11, 11),
    Field("repeats", 12, 14),
    Field("filler", 15, 15, Kind.BLANK),
    Field("payer", 16, 31, Kind.DIGITS),
    Field("amount", 32, 43, Kind.DIGITS),
    Field("bankgiro", 44, 53, Kind.DIGITS),
    Field("reference", 54, 69),
    Field("refund date", 70, 77, Kind.DIGITS),
    Field("status", 78, 79, Kind.DIGITS),
)
MANDATE = Layout(
    Field("bankgiro", 3, 12, Kind.DIGITS),
    Field("payer", 13, 28, Kind.DIGITS),
    Field("account", 29, 44, personal=True),
    Field("identity", 45, 56, personal=True),
    Field("filler", 57, 61, Kind.BLANK),
    Field("information", 62, 63, Kind.DIGITS),
    Field("status", 64, 65, Kind.DIGITS),
    Field("date", 66, 73, Kind.NUMBER),
    Field("valid from", 74, 79),
)
WAITING = Layout(
    Field("date", 3, 10),
    Field("period", 11, 11),
    Field("repeats", 12, 14),
    Field("filler", 15, 15, Kind.BLANK),
    Field("payer", 16, 31, Kind.DIGITS),
    Field("amount", 32, 43, Kind.DIGITS),
    Field("filler", 44, 53, Kind.ANY),
    Field("reference", 54, 69),
)
REFUSED = Layout(
    Field("date", 3, 10),
    Field("period", 11, 11),
    Field("repeats", 12, 14),
    Field("payer", 15, 30, Kind.DIGITS),
    Field("amount", 31, 42, Kind.DIGITS),
    Field("reference", 43, 58),
    Field("reason", 59, 60, Kind.DIGITS),
)
CHANGED = Layout(
    Field("date", 3, 10),
    Field("payer", 11, 26, Kind.NUMBER),
    Field("direction", 27, 28, Kind.NUMBER),
    Field("amount", 29, 40, Kind.DIGITS),
    Field("orders", 41, 48),  # how many a record is about that names no single one; a filler elsewhere
    Field("new date", 49, 56),
    Field("reference", 57, 72),
    Field("comment", 73, 74, Kind.DIGITS),
)
INTERNET_MANDATE = Layout(
    Field("bankgiro", 3, 12, Kind.DIGITS),
    Field("payer", 13, 28, Kind.DIGITS),
    Field("account", 29, 44, personal=True),
    Field("identity", 45, 56, personal=True),
    Field("filler", 57, 61, Kind.ANY),
    Field("information", 62, 62, Kind.NUMBER),
)
INTERNET_TEXT = Layout(Field("text", 3, 80))
INTERNET_NAME = Layout(Field("one", 3, 38), Field("other", 39, 74), Field("filler", 75, 80, Kind.ANY))
INTERNET_PLACE = Layout(Field("postal code", 3, 7), Field("city", 8, 38), Field("filler", 39, 80, Kind.ANY))

# What we send. Dates may be `GENAST  `, fields of changes that are not needed are blank.
ORDER = Layout(
    Field("date", 3, 10),
    Field("period", 11, 11, Kind.DIGITS),
    Field("repeats", 12, 14, Kind.NUMBER),
    Field("filler", 15, 15, Kind.BLANK),
    Field("payer", 16, 31, Kind.DIGITS),
    Field("amount", 32, 43, Kind.DIGITS),
    Field("bankgiro", 44, 53, Kind.DIGITS),
    Field("reference", 54, 69),
    Field("filler", 70, 80, Kind.BLANK),
)
ENDED_MANDATE = Layout(
    Field("bankgiro", 3, 12, Kind.DIGITS), Field("payer", 13, 28, Kind.DIGITS), Field("filler", 29, 80, Kind.BLANK)
)
NEW_MANDATE = Layout(
    Field("bankgiro", 3, 12, Kind.DIGITS),
    Field("payer", 13, 28, Kind.DIGITS),
    Field("account", 29, 44, Kind.NUMBER, personal=True),
    Field("identity", 45, 56, Kind.NUMBER, personal=True),
    Field("filler", 57, 78, Kind.BLANK),
    Field("information", 79, 80),
)
CHANGED_PAYER = Layout(
    Field("bankgiro", 3, 12, Kind.DIGITS),
    Field("payer", 13, 28, Kind.DIGITS),
    Field("new bankgiro", 29, 38, Kind.DIGITS),
    Field("new payer", 39, 54, Kind.DIGITS),
    Field("filler", 55, 80, Kind.BLANK),
)
CHANGE = Layout(
    Field("bankgiro", 3, 12, Kind.DIGITS),
    Field("payer", 13, 28, Kind.NUMBER),
    Field("date", 29, 36, Kind.NUMBER),
    Field("amount", 37, 48, Kind.NUMBER),
    Field("direction", 49, 50, Kind.NUMBER),
    Field("new date", 51, 58, Kind.NUMBER),
    Field("reference", 59, 74),
    Field("filler", 75, 80, Kind.BLANK),
)

# End records: the first fourteen characters are the code, the day and the clearing number 9900.
END = (Field("date", 3, 10, Kind.DIGITS), Field("clearing", 11, 14, Kind.DIGITS))
PAYMENTS_END = Layout(
    *END,
    Field("sections in", 15, 20, Kind.DIGITS),
    Field("records in", 21, 32, Kind.DIGITS),
    Field("sections out", 33, 38, Kind.DIGITS),
    Field("records out", 39, 50, Kind.DIGITS),
    Field("sections refunded", 51, 56, Kind.DIGITS),
    Field("records refunded", 57, 68, Kind.DIGITS),
)
OLD_PAYMENTS_END = Layout(
    *END,
    Field("filler", 15, 28, Kind.BLANK),
    Field("amount out", 29, 40, Kind.DIGITS),
    Field("count out", 41, 46, Kind.DIGITS),
    Field("count in", 47, 52, Kind.DIGITS),
    Field("filler", 53, 56, Kind.ZEROS),
    Field("amount in", 57, 68, Kind.DIGITS),
)
MANDATES_END = Layout(*END, Field("count", 15, 21, Kind.DIGITS))
REFUSED_END = Layout(
    *END,
    Field("count out", 15, 20, Kind.DIGITS),
    Field("amount out", 21, 32, Kind.DIGITS),
    Field("count in", 33, 38, Kind.DIGITS),
    Field("amount in", 39, 50, Kind.DIGITS),
)
