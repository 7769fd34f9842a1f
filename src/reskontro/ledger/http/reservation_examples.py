"""The published bodies of payment reservations, as they stand in section 2.16."""

import json
from typing import Any

RESERVATION_REQUEST: dict[str, Any] = json.loads("""
{
  "metadata": { "userId": "TestUser" },
  "paymentReservation": { "paymentId": "vipps-20250328-0001", "arItemId": "2218-500002-35078-0", "currency": "NOK", "currencyAmount": 124.37, "paymentDate": "2025-03-28", "paymentMethod": "VIPPS" }
}
""")

RESERVATION_ANSWER: dict[str, Any] = json.loads("""
{
  "resultType": "OK",
  "paymentReservation": { "paymentReservationUuid": "c4a1b7de-9f21-4a77-8d3e-2b9a6f0d1e33", "clientNo": 2218, "accountNo": 500002, "customerNo": "543210", "arItemId": "2218-500002-35078-0", "referenceNo": 35078, "documentNo": "88776655", "paymentId": "vipps-20250328-0001", "currency": "NOK", "currencyAmount": 124.37, "paymentDate": "2025-03-28", "validUntil": "2025-04-04", "status": "ACTIVE", "createdTime": "2025-03-28T10:15:02.660+01:00" },
  "arItem": { "arItemId": "2218-500002-35078-0", "currencyBalance": 124.37, "reservedStatus": "RESERVED" }
}
""")
