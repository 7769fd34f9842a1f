"""Code lists (2.7)."""

import pytest

from reskontro.ledger.domain import codes
from reskontro.ledger.domain.code_types import CODE_TYPES
from reskontro.ledger.http.codes import EXAMPLE
from reskontro.ledger.http.log_items import ENTITY_TYPES
from tests.ledger.conftest import ALL_SCOPES

PATH = "/arm/v1/codes"


def test_every_list_that_the_ledger_knows_has_its_descriptions():
    for name, known in {
        "customerCategory": codes.CUSTOMER_CATEGORIES,
        "priceNetOrGross": codes.PRICE_NET_OR_GROSS,
        "activeStatusWeb": codes.ACTIVE_STATUS_WEB,
        "registrationStatusCode": codes.REGISTRATION_STATUS,
        "postalReturnStatus": codes.POSTAL_RETURN_STATUS,
        "distributionType": codes.DISTRIBUTION_TYPES,
        "einvoiceCode": codes.EINVOICE_CODES,
        "lineType": codes.LINE_TYPES,
        "paymentMethod": codes.PAYMENT_METHODS,
        "reasonCode": codes.REASON_CODES,
        "fileType": codes.UPLOAD_FILE_TYPES + codes.OUTPUT_FILE_TYPES,
        "autoPostingMethod": codes.AUTO_POSTING_METHODS,
    }.items():
        assert list(CODE_TYPES[name]) == [str(code) for code in known], name
    assert len(CODE_TYPES) == 21
    assert ENTITY_TYPES
    for known in CODE_TYPES.values():
        assert all(text.en and text.no for text in known.values())


async def test_all_lists_in_the_order_of_the_contract(api):
    answer = await api.get(PATH)
    assert answer.status_code == 200
    got = answer.json()["codeTypes"]
    assert [each["codeType"] for each in got] == list(CODE_TYPES)
    assert all(type(code["code"]) is str and code["active"] is True for each in got for code in each["codes"])
    assert "x-total-count" not in answer.headers


async def test_the_published_codes(api):
    (wanted,) = EXAMPLE["codeTypes"]
    got = (await api.get(f"{PATH}?codetype=voucherType")).json()["codeTypes"][0]
    assert got["codeType"] == "voucherType"
    assert [code for code in got["codes"] if code["code"] in {"3", "4"}] == wanted["codes"]
    assert list(got["codes"][0]) == ["code", "description", "active"]


async def test_several_lists_and_one_code_in_norwegian(api):
    got = (await api.get(f"{PATH}?codetype=LINETYPE,paymentmethod")).json()["codeTypes"]
    assert [each["codeType"] for each in got] == ["lineType", "paymentMethod"]
    one = await api.get(f"{PATH}?codetype=documentType&code=rn&active=ALL", Accept_Language="nb")
    assert one.json() == {
        "codeTypes": [
            {"codeType": "documentType", "codes": [{"code": "RN", "description": "Rentenota", "active": True}]}
        ]
    }
    assert one.headers["content-language"] == "no"
    none = await api.get(f"{PATH}?codetype=documentType&code=XX")
    assert none.json() == {"codeTypes": [{"codeType": "documentType", "codes": []}]}


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("codetype=shoes", "codetype", "ARM-1002"),
        ("code=3", "code", "ARM-1008"),
        ("codetype=lineType,voucherType&code=3", "code", "ARM-1008"),
        ("active=false", "active", "ARM-1002"),
        ("shoe=1", "shoe", "ARM-1001"),
    ],
)
async def test_what_cannot_be_asked(api, query, field, code):
    answer = await api.get(f"{PATH}?{query}")
    assert answer.status_code == 400
    assert [(e["field"], e["errorCode"]) for e in answer.json()["errors"]] == [(field, code)]


async def test_codes_need_their_scope(api_for, tenant):
    answer = await api_for(tenant, scopes=ALL_SCOPES - {"read:arm.config"}).get(PATH)
    assert (answer.status_code, answer.json()["errors"][0]["errorCode"]) == (403, "ARM-1202")
