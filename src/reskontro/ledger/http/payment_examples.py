"""Bodies of payments that wait, of refunds and of direct debit."""

METADATA = {"userId": "anna"}
SUGGESTION = {
    "rank": 1,
    "score": 85,
    "accountNo": 500002,
    "items": [{"arItemId": "2218-500002-35078-0", "currencyAmount": 124.37}],
    "leftAmount": 0,
    "reasons": ["the text holds a document's number", "the amount is what is open on what is named"],
}
ROW = {
    "paymentNo": 77,
    "paymentStatus": "UNPLACED",
    "settlementDate": "2025-03-13",
    "currency": "NOK",
    "currencyAmount": 124.37,
    "openAmount": 124.37,
    "kid": "",
    "text": "Faktura 88776655",
    "payerName": "Owe Armstrong",
    "reason": "no reference",
    "score": 85,
    "fileName": "camt054.xml",
    "fileLineNo": 41,
}
PAYMENTS = {
    "queue": "unplaced",
    "nextPage": "https://example.org/reskontro/v1/clients/2218/payments?queue=unplaced&after=77",
    "payments": [ROW],
}
PAYMENT = {
    "paymentNo": 77,
    "paymentStatus": "UNPLACED",
    "outcome": "QUEUED",
    "reason": "no reference",
    "rule": "",
    "settlementDate": "2025-03-13",
    "currency": "NOK",
    "currencyAmount": 124.37,
    "kid": "",
    "text": "Faktura 88776655",
    "payerName": "Owe Armstrong",
    "glCaseNos": [],
    "candidates": [],
    "decisions": [
        {
            "createdTime": "2025-03-14T09:12:44.120+01:00",
            "action": "UNDONE",
            "userId": "bent",
            "glCaseNos": [1168301],
            "note": "wrong customer",
            "reasons": [],
        }
    ],
    "suggestions": [SUGGESTION],
}
SUGGESTIONS = {"paymentNo": 77, "suggestions": [SUGGESTION]}
PLACEMENT = {
    "metadata": METADATA,
    "places": [{"documentNo": "88776655", "currencyAmount": 100}, {"customerNo": "543210"}],
    "note": "the payer has rung",
}
PLACED = {
    "paymentNo": 77,
    "currency": "NOK",
    "settledAmount": 124.37,
    "onAccountAmount": 0,
    "glCaseNos": [1168300],
}
ACCEPTANCE = {"metadata": METADATA, "rank": 1}
UNDO = {"metadata": METADATA, "note": "wrong customer"}
UNDONE = {"paymentNo": 77, "glCaseNos": [1168301]}
REFUND = {
    "refundId": "RF3f0c9a5d7e8b41c2a6f4d0b1c9e8d7",
    "refundStatus": "PROPOSED",
    "accountNo": 500002,
    "arItemId": "2218-500002-35078-1",
    "paymentNo": 78,
    "currency": "NOK",
    "currencyAmount": 40,
    "toAccount": "86011117947",
    "receiverName": "Owe Armstrong",
    "message": "For mye betalt",
    "earliestDate": "2025-03-18",
    "proposedBy": "anna",
}
PROPOSAL = {
    "metadata": METADATA,
    "refund": {"paymentNo": 78, "currencyAmount": 40, "message": "For mye betalt"},
}
REFUNDS = {"refunds": [REFUND]}
APPROVAL = {"metadata": {"userId": "bent"}}
APPROVED = REFUND | {"refundStatus": "APPROVED", "approvedBy": "bent"}
CANCELLED = REFUND | {"refundStatus": "CANCELLED"}
MANDATES = {
    "mandates": [
        {
            "mandateNo": 12,
            "mandateStatus": "ACTIVE",
            "scheme": "AVTALEGIRO",
            "creditorNo": "12345678903",
            "payerNo": "500221850000200350794",
            "customerNo": "543210",
            "accountNo": 500002,
            "notice": True,
            "validFrom": "2025-02-27",
        }
    ]
}
CLAIMS = {
    "claims": [
        {
            "claimNo": 31,
            "claimStatus": "REFUSED",
            "scheme": "AUTOGIRO",
            "creditorNo": "50501055",
            "mandateNo": 12,
            "customerNo": "543210",
            "arItemId": "2218-500002-35078-0",
            "documentNo": "88776655",
            "currency": "SEK",
            "currencyAmount": 625,
            "dueDate": "2025-03-31",
            "reasonCode": "01",
            "reason": "no cover on the payer's account",
            "createdTime": "2025-03-20T09:00:00.000+01:00",
        }
    ]
}
