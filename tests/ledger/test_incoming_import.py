"""Lines of any format between a reader and the book."""

import json
from base64 import b64encode
from datetime import timedelta

import pytest

from reskontro.kernel.kid import customer_kid
from reskontro.kernel.problems import Refused
from reskontro.ledger.domain.errors import Code, broken, fault
from reskontro.ledger.domain.incoming import LineKind, Naming
from reskontro.ledger.service import incoming_import
from reskontro.ledger.service.checks import check_client
from reskontro.ledger.service.incoming_import import IncomingImport
from reskontro.ledger.service.payment_files import FileRunner
from reskontro.ledger.store import batches as batch_store
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.files import FileStore
from tests.ledger.conftest import make_client, set_config
from tests.ledger.incoming_files import DAY, Bank, line, part, returned, write
from tests.ledger.test_payments_on_account import Giro

STRANGE = "10000120260003"


@pytest.fixture
async def bank(db, api, clock, tmp_path, monkeypatch):
    made = Bank(db, clock, tmp_path, api.client_no, monkeypatch)
    await made.open_account()
    await api.customer()
    return made


async def balance(api, document) -> int:
    return round((await api.item(document["arItemId"]))["currencyBalance"] * 100)


async def rows(db, client_no, columns="outcome, reason, rule"):
    async with db.reading(client_no) as tx:
        found = await tx.fetch(f"select {columns} from payment where client_no = $1 order by payment_no", client_no)
    return [tuple(row) for row in found]


def told(result):
    return [(one.outcome, one.reason) for one in result.lines]


async def test_a_reference_is_found_as_it_stands_and_with_spaces_and_without_its_zeros(api, bank, db):
    invoices = [await api.invoice(f"I-{n}", 100, kid=kid) for n, kid in enumerate(("00123455", "123463", "123471"))]
    result = await bank.send(
        line(100_00, "0012 3455"), line(40_00, "0000123463"), line(100_00, "123471"), line(1_00, "12345")
    )
    assert told(result) == [
        ("SETTLED", "exact"), ("SETTLED", "partial"), ("SETTLED", "exact"), ("QUEUED", "unknown reference"),
    ]  # fmt: skip
    assert [rule for *_, rule in await rows(db, api.client_no)] == ["exact reference", "leading zeros",
                                                                    "exact reference", ""]  # fmt: skip
    assert [await balance(api, one) for one in invoices] == [0, 60_00, 0]
    assert await check_client(db, api.client_no) == []


async def test_what_a_creditor_reference_or_a_danish_code_line_wraps_is_found(api, bank, db):
    first = await api.invoice("I-1", 100, kid="539007547034")
    second = await api.invoice("I-2", 50, kid="001234567890128")
    result = await bank.send(line(100_00, "RF18 5390 0754 7034"), line(50_00, "+71<001234567890128+80000012<"))
    assert told(result) == [("SETTLED", "exact")] * 2
    assert {rule for *_, rule in await rows(db, api.client_no)} == {"creditor reference"}
    assert [await balance(api, first), await balance(api, second)] == [0, 0]


async def test_a_list_is_split_by_its_amounts_and_its_credit_is_used_up(api, bank, db):
    a, b = await api.invoice("A-1", 800), await api.invoice("B-1", 100)
    note = await api.invoice("C-1", 150, documentType="CN")
    result = await bank.send(line(700_00, parts=(part("A-1", 800_00), part("b-1", 50_00), part("C-1", -150_00))))
    assert told(result) == [("SETTLED", "list of references")]
    assert [await balance(api, one) for one in (a, b, note)] == [0, 50_00, 0]
    assert await check_client(db, api.client_no) == []


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ((part("A-1", 800_00), part("C-1", None)), "the list does not add up"),
        ((part("A-1", 800_00), part("B-1", 1_00)), "the list does not add up"),
        ((part("A-1", 600_00), part("X-1", 100_00)), "the list names what nobody has"),
        ((part("A-1", 500_00), part("B-1", 200_00)), "the list takes more than is open"),
        ((part("A-1", 600_00), part("D-1", 100_00)), "the list is several customers'"),
        ((part("A-1", 850_00), part("B-1", -150_00)), "the list names what nobody has"),
    ],
)
async def test_a_list_that_does_not_fit_is_not_booked_at_all(api, bank, db, parts, reason):
    documents = [await api.invoice("A-1", 800), await api.invoice("B-1", 100)]
    await api.invoice("C-1", 150, documentType="CN")
    await api.customer("other")
    await api.invoice("D-1", 100, customer_no="other")
    assert told(await bank.send(line(700_00, parts=parts))) == [("QUEUED", reason)]
    assert [await balance(api, one) for one in documents] == [800_00, 100_00]


async def test_a_short_payment_within_the_limit_closes_the_claim(api, bank, db):
    invoice = await api.invoice("I-1", 100)
    assert told(await bank.send(line(95_00, invoice["kid"]))) == [("SETTLED", "small difference")]
    assert await balance(api, invoice) == 0
    assert await check_client(db, api.client_no) == []


async def test_twice_in_one_file_is_a_double_payment_and_in_another_file_a_duplicate(api, bank):
    invoice = await api.invoice("I-1", 100)
    same = line(100_00, invoice["kid"], archive_reference="A1")
    assert told(await bank.send(same, same)) == [("SETTLED", "exact"), ("ON-ACCOUNT", "possible double payment")]
    assert {outcome for outcome, _ in told(await bank.send(same, same))} == {"DUPLICATE"}
    # A re-delivery of the bank may write its own reference with a blank in front.
    assert told(await bank.send(same._replace(archive_reference=" A1"))) == [("DUPLICATE", "same line in another file")]


async def test_a_credited_claim_is_told_from_a_paid_one(api, bank):
    invoice = await api.invoice("I-1", 100)
    await api.invoice("C-1", 100, documentType="CN", creditedDocumentNo="I-1")
    assert told(await bank.send(line(100_00, invoice["kid"]))) == [("ON-ACCOUNT", "invoice credited")]


async def test_the_payees_number_of_a_payer_pays_the_oldest_claims(api, bank):
    first, second = await api.invoice("I-1", 100, documentDate="2025-01-01"), await api.invoice("I-2", 100)
    result = await bank.send(line(150_00, "543210", naming=Naming.CUSTOMER))
    assert told(result) == [("SETTLED", "customer reference")]
    assert [await balance(api, first), await balance(api, second)] == [0, 50_00]
    kid = customer_kid(api.client_no, (await api.customer())["accountNo"])
    assert told(await bank.send(line(80_00, kid))) == [("ON-ACCOUNT", "customer reference")]


async def test_two_claims_of_one_reference_are_none_and_both_are_kept_as_lost(api, bank, db):
    await api.invoice("I-1", 100, kid="00123455")
    async with db.transaction(api.client_no) as tx:  # the interface refuses it; older books have it
        await tx.execute(
            """
            insert into ar_item select client_no, reference_no + 1000, reference_sequence_no, account_no, document_no,
                voucher_type, voucher_no, voucher_date, original_due_date, currency, currency_minor, gl_minor, kid,
                transaction_text, external_id1, gl_case_no, gl_lot_no, gl_year, gl_period, created_time
            from ar_item where client_no = $1
            """,
            api.client_no,
        )
        await tx.execute(
            """
            insert into ar_item_state (client_no, reference_no, reference_sequence_no, currency_balance_minor,
                gl_balance_minor, due_date, changed_time)
            select client_no, reference_no + 1000, reference_sequence_no, currency_balance_minor, gl_balance_minor,
                due_date, changed_time from ar_item_state where client_no = $1
            """,
            api.client_no,
        )
    assert told(await bank.send(line(100_00, "00123455"))) == [("QUEUED", "several claims have the reference")]
    ((candidates,),) = await rows(db, api.client_no, "candidates::text")
    assert [one["why"] for one in json.loads(candidates)] == ["another open claim has the same reference"] * 2


async def test_what_is_no_payment_is_kept_and_not_booked(api, bank, db):
    invoice = await api.invoice("I-1", 100)
    kinds = [
        (LineKind.CARD, 100_00, "INFORMATION"),
        (LineKind.PENDING, 100_00, "INFORMATION"),
        (LineKind.DEBIT, -5_00, "INFORMATION"),
        (LineKind.REFUSED, 100_00, "REFUSED"),
        (LineKind.CANCELLED, 100_00, "REFUSED"),
        (LineKind.DEDUCTION, -100_00, "QUEUED"),
        (LineKind.REVERSAL, 3_00, "QUEUED"),
    ]
    result = await bank.send(*(line(amount, invoice["kid"], kind=kind) for kind, amount, _ in kinds))
    assert [outcome for outcome, _ in told(result)] == [outcome for *_, outcome in kinds]
    assert await balance(api, invoice) == 100_00
    # Booked by the bank later, it is another line.
    assert told(await bank.send(line(100_00, invoice["kid"]))) == [("SETTLED", "exact")]


async def test_free_text_never_places_a_payment_even_if_it_is_a_claims_number(api, bank):
    invoice = await api.invoice("I-1", 100)
    result = await bank.send(
        line(100_00, invoice["kid"], naming=Naming.TEXT), line(100_00, text=f"KID {invoice['kid']}")
    )
    assert told(result) == [("QUEUED", "no reference")] * 2


async def test_a_return_opens_again_what_its_payment_had_closed(api, bank, db):
    invoice = await api.invoice("I-1", 100)
    await bank.send(line(97_00, invoice["kid"], archive_reference="A1", payer_account="86011117947"))
    assert await balance(api, invoice) == 0
    back = returned(97_00, invoice["kid"], archive_reference="A1", payer_account="86011117947", reason="AC04")
    assert told(await bank.send(back)) == [("RETURNED", "payment taken back")]
    assert await balance(api, invoice) == 100_00
    assert await check_client(db, api.client_no) == []
    assert told(await bank.send(back)) == [("DUPLICATE", "same line in another file")]
    again = back._replace(booking_date=DAY - timedelta(days=1))
    assert told(await bank.send(again)) == [("QUEUED", "return of an unknown payment")]
    assert told(await bank.send(line(100_00, invoice["kid"], archive_reference="A2"))) == [("SETTLED", "exact")]


async def test_a_return_in_the_file_of_its_payment_finds_it(api, bank):
    invoice = await api.invoice("I-1", 100)
    result = await bank.send(line(100_00, invoice["kid"]), returned(100_00, invoice["kid"]))
    assert told(result) == [("SETTLED", "exact"), ("RETURNED", "payment taken back")]
    assert await balance(api, invoice) == 100_00


async def test_a_return_of_a_split_list_opens_all_of_it_and_its_credit(api, bank, db):
    a, b = await api.invoice("A-1", 800), await api.invoice("B-1", 100)
    note = await api.invoice("C-1", 200, documentType="CN")
    parts = (part("B-1", 100_00), part("A-1", 800_00), part("C-1", -200_00))
    await bank.send(line(700_00, parts=parts, archive_reference="A1"))
    assert [await balance(api, one) for one in (a, b, note)] == [0, 0, 0]
    assert told(await bank.send(returned(700_00, archive_reference="A1"))) == [("RETURNED", "payment taken back")]
    assert [await balance(api, one) for one in (a, b, note)] == [800_00, 100_00, -200_00]
    assert await check_client(db, api.client_no) == []


async def test_a_return_that_two_payments_fit_or_of_another_payer_waits(api, bank):
    invoice = await api.invoice("I-1", 100)
    kid = invoice["kid"]
    await bank.send(line(50_00, kid, payer_account="1"), line(50_00, kid, payer_account="2"))
    assert told(await bank.send(returned(50_00, kid))) == [("QUEUED", "several payments fit the return")]
    assert told(await bank.send(returned(50_00, kid, payer_account="3"))) == [
        ("QUEUED", "return of an unknown payment")
    ]
    assert told(await bank.send(returned(50_00, kid, payer_account="2"))) == [("RETURNED", "payment taken back")]
    assert await balance(api, invoice) == 50_00


async def test_a_foreign_payment_waits_unless_its_claim_and_a_rate_are_in_its_currency(api, bank, db, no_rates):
    kroner = await api.invoice("I-1", 100)
    assert told(await bank.send(line(100_00, kroner["kid"], currency="EUR"))) == [("QUEUED", "other currency")]
    async with db.registry() as connection:
        await connection.execute(
            """
            insert into currency_rate (base_currency, currency, valid_from, version, units, rate, source, created_time)
            values ('NOK', 'EUR', '2025-02-01', 1, 1, 11, 'X', now()), ('NOK', 'EUR', '2025-02-26', 1, 1, 11.7, 'X',
                now())
            """
        )
    euro = await api.invoice("I-2", 100, currency="EUR")
    result = await bank.send(line(60_00, euro["kid"], currency="EUR"), line(5_00, kroner["kid"]))
    assert result.currency == "EUR"
    assert (result.settled_minor, result.of("NOK").settled_minor) == (60_00, 5_00)
    assert await balance(api, euro) == 40_00
    early = line(40_00, euro["kid"], currency="EUR", booking_date=DAY - timedelta(days=90))
    assert told(await bank.send(early)) == [("QUEUED", "no rate is known")]
    assert await check_client(db, api.client_no) == []


async def test_a_file_from_the_future_or_to_a_strange_account_books_nothing(api, bank, db, clock):
    invoice = await api.invoice("I-1", 100)
    late = line(1_00, invoice["kid"], booking_date=clock.moment.date() + timedelta(days=2))
    with pytest.raises(Refused) as refused:
        await bank.send(line(100_00, invoice["kid"]), late)
    assert "lies in the future" in refused.value.faults[0].args["text"]
    other = Bank(db, clock, bank.folder, await make_client(db))
    with pytest.raises(Refused) as refused:
        await other.send(line(1_00, STRANGE))
    assert other.account not in str(refused.value.faults)
    assert await balance(api, invoice) == 100_00


async def test_an_iban_is_the_account_that_is_registered(api, bank, db):
    invoice = await api.invoice("I-1", 100)
    domestic = bank.account
    iban = f"NO00{domestic}"  # check digits of ibans are the reader's business
    bank.__class__ = type("IbanBank", (Bank,), {"account": property(lambda _: iban)})
    assert told(await bank.send(line(100_00, invoice["kid"]))) == [("SETTLED", "exact")]
    assert await rows(db, api.client_no, "receiving_account_no") == [(domestic,)]


@pytest.mark.parametrize("lines_in_run", [1, 2, 1000])
async def test_every_format_comes_to_the_same_as_ocr_giro(lines_in_run, db, api_for, clock, tmp_path, monkeypatch):
    """The fast way of OCR giro and the common one, on two clients with the same book."""
    monkeypatch.setattr(incoming_import, "RUN", lines_in_run)
    outcomes = []
    for fast in (True, False):
        api = api_for(await make_client(db))
        await api.customer()
        invoices = [await api.invoice(f"I-{n}", 100) for n in range(4)]
        credited = await api.invoice("I-9", 50)
        await api.invoice("C-9", 50, documentType="CN", creditedDocumentNo="I-9")
        kids = [one["kid"] for one in (*invoices, credited)]
        plan = [(kids[0], 100_00), (kids[1], 96_00), (kids[2], 30_00), (kids[2], 70_00), (kids[3], 170_00),
                (STRANGE, 5_00), (kids[0], 100_00), (kids[4], 50_00), ("0" + kids[2], 1_00)]  # fmt: skip
        if fast:
            giro = Giro(db, clock, tmp_path)
            await giro.open_account(api.client_no)
            result = await giro.send(**{f"client_{api.client_no}": [(amount, kid) for kid, amount in plan]})
        else:
            bank = Bank(db, clock, tmp_path, api.client_no, monkeypatch)
            await bank.open_account()
            result = await bank.send(*(line(amount, kid) for kid, amount in plan))
        assert await check_client(db, api.client_no) == []
        balances = [await balance(api, one) for one in (*invoices, credited)]
        lines = [(one.outcome, one.reason, one.settled_minor, one.unapplied_minor, one.open_minor)
                 for one in result.lines]  # fmt: skip
        outcomes.append((lines, balances, [row[2] for row in await rows(db, api.client_no)]))
    assert outcomes[0] == outcomes[1]


async def test_an_uploaded_file_is_checked_at_once_and_booked_by_the_worker(api, bank, db, clock, tmp_path):
    await set_config(db, api.client_no, "files.uploadTypes", "CAMT054")
    invoice = await api.invoice("I-1", 100)
    good = write(tmp_path / "up.lines", [line(100_00, invoice["kid"], account=bank.account)]).read_bytes()
    strange = write(tmp_path / "no.lines", [line(100_00, invoice["kid"], account="99999999999")]).read_bytes()

    async def send(content: bytes) -> str:
        file = {"fileType": "CAMT054", "fileName": "a.xml", "content": b64encode(content).decode()}
        answer = await api.post("/files", {"metadata": {"userId": "T"}, "files": [file]})
        return answer.text if answer.status_code != 200 else answer.json()["files"][0]["resultType"]

    assert "The content is no CAMT054 file" in await send(b"<nothing/>")
    assert "is not an account of this client" in await send(strange)
    assert await send(good) == "OK"
    async with db.reading(api.client_no) as tx:
        waiting = await batch_store.next_waiting(tx)
    assert waiting is not None
    runner = FileRunner(db=db, numbers=Numbers(db), clock=clock, files=FileStore.open(tmp_path))
    await runner.import_file(api.client_no, waiting)
    assert await balance(api, invoice) == 0


async def test_a_file_that_only_the_book_refuses_fails_and_those_behind_it_do_not_wait(
    api, bank, db, clock, tmp_path, monkeypatch
):
    await set_config(db, api.client_no, "files.uploadTypes", "CAMT054")
    invoice = await api.invoice("I-1", 100)
    for amount in (1_00, 100_00):
        content = write(tmp_path / "up.lines", [line(amount, invoice["kid"], account=bank.account)]).read_bytes()
        file = {"fileType": "CAMT054", "fileName": "a.xml", "content": b64encode(content).decode()}
        assert (await api.post("/files", {"metadata": {"userId": "T"}, "files": [file]})).status_code == 200
    runner = FileRunner(db=db, numbers=Numbers(db), clock=clock, files=FileStore.open(tmp_path))

    async def refuse(*_):
        raise broken(fault(Code.DATE_RANGE, "At most {days} days ahead", "voucherDate", None, days=31))

    async def work():
        async with db.reading(api.client_no) as tx:
            waiting = await batch_store.next_waiting(tx)
        await runner.import_file(api.client_no, waiting)

    with monkeypatch.context() as patch:
        patch.setattr(IncomingImport, "book_for", refuse)
        await work()
    await work()
    assert await balance(api, invoice) == 0
    async with db.reading(api.client_no) as tx:
        assert await batch_store.next_waiting(tx) is None
        states = await tx.fetch(
            "select file_status from stored_file where client_no = $1 order by file_uuid", tx.client_no
        )
    assert sorted(row[0] for row in states) == ["FAILED", "PROCESSED"]


def damages(kid: str):
    """What typists do to a reference: a wrong digit, two that changed places, one lost or doubled."""
    for at, digit in enumerate(kid):
        yield kid[:at] + str((int(digit) + 3) % 10) + kid[at + 1 :]
        yield kid[:at] + kid[at + 1 :]
        yield kid[:at] + digit + kid[at:]
        if at + 1 < len(kid):
            yield kid[:at] + kid[at + 1] + digit + kid[at + 2 :]
    yield kid[:-1]
    yield kid[1:]
    yield kid + "0"
    yield kid[::-1]


async def test_no_damaged_reference_is_placed(api, bank, db):
    """What is placed has the reference of its claim, but for zeros in front of it."""
    claims = [await api.invoice(f"I-{n}", 100) for n in range(3)]
    claims += [
        await api.invoice(f"J-{n}", 100, kid=kid) for n, kid in enumerate(("00123455", "123463", "10000120260003"))
    ]
    kids = {one["kid"] for one in claims}
    damaged = sorted({text for kid in kids for text in damages(kid)} - kids)
    result = await bank.send(*(line(1, text) for text in damaged))
    placed = [one for one in result.lines if one.outcome not in {"QUEUED", "DUPLICATE"}]
    assert len(damaged) > 200
    for one in placed:
        item = await api.item(one.ar_item_id)
        assert item["kid"].lstrip("0") == one.kid.lstrip("0"), one
    assert len(placed) < 6  # the kids with zeros, less one or with one more
    assert await check_client(db, api.client_no) == []
