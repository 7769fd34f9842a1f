"""Types of the wire that say more in the OpenAPI document than reading and writing them needs: codes, dates, ids.

They change nothing of what is accepted or encoded; tests hold real answers against what they say.
"""

from typing import Annotated

import msgspec

from reskontro.ledger.domain.code_types import CODE_TYPES
from reskontro.ledger.domain.errors import Code


def _said(**schema: object) -> msgspec.Meta:
    return msgspec.Meta(extra_json_schema=schema)


def code(code_type: str, *more: str) -> msgspec.Meta:
    """The codes of a list (arm-api, section 3), and what else may stand there."""
    return msgspec.Meta(extra_json_schema={"enum": [*CODE_TYPES[code_type], *more], "x-code-list": code_type})


def number_code(code_type: str) -> msgspec.Meta:
    """The codes of a list whose codes are numbers on the wire."""
    return msgspec.Meta(extra_json_schema={"enum": [int(c) for c in CODE_TYPES[code_type]], "x-code-list": code_type})


def one_of(*texts: str) -> msgspec.Meta:
    """One of some words that are no code list."""
    return msgspec.Meta(extra_json_schema={"enum": list(texts)})


UUID_PATTERN = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"

DayText = Annotated[str, _said(format="date")]
DayOrNothing = Annotated[str, _said(pattern="^([0-9]{4}-[0-9]{2}-[0-9]{2})?$", description="A date, or nothing.")]
TimeText = Annotated[str, _said(format="date-time")]
UuidText = Annotated[str, _said(format="uuid")]
ArItemIdText = Annotated[str, _said(pattern="^[0-9]+-[0-9]+-[0-9]+-[0-9]+$")]
GlItemIdText = Annotated[str, _said(pattern="^[0-9]+-[0-9]+-[0-9]+$")]
BundleIdText = Annotated[str, _said(pattern="^[0-9]+-[0-9]+$")]
CurrencyText = Annotated[str, _said(pattern="^[A-Z]{3}$")]
KidText = Annotated[str, _said(pattern="^([0-9]{1,24}[0-9-])?$")]
Sha256Text = Annotated[str, _said(pattern="^[0-9a-f]{64}$")]
Base64Text = Annotated[str, _said(contentEncoding="base64")]
ClientNoNumber = Annotated[int, _said(minimum=1, maximum=999999)]
PeriodNumber = Annotated[int, _said(minimum=1, maximum=12)]
LanguageText = Annotated[str, one_of("no", "en")]
ErrorCodeText = Annotated[str, one_of(*(each.value for each in Code))]

VoucherTypeNumber = Annotated[int, number_code("voucherType")]
ReservedStatusText = Annotated[str, code("reservedStatus")]
BatchStatusText = Annotated[str, code("batchStatus")]
DocumentTypeText = Annotated[str, code("documentType")]
DocumentStatusText = Annotated[str, code("documentStatus")]
BundleStatusText = Annotated[str, code("bundleStatus")]
DistributionTypeText = Annotated[str, code("distributionType")]
EinvoiceCodeNumber = Annotated[int, number_code("einvoiceCode")]
LineTypeText = Annotated[str, code("lineType")]
FileTypeText = Annotated[str, code("fileType")]
AutoPostingMethodText = Annotated[str, code("autoPostingMethod")]
OkText = Annotated[str, one_of("OK")]
