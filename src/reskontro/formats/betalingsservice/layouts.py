"""The records of Betalingsservice deliveries as tables of fields. 128 characters, ISO-8859-1; amounts are in øre."""

from reskontro.formats.fixed_width import Field, Kind, Layout

LENGTH = 128

DELIVERY_START = Layout(
    Field("supplier", 6, 13, Kind.DIGITS),
    Field("sub-system", 14, 16),
    Field("type", 17, 20, Kind.DIGITS),
    Field("delivery", 21, 30, Kind.NUMBER),
    Field("filler", 31, 49, Kind.BLANK),
    Field("date", 50, 55, Kind.DIGITS),
    Field("filler", 56, 128, Kind.BLANK),
)
COLLECTIONS_START = Layout(
    Field("creditor", 6, 13, Kind.DIGITS),
    Field("section", 14, 17, Kind.DIGITS),
    Field("filler", 18, 22, Kind.BLANK),
    Field("group", 23, 27, Kind.DIGITS),
    Field("supplier's id", 28, 42),
    Field("filler", 43, 46, Kind.BLANK),
    Field("date", 47, 54, Kind.DIGITS),
    Field("registration", 55, 58, Kind.NUMBER),
    Field("account", 59, 68, Kind.NUMBER, personal=True),
    Field("text", 69, 128),
)
SECTION_START = Layout(
    Field("creditor", 6, 13, Kind.DIGITS),
    Field("section", 14, 17, Kind.DIGITS),
    Field("filler", 18, 20, Kind.BLANK),
    Field("group", 21, 25, Kind.NUMBER),
    Field("supplier's id", 26, 40),
    Field("filler", 41, 49, Kind.BLANK),
    Field("date", 50, 55, Kind.NUMBER),
    Field("rest", 56, 128, Kind.ANY),
)
COLLECTION = Layout(
    Field("creditor", 6, 13, Kind.DIGITS),
    Field("code", 14, 17, Kind.DIGITS),
    Field("filler", 18, 22, Kind.ZEROS),
    Field("group", 23, 27, Kind.DIGITS),
    Field("customer", 28, 42),
    Field("mandate", 43, 51, Kind.DIGITS),
    Field("date", 52, 59, Kind.DIGITS),
    Field("sign", 60, 60, Kind.DIGITS),
    Field("amount", 61, 73, Kind.DIGITS),
    Field("reference", 74, 103),
    Field("marker", 104, 105, Kind.NUMBER),
    Field("payer", 106, 120),
    Field("filler", 121, 128, Kind.ZEROS),
)
TEXT_LINE = Layout(
    Field("creditor", 6, 13, Kind.DIGITS),
    Field("code", 14, 17, Kind.DIGITS),
    Field("line", 18, 22, Kind.DIGITS),
    Field("group", 23, 27, Kind.DIGITS),
    Field("customer", 28, 42),
    Field("mandate", 43, 51, Kind.DIGITS),
    Field("filler", 52, 52, Kind.BLANK),
    Field("text", 53, 112),
    Field("filler", 113, 128, Kind.BLANK),
)
ADDRESS_LINE = Layout(
    Field("creditor", 6, 13, Kind.DIGITS),
    Field("code", 14, 17, Kind.DIGITS),
    Field("line", 18, 22, Kind.DIGITS),
    Field("group", 23, 27, Kind.DIGITS),
    Field("customer", 28, 42),
    Field("mandate", 43, 51, Kind.DIGITS),
    Field("text", 52, 128),
)
PAYMENT = Layout(
    Field("creditor", 6, 13, Kind.DIGITS),
    Field("code", 14, 17, Kind.DIGITS),
    Field("filler", 18, 20, Kind.ZEROS),
    Field("group", 21, 25, Kind.DIGITS),
    Field("customer", 26, 40),
    Field("mandate", 41, 49, Kind.DIGITS),
    Field("date", 50, 55, Kind.DIGITS),
    Field("sign", 56, 56, Kind.DIGITS),
    Field("amount", 57, 69, Kind.DIGITS),
    Field("reference", 70, 99),
    Field("filler", 100, 103, Kind.ANY),
    Field("paid on", 104, 109, Kind.DIGITS),
    Field("booked on", 110, 115, Kind.DIGITS),
    Field("paid", 116, 128, Kind.DIGITS),
)
MANDATE = Layout(
    Field("creditor", 6, 13, Kind.DIGITS),
    Field("code", 14, 17, Kind.DIGITS),
    Field("filler", 18, 20, Kind.ZEROS),
    Field("group", 21, 25, Kind.DIGITS),
    Field("customer", 26, 40),
    Field("mandate", 41, 49, Kind.DIGITS),
    Field("start", 50, 55, Kind.DIGITS),
    Field("end", 56, 61, Kind.DIGITS),
    Field("rest", 62, 128, Kind.ANY),
)
COUNTS = (
    Field("count 042", 32, 42, Kind.DIGITS),
    Field("sum", 43, 57, Kind.DIGITS),
    Field("count 052", 58, 68, Kind.DIGITS),
)
COLLECTIONS_END = Layout(
    Field("creditor", 6, 13, Kind.DIGITS),
    Field("section", 14, 17, Kind.DIGITS),
    Field("filler", 18, 22, Kind.ZEROS),
    Field("group", 23, 27, Kind.DIGITS),
    Field("filler", 28, 31, Kind.BLANK),
    *COUNTS,
    Field("filler", 69, 83, Kind.BLANK),
    Field("count 022", 84, 94, Kind.DIGITS),
    Field("filler", 95, 128, Kind.BLANK),
)
SECTION_END = Layout(
    Field("creditor", 6, 13, Kind.DIGITS),
    Field("section", 14, 17, Kind.DIGITS),
    Field("filler", 18, 20, Kind.ZEROS),
    Field("group", 21, 25, Kind.NUMBER),
    Field("filler", 26, 31, Kind.BLANK),
    *COUNTS,
    Field("filler", 69, 83, Kind.BLANK),
    Field("count 022", 84, 94, Kind.NUMBER),
    Field("filler", 95, 128, Kind.BLANK),
)
DELIVERY_END = Layout(
    Field("supplier", 6, 13, Kind.DIGITS),
    Field("sub-system", 14, 16),
    Field("type", 17, 20, Kind.DIGITS),
    Field("sections", 21, 31, Kind.DIGITS),
    *COUNTS,
    Field("filler", 69, 83, Kind.ZEROS),
    Field("count 022", 84, 94, Kind.NUMBER),
    Field("filler", 95, 128, Kind.ZEROS),
)
