"""The methods of auto posting: what each books and which fields it takes. Source: arm-api, sections 2.4 and 3.3."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from reskontro.ledger.domain.codes import VoucherType

PAYMENT, REFUND, WRITE_OFF, SMALL_DIFFERENCE = "payment", "refund", "writeoff", "smalldifference"
CREDIT_ADJUSTMENT, INTEREST, FEE = "creditadjustment", "interest", "fee"
TRANSFER, MATCH, REVERSAL = "transfer", "match", "reversal"

DUE_DAYS = 14  # of interest and fees that say no due date
LEAST_TO_MATCH = 2


@dataclass(frozen=True, slots=True)
class Method:
    """A method: its voucher type, None where it makes no voucher, and the fields that not every method has."""

    voucher_type: VoucherType | None
    takes: frozenset[str]
    needs: frozenset[str]


def _method(voucher_type: VoucherType | None, needs: str, takes: str = "") -> Method:
    required = frozenset(needs.split())
    return Method(voucher_type, required | frozenset(takes.split()), required)


METHODS: Mapping[str, Method] = {
    PAYMENT: _method(
        VoucherType.PAYMENT, "currencyAmount", "glAccountNo paymentId paymentMethod matchArItemIds"
    ),
    REFUND: _method(
        VoucherType.REFUND, "currencyAmount", "glAccountNo paymentMethod bankAccountNo matchArItemIds"
    ),
    WRITE_OFF: _method(VoucherType.WRITE_OFF, "currencyAmount", "glAccountNo"),
    SMALL_DIFFERENCE: _method(VoucherType.ROUNDING, "currencyAmount", "glAccountNo"),
    CREDIT_ADJUSTMENT: _method(
        VoucherType.CREDIT_ADJUSTMENT, "currencyAmount", "glAccountNo vatAmount matchArItemIds"
    ),
    INTEREST: _method(VoucherType.INTEREST_NOTE, "currencyAmount", "glAccountNo dueDate"),
    FEE: _method(VoucherType.FEE, "currencyAmount", "glAccountNo dueDate"),
    TRANSFER: _method(VoucherType.TRANSFER, "currencyAmount", "toArItemId toAccountNo toCustomerNo"),
    MATCH: _method(None, "matchArItemIds"),
    REVERSAL: _method(VoucherType.REVERSAL, "glCaseNo"),
}  # fmt: skip
SPECIAL = frozenset(field for method in METHODS.values() for field in method.takes)


def misplaced(method: str, sent: Collection[str]) -> list[str]:
    """The fields among those sent that belong to other methods only."""
    return sorted((SPECIAL & set(sent)) - METHODS[method].takes)


def lacking(method: str, sent: Collection[str]) -> list[str]:
    """The fields that the method cannot do without and that were not sent."""
    return sorted(METHODS[method].needs - set(sent))
