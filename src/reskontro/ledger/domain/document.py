"""What a document must be, and the case that it books.

A document books the receivable against revenue, line by line, and VAT in one sum; a credit note mirrors that; an
interest note books interest income without VAT. Source: arm-api, section 2.10.

A document whose lines do not add up to its total is accepted within one unit of currency, and a line that does not add
up in itself always: the documented example holds such a line. What the lines leave over is booked to the rounding
account up to that one unit, beyond it to the revenue account, and told in the log.

A document in a foreign currency has the rate of its date. Its lines are converted one by one; what they leave over in
the GL currency goes to the rounding account.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple, Protocol

from reskontro.kernel.kid import decode_arm_kid, kid_fits_any
from reskontro.kernel.money import (
    LARGEST_MINOR,
    AmountTooLargeError,
    TooManyDecimalsError,
    is_currency,
    to_minor,
    to_wire,
)
from reskontro.kernel.problems import Fault
from reskontro.ledger.domain.codes import (
    DISTRIBUTION_TYPES,
    DOCUMENT_TYPES,
    EINVOICE_CODES,
    LANGUAGES,
    LINE_TYPES,
    POSTED_DOCUMENT_TYPES,
    VOUCHER_TYPES,
    VoucherType,
    canonical,
    fold,
)
from reskontro.ledger.domain.config import Config
from reskontro.ledger.domain.entries import CaseRow, LineRow
from reskontro.ledger.domain.errors import Code, fault
from reskontro.ledger.domain.exchange import ROUNDING_TEXT, Rate, Rates, item_to_gl, to_gl
from reskontro.ledger.domain.periods import LATEST_DAYS_AHEAD, Period

LINES_MAY_DIFFER = Decimal("1.00")
LATEST_DUE = timedelta(days=3660)

# Standard VAT codes of the Norwegian SAF-T list for output VAT, by the rate that a line's amounts show.
VAT_CODES = ((Decimal(25), "3"), (Decimal(15), "31"), (Decimal(12), "33"))


class Amounts(NamedTuple):
    """Amounts as they were sent."""

    excl_vat: Decimal
    vat: Decimal
    incl_vat: Decimal


class NewLine(NamedTuple):
    """A line of a document, as far as it is booked."""

    line_no: int
    line_type: str
    text: str
    has_price: bool
    item_groups: tuple[str, str, str]
    amounts: Amounts


class NewDocument(NamedTuple):
    """A document as it was sent, before the customer's and the client's defaults."""

    document_type: str
    customer_no: str
    document_no: str
    document_date: date
    due_date: date | None
    currency: str
    language: str
    kid: str
    credited_document_no: str
    external_id1: str
    ledger_note: str
    amounts: Amounts
    distribution: tuple[str, int] | None
    lines: tuple[NewLine, ...]
    attachment_files: tuple[str, ...]
    content: Mapping[str, object]  # what is only kept and given back
    fingerprint: bytes  # of everything that was sent
    credits_interest: bool = False  # a credit note that takes back interest, which has no VAT


@dataclass(frozen=True, slots=True)
class Receiver:
    """The customer, as far as a document takes its defaults from it."""

    account_no: int
    customer_no: str
    due_days: int | None
    currency: str
    language: str
    distribution_type: str
    einvoice_code: int
    seller_reference: str = ""
    buyer_reference: str = ""
    email_addresses: tuple[str, ...] = ()
    limit_minor: int | None = None  # the credit limit, in the customer's currency
    owed_minor: int = 0  # what is open in that currency; looked up only where there is a limit


class Resolved(NamedTuple):
    """A document that may be booked: every default filled in, every amount in minor units."""

    document_type: str
    voucher_type: VoucherType
    receiver: Receiver
    due_date: date
    currency: str
    language: str
    distribution_type: str
    einvoice_code: int
    excl_vat_minor: int
    vat_minor: int
    incl_vat_minor: int
    line_minor: tuple[tuple[int, int, int], ...]  # excl, vat, incl of each line
    warnings: tuple[str, ...]
    rate: Rate | None = None  # None in the GL currency

    @property
    def gl_amounts(self) -> tuple[int, int, int]:
        """Without VAT, VAT and with VAT in the GL currency: the last two are converted, the first is the rest."""
        vat, incl = to_gl(self.vat_minor, self.rate), item_to_gl(self.incl_vat_minor, self.rate)
        return incl - vat, vat, incl

    @property
    def sign(self) -> int:
        """Plus for a claim, minus for a credit note."""
        return -1 if self.voucher_type is VoucherType.CREDIT_NOTE else 1


def resolve(  # noqa: C901 - the contract's rules in its order
    new: NewDocument, receiver: Receiver | None, config: Config, today: date, path: str, rates: Rates
) -> tuple[Resolved | None, list[Fault]]:
    """The document with its defaults, or every fault that it has by itself. `path` leads the faults' fields."""
    faults: list[Fault] = []

    def wrong(code: Code, message: str, field: str, value: object = None, **args: object) -> None:
        faults.append(fault(code, message, f"{path}.{field}", value, **args))

    kind = canonical(new.document_type, tuple(DOCUMENT_TYPES))
    if kind is None:
        wrong(Code.NOT_IN_LIST, "Not in the code list", "documentType", new.document_type)
    elif kind not in POSTED_DOCUMENT_TYPES:
        wrong(Code.TYPE_NOT_ALLOWED, "Only IN, CN and RN can be created", "documentType", new.document_type)
    if receiver is None:
        wrong(Code.UNKNOWN_REFERENCE, "Unknown customer", "customerNo", new.customer_no)
    if new.document_date > today + timedelta(days=LATEST_DAYS_AHEAD):
        wrong(Code.DATE_RANGE, "At most {days} days ahead", "documentDate", new.document_date, days=LATEST_DAYS_AHEAD)
    due = new.due_date or new.document_date + timedelta(days=_due_days(receiver, config))
    if not new.document_date <= due <= new.document_date + LATEST_DUE:
        wrong(Code.DATE_RANGE, "Not before the document date, and at most ten years after it", "dueDate", due)
    currency = currency_of(new, receiver, config)
    rate = rates.get((currency, new.document_date))
    if not is_currency(currency) or (rate is None and currency != config.text("gl.baseCurrency")):
        wrong(Code.CURRENCY, "No rate is known for this currency", "currency", currency)
    language = canonical(new.language or (receiver.language if receiver else "no"), LANGUAGES)
    if language is None:
        wrong(Code.NOT_IN_LIST, "Not in the code list", "language", new.language)
    channel = new.distribution or ((receiver.distribution_type, receiver.einvoice_code) if receiver else ("P", 0))
    distribution_type = canonical(channel[0], DISTRIBUTION_TYPES)
    if distribution_type is None:
        wrong(Code.NOT_IN_LIST, "Not in the code list", "distribution.type", channel[0])
    if channel[1] not in EINVOICE_CODES:
        wrong(Code.NOT_IN_LIST, "Not in the code list", "distribution.einvoiceCode", channel[1])
    if new.kid:
        faults += kid_faults(new.kid, receiver, config, f"{path}.kid")
    amounts, lines, warnings = _amounts(new, kind, currency, wrong)
    if rate is not None:
        _gl_faults(new, (amounts, *lines), rate, wrong)
    if faults:
        return None, faults
    assert kind is not None
    assert receiver is not None
    assert language is not None
    assert distribution_type is not None
    return (
        Resolved(
            kind,
            POSTED_DOCUMENT_TYPES[kind],
            receiver,
            due,
            currency,
            language,
            distribution_type,
            channel[1],
            *amounts,
            lines,
            warnings,
            rate,
        ),
        [],
    )


def _gl_faults(new: NewDocument, amounts: Sequence["_Three"], rate: Rate, wrong: "_Wrong") -> None:
    """Refuse amounts that are larger in the GL currency than any that is booked."""
    for index, three in enumerate(amounts):
        if max(abs(to_gl(minor, rate)) for minor in three) > LARGEST_MINOR:
            at = "" if index == 0 else f"documentLines[{index - 1}]."
            found = new.amounts if index == 0 else new.lines[index - 1].amounts
            wrong(Code.SUMS, "The amount does not fit its currency", f"{at}currencyAmounts", found.incl_vat)


def currency_of(new: NewDocument, receiver: Receiver | None, config: Config) -> str:
    """The currency of a document, which its customer's or the client's stands in for. It may be unknown."""
    return (new.currency or (receiver.currency if receiver else "") or config.text("gl.baseCurrency")).upper()


def over_limit(resolved: Resolved, run_minor: int) -> str | None:
    """The warning that a document takes what its customer owes beyond the credit limit (section 3.1, `limitAmount`).

    `run_minor` is what earlier documents of the same run have added. Credit notes and other currencies warn of nothing.
    """
    receiver = resolved.receiver
    if receiver.limit_minor is None or resolved.sign < 0 or resolved.currency != receiver.currency:
        return None
    owed = receiver.owed_minor + run_minor + resolved.incl_vat_minor
    if owed <= receiver.limit_minor:
        return None
    limit, told = (to_wire(minor, receiver.currency) for minor in (receiver.limit_minor, owed))
    return f"the customer owes {told} and the credit limit is {limit} {receiver.currency}"


def kept_content(new: NewDocument, resolved: Resolved) -> dict[str, object]:
    """What is stored of a document beside its columns, the customer's defaults filled in."""
    receiver = resolved.receiver
    content = dict(new.content)
    content["language"] = resolved.language
    content["distributionType"] = resolved.distribution_type
    content["einvoiceCode"] = resolved.einvoice_code
    defaults: tuple[tuple[str, object], ...] = (
        ("seller_reference", receiver.seller_reference),
        ("buyer_reference", receiver.buyer_reference),
        ("email_address", list(receiver.email_addresses)),
    )
    for name, default in defaults:
        if default and name not in content:
            content[name] = default
    return content


def search_keys(new: NewDocument) -> tuple[str, str, str]:
    """What a document is found by beside its numbers: sales order, purchase order, sub customer, folded."""
    sales, purchase, sub = (
        str(new.content.get(name, "")) for name in ("sales_order_id", "purchase_order_id", "sub_customer_no")
    )
    return fold(sales), fold(purchase), fold(sub)


def _due_days(receiver: Receiver | None, config: Config) -> int:
    if receiver is not None and receiver.due_days is not None:
        return receiver.due_days
    return config.number("document.defaultDueDays")


def kid_faults(kid: str, receiver: Receiver | None, config: Config, field: str) -> list[Fault]:
    """What is wrong with a KID that a client supplies (section 5): its form, its check character, whose it is."""
    if not kid_fits_any(kid):
        return [fault(Code.KID, "KID check digit is wrong", field, kid)]
    if receiver is not None:
        parts = decode_arm_kid(kid, config.text("kid.prefix"))
        if parts is not None and parts.account_no != receiver.account_no:
            return [fault(Code.KID, "The KID belongs to another customer", field, kid)]
    return []


class _Wrong(Protocol):
    def __call__(self, code: Code, message: str, field: str, value: object = None, **args: object) -> None: ...


_Three = tuple[int, int, int]
_AmountsOf = tuple[_Three, tuple[_Three, ...], tuple[str, ...]]


def _amounts(new: NewDocument, kind: str | None, currency: str, wrong: _Wrong) -> _AmountsOf:  # noqa: C901 - likewise
    """The amounts in minor units, of the document and of its lines, and warnings. Faults go to `wrong`."""
    places = currency if is_currency(currency) else "NOK"
    header = new.amounts
    for name, amount in (("exclVat", header.excl_vat), ("vat", header.vat), ("inclVat", header.incl_vat)):
        if amount < 0:
            wrong(Code.SUMS, "An amount is positive, also of a credit note", f"currencyAmounts.{name}", amount)
    if header.excl_vat + header.vat != header.incl_vat:
        wrong(Code.SUMS, "exclVat and vat do not add up to inclVat", "currencyAmounts.inclVat", header.incl_vat)
    if kind == "RN" and header.vat != 0:
        wrong(Code.SUMS, "An interest note has no VAT", "currencyAmounts.vat", header.vat)
    seen: set[int] = set()
    for index, line in enumerate(new.lines):
        at = f"documentLines[{index}]"
        if line.line_no in seen:
            wrong(Code.EXISTS, "The line number stands twice", f"{at}.lineNo", line.line_no)
        seen.add(line.line_no)
        line_type = canonical(line.line_type, LINE_TYPES)
        if line_type is None:
            wrong(Code.NOT_IN_LIST, "Not in the code list", f"{at}.lineType", line.line_type)
        elif line_type == "TXT" and (line.amounts.excl_vat or line.amounts.vat or line.amounts.incl_vat):
            wrong(Code.SUMS, "A text line has no amounts", f"{at}.currencyAmounts", line.amounts.incl_vat)
    if (
        new.lines
        and abs(sum((li.amounts.incl_vat for li in new.lines), Decimal()) - header.incl_vat) > LINES_MAY_DIFFER
    ):
        wrong(Code.SUMS, "The lines do not add up to the document", "currencyAmounts.inclVat", header.incl_vat)
    warnings = tuple(
        f"line {line.line_no}: exclVat and vat do not add up to inclVat"
        for line in new.lines
        if line.amounts.excl_vat + line.amounts.vat != line.amounts.incl_vat
    )
    try:
        total = _minor(header, places)
    except (TooManyDecimalsError, AmountTooLargeError):
        wrong(Code.SUMS, "The amount does not fit its currency", "currencyAmounts", header.incl_vat)
        return (0, 0, 0), (), warnings
    lines = []
    for index, line in enumerate(new.lines):
        try:
            lines.append(_minor(line.amounts, places))
        except (TooManyDecimalsError, AmountTooLargeError):
            wrong(
                Code.SUMS,
                "The amount does not fit its currency",
                f"documentLines[{index}].currencyAmounts",
                line.amounts.incl_vat,
            )
    return total, tuple(lines), warnings


def _minor(amounts: Amounts, currency: str) -> tuple[int, int, int]:
    return to_minor(amounts.excl_vat, currency), to_minor(amounts.vat, currency), to_minor(amounts.incl_vat, currency)


def vat_code(excl_vat_minor: int, vat_minor: int) -> str:
    """The standard VAT code of the rate that two amounts show, "" where it is none of the known ones.

    The rate is taken as known when the VAT is what it gives, to one unit of rounding.
    """
    for rate, code in VAT_CODES:
        if vat_minor and abs(Decimal(excl_vat_minor) * rate / 100 - vat_minor) <= 1:
            return code
    return ""


def book(
    new: NewDocument,
    resolved: Resolved,
    config: Config,
    period: Period,
    *,
    gl_case_no: int,
    voucher_no: int,
    reference_no: int,
    reference_sequence_no: int,
) -> tuple[CaseRow, list[LineRow]]:
    """The balanced case of a document."""
    sign = resolved.sign
    case = CaseRow(
        gl_case_no,
        resolved.voucher_type,
        voucher_no,
        new.document_date,
        period.gl_year,
        period.gl_period,
        resolved.currency,
        config.text("gl.baseCurrency"),
        resolved.receiver.account_no,
        reference_no,
        new.document_no,
        None,
    )
    lines: list[LineRow] = []

    def post(
        account: int,
        minor: int,
        text: str,
        code: str = "",
        seq: int | None = None,
        groups: Sequence[str] = ("", "", ""),
    ) -> None:
        if minor or seq is not None:
            gl_minor = to_gl(minor, rate) if seq is None else item_to_gl(minor, rate)
            lines.append(LineRow(gl_case_no, len(lines) + 1, account, minor, gl_minor, text, code, seq, *groups))

    def round_off() -> None:
        left = -sum(line.gl_minor for line in lines) if rate is not None else 0
        if left:
            account = config.number("gl.account.rounding")
            lines.append(
                LineRow(gl_case_no, len(lines) + 1, account, 0, left, ROUNDING_TEXT, "", None, "", "", "")
            )  # fmt: skip

    rate = resolved.rate
    receivables = config.number("gl.account.receivables")
    title = VOUCHER_TYPES[resolved.voucher_type].en
    post(receivables, sign * resolved.incl_vat_minor, title, seq=reference_sequence_no)
    if resolved.voucher_type is VoucherType.INTEREST_NOTE or new.credits_interest:
        post(config.number("gl.account.interestIncome"), -sign * resolved.excl_vat_minor, title)
        round_off()
        return case, lines
    codes = set()
    for line, (excl, vat, _) in zip(new.lines, resolved.line_minor, strict=True):
        code = vat_code(excl, vat)
        if excl:
            codes.add(code)
        account = config.revenue_account(line.item_groups[0], vat_free=vat == 0)
        post(account, -sign * excl, line.text[:100] or title, code, groups=line.item_groups)
    left = resolved.excl_vat_minor - sum(excl for excl, _, _ in resolved.line_minor)
    if abs(left) <= to_minor(LINES_MAY_DIFFER, resolved.currency):
        post(config.number("gl.account.rounding"), -sign * left, ROUNDING_TEXT)
    else:
        account = config.revenue_account("", vat_free=resolved.vat_minor == 0)
        post(account, -sign * left, "Difference between lines and document")
    known = codes - {""}
    code = known.pop() if len(known) == 1 else vat_code(resolved.excl_vat_minor, resolved.vat_minor)
    post(config.number("gl.account.vatOut"), -sign * resolved.vat_minor, "VAT", code)
    round_off()
    return case, lines
