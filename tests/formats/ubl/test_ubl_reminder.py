"""Reminders (EHF Reminder 3.0) as they come in."""

from dataclasses import replace

import pytest

from reskontro.formats.ubl.model import Adjustment
from reskontro.formats.ubl.writing import write_ubl
from tests.formats.ubl.test_ubl_shared_samples import SHARED
from tests.formats.ubl.test_ubl_writing import EXEMPT, REMINDER
from tests.formats.ubl.ubl_files import DAY, changed, fatal_rules

FEE = Adjustment(is_charge=True, reason="Purregebyr", amount_minor=3500, reason_code="REM", vat=EXEMPT)
WRITTEN = write_ubl(replace(REMINDER, adjustments=[FEE]), DAY).decode()


@pytest.mark.parametrize("name", ["Reminder-Example.xml", "Reminder-Example-with-REM.xml"])
def test_the_agencys_examples_are_valid(name):
    path = SHARED / "ehf-reminder" / name
    if not path.exists():
        pytest.skip("the folder of shared samples is not here")
    assert fatal_rules(path.read_bytes()) == set()


def test_the_fee_of_a_reminder_is_no_reason_of_an_invoices_charge():
    assert fatal_rules(WRITTEN) == set()
    invoice = changed(
        WRITTEN,
        ("#conformant#urn:fdc:anskaffelser.no:2019:ehf:reminder:3.0", ""),
        ("urn:fdc:anskaffelser.no:2019:ehf:postaward:g3:06:1.0", "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"),
    )
    assert fatal_rules(invoice) == {"BR-04", "BR-CL-20", "PEPPOL-EN16931-CL003"}


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("postaward:g3:06:1.0", "postaward:g3:07:1.0", "reminder-process"),
        ("#conformant#urn:fdc:anskaffelser.no:2019:ehf:reminder:3.0", "", "reminder-specification"),
    ],
)
def test_it_is_recognised_by_either_of_its_two_names(old, new, rule):
    assert fatal_rules(changed(WRITTEN, (old, new))) == {rule}


def test_a_credit_note_is_no_reminder():
    credit_note = WRITTEN.replace("Invoice-2", "CreditNote-2").replace("<Invoice ", "<CreditNote ")
    credit_note = credit_note.replace("</Invoice>", "</CreditNote>")
    assert "reminder-document" in fatal_rules(credit_note)


def test_the_sums_of_a_reminder_are_asked_as_those_of_an_invoice():
    assert "BR-CO-15" in fatal_rules(changed(WRITTEN, ("35.10</cbc:TaxExclusive", "36.10</cbc:TaxExclusive")))
