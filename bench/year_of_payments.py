"""A firm's year of payments with what each is for: the truth that placements are judged by.

Of a hundred payments most carry a KID and come by OCR giro or camt.054, some pay lists of invoices, some name a
document in a structured field or in text, some pay in part, too much, twice, or short by a little; a few go back.
Three invoices in ten are a subscription and have the same amount as thousands of others. A tenth of the payments are
damaged: a digit of the reference wrong, two that changed places, one lost; digits of the amount changed; a reference of
another creditor; two invoices paid as one; a document's number mistyped.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from data import CLIENT_NO, Item
from payment_file import ACCOUNT_NO, KINDS, Mix, Paid

from reskontro.kernel.kid import customer_kid

DAMAGED = 10  # in a hundred
OTHER_PAYER = 20  # in a hundred payments by camt: somebody else pays for the customer
SHARES = {
    "kid by ocr": 52,
    "kid by camt": 10,
    "partial": 5,
    "over": 3,
    "double": 2,
    "short": 3,
    "customer kid": 2,
    "list": 7,
    "document": 4,
    "text": 10,
    "returned": 2,
}
BY_OCR = frozenset({"kid by ocr", "partial", "over", "double", "short", "customer kid"})
DAMAGES = ("digit", "neighbours", "cut", "amount", "foreign", "two in one")


@dataclass(slots=True)
class Payment:
    """One payment and what it is for: claims, or the customer alone; `account_no` is None for another creditor's."""

    kind: str
    archive: str
    minor: int
    day: date
    account_no: int | None
    claims: frozenset[int]
    kid: str = ""
    parts: tuple[tuple[str, int], ...] = ()
    text: str = ""
    payer: str = ""
    name: str = ""
    damage: str = ""
    returns: str = ""  # the archive reference of what it takes back

    @property
    def by_ocr(self) -> bool:
        """Whether it comes in a file of OCR giro."""
        return self.kind in BY_OCR

    def as_ocr(self, chance: random.Random) -> Paid:
        """As a line of OCR giro."""
        return Paid(self.kid, self.minor, self.day, chance.choice(KINDS), self.payer, self.archive, Mix.EXACT)


@dataclass(slots=True)
class Year:
    """Makes the payments for invoices, month by month."""

    chance: random.Random
    made: int = 0
    waiting: list[Payment] = field(default_factory=list)  # returns, which come a month later

    def month(self, items: Sequence[Item], first: date, days: int) -> list[Payment]:
        """A month's payments, by day."""
        kinds = [kind for kind, share in SHARES.items() for _ in range(share)]
        due, self.waiting = self.waiting, []
        payments: list[Payment] = [replace(one, day=first) for one in due]
        by_customer: dict[int, list[Item]] = {}
        for item in items:
            by_customer.setdefault(item.account_no, []).append(item)
        left = list(items)
        self.chance.shuffle(left)
        paid: set[int] = set()
        for item in left:
            if item.reference_no in paid:
                continue
            day = first + timedelta(days=self.chance.randrange(days))
            beside = [one for one in by_customer[item.account_no] if one.reference_no not in paid and one != item]
            for one in self._payments(self.chance.choice(kinds), item, beside, day):
                paid |= one.claims
                payments.append(self._damaged(one, beside) if self.chance.randrange(100) < DAMAGED else one)
        return sorted(payments, key=lambda one: (one.day, one.archive))

    def _payments(self, kind: str, item: Item, beside: Sequence[Item], day: date) -> Iterator[Payment]:
        one = self._new(kind, item, day)
        match kind:
            case "partial":
                part = item.minor * self.chance.choice((25, 50, 75)) // 100
                yield replace(one, minor=part)
                yield replace(self._new(kind, item, day), minor=item.minor - part)
            case "over":
                yield replace(one, minor=item.minor + self.chance.choice((1_00, 50_00, item.minor)))
            case "double":
                yield one
                yield self._new(kind, item, day)
            case "short":
                yield replace(one, minor=item.minor - self.chance.choice((1, 50, 4_00)))
            case "customer kid":
                yield replace(one, kid=customer_kid(CLIENT_NO, item.account_no), claims=frozenset())
            case "list" if beside:
                listed = [item, *beside[: self.chance.choice((1, 1, 2))]]
                yield replace(
                    one, kid="", parts=tuple((number(each), each.minor) for each in listed),
                    minor=sum(each.minor for each in listed), claims=frozenset(each.reference_no for each in listed),
                )  # fmt: skip
            case "document" | "list":
                yield replace(one, kind="document", kid="", parts=((number(item), item.minor),))
            case "text":
                said = self.chance.choice(("Faktura {}", "{}", "betaling av faktura {} takk", "Fakt.nr. {}", "Takk"))
                yield replace(one, kid="", text=said.format(number(item)))
            case "returned":
                yield one
                self.waiting.append(
                    replace(self._new("return", item, day), minor=-one.minor, payer=one.payer, returns=one.archive)
                )
            case _:
                yield one

    def _new(self, kind: str, item: Item, day: date) -> Payment:
        self.made += 1
        other = self.chance.randrange(100) < OTHER_PAYER
        payer = f"{(item.account_no * 7 + other * 991) % 10**10:010d}1"
        name = f"Somebody {self.made}" if other else f"Customer {item.account_no}"
        claims = frozenset({item.reference_no})
        return Payment(
            kind, f"{self.made:09d}", item.minor, day, item.account_no, claims, item.kid, payer=payer, name=name
        )

    def _damaged(self, one: Payment, beside: Sequence[Item]) -> Payment:  # noqa: PLR0911 - one for each damage
        """The payment as somebody typed it who was not careful."""
        chance, damage = self.chance, self.chance.choice(DAMAGES)
        if one.parts:
            at = chance.randrange(len(one.parts))
            parts = [*one.parts]
            if damage == "amount":
                parts[at] = (parts[at][0], parts[at][1] + chance.choice((-9, 90, 1_00)))
            else:
                damage = "document number"
                parts[at] = (mistyped(parts[at][0], chance), parts[at][1])
            return replace(one, parts=tuple(parts), damage=damage)
        if not one.kid:
            return replace(one, text=mistyped(one.text, chance), damage="text")
        match damage:
            case "digit":
                at = chance.randrange(len(one.kid))
                wrong = str((int(one.kid[at]) + chance.randrange(1, 10)) % 10)
                return replace(one, kid=one.kid[:at] + wrong + one.kid[at + 1 :], damage=damage)
            case "neighbours":
                at = chance.randrange(len(one.kid) - 1)
                kid = one.kid[:at] + one.kid[at + 1] + one.kid[at] + one.kid[at + 2 :]
                return replace(one, kid=kid, damage=damage if kid != one.kid else "")
            case "cut":
                kid = chance.choice((one.kid[1:], one.kid[:-1], one.kid[: len(one.kid) // 2]))
                return replace(one, kid=kid, damage=damage)
            case "foreign":
                kid = f"{chance.randrange(10**12, 10**14)}"
                return replace(one, kid=kid, account_no=None, claims=frozenset(), damage=damage)
            case "two in one" if beside and one.claims:
                other = beside[0]
                return replace(
                    one, minor=one.minor + other.minor, claims=one.claims | {other.reference_no}, damage=damage
                )
        minor = max(1, one.minor + chance.choice((-9, -90, 9, 900)))
        return replace(one, minor=minor, damage="amount")


def number(item: Item) -> str:
    """The number of an invoice's document."""
    return f"D{item.reference_no}"


def mistyped(text: str, chance: random.Random) -> str:
    """A text with one of its digits wrong; one without digits stays."""
    places = [at for at, character in enumerate(text) if character.isdigit()]
    if not places:
        return text
    at = chance.choice(places)
    return text[:at] + str((int(text[at]) + chance.randrange(1, 10)) % 10) + text[at + 1 :]


def with_subscriptions(items: Sequence[Item], chance: random.Random) -> list[Item]:
    """The invoices with three in ten of them at one of a few prices."""
    prices = (299_00, 499_00, 1_249_00)
    return [replace(item, minor=chance.choice(prices)) if chance.randrange(10) < 3 else item for item in items]


HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.02"><BkToCstmrDbtCdtNtfctn>
<GrpHdr><MsgId>{id}</MsgId><CreDtTm>{day}T05:00:00+01:00</CreDtTm></GrpHdr>
<Ntfctn><Id>{id}</Id><CreDtTm>{day}T05:00:00+01:00</CreDtTm>
<Acct><Id><Othr><Id>{account}</Id></Othr></Id><Ccy>NOK</Ccy></Acct>
"""
ENTRY = """<Ntry><Amt Ccy="NOK">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{reversal}<Sts>BOOK</Sts>
<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>{archive}</AcctSvcrRef>
<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>{sub}</SubFmlyCd></Fmly></Domn></BkTxCd>
<NtryDtls><TxDtls><Refs><AcctSvcrRef>{archive}</AcctSvcrRef></Refs>
<AmtDtls><TxAmt><Amt Ccy="NOK">{amount}</Amt></TxAmt></AmtDtls>
<RltdPties><Dbtr><Nm>{name}</Nm></Dbtr><DbtrAcct><Id><Othr><Id>{payer}</Id></Othr></Id></DbtrAcct></RltdPties>
{remittance}</TxDtls></NtryDtls></Ntry>
"""


def camt_054(payments: Sequence[Payment], serial: int) -> bytes:
    """Payments and returns as a notification of the bank."""
    day = max(one.day for one in payments)
    entries = "".join(_entry(one) for one in payments)
    head = HEAD.format(id=f"N{serial}", day=day, account=ACCOUNT_NO)
    return f"{head}{entries}</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>".encode()


def _entry(one: Payment) -> str:
    if one.kid:
        remittance = (
            f"<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>{one.kid}</Ref></CdtrRefInf></Strd>"
        )
    elif one.parts:
        remittance = "".join(
            f"<Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>CINV</Cd></CdOrPrtry></Tp><Nb>{named}</Nb></RfrdDocInf>"
            f'<RfrdDocAmt><RmtdAmt Ccy="NOK">{money(minor)}</RmtdAmt></RfrdDocAmt></Strd>'
            for named, minor in one.parts
        )
    else:
        remittance = f"<Ustrd>{one.text}</Ustrd>"
    back = one.minor < 0
    return ENTRY.format(
        amount=money(abs(one.minor)), sign="DBIT" if back else "CRDT", day=one.day, name=one.name, payer=one.payer,
        reversal="<RvslInd>true</RvslInd>" if back else "", sub="RRTN" if back else "VCOM",
        archive=one.returns or one.archive, remittance=f"<RmtInf>{remittance}</RmtInf>",
    )  # fmt: skip


def money(minor: int) -> str:
    """`100.00`."""
    return f"{minor // 100}.{minor % 100:02d}"
