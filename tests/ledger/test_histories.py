"""Whatever happens to a client's book, it balances and explains itself.

A history is a list of events with numbers in them that choose among what is there at that moment. It is played through
the interface and the file import, with a clock that ticks; an event that the book refuses is part of it.
"""

import asyncio
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reskontro.app import Application, build, families
from reskontro.kernel.actor import Actor
from reskontro.kernel.kid import customer_kid
from reskontro.kernel.problems import Refused
from reskontro.ledger.domain.periods import Period
from reskontro.ledger.service import ocr_import
from reskontro.ledger.service.checks import check_client
from reskontro.ledger.service.ocr_import import ImportResult
from reskontro.ledger.service.payment_files import import_path
from reskontro.ledger.service.periods import close_period
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.clock import StandingClock
from reskontro.platform.database import BookLock, Database
from reskontro.platform.files import FileStore
from reskontro.platform.settings import Mode, Settings
from tests.answers import HOOKS
from tests.formats.ocr_giro import ocr_files
from tests.formats.ocr_giro.ocr_files import Line
from tests.ledger.conftest import Api, KnownTokens, make_client

START = datetime(2025, 2, 27, 9, 0, tzinfo=UTC)
TODAY = START.date()
CUSTOMERS = 3
VAT_RATES = (0, 12, 15, 25)
BANK, RECEIVABLES = 1920, 1500
UNKNOWN_KID = "10000120260003"

numbers = st.integers(0, 1000)


@dataclass(frozen=True)
class Invoice:
    """`lines` are amounts without VAT in øre and a rate each; `off` is what the lines do not add up by."""

    customer: int
    lines: list[tuple[int, int]]
    off: int
    day: int


@dataclass(frozen=True)
class CreditNote:
    """For a document, or for nobody's; the amount in percent of the credited document's."""

    of: int | None
    percent: int
    day: int


@dataclass(frozen=True)
class Payment:
    """`target` is how it is aimed; the amount in percent of what is open; a repeat sends the same again."""

    target: str
    of: int
    percent: int
    matching: str
    repeat: bool
    day: int


@dataclass(frozen=True)
class Giro:
    """A file of lines, each aimed somehow and with a share of what is open; `again` is how it comes a second time."""

    lines: list[tuple[str, int, int]]
    again: str


@dataclass(frozen=True)
class Defer:
    of: int
    days: int


@dataclass(frozen=True)
class Close:
    month: int


percents = st.sampled_from([100, 100, 100, 1, 40, 99, 101, 150])
days = st.integers(0, 57)
events = st.one_of(
    st.builds(
        Invoice,
        customer=numbers,
        lines=st.lists(st.tuples(st.integers(1, 900_000), st.sampled_from(VAT_RATES)), min_size=1, max_size=4),
        off=st.sampled_from([0, 0, 1, -3, 100, -100]),
        day=days,
    ),
    st.builds(CreditNote, of=st.none() | numbers, percent=percents, day=days),
    st.builds(
        Payment,
        target=st.sampled_from(["item", "document", "kid", "reference", "customer", "account", "customer kid"]),
        of=numbers,
        percent=percents,
        matching=st.sampled_from(["", "", "items", "off"]),
        repeat=st.booleans(),
        day=days,
    ),
    st.builds(
        Giro,
        lines=st.lists(
            st.tuples(
                st.sampled_from(["kid", "kid", "kid", "customer kid", "unknown", "negative", "short", "twice", "card"]),
                numbers,
                percents,
            ),
            min_size=1,
            max_size=6,
        ),
        again=st.sampled_from(["", "", "same", "other"]),
    ),
    st.builds(Defer, of=numbers, days=st.integers(-10, 60)),
    st.builds(Close, month=st.integers(1, 2)),
)
histories = st.lists(events, min_size=2, max_size=12).map(
    # Something to happen to comes first.
    lambda rest: [Invoice(0, [(400_00, 25)], 0, 20), Invoice(1, [(99_99, 15), (12_34, 0)], 1, 50), *rest]
)


@dataclass
class Document:
    number: str
    ar_item_id: str
    kid: str
    reference_no: int
    customer_no: str
    incl_vat: int
    is_claim: bool


@dataclass
class Teller:
    """Plays a history and keeps its own count of the money that came in."""

    api: Api
    db: Database
    clock: StandingClock
    folder: Path
    accounts: dict[str, int] = field(default_factory=dict)
    documents: list[Document] = field(default_factory=list)
    posting: int = 0
    files: int = 0
    received: int = 0  # booked, by either way
    by_file: ImportResult = field(default_factory=ImportResult)
    in_files: int = 0  # money in the files, with sign

    @property
    def receiving_account(self) -> str:
        return f"{self.api.client_no:011d}"

    async def begin(self) -> None:
        async with self.db.registry() as connection:
            await connection.execute(
                "insert into receiving_account (account_no, client_no, created_time) values ($1, $2, $3)",
                self.receiving_account,
                self.api.client_no,
                START,
            )
        for number in range(CUSTOMERS):
            customer = await self.api.customer(str(number))
            self.accounts[str(number)] = customer["accountNo"]

    async def play(self, event) -> None:
        self.clock.moment += timedelta(minutes=1)
        match event:
            case Invoice():
                await self.invoice(event)
            case CreditNote():
                await self.credit(event)
            case Payment():
                await self.pay(event)
            case Giro():
                await self.giro(event)
            case Defer():
                await self.defer(event)
            case Close():
                await self.close(event)

    async def post_document(self, body: dict, *, is_claim: bool, incl: int) -> None:
        answer = await self.api.post("/documents", {"metadata": {"userId": "T"}, "document": body})
        assert answer.status_code == 201, answer.text
        got = answer.json()["document"]
        self.documents.append(
            Document(
                body["documentNo"], got["arItemId"], got["kid"], got["referenceNo"], body["customerNo"], incl, is_claim
            )
        )

    async def invoice(self, event: Invoice) -> None:
        lines = []
        for number, (excl, rate) in enumerate(event.lines, 1):
            vat = excl * rate // 100
            amounts = {"exclVat": excl / 100, "vat": vat / 100, "inclVat": (excl + vat) / 100}
            what = {"lineType": "PLH", "lineText": "x", "quantity": 1, "price": excl / 100}
            lines.append({"lineNo": number, "currencyAmounts": amounts} | what)
        vat = sum(excl * rate // 100 for excl, rate in event.lines)
        excl = max(sum(excl for excl, _ in event.lines) + event.off, 0)
        body = {
            "documentType": "IN",
            "customerNo": str(event.customer % CUSTOMERS),
            "documentNo": f"D-{len(self.documents)}",
            "documentDate": (TODAY - timedelta(days=event.day)).isoformat(),
            "currencyAmounts": {"exclVat": excl / 100, "vat": vat / 100, "inclVat": (excl + vat) / 100},
            "documentLines": lines,
        }
        await self.post_document(body, is_claim=True, incl=excl + vat)

    def claim(self, of: int) -> Document:
        claims = [document for document in self.documents if document.is_claim]
        return claims[of % len(claims)]

    async def credit(self, event: CreditNote) -> None:
        credited = self.claim(event.of or 0)
        amount = max(credited.incl_vat * event.percent // 100, 1)
        amounts = {"exclVat": amount / 100, "vat": 0, "inclVat": amount / 100}
        what = {"lineType": "PLH", "lineText": "x", "quantity": 1, "price": amount / 100}
        body = {
            "documentType": "CN",
            "customerNo": credited.customer_no,
            "documentNo": f"D-{len(self.documents)}",
            "documentDate": (TODAY - timedelta(days=event.day)).isoformat(),
            "currencyAmounts": amounts,
            "documentLines": [{"lineNo": 1, "currencyAmounts": amounts} | what],
        }
        if event.of is not None:
            body["creditedDocumentNo"] = credited.number
        await self.post_document(body, is_claim=False, incl=-amount)

    async def open_minor(self, document: Document) -> int:
        return round((await self.api.item(document.ar_item_id))["currencyBalance"] * 100)

    async def share(self, document: Document, percent: int) -> int:
        return max((await self.open_minor(document) or document.incl_vat) * percent // 100, 1)

    async def pay(self, event: Payment) -> None:
        aim = self.claim(event.of)
        amount = await self.share(aim, event.percent)
        account_no = self.accounts[aim.customer_no]
        targets = {
            "item": {"arItemId": aim.ar_item_id},
            "document": {"documentNo": aim.number.lower()},
            "kid": {"kid": aim.kid},
            "reference": {"referenceNo": aim.reference_no},
            "customer": {"customerNo": aim.customer_no},
            "account": {"accountNo": account_no},
            "customer kid": {"kid": customer_kid(self.api.client_no, account_no)},
        }
        self.posting += 1
        posting = targets[event.target] | {
            "postingId": f"P-{self.posting}",
            "voucherDate": (TODAY - timedelta(days=event.day)).isoformat(),
            "currencyAmount": amount / 100,
        }
        if event.matching == "items":
            own = [d for d in self.documents if d.is_claim and d.customer_no == aim.customer_no]
            open_ones = [d.ar_item_id for d in own if await self.open_minor(d) > 0]
            posting["matchArItemIds"] = [*open_ones, *open_ones[:1]]
        elif event.matching == "off":
            posting["autoMatch"] = False
        body = {"metadata": {"userId": "T"}, "autoPostings": [posting]}
        answer = await self.api.post("/autopostings/payment", body)
        assert answer.status_code in {200, 422}, answer.text
        if answer.status_code == 200:
            self.received += amount
        if event.repeat:
            again = await self.api.post("/autopostings/payment", body)
            assert again.status_code == answer.status_code, again.text

    async def giro(self, event: Giro) -> None:
        lines = []
        for number, (kind, of, percent) in enumerate(event.lines):
            aim = self.claim(of)
            line = Line(
                amount=await self.share(aim, percent), kid=aim.kid, day=TODAY - timedelta(days=of % 50),
                bank_day=TODAY - timedelta(days=of % 50), archive=f"{self.files:05d}{number:04d}",
            )  # fmt: skip
            match kind:
                case "customer kid":
                    kid = customer_kid(self.api.client_no, self.accounts[aim.customer_no])
                    line = Line(**vars_of(line) | {"kid": kid})
                case "unknown":
                    line = Line(**vars_of(line) | {"kid": UNKNOWN_KID})
                case "negative":
                    line = Line(**vars_of(line) | {"negative": True})
                case "short":
                    line = Line(**vars_of(line) | {"amount": max(line.amount - 4_99, 1)})
                case "card":
                    line = Line(**vars_of(line) | {"kind": "19"})
            lines += [line, line] if kind == "twice" else [line]
        below = -sum(-line.amount if line.negative else line.amount for line in lines)
        if below > 0:  # a bank pays out no sum below zero
            lines.append(Line(amount=below, kid=UNKNOWN_KID, day=TODAY, bank_day=TODAY, archive=f"{self.files:09d}"))
        first = await self.import_lines(lines)
        assert not any(reason == "same line in another file" for _, reason in first.counts)
        self.add(first, lines)
        if event.again:
            if event.again == "other":
                self.files += 1  # the same lines in another transmission
            again = await self.import_lines(lines)
            assert {outcome for outcome, _ in again.counts} == {"DUPLICATE"}
            assert again.transactions == len(lines)
        self.files += 1

    async def import_lines(self, lines: list[Line]) -> ImportResult:
        records = ocr_files.payments(lines, account=self.receiving_account)
        path = self.folder / f"{self.api.client_no}-{self.files}.txt"
        path.write_bytes(ocr_files.as_bytes(ocr_files.transmission(records, number=f"{self.files:07d}", created=TODAY)))
        return await import_path(
            self.db, Numbers(self.db), FileStore.open(self.folder), path, self.clock.now()
        )  # fmt: skip

    def add(self, result: ImportResult, lines: list[Line]) -> None:
        self.received += result.settled_minor + result.unapplied_minor
        self.in_files += sum(-line.amount if line.negative else line.amount for line in lines)
        self.by_file.include(result)

    async def defer(self, event: Defer) -> None:
        body = {
            "metadata": {"userId": "T"},
            "arItem": {
                "arItemId": self.claim(event.of).ar_item_id,
                "dueDate": (TODAY + timedelta(days=event.days)).isoformat(),
            },
        }
        answer = await self.api.put("/aritems", body)
        assert answer.status_code in {200, 422}, answer.text

    async def close(self, event: Close) -> None:
        async def use_case(tx) -> None:
            await close_period(tx, Period(2025, event.month), self.clock.now(), Actor("API", "T"))

        with suppress(Refused):
            await self.db.run(self.api.client_no, use_case, BookLock.EXCLUSIVE)

    async def prove(self) -> None:
        client_no = self.api.client_no
        assert await check_client(self.db, client_no) == []
        async with self.db.reading(client_no) as tx:
            receivables, bank = [
                await tx.fetchval(
                    """
                    select coalesce(sum(gl_minor), 0)::bigint from gl_item
                    where client_no = $1 and gl_account_no = $2
                    """,
                    client_no,
                    account,
                )
                for account in (RECEIVABLES, BANK)
            ]
            items = await tx.fetch(
                """
                select i.reference_no, i.reference_sequence_no, i.account_no, i.voucher_type, i.currency_minor,
                    s.currency_balance_minor
                from ar_item i join ar_item_state s using (client_no, reference_no, reference_sequence_no)
                where client_no = $1
                """,
                client_no,
            )
            lines = await tx.fetch("select * from payment where client_no = $1", client_no)
            taken = await tx.fetchval(
                "select coalesce(sum(currency_minor), 0)::bigint from ar_match where client_no = $1", client_no
            )

        # Money in is on the bank's account, and every øre of it is settled or on account.
        payments = [item for item in items if item["voucher_type"] == 5]
        assert bank == self.received == -sum(item["currency_minor"] for item in payments)

        # The files' money: what was booked, what waits, what is no money of ours.
        assert self.in_files == self.by_file.amount_minor == sum(line["amount_minor"] for line in lines)
        booked = sum(line["settled_minor"] + line["unapplied_minor"] for line in lines)
        assert booked == self.by_file.settled_minor + self.by_file.unapplied_minor
        unplaced = sum(line["amount_minor"] for line in lines if line["gl_case_no"] is None)
        assert self.in_files == booked + unplaced

        # The receivables are the documents less the money and less what was too small to be asked for.
        small = sum(item["currency_minor"] for item in items if item["voucher_type"] == 11)
        assert -5_00 * len(lines) <= small <= 0
        balances = sum(item["currency_balance_minor"] for item in items)
        documents = sum(document.incl_vat for document in self.documents)
        assert receivables == balances == documents - self.received + small

        # A match takes as much from the claims as from the credits.
        claims = [item for item in items if item["currency_minor"] > 0]
        credits_ = [item for item in items if item["currency_minor"] < 0]
        assert sum(item["currency_minor"] - item["currency_balance_minor"] for item in claims) == taken
        assert sum(item["currency_balance_minor"] - item["currency_minor"] for item in credits_) == taken

        for document in self.documents:
            await self.prove_item(document.ar_item_id)

    async def prove_item(self, ar_item_id: str) -> None:
        answer = await self.api.get(f"/aritems/{quote(ar_item_id)}?expand=matches")
        item = answer.json()
        minor = round(item["currencyAmount"] * 100) + sum(round(m["currencyAmount"] * 100) for m in item["matches"])
        assert minor == round(item["currencyBalance"] * 100), item


def vars_of(line: Line) -> dict:
    return {name: getattr(line, name) for name in Line.__slots__}


class House:
    """The application on a loop of its own, which examples are run on one after the other."""

    def __init__(self, loop, http, db, tokens, clock, folder):
        self.loop = loop
        self.http = http
        self.db = db
        self.tokens = tokens
        self.clock = clock
        self.folder = folder

    async def tell(self, history) -> None:
        self.clock.moment = START
        client_no = await make_client(self.db)
        teller = Teller(Api(self.http, client_no, self.tokens.give(client_no)), self.db, self.clock, self.folder)
        await teller.begin()
        for event in history:
            await teller.play(event)
        await teller.prove()


@pytest.fixture(params=[2, ocr_import.RUN], ids=["runs of two lines", "long runs"])
def run_size(request, monkeypatch):
    """How many lines of a file are decided and written together."""
    monkeypatch.setattr(ocr_import, "RUN", request.param)


@pytest.fixture(scope="module")
def house(app_dsn, tmp_path_factory):
    folder = tmp_path_factory.mktemp("histories")
    clock, tokens = StandingClock(START), KnownTokens()
    config = Settings(
        DATABASE_URL=app_dsn, data=folder, public_base_url="http://testserver", mode=Mode.SANDBOX,
        database_connections=4,
    )  # fmt: skip
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        async def open_house() -> House:
            application = Application(config, families(config.mode), authenticator=tokens, clock=clock)
            application.asgi = build(application)
            await stack.enter_async_context(application.lifespan(None))
            transport = httpx.ASGITransport(app=application.asgi, raise_app_exceptions=False)
            http = await stack.enter_async_context(
                httpx.AsyncClient(transport=transport, base_url="http://testserver", event_hooks=HOOKS)
            )  # fmt: skip
            db = await Database.connect(app_dsn, connections=4)
            stack.push_async_callback(db.close)
            return House(runner.get_loop(), http, db, tokens, clock, folder)

        yield runner.run(open_house())
        runner.run(stack.aclose())


@settings(
    max_examples=70,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate, Phase.target, Phase.shrink],
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,  # the same for all examples of a run
    ],
)
@given(history=histories)
def test_a_book_balances_and_explains_itself_whatever_happens(house, run_size, history):
    house.loop.run_until_complete(house.tell(history))
