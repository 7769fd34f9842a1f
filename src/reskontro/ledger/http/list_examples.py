"""The example bodies of lists, as published. They are shown in the OpenAPI document, and each one is a test."""

import json
from typing import Any


def _json(text: str) -> Any:
    return json.loads(text)


AR_ITEMS = _json("""
{
  "summary": { "pageNo": 1, "currentPageSize": 2, "pageSizeLimit": 100, "totalPages": 1, "totalCount": 2, "maximumCount": 10000, "queryId": "3kQz0VtLr8uYw2NfXb7CdE" },
  "arItems": [
    { "clientNo": 2218, "accountNo": 500002, "referenceNo": 35078, "referenceSequenceNo": 0, "arItemId": "2218-500002-35078-0", "customerNo": "543210", "documentNo": "88776655", "voucherDate": "2025-02-27", "dueDate": "2025-04-01", "originalDueDate": "2025-03-13", "currency": "NOK", "currencyAmount": 625, "currencyBalance": 124.37, "glAmount": 625, "glBalance": 124.37, "kid": "500221850000200350786", "voucherType": 3, "voucherTypeDescription": "Invoice", "voucherNo": 57869, "transactionText": "Invoice", "glCaseNo": 1165723, "glLotNo": 6852398, "glYear": 2025, "glPeriod": 2, "externalId1": "9Pb3bfEjKr2iFPxKNIGHhB", "ledgerPeriodReportNo": 2564, "reservedStatus": "", "createdTime": "2025-02-27T17:03:36.176+01:00" },
    { "clientNo": 2218, "accountNo": 500002, "referenceNo": 35078, "referenceSequenceNo": 1, "arItemId": "2218-500002-35078-1", "customerNo": "543210", "documentNo": "", "voucherDate": "2025-03-10", "dueDate": "2025-03-10", "originalDueDate": "2025-03-10", "currency": "NOK", "currencyAmount": -500.63, "currencyBalance": 0, "glAmount": -500.63, "glBalance": 0, "kid": "500221850000200350786", "voucherType": 5, "voucherTypeDescription": "Payment", "voucherNo": 58012, "transactionText": "Payment OCR", "glCaseNo": 1166010, "glLotNo": 6853001, "glYear": 2025, "glPeriod": 3, "externalId1": "", "reservedStatus": "", "createdTime": "2025-03-10T06:31:02.410+01:00" }
  ]
}
""")

CUSTOMER_DELETED = _json("""
{ "resultType": "OK", "operation": "DELETED", "message": "Customer deleted", "customerNo": "543210", "accountNo": 500002 }
""")

CUSTOMER_BATCH_ACCEPTED = _json("""
{ "resultType": "OK", "batchUuid": "b2a9c6a4-7f0e-4c58-8b39-51a4f6e3a0de", "batchType": "CUSTOMERS-POST", "batchStatus": "RECEIVED", "totalCount": 250 }
""")

DOCUMENT_BUNDLES = _json("""
{
  "summary": { "pageNo": 1, "currentPageSize": 1, "pageSizeLimit": 100, "totalPages": 1, "totalCount": 1, "maximumCount": 10000, "queryId": "Zq81LmN0pR2sT4uV6wX8yA" },
  "documentBundles": [
    { "documentBundleId": "2218-904411", "clientNo": 2218, "documentType": "IN", "bundleStatus": "DISTRIBUTED", "batchUuid": "b2a9c6a4-7f0e-4c58-8b39-51a4f6e3a0de", "documentCount": 1, "totals": [ { "currency": "NOK", "exclVat": 500, "vat": 125, "inclVat": 625 } ], "distributionSummary": [ { "type": "M", "count": 1 } ], "createdTime": "2025-02-27T17:03:36.900+01:00", "distributedTime": "2025-02-27T18:00:11.000+01:00" }
  ]
}
""")

DOCUMENTS = _json("""
{
  "summary": { "pageNo": 1, "currentPageSize": 1, "pageSizeLimit": 100, "totalPages": 1, "totalCount": 1, "maximumCount": 10000, "queryId": "Hj5kL2mN9pQ1rS7tU3vW0x" },
  "documents": [
    { "clientNo": 2218, "accountNo": 500002, "customerNo": "543210", "documentNo": "88776655", "documentUuid": "1f2e7a1c-0f35-4a4b-9b0e-2a0d9d7f5c10", "documentType": "IN", "documentTypeDescription": "Invoice", "documentStatus": "DISTRIBUTED", "documentDate": "2025-02-27", "dueDate": "2025-04-01", "originalDueDate": "2025-03-13", "currency": "NOK", "currencyAmounts": { "exclVat": 500, "vat": 125, "inclVat": 625 }, "currencyBalance": 124.37, "kid": "500221850000200350786", "referenceNo": 35078, "arItemId": "2218-500002-35078-0", "documentBundleId": "2218-904411", "createdTime": "2025-02-27T17:03:36.176+01:00" }
  ]
}
""")

FILES = _json("""
{
  "summary": { "pageNo": 1, "currentPageSize": 1, "pageSizeLimit": 100, "totalPages": 1, "totalCount": 1, "maximumCount": 10000, "queryId": "Tg6hY2jU8kI4oP0lA1sD3f" },
  "files": [
    { "fileUuid": "9b7c3d1e-52aa-4b2e-8f6e-6d1b0a2c4e88", "clientNo": 2218, "fileType": "LEDGER-PERIOD-REPORT", "fileName": "ledger-period-2218-2025-02.pdf", "contentType": "application/pdf", "fileSize": 48211, "checksumSha256": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae", "direction": "OUT", "fileStatus": "STORED", "ledgerPeriodReportNo": 2564, "createdTime": "2025-03-05T02:00:09.512+01:00", "userId": "TestUser" }
  ]
}
""")

GL_ITEMS = _json("""
{
  "summary": { "pageNo": 1, "currentPageSize": 3, "pageSizeLimit": 100, "totalPages": 1, "totalCount": 3, "maximumCount": 10000, "queryId": "Bn3mV7cX1zL5kJ9hG2fD6s" },
  "glItems": [
    { "clientNo": 2218, "glItemId": "2218-1165723-1", "glCaseNo": 1165723, "glLotNo": 6852398, "lineNo": 1, "glAccountNo": 1500, "glAccountName": "Accounts receivable", "voucherDate": "2025-02-27", "glYear": 2025, "glPeriod": 2, "voucherType": 3, "voucherTypeDescription": "Invoice", "voucherNo": 57869, "transactionText": "Invoice", "currency": "NOK", "currencyAmount": 625, "glCurrency": "NOK", "glAmount": 625, "vatCode": "", "accountNo": 500002, "customerNo": "543210", "referenceNo": 35078, "documentNo": "88776655", "arItemId": "2218-500002-35078-0", "createdTime": "2025-02-27T17:03:36.176+01:00" },
    { "clientNo": 2218, "glItemId": "2218-1165723-2", "glCaseNo": 1165723, "glLotNo": 6852398, "lineNo": 2, "glAccountNo": 3000, "glAccountName": "Sales revenue", "voucherDate": "2025-02-27", "glYear": 2025, "glPeriod": 2, "voucherType": 3, "voucherTypeDescription": "Invoice", "voucherNo": 57869, "transactionText": "Red comb", "currency": "NOK", "currencyAmount": -500, "glCurrency": "NOK", "glAmount": -500, "vatCode": "3", "itemGroup1": "500", "referenceNo": 35078, "documentNo": "88776655", "createdTime": "2025-02-27T17:03:36.176+01:00" },
    { "clientNo": 2218, "glItemId": "2218-1165723-3", "glCaseNo": 1165723, "glLotNo": 6852398, "lineNo": 3, "glAccountNo": 2700, "glAccountName": "Output VAT", "voucherDate": "2025-02-27", "glYear": 2025, "glPeriod": 2, "voucherType": 3, "voucherTypeDescription": "Invoice", "voucherNo": 57869, "transactionText": "VAT", "currency": "NOK", "currencyAmount": -125, "glCurrency": "NOK", "glAmount": -125, "vatCode": "3", "referenceNo": 35078, "documentNo": "88776655", "createdTime": "2025-02-27T17:03:36.176+01:00" }
  ]
}
""")

LOG_ITEMS = _json("""
{
  "summary": { "pageNo": 1, "currentPageSize": 1, "pageSizeLimit": 100, "totalPages": 1, "totalCount": 1, "maximumCount": 10000, "queryId": "Qw2eR4tY6uI8oP0aS1dF3g" },
  "logItems": [
    { "logItemId": "e1b2c3d4-5f60-4711-8a9b-0c1d2e3f4a5b", "clientNo": 2218, "logTime": "2025-03-20T09:12:44.118+01:00", "logLevel": "INFO", "source": "API", "userId": "TestUser", "integrationId": "erp-2218", "requestId": "7d0b3a4e-6d3c-4d2f-9a61-0c1f6a0b8f11", "httpMethod": "PUT", "path": "/arm/v1/clients/2218/aritems", "statusCode": 200, "entityType": "AR-ITEM", "entityId": "2218-500002-35078-0", "customerNo": "543210", "logText": "AR item updated", "changes": [ { "field": "dueDate", "oldValue": "2025-03-13", "newValue": "2025-04-01" } ] }
  ]
}
""")
