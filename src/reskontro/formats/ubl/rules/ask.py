"""Questions that rules of more than one family ask of an element."""

from reskontro.formats.ubl.rules.rule import Test
from reskontro.formats.ubl.tree import Node, UblDocument
from reskontro.formats.ubl.values import has_two_decimals_at_most, is_true

LINES = "cac:InvoiceLine | cac:CreditNoteLine"
LINE_NAMES = ("cac:InvoiceLine", "cac:CreditNoteLine")


def under_vat(node: Node) -> bool:
    """Whether the tax scheme of a category or registration is VAT, blanks and case aside."""
    return node.value("cac:TaxScheme", "cbc:ID").upper() == "VAT"


def is_allowance(node: Node, _: UblDocument | None = None) -> bool:
    """Whether an allowance or charge says that it is an allowance, as a truth value."""
    return is_true(node.raw("cbc:ChargeIndicator")) is False and node.has("cbc:ChargeIndicator")


def is_charge(node: Node, _: UblDocument | None = None) -> bool:
    """Whether an allowance or charge says that it is a charge, as a truth value."""
    return is_true(node.raw("cbc:ChargeIndicator")) is True


def two_decimals(*path: str) -> Test:
    """The test that an amount has two decimals at most."""
    return lambda node, _: has_two_decimals_at_most(node.raw(*path))


def has_reason(node: Node, _: UblDocument | None = None) -> bool:
    """Whether an allowance or charge gives a reason as text or as a code."""
    return node.has("cbc:AllowanceChargeReason") or node.has("cbc:AllowanceChargeReasonCode")


def at_most_one(*path: str) -> Test:
    """The test that there is no second element at a path."""
    return lambda node, _: node.count(*path) <= 1


def always(_: Node, __: UblDocument) -> bool:
    """What no program can tell is taken to hold."""
    return True


def never(_: Node, __: UblDocument) -> bool:
    """The test of a context that must not occur."""
    return False
