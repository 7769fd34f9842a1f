"""Auto postings beside payments: what each books, what each refuses, and that the book stays in order."""

import asyncio

import pytest

from reskontro.kernel.actor import Actor
from reskontro.ledger.domain.periods import Period
from reskontro.ledger.service.checks import check_client
from reskontro.ledger.service.periods import close_period
from reskontro.ledger.store import numbers
from reskontro.platform.database import BookLock
from tests.ledger.conftest import set_config

DAY = "2025-02-27"


class Books:
    """Posts for one client, and proves its book after every call."""

    def __init__(self, api, db):
        self.api = api
        self.db = db
        self.sent = 0

    async def call(self, method, *postings):
        bodies = []
        for posting in postings:
            self.sent += 1
            bodies.append({"postingId": f"P-{self.sent}", "voucherDate": DAY} | posting)
        answer = await self.api.post(
            f"/autopostings/{method}", {"metadata": {"userId": "T"}, "autoPostings": bodies}
        )  # fmt: skip
        assert await check_client(self.db, self.api.client_no) == []
        return answer

    async def post(self, method, **posting):
        answer = await self.call(method, posting)
        assert answer.status_code == 200, answer.text
        return answer.json()["autoPostings"][0]

    async def refused(self, method, **posting):
        """The codes of the faults of a posting, by field."""
        answer = await self.call(method, posting)
        assert answer.status_code in {400, 422}, answer.text
        body = answer.json()
        errors = body["errors"] if answer.status_code == 400 else body["autoPostings"][0]["errors"]
        return {e["field"].removeprefix("autoPostings[0]."): e["errorCode"] for e in errors}

    async def balance(self, ar_item_id):
        return (await self.api.item(ar_item_id))["currencyBalance"]

    async def lines(self, gl_case_no):
        items = (await self.api.get(f"/glitems?glcaseno={gl_case_no}")).json()["glItems"]
        return {item["glAccountNo"]: item["glAmount"] for item in items}

    async def overpaid(self, amount=100, over=50):
        """An invoice and the payment that has more than it."""
        invoice = (await self.api.invoice(f"I-{self.sent}", amount))["arItemId"]
        posted = await self.post("payment", arItemId=invoice, currencyAmount=amount + over)
        return invoice, posted["arItemIds"][0]


@pytest.fixture
async def books(api, db):
    await api.customer()
    await api.customer("2")
    return Books(api, db)


@pytest.fixture
async def invoice(books):
    return (await books.api.invoice("I", 100))["arItemId"]


async def test_a_refund_pays_out_what_a_payment_left(books):
    invoice, payment = await books.overpaid()
    posted = await books.post("refund", arItemId=payment, currencyAmount=50, bankAccountNo="15032080119")
    assert await books.lines(posted["glCaseNo"]) == {1920: -50, 1500: 50}
    assert (posted["voucherType"], posted["matchedArItemIds"]) == (9, [payment])
    assert posted["arItemIds"] == [invoice[:-1] + "2"]
    assert await books.balance(payment) == await books.balance(posted["arItemIds"][0]) == 0


async def test_a_refund_finds_the_credit_by_the_invoice_or_the_customer(books):
    invoice, payment = await books.overpaid()
    posted = await books.post("refund", arItemId=invoice, currencyAmount=20)
    assert posted["matchedArItemIds"] == [payment]
    posted = await books.post("refund", customerNo="543210", currencyAmount=20, paymentMethod="VIPPS")
    assert posted["matchedArItemIds"] == [payment]
    posted = await books.post("refund", customerNo="543210", currencyAmount=10, matchArItemIds=[payment])
    assert (posted["matchedArItemIds"], await books.balance(payment)) == ([payment], 0)


async def test_a_refund_needs_as_much_open_credit(books, invoice):
    assert await books.refused("refund", arItemId=invoice, currencyAmount=1) == {"currencyAmount": "ARM-2008"}
    assert await books.refused("refund", customerNo="543210", currencyAmount=1) == {"currencyAmount": "ARM-2008"}
    again = await books.refused("refund", customerNo="543210", currencyAmount=1, matchArItemIds=[invoice])
    assert again == {"matchArItemIds[0]": "ARM-2008"}


async def test_a_write_off_closes_and_does_not_exceed(books, invoice):
    assert await books.refused("writeoff", arItemId=invoice, currencyAmount=100.01) == {"currencyAmount": "ARM-2008"}
    posted = await books.post("writeoff", arItemId=invoice, currencyAmount=100, reasonCode="BANKRUPTCY")
    assert await books.lines(posted["glCaseNo"]) == {7830: 100, 1500: -100}
    assert (posted["voucherType"], await books.balance(invoice)) == (8, 0)
    assert await books.refused("writeoff", arItemId=invoice, currencyAmount=1) == {"currencyAmount": "ARM-2008"}


async def test_two_write_offs_of_one_call_do_not_exceed_together(books, invoice):
    posting = {"arItemId": invoice, "currencyAmount": 60}
    answer = await books.call("writeoff", posting, posting)
    assert answer.status_code == 422
    first, second = answer.json()["autoPostings"]
    assert (first["resultType"], second["resultType"]) == ("BATCH-REJECTED", "FAILED")
    assert second["errors"][0]["field"] == "autoPostings[1].currencyAmount"
    assert await books.balance(invoice) == 100


async def test_a_small_difference_has_the_sign_that_closes(books):
    invoice, payment = await books.overpaid(100, 3)
    posted = await books.post("smalldifference", arItemId=payment, currencyAmount=3)
    assert await books.lines(posted["glCaseNo"]) == {7740: -3, 1500: 3}
    other = (await books.api.invoice("I-2", 4.5))["arItemId"]
    posted = await books.post("smalldifference", customerNo="543210", currencyAmount=4.5)
    assert await books.lines(posted["glCaseNo"]) == {7740: 4.5, 1500: -4.5}
    assert [await books.balance(i) for i in (invoice, payment, other)] == [0, 0, 0]


async def test_a_small_difference_is_small(books, invoice):
    assert await books.refused("smalldifference", arItemId=invoice, currencyAmount=5.01) == {
        "currencyAmount": "ARM-2004"
    }
    await set_config(books.db, books.api.client_no, "posting.smallDifferenceLimit", "0.50")
    assert await books.refused("smalldifference", arItemId=invoice, currencyAmount=1) == {"currencyAmount": "ARM-2004"}


async def test_a_credit_adjustment_takes_back_revenue_and_vat(books, invoice):
    posted = await books.post("creditadjustment", arItemId=invoice, currencyAmount=125, vatAmount=25)
    assert await books.lines(posted["glCaseNo"]) == {3000: 100, 2700: 25, 1500: -125}
    assert (posted["voucherType"], posted["unmatchedCurrencyAmount"]) == (13, 25)
    assert await books.refused("creditadjustment", arItemId=invoice, currencyAmount=5, vatAmount=6) == {
        "vatAmount": "ARM-2004"
    }


@pytest.mark.parametrize(("method", "account", "voucher_type"), [("interest", 8050, 6), ("fee", 3900, 7)])
async def test_interest_and_fees_are_owed(books, invoice, method, account, voucher_type):
    posted = await books.post(method, arItemId=invoice, currencyAmount=35, glAccountNo=None)
    assert await books.lines(posted["glCaseNo"]) == {account: -35, 1500: 35}
    item = await books.api.item(posted["arItemIds"][0])
    assert (item["voucherType"], item["dueDate"], item["currencyBalance"]) == (voucher_type, "2025-03-13", 35)
    assert item["kid"] == (await books.api.item(invoice))["kid"]
    alone = await books.post(method, customerNo="543210", currencyAmount=35, dueDate="2025-03-01")
    item = await books.api.item(alone["arItemIds"][0])
    assert (item["referenceSequenceNo"], item["dueDate"]) == (0, "2025-03-01")
    assert (await books.post("payment", kid=item["kid"], currencyAmount=35))["matchedArItemIds"] == alone["arItemIds"]
    assert await books.refused(method, arItemId=invoice, currencyAmount=5, dueDate="2025-02-26") == {
        "dueDate": "ARM-2010"
    }


async def test_a_claim_is_transferred_to_another_customer(books, invoice):
    posted = await books.post("transfer", arItemId=invoice, currencyAmount=60, toCustomerNo="2")
    source, receiving = [await books.api.item(one) for one in posted["arItemIds"]]
    assert (source["currencyAmount"], source["currencyBalance"], source["referenceSequenceNo"]) == (-60, 0, 1)
    assert (receiving["customerNo"], receiving["currencyBalance"]) == ("2", 60)
    assert receiving["dueDate"] == (await books.api.item(invoice))["dueDate"]
    assert (await books.balance(invoice), posted["matchedArItemIds"]) == (40, [invoice])
    lines = (await books.api.get(f"/glitems?glcaseno={posted['glCaseNo']}")).json()["glItems"]
    assert [line["arItemId"] for line in lines] == posted["arItemIds"]
    for wanted, line in zip(posted["arItemIds"], lines, strict=True):
        assert (await books.api.get(f"/glitems?aritemid={wanted}")).json()["glItems"] == [line]
    filters = ("customerno=2", f"accountno={receiving['accountNo']}", f"referenceno={receiving['referenceNo']}")
    for query in filters:
        assert (await books.api.get(f"/glitems?{query}")).json()["glItems"] == lines


async def test_a_misplaced_payment_is_transferred_to_the_invoice_it_was_for(books):
    _, payment = await books.overpaid(100, 70)
    other = (await books.api.invoice("I-2", 70, customer_no="2"))["arItemId"]
    posted = await books.post("transfer", arItemId=payment, currencyAmount=70, toArItemId=other)
    assert posted["matchedArItemIds"] == [payment, other]
    assert [await books.balance(i) for i in (payment, other, *posted["arItemIds"])] == [0, 0, 0, 0]


async def test_a_transfer_has_a_source_a_receiver_and_a_bound(books, invoice):
    to = {"toCustomerNo": "2"}
    assert await books.refused("transfer", arItemId=invoice, currencyAmount=101, **to) == {"currencyAmount": "ARM-2008"}
    assert await books.refused("transfer", customerNo="543210", currencyAmount=1, **to) == {"arItemId": "ARM-2015"}
    assert await books.refused("transfer", arItemId=invoice, currencyAmount=1) == {"toArItemId": "ARM-2015"}
    unknown = await books.refused("transfer", arItemId=invoice, currencyAmount=1, toCustomerNo="nobody")
    assert unknown == {"toCustomerNo": "ARM-2011"}
    self_ = await books.refused("transfer", arItemId=invoice, currencyAmount=1, toArItemId=invoice)
    assert self_ == {"toArItemId": "ARM-2003"}


async def test_a_match_settles_without_a_voucher(books):
    first, second = [(await books.api.invoice(f"I-{n}", 100))["arItemId"] for n in range(2)]
    payment = await books.post("payment", customerNo="543210", currencyAmount=150, autoMatch=False)
    credit = payment["arItemIds"][0]
    body = {"customerNo": "543210", "matchArItemIds": [second, credit, first]}
    posted = await books.post("match", **body)
    assert posted["arItemIds"] == []
    assert "glCaseNo" not in posted
    assert posted["matchedArItemIds"] == [second, credit, first]
    assert [await books.balance(i) for i in (second, first, credit)] == [0, 50, 0]
    body |= {"postingId": f"P-{books.sent}", "voucherDate": DAY}
    again = await books.api.post("/autopostings/match", {"metadata": {"userId": "T"}, "autoPostings": [body]})
    assert again.json()["autoPostings"][0] == posted
    assert again.json()["summary"]["glLotNo"] > 0


async def test_a_match_needs_a_debit_and_a_credit_of_one_customer(books, invoice):
    other = (await books.api.invoice("I-2", 70, customer_no="2"))["arItemId"]
    named = {"customerNo": "543210"}
    assert await books.refused("match", **named) == {"matchArItemIds": "ARM-1003"}
    for items in ([invoice], [invoice, invoice]):
        assert await books.refused("match", **named, matchArItemIds=items) == {"matchArItemIds": "ARM-2012"}
    assert await books.refused("match", **named, matchArItemIds=[invoice, other]) == {"matchArItemIds[1]": "ARM-2003"}
    unknown = await books.refused("match", **named, matchArItemIds=[invoice, invoice[:-1] + "9"])
    assert unknown == {"matchArItemIds[1]": "ARM-2011"}
    assert await books.refused("match", matchArItemIds=[invoice, other]) == {"arItemId": "ARM-2015"}


async def test_a_reversed_payment_opens_the_invoice_again(books, invoice):
    paid = await books.post("payment", arItemId=invoice, currencyAmount=80)
    posted = await books.post("reversal", glCaseNo=paid["glCaseNo"])
    assert await books.lines(posted["glCaseNo"]) == {1920: -80, 1500: 80}
    assert posted["matchedArItemIds"] == paid["arItemIds"]
    assert [await books.balance(i) for i in (invoice, *paid["arItemIds"], *posted["arItemIds"])] == [100, 0, 0]
    assert (await books.api.item(invoice))["currencyAmount"] == 100
    first = (await books.api.get(f"/glitems?glcaseno={paid['glCaseNo']}")).json()["glItems"][0]
    assert first["reversedByGlCaseNo"] == posted["glCaseNo"]


async def test_a_reversed_invoice_leaves_its_payment_on_account(books):
    invoice = await books.api.invoice("I", 100)
    paid = await books.post("payment", arItemId=invoice["arItemId"], currencyAmount=80)
    posted = await books.post("reversal", glCaseNo=invoice["glCaseNo"], arItemId=invoice["arItemId"])
    assert await books.balance(invoice["arItemId"]) == await books.balance(posted["arItemIds"][0]) == 0
    assert await books.balance(paid["arItemIds"][0]) == -80
    await books.post("reversal", glCaseNo=paid["glCaseNo"])
    assert await books.balance(paid["arItemIds"][0]) == 0


async def test_a_reversed_transfer_is_back_on_both_sides(books, invoice):
    moved = await books.post("transfer", arItemId=invoice, currencyAmount=60, toCustomerNo="2")
    await books.post("payment", arItemId=moved["arItemIds"][1], currencyAmount=60)
    posted = await books.post("reversal", glCaseNo=moved["glCaseNo"])
    assert len(posted["arItemIds"]) == 2
    assert await books.balance(invoice) == 100
    lines = (await books.api.get(f"/glitems?glcaseno={posted['glCaseNo']}")).json()["glItems"]
    assert sorted(line["arItemId"] for line in lines) == sorted(posted["arItemIds"])


async def test_what_cannot_be_reversed(books, invoice):
    assert await books.refused("reversal", glCaseNo=10**9) == {"glCaseNo": "ARM-2011"}
    assert await books.refused("reversal") == {"glCaseNo": "ARM-1003"}
    paid = await books.post("payment", arItemId=invoice, currencyAmount=80)
    wrong = await books.refused("reversal", glCaseNo=paid["glCaseNo"], customerNo="2")
    assert wrong == {"glCaseNo": "ARM-2003"}
    both = await books.call("reversal", {"glCaseNo": paid["glCaseNo"]}, {"glCaseNo": paid["glCaseNo"]})
    assert both.json()["summary"]["failedCount"] == 1
    posted = await books.post("reversal", glCaseNo=paid["glCaseNo"])
    assert await books.refused("reversal", glCaseNo=paid["glCaseNo"]) == {"glCaseNo": "ARM-2013"}
    assert await books.refused("reversal", glCaseNo=posted["glCaseNo"]) == {"glCaseNo": "ARM-2013"}


async def test_two_at_once_reverse_a_case_once(books, invoice):
    paid = await books.post("payment", arItemId=invoice, currencyAmount=80)
    posting = {"voucherDate": DAY, "glCaseNo": paid["glCaseNo"]}
    calls = [{"metadata": {"userId": "T"}, "autoPostings": [{"postingId": f"R-{n}"} | posting]} for n in range(4)]
    answers = await asyncio.gather(*(books.api.post("/autopostings/reversal", call) for call in calls))
    assert sorted(answer.status_code for answer in answers) == [200, 422, 422, 422]
    assert await check_client(books.db, books.api.client_no) == []


async def test_write_offs_at_once_do_not_exceed_together(books, invoice):
    posting = {"voucherDate": DAY, "arItemId": invoice, "currencyAmount": 60}
    calls = [{"metadata": {"userId": "T"}, "autoPostings": [posting | {"postingId": f"W-{n}"}]} for n in range(4)]
    answers = await asyncio.gather(*(books.api.post("/autopostings/writeoff", call) for call in calls))
    assert sorted(answer.status_code for answer in answers) == [200, 422, 422, 422]
    assert await books.balance(invoice) == 40
    assert await check_client(books.db, books.api.client_no) == []


async def test_another_clients_case_is_no_case(books, api_for, tenant):
    from tests.ledger.conftest import make_client

    other = api_for(await make_client(books.db))
    await other.customer()
    case_no = (await other.invoice("X", 10))["glCaseNo"]
    assert await books.refused("reversal", glCaseNo=case_no) == {"glCaseNo": "ARM-2011"}


FIELDS = {
    "paymentId": ("P", {"payment"}),
    "paymentMethod": ("BANK", {"payment", "refund"}),
    "bankAccountNo": ("15032080119", {"refund"}),
    "vatAmount": (0, {"creditadjustment"}),
    "dueDate": (DAY, {"interest", "fee"}),
    "toCustomerNo": ("2", {"transfer"}),
    "glCaseNo": (1, {"reversal"}),
    "currencyAmount": (1, {"payment", "refund", "writeoff", "smalldifference", "creditadjustment", "interest", "fee",
                           "transfer"}),
}  # fmt: skip


@pytest.mark.parametrize("field", FIELDS)
async def test_a_field_of_other_methods_is_refused(books, invoice, field):
    value, allowed = FIELDS[field]
    for method in (
        "payment",
        "refund",
        "writeoff",
        "creditadjustment",
        "interest",
        "fee",
        "transfer",
        "match",
        "reversal",
    ):
        told = (await books.refused(method, arItemId=invoice, **{field: value, "reasonCode": "?"})).get(field)
        assert (told == "ARM-1008") == (method not in allowed), method


@pytest.mark.parametrize("method", ["writeoff", "fee", "creditadjustment", "transfer"])
async def test_what_every_method_refuses(books, invoice, method, clock):
    more = {"toCustomerNo": "2"} if method == "transfer" else {}

    async def refused(**posting):
        return await books.refused(method, **({"arItemId": invoice, "currencyAmount": 1} | more | posting))

    assert await refused(currencyAmount=0) == {"currencyAmount": "ARM-2004"}
    assert await refused(currencyAmount=None) == {"currencyAmount": "ARM-1003"}
    assert await refused(currency="SEK") == {"currency": "ARM-2009"}
    assert await refused(voucherDate="2025-04-01") == {"voucherDate": "ARM-2010"}
    assert await refused(reasonCode="WHIM") == {"reasonCode": "ARM-2001"}
    assert await refused(arItemId=None, documentNo="none") == {"documentNo": "ARM-2011"}
    if method != "transfer":
        assert await refused(glAccountNo=1500) == {"glAccountNo": "ARM-2012"}

    async def close(tx):
        await close_period(tx, Period(2025, 1), clock.now(), Actor("API", "T"))

    await books.db.run(books.api.client_no, close, BookLock.EXCLUSIVE)
    assert await refused(voucherDate="2025-01-31") == {"voucherDate": "ARM-2006"}


async def test_a_posting_is_made_once_by_its_id_and_method(books, invoice):
    body = {"postingId": "SAME", "voucherDate": DAY, "arItemId": invoice, "currencyAmount": 10}
    call = {"metadata": {"userId": "T"}, "autoPostings": [body]}
    first = await books.api.post("/autopostings/writeoff", call)
    assert (await books.api.post("/autopostings/writeoff", call)).json() == first.json()
    assert (await books.api.post("/autopostings/fee", call)).status_code == 200
    changed = call | {"autoPostings": [body | {"currencyAmount": 11}]}
    answer = await books.api.post("/autopostings/writeoff", changed)
    assert answer.json()["autoPostings"][0]["errors"][0]["errorCode"] == "ARM-2002"
    assert await books.balance(invoice) == 90


@pytest.mark.parametrize("method", ["writeoff", "transfer", "interest"])
async def test_what_is_only_validated_is_not_booked(books, invoice, method):
    more = {"toCustomerNo": "2"} if method == "transfer" else {}
    posted = await books.post(
        method, arItemId=invoice, currencyAmount=10, options={"validateOnly": True}, **more
    )  # fmt: skip
    assert posted == {"postingId": posted["postingId"], "resultType": "VALIDATED", "errors": []}
    assert await books.balance(invoice) == 100


async def test_a_method_can_be_switched_off(books, invoice):
    await set_config(books.db, books.api.client_no, "autoposting.methods", "payment")
    answer = await books.call("writeoff", {"arItemId": invoice, "currencyAmount": 10})
    assert (answer.status_code, answer.json()["errors"][0]["errorCode"]) == (403, "ARM-1203")


async def test_a_payment_larger_than_its_invoice_and_others_are_booked_in_one_call(books, invoice):
    """The surplus becomes an item with a reference of its own, which only booking shows."""
    other = (await books.api.invoice("I-2", 10))["arItemId"]
    answer = await books.call(
        "payment", {"arItemId": other, "currencyAmount": 10}, {"arItemId": invoice, "currencyAmount": 130}
    )
    assert answer.status_code == 200, answer.text
    first, second = answer.json()["autoPostings"]
    assert (first["unmatchedCurrencyAmount"], second["unmatchedCurrencyAmount"]) == (0, 30)
    assert [await books.balance(one) for one in (invoice, other)] == [0, 0]


async def test_a_refused_call_uses_up_no_numbers(books, invoice, monkeypatch):
    monkeypatch.setattr(numbers, "KEPT_S", 1000.0)

    async def refused(count):
        postings = [{"arItemId": invoice, "currencyAmount": 60}] * count
        assert (await books.call("writeoff", *postings)).status_code == 422

    await refused(8)  # there is a block with numbers for several now
    first = await books.post("writeoff", arItemId=invoice, currencyAmount=1)
    await refused(2)
    last = await books.post("writeoff", arItemId=invoice, currencyAmount=1)
    assert last["voucherNo"] - first["voucherNo"] == 1
