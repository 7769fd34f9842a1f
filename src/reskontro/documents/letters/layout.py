"""A paper as the data of its template: the head, then blocks one below the other, then the payment part.

All kinds share one template, `letter`. A kind is a list of blocks: paragraphs, tables, sums, boxes. Every text has
passed `settable`, every amount and day is written as the reader of the paper's language writes it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from reskontro.documents.fonts import settable
from reskontro.documents.letters.records import Branding, Cover, Language, Party, logo_picture
from reskontro.documents.letters.slips import (
    QR_NAME,
    BankSlip,
    DanishSlip,
    NorwegianSlip,
    Payment,
    SwedishSlip,
    account_shown,
    iban_shown,
    qr_picture,
)
from reskontro.documents.letters.texts import texts
from reskontro.documents.reader import Reader, reader_of
from reskontro.documents.report_pdf import ems
from reskontro.documents.typesetter import Typesetter
from reskontro.kernel.report import Money

TEMPLATE = "letter"
UBL_NAME = "invoice.xml"
LOGO_NAME = "logo.svg"

MOST_EMS = 13.0  # of a column that is not the wide one; a longer text takes several lines
SEMIBOLD = 1.06
LEAST_EMS = 3.0
LEAST_SHARE = 12  # of a field of the payment part, in characters
LONGEST_RETURN = 90  # characters of the line above the receiver; a longer one goes without the name
NO_BREAK = "\u00a0"

Block = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that can be set: the template's data, and the files beside it by name (logo, QR code, e-invoice)."""

    data: Mapping[str, Any]
    files: Mapping[str, bytes] = field(default_factory=dict)


async def set_paper(typesetter: Typesetter, paper: Paper) -> bytes:
    """The PDF of a paper, PDF/A-3a and PDF/UA-1. Raises CompileError and TypesetterEndedError."""
    return await typesetter.pdf(TEMPLATE, paper.data, paper.files)


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column: its title's key, whether numbers stand in it, whether it takes the room that is left."""

    title: str
    right: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Voice:
    """A paper's language: its texts, with the client's own, and its signs of numbers."""

    language: Language
    own: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, cover: Cover, branding: Branding) -> "Voice":
        """The voice of a cover's language with the client's own texts."""
        return cls(cover.language, branding.texts.get(cover.language, {}))

    @property
    def reader(self) -> Reader:
        """How amounts and days are written."""
        return reader_of(self.language.value)

    def say(self, key: str, **values: str) -> str:
        """A text of the catalogue, or the client's own for it, with its values filled in."""
        text = self.own.get(key) or texts(self.language.value)[key]
        return text.format(**values) if values else text.format()

    def amount(self, minor: int, currency: str) -> str:
        """`1 234,50`."""
        return self.reader.amount(Money(minor, currency))

    def priced(self, minor: int, currency: str) -> str:
        """`NOK 1 234,50`, in one piece."""
        return f"{currency}{NO_BREAK}{self.amount(minor, currency)}"

    def day(self, day: date) -> str:
        """`12.03.2026`, in one piece."""
        return self.reader.day(day).replace(" ", NO_BREAK)

    def days(self, first: date, last: date) -> str:
        """`01.02.2026–28.02.2026`."""
        return f"{self.day(first)}–{self.day(last)}"

    def number(self, value: Decimal | int) -> str:
        """A count or quantity with the decimals that it has."""
        return self.reader.number(value)

    def percent(self, rate: Decimal) -> str:
        """`12 %`, or `12.5%` in English."""
        shown = self.number(rate.normalize() if rate != rate.to_integral_value() else rate.quantize(Decimal(1)))
        return f"{shown}%" if self.language is Language.ENGLISH else f"{shown}{NO_BREAK}%"


def paragraphs(text: str) -> list[str]:
    """The lines of a text as paragraphs; empty ones are left out."""
    return [settable(line) for line in text.splitlines() if line.strip()]


def prose(text: str) -> Iterator[Block]:
    """A block of paragraphs, or none where there is no text."""
    if found := paragraphs(text):
        yield {"is": "text", "paragraphs": found}


def section(title: str, text: str) -> Iterator[Block]:
    """Paragraphs under a heading, kept together with it; none where there is no text."""
    if found := paragraphs(text):
        yield {"is": "section", "title": settable(title), "paragraphs": found}


def facts(pairs: Sequence[tuple[str, str]]) -> Block:
    """Labels with their values, one below the other."""
    return {"is": "facts", "rows": [[settable(label), settable(value)] for label, value in pairs]}


def heading(title: str) -> Block:
    """A heading of what follows."""
    return {"is": "heading", "title": settable(title)}


def table(voice: Voice, columns: Sequence[Column], rows: Sequence[Sequence[str]], last: str = "item") -> Block:
    """A table with a repeated head; columns without any text are left out. `last` is what its last row is."""
    shown = [at for at, column in enumerate(columns) if column.wide or any(row[at] for row in rows)]
    heads = [settable(voice.say(columns[at].title)) for at in shown]
    cells = [[settable(row[at]) for at in shown] for row in rows]
    end = len(cells) - 1
    return {
        "is": "table",
        "head": heads,
        "right": [columns[at].right for at in shown],
        "widths": [
            ["fr", 1] if columns[at].wide else ["em", _width([heads[place], *(row[place] for row in cells)])]
            for place, at in enumerate(shown)
        ],
        "rows": [{"is": last if number == end else "item", "cells": row} for number, row in enumerate(cells)],
    }


def sums(pairs: Sequence[tuple[str, str]], strong: tuple[str, str] | None = None) -> Block:
    """Sums at the right under a table, the last one strong."""
    return {
        "is": "sums",
        "rows": [[settable(label), settable(value)] for label, value in pairs],
        "strong": None if strong is None else [settable(strong[0]), settable(strong[1])],
    }


def _width(texts_of_column: Sequence[str]) -> float:
    widest = max(ems(text) for text in texts_of_column) * SEMIBOLD
    return round(max(LEAST_EMS, min(widest, MOST_EMS)), 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a kind has to say: title, number, facts beside the address, what is told first, blocks, payment."""

    title: str
    number: str = ""
    facts: Sequence[tuple[str, str]]
    lead: str
    blocks: Sequence[Block]
    payment: Payment | None = None
    qr: bytes | None = None
    ubl: bytes | None = None


def paper(cover: Cover, branding: Branding, voice: Voice, draft: Draft) -> Paper:
    """The paper of a draft. Raises `ValueError` for an e-invoice that is no XML in UTF-8."""
    files: dict[str, bytes] = {}
    if branding.logo is not None:
        files[LOGO_NAME] = logo_picture(branding.logo)
    slip = None
    if draft.payment is not None:
        slip = _slip(voice, cover, draft.payment)
        if draft.qr is not None:
            files[QR_NAME] = qr_picture(draft.qr)
            slip["qr"] = {"file": QR_NAME, "alt": voice.say("qr.alt"), "label": voice.say("slip.qr")}
    if draft.ubl is not None:
        if not draft.ubl.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            raise ValueError("an e-invoice to be embedded is XML")
        files[UBL_NAME] = draft.ubl
    title = " ".join(filter(None, (draft.title, draft.number)))
    sender = cover.sender
    data = {
        "language": cover.language.value,
        "title": settable(title),
        "author": settable(sender.name),
        "made": [cover.day.year, cover.day.month, cover.day.day],
        "colour": branding.colour,
        "logo": None
        if branding.logo is None
        else {"file": LOGO_NAME, "alt": settable(voice.say("logo.alt", name=sender.name))},
        "ubl": UBL_NAME if draft.ubl is not None else None,
        "sender": {"name": settable(sender.name), "lines": _contact(voice, sender)},
        "return": settable(_return_line(sender)),
        "receiver": [settable(line) for line in (cover.receiver.name, *cover.receiver.lines)],
        "facts": [[settable(label), settable(value)] for label, value in draft.facts if value],
        "lead": paragraphs(draft.lead),
        "blocks": [
            *draft.blocks,
            *section(voice.say("heading.message"), cover.message),
            *prose(voice.say("own.closing")),
        ],
        "slip": slip,
        "foot": [settable(line) for line in branding.foot] or _foot(voice, sender),
        "page": voice.say("page.number", page="{page}", pages="{pages}"),
    }
    return Paper(data, files)


def references(cover: Cover, voice: Voice) -> list[tuple[str, str]]:
    """The facts of a cover: references of both sides."""
    return [
        (voice.say("label.your_reference"), cover.your_reference),
        (voice.say("label.our_reference"), cover.our_reference),
    ]


def numbered(voice: Voice, party: Party) -> str:
    """`Org.nr. 974 760 673 MVA`, the number in one piece; empty for who has none."""
    return _labelled(voice.say("label.organization_no"), party.organization_no)


def _labelled(label: str, number: str) -> str:
    return f"{label} {number.replace(' ', NO_BREAK)}" if number else ""


def _return_line(sender: Party) -> str:
    whole = ", ".join((sender.name, *sender.lines))
    return whole if len(whole) <= LONGEST_RETURN else ", ".join(sender.lines)[:LONGEST_RETURN]


def _contact(voice: Voice, party: Party) -> list[str]:
    return [settable(line) for line in (*party.lines, numbered(voice, party)) if line]


def _foot(voice: Voice, party: Party) -> list[str]:
    reach = [_labelled(voice.say("label.phone"), party.phone), party.email, party.web]
    parts = [party.name, *reach] if any(reach) else [party.name, numbered(voice, party)]
    return [settable("  ·  ".join(part for part in parts if part))]


def _slip(voice: Voice, cover: Cover, payment: Payment) -> dict[str, Any]:
    say = voice.say
    amount = (say("slip.amount", currency=payment.currency), voice.amount(payment.amount_minor, payment.currency))
    code_line: str | None = None
    match payment.slip:
        case NorwegianSlip() as slip:
            name = "slip.kid" if slip.kid else "slip.message"
            fields = [
                (say(name), slip.kid or payment_note(cover)),
                amount,
                (say("slip.account"), account_shown(slip.account)),
            ]
        case SwedishSlip() as slip:
            name = "slip.ocr" if slip.ocr else "slip.message"
            giro = say("slip.bankgiro" if slip.bankgiro else "slip.plusgiro")
            fields = [(say(name), slip.ocr or payment_note(cover)), amount, (giro, slip.shown.replace(" ", NO_BREAK))]
        case DanishSlip() as slip:
            fields = [(say("slip.payment_id"), slip.payment_id), amount, (say("slip.creditor_no"), slip.creditor_no)]
            code_line = slip.code_line
        case BankSlip() as slip:
            fields = [
                (say("slip.reference"), slip.reference or payment_note(cover)),
                amount,
                (say("slip.iban"), iban_shown(slip.iban)),
            ]
            if slip.bic:
                fields.append((say("slip.bic"), slip.bic))
    payee = [payment.payee] if payment.payee else [cover.sender.name, *cover.sender.lines]
    return {
        "title": say("slip.title"),
        "due": [say("label.deadline"), voice.day(payment.due)],
        "parties": [
            [say("slip.payer"), [settable(line) for line in (cover.receiver.name, *cover.receiver.lines)]],
            [say("slip.payee"), [settable(line) for line in payee]],
        ],
        # Numbers are not passed through `settable`: they were parsed, and must not be broken.
        "fields": [[label, value, max(len(value), LEAST_SHARE)] for label, value in fields if value],
        "code": None if code_line is None else [say("slip.code_line"), code_line],
        "qr": None,
    }


def payment_note(cover: Cover) -> str:
    """What a payer without a reference writes: the customer's number."""
    return settable(cover.customer_no)
