"""Bad input to every call that writes: the contract's code for it, all faults of a body at once, and nothing changed.

The rows of the client are counted before and after, table by table. What a form can be wrong in is walked field by
field, from the types of the bodies; what breaks a rule stands in the table `RULES`.
"""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from msgspec import inspect

from reskontro.http.wire import Amount, ClearableDay, Day, Quantity
from reskontro.kernel.actor import Actor
from reskontro.ledger.domain.periods import Period
from reskontro.ledger.http.documents import documents_of_batch
from reskontro.ledger.service.periods import close_period
from reskontro.platform.database import BookLock
from tests.contracts.test_examples import runner
from tests.contracts.test_idempotency import USER, WRITES, Write, changed, effects
from tests.contracts.test_published_names import ENDPOINTS
from tests.contracts.test_walk import Place, places
from tests.ledger.conftest import Api, new_invoice

__all__ = ["effects"]

each = pytest.mark.parametrize("write", WRITES, ids=str)
ACTOR = Actor("API", "TestUser", "erp-test", "7d0b3a4e-6d3c-4d2f-9a61-0c1f6a0b8f11", "POST", "/x")
MIB = 1024 * 1024
HERE = "@here@"


@dataclass
class Attempts:
    """Sends bad bodies of one call, and looks at what is told and at what has changed."""

    api: Api
    write: Write
    body: dict[str, Any]
    count: Any

    async def __call__(self, content: bytes, **headers: str) -> tuple[int, list[tuple[str, str | None]]]:
        answer = await self.api.call(self.write.method, self.write.path, content, **headers)
        told = answer.json()
        assert answer.status_code < 500, answer.text
        assert answer.status_code >= 400, (content[:300], answer.text[:300])
        return answer.status_code, [(error["errorCode"], error.get("field")) for error in told["errors"]]

    @property
    def text(self) -> str:
        return json.dumps(self.body)

    def with_token(self, place: Place, token: str) -> bytes:
        """The body with a piece of text at a place, which need not be JSON."""
        text = json.dumps(place.put(self.body, HERE), ensure_ascii=False)
        return text.replace(f'"{HERE}"', token).encode()


@pytest.fixture
def attempts(api, effects):
    """Attempts at a call whose good body is prepared; at the end of `async with`, nothing is changed."""

    class Unchanged:
        def __init__(self, write: Write) -> None:
            self.write = write

        async def __aenter__(self) -> Attempts:
            body = await self.write.prepare(api)
            self.before = await effects(api.client_no)
            return Attempts(api, self.write, body, effects)

        async def __aexit__(self, failed: object, *_: object) -> None:
            if failed is None:
                assert await effects(api.client_no) == self.before, "nothing is changed"

    return Unchanged


def endpoint_of(write: Write) -> Any:
    path = "/clients/{clientno}" + write.path.replace("/autopostings/payment", "/autopostings/{autopostingmethod}")
    return ENDPOINTS[write.method, path]


def fields_of(write: Write) -> list[Place]:
    return list(places(inspect.type_info(endpoint_of(write).body)))


# Bodies that are none


@each
async def test_what_is_no_json_body(attempts, write):
    async with attempts(write) as attempt:
        good = attempt.text.encode()
        inner = good[1:-1].decode()
        for content in (
            b"",
            b" \n",
            b"\xef\xbb\xbf" + good,  # a byte order mark
            attempt.text.encode("utf-16"),
            good[:-1],
            good + good,
            good + b"x",
            b"metadata=1",
            f"{{{inner}, {inner}}}".encode(),  # every key twice
            f'{{{inner}, "more": {{"a": 1, "b": 2, "a": 1}}}}'.encode(),  # also where nothing is read
            f'{{{inner}, "more": NaN}}'.encode(),
            f'{{{inner}, "more": -Infinity}}'.encode(),
            f'{{{inner}, "more": 0x1F}}'.encode(),
            f'{{{inner}, "more": 1.}}'.encode(),
            f'{{{inner}, "more": +1}}'.encode(),
            f'{{{inner}, "more": "\x00"}}'.encode(),
            f'{{{inner}, "more": "\n"}}'.encode(),
            f'{{{inner}, "more": "\xe5"}}'.encode("latin-1"),
            f'{{{inner}, "more": {"[" * 100_000}{"]" * 100_000}}}'.encode(),
            f"{{{inner},}}".encode(),
            f"{{{inner}}} // said".encode(),
            inner.replace('"', "'").encode(),
        ):  # fmt: skip
            assert await attempt(content) == (400, [("ARM-1000", None)]), content[-100:]
        for content in (b"null", b"[]", b"1", b'"x"', b"true"):
            assert await attempt(content) == (400, [("ARM-1002", None)]), content


@each
async def test_a_body_of_26_mebibytes_is_413(attempts, write):
    async with attempts(write) as attempt:
        padded = attempt.text[:-1].encode() + b', "more": "' + b"x" * (26 * MIB) + b'"}'
        assert await attempt(padded) == (413, [("ARM-1011", None)])
        assert await attempt(b" " * (25 * MIB + 1)) == (413, [("ARM-1011", None)])


@each
async def test_another_content_type(attempts, write):
    async with attempts(write) as attempt:
        for kind in ("text/plain", "application/xml", "multipart/form-data; boundary=x", "application/json-patch+json",
                     "application/json; charset=utf-16", "x"):  # fmt: skip
            found = await attempt(attempt.text.encode(), Content_Type=kind)
            assert found == (415, [("ARM-1012", "Content-Type")]), kind
            assert await attempt(b"--x\r\n", Content_Type=kind) == (400, [("ARM-1000", None)]), kind


# Every field of every body


AMOUNTS = ['"1"', "1e400", "-1e400", "1e13", "1e-400", "true", "[]", "{}", '""', '"NaN"']
TOKENS: dict[Any, list[str]] = {
    Amount: [*AMOUNTS, "0.001", "1.999", "100.005"],
    Quantity: [*AMOUNTS, "0.00001"],
    Day: ['"0001-01-01"', '"9999-12-31"', '"1899-12-31"', '"2200-01-01"', '"2025-02-30"', '"2025-2-7"', '"20250227"',
          '"27.02.2025"', '"2025-02-27T00:00:00Z"', '"2025-02-27 "', '"today"', '""', "20250227", "true", "[]", "{}"],
    ClearableDay: ['"0001-01-01"', '"9999-12-31"', '"2025-02-30"', '"2025-2-7"', '" "', "20250227", "true", "[]"],
    inspect.StrType: [r'"a\u0000b"', r'"\ud800"', r'"\udfff\ud800"', "5", "5.5", "true", "[]", "{}"],
    inspect.IntType: ['"1"', "1.5", "1e400", "9" * 40, "-" + "9" * 40, "true", "[]", "{}", '""'],
    inspect.BoolType: ['"true"', "0", "1", "[]", '""'],
    inspect.ListType: ['"a"', "1", "{}", "true"],
    inspect.VarTupleType: ['"a"', "1", "{}", "true"],
}  # fmt: skip
# Base64 and the customers of a batch are judged later, each by itself.
LATER = {"files[0].content": {r'"a\u0000b"'}, "customers[0].customerNo": {r'"a\u0000b"'}}


def tokens_of(place: Place) -> list[str]:
    kind = place.kind
    key = kind.cls if isinstance(kind, inspect.CustomType) else type(kind)
    later = LATER.get(str(place), set())
    return [token for token in TOKENS.get(key, []) if token not in later]


@each
async def test_a_value_of_another_kind_in_every_field(attempts, write):
    async with attempts(write) as attempt:
        tried = 0
        for place in fields_of(write):
            for token in tokens_of(place):
                status, found = await attempt(attempt.with_token(place, token))
                assert status == 400, (str(place), token)
                assert ("ARM-1002", str(place)) in found, (str(place), token, found)
                tried += 1
        assert tried > 10


@each
async def test_a_number_that_json_does_not_have_in_every_field(attempts, write):
    async with attempts(write) as attempt:
        for place in fields_of(write):
            for token in ("NaN", "Infinity", "-Infinity", "01", "1e", ".5"):
                assert await attempt(attempt.with_token(place, token)) == (400, [("ARM-1000", None)]), (place, token)


@each
async def test_a_text_of_a_hundred_thousand_characters_in_every_field(attempts, write):
    async with attempts(write) as attempt:
        for place in fields_of(write):
            if isinstance(place.kind, inspect.StrType) and str(place) not in LATER:
                status, found = await attempt(attempt.with_token(place, '"' + "x" * 100_000 + '"'))
                assert status == 400, str(place)
                assert ("ARM-1002", str(place)) in found, (str(place), found)


@each
async def test_null_is_no_value_where_one_is_required(attempts, write):
    async with attempts(write) as attempt:
        tried = []
        kind = inspect.type_info(endpoint_of(write).body)
        for path in required(kind):
            keys = tuple(path)
            for token in ("null", None):
                body = without(attempt.body, keys, null=token is not None)
                if body is None:
                    continue
                status, found = await attempt(json.dumps(body).encode())
                name = str(Place(keys, None))
                assert status == 400, (name, token)
                assert ("ARM-1003", name) in found, (name, token, found)
                tried.append(name)
        assert "metadata" in tried
        assert "metadata.userId" in tried


def required(kind: Any, keys: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Where something is required, as far as the way to it goes."""
    match kind:
        case inspect.StructType():
            found = [(*keys, field.encode_name) for field in kind.fields if field.required]
            return found + [p for field in kind.fields for p in required(field.type, (*keys, field.encode_name))]
        case inspect.UnionType():
            return [path for one in kind.types for path in required(one, keys)]
        case inspect.ListType() | inspect.VarTupleType():
            return required(kind.item_type, (*keys, 0))
        case inspect.Metadata():
            return required(kind.type, keys)
    return []


def without(body: Any, keys: tuple[str | int, ...], *, null: bool) -> Any:
    """The body without a value, or with null in its place; None where the body does not lead there."""
    body = json.loads(json.dumps(body))
    node = body
    for key in keys[:-1]:
        if (isinstance(key, int) and len(node) <= key) or (isinstance(key, str) and node.get(key) is None):
            return None
        node = node[key]
    if null:
        node[keys[-1]] = None
    else:
        node.pop(keys[-1], None)
    return body


@each
async def test_null_is_no_value_where_none_is_required(api, write):
    body = await write.prepare(api)
    kind = inspect.type_info(endpoint_of(write).body)
    needed = {str(Place(path, None)) for path in required(kind)}
    for place in fields_of(write):
        if str(place) not in needed and isinstance(place.keys[-1], str) and len(place.keys) == 2:
            body.setdefault(str(place.keys[0]), {}).setdefault(place.keys[1], None)
    answer = await write.send(api, body)
    assert answer.status_code < 300, answer.text


@each
async def test_every_fault_of_a_body_is_told_in_one_answer(attempts, write):
    async with attempts(write) as attempt:
        body, wanted = attempt.body, set()
        for place in fields_of(write):
            wrong = {inspect.StrType: 5, inspect.IntType: "x", inspect.BoolType: "x", inspect.CustomType: True}
            value = wrong.get(type(place.kind))
            if value is not None and place.keys.count(0) <= 1:
                body = place.put(body, value)
                wanted.add(str(place))
        status, found = await attempt(json.dumps(body).encode())
        assert status == 400
        assert wanted <= {field for _, field in found}
        assert len(wanted) > 1 or "documents" in attempt.body


@each
async def test_nothing_that_can_be_seen_is_no_key_and_no_name(attempts, write):
    async with attempts(write) as attempt:
        for keys in (("metadata", "userId"), ("document", "documentNo"), ("customer", "name"),
                     ("autoPostings", 0, "postingId"), ("paymentReservation", "paymentId"), ("action", "actionId"),
                     ("files", 0, "fileName")):  # fmt: skip
            if keys[0] in attempt.body:
                for blank in ('" "', '"\u00a0\u2003"', '""'):
                    status, found = await attempt(attempt.with_token(Place(keys, None), blank))
                    assert (status, found) == (400, [("ARM-1002", str(Place(keys, None)))]), (keys, blank)


# What is not bad


@each
async def test_what_looks_odd_and_is_right(api, write):
    body = await write.prepare(api)
    body["more"] = {"1": [None, {"x": 1e300}], "": "\u202e\u0000"}
    body["metadata"] |= {"userid": 5, "USERID": None, "more": True}
    body["metadata"]["userId"] = "مستخدم \u202eabc\U0001f469\u200d\U0001f4bb"[:50]
    answer = await write.send(api, body)
    assert answer.status_code < 300, answer.text


async def test_text_of_every_script_comes_back_as_it_was_sent(api):
    names = [
        "محمد بن سلمان",
        "\u202eOwe",
        "ﬁ ĳ ß ẞ",
        "e\u0301 é",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "a\tb\nc",
        "\ufeffx",
    ]
    for number, name in enumerate(names):
        await api.customer(f"C-{number}", name=name)
        assert (await api.get(f"/customers/C-{number}")).json()["name"] == name
        document = await api.invoice(f"{name[:10].strip()}".replace("\t", " ").replace("\n", " "), customer_no="C-0")
        assert (await api.item(document["arItemId"]))["documentNo"] == document["documentNo"]


@pytest.mark.parametrize(
    ("token", "amount"), [("100.00", 100), ("1e2", 100), ("1E+2", 100), ("99.5", 99.5), ("0.10", 0.1)]
)
async def test_an_amount_is_a_number_however_it_is_written(api, token, amount):
    await api.customer()
    item = (await api.invoice("I-1", 500))["arItemId"]
    text = json.dumps(USER | {"autoPostings": [{"postingId": "P", "arItemId": item, "voucherDate": "2025-02-27",
                                                "currencyAmount": HERE}]})  # fmt: skip
    answer = await api.post("/autopostings/payment", text.replace(f'"{HERE}"', token).encode())
    assert answer.status_code == 200, answer.text
    assert Decimal(str((await api.item(item))["currencyBalance"])) == 500 - Decimal(str(amount))


# Rules: what is understood, and refused


@dataclass(frozen=True)
class Rule:
    """A call with something in it that breaks a rule: what is told, and where."""

    at: int  # of WRITES
    path: tuple[str | int, ...]
    value: object
    status: int
    code: str
    field: str = ""
    method: str = "payment"

    def __str__(self) -> str:
        return f"{WRITES[self.at]} {'.'.join(map(str, self.path))} {str(self.value)[:40]}"

    @property
    def where(self) -> str:
        return self.field or str(Place(self.path, None))


(
    ITEM,
    POSTING,
    NEW_CUSTOMER,
    CUSTOMER,
    DOCUMENT,
    DOCUMENTS,
    FILE,
    NEW_CUSTOMERS,
    CUSTOMERS,
    RESERVATION,
    ACTION,
    REPORT,
) = range(12)
AT_NOTE = "arItem.creditNote"
NOTE = {"creditType": "PARTIAL", "currencyAmounts": {"exclVat": 10, "vat": 0, "inclVat": 10}}
RULES = [
    Rule(ITEM, ("arItem", "arItemId"), "1-1-1-1", 404, "ARM-1302"),
    Rule(ITEM, ("arItem", "arItemId"), "nothing", 404, "ARM-1302"),
    Rule(ITEM, ("arItem", "dueDate"), "1900-01-01", 422, "ARM-2010"),
    Rule(ITEM, ("arItem", "dueDate"), "2199-12-31", 422, "ARM-2010"),
    Rule(ITEM, ("arItem", "creditNote"), NOTE | {"creditType": "HALF"}, 400, "ARM-1008", f"{AT_NOTE}.currencyAmounts"),
    Rule(ITEM, ("arItem", "creditNote"), {"creditType": "HALF"}, 422, "ARM-2001", f"{AT_NOTE}.creditType"),
    Rule(ITEM, ("arItem", "creditNote"), {"creditType": "PARTIAL"}, 400, "ARM-1003", f"{AT_NOTE}.currencyAmounts"),
    Rule(ITEM, ("arItem", "creditNote"), NOTE | {"reasonCode": "x"}, 422, "ARM-2001", f"{AT_NOTE}.reasonCode"),
    Rule(ITEM, ("arItem", "creditNote"), NOTE | {"documentNo": "I-0"}, 422, "ARM-2002", f"{AT_NOTE}.documentNo"),
    Rule(ITEM, ("arItem", "creditNote"), NOTE | {"documentDate": "2025-01-31"}, 422, "ARM-2006",
         f"{AT_NOTE}.documentDate"),
    Rule(POSTING, ("autoPostings", 0, "currencyAmount"), 0, 422, "ARM-2004"),
    Rule(POSTING, ("autoPostings", 0, "currencyAmount"), -0.0, 422, "ARM-2004"),
    Rule(POSTING, ("autoPostings", 0, "currencyAmount"), -1, 422, "ARM-2004"),
    Rule(POSTING, ("autoPostings", 0, "voucherDate"), "2025-01-31", 422, "ARM-2006"),  # closed
    Rule(POSTING, ("autoPostings", 0, "voucherDate"), "1900-01-01", 422, "ARM-2006"),
    Rule(POSTING, ("autoPostings", 0, "voucherDate"), "2025-03-31", 422, "ARM-2010"),  # 32 days after today
    Rule(POSTING, ("autoPostings", 0, "voucherDate"), "2199-12-31", 422, "ARM-2010"),
    Rule(POSTING, ("autoPostings", 0, "currency"), "XYZ", 422, "ARM-2009"),
    Rule(POSTING, ("autoPostings", 0, "paymentMethod"), "GOLD", 422, "ARM-2001"),
    Rule(POSTING, ("autoPostings", 0, "reasonCode"), "WHIM", 422, "ARM-2001"),
    Rule(POSTING, ("autoPostings", 0, "kid"), "1231", 422, "ARM-2005"),
    Rule(POSTING, ("autoPostings", 0, "customerNo"), "nobody", 422, "ARM-2011"),
    Rule(POSTING, ("autoPostings", 0, "arItemId"), "1-1-1-1", 422, "ARM-2011"),
    Rule(POSTING, ("autoPostings", 0, "arItemId"), None, 422, "ARM-2015"),
    Rule(POSTING, ("autoPostings", 0, "glAccountNo"), 1500, 422, "ARM-2012"),
    Rule(POSTING, ("autoPostings", 0, "matchArItemIds"), ["1-1-1-1"], 422, "ARM-2011",
         "autoPostings[0].matchArItemIds[0]"),
    Rule(POSTING, ("autoPostings", 0, "vatAmount"), 1, 400, "ARM-1008"),
    Rule(POSTING, ("autoPostings", 0, "glCaseNo"), 1, 400, "ARM-1008"),
    Rule(POSTING, ("autoPostings", 0, "currencyAmount"), None, 400, "ARM-1003"),
    Rule(POSTING, ("autoPostings", 0, "currencyAmount"), 500.01, 422, "ARM-2008", method="writeoff"),
    Rule(POSTING, ("autoPostings", 0, "currencyAmount"), 5.01, 422, "ARM-2004", method="smalldifference"),
    Rule(POSTING, ("autoPostings", 0, "currencyAmount"), 1, 422, "ARM-2008", method="refund"),
    Rule(POSTING, ("autoPostings", 0, "vatAmount"), 101, 422, "ARM-2004", method="creditadjustment"),
    Rule(POSTING, ("autoPostings", 0, "dueDate"), "2025-02-26", 422, "ARM-2010", method="interest"),
    Rule(POSTING, ("autoPostings", 0, "dueDate"), "2025-02-26", 422, "ARM-2010", method="fee"),
    Rule(POSTING, ("autoPostings", 0, "toArItemId"), None, 422, "ARM-2015", method="transfer"),
    Rule(POSTING, ("autoPostings", 0, "toCustomerNo"), "nobody", 422, "ARM-2011", method="transfer"),
    Rule(POSTING, ("autoPostings", 0, "postingId"), "x", 404, "ARM-1302", "autopostingmethod", method="shoe"),
    Rule(NEW_CUSTOMER, ("customer", "currency"), "XYZ", 422, "ARM-2009"),
    Rule(NEW_CUSTOMER, ("customer", "language"), "sv", 422, "ARM-2001"),
    Rule(NEW_CUSTOMER, ("customer", "name"), None, 400, "ARM-1003"),
    Rule(NEW_CUSTOMER, ("customer", "customerNo"), "ø", 400, "ARM-1002"),
    Rule(NEW_CUSTOMER, ("customer", "discountRate"), 100.01, 400, "ARM-1002"),
    Rule(NEW_CUSTOMER, ("customer", "discountRate"), -0.01, 400, "ARM-1002"),
    Rule(NEW_CUSTOMER, ("customer", "dueDays"), 366, 400, "ARM-1002"),
    Rule(NEW_CUSTOMER, ("customer", "postalReturnStatus"), 5, 422, "ARM-2001"),
    Rule(NEW_CUSTOMER, ("customer", "emailAddressDocument"), ["a@b.no"] * 11, 400, "ARM-1007"),
    Rule(NEW_CUSTOMER, ("customer", "peppolBlockIds"), ["1"] * 21, 400, "ARM-1007"),
    Rule(CUSTOMER, ("customer", "customerNo"), "nobody", 404, "ARM-1302"),
    Rule(CUSTOMER, ("customer", "customerCategory"), "KING", 422, "ARM-2001"),
    Rule(CUSTOMER, ("customer", "distribution"), {"type": "?"}, 422, "ARM-2001", "customer.distribution.type"),
    Rule(CUSTOMER, ("customer", "distribution"), {}, 400, "ARM-1003", "customer.distribution.type"),
    Rule(DOCUMENT, ("document", "documentDate"), "2025-01-31", 422, "ARM-2006"),
    Rule(DOCUMENT, ("document", "documentDate"), "2199-12-31", 422, "ARM-2010"),
    Rule(DOCUMENT, ("document", "currencyAmounts", "vat"), 0.01, 422, "ARM-2004", "document.currencyAmounts.inclVat"),
    Rule(DOCUMENT, ("document", "currencyAmounts", "inclVat"), -500, 422, "ARM-2004"),
    Rule(DOCUMENTS, ("documents",), [{}] * 501, 400, "ARM-1007"),
    Rule(DOCUMENTS, ("documents",), [], 400, "ARM-1003"),
    Rule(DOCUMENTS, ("documents",), [5], 400, "ARM-1002", "documents[0]"),
    Rule(FILE, ("files", 0, "content"), "####", 422, "ARM-2014"),
    Rule(FILE, ("files", 0, "content"), "QUI", 422, "ARM-2014"),  # no padding
    Rule(FILE, ("files", 0, "content"), "QQ==QQ==", 422, "ARM-2014"),
    Rule(FILE, ("files", 0, "content"), "Q Q=", 422, "ARM-2014"),
    Rule(FILE, ("files", 0, "content"), "å", 422, "ARM-2014"),
    Rule(FILE, ("files", 0, "content"), "", 422, "ARM-2014"),
    Rule(FILE, ("files", 0, "content"), base64.b64encode(b"x" * (10 * MIB + 1)).decode(), 422, "ARM-2014"),
    Rule(FILE, ("files", 0, "checksumSha256"), "00", 422, "ARM-2014"),
    Rule(FILE, ("files", 0, "fileType"), "SHOE", 422, "ARM-2001"),
    Rule(FILE, ("files", 0, "fileType"), "OCR", 403, "ARM-1203"),
    Rule(FILE, ("files", 0, "documentNo"), "nothing", 404, "ARM-1302"),
    Rule(FILE, ("files", 0, "customerNo"), "nobody", 404, "ARM-1302"),
    Rule(FILE, ("files", 0, "fileName"), "../x", 400, "ARM-1002"),
    Rule(FILE, ("files", 0, "fileName"), "exe.\u202etxt", 400, "ARM-1002"),
    Rule(FILE, ("files",), [{"fileType": "ATTACHMENT", "fileName": "a", "content": "QQ=="}] * 21, 400, "ARM-1007"),
    *(Rule(which, ("customers",), value, 400, code, field)
      for which in (NEW_CUSTOMERS, CUSTOMERS)
      for value, code, field in (
          ([{}] * 1001, "ARM-1007", ""), ([], "ARM-1003", ""), ([{}], "ARM-1003", "customers[0].customerNo"),
          ([None], "ARM-1002", "customers[0]"), ([{"customerNo": 5}], "ARM-1002", "customers[0].customerNo"))),
    Rule(RESERVATION, ("paymentReservation", "currencyAmount"), 500.01, 422, "ARM-2008"),
    Rule(RESERVATION, ("paymentReservation", "currencyAmount"), 0, 422, "ARM-2004"),
    Rule(RESERVATION, ("paymentReservation", "currency"), "EUR", 422, "ARM-2009"),
    Rule(RESERVATION, ("paymentReservation", "paymentDate"), "2025-03-31", 422, "ARM-2010"),
    Rule(RESERVATION, ("paymentReservation", "validUntil"), "2025-02-26", 422, "ARM-2010"),
    Rule(RESERVATION, ("paymentReservation", "paymentMethod"), "GOLD", 422, "ARM-2001"),
    Rule(RESERVATION, ("paymentReservation", "kid"), "1231", 422, "ARM-2005"),
    Rule(RESERVATION, ("paymentReservation", "documentNo"), "nothing", 404, "ARM-1302"),
    Rule(RESERVATION, ("paymentReservation", "arItemId"), None, 422, "ARM-2015"),
    Rule(ACTION, ("action", "actionType"), "DANCE", 422, "ARM-2001"),
    Rule(ACTION, ("action", "documentNo"), "nothing", 404, "ARM-1302"),
    Rule(ACTION, ("action", "documentNo"), None, 422, "ARM-2015", "action.arItemId"),
    Rule(ACTION, ("action", "reasonCode"), "WHIM", 422, "ARM-2001"),
    Rule(ACTION, ("action", "toDate"), "2025-02-27", 400, "ARM-1008"),
    Rule(ACTION, ("action", "distribution"), {"type": "?"}, 422, "ARM-2001", "action.distribution.type"),
    Rule(REPORT, ("report", "reportType"), "SHOES", 422, "ARM-2001"),
    Rule(REPORT, ("report", "format"), "DOCX", 422, "ARM-2001"),
    Rule(REPORT, ("report", "customerNo"), "nobody", 404, "ARM-1302"),
    Rule(REPORT, ("report", "glPeriod"), 13, 400, "ARM-1002"),
    Rule(REPORT, ("report", "emailAddress"), ["a@b.no"] * 6, 400, "ARM-1007"),
]  # fmt: skip


@pytest.fixture
async def closed(application, api, db):
    """January is closed, and what would go on into the next open period is refused."""
    from tests.ledger.conftest import set_config

    await set_config(db, api.client_no, "gl.closedPeriodPolicy", "REJECT")
    now = datetime(2025, 2, 27, 9, 0, tzinfo=UTC)
    await application.context.db.run(
        api.client_no, lambda tx: close_period(tx, Period(2025, 1), now, ACTOR), BookLock.EXCLUSIVE
    )


@pytest.mark.parametrize("rule", RULES, ids=str)
async def test_what_breaks_a_rule_has_its_code_and_changes_nothing(closed, api, effects, rule):
    write = WRITES[rule.at]
    body = changed(*rule.path, to=rule.value)(await write.prepare(api))
    before = await effects(api.client_no)
    path = write.path.replace("/payment", f"/{rule.method}") if rule.at == POSTING else write.path
    answer = await api.call(write.method, path, body)
    assert answer.status_code == rule.status, answer.text[:500]
    told = answer.json()
    parts = [told, *told.get("autoPostings", ()), *told.get("files", ())]
    errors = [error for part in parts for error in part.get("errors", ())]
    assert (rule.code, rule.where) in [(error["errorCode"], error.get("field")) for error in errors], errors
    assert all(error["message"] for error in errors)
    assert await effects(api.client_no) == before, "nothing is changed"


async def test_bad_documents_of_a_batch_fail_alone_with_the_codes_of_a_single_call(api, application, clock):
    """Each broken document is told of as `documents[n]` where the single call says `document`."""
    await api.customer()
    good = new_invoice("GOOD", 500)
    bad: list[dict[str, Any]] = [
        {"documentDate": "0001-01-01"}, {"documentDate": "9999-12-31"}, {"documentDate": None}, {"documentNo": ""},
        {"documentNo": "x" * 21}, {"documentNo": "a\x00"},
        {"currencyAmounts": {"exclVat": "1", "vat": 0, "inclVat": 1}},
        {"currencyAmounts": {"exclVat": 0.001, "vat": 0, "inclVat": 0.001}}, {"currencyAmounts": None},
        {"customerNo": "nobody"}, {"currency": "XYZ"}, {"kid": "1231"}, {"documentType": "RM"}, {"documentLines": []},
        {"dueDate": "2025-01-01", "language": "xx"}, {"documentLines": "none"}, {"distribution": {"type": 5}},
    ]  # fmt: skip
    sent = [good | {"documentNo": f"B-{n}"} | wrong for n, wrong in enumerate(bad)] + [good, {}]
    singles = [await api.post("/documents", USER | {"document": document}) for document in (*sent[:-2], {})]
    accepted = await api.post("/documents/batches", USER | {"documents": sent})
    assert accepted.status_code == 202, accepted.text
    assert documents_of_batch(json.dumps({"documents": sent}).encode())
    assert await runner(application, clock).work(api.client_no)
    batch = await api.get(f"/batches/{accepted.json()['batchUuid']}")
    assert batch.status_code == 206
    results = batch.json()["results"]
    assert [result["resultType"] for result in results] == ["FAILED"] * len(bad) + ["OK", "FAILED"]
    for single, result in zip(singles, [*results[:-2], results[-1]], strict=True):
        assert single.status_code in {400, 422}
        place = f"documents[{result['itemNo'] - 1}]"
        alone = [(e["errorCode"], e["field"].replace("document", place, 1)) for e in single.json()["errors"]]
        assert [(e["errorCode"], e["field"]) for e in result["errors"]] == alone
    assert (await api.get("/documents")).json()["summary"]["totalCount"] == 1


async def test_deleting_what_cannot_be_deleted_changes_nothing(api, effects):
    await api.customer()
    await api.invoice("I-1")
    before = await effects(api.client_no)
    for customer_no, status, code in (
        ("543210", 422, "ARM-2007"),
        ("nobody", 404, "ARM-1302"),
        ("x" * 5000, 404, "ARM-1302"),
        ("%C3%B8", 404, "ARM-1302"),
        ("a%00b", 400, "ARM-1002"),
    ):
        answer = await api.call("DELETE", f"/customers/{customer_no}")
        assert (answer.status_code, answer.json()["errors"][0]["errorCode"]) == (status, code)
    assert (await api.call("DELETE", "/customers/543210?shoe=1")).status_code == 400
    assert await effects(api.client_no) == before
