"""Deliveries of Betalingsservice made for tests, record by record from the layout, without the product's own tables."""

LENGTH = 128


def wide(text):
    assert len(text) <= LENGTH
    return text.ljust(LENGTH)


def start(kind="0602", supplier="12345678", delivery="0000000001", date="050127"):
    return wide(f"BS002{supplier}BS1{kind}{delivery}{'':19}{date}")


def section(kind="0211", creditor="00123456", group="00001", date="000000"):
    return wide(f"BS012{creditor}{kind}{'':3}{group}{'LEV1':15}{'':9}{date}")


def payment(code="0236", amount=299_00, *, sign="1", paid=None, customer=100001, creditor="00123456", group="00001",
            due="010127", paid_on="040127", booked_on="050127", reference="JAN 2027"):  # fmt: skip
    paid = amount if paid is None else paid
    return wide(
        f"BS042{creditor}{code}000{group}{customer:015d}000000001{due}{sign}{amount:013d}{reference:30}{'':4}"
        f"{paid_on}{booked_on}{paid:013d}"
    )


def refused(code="0237", amount=100_00, *, paid=0, sign="0"):
    return payment(code, amount, sign=sign, paid=paid, paid_on="000000", booked_on="000000")


def returned(amount, code="0239", *, sign="2", paid=None):
    return payment(code, amount, sign=sign, paid=paid)


def mandate(code="0231", begins="011126", ends="000000"):
    return wide(f"BS04200123456{code}00000001{100001:015d}000000001{begins}{ends}")


def section_end(count, total, kind="0211", creditor="00123456", group="00001", texts=0, addresses=0):
    return wide(f"BS092{creditor}{kind}000{group}{'':6}{count:011d}{total:015d}{texts:011d}{'':15}{addresses:011d}")


def end(sections, count, total, kind="0602", supplier="12345678", texts=0, addresses=0):
    counts = f"{sections:011d}{count:011d}{total:015d}{texts:011d}{'0' * 15}{addresses:011d}"
    return f"BS992{supplier}BS1{kind}{counts}".ljust(LENGTH, "0")


def collections_start(section_kind="0112", date="00000000"):
    return wide(f"BS01200123456{section_kind}{'':5}00001{'LEV1':15}{'':4}{date}{'':14}Hovedtekst")


def collection(amount=299_00, *, customer=100001, sign="1", date="01012027", code="0280"):
    return wide(
        f"BS04200123456{code}0000000001{customer:015d}000000001{date}{sign}{amount:013d}{'R':30}00{'':15}{'0' * 8}"
    )


def beside(kind, line, text, *, code=None, customer=100001, creditor="00123456"):
    """A line of address (022), text (052) or of the third kind (062)."""
    code = code or {"022": "0240", "052": "0241", "062": "0242"}[kind]
    blank = "" if kind == "022" else " "
    return wide(f"BS{kind}{creditor}{code}{line:05d}00001{customer:015d}000000001{blank}{text}")


def collections_end(count, total, texts=0, addresses=0):
    counts = f"{count:011d}{total:015d}{texts:011d}{'':15}{addresses:011d}"
    return wide(f"BS092001234560112{'0' * 5}00001{'':4}{counts}")


def payments(*lines, total, kind="0211"):
    """The records of a delivery of one section of payments."""
    return [
        start(),
        section(kind),
        *lines,
        section_end(len(lines), total, kind),
        end(1, len(lines), total),
    ]  # fmt: skip


def as_bytes(records, line_end="\r\n", encoding="iso-8859-1"):
    return "".join(record + line_end for record in records).encode(encoding)
