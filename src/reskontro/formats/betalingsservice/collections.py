"""The collections of delivery 0601, put together from their records: what is asked for, a debtor's name, texts."""

from collections.abc import Callable

from reskontro.formats.betalingsservice.sums import Sums
from reskontro.formats.findings import Findings, shown
from reskontro.formats.fixed_width import CONTROL, day_of
from reskontro.formats.payments import FileEvent, IncomingPayment, Kind, ReferenceKind, Totals

CURRENCY = "DKK"
COLLECTION = "0280"
MOST_TEXTS = 1000
NAME_LINE = 1


class Collector:
    """The collection that is open: its texts follow it, its debtor's address stands before it, or behind it."""

    def __init__(
        self, found: Findings[FileEvent], totals: Totals, damage: Callable[[int | None, str, str], None]
    ) -> None:
        self._found = found
        self._totals = totals
        self._damage = damage
        self._open: IncomingPayment | None = None
        self._awaited = ""  # the debtor of lines of address of which it is not known yet what they belong to
        self._name = ""

    def collection(self, values: dict[str, str], sums: Sums, section_no: int, section: str) -> None:
        """Begin a collection by its record 042, and count it into the sums."""
        code, sign, amount = values["code"], values["sign"], int(values["amount"])
        if code != COLLECTION:
            self._damage(14, "transaction-code", f"{COLLECTION} was wanted, {shown(code)} found")
        if sign not in {"0", "1", "2"}:
            self._damage(60, "sign", f"sign: 0, 1 or 2 was wanted, {shown(sign)} found")
            return
        day = day_of(values["date"], "DDMMYYYY")
        if day is None:
            self._damage(52, "date", f"date: {values['date']} is no day (DDMMYYYY)")
        if self._awaited not in {"", values["customer"]}:
            self._damage(28, "address", "the address before it is another customer's than the collection")
        name, self._awaited, self._name = self._name, "", ""
        if sign == "0" and amount:
            self._found.warn(60, "sign", "sign 0 stands for nothing to collect, the amount is not zero and in no sum")
        pays_out = sign == "2"
        if pays_out:
            sums.returned_minor += amount
        elif sign == "1":
            sums.paid_minor += amount
        self._open = IncomingPayment(
            self._found.line,
            1,
            section_no,
            self._totals.lines + 1,
            Kind.TRANSFER if pays_out else Kind.CLAIM,
            values["creditor"],
            -amount if pays_out else amount,
            CURRENCY,
            None,
            day,
            None,
            ReferenceKind.CUSTOMER,
            values["customer"],
            (),
            name,
            "",
            values["payer"],
            (),
            values["mandate"],
            values["reference"],
            section,
            code,
            values["group"],
            "",
        )

    def address(self, values: dict[str, str]) -> None:
        """Take a line of address (022), of which the first is the debtor's name."""
        if self._awaited not in {"", values["customer"]} and not self._name_the_open():
            self._damage(28, "address", "the address is another customer's than the line before it")
        self._awaited = values["customer"]
        if int(values["line"]) == NAME_LINE:
            self._name = values["text"]

    def _name_the_open(self) -> bool:
        """Let the address before this place belong to the collection that is open, if it is of its debtor."""
        claim = self._open
        if claim is None or claim.reference != self._awaited:
            return False
        self._open = claim._replace(payer_name=claim.payer_name or self._name)
        self._awaited = self._name = ""
        return True

    def text(self, values: dict[str, str], text: str, *, known: bool) -> None:
        """Take a text (052) as it stands; `known` where every record before it could be read."""
        claim = self._open
        if claim is None:
            if known:
                self._found.warn(1, "text", "the text follows no collection and is shown with none")
            return
        if claim.reference != values["customer"]:
            self._damage(28, "text", "the text is for another customer than the collection before it")
            return
        if len(claim.texts) >= MOST_TEXTS:
            self._found.give_up(None, "too-many", f"a collection has more than {MOST_TEXTS} texts")
        self._open = claim._replace(texts=(*claim.texts, CONTROL.sub(" ", text)))

    def give(self, debtor: str = "") -> None:
        """Let the open collection be an event; `debtor` is whose collection comes next, to whom an address belongs."""
        if self._awaited != debtor:
            self._name_the_open()
        claim, self._open = self._open, None
        if claim is not None:
            self._totals.add(claim)
            self._found.publish(claim)
