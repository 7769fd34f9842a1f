"""What is written: to the byte as the samples, and read back as what was asked."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reskontro.cli.bank_file_output import collect
from reskontro.formats.autogiro.writer import Change, ChangedPayer, EndedMandate, NewMandate, Order, write_autogiro
from reskontro.formats.avtalegiro import CancellationAssignment, Claim, ClaimAssignment, write_claims
from reskontro.formats.bank_file import iter_bank_file
from reskontro.formats.betalingsservice.writer import Collection, CollectionSection, write_collections
from reskontro.formats.iso20022 import pain_001
from reskontro.formats.payments import Kind, MandateAction
from reskontro.formats.writing import NotWritable

DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))
LATIN = st.text(st.characters(min_codepoint=33, max_codepoint=255, exclude_categories=["Cc", "Cf", "Zs"]), max_size=10)
PRINTED = st.characters(
    min_codepoint=32, max_codepoint=255, exclude_categories=["Cc", "Cf", "Zs"], include_characters=" "
)
WORDS = st.text(PRINTED, max_size=10).map(str.strip)
LINE_60 = st.text(PRINTED, max_size=60).map(str.rstrip)
LINE_80 = st.text(PRINTED, max_size=80).map(str.rstrip)
KIDS = st.from_regex(r"[0-9]{2,24}[0-9-]", fullmatch=True)


def test_claims_are_the_sample_to_the_byte(shared_samples):
    made = write_claims(
        "12345",
        "2311001",
        [
            ClaimAssignment(
                "2311001",
                "12345678903",
                [
                    Claim(
                        "10000320260027",
                        999_00,
                        date(2026, 12, 15),
                        short_name="ÅSE BJØRGE",
                        foreign_reference="Faktura 2026002",
                    ),
                    Claim(
                        "10000120260003",
                        1250_00,
                        date(2026, 12, 20),
                        bank_notifies=True,
                        short_name="NORDMANN",
                        foreign_reference="Faktura 2026000",
                        specification=(
                            f"{'Gjelder strøm november 2026':40}{'kr 1 000,00':>40}",
                            f"{'Mva 25 %':40}{'kr 250,00':>40}",
                            "Æ, Ø og Å skal overleve ISO-8859-1",
                        ),
                    ),
                    Claim("10000720260064", 300_00, date(2027, 1, 4), short_name="HANSEN"),
                ],
            ),
            CancellationAssignment(
                "2311002", "12345678903", [Claim("10000220260010", 450_00, date(2026, 12, 1), short_name="OLSEN")]
            ),
        ],
    )
    sample = shared_samples / "payments" / "avtalegiro" / "constructed_claims_and_cancellation.txt"
    assert made == sample.read_bytes()


def test_collections_are_the_sample_to_the_byte(shared_samples):
    made = write_collections(
        "12345678",
        "2026112301",
        date(2026, 11, 23),
        [
            CollectionSection(
                "00123456",
                "00001",
                [
                    Collection(
                        "100001",
                        "1",
                        date(2027, 1, 1),
                        299_00,
                        "JAN 2027",
                        texts=("Abonnement januar 2027", "Rødgrød med fløde, æ ø å"),
                    ),
                    Collection("100002", "2", date(2027, 1, 1), 1499_50, "JAN 2027", texts=("El, vand og varme",)),
                ],
                suppliers_id="LEV1",
                text="Hovedtekst til betalingsoversigten",
            )
        ],
    )
    sample = shared_samples / "payments" / "betalingsservice-dk" / "constructed_0601_collections.txt"
    assert made == sample.read_bytes()


@pytest.mark.parametrize("version", pain_001.Version)
def test_refunds_are_the_sample_to_the_byte(shared_samples, version):
    assert (
        pain_001.write_transfers(refunds(version.value[-1]), version)
        == (shared_samples / "payments" / "pain001" / f"constructed_no_refunds_{version.value}.xml").read_bytes()
    )


def refunds(years="3"):
    street = pain_001.Address("Storgata", "1", "0155", "Oslo", "NO")
    transfers = [
        pain_001.Transfer(
            "REFUND-2026-0001",
            100_00,
            "NOK",
            pain_001.Party("Kari Nordmann", street),
            pain_001.Account("86011117947", bban=True),
            "REF-1",
            ("Tilbakebetaling faktura 2026003, betalt for mye",),
        ),
        pain_001.Transfer(
            "REFUND-2026-0002",
            1250_00,
            "NOK",
            pain_001.Party("Ola Nordmann", street),
            pain_001.Account("NO2315062995960"),
            "REF-2",
            reference="10000120260003",
        ),
        pain_001.Transfer(
            "REFUND-2026-0003",
            50,
            "NOK",
            pain_001.Party("Åse Bjørge", street),
            pain_001.Account("15062995960", bban=True),
            "REF-3",
            ("Øreavrunding",),
        ),
    ]
    batch = pain_001.Batch(
        f"REFUNDS-20261123-{years}-1",
        date(2026, 11, 25),
        pain_001.Party("Reskontro AS", street),
        pain_001.Account("12345678903", bban=True),
        "DNBANOKK",
        transfers,
    )
    created = datetime(2026, 11, 23, 10, 0, 0)  # noqa: DTZ001  the message has no zone
    return pain_001.Message(f"REFUNDS-20261123-{years}", created, "Reskontro AS", "999999999", [batch])


@pytest.mark.parametrize("version", pain_001.Version)
def test_refunds_read_back(version):
    found = collect(iter_bank_file(pain_001.write_transfers(refunds(), version)))
    assert [(p.end_to_end_id, p.amount_minor, p.reference, p.payer_name) for p in found.payments] == [
        ("REFUND-2026-0001", -100_00, "", "Kari Nordmann"),
        ("REFUND-2026-0002", -1250_00, "10000120260003", "Ola Nordmann"),
        ("REFUND-2026-0003", -50, "", "Åse Bjørge"),
    ]
    assert found.start.version == version.value


LINES = st.lists(LINE_80, max_size=42)
CLAIMS = st.builds(
    Claim,
    KIDS,
    st.integers(1, 10**12),
    DAYS,
    bank_notifies=st.booleans(),
    short_name=WORDS,
    foreign_reference=WORDS,
    specification=LINES.map(tuple),
)


def assignments_of(found):
    """The assignments that a file of claims was written from, from what was read of it."""
    return [
        (CancellationAssignment if all(p.kind is Kind.CANCELLATION for p in lines) else ClaimAssignment)(
            group["id"],
            group["account"],
            [
                Claim(
                    p.reference,
                    p.amount_minor,
                    p.value_date,
                    bank_notifies=p.code == "21",
                    short_name=p.payer_name,
                    foreign_reference=p.end_to_end_id,
                    specification=p.texts,
                )
                for p in lines
            ],
        )
        for group in found.groups
        for lines in [[p for p in found.payments if p.group == group["ordinal"]]]
    ]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([ClaimAssignment, CancellationAssignment]), st.lists(CLAIMS, min_size=1, max_size=5)),
        min_size=1,
        max_size=4,
    )
)
def test_any_claims_read_back(wanted):
    assignments = [kind(str(number), "12345678903", claims) for number, (kind, claims) in enumerate(wanted, 1)]
    made = write_claims("12345", "7", assignments)
    assert {len(record) for record in made.split(b"\r\n")[:-1]} == {80}
    found = collect(iter_bank_file(made))
    assert not found.warnings
    assert [group["net_minor"] for group in found.groups] == [
        sum(claim.amount_minor for claim in assignment.claims) for assignment in assignments
    ]
    claims = [(kind, claim) for kind, claims in wanted for claim in claims]
    assert [(p.reference, p.amount_minor, p.value_date, p.payer_name, p.end_to_end_id) for p in found.payments] == [
        (c.kid, c.amount_minor, c.due_date, c.short_name, c.foreign_reference) for _, c in claims
    ]
    for payment, (kind, claim) in zip(found.payments, claims, strict=True):
        told_by_bank = kind is ClaimAssignment and claim.bank_notifies
        assert payment.texts == (without_empty_tail(claim.specification) if told_by_bank else ())
        assert (payment.kind is Kind.CANCELLATION) == (kind is CancellationAssignment)
    again = assignments_of(found)
    assert write_claims("12345", "7", again) == made


def without_empty_tail(lines):
    last = max((at for at, line in enumerate(lines, 1) if line.strip()), default=0)
    return tuple(lines[:last])


COLLECTIONS = st.builds(
    Collection,
    st.from_regex(r"[0-9]{15}", fullmatch=True),
    st.from_regex(r"[0-9]{9}", fullmatch=True),
    DAYS,
    st.integers(1, 10**11),
    WORDS,
    payer=WORDS,
    texts=st.lists(LINE_60, max_size=3).map(tuple),
    address=st.lists(WORDS.filter(bool), max_size=8).map(tuple),
    postal_code=WORDS,
    pay_out=st.booleans(),
)
SECTIONS = st.builds(
    CollectionSection,
    st.from_regex(r"[0-9]{8}", fullmatch=True),
    st.from_regex(r"[0-9]{5}", fullmatch=True),
    st.lists(COLLECTIONS, min_size=1, max_size=5),
    suppliers_id=WORDS,
    text=LINE_60,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(SECTIONS, min_size=1, max_size=3))
def test_any_collections_read_back(sections):
    made = write_collections("12345678", "1", date(2026, 11, 23), sections)
    assert {len(record) for record in made.split(b"\r\n")[:-1]} == {128}
    found = collect(iter_bank_file(made))
    assert not found.warnings
    assert [(group["account"], group["net_minor"]) for group in found.groups] == [
        (section.creditor, sum(-c.amount_minor if c.pay_out else c.amount_minor for c in section.collections))
        for section in sections
    ]
    collections = [(section.group, c) for section in sections for c in section.collections]
    assert [(p.reference, p.amount_minor, p.value_date, p.end_to_end_id, p.payer_id) for p in found.payments] == [
        (c.customer, -c.amount_minor if c.pay_out else c.amount_minor, c.day, c.reference, c.payer)
        for _, c in collections
    ]
    assert [(p.kind is Kind.TRANSFER, p.sub_code, p.archive_reference, p.texts) for p in found.payments] == [
        (c.pay_out, group, c.mandate, c.texts) for group, c in collections
    ]
    assert [p.payer_name for p in found.payments] == [c.address[0] if c.address else "" for _, c in collections]


ORDERS = st.builds(
    Order,
    st.from_regex(r"[1-9][0-9]{0,15}", fullmatch=True),
    st.integers(1, 10**11),
    st.none() | DAYS,
    LATIN,
    pay_out=st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ORDERS, min_size=1, max_size=8))
def test_any_orders_read_back(orders):
    found = collect(iter_bank_file(write_autogiro(date(2026, 11, 23), "471117", "9912346", orders=orders)))
    assert [(p.payer_id, abs(p.amount_minor), p.value_date, p.reference) for p in found.payments] == [
        (o.payer, o.amount_minor, o.day, o.reference) for o in orders
    ]
    assert [p.kind is Kind.TRANSFER for p in found.payments] == [o.pay_out for o in orders]


def test_autogiro_records_are_those_of_the_layout():
    made = write_autogiro(
        date(2026, 11, 23),
        "471117",
        "9912346",
        mandates=[
            NewMandate("101", "5001", "1000020", "196803050000"),
            NewMandate("102"),
            NewMandate("103", refuse=True),
            EndedMandate("104"),
            ChangedPayer("105", "205"),
        ],
        orders=[
            Order("101", 3000_00, date(2026, 12, 1), "FAKTNR156", period="1", repeats=6),
            Order("102", 75_00, None, "RIDLEKTION ÅTERB", pay_out=True),
        ],
        changes=[
            Change("23", "101"),
            Change("29", "101", date(2026, 12, 1), 300_00, pay_out=False, new_day=date(2026, 12, 3), reference="X"),
        ],
    )
    opening = "0120261123AUTOGIRO" + " " * 44 + "4711170009912346  "
    assert made.decode("iso-8859-1").split("\r\n")[:-1] == [
        line.ljust(80)
        for line in (
            opening,
            "04000991234600000000000001015001000001000020196803050000",
            "0400099123460000000000000102",
            "0400099123460000000000000103" + " " * 50 + "AV",
            "0300099123460000000000000104",
            "050009912346000000000000010500099123460000000000000205",
            opening,
            "82202612011006 00000000000001010000003000000009912346FAKTNR156",
            "32GENAST  0    00000000000001020000000075000009912346RIDLEKTION ÅTERB",
            opening,
            "2300099123460000000000000101",
            "2900099123460000000000000101202612010000000300008220261203X",
        )
    ]
    found = collect(iter_bank_file(made))
    assert [mandate.action for mandate in found.mandates] == [
        MandateAction.NEW,
        MandateAction.NEW,
        MandateAction.REFUSED,
        MandateAction.ENDED,
        MandateAction.CHANGED,
    ]
    assert [payment.kind for payment in found.payments] == [
        Kind.CLAIM,
        Kind.TRANSFER,
        Kind.CANCELLATION,
        Kind.CANCELLATION,
    ]


def test_all_that_cannot_be_written_is_said_at_once():
    wrong = Claim("1", 0, date(2026, 12, 1), short_name="Łódź", foreign_reference="x" * 26)
    with pytest.raises(NotWritable) as refusal:
        write_claims("123456789", "1", [ClaimAssignment("1", "123", [wrong])])
    told = "\n".join(refusal.value.faults)
    for part in ("sender", "account", "KID", "amount", "'Ł'", "foreign reference"):
        assert part in told
    with pytest.raises(NotWritable, match="there is nothing to send"):
        write_autogiro(date(2026, 11, 23), "1", "9912346")
