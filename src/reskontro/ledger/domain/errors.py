"""The codes of the accounts-receivable interface, and the refusals that carry them.

    Refused
    ├─ invalid(...)     400  a value has the wrong type, format or length
    ├─ missing(...)     400  a required field is missing
    ├─ denied(...)      403  not enabled for this client
    ├─ not_found(...)   404  the addressed resource does not exist
    └─ broken(...)      422  understood, but against a business rule

Source: arm-api, section 1.8.
"""

from enum import StrEnum

from reskontro.kernel.problems import Fault, Refused


class Code(StrEnum):
    """Error codes, as published."""

    NOT_JSON = "ARM-1000"
    UNKNOWN_PARAMETER = "ARM-1001"
    WRONG_VALUE = "ARM-1002"
    MISSING = "ARM-1003"
    UNKNOWN_EXPAND = "ARM-1004"
    PAGE_OUT_OF_RANGE = "ARM-1005"
    MAXIMUM_BELOW_PAGE = "ARM-1006"
    TOO_MANY_ELEMENTS = "ARM-1007"
    COMBINATION = "ARM-1008"
    METHOD = "ARM-1009"
    NOT_ACCEPTABLE = "ARM-1010"
    BODY_TOO_LARGE = "ARM-1011"
    CONTENT_TYPE = "ARM-1012"
    TOO_MANY_REQUESTS = "ARM-1013"
    TOKEN = "ARM-1101"  # noqa: S105 - a code
    CLIENT_DENIED = "ARM-1201"
    SCOPE_DENIED = "ARM-1202"
    NOT_ENABLED = "ARM-1203"
    CLIENT_UNKNOWN = "ARM-1301"
    NOT_FOUND = "ARM-1302"
    QUERY_UNKNOWN = "ARM-1303"
    NOT_IN_LIST = "ARM-2001"
    EXISTS = "ARM-2002"
    DISAGREE = "ARM-2003"
    SUMS = "ARM-2004"
    KID = "ARM-2005"
    PERIOD_CLOSED = "ARM-2006"
    CUSTOMER_IN_USE = "ARM-2007"
    BALANCE = "ARM-2008"
    CURRENCY = "ARM-2009"
    DATE_RANGE = "ARM-2010"
    UNKNOWN_REFERENCE = "ARM-2011"
    TYPE_NOT_ALLOWED = "ARM-2012"
    STATE_NOT_ALLOWED = "ARM-2013"
    FILE_CONTENT = "ARM-2014"
    NO_IDENTIFIER = "ARM-2015"
    INTERNAL = "ARM-9000"
    UNAVAILABLE = "ARM-9001"


def fault(code: Code, message: str, field: str | None = None, value: object = None, **args: object) -> Fault:
    """One detail; `message` is the key of the catalogue."""
    return Fault(code.value, message, field, None if value is None else str(value)[:100], args)


def missing(path: str) -> Fault:
    """A required field that is not there."""
    return Fault(Code.MISSING.value, "{field} is required", path, None, {"field": path})


def invalid(*faults: Fault) -> Refused:
    """400: the request cannot be understood."""
    return Refused(400, faults, summary="The request cannot be understood")


def denied(*faults: Fault) -> Refused:
    """403: the function or file type is not enabled for this client."""
    return Refused(403, faults, summary="Not enabled for this client")


def not_found(field: str, value: object, message: str = "Not found") -> Refused:
    """404: the addressed resource does not exist."""
    return Refused(404, [fault(Code.NOT_FOUND, message, field, value)], summary="Not found")


def broken(faults: list[Fault] | Fault, summary: str = "The request breaks a rule") -> Refused:
    """422: understood, but against a business rule."""
    return Refused(422, faults if isinstance(faults, list) else [faults], summary=summary)
