"""The example bodies of the interface, as published. They are shown in its OpenAPI document, and each one is a test."""

import json
from typing import Any


def _json(text: str) -> Any:
    return json.loads(text)


AR_ITEM = _json("""
{
  "clientNo": 2218, "accountNo": 500002, "referenceNo": 35078, "referenceSequenceNo": 0,
  "arItemId": "2218-500002-35078-0", "customerNo": "543210", "documentNo": "88776655",
  "voucherDate": "2025-02-27", "dueDate": "2025-04-01", "originalDueDate": "2025-03-13",
  "currency": "NOK", "currencyAmount": 625, "currencyBalance": 124.37, "glAmount": 625, "glBalance": 124.37,
  "kid": "500221850000200350786", "voucherType": 3, "voucherTypeDescription": "Invoice", "voucherNo": 57869,
  "transactionText": "Invoice", "glCaseNo": 1165723, "glLotNo": 6852398, "glYear": 2025, "glPeriod": 2,
  "externalId1": "9Pb3bfEjKr2iFPxKNIGHhB", "ledgerPeriodReportNo": 2564, "reservedStatus": "",
  "createdTime": "2025-02-27T17:03:36.176+01:00"
}
""")

AR_ITEM_UPDATE = _json("""
{
  "metadata": { "userId": "TestUser" },
  "arItem": {
    "arItemId": "2218-500002-35078-0",
    "dueDate": "2025-04-15",
    "ledgerNote": "Deferral agreed by phone",
    "creditNote": { "creditType": "PARTIAL", "currencyAmounts": { "exclVat": 40, "vat": 10, "inclVat": 50 }, "reasonCode": "GOODWILL" }
  }
}
""")

AR_ITEM_UPDATED = {
    "resultType": "OK",
    "message": "AR item updated",
    "arItem": AR_ITEM | {"dueDate": "2025-04-15", "currencyBalance": 74.37, "glBalance": 74.37},
    "creditNote": _json("""
{ "documentNo": "CN00000017", "documentUuid": "6a1f0f7e-3d16-4c34-9e2a-6bb0a4b0c3f5", "arItemId": "2218-500002-35078-2", "glCaseNo": 1167001, "glLotNo": 6853900, "voucherNo": 58101, "currencyAmount": -50 }
"""),
}

AUTO_POSTING_REQUEST = _json("""
{
  "metadata": { "userId": "TestUser" },
  "autoPostings": [
    { "postingId": "PAY-771001", "arItemId": "2218-500002-35078-0", "voucherDate": "2025-03-28", "currency": "NOK", "currencyAmount": 124.37, "paymentMethod": "VIPPS", "paymentId": "vipps-20250328-0001", "externalId1": "ord-5521" },
    { "postingId": "PAY-771002", "kid": "500221850000200350794", "voucherDate": "2025-03-28", "currencyAmount": 300, "options": { "validateOnly": false } }
  ]
}
""")

AUTO_POSTING_ANSWER = _json("""
{
  "summary": { "autoPostingMethod": "payment", "resultType": "OK", "validateOnly": false, "totalCount": 2, "okCount": 2, "failedCount": 0, "batchRejectedCount": 0, "glLotNo": 6854400 },
  "autoPostings": [
    { "postingId": "PAY-771001", "resultType": "OK", "glCaseNo": 1168200, "voucherNo": 58230, "voucherType": 5, "arItemIds": ["2218-500002-35078-3"], "matchedArItemIds": ["2218-500002-35078-0"], "unmatchedCurrencyAmount": 0, "errors": [] },
    { "postingId": "PAY-771002", "resultType": "OK", "glCaseNo": 1168201, "voucherNo": 58231, "voucherType": 5, "arItemIds": ["2218-500002-35079-1"], "matchedArItemIds": ["2218-500002-35079-0"], "unmatchedCurrencyAmount": 0, "errors": [] }
  ]
}
""")

AUTO_POSTING_FAILURE = _json("""
{
  "summary": { "autoPostingMethod": "payment", "resultType": "FAILED", "validateOnly": false, "totalCount": 2, "okCount": 0, "failedCount": 1, "batchRejectedCount": 1 },
  "autoPostings": [
    { "postingId": "PAY-771001", "resultType": "BATCH-REJECTED", "errors": [] },
    { "postingId": "PAY-771002", "resultType": "FAILED", "errors": [ { "errorCode": "ARM-2005", "field": "autoPostings[1].kid", "value": "500221850000200350791", "message": "KID check digit is wrong" } ] }
  ]
}
""")

BATCH = _json("""
{
  "batchUuid": "b2a9c6a4-7f0e-4c58-8b39-51a4f6e3a0de",
  "clientNo": 2218,
  "batchType": "DOCUMENTS-POST",
  "batchStatus": "COMPLETED-WITH-ERRORS",
  "userId": "TestUser",
  "receivedTime": "2025-02-27T17:03:30.004+01:00",
  "startedTime": "2025-02-27T17:03:31.120+01:00",
  "completedTime": "2025-02-27T17:03:36.900+01:00",
  "totalCount": 2, "okCount": 1, "failedCount": 1,
  "documentBundleId": "2218-904411",
  "results": [
    { "itemNo": 1, "resultType": "OK", "operation": "CREATED", "documentNo": "88776655", "documentUuid": "1f2e7a1c-0f35-4a4b-9b0e-2a0d9d7f5c10", "arItemId": "2218-500002-35078-0", "kid": "500221850000200350786", "referenceNo": 35078, "errors": [] },
    { "itemNo": 2, "resultType": "FAILED", "operation": "NONE", "documentNo": "88776656", "errors": [ { "errorCode": "ARM-2011", "field": "documents[1].customerNo", "value": "999999", "message": "Unknown customer" } ] }
  ]
}
""")

BATCH_RECEIVED = {name: BATCH[name] for name in ("batchUuid", "clientNo", "batchType")} | {
    "batchStatus": "RECEIVED",
    "userId": "TestUser",
    "receivedTime": BATCH["receivedTime"],
    "totalCount": 2,
}
BATCH_COMPLETED = BATCH | {
    "batchStatus": "COMPLETED",
    "totalCount": 1,
    "failedCount": 0,
    "results": BATCH["results"][:1],
}
BATCH_REJECTED = BATCH | {
    "batchStatus": "REJECTED",
    "totalCount": 1,
    "okCount": 0,
    "results": [BATCH["results"][1] | {"itemNo": 1}],
}

BATCH_ACCEPTED = _json("""
{ "resultType": "OK", "batchUuid": "b2a9c6a4-7f0e-4c58-8b39-51a4f6e3a0de", "batchType": "DOCUMENTS-POST", "batchStatus": "RECEIVED", "totalCount": 250 }
""")

DOCUMENT_REQUEST = _json("""
{
  "metadata": { "userId": "TestUser" },
  "document": {
    "documentType": "IN", "customerNo": "543210", "documentNo": "88776655",
    "documentDate": "2025-02-27", "dueDate": "2025-03-13", "currency": "NOK", "language": "en",
    "customerMessage": "Happy holidays!", "salesOrderId": "B-0564311", "sellerReference": "C333", "buyerReference": "A1982",
    "ledgerNote": "This is a note for the AR ledger",
    "currencyAmounts": { "exclVat": 500, "vat": 125, "inclVat": 625 },
    "distribution": { "type": "M", "einvoiceCode": 0 },
    "emailAddress": ["owe@example.no"],
    "attachmentFiles": [], "attachmentCodes": [], "customCodes": [],
    "documentLines": [
      { "lineNo": 1, "lineType": "PLH", "articleNo": "1300", "articleName": "Comb", "lineText": "Red comb", "quantityUnit": "pcs", "quantity": 2, "volumeUnit": "", "volume": 0, "price": 250, "itemGroup1": "500", "itemGroup2": "", "itemGroup3": "", "currencyAmounts": { "exclVat": 500, "vat": 125, "inclVat": 625 } },
      { "lineNo": 2, "lineType": "TXT", "articleNo": "", "articleName": "", "lineText": "Thank you", "quantityUnit": "", "quantity": 0, "volumeUnit": "", "volume": 0, "price": 0, "itemGroup1": "", "itemGroup2": "", "itemGroup3": "", "currencyAmounts": { "exclVat": 0, "vat": 0, "inclVat": 0 } }
    ]
  }
}
""")

DOCUMENT_ANSWER = _json("""
{
  "resultType": "OK", "operation": "CREATED", "message": "Document created",
  "document": { "clientNo": 2218, "accountNo": 500002, "customerNo": "543210", "documentNo": "88776655", "documentUuid": "1f2e7a1c-0f35-4a4b-9b0e-2a0d9d7f5c10", "documentBundleId": "2218-904411", "documentType": "IN", "documentStatus": "POSTED", "referenceNo": 35078, "arItemId": "2218-500002-35078-0", "kid": "500221850000200350786", "voucherType": 3, "voucherNo": 57869, "glCaseNo": 1165723, "glLotNo": 6852398, "glYear": 2025, "glPeriod": 2 }
}
""")

DOCUMENT_REPEATED = DOCUMENT_ANSWER | {"operation": "NONE", "message": "Document exists"}

DOCUMENT = DOCUMENT_ANSWER["document"] | {
    **{name: DOCUMENT_REQUEST["document"][name] for name in (
        "documentDate", "dueDate", "currency", "currencyAmounts", "language", "customerMessage", "salesOrderId",
        "sellerReference", "buyerReference", "ledgerNote", "distribution", "emailAddress", "attachmentFiles",
        "attachmentCodes", "customCodes", "documentLines",
    )},
    **dict.fromkeys(("marketingMessageCode", "purchaseOrderId", "additionalReference", "subCustomerNo"), ""),
    "documentTypeDescription": "Invoice",
    "originalDueDate": "2025-03-13",
    "currencyBalance": 124.37,
    "externalId1": "9Pb3bfEjKr2iFPxKNIGHhB",
    "einvoiceAddress": {"address": "", "addressScheme": "", "operator": ""},
    "glAmounts": DOCUMENT_REQUEST["document"]["currencyAmounts"],
    "createdTime": "2025-02-27T17:03:36.176+01:00",
}  # fmt: skip

DOCUMENT_BATCH_REQUEST = _json("""
{
  "metadata": { "userId": "TestUser" },
  "documents": [
    {
      "documentType": "IN", "customerNo": "543210", "documentNo": "88776655", "documentDate": "2025-02-27", "dueDate": "2025-03-11",
      "currency": "NOK", "language": "en", "kid": "500221850000200350786", "marketingMessageCode": "0203", "customerMessage": "Happy holidays!",
      "salesOrderId": "B-0564311", "purchaseOrderId": "", "sellerReference": "C333", "buyerReference": "A1982", "additionalReference": "X99887",
      "subCustomerNo": "654655", "ledgerNote": "This is a note for the AR ledger",
      "currencyAmounts": { "exclVat": 5200, "vat": 1300, "inclVat": 6500 },
      "distribution": { "type": "M", "einvoiceCode": 0 },
      "einvoiceAddress": { "address": "test@armresttest.no", "addressScheme": "", "operator": "" },
      "emailAddress": ["test@armresttest.no"],
      "attachmentFiles": [], "attachmentCodes": [], "customCodes": [],
      "documentLines": [
        { "lineNo": 1, "lineType": "PLH", "articleNo": "1300", "articleName": "Comb", "lineText": "Red comb", "quantityUnit": "kg", "quantity": 1, "volumeUnit": "", "volume": 0, "price": 200, "itemGroup1": "500", "itemGroup2": "", "itemGroup3": "", "currencyAmounts": { "exclVat": 200, "vat": 50, "inclVat": 250 } },
        { "lineNo": 2, "lineType": "PLH", "articleNo": "1500", "articleName": "Pill", "lineText": "Purple pill", "quantityUnit": "dozen", "quantity": 1, "volumeUnit": "", "volume": 0, "price": 5000, "itemGroup1": "600", "itemGroup2": "", "itemGroup3": "", "currencyAmounts": { "exclVat": 5000, "vat": 150, "inclVat": 6250 } },
        { "lineNo": 3, "lineType": "TXT", "articleNo": "", "articleName": "", "lineText": "This is a text line with no amounts", "quantityUnit": "", "quantity": 0, "volumeUnit": "", "volume": 0, "price": 0, "itemGroup1": "", "itemGroup2": "", "itemGroup3": "", "currencyAmounts": { "exclVat": 0, "vat": 0, "inclVat": 0 } }
      ]
    }
  ]
}
""")
