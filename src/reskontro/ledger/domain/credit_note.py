"""What a credit note for a posted document comes to, and its lines.

FULL credits the document's amounts, BALANCE what is open of it, PARTIAL what is given. The VAT of an open balance has
the share that it has in the document, rounded to the nearest minor unit, a half away from zero; what is left is the
amount without VAT. The lines are the document's, each with its share: shares are rounded so that they add up, with no
line more than a minor unit from its exact share. Together with what was credited before, a credit note does not exceed
the document. Source: arm-api, section 2.3.3.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Any

from reskontro.kernel.money import AmountTooLargeError, TooManyDecimalsError, round_half_up, to_minor, to_wire
from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.codes import VoucherType
from reskontro.ledger.domain.document import Amounts, NewLine
from reskontro.ledger.domain.errors import Code, fault

CREDITED_TYPES = frozenset({VoucherType.INVOICE, VoucherType.INTEREST_NOTE})


class CreditType(StrEnum):
    """How much is credited."""

    FULL = "FULL"
    BALANCE = "BALANCE"
    PARTIAL = "PARTIAL"


@dataclass(frozen=True, slots=True)
class Credited:
    """The document that is to be credited, as it stands. Amounts are positive."""

    document_no: str
    customer_no: str
    voucher_type: int
    currency: str
    language: str
    excl_vat_minor: int
    vat_minor: int
    incl_vat_minor: int
    balance_minor: int
    credited_minor: int  # by credit notes and adjustments that stand
    is_reversed: bool
    lines: tuple[Mapping[str, Any], ...]


def credit_amounts(
    kind: CreditType, given: Amounts | None, credited: Credited, path: str
) -> tuple[tuple[int, int, int], list[Fault]]:
    """Without VAT, VAT and with VAT of the credit note, or what is wrong with it."""
    if credited.is_reversed:
        return (0, 0, 0), [fault(Code.STATE_NOT_ALLOWED, "The document was reversed", path, credited.document_no)]
    match kind:
        case CreditType.FULL:
            amounts = (credited.excl_vat_minor, credited.vat_minor, credited.incl_vat_minor)
        case CreditType.BALANCE:
            vat = vat_share(credited.balance_minor, credited)
            amounts = (credited.balance_minor - vat, vat, credited.balance_minor)
        case CreditType.PARTIAL:
            assert given is not None, "a partial credit has amounts"
            faults = _given_faults(given, credited, f"{path}.currencyAmounts")
            if faults:
                return (0, 0, 0), faults
            parts = [to_minor(one, credited.currency) for one in (given.excl_vat, given.vat, given.incl_vat)]
            amounts = (parts[0], parts[1], parts[2])
    field = f"{path}.currencyAmounts.inclVat" if kind is CreditType.PARTIAL else f"{path}.creditType"
    if amounts[2] <= 0:
        return amounts, [fault(Code.BALANCE, "The item is closed", field)]
    if amounts[2] > credited.incl_vat_minor - credited.credited_minor:
        return amounts, [fault(Code.BALANCE, "More than the document less what is credited already", field)]
    return amounts, []


def vat_share(minor: int, credited: Credited) -> int:
    """The VAT in a part of a document. The one place where a credit note is rounded to the nearest unit."""
    return (
        round_half_up(Decimal(minor) * credited.vat_minor / credited.incl_vat_minor) if credited.incl_vat_minor else 0
    )


def _given_faults(given: Amounts, credited: Credited, path: str) -> list[Fault]:
    faults = []
    try:
        for amount in (given.excl_vat, given.vat, given.incl_vat):
            to_minor(amount, credited.currency)
    except (TooManyDecimalsError, AmountTooLargeError):
        faults.append(fault(Code.SUMS, "The amount does not fit its currency", path))
    if given.excl_vat + given.vat != given.incl_vat:
        faults.append(fault(Code.SUMS, "exclVat and vat do not add up to inclVat", f"{path}.inclVat", given.incl_vat))
    if given.incl_vat <= 0 or given.excl_vat < 0 or given.vat < 0:
        faults.append(fault(Code.SUMS, "An amount is positive, also of a credit note", path))
    if credited.voucher_type == VoucherType.INTEREST_NOTE and given.vat != 0:
        faults.append(fault(Code.SUMS, "An interest note has no VAT", f"{path}.vat", given.vat))
    return faults


def shares(minor: int, weights: Sequence[int]) -> list[int]:
    """An amount in shares by weight that add up to it: what is rounded down is made good as the weights add up."""
    total = sum(weights)
    assert total > 0, "somebody gets something"
    ends = [0]
    for weight in weights:
        ends.append(ends[-1] + weight)
    return [minor * end // total - minor * start // total for start, end in pairwise(ends)]


def credit_lines(credited: Credited, amounts: tuple[int, int, int]) -> tuple[tuple[NewLine, ...], list[dict[str, Any]]]:
    """The lines of a credit note as they are booked, and as they are kept: what is credited, then its parts."""
    what = "interest note" if credited.voucher_type == VoucherType.INTEREST_NOTE else "invoice"
    title = f"Credit of {what} {credited.document_no}"
    parts = _parts(credited, amounts, title)
    new = [NewLine(1, "TXT", title, has_price=False, item_groups=("", "", ""), amounts=_amounts(0, 0, credited))]
    kept = [_kept_line(1, "TXT", {}, title, (0, 0), credited.currency)]
    for line_no, (source, text, excl, vat) in enumerate(parts, 2):
        groups = (source.get("itemGroup1", ""), source.get("itemGroup2", ""), source.get("itemGroup3", ""))
        new.append(
            NewLine(line_no, "PLH", text, has_price=True, item_groups=groups, amounts=_amounts(excl, vat, credited))
        )
        kept.append(_kept_line(line_no, "PLH", source, text, (excl, vat), credited.currency))
    return tuple(new), kept


def _parts(
    credited: Credited, amounts: tuple[int, int, int], title: str
) -> list[tuple[Mapping[str, Any], str, int, int]]:
    """The document's lines with the share of each; one line where theirs do not show where the amounts came from."""
    excl, vat, _ = amounts
    sources = [line for line in credited.lines if line["lineType"] == "PLH"]
    weights = [[_line_minor(line, name, credited.currency) for line in sources] for name in ("exclVat", "vat")]
    own = (credited.excl_vat_minor, credited.vat_minor)
    fits = [sum(column) == whole and min(column, default=0) >= 0 for column, whole in zip(weights, own, strict=True)]
    taxed = excl * credited.vat_minor == vat * credited.excl_vat_minor or vat_share(excl + vat, credited) == vat
    if credited.voucher_type == VoucherType.INTEREST_NOTE or not all(fits) or not taxed or not credited.excl_vat_minor:
        return [({}, title, excl, vat)]
    vats = shares(vat, weights[1]) if credited.vat_minor else [0] * len(sources)
    excls = shares(excl, weights[0])
    return [
        (source, str(source["lineText"] or source["articleName"] or title), line_excl, line_vat)
        for source, line_excl, line_vat in zip(sources, excls, vats, strict=True)
    ]


def _line_minor(line: Mapping[str, Any], name: str, currency: str) -> int:
    return to_minor(Decimal(line["currencyAmounts"][name]), currency)


def _amounts(excl_minor: int, vat_minor: int, credited: Credited) -> Amounts:
    excl, vat, incl = (
        Decimal(to_wire(minor, credited.currency)) for minor in (excl_minor, vat_minor, excl_minor + vat_minor)
    )
    return Amounts(excl, vat, incl)


def _kept_line(
    line_no: int, line_type: str, source: Mapping[str, Any], text: str, minor: tuple[int, int], currency: str
) -> dict[str, Any]:
    excl, vat = minor
    priced = line_type == "PLH"
    return {
        "lineNo": line_no,
        "lineType": line_type,
        "articleNo": source.get("articleNo", ""),
        "articleName": source.get("articleName", ""),
        "lineText": text,
        "quantityUnit": "",
        "quantity": 1 if priced else 0,
        "volumeUnit": "",
        "volume": 0,
        "price": to_wire(excl, currency),
        "itemGroup1": source.get("itemGroup1", ""),
        "itemGroup2": source.get("itemGroup2", ""),
        "itemGroup3": source.get("itemGroup3", ""),
        "currencyAmounts": {
            "exclVat": to_wire(excl, currency),
            "vat": to_wire(vat, currency),
            "inclVat": to_wire(excl + vat, currency),
        },
    }
