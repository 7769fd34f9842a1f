"""Mandates and claims over `/reskontro/v1`."""

import pytest

from reskontro.ledger.domain.direct_debits.schemes import Scheme
from tests.ledger.direct_debits.giro_files import mandate_file
from tests.ledger.test_payments_http import Own


@pytest.fixture
async def desk(desk_for):
    desk = await desk_for(Scheme.AVTALEGIRO, "2026-11-23T09:00:00")
    await desk.agree()
    await desk.api.customer()
    return desk


async def test_mandates_are_listed_with_their_customers_and_those_of_nobody_alone(desk):
    own = Own(desk.api)
    document = await desk.invoice("F-1", 625, "2026-12-15")
    await desk.take(mandate_file([(document["kid"], "1", True), ("10000120260003", "1", False)]))
    body = await own("GET", "mandates")
    names = ("payerNo", "mandateStatus", "customerNo", "notice")
    assert [tuple(one.get(name) for name in names) for one in body["mandates"]] == [
        (document["kid"], "ACTIVE", "543210", True), ("10000120260003", "ACTIVE", None, False),
    ]  # fmt: skip
    assert "86011117947" not in str(body)
    unknown = await own("GET", "mandates?unknown=true&pagesize=1")
    assert [one["payerNo"] for one in unknown["mandates"]] == ["10000120260003"]
    first = await own("GET", "mandates?pagesize=1&status=active,ENDED")
    second = await own("GET", first["nextPage"].removeprefix("http://testserver"))
    assert [*first["mandates"], *second["mandates"]] == body["mandates"]
    assert (await own("GET", "mandates?status=ended"))["mandates"] == []
    for wrong in ("unknown=perhaps", "status=lost", "pagesize=0", "after=x"):
        await own("GET", f"mandates?{wrong}", None, 400)


async def test_claims_are_listed_with_what_became_of_them(desk):
    own = Own(desk.api)
    documents = [await desk.invoice(f"F-{n}", 625, "2026-12-15") for n in range(2)]
    await desk.take(mandate_file([(one["kid"], "1", True) for one in documents[:1]]))
    await desk.write()
    body = await own("GET", "debitclaims")
    assert [one["documentNo"] for one in body["claims"]] == ["F-0", "F-1"]
    first = body["claims"][0]
    assert (first["claimStatus"], first["currencyAmount"], first["dueDate"]) == ("CLAIMED", 625, "2026-12-15")
    assert first["arItemId"] == documents[0]["arItemId"]
    page = await own("GET", "debitclaims?pagesize=1")
    rest = await own("GET", page["nextPage"].removeprefix("http://testserver"))
    assert [*page["claims"], *rest["claims"]] == body["claims"]
    await desk.refuse(first["claimNo"], "no cover")
    (refused,) = (await own("GET", "debitclaims?status=REFUSED,RETURNED"))["claims"]
    assert (refused["claimNo"], refused["reason"]) == (first["claimNo"], "no cover")
