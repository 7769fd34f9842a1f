"""The codes of Autogiro files and what they say: transactions, statuses, comments, periods."""

from reskontro.formats.autogiro import layouts
from reskontro.formats.payments import MandateAction

PAID = frozenset({"", "0"})
STATUSES = PAID | {"1", "2", "4", "9"}
"""Of a payment: 1 no cover, 2 the account is closed or another reason, 9 no cover and another try. The contract ends
there; banks' helpers know 4 as well, no link to an account yet."""
REFUND_STATUSES = frozenset({"01", "02", "03"})
PERIODS = frozenset("012345678")
SECTION_OF = {"82": "15", "32": "16", "77": "17"}

NEW_MANDATE = "32"
ENDED = frozenset({"33", "01", "02", "06", "07", "98"})
REFUSED = frozenset({"03", "04", "05", "09", "10", "20", "21", "23", "24", "29", "30"})

CHANGES = frozenset({"03", "11", "21", "22", "23", "24", "25", "26", "27", "28", "29"})
MOVES = frozenset({"26", "27", "28", "29"})
WHOLE = frozenset({"21", "22", "26", "27"})
"""Changes that may be about all orders of a bankgiro, or of a day: they name no payer and no direction."""
CARRIED_OUT = frozenset({"12", "14"})
"""Comments on a change: cancelled, and moved. Any other is why it was not done, so the order stands as it was; the end
record of the published example counts none of these."""

DETAILS = {
    "53": layouts.INTERNET_TEXT,
    "54": layouts.INTERNET_NAME,
    "55": layouts.INTERNET_NAME,
    "56": layouts.INTERNET_PLACE,
}

OUR_MANDATES = {
    "03": (layouts.ENDED_MANDATE, MandateAction.ENDED),
    "04": (layouts.NEW_MANDATE, MandateAction.NEW),
    "05": (layouts.CHANGED_PAYER, MandateAction.CHANGED),
}
ONE_ORDER = ("payer", "date", "amount", "direction")
OUR_CHANGES = {
    "23": ("payer",),
    "24": ("payer", "date"),
    "25": ONE_ORDER,
    "26": ("new date",),
    "27": ("date", "new date"),
    "28": ("payer", "date", "new date"),
    "29": (*ONE_ORDER, "new date"),
}
"""What a change that we send has to name: cancel all of a payer (23), those of a day (24), one (25); move all (26), all
of a day (27), a payer's of a day (28), one (29). Only those about one order may have its reference."""
ABOUT_ONE = frozenset({"25", "29"})
