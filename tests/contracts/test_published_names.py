"""The names of the contract, written down a second time: parameters, options, fields, which are required, their order.

Source: arm-api, sections 1.6 and 2. A name that is missing here is one too many there.
"""

import msgspec
import pytest
from msgspec import inspect

from reskontro.app import families
from reskontro.ledger.domain.code_types import CODE_TYPES
from reskontro.ledger.domain.config import KEY_FAMILIES, KEYS
from reskontro.platform.settings import Mode

ARM = next(family for family in families(Mode.SANDBOX) if family.name == "arm")
ENDPOINTS = {(e.method, e.path): e for e in ARM.endpoints}
CLIENT = "/clients/{clientno}"
PAGING = "maximumcount pagesize pageno query userid"

QUERY = {
    f"{CLIENT}/aritems": (
        "customerno accountno referenceno documentno kid externalid1 vouchertype voucherno currency status "
        "reservedstatus fromvoucherdate tovoucherdate fromduedate toduedate fromcreatedtime tocreatedtime "
        f"fromchangedtime glyear glperiod glcaseno gllotno ledgerperiodreportno expand {PAGING}"
    ),
    f"{CLIENT}/aritems/{{aritemid}}": "expand userid",
    f"{CLIENT}/batches/{{batchuuid}}": "userid",
    f"{CLIENT}/clientconfigs": "prefix validon userid",
    f"{CLIENT}/clientconfigs/{{configkey}}": "validon userid",
    "/codes": "codetype code active userid",
    f"{CLIENT}/customers": (
        "customerno accountno name organizationno ssn phoneno emailaddress postalcode customercategory "
        f"customergroupcode activestatusweb fromchangedtime hasbalance expand {PAGING}"
    ),
    f"{CLIENT}/customers/{{customerno}}": "expand userid",
    f"{CLIENT}/documentbundles": f"fromcreatedtime tocreatedtime bundlestatus documenttype batchuuid {PAGING}",
    f"{CLIENT}/documentbundles/{{documentbundleid}}": "expand userid",
    f"{CLIENT}/documents": (
        "customerno accountno documentno documentuuid documenttype documentstatus kid referenceno documentbundleid "
        "salesorderid purchaseorderid subcustomerno externalid1 fromdocumentdate todocumentdate fromduedate toduedate "
        f"fromcreatedtime tocreatedtime distributiontype expand {PAGING}"
    ),
    f"{CLIENT}/documents/{{documentno}}": "expand userid",
    f"{CLIENT}/files": (
        "fileuuid filetype filename direction filestatus documentno customerno fromcreatedtime tocreatedtime "
        f"includecontent {PAGING}"
    ),
    f"{CLIENT}/files/{{fileuuid}}": "userid",
    f"{CLIENT}/glitems": (
        "glaccountno fromglaccountno toglaccountno glcaseno gllotno glyear glperiod fromvoucherdate tovoucherdate "
        "vouchertype voucherno customerno accountno referenceno documentno aritemid fromcreatedtime tocreatedtime "
        + PAGING
    ),
    f"{CLIENT}/glitems/{{glitemid}}": "",
    f"{CLIENT}/glmovements/latest": "glaccountno userid",
    f"{CLIENT}/glmovements": (
        "glyear glperiod fromglyear fromglperiod toglyear toglperiod glaccountno fromglaccountno toglaccountno closed "
        f"includezero {PAGING}"
    ),
    f"{CLIENT}/insights/adbintervals": (
        "asofdate customerno customercategory customergroupcode currency intervals userid"
    ),
    f"{CLIENT}/logitems": (
        f"fromlogtime tologtime loglevel source entitytype entityid customerno requestid loguserid {PAGING}"
    ),
    f"{CLIENT}/logitems/{{logitemid}}": "userid",
    "/health": "",
}
EXPAND = {
    f"{CLIENT}/aritems": "customer document matches reservations followup all",
    f"{CLIENT}/aritems/{{aritemid}}": "customer document matches reservations followup all",
    f"{CLIENT}/customers": "balance aritems all",
    f"{CLIENT}/customers/{{customerno}}": "balance aritems all",
    f"{CLIENT}/documentbundles/{{documentbundleid}}": "documents all",
    f"{CLIENT}/documents": "documentlines aritem customer distribution all",
    f"{CLIENT}/documents/{{documentno}}": "documentlines aritem customer distribution all",
}

# Fields of bodies that are sent, the required ones with a star.
AMOUNTS = "exclVat* vat* inclVat*"
CUSTOMER = (
    "customerNo* name postalReturnStatus postalReturnDate customerCategory phoneNo secondaryPhoneNo organizationNo "
    "organizationNoScheme dateOfBirth yearOfBirth ssn ssnCountry informalName customerGroupCode priceNetOrGross "
    "language currency sellerReference buyerReference bankAccountNo stopReminderUntil stopDebtCollectionUntil "
    "stopInterestCalcUntil dueDays vatLiable discountRate activeStatusWeb customerMessage limitAmount "
    "registrationStatusCode registrationStatusDate postalAddress emailAddressDocument secondaryEmailAddress "
    "distribution efakturaBlockIds peppolBlockIds digipostBlockIds"
)
DOCUMENT = (
    "documentType* customerNo* documentNo* documentDate* dueDate currency language kid marketingMessageCode "
    "customerMessage salesOrderId purchaseOrderId sellerReference buyerReference additionalReference subCustomerNo "
    "ledgerNote creditedDocumentNo externalId1 currencyAmounts* distribution einvoiceAddress emailAddress "
    "attachmentFiles attachmentCodes customCodes documentLines"
)
POSTAL_ADDRESS = "addressLine1 addressLine2 addressLine3 postalCode cityName countryText countryCode"
CUSTOMERS = {"": "metadata* customer*", "metadata": "userId*", "customer": CUSTOMER,
             "customer.postalAddress": POSTAL_ADDRESS,
             "customer.distribution": "type* einvoiceCode"}  # fmt: skip
SENT = {
    ("POST", f"{CLIENT}/actions"): {
        "": "metadata* action*",
        "metadata": "userId*",
        "action": (
            "actionId actionType* customerNo accountNo arItemId documentNo kid referenceNo fromDate toDate reasonCode "
            "text distribution"
        ),
    },
    ("POST", f"{CLIENT}/actions/reports"): {
        "": "metadata* report*",
        "report": ("reportType* format language glYear glPeriod fromDate toDate asOfDate customerNo emailAddress"),
    },
    ("PUT", f"{CLIENT}/aritems"): {
        "": "metadata* arItem*",
        "arItem": (
            "arItemId* dueDate transactionText externalId1 ledgerNote stopReminderUntil stopDebtCollectionUntil "
            "stopInterestCalcUntil creditNote"
        ),
        "arItem.creditNote": (
            "creditType* currencyAmounts documentNo documentDate customerMessage reasonCode distribution"
        ),
        "arItem.creditNote.currencyAmounts": AMOUNTS,
    },
    ("POST", f"{CLIENT}/autopostings/{{autopostingmethod}}"): {
        "": "metadata* autoPostings*",
        "autoPostings": (
            "postingId* options arItemId documentNo documentUuid referenceNo kid accountNo customerNo voucherDate* "
            "currency currencyAmount vatAmount dueDate transactionText externalId1 paymentId paymentMethod "
            "bankAccountNo reasonCode glAccountNo toArItemId toAccountNo toCustomerNo matchArItemIds autoMatch glCaseNo"
        ),
        "autoPostings.options": "validateOnly",
    },
    ("POST", f"{CLIENT}/customers"): CUSTOMERS,
    ("PUT", f"{CLIENT}/customers"): CUSTOMERS,
    ("POST", f"{CLIENT}/customers/batches"): {"": "metadata* customers*"},
    ("PUT", f"{CLIENT}/customers/batches"): {"": "metadata* customers*"},
    ("POST", f"{CLIENT}/documents"): {
        "": "metadata* document*",
        "document": DOCUMENT,
        "document.currencyAmounts": AMOUNTS,
        "document.distribution": "type* einvoiceCode",
        "document.einvoiceAddress": "address addressScheme operator",
        "document.customCodes": "code* value*",
        "document.documentLines": (
            "lineNo* lineType* articleNo articleName lineText quantityUnit quantity volumeUnit volume price itemGroup1 "
            "itemGroup2 itemGroup3 currencyAmounts*"
        ),
        "document.documentLines.currencyAmounts": AMOUNTS,
    },
    ("POST", f"{CLIENT}/documents/batches"): {"": "metadata* documents*"},
    ("POST", f"{CLIENT}/files"): {
        "": "metadata* files*",
        "files": "fileType* fileName* contentType content* checksumSha256 description documentNo customerNo",
    },
    ("POST", f"{CLIENT}/paymentreservations"): {
        "": "metadata* paymentReservation*",
        "paymentReservation": (
            "paymentId* arItemId documentNo documentUuid referenceNo kid accountNo customerNo currency currencyAmount* "
            "paymentDate validUntil paymentMethod text"
        ),
    },
}

# Fields of answers, in their published order.
SUMMARY = (
    "pageNo currentPageSize pageSizeLimit totalPages totalCount maximumCount nextPage previousPage lastPage queryId"
)
AR_ITEM = (
    "clientNo accountNo referenceNo referenceSequenceNo arItemId customerNo documentNo voucherDate dueDate "
    "originalDueDate currency currencyAmount currencyBalance glAmount glBalance kid voucherType voucherTypeDescription "
    "voucherNo transactionText glCaseNo glLotNo glYear glPeriod externalId1 ledgerPeriodReportNo reservedStatus "
    "createdTime customer document matches reservations followUp"
)
SHOWN_CUSTOMER = (
    "clientNo accountNo customerNo name postalReturnStatus postalReturnDate customerCategory phoneNo secondaryPhoneNo "
    "organizationNo organizationNoScheme dateOfBirth yearOfBirth ssn ssnCountry informalName customerGroupCode "
    "priceNetOrGross language currency sellerReference buyerReference bankAccountNo stopReminderUntil "
    "stopDebtCollectionUntil stopInterestCalcUntil dueDays vatLiable discountRate activeStatusWeb customerMessage "
    "limitAmount registrationStatusCode registrationStatusDate postalAddressChanged postalAddress emailAddressDocument "
    "secondaryEmailAddress distribution efakturaBlockIds peppolBlockIds digipostBlockIds balance openArItems"
)
FILE = (
    "fileUuid clientNo fileType fileName contentType fileSize checksumSha256 direction fileStatus description "
    "customerNo documentNo ledgerPeriodReportNo createdTime processedTime userId content"
)
ORDERED = {
    ("GET", "/health"): {"": "status version time components"},
    ("POST", f"{CLIENT}/actions"): {
        "": "resultType action",
        "action": ("actionUuid actionId actionType actionStatus clientNo accountNo arItemId createdTime completedTime"),
    },
    ("POST", f"{CLIENT}/actions/reports"): {"": "resultType batchUuid batchType batchStatus"},
    ("GET", f"{CLIENT}/aritems/{{aritemid}}"): {
        "": AR_ITEM,
        "matches": "arItemId voucherType voucherTypeDescription voucherNo matchDate currencyAmount glAmount",
        "reservations": "paymentId currency currencyAmount paymentDate validUntil status",
        "followUp": (
            "reminderLevel lastReminderDate stopReminderUntil stopDebtCollectionUntil stopInterestCalcUntil "
            "debtCollectionStatus interestCalculatedTo"
        ),
    },
    ("GET", f"{CLIENT}/aritems"): {"": "summary arItems", "arItems": AR_ITEM},
    ("PUT", f"{CLIENT}/aritems"): {
        "": "resultType message arItem creditNote",
        "arItem": AR_ITEM,
        "creditNote": "documentNo documentUuid arItemId glCaseNo glLotNo voucherNo currencyAmount",
    },
    ("POST", f"{CLIENT}/autopostings/{{autopostingmethod}}"): {
        "": "summary autoPostings",
        "summary": (
            "autoPostingMethod resultType validateOnly totalCount okCount failedCount batchRejectedCount glLotNo"
        ),
        "autoPostings": (
            "postingId resultType glCaseNo voucherNo voucherType arItemIds matchedArItemIds unmatchedCurrencyAmount "
            "errors"
        ),
        "autoPostings.errors": "errorCode field value message",
    },
    ("GET", f"{CLIENT}/batches/{{batchuuid}}"): {
        "": (
            "batchUuid clientNo batchType batchStatus userId receivedTime startedTime completedTime totalCount okCount "
            "failedCount documentBundleId results"
        ),
        "results": (
            "itemNo resultType operation customerNo accountNo documentNo documentUuid arItemId kid referenceNo "
            "fileUuid errors"
        ),
    },
    ("GET", f"{CLIENT}/clientconfigs"): {
        "": "clientNo clientConfigs",
        "clientConfigs": "configKey description valueType values",
        "clientConfigs.values": "value validFrom validTo",
    },
    ("GET", f"{CLIENT}/clientconfigs/{{configkey}}"): {"": "clientNo configKey description valueType values"},
    ("GET", "/codes"): {
        "": "codeTypes",
        "codeTypes": "codeType codes",
        "codeTypes.codes": "code description active",
    },
    ("GET", f"{CLIENT}/customers/{{customerno}}"): {
        "": SHOWN_CUSTOMER,
        "postalAddress": POSTAL_ADDRESS,
        "distribution": "type einvoiceCode",
        "balance": "glBalance overdueGlBalance openItemCount oldestDueDate",
    },
    ("GET", f"{CLIENT}/customers"): {"": "summary customers", "customers": SHOWN_CUSTOMER},
    ("DELETE", f"{CLIENT}/customers/{{customerno}}"): {"": "resultType operation message customerNo accountNo"},
    ("POST", f"{CLIENT}/customers/batches"): {"": "resultType batchUuid batchType batchStatus totalCount"},
    ("GET", f"{CLIENT}/documentbundles/{{documentbundleid}}"): {
        "": (
            "documentBundleId clientNo documentType bundleStatus batchUuid documentCount totals distributionSummary "
            "createdTime distributedTime documents"
        ),
        "totals": "currency exclVat vat inclVat",
        "distributionSummary": "type count",
    },
    ("POST", f"{CLIENT}/documents"): {
        "": "resultType operation message document",
        "document": (
            "clientNo accountNo customerNo documentNo documentUuid documentBundleId documentType documentStatus "
            "referenceNo arItemId kid voucherType voucherNo glCaseNo glLotNo glYear glPeriod"
        ),
    },
    ("GET", f"{CLIENT}/files/{{fileuuid}}"): {"": f"{FILE} errors"},
    ("POST", f"{CLIENT}/files"): {
        "": "summary files",
        "summary": "totalCount okCount failedCount",
        "files": "itemNo resultType statusCode fileUuid fileName fileSize checksumSha256 errors",
    },
    ("GET", f"{CLIENT}/glitems/{{glitemid}}"): {
        "": (
            "clientNo glItemId glCaseNo glLotNo lineNo glAccountNo glAccountName voucherDate glYear glPeriod "
            "voucherType voucherTypeDescription voucherNo transactionText currency currencyAmount glCurrency glAmount "
            "vatCode itemGroup1 itemGroup2 itemGroup3 accountNo customerNo referenceNo documentNo arItemId "
            "reversedByGlCaseNo createdTime"
        )
    },
    ("GET", f"{CLIENT}/glmovements/latest"): {
        "": "clientNo glYear glPeriod periodClosed closedTime glMovements",
        "glMovements": (
            "clientNo glYear glPeriod glAccountNo glAccountName glCurrency openingBalance debitAmount creditAmount "
            "movementAmount closingBalance itemCount periodClosed closedTime"
        ),
    },
    ("GET", f"{CLIENT}/insights/adbintervals"): {
        "": "clientNo asOfDate glCurrency currency totals adbIntervals",
    },
    ("GET", f"{CLIENT}/logitems/{{logitemid}}"): {
        "": (
            "logItemId clientNo logTime logLevel source userId integrationId requestId httpMethod path statusCode "
            "entityType entityId customerNo logText changes"
        ),
        "changes": "field oldValue newValue",
    },
    ("POST", f"{CLIENT}/paymentreservations"): {
        "": "resultType paymentReservation arItem",
        "paymentReservation": (
            "paymentReservationUuid clientNo accountNo customerNo arItemId referenceNo documentNo paymentId currency "
            "currencyAmount paymentDate validUntil status createdTime"
        ),
        "arItem": "arItemId currencyBalance reservedStatus",
    },
}
# Any order will do: the contract lists them, and its examples show a part.
DOCUMENT_SHOWN = (
    "accountNo additionalReference arItem arItemId attachmentCodes attachmentFiles buyerReference clientNo createdTime "
    "creditedDocumentNo currency currencyAmounts currencyBalance customCodes customer customerMessage customerNo "
    "distributedTime distribution distributionEvents documentBundleId documentDate documentLines documentNo "
    "documentStatus documentType documentTypeDescription documentUuid dueDate einvoiceAddress emailAddress externalId1 "
    "fileUuid glAmounts glCaseNo glLotNo glPeriod glYear kid language ledgerNote marketingMessageCode originalDueDate "
    "purchaseOrderId referenceNo salesOrderId sellerReference subCustomerNo voucherNo voucherType"
)
CONFIG_KEYS = (
    "gl.baseCurrency gl.account.receivables gl.account.bank gl.account.revenue gl.account.revenueVatFree "
    "gl.account.vatOut gl.account.interestIncome gl.account.feeIncome gl.account.badDebts gl.account.rounding "
    "gl.account.fxGain gl.account.fxLoss gl.closedPeriodPolicy posting.smallDifferenceLimit kid.prefix "
    "kid.checkDigitMethod document.defaultDueDays document.defaultLanguage autoposting.methods action.types "
    "files.uploadTypes files.readTypes reservation.validDays adb.intervals reminder.daysAfterDue reminder.levels "
    "reminder.feeAmount interest.yearlyRate"
)
# Key and default of those that have one value (2.6).
DEFAULTS = {
    "gl.baseCurrency": "NOK", "gl.account.receivables": "1500", "gl.account.bank": "1920",
    "gl.account.revenue": "3000", "gl.account.revenueVatFree": "3100", "gl.account.vatOut": "2700",
    "gl.account.interestIncome": "8050", "gl.account.feeIncome": "3900", "gl.account.badDebts": "7830",
    "gl.account.rounding": "7740", "gl.account.fxGain": "8060", "gl.account.fxLoss": "8160",
    "gl.closedPeriodPolicy": "NEXT-OPEN", "posting.smallDifferenceLimit": "5.00", "kid.prefix": "5",
    "kid.checkDigitMethod": "MOD10-EXCL-PREFIX", "document.defaultDueDays": "14", "document.defaultLanguage": "no",
    "files.uploadTypes": "ATTACHMENT", "reservation.validDays": "7", "adb.intervals": "0,14,30,60,90",
    "reminder.daysAfterDue": "14", "reminder.levels": "2", "reminder.feeAmount": "0", "interest.yearlyRate": "0",
}  # fmt: skip
CODES = {
    "voucherType": "1 2 3 4 5 6 7 8 9 10 11 12 13",
    "batchStatus": "RECEIVED PROCESSING COMPLETED COMPLETED-WITH-ERRORS REJECTED",
    "documentType": "IN CN RN RM DN ST",
    "lineType": "PLH TXT",
    "distributionType": "M H P S D N",
    "einvoiceCode": "0 90 10 20 30",
    "customerCategory": "CONS COMP PUBL ORG",
    "priceNetOrGross": "B N",
    "activeStatusWeb": "Passive Active Blocked",
    "registrationStatusCode": (
        "FICTITIOUS RESIDENT EMIGRATED DISAPPEARED DECEASED NON-RESIDENT TEMPORARY INACTIVE CEASED"
    ),
    "resultType": "OK FAILED BATCH-REJECTED VALIDATED",
    "postalReturnStatus": "0 100 110 120 130",
    "paymentMethod": "BANK OCR AVTALEGIRO EFAKTURA CARD VIPPS CASH OTHER",
    "actionType": (
        "STOP-REMINDER RESUME-REMINDER STOP-DEBT-COLLECTION RESUME-DEBT-COLLECTION STOP-INTEREST RESUME-INTEREST "
        "DEFER-DUE-DATE SEND-COPY SEND-REMINDER SEND-STATEMENT TRANSFER-TO-DEBT-COLLECTION "
        "WITHDRAW-FROM-DEBT-COLLECTION CANCEL-RESERVATION CLOSE-PERIOD"
    ),
    "reasonCode": (
        "DISPUTE AGREEMENT GOODWILL WRONG-PRICE WRONG-QUANTITY RETURN DUPLICATE DECEASED BANKRUPTCY UNCOLLECTABLE OTHER"
    ),
    "reportType": (
        "LEDGER-PERIOD OPEN-ITEMS ADB ACCOUNT-STATEMENT GL-TRANSACTIONS GL-BALANCE CUSTOMER-LIST UNPLACED-PAYMENTS"
    ),
    "fileType": (
        "ATTACHMENT CUSTOMER-IMPORT DOCUMENT-IMPORT OCR CAMT054 DOCUMENT-PDF REPORT LEDGER-PERIOD-REPORT GL-EXPORT "
        "IMPORT-RECEIPT"
    ),
    "autoPostingMethod": (
        "payment refund writeoff smalldifference creditadjustment interest fee transfer match reversal"
    ),
    "bundleStatus": "OPEN PRODUCED DISTRIBUTED PARTLY-DISTRIBUTED",
    "documentStatus": "POSTED PRODUCED DISTRIBUTED DISTRIBUTION-FAILED",
}


def plain(kind: object) -> object:
    """A type without what is said besides, without null, and without an array around it."""
    while True:
        match kind:
            case inspect.Metadata():
                kind = kind.type
            case inspect.UnionType():
                kind = next(t for t in kind.types if not isinstance(t, inspect.NoneType | inspect.CustomType))
            case inspect.ListType() | inspect.VarTupleType():
                kind = kind.item_type
            case _:
                return kind


def fields(body: type, path: str) -> tuple[inspect.Field, ...]:
    kind = plain(inspect.type_info(body))
    for name in filter(None, path.split(".")):
        assert isinstance(kind, inspect.StructType), path
        kind = plain(next(field.type for field in kind.fields if field.encode_name == name))
    assert isinstance(kind, inspect.StructType), path
    return kind.fields


def answer_of(endpoint: object) -> type:
    return next(answer.body for status, answer in sorted(endpoint.answers.items()) if status < 300)


def test_the_published_endpoints_are_35_and_no_other_but_ours():
    published = set(QUERY) | {path for _, path in SENT} | {path for _, path in ORDERED}
    own = {("GET", path) for _, path in ENDPOINTS if "einvoice" in path}
    assert {path for _, path in ENDPOINTS} - {path for _, path in own} == published
    assert len(ENDPOINTS) - len(own) == 35


@pytest.mark.parametrize("path", QUERY)
def test_a_read_takes_the_published_parameters_and_no_other(path):
    assert {parameter.name for parameter in ENDPOINTS["GET", path].query} == set(QUERY[path].split())


@pytest.mark.parametrize("path", EXPAND)
def test_expand_has_the_published_options(path):
    (expand,) = [parameter for parameter in ENDPOINTS["GET", path].query if parameter.name == "expand"]
    options = EXPAND[path].split()
    assert set(expand.schema["items"]["enum"]) == set(options)
    assert expand.parse("all") == frozenset(options) - {"all"}
    assert expand.parse(f" {options[0].upper()} ,, {options[0]}") == {options[0]}


def test_a_deletion_takes_the_user_and_writes_take_no_query():
    for (method, path), endpoint in ENDPOINTS.items():
        if method == "DELETE":
            assert [parameter.name for parameter in endpoint.query] == ["userid"]
        elif method != "GET":
            assert not endpoint.query, path


@pytest.mark.parametrize(("endpoint", "path"), [(e, p) for e, parts in SENT.items() for p in parts], ids=str)
def test_a_body_has_the_published_fields_and_needs_the_published_ones(endpoint, path):
    found = fields(ENDPOINTS[endpoint].body, path)
    wanted = SENT[endpoint][path].split()
    assert {field.encode_name for field in found} == {name.rstrip("*") for name in wanted}
    assert {field.encode_name for field in found if field.required} == {n[:-1] for n in wanted if n.endswith("*")}


def test_these_are_all_the_bodies():
    assert {key for key, endpoint in ENDPOINTS.items() if endpoint.body is not None} == set(SENT)


@pytest.mark.parametrize(("endpoint", "path"), [(e, p) for e, parts in ORDERED.items() for p in parts], ids=str)
def test_an_answer_has_the_published_fields_in_their_order(endpoint, path):
    found = [field.encode_name for field in fields(answer_of(ENDPOINTS[endpoint]), path)]
    assert found == ORDERED[endpoint][path].split()


@pytest.mark.parametrize("path", [f"{CLIENT}/documents/{{documentno}}"])
def test_a_document_has_the_published_fields(path):
    names = {field.encode_name for field in fields(answer_of(ENDPOINTS["GET", path]), "")}
    assert names == set(DOCUMENT_SHOWN.split())
    lines = {field.encode_name for field in fields(answer_of(ENDPOINTS["GET", path]), "documentLines")}
    sent = SENT["POST", f"{CLIENT}/documents"]["document.documentLines"].replace("*", "").split()
    assert lines == set(sent)


def test_every_list_has_its_summary_first():
    for (method, path), endpoint in ENDPOINTS.items():
        if method == "GET" and any(parameter.name == "pageno" for parameter in endpoint.query):
            body = answer_of(endpoint)
            assert next(iter(msgspec.structs.fields(body))).encode_name == "summary", path
            assert {field.encode_name for field in fields(body, "summary")} == set(SUMMARY.split())


def test_the_client_has_the_published_settings_with_their_defaults():
    assert set(CONFIG_KEYS.split()) <= set(KEYS)
    assert {"gl.account.clearing.", "gl.revenueAccountByItemGroup1."} <= set(KEY_FAMILIES)
    assert {key: KEYS[key].default for key in DEFAULTS} == {key: (value,) for key, value in DEFAULTS.items()}
    multi = {key for key in CONFIG_KEYS.split() if KEYS[key].multi}
    assert multi == {"autoposting.methods", "action.types", "files.uploadTypes", "files.readTypes"}


# Files of formats that the published interface does not know: none of its codes means anything else for them.
OWN_CODES = {
    "fileType": (
        "CAMT053 PAIN002 AVTALEGIRO-MANDATES BGMAX AUTOGIRO BS602 BS603 DOCUMENT-UBL PAIN001 AVTALEGIRO-CLAIMS "
        "AUTOGIRO-OUT BS601"
    )
}


@pytest.mark.parametrize("code_type", CODES)
def test_a_code_list_has_the_published_codes(code_type):
    assert set(CODE_TYPES[code_type]) == {*CODES[code_type].split(), *OWN_CODES.get(code_type, "").split()}


def test_these_are_all_the_code_lists():
    assert set(CODE_TYPES) == set(CODES) | {"reservedStatus"}
    assert set(CODE_TYPES["reservedStatus"]) == {"", "PARTLY-RESERVED", "RESERVED"}
