"""The example bodies of actions, as published."""

import json

ACTION_REQUEST = json.loads("""
{
  "metadata": { "userId": "TestUser" },
  "action": {
    "actionId": "crm-2025-000481",
    "actionType": "STOP-REMINDER",
    "arItemId": "2218-500002-35078-0",
    "toDate": "2025-04-30",
    "reasonCode": "DISPUTE",
    "text": "Customer disputes line 2"
  }
}
""")

ACTION_ANSWER = json.loads("""
{
  "resultType": "OK",
  "action": {
    "actionUuid": "0c7f6a0e-2d54-4c2e-9a54-0a1b7d0b64c1",
    "actionId": "crm-2025-000481",
    "actionType": "STOP-REMINDER",
    "actionStatus": "COMPLETED",
    "clientNo": 2218,
    "accountNo": 500002,
    "arItemId": "2218-500002-35078-0",
    "createdTime": "2025-03-20T09:12:44.031+01:00",
    "completedTime": "2025-03-20T09:12:44.118+01:00"
  }
}
""")
