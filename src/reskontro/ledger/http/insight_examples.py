"""The example bodies of GL movements and insights. They are shown in the OpenAPI document, and each one is a test."""

import json
from typing import Any


def _json(text: str) -> Any:
    return json.loads(text)


LATEST = _json("""
{
  "clientNo": 2218, "glYear": 2025, "glPeriod": 2, "periodClosed": true, "closedTime": "2025-03-05T02:00:00.000+01:00",
  "glMovements": [
    { "clientNo": 2218, "glYear": 2025, "glPeriod": 2, "glAccountNo": 1500, "glAccountName": "Accounts receivable", "glCurrency": "NOK", "openingBalance": 12000, "debitAmount": 625, "creditAmount": 0, "movementAmount": 625, "closingBalance": 12625, "itemCount": 1, "periodClosed": true, "closedTime": "2025-03-05T02:00:00.000+01:00" }
  ]
}
""")

# Ours: the description shows no list.
GL_MOVEMENTS = _json("""
{
  "summary": { "pageNo": 1, "currentPageSize": 2, "pageSizeLimit": 100, "totalPages": 1, "totalCount": 2, "maximumCount": 10000, "queryId": "7TqLw2Xn0RkYc5VbZ8sPfM" },
  "glMovements": [
    { "clientNo": 2218, "glYear": 2025, "glPeriod": 2, "glAccountNo": 1500, "glAccountName": "Accounts receivable", "glCurrency": "NOK", "openingBalance": 12000, "debitAmount": 625, "creditAmount": 0, "movementAmount": 625, "closingBalance": 12625, "itemCount": 1, "periodClosed": true, "closedTime": "2025-03-05T02:00:00.000+01:00" },
    { "clientNo": 2218, "glYear": 2025, "glPeriod": 3, "glAccountNo": 1500, "glAccountName": "Accounts receivable", "glCurrency": "NOK", "openingBalance": 12625, "debitAmount": 0, "creditAmount": 500.63, "movementAmount": -500.63, "closingBalance": 12124.37, "itemCount": 1, "periodClosed": false }
  ]
}
""")

ADB = _json("""
{
  "clientNo": 2218, "asOfDate": "2025-04-20", "glCurrency": "NOK",
  "totals": { "itemCount": 1, "glBalance": 124.37, "overdueGlBalance": 124.37 },
  "adbIntervals": [
    { "intervalNo": 1, "toDays": 0, "description": "Not due", "itemCount": 0, "glBalance": 0, "percentage": 0 },
    { "intervalNo": 2, "fromDays": 1, "toDays": 14, "description": "1-14", "itemCount": 0, "glBalance": 0, "percentage": 0 },
    { "intervalNo": 3, "fromDays": 15, "toDays": 30, "description": "15-30", "itemCount": 1, "glBalance": 124.37, "percentage": 100 },
    { "intervalNo": 4, "fromDays": 31, "toDays": 60, "description": "31-60", "itemCount": 0, "glBalance": 0, "percentage": 0 },
    { "intervalNo": 5, "fromDays": 61, "toDays": 90, "description": "61-90", "itemCount": 0, "glBalance": 0, "percentage": 0 },
    { "intervalNo": 6, "fromDays": 91, "description": "Over 90", "itemCount": 0, "glBalance": 0, "percentage": 0 }
  ]
}
""")
