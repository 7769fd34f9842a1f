"""Each check of a file of AvtaleGiro claims, on records made for tests from the operator's layout."""

import pytest

from reskontro.cli.bank_file_output import collect
from reskontro.formats.avtalegiro import iter_claims
from reskontro.formats.bank_file import iter_bank_file, recognise
from reskontro.formats.findings import BankFileRefused
from reskontro.formats.payments import FileFormat, Kind

START = "NY000010000123452311001" + "00008080" + "0" * 49


def zeros(text):
    return text.ljust(80, "0")


def claim(number=1, *, kind="21", due="151226", amount=100_00, kid=f"{'10000120260003':>25}", name="NAVN", texts=()):
    records = [
        zeros(f"NY21{kind}30{number:07d}{due}{'':11}{amount:017d}{kid}"),
        zeros(f"NY21{kind}31{number:07d}{name:10}{'':25}{'Ref':25}"),
    ]
    return records + [zeros(f"NY21{kind}49{number:07d}4{line:03d}{column}{text:40}") for line, column, text in texts]


def assignment(*claims, kind="00", number=1, account="12345678903", first="151226", last="151226"):
    inner = [record for each in claims for record in each]
    total = sum(int(each[0][32:49]) for each in claims)
    return [
        zeros(f"NY21{kind}20000000000{number:07d}{account}"),
        *inner,
        zeros(f"NY21{kind}88{len(claims):08d}{len(inner) + 2:08d}{total:017d}{first}{last}"),
    ]


def transmission(*assignments, first="151226"):
    inner = [record for each in assignments for record in each]
    ends = [each[-1] for each in assignments]
    count, total = sum(int(end[8:16]) for end in ends), sum(int(end[24:41]) for end in ends)
    return [START, *inner, zeros(f"NY000089{count:08d}{len(inner) + 2:08d}{total:017d}{first}")]


def good():
    return transmission(
        assignment(claim(1), claim(2, kind="02")),
        assignment(claim(7, kind="93", amount=5_00), kind="36", number=2),
    )


def as_bytes(records, line_end="\r\n", encoding="iso-8859-1"):
    return "".join(record + line_end for record in records).encode(encoding)


def read(records):
    return collect(iter_bank_file(as_bytes(records)))


def warned(records):
    return [(each.line, each.position, each.code) for each in read(records).warnings]


def faults(records):
    data = records if isinstance(records, bytes) else as_bytes(records)
    with pytest.raises(BankFileRefused) as refusal:
        collect(iter_claims(data))
    return [(fault.line, fault.position, fault.code) for fault in refusal.value.faults]


def changed(line, position, text):
    """The good records with a text put at a position of a line, both counted from 1."""
    records = good()
    record = records[line - 1]
    records[line - 1] = record[: position - 1] + text + record[position - 1 + len(text) :]
    return records


def test_a_good_file_has_neither_fault_nor_warning():
    found = read(good())
    assert [each.kind for each in found.payments] == [Kind.CLAIM, Kind.CLAIM, Kind.CANCELLATION]
    assert not found.warnings


# Lines: 1 start, 2 assignment, 3 and 4 claim, 5 and 6 claim, 7 its end, 8 cancellations, 9 and 10 one, 11 end, 12 end.
@pytest.mark.parametrize(
    ("line", "position", "text", "wanted"),
    [
        (1, 24, "00001234", [(1, 24, "recipient")]),
        (1, 9, "x", [(1, 9, "not-a-number")]),
        (2, 25, "1234567890x", [(2, 25, "not-a-number")]),
        (3, 5, "93", [(3, 1, "record-order")]),
        (3, 16, "310226", [(3, 16, "date")]),
        (3, 33, "9" * 17, [(3, 33, "amount")]),
        (3, 50, " " * 25, [(3, 50, "kid")]),
        (3, 50, f"{'12A':>25}", [(3, 50, "kid")]),
        (4, 9, "0000009", [(4, 9, "item-pair"), (5, 7, "item-pair")]),
        (4, 7, "30", [(4, 7, "item-pair"), (4, 16, "not-a-number"), (4, 33, "not-a-number")]),
        (7, 9, "00000003", [(7, 9, "count")]),
        (7, 17, "00000007", [(7, 17, "count")]),
        (7, 25, "0" * 17, [(7, 25, "count")]),
        (7, 42, "141226", [(7, 42, "date-range")]),
        (7, 48, "161226", [(7, 48, "date-range")]),
        (7, 48, "      ", [(7, 48, "not-a-number")]),
        (11, 5, "00", [(11, 1, "record-order"), (11, 1, "record-order")]),
        (12, 9, "00000004", [(12, 9, "count")]),
        (12, 17, "00000011", [(12, 17, "count")]),
        (12, 25, "0" * 17, [(12, 25, "count")]),
        (12, 42, "161226", [(12, 42, "date-range")]),
    ],
)
def test_one_wrong_field_refuses_the_file_and_is_named(line, position, text, wanted):
    assert faults(changed(line, position, text)) == wanted


def test_every_fault_is_told_at_once():
    records = good()
    records[6] = zeros("NY210088" + "00000003" + "00000007" + "0" * 17 + "141226" + "161226")
    records[10] = records[10][:16] + "00000009" + records[10][24:]
    records[11] = records[11][:41] + "010127" + records[11][47:]
    assert faults(records) == [
        (7, 9, "count"),
        (7, 17, "count"),
        (7, 25, "count"),
        (7, 42, "date-range"),
        (7, 48, "date-range"),
        (11, 17, "count"),
        (12, 42, "date-range"),
    ]


@pytest.mark.parametrize("without", [7, 11])
def test_an_assignment_without_its_end_is_one_fault(without):
    records = good()
    del records[without - 1]
    assert faults(records) == [(without, 1, "record-order")]


def test_items_of_a_claim_belong_together():
    twice = claim()
    assert faults(transmission(assignment([*twice, twice[1]]))) == [(5, 7, "item-pair")]
    assert faults(transmission(assignment(twice[:1]))) == [(4, 7, "item-pair")]
    assert read(transmission(assignment(claim(kind="93")[:1], kind="36"))).payments[0].payer_name == ""


def test_a_transmission_holds_assignments_and_is_alone_in_its_file():
    assert faults([START, zeros("NY0000890000000000000002")]) == [(2, None, "no-assignment")]
    assert faults([*good(), *good()]) == [(13, 1, "record-order")]
    assert faults(good()[:-1]) == [(12, None, "truncated")]


@pytest.mark.parametrize(
    ("records", "warning"),
    [
        (transmission(assignment(claim(5))), (3, 9, "transaction-number")),
        (transmission(assignment(claim(1), claim(1))), (5, 9, "transaction-number")),
        (transmission(assignment(claim(amount=0))), (3, 33, "amount-zero")),
        (transmission(assignment(claim(kid=f"{'18':25}"))), (3, 50, "kid-format")),
        (transmission(assignment(claim(), account="82000194501")), (2, 25, "account-check-digit")),
        (transmission(assignment(claim()), assignment(claim())), (6, 18, "assignment-number")),
        (transmission(assignment(claim(texts=[(1, 1, "")]))), (5, 21, "specification")),
        (transmission(assignment(claim(kind="02", texts=[(1, 1, "x")]))), (5, 7, "specification")),
    ],
)
def test_the_unusual_is_a_warning(records, warning):
    assert warned(records) == [warning]


def test_a_specification_has_its_lines_and_columns_in_their_places():
    texts = [(3, 2, "c2"), (1, 2, "a2"), (1, 1, "  a1")]
    assert read(transmission(assignment(claim(texts=texts)))).payments[0].texts == (
        f"{'  a1':40}a2",
        "",
        f"{'':40}c2",
    )
    for wrong in ((43, 1, "x"), (0, 1, "x"), (1, 3, "x")):
        assert faults(transmission(assignment(claim(texts=[wrong])))) == [(5, 16, "specification")]
    assert faults(transmission(assignment(claim(texts=[(1, 1, "x"), (1, 1, "y")])))) == [(6, 17, "specification")]


def test_claims_are_known_also_where_their_first_record_lost_its_zeros():
    records = [START[:31], *good()[1:]]
    assert recognise(as_bytes(records)) is FileFormat.AVTALEGIRO
    assert len(read(records).payments) == 3


@pytest.mark.parametrize("tail", [b"", b"\r\n", b"\x1a", b"\r\n\x1a", b"\r\n\r\n\n"])
def test_what_trails_the_last_record_does_not_matter(tail):
    assert len(collect(iter_bank_file(as_bytes(good()).rstrip() + tail)).payments) == 3


def test_letters_of_two_bytes_and_lines_without_end_are_told_as_such():
    records = transmission(assignment(claim(name="ÅSE")))
    data = as_bytes(records, encoding="utf-8")
    with pytest.raises(BankFileRefused, match="UTF-8"):
        collect(iter_bank_file(data))
    for line_end in ("", "\r"):
        with pytest.raises(BankFileRefused, match="no line end") as refusal:
            collect(iter_bank_file(as_bytes(good(), line_end)))
        assert len(refusal.value.faults) == 1
