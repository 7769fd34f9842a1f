"""Every rule of the format's contract about pain.002, each with the smallest file that shows it."""

import pytest

from reskontro.cli.bank_file_output import collect
from reskontro.formats.bank_file import iter_bank_file
from reskontro.formats.findings import BankFileRefused
from tests.formats.bank_files.camt_files import HEADER, answer, batch, pain_002

GROUP = "<OrgnlGrpInfAndSts><OrgnlMsgId>R-1</OrgnlMsgId></OrgnlGrpInfAndSts>"


def statuses(data):
    return [
        (each.level, each.original_message, each.original_batch, each.original, each.status)
        for each in collect(iter_bank_file(data)).statuses
    ]


def refused(data):
    with pytest.raises(BankFileRefused) as refusal:
        collect(iter_bank_file(data))
    return [(fault.line, fault.position is not None, fault.code) for fault in refusal.value.faults]


@pytest.mark.parametrize("version", ["03", "10"])
def test_all_levels(version):
    data = pain_002(
        batch(answer("E-1"), answer("E-2", "PDNG"), status="<PmtInfSts>PART</PmtInfSts>"),
        batch(answer("E-3", "RJCT"), identity="R-1-2"),
        version=version,
        status="<GrpSts>PART</GrpSts>",
    )
    assert statuses(data) == [
        ("group", "R-1", "", "R-1", "PART"),
        ("batch", "R-1", "R-1-1", "R-1-1", "PART"),
        ("transaction", "R-1", "R-1-1", "E-1", "ACCP"),
        ("transaction", "R-1", "R-1-1", "E-2", "PDNG"),
        ("transaction", "R-1", "R-1-2", "E-3", "RJCT"),
    ]


def test_a_transaction_that_has_no_end_to_end_id():
    one = answer("NOTPROVIDED").replace("<TxInfAndSts>", "<TxInfAndSts><OrgnlInstrId>I-1</OrgnlInstrId>")
    assert statuses(pain_002(batch(one)))[0][3] == "I-1"


@pytest.mark.parametrize(
    ("inside", "amount"),
    [
        ('<Amt><InstdAmt Ccy="NOK">10.00</InstdAmt></Amt>', (10_00, "NOK")),
        ('<Amt><EqvtAmt><Amt Ccy="NOK">10.00</Amt><CcyOfTrf>EUR</CcyOfTrf></EqvtAmt></Amt>', (10_00, "NOK")),
        (
            '<IntrBkSttlmAmt Ccy="EUR">1.00</IntrBkSttlmAmt><Amt><InstdAmt Ccy="NOK">10.00</InstdAmt></Amt>',
            (10_00, "NOK"),
        ),
        ('<Amt><InstdAmt Ccy="KWD">10.001</InstdAmt></Amt>', (None, "")),
    ],
)
def test_the_original_amount(inside, amount):
    data = pain_002(batch(answer(more=f"<OrgnlTxRef>{inside}</OrgnlTxRef>")))
    (status,) = collect(iter_bank_file(data)).statuses
    assert (status.amount_minor, status.currency) == amount


@pytest.mark.parametrize(
    ("data", "faults"),
    [
        (pain_002(batch(answer(status="accp"))), [(4, "status")]),
        (pain_002(batch(answer("", "X"), answer("E-2", ""))), [(4, "identification"), (4, "status"), (4, "status")]),
        (pain_002(header=""), [(3, "order")]),
        (pain_002(header=HEADER * 2), [(2, "order")]),
        (pain_002(header="<GrpHdr><MsgId>S</MsgId></GrpHdr>"), [(2, "identification")]),
        (pain_002(header=HEADER.replace("-11-23", "-13-23")), [(2, "date")]),
        (pain_002(batch(answer()), group=""), [(4, "order")]),
        (pain_002(batch(answer()), group=GROUP * 2), [(3, "order")]),
        (pain_002(batch(answer()), GROUP, group=""), [(4, "order"), (5, "order")]),
        (
            pain_002(f"<OrgnlPmtInfAndSts>{answer()}<OrgnlPmtInfId>B</OrgnlPmtInfId></OrgnlPmtInfAndSts>"),
            [(4, "order")],
        ),
        (pain_002(answer()), [(4, "misplaced")]),
        (
            pain_002(batch(answer(more='<OrgnlTxRef><Amt><InstdAmt Ccy="NOK">1,5</InstdAmt></Amt></OrgnlTxRef>'))),
            [(4, "amount")],
        ),
        (pain_002(batch(answer(more="<TxSts>RJCT</TxSts>"))), [(4, "repeated")]),
        (pain_002(version="09"), [(2, "not-pain-002")]),
    ],
)
def test_what_is_refused(data, faults):
    assert refused(data) == [(line, True, code) for line, code in faults]
