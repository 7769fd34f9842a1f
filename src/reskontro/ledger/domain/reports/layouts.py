"""The columns of the eight reports. What is not printed stands in CSV and JSON only."""

from collections.abc import Mapping, Sequence

from reskontro.kernel.report import Column, Kind, Table, Words
from reskontro.ledger.domain.as_of import Interval
from reskontro.ledger.domain.code_types import REPORT_TYPES
from reskontro.ledger.domain.reports.order import ReportType

TITLES: Mapping[ReportType, Words] = {kind: Words(REPORT_TYPES[kind.value].en) for kind in ReportType} | {
    ReportType.LEDGER_PERIOD: Words("Ledger period report")
}

CUSTOMER_NO = Column("customerNo", Words("Customer no."))
CUSTOMER_NAME = Column("customerName", Words("Customer"), wide=True)
AR_ITEM_ID = Column("arItemId", Words("AR item"), printed=False)
DOCUMENT_NO = Column("documentNo", Words("Document no."))
VOUCHER_TYPE = Column("voucherType", Words("Voucher type code"), Kind.KEY, printed=False)
VOUCHER_TYPE_TEXT = Column("voucherTypeDescription", Words("Voucher type"))
VOUCHER_NO = Column("voucherNo", Words("Voucher no."), Kind.KEY)
VOUCHER_DATE = Column("voucherDate", Words("Voucher date"), Kind.DAY)
DUE_DATE = Column("dueDate", Words("Due date"), Kind.DAY)
CURRENCY = Column("currency", Words("Currency"))
CURRENCY_AMOUNT = Column("currencyAmount", Words("Amount"), Kind.AMOUNT)
GL_ACCOUNT_NO = Column("glAccountNo", Words("GL account"), Kind.KEY)
GL_ACCOUNT_NAME = Column("glAccountName", Words("GL account name"), wide=True)
TRANSACTION_TEXT = Column("transactionText", Words("Text"), wide=True)


def _gl(name: str, title: str, *, added_up: bool = True) -> Column:
    return Column(name, Words(title), Kind.AMOUNT, added_up=added_up)


LEDGER_PERIOD = Table(
    "arItems",
    Words("AR items of the period"),
    (
        CUSTOMER_NO,
        CUSTOMER_NAME,
        AR_ITEM_ID,
        DOCUMENT_NO,
        VOUCHER_TYPE,
        VOUCHER_TYPE_TEXT,
        VOUCHER_NO,
        VOUCHER_DATE,
        DUE_DATE,
        CURRENCY,
        CURRENCY_AMOUNT,
        _gl("glAmount", "GL amount"),
        Column("ledgerPeriodReportNo", Words("Report no."), Kind.KEY, printed=False),
    ),
)
RECONCILIATION = Table(
    "reconciliation",
    Words("Reconciliation"),
    (
        Column("balance", Words("Balance"), wide=True),
        _gl("arAmount", "AR ledger", added_up=False),
        _gl("glAmount", "GL account", added_up=False),
        _gl("difference", "Difference", added_up=False),
    ),
)
MOVEMENTS = Table(
    "movements",
    Words("Movements by voucher type"),
    (
        VOUCHER_TYPE,
        Column("voucherTypeDescription", Words("Voucher type"), wide=True),
        Column("itemCount", Words("Items"), Kind.NUMBER),
        _gl("glAmount", "GL amount"),
    ),
)

OPEN_ITEMS = Table(
    "openItems",
    TITLES[ReportType.OPEN_ITEMS],
    (
        CUSTOMER_NO,
        CUSTOMER_NAME,
        AR_ITEM_ID,
        DOCUMENT_NO,
        VOUCHER_TYPE,
        VOUCHER_TYPE_TEXT,
        VOUCHER_DATE,
        DUE_DATE,
        Column("daysOverdue", Words("Days overdue"), Kind.NUMBER),
        CURRENCY,
        CURRENCY_AMOUNT,
        Column("currencyBalance", Words("Balance"), Kind.AMOUNT),
        _gl("glBalance", "GL balance"),
    ),
    grouped_by=("customerNo", "customerName"),
)

ADB_INTERVALS = Table(
    "adbIntervals",
    Words("Intervals"),
    (
        Column("intervalNo", Words("No."), Kind.KEY, printed=False),
        Column("description", Words("Days overdue"), wide=True),
        Column("itemCount", Words("Items"), Kind.NUMBER),
        Column("percentage", Words("Share, %"), Kind.NUMBER),
        _gl("glBalance", "GL balance"),
    ),
)


def interval_words(interval: Interval) -> Words:
    """What an interval of days overdue is called."""
    if interval.from_days is None:
        return (
            Words("Not due") if interval.to_days == 0 else Words("Up to {days} days", {"days": interval.to_days or 0})
        )
    if interval.to_days is None:
        return Words("Over {days}", {"days": interval.from_days - 1})
    return Words(f"{interval.from_days}–{interval.to_days}")


def adb(intervals: Sequence[Interval]) -> Table:
    """Customers with their balance in each interval."""
    return Table(
        "customers",
        Words("Customers"),
        (
            CUSTOMER_NO,
            CUSTOMER_NAME,
            *(Column(f"interval{each.number}", interval_words(each), Kind.AMOUNT, added_up=True) for each in intervals),
            _gl("glBalance", "GL balance"),
        ),
    )


ACCOUNT_STATEMENT = Table(
    "transactions",
    TITLES[ReportType.ACCOUNT_STATEMENT],
    (
        Column("rowType", Words("Row"), printed=False),
        CURRENCY,
        AR_ITEM_ID,
        VOUCHER_DATE,
        Column("description", Words("Text"), wide=True),
        DOCUMENT_NO,
        DUE_DATE,
        CURRENCY_AMOUNT,
        Column("currencyBalance", Words("Open"), Kind.AMOUNT),
        Column("accountBalance", Words("Balance"), Kind.AMOUNT),
    ),
    grouped_by=("currency",),
)

GL_TRANSACTIONS = Table(
    "glItems",
    TITLES[ReportType.GL_TRANSACTIONS],
    (
        GL_ACCOUNT_NO,
        GL_ACCOUNT_NAME,
        Column("glItemId", Words("GL item"), printed=False),
        Column("glCaseNo", Words("Case no."), Kind.KEY),
        Column("period", Words("Period")),
        VOUCHER_DATE,
        VOUCHER_TYPE,
        VOUCHER_TYPE_TEXT,
        VOUCHER_NO,
        CUSTOMER_NO,
        DOCUMENT_NO,
        TRANSACTION_TEXT,
        _gl("debitAmount", "Debit"),
        _gl("creditAmount", "Credit"),
    ),
    grouped_by=("glAccountNo", "glAccountName"),
)

GL_BALANCE = Table(
    "glMovements",
    TITLES[ReportType.GL_BALANCE],
    (
        GL_ACCOUNT_NO,
        GL_ACCOUNT_NAME,
        _gl("openingBalance", "Opening balance"),
        _gl("debitAmount", "Debit"),
        _gl("creditAmount", "Credit"),
        _gl("closingBalance", "Closing balance"),
        Column("itemCount", Words("Items"), Kind.NUMBER, printed=False),
    ),
)

CUSTOMER_LIST = Table(
    "customers",
    TITLES[ReportType.CUSTOMER_LIST],
    (
        CUSTOMER_NO,
        Column("accountNo", Words("AR account"), Kind.KEY),
        Column("name", Words("Name"), wide=True),
        Column("customerCategory", Words("Category")),
        Column("organizationNo", Words("Organisation no.")),
        Column("address", Words("Address"), wide=True),
        Column("countryCode", Words("Country"), printed=False),
        Column("phoneNo", Words("Phone"), printed=False),
        Column("emailAddress", Words("E-mail"), wide=True),
        Column("language", Words("Language"), printed=False),
        CURRENCY,
        Column("dueDays", Words("Days to pay"), Kind.NUMBER, printed=False),
        _gl("glBalance", "GL balance"),
    ),
)

UNPLACED_PAYMENTS = Table(
    "payments",
    TITLES[ReportType.UNPLACED_PAYMENTS],
    (
        Column("outcome", Words("Outcome code"), printed=False),
        Column("outcomeDescription", Words("Where the money is")),
        Column("paymentNo", Words("Payment no."), Kind.KEY),
        Column("settlementDate", Words("Settlement date"), Kind.DAY),
        Column("kid", Words("KID")),
        Column("reason", Words("Reason"), wide=True),
        CUSTOMER_NO,
        AR_ITEM_ID,
        Column("fileName", Words("File"), printed=False),
        Column("fileLineNo", Words("Line"), Kind.KEY, printed=False),
        CURRENCY,
        Column("amount", Words("Amount"), Kind.AMOUNT),
        Column("openAmount", Words("Waiting"), Kind.AMOUNT, added_up=True),
    ),
    grouped_by=("outcomeDescription",),
)

FIXED: Sequence[Table] = (
    LEDGER_PERIOD,
    RECONCILIATION,
    MOVEMENTS,
    OPEN_ITEMS,
    ADB_INTERVALS,
    ACCOUNT_STATEMENT,
    GL_TRANSACTIONS,
    GL_BALANCE,
    CUSTOMER_LIST,
    UNPLACED_PAYMENTS,
)
