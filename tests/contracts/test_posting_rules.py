"""Sections 2.10, 2.12 and 5: documents, the GL items that they make and KIDs, statement by statement."""

from datetime import UTC, date, datetime
from urllib.parse import quote

import pytest

from reskontro.kernel.actor import Actor
from reskontro.ledger.domain.periods import Period
from reskontro.ledger.service.periods import close_period
from reskontro.platform.database import BookLock
from tests.ledger.conftest import Api, new_invoice, set_config

USER = {"metadata": {"userId": "TestUser"}}
ACTOR = Actor("API", "TestUser", "erp-test", "7d0b3a4e-6d3c-4d2f-9a61-0c1f6a0b8f11", "POST", "/x")


def amounts(excl: float, vat: float = 0) -> dict[str, float]:
    return {"exclVat": excl, "vat": vat, "inclVat": excl + vat}


def line(number: int, excl: float, vat: float = 0, **more: object) -> dict[str, object]:
    return {
        "lineNo": number,
        "lineType": "PLH",
        "quantity": 1,
        "price": excl,
        "currencyAmounts": amounts(excl, vat),
    } | more


@pytest.fixture
async def post(api: Api):
    await api.customer()

    async def call(document_no: str = "I-1", incl_vat: float = 100, **fields: object):
        return await api.post("/documents", USER | {"document": new_invoice(document_no, incl_vat) | fields})

    return call


async def made(answer) -> dict:
    assert answer.status_code == 201, answer.text
    return answer.json()["document"]


def faults(answer) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {e["field"].removeprefix("document."): e["errorCode"] for e in answer.json()["errors"]}


async def lines_of(api: Api, document_no: str) -> list[tuple[int, float]]:
    got = (await api.get(f"/glitems?documentno={document_no}")).json()["glItems"]
    assert round(sum(one["glAmount"] * 100 for one in got)) == 0, "invariant 1"
    return [(one["glAccountNo"], one["glAmount"]) for one in got]


# The posting rules of 2.10.1


async def test_each_document_has_the_next_reference_and_a_credit_note_that_of_what_it_credits(api, post):
    first, second = await made(await post("I-1")), await made(await post("I-2"))
    assert second["referenceNo"] == first["referenceNo"] + 1
    assert first["arItemId"].endswith("-0")
    credit = await made(await post("C-1", 40, documentType="CN", creditedDocumentNo="i-1"))
    assert credit["arItemId"] == first["arItemId"][:-1] + "1"
    assert (await api.item(first["arItemId"]))["currencyBalance"] == 60, "matched by itself"
    assert (await api.get("/documents/c-1")).json()["creditedDocumentNo"] == "i-1"
    alone = await made(await post("C-2", 40, documentType="CN"))
    assert alone["referenceNo"] == second["referenceNo"] + 1
    assert (await api.item(alone["arItemId"]))["currencyBalance"] == -40


async def test_each_type_has_its_voucher_type_and_its_side(api, post):
    for number, (kind, voucher_type, gl) in enumerate(
        [
            ("IN", 3, [(1500, 100), (3100, -100)]),
            ("CN", 4, [(1500, -100), (3100, 100)]),
            ("RN", 6, [(1500, 100), (8050, -100)]),
        ]
    ):
        document = await made(await post(f"D-{number}", documentType=kind))
        assert document["voucherType"] == voucher_type
        assert await lines_of(api, f"D-{number}") == gl


@pytest.mark.parametrize(("policy", "period"), [(None, (2025, 3)), ("NEXT-OPEN", (2025, 3)), ("REJECT", None)])
async def test_a_document_of_a_closed_period(api, post, application, clock, db, policy, period):
    clock.moment = datetime(2025, 3, 20, 9, 0, tzinfo=UTC)
    if policy:
        await set_config(db, api.client_no, "gl.closedPeriodPolicy", policy)
    await made(await post("I-0"))
    now = clock.now()
    await application.context.db.run(
        api.client_no, lambda tx: close_period(tx, Period(2025, 2), now, ACTOR), BookLock.EXCLUSIVE
    )
    answer = await post("I-1")
    if period is None:
        assert faults(answer) == {"documentDate": "ARM-2006"}
        return
    document = await made(answer)
    assert (document["glYear"], document["glPeriod"]) == period
    assert (await api.get("/documents/I-1")).json()["documentDate"] == "2025-02-27"


async def test_revenue_is_booked_by_line_and_vat_in_one_sum(api, post, db):
    await set_config(db, api.client_no, "gl.revenueAccountByItemGroup1.500", "3050")
    lines = [
        line(1, 400, 100, itemGroup1="500"),
        line(2, 100, 15, itemGroup1="600"),
        line(3, 50),
        {"lineNo": 4, "lineType": "txt", "lineText": "Thank you", "currencyAmounts": amounts(0)},
    ]
    await made(await post("I-1", currencyAmounts=amounts(550, 115), documentLines=lines))
    assert await lines_of(api, "I-1") == [(1500, 665), (3050, -400), (3000, -100), (3100, -50), (2700, -115)]
    await made(await post("C-1", documentType="CN", currencyAmounts=amounts(550, 115), documentLines=lines))
    assert await lines_of(api, "C-1") == [(1500, -665), (3050, 400), (3000, 100), (3100, 50), (2700, 115)]


# Limits and defaults of 2.10


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"documentDate": "2025-03-30"}, None),  # 31 days after today
        ({"documentDate": "2025-03-31"}, {"documentDate": "ARM-2010"}),
        ({"documentDate": "1900-01-01", "dueDate": "1900-01-01"}, None),
        ({"dueDate": "2025-02-27"}, None),
        ({"dueDate": "2025-02-26"}, {"dueDate": "ARM-2010"}),
        ({"currency": "XYZ"}, {"currency": "ARM-2009"}),
        ({"language": "sv"}, {"language": "ARM-2001"}),
        ({"distribution": {"type": "X", "einvoiceCode": 91}},
         {"distribution.type": "ARM-2001", "distribution.einvoiceCode": "ARM-2001"}),
        ({"documentType": "ZZ"}, {"documentType": "ARM-2001"}),
        ({"documentType": "RM"}, {"documentType": "ARM-2012"}),
        ({"documentType": "dn"}, {"documentType": "ARM-2012"}),
        ({"documentType": "ST"}, {"documentType": "ARM-2012"}),
        ({"customerNo": "nobody"}, {"customerNo": "ARM-2011"}),
        ({"creditedDocumentNo": "I-0"}, {"creditedDocumentNo": "ARM-2012"}),
        ({"documentType": "CN", "creditedDocumentNo": "nothing"}, {"creditedDocumentNo": "ARM-2011"}),
        ({"attachmentFiles": ["3e4a1b90-0b61-4f1f-9f0c-8ad4b8a3d101"]}, {"attachmentFiles": "ARM-2011"}),
        ({"currencyAmounts": {"exclVat": 100, "vat": 1, "inclVat": 100}}, {"currencyAmounts.inclVat": "ARM-2004"}),
        ({"currencyAmounts": amounts(101)}, None),  # the lines may differ by 1.00
        ({"currencyAmounts": amounts(99)}, None),
        ({"currencyAmounts": amounts(101.01)}, {"currencyAmounts.inclVat": "ARM-2004"}),
        ({"currencyAmounts": amounts(98.99)}, {"currencyAmounts.inclVat": "ARM-2004"}),
        ({"currencyAmounts": amounts(-100)},
         {"currencyAmounts.exclVat": "ARM-2004", "currencyAmounts.inclVat": "ARM-2004"}),
        ({"currencyAmounts": amounts(0), "documentLines": [line(1, 0)]}, None),
        ({"documentType": "RN", "currencyAmounts": amounts(80, 20)}, {"currencyAmounts.vat": "ARM-2004"}),
        ({"documentLines": [line(1, 50), line(1, 50)]}, {"documentLines[1].lineNo": "ARM-2002"}),
        ({"documentLines": [line(1, 100, lineType="XXX")]}, {"documentLines[0].lineType": "ARM-2001"}),
        ({"documentLines": [line(1, 100), line(2, 1, lineType="TXT", lineText="x")]},
         {"documentLines[1].currencyAmounts": "ARM-2004"}),
        ({"documentLines": [{**line(1, 100), "currencyAmounts": {"exclVat": 100, "vat": 25, "inclVat": 100}}]}, None),
        ({"kid": "123"}, {"kid": "ARM-2005"}),
        ({"documentNo": "I-0", "kid": "1230"}, {"documentNo": "ARM-2002"}),
    ],
)  # fmt: skip
async def test_what_a_document_may_be(api, post, fields, found):
    await made(await post("I-0"))
    answer = await post(**fields)
    if found is None:
        await made(answer)
    else:
        assert faults(answer) == found
        assert (await api.get("/documents")).json()["summary"]["totalCount"] == 1, "nothing is changed"


async def test_a_line_that_does_not_add_up_is_only_told_in_the_log(api, post):
    wrong = {**line(1, 100), "currencyAmounts": {"exclVat": 100, "vat": 25, "inclVat": 100}}
    await made(await post("I-1", documentLines=[wrong]))
    (warning,) = (await api.get("/logitems?loglevel=warning")).json()["logItems"]
    assert (warning["entityType"], warning["entityId"]) == ("DOCUMENT", "I-1")
    assert "line 1" in warning["logText"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"documentLines": []}, {"document.documentLines": "ARM-1003"}),
        ({"documentLines": None}, {"document.documentLines": "ARM-1003"}),
        ({"documentType": "CN", "documentLines": None}, {"document.documentLines": "ARM-1003"}),
        ({"documentLines": [{"lineNo": 1, "lineType": "PLH", "currencyAmounts": amounts(100)}]},
         {"document.documentLines[0].quantity": "ARM-1003", "document.documentLines[0].price": "ARM-1003"}),
        ({"documentLines": [line(1, 100), {"lineNo": 2, "lineType": "TXT", "currencyAmounts": amounts(0)}]},
         {"document.documentLines[1].lineText": "ARM-1003"}),
        ({"documentLines": [line(0, 100)]}, {"document.documentLines[0].lineNo": "ARM-1002"}),
        ({"documentLines": [line(1, 100, quantity=1.00001)]}, {"document.documentLines[0].quantity": "ARM-1002"}),
        ({"emailAddress": ["a@b.no"] * 11}, {"document.emailAddress": "ARM-1007"}),
        ({"emailAddress": ["no address"]}, {"document.emailAddress[0]": "ARM-1002"}),
        ({"attachmentFiles": ["x"]}, {"document.attachmentFiles[0]": "ARM-1002"}),
        ({"customCodes": [{"code": "A"}]}, {"document.customCodes[0].value": "ARM-1003"}),
        ({"customCodes": [{"code": "A", "value": "B"}] * 21}, {"document.customCodes": "ARM-1007"}),
        ({"documentLines": [line(n, 0) for n in range(1, 1002)]}, {"document.documentLines": "ARM-1007"}),
    ],
)  # fmt: skip
async def test_what_cannot_be_understood_of_a_document(post, fields, code):
    answer = await post(**fields)
    assert answer.status_code == 400
    assert {e["field"]: e["errorCode"] for e in answer.json()["errors"]} == code


async def test_an_interest_note_needs_no_lines(post):
    await made(await post("R-1", documentType="rn", documentLines=None))


async def test_what_is_not_said_comes_from_the_customer_and_then_from_the_client(api, post, db):
    await set_config(db, api.client_no, "document.defaultDueDays", "20")
    await made(await post("I-1"))
    own = await api.customer(
        "C-2", dueDays=3, language="en", sellerReference="VAA", buyerReference="OA", emailAddressDocument=["a@b.no"],
        distribution={"type": "H", "einvoiceCode": 90},
    )  # fmt: skip
    await made(await post("I-2", customerNo=own["customerNo"]))
    said = {
        "dueDate": "2025-03-01", "language": "no", "sellerReference": "X", "buyerReference": "Y",
        "emailAddress": ["c@d.no"], "distribution": {"type": "M", "einvoiceCode": 0},
    }  # fmt: skip
    await made(await post("I-3", customerNo=own["customerNo"], **said))
    of_client, of_customer, of_document = [(await api.get(f"/documents/I-{n}")).json() for n in (1, 2, 3)]
    assert of_client["dueDate"] == of_client["originalDueDate"] == "2025-03-19"
    assert (of_client["language"], of_client["currency"]) == ("no", "NOK")
    assert of_client["distribution"] == {"type": "P", "einvoiceCode": 0}
    assert of_customer["dueDate"] == "2025-03-02"
    assert {name: of_customer[name] for name in said if name != "dueDate"} == {
        "language": "en", "sellerReference": "VAA", "buyerReference": "OA", "emailAddress": ["a@b.no"],
        "distribution": {"type": "H", "einvoiceCode": 90},
    }  # fmt: skip
    assert {name: of_document[name] for name in said} == said


# Payment identifiers, section 5


@pytest.mark.parametrize(
    ("prefix", "method"), [("5", None), ("7", "MOD10"), ("6", "MOD11"), ("9", "MOD10-EXCL-PREFIX")]
)
async def test_a_kid_is_generated_as_the_client_has_it(api, post, db, prefix, method):
    if method is not None:
        await set_config(db, api.client_no, "kid.checkDigitMethod", method)
        await set_config(db, api.client_no, "kid.prefix", prefix)
    for number in range(12):
        document = await made(await post(f"I-{number}"))
        base = f"{api.client_no:06d}{document['accountNo']:06d}{document['referenceNo']:07d}"
        digits = base if method in {None, "MOD10-EXCL-PREFIX"} else prefix + base
        check = mod11(digits) if method == "MOD11" else luhn(digits)
        assert document["kid"] == prefix + base + check


def luhn(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def mod11(digits: str) -> str:
    value = 11 - sum(int(d) * (2 + n % 6) for n, d in enumerate(reversed(digits))) % 11
    return {10: "-", 11: "0"}.get(value, str(value))


@pytest.mark.parametrize("kid", ["18", "1230", "1 2 3 0", "12345674", "0000000000000000000000018"])
async def test_a_clients_own_kid_is_taken(api, post, kid):
    document = await made(await post("I-1", kid=kid))
    assert document["kid"] == kid.replace(" ", "")
    assert (await api.get(f"/aritems?kid={kid.replace(' ', '')}")).json()["summary"]["totalCount"] == 1


@pytest.mark.parametrize("kid", ["1", "12", "12a0", "-0", "123-4", "1" * 26, "0" * 25 + "18", "١٢٣٠", "12.30"])
async def test_what_is_no_kid_is_refused(post, kid):
    answer = await post("I-1", kid=kid)
    assert faults(answer) == {"kid": "ARM-2005"}


async def test_a_kid_of_the_ledgers_layout_is_the_customers(api, post):
    first = await made(await post("I-1"))
    await api.customer("C-2")
    paid = first["arItemId"]
    stranger = await post("I-2", customerNo="C-2", kid=first["kid"])
    assert [e["errorCode"] for e in stranger.json()["errors"]] == ["ARM-2005", "ARM-2002"]
    again = await post("I-3", kid=first["kid"])
    assert faults(again) == {"kid": "ARM-2002"}, "unique among open documents"
    payment = {"postingId": "P", "arItemId": paid, "voucherDate": "2025-02-27", "currencyAmount": 100}
    assert (await api.post("/autopostings/payment", USER | {"autoPostings": [payment]})).status_code == 200
    await made(await post("I-3", kid=first["kid"]))


# GL items (2.12.1)


@pytest.fixture
async def book(api, post, clock):
    """Two invoices of two customers and a payment, on three days."""
    await api.customer("Other")
    first = await made(await post("I-1", currencyAmounts=amounts(80, 20), documentLines=[line(1, 80, 20)]))
    clock.moment = datetime(2025, 3, 10, 9, 0, tzinfo=UTC)
    second = await made(await post("I-2", 200, customerNo="Other", documentDate="2025-03-10"))
    clock.moment = datetime(2025, 3, 20, 9, 0, tzinfo=UTC)
    payment = {"postingId": "P", "documentNo": "I-2", "voucherDate": "2025-03-20", "currencyAmount": 50}
    answer = await api.post("/autopostings/payment", USER | {"autoPostings": [payment]})
    return first, second, answer.json()["autoPostings"][0]


async def test_each_filter_of_gl_items(api, book):
    first, second, paid = book
    everything = ["1500 100", "3000 -80", "2700 -20", "1500 200", "3100 -200", "1920 50", "1500 -50"]

    async def found(query: str) -> list[str]:
        answer = await api.get(f"/glitems?{query}")
        assert answer.status_code == 200, answer.text
        return [f"{one['glAccountNo']} {one['glAmount']}" for one in answer.json()["glItems"]]

    assert sorted(await found("")) == sorted(everything)
    payment = [one for one in await found("vouchertype=5") if one]
    assert sorted(payment) == ["1500 -50", "1920 50"]
    second_case = ["1500 200", "3100 -200"]
    for query, wanted in [
        ("glaccountno=3000,2700", ["3000 -80", "2700 -20"]),
        ("fromglaccountno=3000", ["3000 -80", "3100 -200"]),
        ("toglaccountno=1500", ["1500 100", "1500 200", "1500 -50"]),
        ("fromglaccountno=2700&toglaccountno=3000", ["3000 -80", "2700 -20"]),
        (f"glcaseno={second['glCaseNo']}", second_case),
        (f"gllotno={second['glLotNo']}", second_case),
        ("glyear=2025&glperiod=2", everything[:3]),
        ("glyear=2025", everything),
        ("glyear=2024", []),
        ("fromvoucherdate=2025-03-10&tovoucherdate=2025-03-10", second_case),
        ("tovoucherdate=2025-02-27", everything[:3]),
        ("vouchertype=3", everything[:5]),
        ("vouchertype=3,5", everything),
        (f"voucherno={second['voucherNo']}", second_case),
        ("customerno=OTHER", [*second_case, *payment]),
        (f"accountno={first['accountNo']}", everything[:3]),
        (f"referenceno={second['referenceNo']}", [*second_case, *payment]),
        ("documentno=i-2", second_case),
        (f"aritemid={first['arItemId']}", ["1500 100"]),
        (f"aritemid={paid['arItemIds'][0]}", ["1500 -50"]),
        ("aritemid=nothing", []),
        ("fromcreatedtime=2025-03-20T10:00:00.000%2B01:00", payment),
        ("fromcreatedtime=2025-03-20T10:00:00.000+01:00", payment),  # the plus as a space
        ("tocreatedtime=2025-03-10T10:00:00.000%2B01:00", everything[:3]),
        ("fromcreatedtime=2025-03-10T09:00:00Z&tocreatedtime=2025-03-10T09:00:00.001Z", second_case),
        ("customerno=other&vouchertype=3&glaccountno=1500", ["1500 200"]),
    ]:
        assert await found(query) == wanted, query


async def test_what_cannot_be_asked_of_gl_items(api):
    for query, fault in [
        ("glperiod=2", ("ARM-1008", "glperiod")),
        ("glaccountno=x", ("ARM-1002", "glaccountno")),
        ("glaccountno=" + ",".join(["1"] * 101), ("ARM-1002", "glaccountno")),
        ("glcaseno=-1", ("ARM-1002", "glcaseno")),
        ("fromvoucherdate=2025-2-1", ("ARM-1002", "fromvoucherdate")),
        ("fromcreatedtime=2025-03-10", ("ARM-1002", "fromcreatedtime")),
        ("expand=all", ("ARM-1001", "expand")),
    ]:
        answer = await api.get(f"/glitems?{query}")
        (found,) = answer.json()["errors"]
        assert (answer.status_code, found["errorCode"], found["field"]) == (400, *fault)


async def test_a_line_of_another_account_names_the_claim_and_no_item(api, book):
    receivable, revenue, vat = (await api.get("/glitems?documentno=I-1")).json()["glItems"]
    assert receivable["arItemId"] == book[0]["arItemId"]
    for one in (revenue, vat):
        assert (one["referenceNo"], one["documentNo"]) == (book[0]["referenceNo"], "I-1")
        assert "arItemId" not in one
    one = (await api.get(f"/glitems/{quote(revenue['glItemId'])}")).json()
    assert one == revenue
    assert (await api.get(f"/glitems/{revenue['glItemId']}?userid=x")).status_code == 400, "no query parameters"
    other = revenue["glItemId"].replace(str(api.client_no), str(api.client_no + 1), 1)
    for unknown in ("nothing", "1-2", revenue["glItemId"] + "9", other, f"{api.client_no}-1-99999999999"):
        assert (await api.get(f"/glitems/{unknown}")).status_code == 404


async def test_the_last_day_that_a_due_date_may_have(api, post):
    document = await made(await post("I-1"))
    for day, status in ((date(2026, 2, 27), 200), (date(2026, 2, 28), 422), (date(2025, 2, 27), 200)):
        item = {"arItemId": document["arItemId"], "dueDate": day.isoformat()}
        assert (await api.put("/aritems", USER | {"arItem": item})).status_code == status, day
