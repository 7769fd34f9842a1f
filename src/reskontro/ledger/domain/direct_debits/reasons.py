"""What the codes of banks and operators mean, in words. A code whose meaning is not known is shown as it is.

Source: payment-formats, sections 6.2 and 7.1; what Autogiro's mandate codes and those of refused orders mean is
Bankgirot's own table. Of the comments on changes only two are known, both from the published example.
"""

from collections.abc import Mapping

from reskontro.ledger.domain.direct_debits.schemes import Scheme

WILL_BE_RETRIED = "9"  # Autogiro: no cover today, Bankgirot tries again
MOVED = frozenset({"26", "27", "28", "29"})  # Autogiro: the order has another day and is not over
MANDATE_GONE = frozenset({"01", "02"})  # of a refund by the payer's bank: there is no mandate, or none any more

PAYMENTS: Mapping[str, str] = {
    "1": "no cover",
    "2": "the account is closed, or another reason",
    "4": "no account is linked to the mandate yet",
    WILL_BE_RETRIED: "no cover, it will be tried again",
}
REFUSED_ORDERS: Mapping[str, str] = {
    "01": "there is no mandate",
    "02": "the account is not allowed, or closed",
    "03": "the mandate is stopped",
    "04": "wrong bankgiro of the payer",
    "05": "wrong bankgiro of the payee",
    "06": "wrong period code",
    "07": "wrong number of times",
    "08": "the amount is no number",
    "09": "pay-outs are not allowed",
    "10": "the bankgiro is not known",
    "12": "wrong payment date",
    "13": "the payment date has passed",
    "15": "the order names another bankgiro than its file",
    "24": "more than the largest amount of the mandate",
}
REFUNDS: Mapping[str, str] = {
    "01": "there was no mandate",
    "02": "the mandate had been withdrawn",
    "03": "the amount was higher than expected",
}
DANISH: Mapping[str, str] = {
    "0237": "refused by the payer or the bank",
    "0238": "cancelled",
    "0239": "charged back",
    "0299": "payment slip charged back",
}
MANDATES: Mapping[Scheme, Mapping[str, str]] = {
    Scheme.AVTALEGIRO: {"0": "in force", "1": "new or changed", "2": "ended by the payer"},
    Scheme.AUTOGIRO: {
        "01": "ended",
        "02": "ended by the payer or the payer's bank",
        "03": "the kind of account is not allowed",
        "04": "there is no such mandate",
        "05": "wrong account or person",
        "06": "ended",
        "07": "ended, the payer's bank did not answer",
        "09": "the payer's bankgiro is not known",
        "10": "there is such a mandate already, or it is being asked for",
        "20": "wrong personal or organisation number",
        "21": "wrong payer number",
        "23": "wrong account number",
        "24": "refused",
        "29": "wrong bankgiro of the payee",
        "30": "the payee's bankgiro is closed",
        "32": "new",
        "33": "deleted",
        "52": "asked for in an internet bank",
        "98": "ended, the payer's bankgiro is closed",
    },
    Scheme.BETALINGSSERVICE: {
        "0230": "in force",
        "0231": "registered",
        "0232": "ended by the payer's bank",
        "0233": "ended by the creditor",
        "0234": "ended by the operator",
    },
}


def of_refusal(scheme: Scheme, code: str) -> str:
    """Why money did not come."""
    words = DANISH if scheme is Scheme.BETALINGSSERVICE else {**PAYMENTS, **REFUSED_ORDERS}
    return words.get(code) or (f"refused, code {code}" if code else "refused")


def of_return(scheme: Scheme, code: str) -> str:
    """Why money went back."""
    words = REFUNDS if scheme is Scheme.AUTOGIRO else DANISH
    return words.get(code) or (f"charged back, code {code}" if code else "charged back")


def of_mandate(scheme: Scheme, code: str) -> str:
    """What happened to a mandate."""
    return MANDATES[scheme].get(code) or f"code {code}"
