"""A format of the tests' own: lines of the ledger's record as JSON, so that a file of any kind can be made."""

import json
from datetime import date
from pathlib import Path

from reskontro.ledger.domain.incoming import Incoming, LineKind, ListPart, Naming
from reskontro.ledger.service import payment_files, refunds
from reskontro.ledger.service.incoming_import import ReadFile
from reskontro.ledger.store.numbers import Numbers
from reskontro.platform.files import FileStore

HEAD = b"LINES OF A TEST\n"
DAY = date(2025, 2, 26)
DATES = ("booking_date", "value_date", "order_date")


def line(amount: int, reference: str = "", **fields) -> Incoming:
    """A payment with a reference, unless the fields say otherwise."""
    made = {
        "line_no": 1, "label": "1/1", "kind": LineKind.PAYMENT, "account": "", "amount_minor": amount,
        "currency": "NOK", "booking_date": DAY, "value_date": None, "order_date": None, "naming": Naming.REFERENCE,
        "reference": reference, "parts": (), "payer_name": "", "payer_account": "", "text": "",
        "archive_reference": "", "end_to_end_id": "", "lump": "", "code": "", "reason": "",
    }  # fmt: skip
    if not reference and "naming" not in fields:
        made["naming"] = Naming.TEXT
    return Incoming(**made | fields)


def part(reference: str, amount: int | None, naming: Naming = Naming.DOCUMENT) -> ListPart:
    return ListPart(naming, reference, amount)


def returned(amount: int, reference: str = "", **fields) -> Incoming:
    return line(-amount, reference, **{"kind": LineKind.RETURN} | fields)


class TestReader:
    """Reads files that `write` has written."""

    __test__ = False

    def recognises(self, head: bytes) -> bool:
        return head.startswith(HEAD)

    def read(self, content: bytes) -> ReadFile:
        found = json.loads(content.removeprefix(HEAD))
        lines = []
        for each in found["lines"]:
            dates = {name: date.fromisoformat(each[name]) if each[name] else None for name in DATES}
            parts = tuple(ListPart(Naming(naming), *rest) for naming, *rest in each["parts"])
            kinds = {"kind": LineKind(each["kind"]), "naming": Naming(each["naming"]), "parts": parts}
            lines.append(Incoming(**each | dates | kinds))
        answers = [refunds.Answer(*each) for each in found["answers"]]
        return ReadFile("TEST", "CAMT054", found["identity"], lines, answers)


def write(path: Path, lines, answers=(), identity: str = "1") -> Path:
    rows = [
        each._replace(line_no=number, label=f"1/{number}")._asdict() for number, each in enumerate(lines, 1)
    ]  # fmt: skip
    found = {"identity": identity, "lines": rows, "answers": [[a.refund_id, a.status, a.reason] for a in answers]}
    path.write_bytes(HEAD + json.dumps(found, default=str).encode())
    return path


class Bank:
    """Sends files to one client's account."""

    def __init__(self, db, clock, folder, client_no, monkeypatch=None) -> None:
        self.db, self.clock, self.folder, self.client_no = db, clock, folder, client_no
        self.sent = 0
        if not any(isinstance(reader, TestReader) for reader in payment_files.READERS):
            if monkeypatch is None:
                payment_files.READERS.append(TestReader())
            else:
                monkeypatch.setattr(payment_files, "READERS", [TestReader()])

    @property
    def account(self) -> str:
        return f"{self.client_no:011d}"

    async def open_account(self, currency: str = "NOK") -> None:
        async with self.db.registry() as connection:
            await connection.execute(
                "insert into receiving_account (account_no, client_no, currency, created_time) values ($1, $2, $3, $4)",
                self.account,
                self.client_no,
                currency,
                self.clock.moment,
            )

    async def send(self, *lines, answers=()):
        self.sent += 1
        path = self.folder / f"{self.client_no}-{self.sent}.lines"
        write(path, [one._replace(account=self.account) for one in lines], answers, str(self.sent))
        return await payment_files.import_path(
            self.db, Numbers(self.db), FileStore.open(self.folder), path, self.clock.moment, only_client=self.client_no
        )
