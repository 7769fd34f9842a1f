"""The example bodies of as-of questions. They are shown in the OpenAPI document, and each one is a test."""

import json
from typing import Any


def _json(text: str) -> Any:
    return json.loads(text)


BALANCE = _json("""
{
  "clientNo": 2218, "bookedAt": "2025-03-10T12:00:00.000+01:00", "voucherDate": "2025-02-28", "glCurrency": "NOK",
  "openItems": { "itemCount": 1, "glBalance": 625 },
  "glAccounts": [
    { "glAccountNo": 1500, "glAccountName": "Accounts receivable", "glCurrency": "NOK", "glBalance": 625, "itemCount": 1 },
    { "glAccountNo": 2700, "glAccountName": "Output VAT", "glCurrency": "NOK", "glBalance": -125, "itemCount": 1 },
    { "glAccountNo": 3000, "glAccountName": "Sales revenue", "glCurrency": "NOK", "glBalance": -500, "itemCount": 1 }
  ]
}
""")

OPEN_ITEMS = _json("""
{
  "clientNo": 2218, "bookedAt": "2025-03-10T12:00:00.000+01:00", "glCurrency": "NOK",
  "arItems": [
    { "arItemId": "2218-500002-35078-0", "accountNo": 500002, "customerNo": "543210", "referenceNo": 35078, "referenceSequenceNo": 0, "documentNo": "88776655", "voucherType": 3, "voucherTypeDescription": "Invoice", "voucherNo": 57869, "voucherDate": "2025-02-27", "dueDate": "2025-03-13", "currency": "NOK", "currencyAmount": 625, "currencyBalance": 124.37, "glAmount": 625, "glBalance": 124.37, "kid": "500221850000200350786", "glCaseNo": 1165723, "createdTime": "2025-02-27T17:03:36.176+01:00" }
  ]
}
""")

AGING = _json("""
{
  "clientNo": 2218, "bookedAt": "2025-03-20T09:00:00.000+01:00", "asOfDate": "2025-03-20", "glCurrency": "NOK",
  "totals": { "itemCount": 1, "glBalance": 124.37, "overdueGlBalance": 124.37 },
  "intervals": [
    { "intervalNo": 1, "toDays": 0, "description": "Not due", "itemCount": 0, "glBalance": 0, "percentage": 0 },
    { "intervalNo": 2, "fromDays": 1, "toDays": 14, "description": "1-14", "itemCount": 1, "glBalance": 124.37, "percentage": 100 },
    { "intervalNo": 3, "fromDays": 15, "toDays": 30, "description": "15-30", "itemCount": 0, "glBalance": 0, "percentage": 0 },
    { "intervalNo": 4, "fromDays": 31, "toDays": 60, "description": "31-60", "itemCount": 0, "glBalance": 0, "percentage": 0 },
    { "intervalNo": 5, "fromDays": 61, "toDays": 90, "description": "61-90", "itemCount": 0, "glBalance": 0, "percentage": 0 },
    { "intervalNo": 6, "fromDays": 91, "description": "Over 90", "itemCount": 0, "glBalance": 0, "percentage": 0 }
  ]
}
""")
