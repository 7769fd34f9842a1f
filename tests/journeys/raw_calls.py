"""Calls without the client, for journeys that are about single requests: repeated, in flight, cut off."""

import json
from urllib.parse import urlencode

from tests.journeys.test_serve import Installation

ARM = "/arm/v1/clients/2218"


def token_of(installation: Installation) -> dict[str, str]:
    entry = installation.credential("arm-2218")
    form = {
        "grant_type": "client_credentials",
        "client_id": entry["client_id"],
        "client_secret": entry["client_secret"],
    }
    status, body = installation.call(
        "POST", "/token", urlencode(form), Content_Type="application/x-www-form-urlencoded"
    )
    assert status == 200, body
    return {"Authorization": f"Bearer {body['access_token']}", "Content_Type": "application/json"}


def invoice(number: str) -> str:
    amounts = {"exclVat": 100, "vat": 25, "inclVat": 125}
    line = {
        "lineNo": 1, "lineType": "PLH", "lineText": "Comb", "quantity": 1, "price": 100, "currencyAmounts": amounts,
    }  # fmt: skip
    document = {
        "documentType": "IN", "customerNo": "543210", "documentNo": number, "documentDate": "2026-11-01",
        "currencyAmounts": amounts, "documentLines": [line],
    }  # fmt: skip
    return json.dumps({"metadata": {"userId": "kill"}, "document": document})
