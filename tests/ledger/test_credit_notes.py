"""Credit notes by the update of an AR item: how much, which VAT, which accounts, which refusals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reskontro.ledger.domain.credit_note import shares
from reskontro.ledger.service.checks import check_client

FULL, BALANCE = {"creditType": "FULL"}, {"creditType": "BALANCE"}


@given(minor=st.integers(0, 10**12), weights=st.lists(st.integers(0, 10**9), min_size=1).filter(any))
def test_shares_add_up_and_none_is_off_by_more_than_a_unit(minor, weights):
    got = shares(minor, weights)
    assert sum(got) == minor
    for share, weight in zip(got, weights, strict=True):
        assert abs(share * sum(weights) - minor * weight) < sum(weights)


def partial(excl, vat, incl=None):
    amounts = {"exclVat": excl, "vat": vat, "inclVat": excl + vat if incl is None else incl}
    return {"creditType": "PARTIAL", "currencyAmounts": amounts}


class Crediting:
    def __init__(self, api, db):
        self.api = api
        self.db = db

    async def send(self, item, credit_note, **changes):
        body = {"metadata": {"userId": "T"}, "arItem": {"arItemId": item, "creditNote": credit_note} | changes}
        answer = await self.api.put("/aritems", body)
        assert await check_client(self.db, self.api.client_no) == []
        return answer

    async def credit(self, item, credit_note, **changes):
        answer = await self.send(item, credit_note, **changes)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def refused(self, item, credit_note, **changes):
        before = await self.api.item(item)
        answer = await self.send(item, credit_note, **changes)
        assert answer.status_code in {400, 422}, answer.text
        assert await self.api.item(item) == before
        return {
            e["field"].removeprefix("arItem.creditNote").removeprefix("."): e["errorCode"]
            for e in answer.json()["errors"]
        }

    async def lines(self, gl_case_no):
        items = (await self.api.get(f"/glitems?glcaseno={gl_case_no}")).json()["glItems"]
        return [(item["glAccountNo"], item["glAmount"]) for item in items]

    async def post(self, method, **posting):
        body = {"voucherDate": "2025-02-27"} | posting
        answer = await self.api.post(
            f"/autopostings/{method}", {"metadata": {"userId": "T"}, "autoPostings": [body]}
        )  # fmt: skip
        assert answer.status_code == 200, answer.text
        return answer.json()["autoPostings"][0]


@pytest.fixture
async def crediting(api, db):
    await api.customer()
    return Crediting(api, db)


@pytest.fixture
async def mixed(crediting):
    """An invoice of 100 + 25 and 200 without VAT, on two groups."""

    def line(line_no, excl, vat, group):
        amounts = {"exclVat": excl, "vat": vat, "inclVat": excl + vat}
        return {
            "lineNo": line_no, "lineType": "PLH", "articleName": f"A{line_no}", "quantity": 1, "price": excl,
            "itemGroup1": group, "currencyAmounts": amounts,
        }  # fmt: skip

    amounts = {"exclVat": 300, "vat": 25, "inclVat": 325}
    lines = [line(1, 100, 25, "a"), line(2, 200, 0, "b")]
    return (await crediting.api.invoice("I", currencyAmounts=amounts, documentLines=lines))["arItemId"]


async def test_a_full_credit_mirrors_the_document_line_by_line(crediting, mixed):
    got = await crediting.credit(mixed, FULL, ledgerNote="Wrong customer")
    note = got["creditNote"]
    assert (got["arItem"]["currencyBalance"], note["currencyAmount"]) == (0, -325)
    assert note["arItemId"] == mixed[:-1] + "1"
    assert await crediting.lines(note["glCaseNo"]) == [(1500, -325), (3000, 100), (3100, 200), (2700, 25)]
    document = (await crediting.api.get(f"/documents/{note['documentNo']}")).json()
    assert (document["documentType"], document["creditedDocumentNo"]) == ("CN", "I")
    assert document["distribution"] == {"type": "N", "einvoiceCode": 0}
    assert [line["lineText"] for line in document["documentLines"]] == ["Credit of invoice I", "A1", "A2"]
    assert document["kid"] == (await crediting.api.item(mixed))["kid"]


async def test_an_open_balance_has_its_share_of_vat(crediting, mixed):
    await crediting.post("payment", postingId="P", arItemId=mixed, currencyAmount=225)
    note = (await crediting.credit(mixed, BALANCE))["creditNote"]
    # 100 of 325 with 25 VAT: 7.6923 is 7.69.
    assert await crediting.lines(note["glCaseNo"]) == [(1500, -100), (3000, 30.77), (3100, 61.54), (2700, 7.69)]
    assert await crediting.refused(mixed, BALANCE) == {"creditType": "ARM-2008"}


async def test_what_exceeds_the_balance_stays_open_on_the_credit_note(crediting, mixed):
    await crediting.post("payment", postingId="P", arItemId=mixed, currencyAmount=300)
    got = await crediting.credit(mixed, partial(80, 20) | {"documentNo": "MY-CN", "reasonCode": "return"})
    assert got["creditNote"]["documentNo"] == "MY-CN"
    assert got["arItem"]["currencyBalance"] == 0
    assert (await crediting.api.item(got["creditNote"]["arItemId"]))["currencyBalance"] == -75


async def test_credits_together_do_not_exceed_the_document(crediting, mixed):
    await crediting.credit(mixed, partial(100, 25))
    assert await crediting.refused(mixed, FULL) == {"creditType": "ARM-2008"}
    assert await crediting.refused(mixed, partial(200.01, 0)) == {"currencyAmounts.inclVat": "ARM-2008"}
    note = (await crediting.credit(mixed, BALANCE))["creditNote"]
    assert note["currencyAmount"] == -200
    await crediting.post("reversal", postingId="R", glCaseNo=note["glCaseNo"])
    assert (await crediting.credit(mixed, BALANCE))["arItem"]["currencyBalance"] == 0


async def test_an_interest_note_gives_interest_back(crediting):
    amounts = {"exclVat": 40, "vat": 0, "inclVat": 40}
    item = (await crediting.api.invoice("R", documentType="RN", currencyAmounts=amounts, documentLines=[]))["arItemId"]
    assert await crediting.refused(item, partial(4, 1)) == {"currencyAmounts.vat": "ARM-2004"}
    note = (await crediting.credit(item, BALANCE))["creditNote"]
    assert await crediting.lines(note["glCaseNo"]) == [(1500, -40), (8050, 40)]


async def test_what_cannot_be_credited(crediting, mixed):
    await crediting.api.invoice("OTHER", 10)
    paid = await crediting.post("payment", postingId="P", arItemId=mixed, currencyAmount=25)
    assert await crediting.refused(paid["arItemIds"][0], FULL) == {"": "ARM-2012"}
    fee = await crediting.post("fee", postingId="F", customerNo="543210", currencyAmount=25)
    assert await crediting.refused(fee["arItemIds"][0], FULL) == {"": "ARM-2012"}
    refusals = [
        ({"creditType": "HALF"}, {"creditType": "ARM-2001"}),
        ({}, {"creditType": "ARM-1003"}),
        ({"creditType": "PARTIAL"}, {"currencyAmounts": "ARM-1003"}),
        (FULL | {"currencyAmounts": partial(1, 0)["currencyAmounts"]}, {"currencyAmounts": "ARM-1008"}),
        (partial(10, 2, 13), {"currencyAmounts.inclVat": "ARM-2004"}),
        (partial(-10, 0), {"currencyAmounts": "ARM-2004"}),
        (FULL | {"documentNo": "other"}, {"documentNo": "ARM-2002"}),
        (FULL | {"reasonCode": "WHIM"}, {"reasonCode": "ARM-2001"}),
        (FULL | {"documentDate": "2025-04-01"}, {"documentDate": "ARM-2010"}),
        (FULL | {"distribution": {"type": "?"}}, {"distribution.type": "ARM-2001"}),
    ]
    for sent, told in refusals:
        assert await crediting.refused(mixed, sent, ledgerNote="not kept") == told
    case_no = (await crediting.api.item(mixed))["glCaseNo"]
    await crediting.post("reversal", postingId="R", glCaseNo=case_no)
    assert await crediting.refused(mixed, FULL) == {"": "ARM-2013"}


async def test_a_generated_number_passes_over_one_that_is_taken(crediting, mixed):
    await crediting.api.post_document("CN00000001", 10)
    assert (await crediting.credit(mixed, FULL))["creditNote"]["documentNo"] == "CN00000002"


async def test_what_is_wrong_with_the_change_and_with_the_credit_note_is_told_together(api):
    await api.customer()
    document = await api.invoice("I-1", 500)
    item = {"arItemId": document["arItemId"], "dueDate": "1999-01-01", "ledgerNote": "x"}
    note = {"creditType": "PARTIAL", "currencyAmounts": {"exclVat": 501, "vat": 0, "inclVat": 501}, "reasonCode": "zz"}
    answer = await api.put("/aritems", {"metadata": {"userId": "T"}, "arItem": item | {"creditNote": note}})
    assert answer.status_code == 422
    found = {error["field"]: error["errorCode"] for error in answer.json()["errors"]}
    assert found == {
        "arItem.dueDate": "ARM-2010",
        "arItem.creditNote.currencyAmounts.inclVat": "ARM-2008",
        "arItem.creditNote.reasonCode": "ARM-2001",
    }
    assert (await api.item(document["arItemId"]))["currencyBalance"] == 500
    assert (await api.get("/documents/I-1")).json()["ledgerNote"] == ""
