"""Every rule of the format's contract about camt, each with the smallest file that shows it."""

import dataclasses
from datetime import date

import pytest
from lxml import etree

from reskontro.cli.bank_file_output import collect
from reskontro.formats.bank_file import iter_bank_file
from reskontro.formats.findings import BankFileRefused
from reskontro.formats.iso20022 import camt_names
from reskontro.formats.payments import Kind, Part, ReferenceKind
from tests.formats.bank_files.camt_files import (
    HEADER,
    amounts,
    balance,
    camt,
    document,
    entry,
    invoice,
    reference,
    summary,
    transaction,
)

IBAN = "<Acct><Id><IBAN>{}</IBAN></Id>{}</Acct>"


def read(data):
    return collect(iter_bank_file(data))


def payments(data):
    return read(data).payments


def refused(data):
    with pytest.raises(BankFileRefused) as refusal:
        read(data)
    return [(fault.line, fault.code, fault.message) for fault in refusal.value.faults]


def codes(data):
    return [code for _, code, _ in refused(data)]


def warnings(data):
    return [warning.code for warning in read(data).warnings]


ONE = entry("100.00", transaction("100.00", reference("10000120260003")))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_may_come_in_any_unicode_with_or_without_its_mark(encoding):
    text = camt(ONE).decode().replace("UTF-8", "UTF-16" if "16" in encoding else "UTF-8")
    assert payments(text.encode(encoding))[0].reference == "10000120260003"


@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252", "iso-8859-15"])
def test_a_file_may_come_in_an_encoding_that_it_declares(encoding):
    party = "<RltdPties><Dbtr><Nm>Åse Ærø</Nm></Dbtr></RltdPties>"
    text = camt(entry("100.00", transaction("100.00", parties=party))).decode().replace("UTF-8", encoding)
    assert payments(text.encode(encoding))[0].payer_name == "Åse Ærø"


def test_a_control_z_at_the_end_is_not_of_the_file():
    data = camt(ONE)
    assert payments(data + b"\r\n\x1a") == payments(data + b"\x1a\n") == payments(data)
    assert codes(data.replace(b"</Ntry>", b"\x1a</Ntry>")) == ["not-well-formed"]
    assert codes(data + b"x\x1a") == ["not-well-formed"]


def test_what_is_refused_for_its_name_is_named():
    (fault,) = refused(camt(ONE, version="06"))
    assert fault[2].endswith("camt.054.001.08 was wanted, Document of camt.054.001.06 was found")
    (fault,) = refused(camt(ONE).replace(b"camt.054", b"camt.052"))
    assert "camt.052, which is not read" in fault[2]
    (fault,) = refused(camt(ONE).replace(b"camt.054.001.02", b"camt.053.001.02"))
    assert fault == (4, "misplaced", "Ntfctn of camt.053.001.02 stands where it does not belong")


def test_amounts_of_transactions_from_where_the_file_has_them():
    def two(slot):
        return entry("300.00", *(transaction(amounts=slot.format(amount)) for amount in ("100.00", "200.00")))

    for slot in (
        '<TxAmt><Amt Ccy="NOK">{}</Amt></TxAmt>',
        '<InstdAmt><Amt Ccy="NOK">{}</Amt></InstdAmt>',
        '<TxAmt><Amt Ccy="EUR">9.00</Amt></TxAmt><CntrValAmt><Amt Ccy="NOK">{}</Amt></CntrValAmt>',
        '<InstdAmt><Amt Ccy="KWD">9.001</Amt></InstdAmt><TxAmt><Amt Ccy="NOK">{}</Amt></TxAmt>',
    ):
        assert [payment.amount_minor for payment in payments(camt(two(slot)))] == [100_00, 200_00]


def test_what_the_payer_ordered_is_not_what_came():
    ordered = '<InstdAmt><Amt Ccy="NOK">310.00</Amt></InstdAmt>'
    found = read(camt(entry("300.00", transaction(amounts=ordered))))
    assert [payment.amount_minor for payment in found.payments] == [300_00]
    assert [warning.code for warning in found.warnings] == ["transaction-amount"]
    both = entry("300.00", transaction("310.00"))
    assert refused(camt(both)) == [(5, "entry-sum", "the entry is 300.00 NOK, the transaction is 310.00")]


def test_a_payment_in_a_currency_that_no_account_is_kept_in():
    found = read(camt(entry("1120.00", transaction("100.125", currency="KWD"))))
    assert [payment.amount_minor for payment in found.payments] == [1120_00]
    assert [warning.code for warning in found.warnings] == ["currency"]
    assert codes(camt(entry("1120.00", transaction("100.125", currency="KWX"))))[0] == "amount"
    assert codes(camt(entry("1120.00", transaction("1e2", currency="KWD"))))[0] == "amount"


@pytest.mark.parametrize(
    "charges",
    [
        '<Chrgs><Amt Ccy="NOK">10.00</Amt></Chrgs>',
        '<Chrgs><TtlChrgsAndTaxAmt Ccy="NOK">10.00</TtlChrgsAndTaxAmt><Amt Ccy="NOK">8.00</Amt></Chrgs>',
        '<Chrgs><Amt Ccy="NOK">6.00</Amt></Chrgs><Chrgs><Amt Ccy="NOK">4.00</Amt></Chrgs>',
    ],
)
def test_charges_make_the_difference_on_either_level(charges):
    of_transaction = entry("990.00", transaction("1000.00", after=charges))
    of_entry = entry("990.00", transaction("1000.00"), codes=charges)
    for data in (camt(of_transaction), camt(of_entry)):
        assert [payment.amount_minor for payment in payments(data)] == [1000_00]
        assert codes(data.replace(b"990.00", b"990.01")) == ["entry-sum"]
        assert codes(data.replace(b'NOK">10.00', b'EUR">10.00').replace(b'NOK">6.00', b'EUR">6.00')) == ["entry-sum"]


def test_batches_say_how_many_and_how_much():
    of = '<Btch><NbOfTxs>{}</NbOfTxs><TtlAmt Ccy="NOK">{}</TtlAmt></Btch>'
    two = transaction("100.00"), transaction("200.00")
    assert len(payments(camt(entry("300.00", *two, batch=of.format(2, "300.00"))))) == 2
    assert codes(camt(entry("300.00", *two, batch=of.format(3, "301.00")))) == ["batch-count", "batch-sum"]
    assert len(payments(camt(entry("300.00", batch=of.format(7, "300.00"))))) == 1  # its transactions come elsewhere
    assert refused(camt(entry("300.00", batch=of.format(7, "301.00")))) == [
        (5, "batch-sum", "Btch/TtlAmt is 301.00, the entry is 300.00 NOK")
    ]


def test_a_list_of_invoices_and_credit_notes():
    def parts(*remittance):
        (payment,) = payments(camt(entry("100.00", transaction("100.00", *remittance))))
        return [(part.reference, part.amount_minor, part.document) for part in payment.parts]

    first = invoice("F1", amounts=amounts(RmtdAmt="150.00 NOK"))
    wanted = [("F1", 150_00, "CINV"), ("C1", -50_00, "CREN")]
    assert parts(first, invoice("C1", "CREN", amounts=amounts(CdtNoteAmt="50.00 NOK"))) == wanted
    assert parts(first, invoice("C1", "CREN", amounts=amounts(RmtdAmt="50.00 NOK"))) == wanted
    net = amounts(DuePyblAmt="120.00 NOK", CdtNoteAmt="20.00 NOK", RmtdAmt="100.00 NOK")
    assert parts(invoice("F1", amounts=net)) == [("F1", 100_00, "CINV")]
    abroad = invoice("F1", amounts=amounts(RmtdAmt="13.50 EUR"))
    assert parts(abroad, invoice("F2")) == [("F1", None, "CINV"), ("F2", None, "CINV")]
    together = f"<Strd>{document('F1')}{document('C1', 'CREN')}</Strd>"
    assert parts(together) == [("F1", None, "CINV"), ("C1", None, "CREN")]


@pytest.mark.parametrize(
    ("remittance", "message"),
    [
        (invoice("F1", "CINX"), "RfrdDocInf: a code such as CINV or CREN was wanted, 'CINX' found"),
        (
            invoice("F1", amounts=amounts(RmtdAmt="1,50 NOK")),
            "RfrdDocAmt: RmtdAmt: an amount in digits with a decimal point was wanted, '1,50' found",
        ),
        (
            invoice("F1", amounts="<RfrdDocAmt><RmtdAmt>5</RmtdAmt></RfrdDocAmt>"),
            "RfrdDocAmt: RmtdAmt: it has no Ccy, '5' found",
        ),
        (
            reference("1234574", kind="<Tp><CdOrPrtry><Cd>SCOX</Cd></CdOrPrtry></Tp>"),
            "CdtrRefInf: a code such as SCOR was wanted, 'SCOX' found",
        ),
    ],
)
def test_what_is_wrong_in_what_the_payer_says(remittance, message):
    ((line, _, found),) = refused(camt(entry("100.00", transaction("100.00", remittance))))
    assert (line, found) == (5, message)


def test_a_reference_is_announced_and_not_given():
    announced = "<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp></CdtrRefInf></Strd>"
    assert warnings(camt(entry("100.00", transaction("100.00", announced)))) == ["reference"]


@pytest.mark.parametrize(
    ("text", "account", "currency", "kind", "wanted"),
    [
        ("rf18 5390 0754 7034", "NO9386011117947", "NOK", ReferenceKind.RF, "RF18539007547034"),
        ("00123455", "NO9386011117947", "EUR", ReferenceKind.KID, "00123455"),
        ("71000000000000026", "DK5000400440116243", "DKK", ReferenceKind.FIK, "000000000000026"),
        ("71000000000000027", "DK5000400440116243", "DKK", ReferenceKind.FIK, "71000000000000027"),
        ("1234574", "SE4550000000058398257466", "SEK", ReferenceKind.OCR, "1234574"),
    ],
)
def test_kinds_of_references(text, account, currency, kind, wanted):
    one = entry("100.00", transaction("100.00", reference(text), currency=currency), currency=currency)
    (payment,) = payments(camt(one, account=IBAN.format(account, "")))
    assert (payment.reference_kind, payment.reference) == (kind, wanted)


def test_a_kid_on_a_norwegian_account_in_a_foreign_currency():
    one = entry("100.00", transaction("100.00", reference("00123455"), currency="EUR"), currency="EUR")
    (payment,) = payments(camt(one).replace(b"<Ccy>NOK", b"<Ccy>EUR"))
    assert payment.reference_kind is ReferenceKind.KID


def test_blank_names_and_references_are_none():
    party = "<RltdPties><Dbtr><Nm>  </Nm></Dbtr><UltmtDbtr><Nm>Ola</Nm></UltmtDbtr></RltdPties>"
    refs = "<Refs><AcctSvcrRef> </AcctSvcrRef><EndToEndId>NotProvided</EndToEndId><TxId>T-1</TxId></Refs>"
    (payment,) = payments(camt(entry("100.00", transaction("100.00", parties=party, refs=refs))))
    assert (payment.payer_name, payment.archive_reference, payment.end_to_end_id) == ("Ola", "T-1", "")


def test_a_bank_as_the_payer_in_08():
    party = "<RltdPties><Dbtr><Agt><FinInstnId><Nm>Banken</Nm></FinInstnId></Agt></Dbtr></RltdPties>"
    own = f'<TxDtls><Amt Ccy="NOK">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>{party}</TxDtls>'
    (payment,) = payments(camt(entry("100.00", own, version="08"), version="08"))
    assert payment.payer_name == "Banken"


@pytest.mark.parametrize("text", ["2026-11-23", "2026-11-23Z", "2026-11-23+01:00", " 2026-11-23 "])
def test_days(text):
    (payment,) = payments(camt(entry(days=f"<BookgDt><Dt>{text}</Dt></BookgDt>")))
    assert payment.booking_date == date(2026, 11, 23)


@pytest.mark.parametrize("text", ["20261123", "2026-W48-1", "2026-11-23T10", "2026-02-29", "23.11.2026", "", "x"])
def test_what_is_no_day(text):
    (fault,) = refused(camt(entry(days=f"<BookgDt><Dt>{text}</Dt></BookgDt><ValDt><Dt>2026-11-24</Dt></ValDt>")))[:1]
    assert fault[:2] == (5, "date")


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("1247.5", "NOK", 124750), ("12", "NOK", 1200), ("12.340", "NOK", 1234), ("1000", "JPY", 1000)]
    + [(text, "NOK", None) for text in ("12.345", "-5", "1e3", "1,00", "1 000", "", "NaN", "10000000000000.01")]
    + [("5.5", "JPY", None), ("5", "KWD", None), ("5", "nok", None)],
)
def test_amounts(text, currency, minor):
    data = camt(entry(text, currency=currency), account=IBAN.format("NO9386011117947", f"<Ccy>{currency}</Ccy>"))
    if minor is None:
        assert codes(data) == ["amount"]
    else:
        assert payments(data)[0].amount_minor == minor


def test_an_account_has_one_currency_that_its_first_entry_says_where_it_does_not():
    account = IBAN.format("NO9386011117947", "")
    yen = entry("100", currency="JPY")
    found = read(camt(summary(count=1, sum=100, net=100, sign="CRDT"), yen, account=account))
    assert (found.groups[0]["currency"], found.groups[0]["net_minor"]) == ("JPY", 100)
    assert refused(camt(yen, entry(), account=account)) == [(6, "currency", "the account is in JPY, the entry in NOK")]


def test_balances():
    both = balance("OPBD", "210.00", sign="DBIT") + balance("CLBD", "110.00", sign="DBIT")
    assert payments(camt(both, entry(), message="053"))
    assert refused(camt(both.replace(">110.00", ">111.00"), entry(), message="053")) == [
        (5, "balance", "the closing balance is -111.00, the opening balance and the booked entries give -110.00")
    ]
    euros = balance("OPBD", "0.00", currency="EUR") + balance("CLBD", "100.00", currency="EUR")
    assert codes(camt(euros, entry(), message="053")) == ["currency", "currency"]
    assert codes(camt(balance("OPBX", "0.00"), entry(), message="053")) == ["balance"]
    assert codes(camt(both.replace("<Cd>OPBD</Cd>", ""), entry(), message="053")) == ["content", "balance"]


def test_every_number_of_a_summary_is_told_with_what_the_entries_give():
    wrong = summary(count=2, sum="101.00", net="x", sign="CR", credits=3, debits=1)
    assert [message for _, _, message in refused(camt(wrong, entry()))] == [
        "TxsSummry: the net sum: a number was wanted, 'x' found",
        "TxsSummry: CdtDbtInd: CRDT or DBIT was wanted, 'CR' found",
        "TxsSummry: the number of entries is 2, the entries give 1",
        "TxsSummry: the sum of the entries is 101.00, the entries give 100.00",
        "TxsSummry: the number of credits is 3, the entries give 1",
        "TxsSummry: the number of debits is 1, the entries give 0",
    ]


def test_check_digits_of_an_account_are_a_warning():
    assert warnings(camt(entry(), account=IBAN.format("NO93 8601 1117 947", ""))) == []
    assert warnings(camt(entry(), account=IBAN.format("NO9386011117948", ""))) == ["account-check-digit"]
    assert warnings(camt(entry()).replace(b"12345678903", b"12345678901")) == ["account-check-digit"]
    spaced = read(camt(entry(), account=IBAN.format("NO93 8601 1117 947", "")))
    assert spaced.payments[0].account == "NO9386011117947"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (camt(entry(), header=HEADER * 2), "order"),
        (camt(entry(), identity="<Id>N-1</Id><CpyDplctInd>COPI</CpyDplctInd>"), "copy"),
        (camt(entry(), identity="<Id>N-1</Id><NtfctnPgntn><PgNb>x</PgNb></NtfctnPgntn>"), "page"),
        (camt(entry(), identity="<Id>N-1</Id><NtfctnPgntn><LastPgInd>x</LastPgInd></NtfctnPgntn>"), "page"),
        (camt(entry(), header=HEADER.replace("M-1", "M" * 36)), "identification"),
        (camt(entry(before='<Amt Ccy="NOK">5.00</Amt>')), "repeated"),
        (camt(entry(after="<ValDt><Dt>2026-11-25</Dt></ValDt>")), "repeated"),
        (camt(entry(days="<BookgDt><Dt>2026-11-23</Dt></BookgDt><ValDt></ValDt>")), "content"),
        (camt(entry(before="tail of a tag>")), "content"),
        (camt(entry(), more="text"), "content"),
        (camt(entry(codes="<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd></Fmly></Domn></BkTxCd>")), "code"),
        (camt(entry(codes="<BkTxCd><Prtry><Issr>NETS</Issr></Prtry></BkTxCd>")), "code"),
        (camt(entry("100.00", transaction("100.00", parties="<RltdPties><Ustrd>x</Ustrd></RltdPties>"))), "misplaced"),
    ],
)
def test_what_damage_leaves_behind(data, code):
    assert codes(data) == [code]


def test_a_status_as_the_other_version_writes_it():
    for version, other in (("02", "08"), ("08", "02")):
        data = camt(*[entry(version=other)] * 3, version=version)
        assert codes(data).count("status") == 3


def test_everything_wrong_with_an_entry_is_told_at_once():
    data = camt(entry("x", sign="C", status="B", days="<BookgDt><Dt>y</Dt></BookgDt>"), entry().replace("100.00", ""))
    assert codes(data) == ["amount", "sign", "status", "date", "amount"]


@pytest.mark.parametrize("version", camt_names.VERSIONS)
def test_no_file_that_the_schema_allows_is_refused_for_where_its_elements_stand(shared_samples, version):
    """Each path that the schema knows is read, or may be skipped; what is read once is there once."""
    schema = etree.parse(shared_samples / "payments" / "schemas" / "iso20022" / f"{version}.xsd").getroot()
    xsd = "{http://www.w3.org/2001/XMLSchema}"
    types = {each.get("name"): each for each in schema.findall(f"{xsd}complexType")}
    nothing = camt_names.Hooks(**dict.fromkeys(each.name for each in dataclasses.fields(camt_names.Hooks)))
    wrong = []

    def walk(named, path, node):
        for element in types[named].iter(f"{xsd}element"):
            name, below = element.get("name"), (*path, element.get("name"))
            child = None if node is None else node.get(f"{camt_names.NAMESPACE}{version} {name}")
            if child is None and name in camt_names.IN_THEIR_PLACE:
                wrong.append(below)
            if child is not None and child.once and element.get("maxOccurs", "1") != "1":
                wrong.append(below)
            if child is not None and child.full and child.slot is None:
                inside = types[element.get("type")]
                known = {full.split(" ")[1] for full in child}
                names = {each.get("name") for each in inside.iter(f"{xsd}element")}
                needed = {each.get("name") for each in inside.iter(f"{xsd}element") if each.get("minOccurs") != "0"}
                choice = inside.find(f".//{xsd}choice") is not None
                if not (names <= known if choice else needed & known):
                    wrong.append(below)
            if element.get("type") in types and len(below) < 15:
                walk(element.get("type"), below, child)

    walk("Document", (), camt_names.names_of(version, nothing))
    assert wrong == []


def test_a_reference_has_its_part_with_the_amount():
    one = reference("10000120260003", amounts=amounts(RmtdAmt="60.00 NOK"))
    two = reference("10000220260010", amounts=amounts(RmtdAmt="40.00 NOK"))
    (payment,) = payments(camt(entry("100.00", transaction("100.00", one, two))))
    assert payment.parts == (
        Part(ReferenceKind.KID, "10000120260003", 60_00, "SCOR"),
        Part(ReferenceKind.KID, "10000220260010", 40_00, "SCOR"),
    )
    assert (payment.kind, payment.reference) == (Kind.PAYMENT, "")
